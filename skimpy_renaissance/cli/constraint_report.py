"""What a constraint-based model is, whether it can grow, and what a kinetic model of it needs."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING

import pandas as pd

from skimpy_renaissance.cli.findings import Findings, counted
from skimpy_renaissance.draft.cobra_models import fractional, one_sided
from skimpy_renaissance.draft.elements import imbalances
from skimpy_renaissance.draft.flux_states import biomass_reaction, conditioned
from skimpy_renaissance.errors import MissingEntryError, SteadyStateError, listed
from skimpy_renaissance.extras import how_to_install
from skimpy_renaissance.thermodynamics.compounds import annotated_namespaces

if TYPE_CHECKING:
    from cobra import Model, Reaction

__all__ = ["describe_constraint_based"]

_SHOWN = 10
_NO_LIMIT = 999.0  # mmol/gDW/h, from which a bound is none; or the largest bound there is
_NO_GROWTH = 1e-6  # 1/h
_RUNS = 1e-7  # mmol/gDW/h
_PROTONS = {"H", "charge"}


def describe_constraint_based(model: Model, *, source: str) -> list[Findings]:
    """Say what a constraint-based model consists of, what it can do, and what ``build`` needs.

    Parameters
    ----------
    model
        The model of COBRApy; left as it is.
    source
        Where it was read from.

    Returns
    -------
    list of Findings
    """
    biomass, problem = "", ""
    try:
        biomass = biomass_reaction(model)
    except MissingEntryError as error:
        problem = str(error)
    growth, fluxes = _growth(model, biomass, problem)
    return [
        _parts(model, biomass, source=source),
        growth,
        _needs(model, biomass, fluxes, source=source),
    ]


def _parts(model: Model, biomass: str, *, source: str) -> Findings:
    exchanges = sum(map(one_sided, model.reactions))
    places = Counter(m.compartment or "none" for m in model.metabolites)
    without = [m.id for m in model.metabolites if not m.formula]
    charged = sum(m.charge is not None for m in model.metabolites)
    balance, problems = _balance(model, biomass)
    entries = {
        "reactions": f"{len(model.reactions)}, {exchanges} of them exchanges, demands or sinks",
        "metabolites": f"{len(model.metabolites)}",
        "compartments": ", ".join(f"{name} ({n} metabolites)" for name, n in places.items()),
        "genes": f"{len(model.genes)}",
        "formulas": f"{len(model.metabolites) - len(without)} of {len(model.metabolites)} "
        f"metabolites, charges {charged}" + _lacking(without),
        "mass balance": balance,
        "annotations": _annotations(model),
    }
    title = f"Constraint-based model {model.id or 'without a name'}, from {source}"
    return Findings(title, entries, problems=problems)


def _lacking(names: list[str]) -> str:
    return f"\nnone for {listed(names, most=_SHOWN)}" if names else ""


def _balance(model: Model, biomass: str) -> tuple[str, tuple[str, ...]]:
    loose = {r.id for r in model.reactions if one_sided(r) or fractional(r)} | {biomass}
    off = imbalances(model, loose, [r.id for r in model.reactions])
    parts = {name: {part.split()[0] for part in text.split(", ")} for name, text in off.items()}
    lost = [f"{name} ({off[name]})" for name, elements in parts.items() if elements - _PROTONS]
    inside = [r for r in model.reactions if r.id not in loose]
    judged = sum(all(m.formula for m in r.metabolites) for r in inside)
    text = f"{judged} of {len(inside)} reactions between whole molecules can be judged"
    text += f"; {len(off) - len(lost) or 'none'} gain protons or charge alone"
    if not lost:
        return text, ()
    return text, (
        f"{len(lost)} reactions gain or lose elements: {listed(lost, most=_SHOWN)}. Correct their "
        "formulas or coefficients, or accept them: build --unbalanced REACTION,...",
    )


def _annotations(model: Model) -> str:
    known = {m.id: annotated_namespaces(m) for m in model.metabolites}
    bare = [name for name, spaces in known.items() if not spaces]
    text = f"{len(known) - len(bare)} of {len(known)} metabolites have one that eQuilibrator knows"
    names = (space for spaces in known.values() for space in spaces)
    text += f": {counted(names)}" if len(bare) < len(known) else ""
    if bare:
        text += f"\nnone for {listed(bare, most=_SHOWN)}: these are tried by their names as BiGG's"
    return text


def _growth(model: Model, biomass: str, problem: str) -> tuple[Findings, pd.Series | None]:
    aims = [r.id for r in model.reactions if r.objective_coefficient]
    entries = {"objective": listed(aims) or "none", **_limits(model)}
    title = "What its bounds allow, mmol/gDW/h"
    if not biomass:
        return Findings(title, entries, problems=(problem,)), None
    parts = [m.id for m in model.reactions.get_by_id(biomass).metabolites]
    entries["biomass reaction"] = f"{biomass}, of {listed(parts, most=_SHOWN)}"
    try:
        fluxes, _ = conditioned(
            model.copy(), bounds=None, growth=None, fluxes=None, objective=biomass
        )
    except SteadyStateError as error:
        return Findings(title, entries, problems=(str(error),)), None
    assert fluxes is not None, "an objective was named"
    rate = float(fluxes[biomass])
    if rate < _NO_GROWTH:
        return Findings(title, entries, problems=(_why_not(model, biomass),)), None
    running = sum(abs(fluxes[r.id]) > _RUNS for r in model.reactions if not one_sided(r))
    entries["largest growth"] = (
        f"{rate:.4g} 1/h, with {running} reactions running, exchanges apart (least total flux)"
    )
    return Findings(title, entries), fluxes


def _limits(model: Model) -> dict[str, str]:
    """Say how much can be taken up, and what must run."""
    open_from = _open_from(model)
    taken = {r.id: _uptake(r) for r in model.reactions if one_sided(r) and _uptake(r) > 0}
    limited = [f"{name} {most:g}" for name, most in taken.items() if most < open_from]
    free = [name for name, most in taken.items() if most >= open_from]
    uptake = [f"up to {listed(limited, most=_SHOWN)}"] if limited else []
    uptake += [f"without limit: {listed(free, most=_SHOWN)}"] if free else []
    forced = [
        f"{r.id} {r.lower_bound if r.lower_bound > 0 else r.upper_bound:g}"
        for r in model.reactions
        if r.lower_bound > 0 or r.upper_bound < 0
    ]
    capped = [
        r.id
        for r in model.reactions
        if not one_sided(r) and any(0 < abs(b) < open_from for b in r.bounds)
    ]
    return {
        "uptake": "; ".join(uptake) or "none",
        "must run": f"at least {listed(forced, most=_SHOWN)}" if forced else "",
        "limited inside": f"{len(capped)}: {listed(capped, most=_SHOWN)}" if capped else "",
    }


def _open_from(model: Model) -> float:
    """Return the size from which a bound stands for none."""
    sizes = [abs(b) for r in model.reactions for b in r.bounds if isfinite(b)]
    return min(_NO_LIMIT, max(sizes, default=_NO_LIMIT))


def _uptake(reaction: Reaction) -> float:
    """Return the most that an exchange can bring in."""
    consumes = any(n < 0 for n in reaction.metabolites.values())
    return float(-reaction.lower_bound if consumes else reaction.upper_bound)


def _why_not(model: Model, biomass: str) -> str:
    """Name the components of biomass that cannot be made, each by itself."""
    needed = [m for m, n in model.reactions.get_by_id(biomass).metabolites.items() if n < 0]
    missing = []
    for metabolite in needed:
        with model:
            model.objective = model.add_boundary(
                metabolite, type="demand", reaction_id=f"DM_{metabolite.id}_of_biomass"
            )
            most = model.slim_optimize()
            if not (isfinite(most) and most > _NO_GROWTH):
                missing.append(metabolite.id)
    text = f"{model.id or 'The model'} cannot grow within its bounds: "
    if missing:
        text += f"{len(missing)} of {len(needed)} components of {biomass} cannot be made: "
        text += f"{listed(missing, most=_SHOWN)}. Open the uptake of what they are made from"
    else:
        text += f"each component of {biomass} can be made, but not all together, or {biomass} "
        text += "itself is closed"
    return f"{text}, or correct the bounds."


def _needs(model: Model, biomass: str, fluxes: pd.Series | None, *, source: str) -> Findings:
    condition = "fluxes: growth (--growth) and uptake as measured (--uptake), or --fluxes"
    command = f"skimpy-renaissance build --model {source}"
    if fluxes is not None:
        own = [r.id for r in model.reactions if one_sided(r) and _uptake(r) < _open_from(model)]
        full = {name: fluxes[name] for name in own if _used_up(model, name, fluxes[name])}
        rates = [f"{name}={rate:.3g}:{0.8 * rate:.3g}" for name, rate in full.items()]
        command += f" --growth {0.9 * fluxes[biomass]:.3g}"
        command += f" --uptake {','.join(rates[:3])}" if rates else ""
    installed = find_spec("equilibrator_api") is not None
    energies = "energies: eQuilibrator, which is "
    energies += "installed, estimates them" if installed else "not installed, can estimate them ("
    energies += "" if installed else f"{how_to_install('thermo')})"
    energies += "; --energies FILE gives those you know"
    choice = "a choice of reactions (--reactions), where not all that run are wanted"
    entries = {
        "needs": "\n".join((condition, energies, choice)),
        "for example": f"{command} -o my_model",
    }
    return Findings("A kinetic model of it: skimpy-renaissance build", entries)


def _used_up(model: Model, name: str, flux: float) -> bool:
    """Return whether an uptake runs at its limit."""
    most = _uptake(model.reactions.get_by_id(name))
    return most > 0 and -flux > 0.99 * most
