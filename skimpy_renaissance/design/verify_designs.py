r"""What designs reach in the full rate laws, beside what control coefficients promised.

Each model is followed from its steady state to that of the changed enzymes
(:func:`~skimpy_renaissance.dynamics.steady_state`). Promised is
:math:`\sum_y w_y C_y e`; reached is :math:`\sum_y w_y \ln(y'/y)` with the new steady state
:math:`y'`, where there is one, and the model's own :math:`y` before the change: that of the state
of the problem, but for sets whose capacities were edited or are all larger than its fluxes need.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.design.designs import Design
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.dynamics import (
    Extremes,
    NewSteadyStates,
    compile_system,
    implausible_by_run,
    network_system,
    steady_state,
)
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states.concentration_classes import concentration_range

__all__ = ["verify_designs"]


def verify_designs(
    bound: BoundKinetics,
    population: ParameterPopulation,
    problem: ResponseProblem,
    designs: Iterable[Design],
    *,
    growth: str | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Compare what designs promise with the new steady state of every model.

    Parameters
    ----------
    bound
        Kinetics at the steady state of the problem.
    population
        The models of the problem, by name.
    problem
        What is raised.
    designs
        Made for this problem, or for others.
    growth
        Reaction that is growth; ``None`` leaves the column out.
    progress
        Whether to show bars on stderr; ``None`` shows them on a terminal.

    Returns
    -------
    pandas.DataFrame
        One row per design and model: ``design`` (0, 1, ...), ``name``, ``model``; ``promised`` and
        ``reached``, logarithms of the objective, NaN where no steady state is reached; ``status``
        (:class:`~skimpy_renaissance.dynamics.NewSteadyStates`); ``works``, whether a stable one
        raises the objective; ``growth`` relative to before; ``furthest``, the metabolite whose
        concentration changes most, and ``fold``, by how much; ``implausible``, the metabolites of
        which there is too much or too little for a cell, and was not before (empty for states
        without units).

    Raises
    ------
    MissingEntryError
        A design changes an enzyme that the problem does not, the population lacks a model, or there
        is no such growth.
    InputError
        The problem is of other models.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r").select([0])
    >>> folds = {"ACt2r": 2.0}
    >>> design = sr.design.Design(folds, 0.2, problem.log_gains(folds))
    >>> found = sr.design.verify_designs(bound, population, problem, [design])
    >>> found[["promised", "reached", "status", "works", "furthest", "fold"]].round(2)
       promised  reached  status  works  furthest  fold
    0      0.16      0.1  stable   True  glu__L_c  1.63
    """
    if growth is not None:
        require_names([growth], bound.network.reaction_names, what="reaction")
    models = models_of(problem, population)
    chosen = list(designs)
    promises = [problem.log_gains(design.folds) for design in chosen]
    if not chosen:
        return pd.DataFrame()
    compiled = compile_system(network_system(bound.network))
    usual = steady_state(bound, models, compiled=compiled, progress=progress)
    tables = []
    for number, (design, promised) in enumerate(zip(chosen, promises, strict=True)):
        mutants = models.with_changes(design.folds)
        found = steady_state(bound, mutants, compiled=compiled, progress=progress)
        reached = _reached(found, usual, problem)
        moved = (found.log_ratios - usual.log_ratios)[list(found.variables)].abs()
        columns = {
            "design": number,
            "name": design.name,
            "model": problem.models,
            "promised": promised,
            "reached": reached,
            "status": found.status,
            "works": found.stable & (np.nan_to_num(reached, nan=-np.inf) > 0),
        }
        if growth is not None:
            columns["growth"] = found.relative(growth) / usual.relative(growth)
        known = moved.notna().all(axis=1).to_numpy()
        furthest = np.full(len(found), "", dtype=object)
        furthest[known] = moved[known].idxmax(axis=1)
        columns |= {"furthest": furthest, "fold": np.exp(moved.max(axis=1)).to_numpy()}
        columns["implausible"] = _implausible(bound, found)
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def models_of(problem: ResponseProblem, population: ParameterPopulation) -> ParameterPopulation:
    """Return the models of the problem, each by a name of its own, or raise."""
    require_names(problem.models, population.index, what="parameter set in the population")
    if twice := len(problem.models) - len(set(problem.models)):
        raise InputError(
            f"{twice} models of the problem have names of others ({listed(problem.models)}): "
            "designs are verified at one steady state at a time."
        )
    return population.select(list(problem.models))


def _reached(
    found: NewSteadyStates, usual: NewSteadyStates, problem: ResponseProblem
) -> np.ndarray:
    """Return `model`: the logarithm of the objective relative to before."""
    total = np.zeros(len(found))
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, weight in problem.weights.items():
            total += weight * np.log(found.relative(name) / usual.relative(name))
    return np.where(np.isfinite(total), total, np.nan)


def _implausible(bound: BoundKinetics, found: NewSteadyStates) -> list[str]:
    """Return `model`: the metabolites that are out of range, and were not before."""
    if bound.reference.units is None:
        return [""] * len(found)
    scale = bound.reference.units.concentration_scaling
    compartments = bound.network.compartment_of
    ranges = {
        m: concentration_range(m, outside=compartments.get(m) == "e") for m in found.variables
    }
    new = found.concentrations / scale
    old = found.reference_concentrations[None] / scale
    (before,) = implausible_by_run(_extremes(found.variables, old, old), ranges)
    settled = _extremes(found.variables, np.broadcast_to(old, new.shape), new)
    return [", ".join(sorted(now - before)) for now in implausible_by_run(settled, ranges)]


def _extremes(variables: tuple[str, ...], old: np.ndarray, new: np.ndarray) -> Extremes:
    never = np.zeros(new.shape)
    return Extremes(variables, old, old, new, new, never, never)
