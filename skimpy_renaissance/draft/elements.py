"""Whether reactions keep the elements and the charge, by the formulas of their metabolites."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import TYPE_CHECKING

from skimpy_renaissance.errors import NetworkError, listed

if TYPE_CHECKING:
    from cobra import Model, Reaction

__all__ = ["imbalances"]

_TOLERATED = ("H", "charge")


def imbalances(model: Model, lumped: Collection[str], accepted: Collection[str]) -> dict[str, str]:
    """Return what reactions gain or lose, and refuse those that gain or lose matter.

    Protons and charge follow from the pH that formulas are written for, and are only told; any
    other element is refused. A metabolite without a formula cannot be judged.

    Parameters
    ----------
    model
        The constraint-based model.
    lumped
        Reactions that need not be balanced: growth, exchanges.
    accepted
        Further ones that a user accepts.

    Returns
    -------
    dict
        Reaction to what it gains, in words.

    Raises
    ------
    NetworkError
        Elements other than hydrogen are not balanced.
    """
    found = {}
    refused = []
    for reaction in model.reactions:
        if reaction.id in lumped:
            continue
        off = _imbalance(reaction)
        if off:
            found[reaction.id] = ", ".join(f"{element} {n:+g}" for element, n in off.items())
            if reaction.id not in accepted and not set(off) <= set(_TOLERATED):
                refused.append(reaction.id)
    if refused:
        said = [f"{name} ({found[name]})" for name in refused]
        raise NetworkError(
            f"Reactions must keep their elements, but {len(refused)} do not: {listed(said)}. "
            "Correct their formulas or coefficients, or accept them: unbalanced=[...]."
        )
    return found


def _imbalance(reaction: Reaction) -> dict[str, float]:
    if any(not m.formula for m in reaction.metabolites):
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # formulas with R, X or (...)n
            off = reaction.check_mass_balance()
    except ValueError:  # a formula that COBRApy cannot read
        return {}
    if any(m.charge is None for m in reaction.metabolites):
        off.pop("charge", None)
    return dict(sorted(off.items()))
