r"""A population of kinetic parameter sets of one network.

Values are in the kinetic model's scaled concentration units, as in SKiMPy (Weilandt et al.,
*Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787); generators work in

.. math:: \ln K_m = \ln(c / s)

with scaled value :math:`c` and ``concentration_scaling`` :math:`s`: units travel with the values.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.display import Shown
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.population.changes import changed_fields
from skimpy_renaissance.population.file_layout import reading
from skimpy_renaissance.population.joining import joined_fields
from skimpy_renaissance.population.loading import read_fields
from skimpy_renaissance.population.parquet import write_parquet
from skimpy_renaissance.population.selection import Selection, row_positions
from skimpy_renaissance.population.skimpy_hdf5 import write_skimpy_hdf5
from skimpy_renaissance.population.table_checks import (
    checked_fields,
    freeze,
    require_positive,
    table_values,
)
from skimpy_renaissance.units import Units

__all__ = ["ParameterPopulation"]


@dataclass(frozen=True, eq=False, repr=False)
class ParameterPopulation(Shown):
    """Parameter sets of one network: a table with units.

    Parameters
    ----------
    names
        `` `parameter` ``: names as in SKiMPy, for example ``km_substrate1_PFK``.
    values
        `` `model x parameter` ``, scaled units; kept read-only, and copied unless it is so already.
        NaN or ``None`` in every set marks a parameter without value; in some sets it is an error.
    index
        `` `model` ``: a unique name per set; by default ``"0"``, ``"1"``, ...
    lambda_max, lambda_min
        `` `model` ``, 1/h, without ``units`` 1 per model time: ends of the spectrum; NaN: failed.
    units
        Units of ``values``; ``None`` if unknown.
    provenance
        Where the values come from: anything that JSON can hold.

    Raises
    ------
    InputError
        Names used twice, shapes that do not match, a value missing in some sets only.

    Examples
    --------
    >>> population.save("population.h5")
    >>> sr.ParameterPopulation.load("population.h5").with_changes({"PFK": 0.5})
    <ParameterPopulation: 5 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    index: tuple[str, ...] = ()
    lambda_max: NDArray[np.float64] | None = field(default=None, kw_only=True)
    lambda_min: NDArray[np.float64] | None = field(default=None, kw_only=True)
    units: Units | None = field(default=None, kw_only=True)
    provenance: Mapping[str, object] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        for name, value in checked_fields(self).items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_dataframe(
        cls,
        frame: pd.DataFrame,
        *,
        units: Units | None = None,
        provenance: Mapping[str, object] | None = None,
    ) -> ParameterPopulation:
        """Read a table: one row per set, one column per parameter.

        Parameters
        ----------
        frame
            `` `model x parameter` ``, scaled units; row labels become set names. Columns
            ``lambda_max`` and ``lambda_min`` (1/h), where present, become those fields.
        units, provenance
            As for the class.

        Returns
        -------
        ParameterPopulation

        Raises
        ------
        InputError
            A column does not hold numbers, or as for the class.
        """
        known = [name for name in ("lambda_max", "lambda_min") if name in frame.columns]
        eigenvalues = {name: table_values(frame[[name]])[:, 0] for name in known}
        parameters = frame.drop(columns=known)
        return cls(
            tuple(parameters.columns),
            table_values(parameters),
            tuple(parameters.index),
            **eigenvalues,
            units=units,
            provenance=provenance or {},
        )

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[pd.Series]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, name: object) -> bool:
        return name in self._row

    def __getitem__(self, key: str | int) -> pd.Series:
        """Return one parameter set.

        Parameters
        ----------
        key
            A name or a position: ``"17"`` is the set of that name, ``17`` the eighteenth set.

        Returns
        -------
        pandas.Series
            Parameter to value, scaled units.

        Raises
        ------
        MissingEntryError
            There is no such set.
        """
        if not isinstance(key, str | int | np.integer):
            raise InputError(f"One parameter set is one name or position, got {key!r}; see select.")
        row = int(self._positions(key)[0])
        return pd.Series(self.values[row].copy(), index=list(self.names), name=self.index[row])

    def __repr__(self) -> str:
        told = self.units.of_constants if self.units else "units not stated"
        return f"<ParameterPopulation: {len(self)} sets of {len(self.names)} parameters, {told}>"

    def to_dataframe(self, *, eigenvalues: bool = False) -> pd.DataFrame:
        """Return the table: rows are sets, columns parameters.

        Parameters
        ----------
        eigenvalues
            Whether to append the columns ``lambda_max`` and, where known, ``lambda_min`` (1/h).

        Returns
        -------
        pandas.DataFrame
            `` `model x parameter` ``, scaled units.

        Raises
        ------
        InputError
            They are asked for but unknown.
        """
        frame = pd.DataFrame(self.values.copy(), index=list(self.index), columns=list(self.names))
        if not eigenvalues:
            return frame
        frame = frame.assign(lambda_max=self._known_lambda_max())
        return frame if self.lambda_min is None else frame.assign(lambda_min=self.lambda_min)

    def log_km(self, km_names: Sequence[str]) -> NDArray[np.float64]:
        """Return saturation constants as the generator and the kinetics take them.

        Parameters
        ----------
        km_names
            `` `km` ``: usually ``network.km_names``.

        Returns
        -------
        numpy.ndarray
            `` `model x km` ``, ln(mol/L).

        Raises
        ------
        UnitsError
            The population does not know its units.
        MissingEntryError
            A name is not a parameter of the population.
        InputError
            A constant is not a positive number.
        """
        if self.units is None:
            raise UnitsError(
                "ln(mol/L) needs the population's concentration_scaling, and its units are "
                "unknown. State them: ParameterPopulation.load(path, units=Units(...))."
            )
        column = {name: i for i, name in enumerate(self.names)}
        require_names(km_names, column, what="parameter")
        km = self.values[:, [column[name] for name in km_names]]
        require_positive(km, names=km_names, index=self.index)
        return self.units.log_molar(km)

    def select(self, which: Selection) -> ParameterPopulation:
        """Return some of the sets, in the order asked for.

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
        rows = self._positions(which)
        return replace(
            self,
            values=freeze(self.values[rows]),
            index=tuple(self.index[row] for row in rows),
            lambda_max=None if self.lambda_max is None else self.lambda_max[rows],
            lambda_min=None if self.lambda_min is None else self.lambda_min[rows],
        )

    def where_valid(
        self, criterion: Callable[[NDArray[np.float64], NDArray[np.float64] | None], ArrayLike]
    ) -> ParameterPopulation:
        """Return the sets that meet a criterion on their eigenvalues.

        Parameters
        ----------
        criterion
            Maps ``lambda_max`` and ``lambda_min`` (`` `model` ``, 1/h; the latter or ``None``) to
            one verdict per set; for example ``Validity(partition=-2.5)``.

        Returns
        -------
        ParameterPopulation

        Raises
        ------
        InputError
            ``lambda_max`` is unknown, or the verdict has another shape.
        """
        verdict = np.asarray(criterion(self._known_lambda_max(), self.lambda_min))
        if verdict.shape != (len(self),) or verdict.dtype != bool:
            raise InputError(
                f"A criterion must return {len(self)} booleans, one per set; got "
                f"{verdict.dtype} of shape {verdict.shape}."
            )
        return self.select(verdict)

    def with_changes(self, folds: Mapping[str, float]) -> ParameterPopulation:
        """Return the sets with enzymes made stronger or weaker, or other parameters changed.

        Parameters
        ----------
        folds
            Reaction to the factor on its ``vmax_forward``, or parameter to the factor on it;
            positive. A knock-out is a small one, for example 1e-6.

        Returns
        -------
        ParameterPopulation
            Without eigenvalues, which no longer hold; ``sr.steady_state`` finds new steady states.

        Raises
        ------
        InputError
            A factor is not positive and finite.
        MissingEntryError
            There is no such parameter.
        """
        return replace(self, lambda_max=None, lambda_min=None, **changed_fields(self, folds))

    def concat(
        self, *others: ParameterPopulation, index: Iterable[object] | None = None
    ) -> ParameterPopulation:
        """Append the sets of other populations.

        Parameters
        ----------
        *others
            Populations of the same parameters, in any order of columns, and the same units.
        index
            New set names, for example ``range(n)``; by default all keep theirs.

        Returns
        -------
        ParameterPopulation
            With this one's order of columns; differing provenances are kept as a list.

        Raises
        ------
        InputError
            Parameters differ, a set name occurs twice, or eigenvalues are known for some only.
        UnitsError
            Units differ, or are known for some only.
        """
        return ParameterPopulation(**joined_fields((self, *others), index=index))

    def without_missing(self) -> ParameterPopulation:
        """Return the population without the parameters that have no value in any set."""
        kept = np.flatnonzero(~np.isnan(self.values).all(axis=0))
        if len(self) == 0 or len(kept) == len(self.names):
            return self
        names = tuple(self.names[column] for column in kept)
        return replace(self, names=names, values=freeze(self.values[:, kept]))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write SKiMPy's HDF5 layout, atomically; see :func:`save_columnar` for millions of sets.

        Parameters
        ----------
        path
            The file to write. Parameters without a value are left out.

        Raises
        ------
        OutputError
            ``path`` cannot be written.
        """
        write_skimpy_hdf5(self.without_missing(), path)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write Parquet, a column per parameter, atomically; see :func:`write_parquet` for blocks.

        Parameters
        ----------
        path
            The file to write. Parameters without a value are left out.

        Raises
        ------
        OutputError, MissingExtraError
            ``path`` cannot be written, or pyarrow (extra ``parquet``) is not installed.
        """
        write_parquet([self], path)

    @staticmethod
    def load(path: str | os.PathLike[str], *, units: Units | None = None) -> ParameterPopulation:
        """Read a population that SKiMPy or this package wrote, in any layout, or Parquet.

        Parameters
        ----------
        path
            The file.
        units
            Units of the values, for files that do not state them (SKiMPy's never do).

        Returns
        -------
        ParameterPopulation

        Raises
        ------
        FileFormatError
            The file is neither HDF5 nor Parquet, is truncated, or has another layout.
        UnitsError
            The file states other units.
        """
        with reading(path):
            return ParameterPopulation(**read_fields(path, units=units))

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.index)}

    def _positions(self, which: Selection) -> NDArray[np.intp]:
        return row_positions(which, n_models=len(self), lookup=lambda: self._row)

    def _known_lambda_max(self) -> NDArray[np.float64]:
        if self.lambda_max is None:
            raise InputError(
                "The population's lambda_max is unknown. Compute it (1/h, one per set) and pass "
                "it: dataclasses.replace(population, lambda_max=...)."
            )
        return self.lambda_max
