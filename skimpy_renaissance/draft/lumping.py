r"""Linear paths taken together: a metabolite between two reactions only, and one reaction is left.

Where a metabolite is touched by reactions :math:`a` and :math:`b` alone, its balance ties their
fluxes, and the sum

.. math:: N_{ab} = N_a + k N_b, \qquad k = -N_{ma} / N_{mb} = \pm 1,

takes its place; energies and logarithms of equilibrium constants add up with the same multipliers.
Only such a metabolite may disappear: where a second one would (both forms of a carrier that two
reactions turn over), the reactions stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from skimpy_renaissance.draft.cobra_models import one_sided
from skimpy_renaissance.errors import InputError, listed

if TYPE_CHECKING:
    from cobra import Metabolite, Model, Reaction

__all__ = ["lump_linear_paths"]


def lump_linear_paths(
    model: Model,
    fluxes: pd.Series | None,
    *,
    kept: Collection[str],
    apart: Collection[str],
    only: Collection[str] | None = None,
) -> tuple[dict[str, dict[str, float]], pd.Series | None]:
    """Lump linear paths, in place.

    Parameters
    ----------
    model
        The constraint-based model. Transports stay as they are.
    fluxes
        By reaction, mmol/gDW/h, or ``None``.
    kept
        Metabolites that stay: water, small molecules, those held constant.
    apart
        Reactions that stay: growth.
    only
        The metabolites to remove; ``None`` for all that can be.

    Returns
    -------
    lumps : dict
        Lumped reaction to the reactions it is the sum of, each with its multiplier.
    fluxes : pandas.Series or None
        Those of the reactions that are left.

    Raises
    ------
    InputError
        A metabolite of ``only`` is not between two reactions.
    """
    lumps: dict[str, dict[str, float]] = {}
    done: set[str] = set()
    again = True
    while again:
        again = False
        for metabolite in list(model.metabolites):
            if metabolite.id in kept or (only is not None and metabolite.id not in only):
                continue
            pair = _pair(metabolite, apart)
            if pair is None:
                continue
            fluxes = _join(model, metabolite, pair, lumps, fluxes)
            done.add(metabolite.id)
            again = True
    left = sorted(set(only or ()) - done)
    if left:
        raise InputError(
            f"Lumping removes metabolites between two reactions; {listed(left)} is not: more "
            "reactions have it, or it is exchanged, transported, held constant or left out. Take "
            "it off the list."
        )
    shorter = _shorter_names(model, lumps)
    if fluxes is not None:
        fluxes = fluxes.rename(shorter)
    return {shorter[name]: parts for name, parts in lumps.items()}, fluxes


def _shorter_names(model: Model, lumps: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Rename lumps of three and more after their ends, in place."""
    shorter = {}
    for name, parts in lumps.items():
        first, *_, last = parts
        short = name if len(parts) < 3 else f"{first}_to_{last}"
        shorter[name] = name if short in model.reactions else short
        model.reactions.get_by_id(name).id = shorter[name]
    return shorter


def _pair(metabolite: Metabolite, apart: Collection[str]) -> tuple[Reaction, Reaction] | None:
    both = sorted(metabolite.reactions, key=lambda r: r.id)
    if len(both) != 2:
        return None
    for reaction in both:
        if one_sided(reaction) or reaction.id in apart or len(reaction.compartments) > 1:
            return None
    first, second = both
    factor = -first.metabolites[metabolite] / second.metabolites[metabolite]
    if abs(factor) != 1:
        return None
    total = _sum(first, second, factor)
    vanishing = [m for m, n in total.items() if n == 0 and m.reactions <= {first, second}]
    signs = {n > 0 for n in total.values() if n != 0}
    return (first, second) if vanishing == [metabolite] and len(signs) == 2 else None


def _sum(first: Reaction, second: Reaction, factor: float) -> dict[Metabolite, float]:
    total = dict(first.metabolites)
    for metabolite, coefficient in second.metabolites.items():
        total[metabolite] = total.get(metabolite, 0.0) + factor * coefficient
    return total


def _join(
    model: Model,
    metabolite: Metabolite,
    pair: tuple[Reaction, Reaction],
    lumps: dict[str, dict[str, float]],
    fluxes: pd.Series | None,
) -> pd.Series | None:
    """Put the sum of two reactions in their place, written the way it runs."""
    from cobra import Reaction  # noqa: PLC0415

    def direction(reaction: Reaction) -> int:
        if fluxes is not None:
            return 1 if fluxes[reaction.id] >= 0 else -1
        return -1 if reaction.upper_bound <= 0 else 1

    def makes(reaction: Reaction) -> bool:
        return bool(reaction.metabolites[metabolite] * direction(reaction) > 0)

    first, second = sorted(pair, key=makes, reverse=True)
    base = float(direction(first))
    factor = -base * first.metabolites[metabolite] / second.metabolites[metabolite]
    weights = {first: base, second: factor}
    joined = Reaction(f"{first.id}_{second.id}", name=f"{first.name}; {second.name}")
    joined.add_metabolites(
        {m: base * n for m, n in _sum(first, second, factor / base).items() if n != 0}
    )
    ends = [sorted((r.lower_bound / w, r.upper_bound / w)) for r, w in weights.items()]
    joined.bounds = max(low for low, _ in ends), min(high for _, high in ends)
    genes = [f"({r.gene_reaction_rule})" for r in pair if r.gene_reaction_rule]
    joined.gene_reaction_rule = " and ".join(genes)
    lumps[joined.id] = {
        part: w * inner
        for reaction, w in weights.items()
        for part, inner in lumps.pop(reaction.id, {reaction.id: 1.0}).items()
    }
    model.remove_reactions(list(pair))
    model.add_reactions([joined])
    model.remove_metabolites([metabolite])
    if fluxes is None:
        return None
    value = float(fluxes[first.id]) / base
    return pd.concat(
        [fluxes.drop([first.id, second.id]), pd.Series({joined.id: value}, name=fluxes.name)]
    )
