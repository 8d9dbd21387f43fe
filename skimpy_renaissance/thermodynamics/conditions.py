"""The conditions of each compartment that reaction energies depend on.

pH and pMg are negative decadic logarithms of the concentrations of free protons and magnesium, as
in Alberty's transformed energies [1]_; electric potentials are counted from one of the
compartments.

References
----------
.. [1] Alberty, *Thermodynamics of Biochemical Reactions* (2003), doi:10.1002/0471332607.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import pandas as pd

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import InputError, MissingEntryError, listed

__all__ = ["PerCompartment", "conditions_of"]

PerCompartment: TypeAlias = float | Mapping[str, float]
"""One number for all compartments, or compartment to number."""

_LIMITS = {
    "ph": (0.0, 14.0, "a pH"),
    "ionic_strength": (0.0, 2.0, "an ionic strength, mol/L,"),
    "p_mg": (0.0, 14.0, "a pMg"),
    "potential": (-1000.0, 1000.0, "an electric potential, mV,"),
}
_LEAST_POTENTIAL = 1.0  # mV: a membrane has more, so that less is probably in volts


def conditions_of(
    compartments: Iterable[str],
    *,
    ph: PerCompartment,
    ionic_strength: PerCompartment = 0.25,
    p_mg: PerCompartment = 3.0,
    potential: Mapping[str, float] | None = None,
    others: Iterable[str] = (),
) -> pd.DataFrame:
    """Return the conditions of compartments as a table.

    Parameters
    ----------
    compartments
        Their identifiers.
    ph
        One number, or compartment to number.
    ionic_strength
        The same, mol/L.
    p_mg
        The same, -log10 of free magnesium, mol/L.
    potential
        Compartment to electric potential, mV, counted from those that are not named; ``None``
        where it is not known.
    others
        Further compartments that may be named, and count for nothing.

    Returns
    -------
    pandas.DataFrame
        Index ``compartment``; columns ``ph``, ``ionic_strength``, ``p_mg``, ``potential`` (NaN
        where not known).

    Raises
    ------
    MissingEntryError
        A compartment has no value, or there is no such compartment.
    InputError
        A value is not a number, or not a possible one.

    Examples
    --------
    >>> table = conditions_of("ce", ph={"c": 7.5, "e": 7.0}, potential={"c": -150.0})
    >>> float(table.loc["c", "ph"])
    7.5
    """
    names = list(dict.fromkeys(compartments))
    for kind, value in (("ph", ph), ("ionic_strength", ionic_strength), ("p_mg", p_mg)):
        _require_known(kind, value, [*names, *others])
    given = {"ph": ph, "ionic_strength": ionic_strength, "p_mg": p_mg}
    table = {kind: _column(kind, value, names) for kind, value in given.items()}
    if potential is None:
        table["potential"] = [float("nan")] * len(names)
    else:
        _require_known("potential", potential, [*names, *others])
        table["potential"] = _column("potential", {**dict.fromkeys(names, 0.0), **potential}, names)
        for name, value in potential.items():
            if 0 < abs(value) < _LEAST_POTENTIAL:
                raise InputError(
                    f"The potential of compartment {name!r} must be in mV, got {value!r}. Were "
                    f"these volts? Then it is {1000 * value:g}."
                )
    return pd.DataFrame(table, index=pd.Index(names, name="compartment"), dtype=float)


def _column(kind: str, given: PerCompartment, names: list[str]) -> list[float]:
    values = given if isinstance(given, Mapping) else dict.fromkeys(names, given)
    absent = [name for name in names if name not in values]
    if absent:
        raise MissingEntryError(
            f"{kind} needs a value for every compartment; there is none for {listed(absent)}, only "
            f"for {listed(values)}. State it: {kind}={{{absent[0]!r}: ...}}."
        )
    low, high, what = _LIMITS[kind]
    for name in names:
        if not (is_finite_number(values[name]) and low <= values[name] <= high):
            raise InputError(
                f"{kind} of compartment {name!r} must be {what} from {low:g} to {high:g}, got "
                f"{values[name]!r}."
            )
    return [float(values[name]) for name in names]


def _require_known(kind: str, given: PerCompartment, known: list[str]) -> None:
    unknown = [name for name in given if name not in known] if isinstance(given, Mapping) else []
    if unknown:
        raise MissingEntryError(
            f"{kind} is stated for compartment {listed(map(repr, unknown))}, but the model has "
            f"{listed(dict.fromkeys(known))}."
        )
