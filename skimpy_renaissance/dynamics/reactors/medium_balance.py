r"""Whether what a medium loses of an element is in the cells that grew.

With :math:`n_i` atoms of an element in metabolite :math:`i` of the medium, and :math:`b` to
:math:`\hat b` mol of it in a gram of cells, a batch that is a batch of cells has

.. math:: -\sum_i n_i\,\Delta m_i \le \hat b\,\Delta X + \epsilon, \qquad
          \sum_i n_i\,\Delta m_i \le \epsilon, \qquad
          \epsilon = 0.02 \sum_i n_i\,m_i(0) :

the medium loses no more than the cells can hold, and gains nothing: from the beginning to the end,
and from when growth is over (99 % of it) to the end. Nitrogen and phosphorus are
looked at, which do not leave as a gas; carbon does. Formulas are known for common metabolites by
their BiGG identifiers; where one that changes has none, or is held constant, nothing can be said.

References
----------
.. [1] Roels, *Energetics and Kinetics in Biotechnology* (1983): CH1.8 O0.5 N0.2, 24.6 g per mol of
   carbon, hence 8 mmol of nitrogen per gram; *E. coli* has 10. A gram of bacteria holds some 1 mmol
   of phosphorus; lumped growth reactions that keep the phosphate of their precursors take 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.reactors.simulate_reactor import ReactorRuns
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.steady_states.concentration_classes import without_compartment

__all__ = ["MediumBalance", "atoms_in", "medium_balance"]

_MOST_PER_GRAM = {"N": 0.015, "P": 0.005}  # mol/gDW: generous, see the references
_NAMES = {"N": "nitrogen", "P": "phosphorus"}
_SLACK = 0.02  # of what the medium held: rounding, and what cells keep dissolved
_NEARLY_ALL = 0.99  # of the growth, after which it is over
_CHANGES = 1e-6  # mol/L: a metabolite that changes by less need not have a formula

_FORMULAS = {
    name: formula
    for formula, names in {
        "C6H12O6": "glc_D fru gal man",
        "C12H22O11": "sucr malt lcts",
        "C5H10O5": "xyl_D arab_L",
        "C3H8O3": "glyc",
        "C2H3O2": "ac",
        "C2H6O": "etoh",
        "CHO2": "for",
        "C3H5O3": "lac_D lac_L",
        "C3H3O3": "pyr",
        "C4H4O4": "succ",
        "C4H2O4": "fum",
        "C4H4O5": "mal_L",
        "C5H4O5": "akg",
        "C6H5O7": "cit",
        "CO2": "co2",
        "CHO3": "hco3",
        "O2": "o2",
        "H2O": "h2o",
        "H": "h",
        "H4N": "nh4",
        "H3N": "nh3",
        "NO3": "no3",
        "NO2": "no2",
        "CH4N2O": "urea",
        "HO4P": "pi",
        "O4S": "so4",
        "K": "k",
        "Na": "na1",
        "Cl": "cl",
        "Mg": "mg2",
        "Ca": "ca2",
        "Fe": "fe2 fe3",
        "C5H8NO4": "glu_L",
        "C5H10N2O3": "gln_L",
        "C3H7NO2": "ala_L ala_D",
        "C4H6NO4": "asp_L",
        "C4H8N2O3": "asn_L",
        "C2H5NO2": "gly",
        "C3H7NO3": "ser_L",
        "C4H9NO3": "thr_L",
        "C11H12N2O2": "trp_L",
        "C9H11NO2": "phe_L",
        "C9H11NO3": "tyr_L",
        "C7H6NO2": "anth",
    }.items()
    for name in names.split()
}
_ATOM = re.compile(r"([A-Z][a-z]?)(\d*)")


def atoms_in(formula: str) -> dict[str, int]:
    """Count the atoms of a formula.

    Parameters
    ----------
    formula
        ``"C6H12O6"``: elements and whole numbers.

    Returns
    -------
    dict
        Element to number.

    Raises
    ------
    InputError
        It is no such formula.
    """
    parts = _ATOM.findall(formula)
    if not parts or "".join(a + n for a, n in parts) != formula:
        raise InputError(
            f"A formula is elements and whole numbers, such as C6H12O6, got {formula!r}."
        )
    found: dict[str, int] = {}
    for element, number in parts:
        found[element] = found.get(element, 0) + int(number or 1)
    return found


@dataclass(frozen=True, eq=False)
class MediumBalance:
    """What became of an element of the medium.

    Parameters
    ----------
    element
        ``"N"``.
    lost
        `` `run` ``, mol/L: what the medium has less at the end than at ``since``; NaN where a run
        stopped. Empty where it was not checked.
    grown
        `` `run` ``, gDW/L: cells formed meanwhile.
    since
        `` `run` ``, h: the beginning, or when growth was over where that is where it is odd.
    odd
        `` `run` ``, bool: more lost than the cells can hold, or something gained.
    not_checked
        Why not; empty where it was.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import medium_balance
    >>> nitrogen, phosphorus = medium_balance(batches)
    >>> (1e3 * nitrogen.lost).round(1).tolist()  # mmol/L, in cells that weigh
    [5.5, 10.5]
    >>> nitrogen.grown.round(2).tolist()  # gDW/L
    [0.72, 1.39]
    """

    element: str
    lost: NDArray[np.float64]
    grown: NDArray[np.float64]
    since: NDArray[np.float64]
    odd: NDArray[np.bool_]
    not_checked: str = ""

    @property
    def name(self) -> str:
        """The element in words."""
        return _NAMES[self.element]

    @property
    def in_words(self) -> str:
        """What was found, in a sentence or two."""
        if self.not_checked:
            return f"not checked: {self.not_checked}"
        known = np.isfinite(self.lost)
        if not self.odd.any():
            return f"balanced in all {known.sum()} runs that reached the end"
        worst = int(np.argmax(np.where(self.odd, np.abs(self.lost), -1.0)))
        lost, grown, since = self.lost[worst], self.grown[worst], self.since[worst]
        when = f" after {since:.3g} h, when growth is over" if since else ""
        runs = f"({self.odd.sum()} of {len(self.odd)} models)"
        if lost < 0:
            return (
                f"the medium gains {-1e3 * lost:.3g} mmol/L of {self.name}{when}, from nowhere "
                f"{runs}: check boundaries and the stoichiometry of transport."
            )
        held = 1e3 * _MOST_PER_GRAM[self.element] * max(grown, 0.0)
        into = (
            f"while {grown:.3g} gDW/L of cells are formed, which hold {held:.3g} mmol/L at most"
            if held > lost  # a thousandth of it
            else "while no cells are formed"
        )
        return (
            f"the medium loses {1e3 * lost:.3g} mmol/L of {self.name}{when}, {into} {runs}: the "
            "rest piles up in the cells or vanishes. Check uptake and growth reactions."
        )

    @property
    def in_brief(self) -> str:
        """The same in a few words."""
        if self.not_checked or not self.odd.any():
            return self.in_words
        return f"not kept in {self.odd.sum()} of {len(self.odd)} runs"


def medium_balance(
    runs: ReactorRuns, *, formulas: Mapping[str, str] | None = None
) -> tuple[MediumBalance, ...]:
    """Compare what the medium lost of nitrogen and phosphorus with the cells that grew.

    Parameters
    ----------
    runs
        Batches.
    formulas
        Metabolite of the medium to its formula, beside and before those known.

    Returns
    -------
    tuple of MediumBalance
        One per element.

    Raises
    ------
    InputError
        A formula is none.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import medium_balance
    >>> for balance in medium_balance(batches):
    ...     print(f"{balance.name}: {balance.in_words}")
    nitrogen: balanced in all 2 runs that reached the end
    phosphorus: balanced in all 2 runs that reached the end
    """
    reactor = runs.reactor
    names = reactor.medium_names
    known = {n: _FORMULAS.get(without_compartment(n), "") for n in names} | dict(formulas or {})
    atoms = {name: atoms_in(known[name]) for name in names if known[name]}
    courses = {name: runs.molar(name) for name in names}
    mass, times = runs.biomass(), runs.times
    if not np.isfinite(mass[:, -1]).any():
        return tuple(_unchecked(element, "no run reached the end") for element in _MOST_PER_GRAM)
    unknown = [
        name
        for name in names
        if name not in atoms and np.nanmax(np.ptp(courses[name], 1)) > _CHANGES
    ]
    return tuple(
        _balance(element, atoms, courses, mass, times, unknown, reactor.constant)
        for element in _MOST_PER_GRAM
    )


def _unchecked(element: str, why: str) -> MediumBalance:
    none = np.array([])
    return MediumBalance(element, none, none, none, none.astype(bool), why)


def _balance(
    element: str,
    atoms: Mapping[str, Mapping[str, int]],
    courses: Mapping[str, NDArray[np.float64]],
    mass: NDArray[np.float64],
    times: NDArray[np.float64],
    unknown: list[str],
    constant: frozenset[str],
) -> MediumBalance:
    carriers = {name: count[element] for name, count in atoms.items() if element in count}
    held = [name for name in carriers if name in constant]
    if unknown:
        return _unchecked(element, f"the formula of {listed(unknown)} is not known")
    if held:
        return _unchecked(element, f"{listed(held)} is held constant")
    if not carriers:
        return _unchecked(element, f"nothing in the medium holds {_NAMES[element]}")
    amount = np.sum([n * courses[name] for name, n in carriers.items()], axis=0)  # run x time
    rows = np.arange(len(mass))
    begun, over = np.zeros(len(mass), dtype=int), _growth_over(mass)
    slack = _SLACK * amount[:, 0]
    lost, grown, excess = (np.empty((2, len(mass))) for _ in range(3))
    for phase, start in enumerate((begun, over)):
        lost[phase] = amount[rows, start] - amount[:, -1]
        grown[phase] = mass[:, -1] - mass[rows, start]
        most = _MOST_PER_GRAM[element] * np.maximum(grown[phase], 0.0)
        excess[phase] = np.maximum(lost[phase] - most, -lost[phase]) - slack
    later = (excess[0] <= 0) & (excess[1] > 0)
    phase = later.astype(int)
    since = np.where(later, times[over], times[begun])
    odd = excess[phase, rows] > 0  # NaN is not
    return MediumBalance(element, lost[phase, rows], grown[phase, rows], since, odd)


def _growth_over(mass: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return `run`: the first time at which 99 % of the growth has taken place."""
    rise = mass - mass[:, :1]
    return np.asarray((rise >= _NEARLY_ALL * rise[:, -1:]).argmax(axis=1))
