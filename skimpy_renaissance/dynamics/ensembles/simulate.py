"""Nonlinear dynamics of a population: every model from every perturbation of a steady state.

Concentrations are in the model's scaled units (1e6 per mol/L: micromolar), times in hours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.checks import require_columns, require_names
from skimpy_renaissance.dynamics.ensembles.ensemble import run_ensemble
from skimpy_renaissance.dynamics.ensembles.sets_of_state import parameter_table
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem, compile_system
from skimpy_renaissance.dynamics.equations.ode_system import network_system
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrate import population_integrator
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["simulate"]


def simulate(
    bound: BoundKinetics,
    sets: ParameterPopulation | torch.Tensor,
    times: ArrayLike,
    *,
    initial: pd.DataFrame | ArrayLike | None = None,
    events: Sequence[Event] = (),
    rtol: float = 1e-6,
    atol: ArrayLike | None = None,
    time_limit: float | None = None,
    integrator: Integrator | None = None,
    n_processes: int | None = None,
    progress: bool | None = False,
    compiled: CompiledSystem | None = None,
) -> Trajectories:
    """Integrate every model from every initial state.

    Parameters
    ----------
    bound
        Kinetics at one steady state, which is the reference of events and deviations.
    sets
        A population: each set's own values are taken, also a Vmax that a design changed, and the
        steady state gives the rest. Or `` `model x km` ``, ln(mol/L), named ``"0"``, ``"1"``, ...
    times
        `` `time` ``, h, ascending; the first is that of the initial state.
    initial
        `` `perturbation x variable` ``, scaled concentration, as :func:`perturb` returns; a
        table's columns are taken by name. By default the steady state. A table whose index has the
        levels model and perturbation is `` `run x variable` `` instead: models that start from
        states of their own.
    events
        What to look out for, for example ``LeavesBounds()``.
    rtol
        Relative tolerance.
    atol
        `` `variable` ``, scaled concentration, or one number; by default 1e-9 of the steady state.
    time_limit
        Seconds of wall-clock time per run.
    integrator
        By default ``Rosenbrock()`` for 64 runs or more without events at ``rtol`` of 1e-7 or more,
        where numba is installed; for what it gives up, and otherwise, ``CVODE()``, or ``BDF()``
        without scikit-sundae.
    n_processes
        By default one per core that may be used and 8 runs; 1 stays in this process. Threads
        instead of processes for ``Rosenbrock()``.
    progress
        Whether to show a progress bar on stderr; ``None`` shows one on a terminal.
    compiled
        ``compile_system(network_system(bound.network))``, where it is at hand: it takes seconds.

    Returns
    -------
    Trajectories
        Labels ``model`` and ``perturbation``; all perturbations of the first model come first, or
        runs in the order of the table.

    Raises
    ------
    InputError
        ``bound`` holds several states, or an array has another shape.
    MissingEntryError
        A variable or a parameter has no value, or a model of ``initial`` is not in ``sets``.
    UnitsError
        The population has other units than the steady state.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import simulate
    >>> times = np.linspace(0.0, 0.1, 3)
    >>> simulate(bound, population.select([0]), times, n_processes=1)
    <Trajectories: 1 runs x 3 times: 1 finished>
    """
    network, per_hour = bound.network, bound.reference.per_hour
    compiled = compiled or compile_system(network_system(network))
    table, models = parameter_table(bound, sets, compiled.parameter_names)
    reference = bound.reference.of_metabolites(network.variables)
    start, names = _initial(initial, network.variables, reference)
    if isinstance(initial, pd.DataFrame) and isinstance(initial.index, pd.MultiIndex):
        rows, names = _own_model(initial.index, models)
    else:
        rows = np.repeat(np.arange(len(models)), len(start))
        start, names = np.tile(start, (len(models), 1)), names * len(models)
    hours = np.array(times, dtype=np.float64)
    trajectories = run_ensemble(
        compiled,
        start,
        table[rows],
        hours * per_hour,
        reference=reference,
        events=events,
        rtol=rtol,
        atol=atol,
        time_limit=time_limit,
        integrator=integrator
        or population_integrator(compiled, n_runs=len(start), rtol=rtol, events=events),
        n_processes=n_processes,
        progress=progress,
        labels={"model": [models[row] for row in rows], "perturbation": list(names)},
    )
    return trajectories.in_hours(per_hour)


def _own_model(
    index: pd.MultiIndex, models: Sequence[str]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return `` `run` ``: the position of each run's model, and the name of its perturbation."""
    if list(index.names) != ["model", "perturbation"]:
        raise InputError(
            "The index of initial states with models of their own has the levels model and "
            f"perturbation, got {listed(index.names)}."
        )
    position = {name: i for i, name in enumerate(models)}
    wanted = [str(name) for name in index.get_level_values("model")]
    require_names(wanted, models, what="parameter set")
    rows = np.array([position[name] for name in wanted], dtype=np.intp)
    return rows, tuple(str(name) for name in index.get_level_values("perturbation"))


def _initial(
    given: pd.DataFrame | ArrayLike | None, variables: Sequence[str], reference: np.ndarray
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    if given is None:
        return reference[None, :], ("none",)
    if isinstance(given, pd.DataFrame):
        require_columns(given, variables, what="The table of initial states")
        return given[list(variables)].to_numpy(dtype=float), tuple(map(str, given.index))
    table = np.atleast_2d(np.asarray(given, dtype=np.float64))
    if table.ndim != 2 or table.shape[1] != len(variables):
        raise InputError(
            f"initial must be perturbation x variable with {len(variables)} columns, got the shape "
            f"{table.shape}."
        )
    return table, tuple(str(i) for i in range(len(table)))
