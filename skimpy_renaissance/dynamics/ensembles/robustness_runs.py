"""Perturbed models, followed in time: what a :class:`Robustness` is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.dynamics.ensembles.perturbation import perturb, require_change
from skimpy_renaissance.dynamics.ensembles.pieces import simulate_in_pieces
from skimpy_renaissance.dynamics.ensembles.plausible import Extremes
from skimpy_renaissance.dynamics.ensembles.robustness import Robustness
from skimpy_renaissance.dynamics.ensembles.sets_of_state import require_steady_state
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import warn_where_narrow
from skimpy_renaissance.sampling.parameter_sets import require_one_state

__all__ = ["metabolites_in", "robustness"]

_NO_FLUX = 1e-9  # of the largest flux: below it a ratio to the reference says nothing


def robustness(
    bound: BoundKinetics,
    sets: ParameterPopulation,
    watched: Mapping[str, str | Sequence[str]] | None = None,
    *,
    horizon: float,
    perturbation: float = 0.5,
    tolerance: float = 0.01,
    within: Sequence[float] = (),
    n_perturbations: int = 1,
    n_times: int = 101,
    seed: int = 0,
    folder: Path | None = None,
    rtol: float = 1e-6,
    time_limit: float | None = None,
    n_processes: int | None = None,
    progress: bool | None = False,
) -> Robustness:
    """Perturb the steady state of every model, and follow each.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        Models that have this steady state.
    watched
        Quantity, in any words, to a metabolite, a reaction, or several that count together; by
        default all metabolites together.
    horizon
        h.
    perturbation
        Largest relative change of a concentration: 0.5 for up to 50 % either way.
    tolerance
        Largest relative deviation of what counts as back.
    within
        Further times, h, to be known exactly; ``horizon`` is.
    n_perturbations
        Per model.
    n_times
        Times from 0 to ``horizon``, equally far apart.
    seed
        Seed of the random perturbations.
    folder
        Where trajectories are kept, so that the same call after Ctrl-C resumes.
    rtol
        Relative tolerance of the integrator.
    time_limit
        Seconds of wall-clock time per run.
    n_processes
        By default one per core that may be used; 1 stays in this process.
    progress
        Whether to show a progress bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Robustness
        A warning says where the sets are a generator's own draws.

    Raises
    ------
    InputError
        A number makes no sense, the sets do not have this steady state, or ``folder`` holds
        another ensemble.
    MissingEntryError
        Something watched is neither metabolite nor reaction.
    UnitsError
        The population has other units than the steady state.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import robustness
    >>> found = robustness(bound, population, {"growth": "Biomass_Ecoli_core"}, horizon=1.0)
    >>> found.returned([0.4])[["within", "back", "runs"]]
       within  back  runs
    0     0.4     4     5
    """
    require_positive("horizon", horizon)
    require_positive("tolerance", tolerance)
    require_change(perturbation)
    require_whole("n_perturbations", n_perturbations)
    require_whole("n_times", n_times, at_least=2)
    if not len(sets):
        raise InputError("At least one model is needed, the population is empty.")
    outside = [hour for hour in within if not 0 < hour <= horizon]
    if outside:
        raise InputError(
            f"within must lie between 0 and the horizon of {horizon:g} h, got {listed(outside)}."
        )
    network = bound.network
    chosen = watched or {"all metabolites": network.variables}
    names = {q: (what,) if isinstance(what, str) else tuple(what) for q, what in chosen.items()}
    _require_watchable(network, bound, names)
    require_steady_state(bound, sets)
    ensemble = warn_where_narrow(sets.provenance)
    initial = perturb(
        bound,
        len(sets) * n_perturbations,
        lower=1 - perturbation,
        upper=1 + perturbation,
        seed=seed,
    )
    initial.index = pd.MultiIndex.from_product(
        [sets.index, [str(i) for i in range(n_perturbations)]], names=["model", "perturbation"]
    )
    times = np.union1d(np.linspace(0.0, horizon, n_times), np.array(within, dtype=float))
    parts: dict[str, list[NDArray[np.float64]]] = {quantity: [] for quantity in names}
    units = bound.reference.units
    runs, extremes = [], []
    for piece in simulate_in_pieces(
        bound,
        sets,
        times,
        initial=initial,
        folder=folder,
        progress=progress,
        rtol=rtol,
        time_limit=time_limit,
        n_processes=n_processes,
    ):
        runs.append(piece.status)
        if units is not None:
            extremes.append(Extremes.of(piece, concentration_scaling=units.concentration_scaling))
        for quantity, members in names.items():
            parts[quantity].append(_course(piece, members))
    return Robustness(
        times,
        {quantity: np.concatenate(courses) for quantity, courses in parts.items()},
        {q: float(len(m) == 1 and m[0] not in network.variables) for q, m in names.items()},
        pd.concat(runs, ignore_index=True),
        tolerance,
        Extremes.joined(extremes) if extremes else None,
        ensemble,
    )


def metabolites_in(network: KineticNetwork, compartment: str) -> tuple[str, ...]:
    """Return the balanced metabolites of a compartment, to be watched together.

    Parameters
    ----------
    network
        Kinetic model.
    compartment
        Its name, ``"c"`` for the cytosol.

    Returns
    -------
    tuple of str

    Raises
    ------
    MissingEntryError
        No balanced metabolite is in a compartment of that name.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import metabolites_in
    >>> len(metabolites_in(network, "c"))
    44
    """
    found = tuple(m for m in network.variables if network.compartment_of.get(m) == compartment)
    if not found:
        places = sorted({str(network.compartment_of.get(m)) for m in network.variables})
        raise MissingEntryError(
            f"{network.name!r} has no balanced metabolite in compartment {compartment!r}; its "
            f"metabolites are in {listed(places)}."
        )
    return found


def _course(runs: Trajectories, members: Sequence[str]) -> NDArray[np.float64]:
    """Return `` `run x time` ``."""
    variables, reactions = runs.variables, runs.reactions
    if len(members) == 1:
        (name,) = members
        if name in variables:
            return runs.deviations[:, :, variables.index(name)]
        return runs.relative_rates[:, :, reactions.index(name)]
    inside = [variables.index(name) for name in members if name in variables]
    rates = [reactions.index(name) for name in members if name not in variables]
    off = [runs.deviations[:, :, inside], runs.relative_rates[:, :, rates] - 1]
    return np.abs(np.concatenate(off, axis=2)).max(axis=2)


def _require_watchable(
    network: KineticNetwork, bound: BoundKinetics, names: Mapping[str, Sequence[str]]
) -> None:
    """Raise where something has no name, or no reference to be compared with."""
    require_one_state(bound, what="robustness")
    empty = [quantity for quantity, members in names.items() if not members]
    if empty:
        raise InputError(f"Nothing is watched under {listed(empty)}.")
    wanted = dict.fromkeys(name for members in names.values() for name in members)
    known = {*network.variables, *network.reaction_names}
    lost = [name for name in wanted if name not in known]
    if lost:
        raise MissingEntryError(
            f"{network.name!r} has no balanced metabolite or reaction {listed(lost)}; metabolites "
            f"look like {listed(network.variables, most=3)}, reactions like "
            f"{listed(network.reaction_names, most=3)}."
        )
    fluxes = bound.reference.fluxes.detach().reshape(-1).abs()
    idle = {
        name
        for name, flux in zip(network.reaction_names, fluxes.tolist(), strict=True)
        if flux <= _NO_FLUX * float(fluxes.max())
    } - set(network.variables)
    if idle & set(wanted):
        raise InputError(
            f"The steady state has no flux through {listed(sorted(idle & set(wanted)))}, which "
            "later fluxes would be compared with. Watch other reactions."
        )
