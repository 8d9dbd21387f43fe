"""Writing a population block by block, when it is too large to hold.

Whole tiles go to a temporary file as they fill; the file gets its name when the writer is closed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.atomic import json_text
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.population.checksums import Checksums
from skimpy_renaissance.population.file_layout import (
    COLUMNAR,
    TILE_COLUMNS,
    TILE_ROWS,
    write_header,
)
from skimpy_renaissance.population.new_file import bytes_of_names, new_file
from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.table_checks import unique_names
from skimpy_renaissance.units import Units

__all__ = ["PopulationWriter", "save_columnar"]


class PopulationWriter:
    """Writes a population block by block; the file appears, complete, when the writer is closed.

    Use it in a ``with`` statement: an exception inside leaves no file, and an older one untouched.
    Each call changes the writer.

    Parameters
    ----------
    path
        The file to write.
    names
        `` `parameter` ``: the columns of every block.
    units, provenance
        As for :class:`ParameterPopulation`.

    Raises
    ------
    InputError
        A name is used twice, or there is none.
    OutputError
        ``path`` cannot be written.

    Examples
    --------
    >>> from skimpy_renaissance.population import PopulationWriter
    >>> with PopulationWriter("population.h5", population.names, units=population.units) as writer:
    ...     writer.append(population.values[:3])
    ...     writer.append(population.values[3:])
    >>> sr.ParameterPopulation.load("population.h5")
    <ParameterPopulation: 5 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        names: Sequence[str],
        *,
        units: Units | None = None,
        provenance: Mapping[str, object] | None = None,
    ) -> None:
        self.names = unique_names(names, what="Parameter names")
        if not self.names:
            raise InputError("A population needs at least one parameter; got no names.")
        self._n_models = 0
        self._pending: list[NDArray[np.float64]] = []
        self._seen: set[str] = set()
        self._given: tuple[str, ...] | None = None  # which of index, lambda_* the blocks bring
        self._checksums = Checksums()
        self._checksums.add("parameter_names", self.names)
        self._checksums.add("values", np.empty(0))
        tile = (TILE_ROWS, min(TILE_COLUMNS, len(self.names)))
        with ExitStack() as stack:
            self._new = stack.enter_context(new_file(path))
            stated = json_text(dict(provenance or {}), what="provenance")
            self._new.reserve(bytes_of_names([*self.names, stated]))
            file = self._new.hdf5
            file.create_dataset("parameter_names", data=self.names, dtype=h5py.string_dtype())
            self._header = write_header(
                file,
                layout=COLUMNAR,
                units=units,
                provenance=provenance or {},
                checksums=self._checksums,
            )
            self._values = _growing(
                file, "values", dtype=np.float64, tile=tile, width=len(self.names)
            )
            self._file = file
            self._stack = stack.pop_all()

    def __len__(self) -> int:
        return self._n_models

    def append(
        self,
        values: ArrayLike,
        *,
        index: Sequence[str] | None = None,
        lambda_max: ArrayLike | None = None,
        lambda_min: ArrayLike | None = None,
    ) -> None:
        """Append a block of parameter sets.

        Parameters
        ----------
        values
            `` `model x parameter` ``, scaled units, without NaN.
        index
            `` `model` ``: set names; without them sets are numbered from "0". Names are kept in
            memory until the end, to find those used twice.
        lambda_max, lambda_min
            `` `model` ``, 1/h. What the first block brings, every block must.

        Raises
        ------
        InputError
            A shape does not fit, a value is missing, a set name is used twice, or the block brings
            other things than the first one.
        """
        if not self._file:
            raise InputError("The PopulationWriter is closed; start another one to write more.")
        block = ParameterPopulation(
            self.names,
            values,  # type: ignore[arg-type]
            () if index is None else tuple(index),
            lambda_max=lambda_max,  # type: ignore[arg-type]
            lambda_min=lambda_min,  # type: ignore[arg-type]
        )
        if len(block) == 0:
            return
        missing = np.isnan(block.values).any(axis=0)
        if missing.any():
            name = self.names[int(missing.argmax())]
            raise InputError(
                f"A block needs a value for every parameter, {name!r} has none ({missing.sum()} "
                "such parameters). Leave them out of the writer's names."
            )
        extras = {
            "index": None if index is None else block.index,
            "lambda_max": block.lambda_max,
            "lambda_min": block.lambda_min,
        }
        self._check_extras(tuple(name for name, extra in extras.items() if extra is not None))
        if index is not None:
            self._check_index(block.index)
        for name in self._given or ():
            self._extend(name, extras[name])
        self._n_models += len(block)
        self._pending.append(block.values)
        if sum(map(len, self._pending)) >= TILE_ROWS:
            self._flush(whole_tiles=True)

    def close(self) -> None:
        """Write what is left and put the file in its place; a second call does nothing."""
        if self._file:
            with self._stack:
                self._flush(whole_tiles=False)
                self._checksums.write(self._header)

    def __enter__(self) -> PopulationWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._stack.__exit__(kind, error, traceback)

    def _check_extras(self, given: tuple[str, ...]) -> None:
        if self._given is None:
            self._given = given
        if given != self._given:
            raise InputError(
                f"Every block must bring what the first one did, {listed(self._given) or 'nothing'}"
                f" beside its values; got {listed(given) or 'nothing'}."
            )

    def _check_index(self, index: tuple[str, ...]) -> None:
        again = [name for name in index if name in self._seen]
        if again:
            raise InputError(
                f"Names of parameter sets must be unique; used twice: {listed(map(repr, again))}."
            )
        self._seen.update(index)

    def _extend(self, name: str, content: Any) -> None:
        group = self._file if name == "index" else self._header
        dataset = group.get(name)
        if dataset is None:
            dtype = h5py.string_dtype() if name == "index" else np.float64
            dataset = _growing(group, name, dtype=dtype, tile=(TILE_ROWS,))
        before = len(dataset)
        n_bytes = bytes_of_names(content) if name == "index" else 8 * len(content)
        self._new.reserve(n_bytes, parts=1 + len(content) // TILE_ROWS)
        dataset.resize(before + len(content), axis=0)
        dataset[before:] = content
        self._checksums.add(name, content)

    def _flush(self, *, whole_tiles: bool) -> None:
        if not self._pending:
            return
        rows = np.concatenate(self._pending)
        n = len(rows) - len(rows) % TILE_ROWS if whole_tiles else len(rows)
        before = len(self._values)
        tiles = -(-n // TILE_ROWS) * -(-len(self.names) // TILE_COLUMNS)
        self._new.reserve(8 * n * len(self.names), parts=tiles)
        self._values.resize(before + n, axis=0)
        self._values[before:] = rows[:n]
        self._checksums.add("values", rows[:n])
        self._pending = [rows[n:].copy()]


def save_columnar(population: ParameterPopulation, path: str | os.PathLike[str]) -> None:
    """Write a population in the columnar layout, atomically.

    Parameters
    ----------
    population
        Parameters without a value are left out.
    path
        The file to write.

    Raises
    ------
    OutputError
        ``path`` cannot be written.

    Examples
    --------
    >>> from skimpy_renaissance.population import save_columnar
    >>> save_columnar(population, "population.h5")
    >>> sr.ParameterPopulation.load("population.h5")
    <ParameterPopulation: 5 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    kept = population.without_missing()
    numbered = kept.index == tuple(map(str, range(len(kept))))
    with PopulationWriter(path, kept.names, units=kept.units, provenance=kept.provenance) as writer:
        writer.append(
            kept.values,
            index=None if numbered else kept.index,
            lambda_max=kept.lambda_max,
            lambda_min=kept.lambda_min,
        )


def _growing(
    group: h5py.Group,
    name: str,
    *,
    dtype: np.dtype | type,
    tile: tuple[int, ...],
    width: int | None = None,
) -> h5py.Dataset:
    """Create an empty dataset that grows along its first axis."""
    rest = () if width is None else (width,)
    return group.create_dataset(
        name,
        shape=(0, *rest),
        maxshape=(None, *rest),
        dtype=dtype,
        chunks=tile,
        compression="gzip",
        compression_opts=1,
        shuffle=True,
        fletcher32=h5py.check_string_dtype(np.dtype(dtype)) is None,  # not for strings
    )
