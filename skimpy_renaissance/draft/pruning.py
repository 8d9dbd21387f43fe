"""What of a constraint-based model does not run: dead ends, blocked reactions, zero fluxes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import pandas as pd

from skimpy_renaissance.draft.cobra_models import one_sided
from skimpy_renaissance.errors import SteadyStateError, listed

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["idle_reactions"]

_ZERO = 1e-8  # mmol/gDW/h


def idle_reactions(model: Model, fluxes: pd.Series | None) -> dict[str, str]:
    """Return the reactions without flux, and why there is none.

    Parameters
    ----------
    model
        The constraint-based model.
    fluxes
        By reaction, mmol/gDW/h; ``None`` to ask which can be anything but zero within the bounds.

    Returns
    -------
    dict
        Reaction to reason, in the order of the model.

    Raises
    ------
    SteadyStateError
        No fluxes are balanced within the bounds.
    """
    idle = _dead_ends(model)
    if fluxes is None:
        blocked = _blocked(model)
        others = dict.fromkeys(blocked, "blocked: no flux within the bounds")
    else:
        zero = fluxes.index[fluxes.abs() <= _ZERO]
        others = {str(name): "no flux in the flux state" for name in zero}
    found = {**others, **{n: why for n, why in idle.items() if fluxes is None or n in others}}
    return {r.id: found[r.id] for r in model.reactions if r.id in found}


def _dead_ends(model: Model) -> dict[str, str]:
    """Take away reactions with a metabolite that nothing else touches, until there are none."""
    touching = {m: set(m.reactions) for m in model.metabolites}
    idle: dict[str, str] = {}
    lonely = [m for m, those in touching.items() if len(those) == 1]
    while lonely:
        metabolite = lonely.pop()
        if len(touching[metabolite]) != 1:
            continue
        (reaction,) = touching[metabolite]
        others = "" if one_sided(reaction) else " other"
        idle[reaction.id] = f"dead end: no{others} reaction has {metabolite.id}"
        for neighbour in reaction.metabolites:
            touching[neighbour].discard(reaction)
            if len(touching[neighbour]) == 1:
                lonely.append(neighbour)
    return idle


def _blocked(model: Model) -> set[str]:
    from cobra.flux_analysis import find_blocked_reactions  # noqa: PLC0415

    if not isfinite(model.slim_optimize()):
        forced = [r.id for r in model.reactions if r.lower_bound * r.upper_bound > 0]
        raise SteadyStateError(
            f"No fluxes of {model.id!r} are balanced within its own bounds; reactions that cannot "
            f"be zero: {listed(forced) or 'none'}. Correct them, give bounds=, or keep every "
            "reaction with prune=False."
        )
    return set(find_blocked_reactions(model, processes=1))
