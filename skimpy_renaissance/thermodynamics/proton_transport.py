r"""How many protons and how much charge a reaction moves between compartments.

.. math:: N_k = \sum_{m \in k} n_m\, \mathrm{H}_m, \qquad z_k = \sum_{m \in k} n_m\, z_m

with the hydrogen atoms and charges of the metabolic model's own formulas. Within one compartment
both are of no consequence at constant pH, so that only atoms other than hydrogen, and electrons,
must balance there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from skimpy_renaissance.errors import listed

__all__ = ["Balance", "balance_of"]

Balance: TypeAlias = dict[str, tuple[float, float]]
"""Compartment to the protons and the charge that arrive there; empty for a single compartment."""

_BALANCED = 1e-6


def balance_of(reaction: Any, compounds: Mapping[Any, Any], protons: set[str]) -> Balance | str:
    """Return what arrives in each compartment, or why the reaction has no energy.

    Parameters
    ----------
    reaction
        A COBRApy reaction.
    compounds
        Its metabolites to their compounds.
    protons
        Identifiers of those that are protons.

    Returns
    -------
    dict or str
    """
    if len(reaction.metabolites) == 1:
        return "an exchange with the surroundings"
    stated = _left(_atoms(m, n) for m, n in reaction.metabolites.items() if m.elements)
    if all(m.elements for m in reaction.metabolites) and stated:
        return f"not balanced: {_told(stated)}"
    matched = _left(
        {a: n * k for a, k in (compounds[m].atom_bag or {}).items() if a != "H"}
        for m, n in reaction.metabolites.items()
        if m.id not in protons
    )
    if matched and all(compounds[m].atom_bag for m in reaction.metabolites if m.id not in protons):
        return (
            f"not balanced in the compounds that its metabolites were matched to: {_told(matched)}"
        )
    places = {m.compartment for m in reaction.metabolites}
    return {} if len(places) == 1 else _arriving(reaction)


def _arriving(reaction: Any) -> Balance | str:
    unknown = [m.id for m in reaction.metabolites if not m.elements or m.charge is None]
    if unknown:
        return f"crosses a membrane, but {listed(unknown)} has no formula or no charge"
    hydrogens: Counter[str] = Counter()
    charges: Counter[str] = Counter()
    for m, n in reaction.metabolites.items():
        hydrogens[m.compartment] += n * m.elements.get("H", 0)
        charges[m.compartment] += n * m.charge
    off = {"H": sum(hydrogens.values()), "charge": sum(charges.values())}
    if any(abs(value) > _BALANCED for value in off.values()):
        return f"crosses a membrane and is not balanced: {_told(off)}"
    return {place: (hydrogens[place], charges[place]) for place in hydrogens}


def _atoms(metabolite: Any, coefficient: float) -> dict[str, float]:
    return {a: coefficient * n for a, n in metabolite.elements.items() if a != "H"}


def _left(parts: Any) -> dict[str, float]:
    total: Counter[str] = Counter()
    for part in parts:
        for atom, n in part.items():
            total[atom] += n
    return {atom: n for atom, n in total.items() if abs(n) > _BALANCED}


def _told(left: Mapping[str, float]) -> str:
    return ", ".join(f"{n:+g} {atom}" for atom, n in left.items() if n)
