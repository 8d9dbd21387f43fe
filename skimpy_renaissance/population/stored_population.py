"""Reading parts of a columnar file: one parameter of all sets, or all parameters of some sets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.population.checksums import Checksums, require_same
from skimpy_renaissance.population.columnar import open_columnar
from skimpy_renaissance.population.file_layout import TILE_ROWS, reading
from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.selection import Selection, row_positions
from skimpy_renaissance.population.stored_datasets import holds
from skimpy_renaissance.population.table_checks import freeze
from skimpy_renaissance.units import Units

__all__ = ["StoredPopulation"]


class StoredPopulation:
    """A columnar file, open for reading parts of it; close it, or use it in a ``with`` statement.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them.

    Attributes
    ----------
    names
        `` `parameter` ``.
    lambda_max, lambda_min
        `` `model` ``, 1/h, or ``None``.
    units, provenance
        As for :class:`ParameterPopulation`.

    Raises
    ------
    FileFormatError
        The file is not of this layout.
    UnitsError
        The file states other units.

    Examples
    --------
    >>> from skimpy_renaissance.population import save_columnar, StoredPopulation
    >>> save_columnar(population, "population.h5")
    >>> len(StoredPopulation("population.h5"))
    5
    """

    def __init__(self, path: str | os.PathLike[str], *, units: Units | None = None) -> None:
        with ExitStack() as stack:
            opened = stack.enter_context(open_columnar(path, units=units))
            self.names, header = opened.names, opened.header
            self.units, self.provenance = header.units, header.provenance
            self.lambda_max, self.lambda_min = header.lambda_max, header.lambda_min
            self._opened, self._values, self._file = opened, opened.values, opened.file
            self._stack = stack.pop_all()

    def __len__(self) -> int:
        return self._values.shape[0]

    @cached_property
    def index(self) -> tuple[str, ...]:
        """`` `model` ``: set names, read when first asked for."""
        with reading(self._file.filename):
            stated = self._opened.index
        return stated or tuple(map(str, range(len(self))))

    def column(self, name: str) -> NDArray[np.float64]:
        """Read one parameter of all sets.

        Parameters
        ----------
        name
            The parameter.

        Returns
        -------
        numpy.ndarray
            `` `model` ``, scaled units.

        Raises
        ------
        MissingEntryError
            There is no such parameter.
        """
        require_names([name], self.names, what="parameter")
        with reading(self._file.filename):
            return self._values[:, self.names.index(name)]

    def select(self, which: Selection) -> ParameterPopulation:
        """Read some of the sets, in the order asked for.

        Parameters
        ----------
        which
            `` `model` `` mask, positions, set names, or a slice.

        Returns
        -------
        ParameterPopulation

        Raises
        ------
        MissingEntryError
            There is no such set.
        InputError
            A mask of the wrong length, or a set named twice.
        """
        rows = row_positions(which, n_models=len(self), lookup=self._row_of)
        values = np.empty((len(rows), len(self.names)))
        tile_of = rows // TILE_ROWS
        by_tile = np.argsort(tile_of, kind="stable")
        _, first = np.unique(tile_of[by_tile], return_index=True)
        for places in np.split(by_tile, first[1:]) if len(rows) else ():
            wanted = rows[places]
            start = int(wanted.min())
            with reading(self._file.filename):
                values[places] = self._values[start : int(wanted.max()) + 1][wanted - start]
        return ParameterPopulation(
            self.names,
            freeze(values),
            self._names_of(rows),
            lambda_max=None if self.lambda_max is None else self.lambda_max[rows],
            lambda_min=None if self.lambda_min is None else self.lambda_min[rows],
            units=self.units,
            provenance=self.provenance,
        )

    def blocks(self, n_models: int = 16 * TILE_ROWS) -> Iterator[ParameterPopulation]:
        """Read all sets, a block at a time.

        Parameters
        ----------
        n_models
            How many sets a block holds; the last one may hold fewer.

        Yields
        ------
        ParameterPopulation
        """
        for start in range(0, len(self), n_models):
            yield self.select(slice(start, start + n_models))

    def require_unchanged(self) -> None:
        """Read all values, a block at a time, and compare their checksum.

        Raises
        ------
        FileFormatError
            They are not what was written. A file of an earlier version has no checksum to compare.
        """
        source, found = self._file.filename, Checksums()
        found.add("values", np.empty(0))
        for start in range(0, len(self), TILE_ROWS):
            with reading(source):
                found.add("values", self._values[start : start + TILE_ROWS])
        require_same(self._opened.header.checksums, "values", found, source=source)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def __enter__(self) -> StoredPopulation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _row_of(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.index)}

    def _names_of(self, rows: NDArray[np.intp]) -> tuple[str, ...]:
        with reading(self._file.filename):
            named = holds(self._file, "index")
        if named:
            return tuple(self.index[row] for row in rows)
        return tuple(map(str, rows.tolist()))
