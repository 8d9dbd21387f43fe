r"""The fluxes that decide which reactions run, and which way: given, or parsimonious.

Within bounds, parsimonious flux balance analysis finds the best value of an objective and then the
least total flux that reaches it [1]_,

.. math:: \min \sum_r |v_r| \quad\text{such that}\quad N v = 0,\; l \le v \le u,\;
          c^T v = \max c^T v .

References
----------
.. [1] Lewis et al., *Mol. Syst. Biol.* 6 (2010) 390, doi:10.1038/msb.2010.47
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import is_finite_number, require_names
from skimpy_renaissance.errors import InputError, MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.steady_states.stated_ranges import Ranges, stated

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["biomass_reaction", "conditioned", "directions"]

_UNIT = "mmol/gDW/h"
_BALANCE = 1e-6  # of the flux through a metabolite
_FLOOR = 1e-7  # mmol/gDW/h, what solvers leave
_WORDS = ("biomass", "growth")


def biomass_reaction(model: Model) -> str:
    """Return the reaction whose flux is the growth rate.

    Parameters
    ----------
    model
        The constraint-based model.

    Returns
    -------
    str
        The objective, where it is one reaction of that kind; otherwise the one whose name says so.

    Raises
    ------
    MissingEntryError
        There is none, or there are several.
    """
    named = [r.id for r in model.reactions if any(w in f"{r.id} {r.name}".lower() for w in _WORDS)]
    aims = [r.id for r in model.reactions if r.objective_coefficient]
    inside = [name for name in named if not model.reactions.get_by_id(name).boundary]
    for found in (
        [name for name in aims if name in named],
        [name for name in aims if len(model.reactions.get_by_id(name).metabolites) > 9],
        inside,
        named,
    ):
        if len(found) == 1:
            return found[0]
    raise MissingEntryError(
        "A growth rate needs a biomass reaction: the objective, or one whose name contains "
        f"'biomass' or 'growth'. {model.id!r} has {listed(inside or named) or 'none'} among "
        f"{len(model.reactions)} reactions. Bound the reaction itself: bounds={{reaction: ...}}."
    )


def conditioned(
    model: Model,
    *,
    bounds: Ranges | None,
    growth: float | tuple[float, float] | None,
    fluxes: Mapping[str, float] | None,
    objective: str | None,
    sinks: Collection[str] = (),
) -> tuple[pd.Series | None, str]:
    """Bring a model into its condition: set bounds, in place, and find or check fluxes.

    Parameters
    ----------
    model
        The constraint-based model.
    bounds
        Reaction to (lowest, highest) or to one value, mmol/gDW/h.
    growth
        The same of the biomass reaction, 1/h.
    fluxes
        Reaction to flux instead, mmol/gDW/h; reactions that are not named have none.
    objective
        Reaction whose flux is maximised within bounds; ``None`` for the model's own objective.
    sinks
        Reactions whose fluxes follow from the others where fluxes are given.

    Returns
    -------
    fluxes : pandas.Series or None
        By reaction, mmol/gDW/h; ``None`` where nothing was stated.
    condition : str
        Where they come from.

    Raises
    ------
    MissingEntryError
        There is no such reaction.
    InputError
        A range is not one, a flux is not a finite number, or both were given.
    SteadyStateError
        No fluxes are balanced within the bounds, or those given are not.
    """
    asked = dict(bounds or {})
    if fluxes is not None:
        if asked or growth is not None or objective is not None:
            raise InputError(
                "Fluxes are given, or found within bounds, not both: fluxes= came with bounds=, "
                "growth= or objective=. Leave one out."
            )
        return _given_fluxes(model, fluxes, sinks), "fluxes given"
    if growth is not None:
        asked[biomass_reaction(model)] = growth
    _set_bounds(model, asked)
    if not asked and objective is None:
        return None, "no fluxes, what its bounds allow"
    state, aim = _parsimonious_fluxes(model, asked, objective)
    return state, f"parsimonious fluxes{aim}"


def directions(model: Model, fluxes: pd.Series | None) -> pd.Series:
    """Return which way each reaction runs.

    Parameters
    ----------
    model
        The constraint-based model.
    fluxes
        By reaction; ``None`` to judge by bounds.

    Returns
    -------
    pandas.Series
        By reaction: 1, -1, or 0 for either.
    """
    if fluxes is not None:
        signs = {str(name): int(np.sign(value)) for name, value in fluxes.items()}
    else:
        signs = {r.id: int(r.lower_bound >= 0) - int(r.upper_bound <= 0) for r in model.reactions}
    return pd.Series(signs, name="direction", dtype=int)


def _set_bounds(model: Model, bounds: Ranges) -> None:
    require_names(bounds, (r.id for r in model.reactions), what=f"reaction of {model.id!r} called")
    for name, given in bounds.items():
        model.reactions.get_by_id(name).bounds = stated(name, given, what="flux", unit=_UNIT)


def _parsimonious_fluxes(
    model: Model, bounds: Ranges, objective: str | None
) -> tuple[pd.Series, str]:
    from cobra.exceptions import OptimizationError  # noqa: PLC0415
    from cobra.flux_analysis import pfba  # noqa: PLC0415

    with model:
        if objective is not None:
            names = (r.id for r in model.reactions)
            require_names([objective], names, what="reaction to maximise called")
            model.objective = objective
        if not np.isfinite(model.slim_optimize()):
            _explain(model, bounds)
        try:
            found = pfba(model).fluxes.rename("flux")
        except OptimizationError as error:
            raise SteadyStateError(
                f"COBRApy's pfba finds no fluxes in {model.id!r} ({error}). Widen the bounds a "
                "little: equal bounds leave a solver no room for rounding."
            ) from error
        aims = [r.id for r in model.reactions if r.objective_coefficient]
    said = [f"{name} ({found[name]:.4g} {_unit(name)})" for name in aims]
    return found, f" of the largest {listed(said)}" if said else ""


def _unit(reaction: str) -> str:
    """Return the unit of a flux: that of biomass is a rate of growth."""
    return "1/h" if any(word in reaction.lower() for word in _WORDS) else _UNIT


def _explain(model: Model, bounds: Ranges) -> None:
    """Raise with the bounds of which every one is needed to exclude all fluxes."""
    needed = dict(bounds)
    with model:
        model.objective = {}
        for name in bounds:
            reaction = model.reactions.get_by_id(name)
            before = reaction.bounds
            reaction.bounds = (-1e6, 1e6)
            if np.isfinite(model.slim_optimize()):
                reaction.bounds = before
            else:
                del needed[name]
        forced = {
            r.id: r.bounds for r in model.reactions if not needed and r.bounds[0] * r.bounds[1] > 0
        }
    said = [f"{name} {given}" for name, given in needed.items()]
    raise SteadyStateError(
        f"No fluxes of {model.id!r} are balanced within the bounds ({_UNIT}). "
        + (
            f"These exclude one another, and any one less is enough: {listed(said, most=8)}."
            if needed
            else "They are excluded without yours, by the model's own bounds, of which "
            f"{listed(f'{n} {b}' for n, b in forced.items()) or 'none'} cannot be zero."
        )
        + " Widen one; uptake is negative."
    )


def _given_fluxes(model: Model, fluxes: Mapping[str, float], sinks: Collection[str]) -> pd.Series:
    for name, value in fluxes.items():
        if not is_finite_number(value):
            raise InputError(
                f"The flux of {name!r} must be a finite number, {_UNIT}, got {value!r}."
            )
    names = [r.id for r in model.reactions]
    state = pd.Series({n: float(fluxes.get(n, 0.0)) for n in names}, name="flux", dtype=float)
    for sink in (model.reactions.get_by_id(name) for name in sinks):
        (metabolite,) = sink.metabolites
        state[sink.id] = sum(
            r.metabolites[metabolite] * state[r.id] for r in metabolite.reactions if r is not sink
        )
    _require_balanced(model, state)
    return state


def _require_balanced(model: Model, fluxes: pd.Series) -> None:
    off: dict[str, float] = {}
    for metabolite in model.metabolites:
        terms = [r.metabolites[metabolite] * fluxes[r.id] for r in metabolite.reactions]
        if abs(sum(terms)) > max(_BALANCE * sum(map(abs, terms)) / 2, _FLOOR):
            off[metabolite.id] = sum(terms)
    if off:
        worst = sorted(off, key=lambda m: abs(off[m]), reverse=True)
        said = listed([f"{m} {off[m]:+.3g}" for m in worst])
        raise SteadyStateError(
            f"Fluxes must balance every metabolite, but {len(off)} gain or lose ({_UNIT}): {said}. "
            "Give the fluxes of all reactions, exchanges too (uptake negative); or give bounds and "
            "have fluxes found. What reactions= cuts off can be held constant: held=[...]."
        )
