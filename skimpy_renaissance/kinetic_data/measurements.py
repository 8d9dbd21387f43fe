"""Measured saturation constants: which were made under which conditions, and what each counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError, listed

__all__ = ["MeasuredKm"]


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"text": [], "why": []}, dtype=object)


@dataclass(frozen=True, eq=False)
class MeasuredKm:
    """Measured saturation constants, one row per measurement.

    Parameters
    ----------
    table
        Index ``row``: label of the row in the source. Columns ``reaction``, ``ec``,
        ``metabolite``, ``organism`` and ``reference`` (text, empty where not given), ``value``
        and ``unit`` as read, ``km`` (mol/L), ``low``, ``high`` (mol/L): the measurement's own
        uncertainty, NaN where it has none, 0 or infinity at an open end; ``ph`` and
        ``temperature`` (as in the source, NaN where not given) and ``weight`` (1 by default).
    skipped
        Rows that were left out: index ``row``, columns ``text`` (the value's cell) and ``why``.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import read_measured_km
    >>> table = pd.DataFrame({"reaction": "PFK", "metabolite": "atp", "value": [0.1, 0.2]})
    >>> measured = read_measured_km(table.assign(ph=[7.5, 5.0]), unit="mM")
    >>> measured.under(ph=(7, 8)).table["km"].tolist()  # mol/L
    [0.0001]
    """

    table: pd.DataFrame
    skipped: pd.DataFrame = field(default_factory=_nothing)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        left_out = f", {len(self.skipped)} left out" if len(self.skipped) else ""
        return f"<MeasuredKm: {len(self)} measurements{left_out}>"

    def under(
        self,
        *,
        organism: str | Sequence[str] | None = None,
        ph: tuple[float, float] | None = None,
        temperature: tuple[float, float] | None = None,
        ec: str | Sequence[str] | None = None,
        unstated: bool = False,
    ) -> MeasuredKm:
        """Return the measurements made under some conditions; the others count as skipped.

        Parameters
        ----------
        organism
            One or several names; a strain's name may follow, and case does not matter.
        ph
            Lowest and highest.
        temperature
            Lowest and highest, in the unit of the source.
        ec
            One or several EC numbers.
        unstated
            Whether measurements stay that do not state what is asked for.

        Returns
        -------
        MeasuredKm

        Raises
        ------
        InputError
            No measurement is left, or a range is not one.
        """
        names = _several(organism)
        numbers = _several(ec)
        why = pd.Series("", index=self.table.index, dtype=object)

        def leave_out(column: str, fits: pd.Series, given: pd.Series) -> None:
            values = self.table[column].astype(str).map(lambda value: f"{column} is {value}")
            reasons = values.where(given, f"{column} is not stated")
            keep = (given & fits) | (~given & unstated)
            why[~keep & (why == "")] = reasons

        if names:
            starts = tuple(name.casefold() for name in names)
            column = self.table["organism"]
            leave_out("organism", column.str.casefold().str.startswith(starts), column != "")
        if numbers:
            leave_out("ec", self.table["ec"].isin(numbers), self.table["ec"] != "")
        for column_name, ends in (("ph", ph), ("temperature", temperature)):
            if ends is not None:
                low, high = _range(column_name, ends)
                column = self.table[column_name]
                leave_out(column_name, column.between(low, high), column.notna())
        out = why != ""
        if out.all():
            raise InputError(
                f"No measurement is left under these conditions; of {len(self)}, "
                f"{listed((f'{n} x {reason}' for reason, n in why.value_counts().items()), most=8)}"
                ". Widen them, or keep measurements that do not state them (unstated=True)."
            )
        text = self.table.loc[out, "value"].astype(str)
        left = pd.DataFrame({"text": text.astype(object), "why": why[out]})
        skipped = pd.concat([self.skipped, left]) if len(self.skipped) else left
        return MeasuredKm(self.table[~out], skipped)

    def weighted(self, organism: Mapping[str, float], *, otherwise: float = 1.0) -> MeasuredKm:
        """Return the measurements with weights by organism, multiplied by those they have.

        Parameters
        ----------
        organism
            Name, as for :meth:`under`, to a weight; 0 leaves its measurements out of ranges.
        otherwise
            Weight of all others.

        Returns
        -------
        MeasuredKm

        Raises
        ------
        InputError
            A weight is negative or not finite.
        """
        for name, weight in {**organism, "otherwise": otherwise}.items():
            if not is_finite_number(weight) or weight < 0:
                raise InputError(f"The weight of {name!r} must be a number >= 0, got {weight!r}.")
        stated = self.table["organism"].str.casefold()

        def weight_of(name: str) -> float:
            fits = (w for key, w in organism.items() if name.startswith(key.casefold()))
            return next(fits, otherwise)

        weights = self.table["weight"] * stated.map(weight_of).astype(float)
        return replace(self, table=self.table.assign(weight=weights))


def _several(given: str | Sequence[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _range(name: str, ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    if not low <= high:
        raise InputError(f"{name} needs its lowest, then its highest value, got {ends!r}.")
    return low, high
