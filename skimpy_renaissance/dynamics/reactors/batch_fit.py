r"""An ensemble in a batch against measured courses: how well each model fits, which fit best.

With the measured points :math:`\hat y_t` of a quantity :math:`y`, the error of a model is the root
mean square deviation as a share of the measured range, and its misfit that of all quantities alike,

.. math::
    E_y = \frac{1}{\max \hat y - \min \hat y}
          \sqrt{\frac{1}{|T_y|} \sum_{t \in T_y} \left(y(t) - \hat y_t\right)^2}, \qquad
    E = \sqrt{\frac{1}{|Y|} \sum_{y \in Y} E_y^2}

It needs no standard deviations, which single measurements lack. A model whose run stops before the
last point has an infinite misfit.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 2d).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.dynamics.ensembles.pieces import in_pieces
from skimpy_renaissance.dynamics.ensembles.settling import settling_times
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.dynamics.reactors.batch_quantity import BatchQuantity, course_errors
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.dynamics.reactors.simulate_reactor import ReactorRuns, simulate_reactor
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import Ensemble, warn_where_narrow
from skimpy_renaissance.setups import digest
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["BatchFit", "fit_batch"]

_PIECE = 20  # runs


@dataclass(frozen=True, eq=False)
class BatchFit:
    """Batches of an ensemble, beside what was measured.

    Parameters
    ----------
    runs
        One per model.
    quantities
        What is followed, with the measured points.
    ensemble
        What the models stand for, and how many independent ones they are worth.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BatchFit, BatchQuantity, Measurement
    >>> points = (Measurement("glc__D_e", 0.0, 0.020), Measurement("glc__D_e", 4.0, 0.006))
    >>> glucose = BatchQuantity("glucose", "glc__D_e", "mmol/L", 1e3, points)
    >>> found = BatchFit(batches, (glucose,))  # as fit_batch returns
    >>> found.table[["rank", "set", "misfit"]].round(2)
       rank set  misfit
    0     1   1    0.02
    1     2   0    0.42
    """

    runs: ReactorRuns
    quantities: tuple[BatchQuantity, ...]
    ensemble: Ensemble = field(default_factory=Ensemble)

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def measured(self) -> tuple[BatchQuantity, ...]:
        """The quantities that were measured."""
        return tuple(quantity for quantity in self.quantities if quantity.measured)

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that did not reach the end: set, status, message, seconds."""
        return self.runs.status[~self.runs.trajectories.finished]

    @property
    def courses(self) -> dict[str, NDArray[np.float64]]:
        """Label of each quantity to `` `run x time` ``, in the unit of the label."""
        return {quantity.label: quantity.course(self.runs) for quantity in self.quantities}

    @property
    def measured_tables(self) -> dict[str, pd.DataFrame]:
        """Label of each measured quantity to its points, in the unit of the label."""
        return {quantity.label: quantity.table for quantity in self.measured}

    @cached_property
    def errors(self) -> dict[str, NDArray[np.float64]]:
        """Name of each measured quantity to `` `run` ``: the share of the measured range."""
        found = {}
        for quantity in self.measured:
            values = np.array([point.value for point in quantity.measured])
            rmse = course_errors(self.runs, quantity.measured)[quantity.variable]
            found[quantity.name] = np.where(np.isfinite(rmse), rmse, np.inf) / np.ptp(values)
        return found

    @cached_property
    def misfit(self) -> NDArray[np.float64]:
        """`` `run` ``, infinite for runs that stopped; NaN for all where nothing was measured."""
        if not self.measured:
            return np.full(len(self), np.nan)
        return np.sqrt(np.mean([error**2 for error in self.errors.values()], axis=0))

    @property
    def table(self) -> pd.DataFrame:
        """One row per model, the best first.

        Columns ``rank``, ``misfit`` and ``error_<quantity>`` where something was measured; ``set``,
        ``status``, ``message``, and ``settled_<quantity>``, h, as
        :func:`~skimpy_renaissance.dynamics.ensembles.settling.settling_times` has it.
        """
        status = self.runs.status
        errors = {f"error_{name}": error for name, error in self.errors.items()}
        settled = {
            f"settled_{quantity.name}": settling_times(self.runs.times, quantity.course(self.runs))
            for quantity in self.quantities
        }
        table = status[["set", "status"]].assign(misfit=self.misfit, **errors, **settled)
        table["message"] = status["message"]
        if not self.measured:
            return table.drop(columns="misfit")
        table = table.sort_values("misfit", kind="stable", ignore_index=True)
        table.insert(0, "rank", np.arange(1, len(table) + 1))
        return table

    @property
    def ends(self) -> pd.DataFrame:
        """What is there at the end, over all models that got so far.

        One row per quantity: ``unit``, ``n`` models; ``mean`` and ``error``, its Monte-Carlo
        standard error; ``p5``, ``p50`` and ``p95``, each with its ``_error``.
        """
        shares = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
        rows = []
        for quantity in self.quantities:
            last = quantity.course(self.runs)[:, -1]
            known = last[np.isfinite(last)]
            row = {"quantity": quantity.name, "unit": quantity.unit, "n": len(known)}
            values = [known.mean(), *np.quantile(known, [*shares.values()])] if len(known) else []
            errors = self.ensemble.error_of_quantile(known, [*shares.values()])
            row |= dict(zip(("mean", *shares), values, strict=False))
            row["error"] = float(self.ensemble.error_of_mean(known))
            row |= dict(zip((f"{name}_error" for name in shares), errors.tolist(), strict=True))
            rows.append(row)
        return pd.DataFrame(rows).set_index("quantity")

    def to_dataframe(self) -> pd.DataFrame:
        """Return the courses as a tidy table.

        Returns
        -------
        pandas.DataFrame
            One row per run, quantity and time: ``set``, ``quantity``, ``unit``, ``time`` (h) and
            ``value``; NaN after a run stopped.
        """
        times, sets = self.runs.times, self.runs.status["set"].to_numpy()
        tables = [
            pd.DataFrame(
                {
                    "set": np.repeat(sets, len(times)),
                    "quantity": quantity.name,
                    "unit": quantity.unit,
                    "time": np.tile(times, len(sets)),
                    "value": quantity.course(self.runs).ravel(),
                }
            )
            for quantity in self.quantities
        ]
        return pd.concat(tables, ignore_index=True)

    def closest(self, n: int | None = None, *, tolerance: float = np.inf) -> NDArray[np.intp]:
        """Return positions of the models that fit best, the best first.

        Parameters
        ----------
        n
            How many at most; ``None`` for all.
        tolerance
            Largest misfit.

        Returns
        -------
        numpy.ndarray
            Runs that stopped are not among them.

        Raises
        ------
        InputError
            Nothing was measured.
        """
        if not self.measured:
            raise InputError("Models are ranked against measured courses; none were given.")
        order = np.argsort(self.misfit, kind="stable")
        fits = np.isfinite(self.misfit[order]) & (self.misfit[order] <= tolerance)
        return order[fits][:n]

    def select(self, positions: Sequence[int] | NDArray[np.intp]) -> BatchFit:
        """Return some of the models, in the ensemble's order.

        Parameters
        ----------
        positions
            Which.

        Returns
        -------
        BatchFit
        """
        mask = np.zeros(len(self), dtype=bool)
        mask[list(positions)] = True
        runs = replace(self.runs, trajectories=self.runs.trajectories.select(mask))
        return replace(self, runs=runs)


def fit_batch(
    reactor: BatchReactor,
    sets: ParameterPopulation,
    state: SteadyState,
    *,
    quantities: Sequence[BatchQuantity],
    hours: float | None = None,
    inoculum: float | None = None,
    medium: Mapping[str, float] | None = None,
    cell_mass: float | None = None,
    n_times: int = 121,
    folder: Path | None = None,
    piece: int = _PIECE,
    time_limit: float | None = None,
    integrator: Integrator | None = None,
    n_processes: int | None = None,
    progress: bool | None = False,
) -> BatchFit:
    """Grow every model in a batch, and compare each with what was measured.

    Parameters
    ----------
    reactor
        One strain in its medium.
    sets
        Models of the strain, in the reactor's units.
    state
        The steady state that they were made for, and that cells come from.
    quantities
        What to follow, measured or not; see
        :func:`~skimpy_renaissance.dynamics.reactors.batch_quantity.read_experiments`.
    hours
        Length of the batch; by default up to the last measured point. Points after it do not
        count.
    inoculum
        gDW/L; by default the biomass measured at 0 h.
    medium
        Metabolite to mol/L, in the place of the reactor's medium.
    cell_mass
        Dry weight of a cell, g; by default that of its volume.
    n_times
        Times from 0 to ``hours``, equally far apart; those of measured points come on top.
    folder
        Where runs are kept as they are done, so that the same call after Ctrl-C resumes.
    piece
        Runs that are kept together.
    time_limit
        Seconds of wall-clock time per run.
    integrator
        ``CVODE()`` by default.
    n_processes
        By default one per core that may be used; 1 stays in this process.
    progress
        Whether to show a progress bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    BatchFit
        A run that fails is kept, with its status. A warning says where the sets are a generator's
        own draws.

    Raises
    ------
    InputError
        A number makes no sense, something is neither given nor measured, there are several strains
        or no quantity, or ``folder`` holds other batches.
    MissingEntryError
        A quantity is neither biomass nor in the medium, or a parameter has no value.
    UnitsError
        Sets or state have other units than the reactor.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BatchQuantity, Measurement, fit_batch
    >>> points = (Measurement("biomass", 0.0, 0.05), Measurement("biomass", 2.0, 0.2))  # h, gDW/L
    >>> biomass = BatchQuantity("biomass", "biomass", "gDW/L", measured=points)
    >>> fit_batch(reactor, population.select([0, 1]), state, quantities=[biomass]).closest(n=1)
    array([1])
    """
    if len(reactor.strains) != 1 or not len(sets):
        raise InputError(
            "fit_batch takes models of one strain, got "
            f"{len(sets)} of the strains {listed(reactor.strains)}."
        )
    length = _length(quantities, hours)
    chosen = tuple(_until(length, quantity, reactor) for quantity in quantities)
    require_whole("n_times", n_times, at_least=2)
    require_whole("piece", piece)
    if not chosen:
        raise InputError("A batch needs at least one quantity to follow, got none.")
    start = _inoculum(chosen, inoculum)
    filled = reactor.medium if medium is None else medium
    measured = [point.time for quantity in chosen for point in quantity.measured]
    times = np.union1d(np.linspace(0.0, length, n_times), measured)

    ensemble = warn_where_narrow(sets.provenance)

    def one(some: slice) -> Trajectories:
        return simulate_reactor(
            reactor,
            sets.select(some),
            state,
            times=times,
            biomass=start,
            medium=medium,
            cell_mass=cell_mass,
            time_limit=time_limit,
            integrator=integrator,
            n_processes=n_processes,
        ).trajectories

    pieces = in_pieces(
        one,
        len(sets),
        description={
            "strains": {name: strain.network.name for name, strain in reactor.strains.items()},
            "volume": reactor.volume,
            "constant": sorted(reactor.constant),
            "medium_mol_per_l": dict(sorted(filled.items())),
            "state_sha256": digest(state.concentrations.to_numpy(dtype=float))[:16],
            "sets_sha256": digest(sets.values)[:16],
            "sets": len(sets),
            "inoculum_gdw_per_l": start,
            "cell_mass_g": cell_mass,
            "times_h": times.tolist(),
            "integrator": repr(integrator),
            "piece": piece,
        },
        size=piece,
        folder=folder,
        progress=progress,
    )
    runs = ReactorRuns(reactor, Trajectories.joined(list(pieces)), cell_mass)
    return BatchFit(runs, chosen, ensemble)


def _length(quantities: Sequence[BatchQuantity], hours: float | None) -> float:
    last = max((point.time for q in quantities for point in q.measured), default=0.0)
    length = last if hours is None else hours
    if not 0 < length < np.inf:
        raise InputError(
            f"A batch lasts a positive number of hours, got {hours!r}"
            + (", and nothing was measured after 0 h." if hours is None else ".")
        )
    return float(length)


def _until(hours: float, quantity: BatchQuantity, reactor: BatchReactor) -> BatchQuantity:
    """Leave out points after the end; raise where the rest cannot be compared."""
    if quantity.variable not in (BIOMASS, *reactor.medium_names):
        raise MissingEntryError(
            f"{quantity.variable!r} is neither {BIOMASS!r} nor in the medium, which has "
            f"{listed(reactor.medium_names, most=20)}."
        )
    points = tuple(point for point in quantity.measured if point.time <= hours)
    if quantity.measured and len({point.value for point in points}) < 2:
        raise InputError(
            f"{quantity.name!r} needs two different values measured within {hours:g} h: errors are "
            "shares of their range."
        )
    return replace(quantity, measured=points)


def _inoculum(quantities: Sequence[BatchQuantity], given: float | None) -> float:
    begin = [p for q in quantities for p in q.measured if q.variable == BIOMASS and p.time == 0]
    if given is None and not begin:
        raise InputError("No biomass was measured at 0 h: the inoculum, gDW/L, must be given.")
    start = begin[0].value if given is None else given
    return require_positive("The inoculum, gDW/L,", start)
