"""A population written as it comes: SKiMPy's HDF5 layout, or the columnar one for millions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from skimpy_renaissance.population import ParameterPopulation, PopulationWriter

__all__ = ["PopulationFile"]


class PopulationFile:
    """Collects blocks of parameter sets; the file appears, complete, when the block ends well.

    Use it in a ``with`` statement. Each call of :meth:`append` changes it.

    Parameters
    ----------
    path
        The file; nothing is written if no set comes.
    columnar
        Whether blocks go straight to a columnar file, instead of being kept for SKiMPy's layout.
    provenance
        Plain JSON, stored in the file.
    """

    def __init__(self, path: Path, *, columnar: bool, provenance: Mapping[str, object]) -> None:
        self.path = path
        self.columnar = columnar
        self.provenance = provenance
        self._blocks: list[ParameterPopulation] = []
        self._writer: PopulationWriter | None = None
        self._n_models = 0

    def __len__(self) -> int:
        """Return the number of sets so far."""
        return self._n_models

    def append(self, block: ParameterPopulation) -> None:
        """Add sets; they are numbered as they come.

        Parameters
        ----------
        block
            Sets with the same parameters as the ones before.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        if not len(block):
            return
        self._n_models += len(block)
        if not self.columnar:
            self._blocks.append(block)
            return
        if self._writer is None:
            self._writer = PopulationWriter(
                self.path, block.names, units=block.units, provenance=self.provenance
            )
        self._writer.append(block.values, lambda_max=block.lambda_max, lambda_min=block.lambda_min)

    def __enter__(self) -> PopulationFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.__exit__(kind, error, traceback)
        elif kind is None and self._blocks:
            first, *others = self._blocks
            whole = first.concat(*others, index=range(len(self)))
            replace(whole, provenance=self.provenance).save(self.path)
