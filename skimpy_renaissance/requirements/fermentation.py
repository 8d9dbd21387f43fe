r"""A measured batch fermentation: cells and metabolites of the medium over time.

Each model grows in a batch reactor; its misfit is the root mean square of deviations in standard
deviations of the measurement, every variable counting alike however often it was measured,

.. math:: \chi^2 = \frac{1}{|V|}\sum_{y \in V} \frac{1}{|T_y|}\sum_{t \in T_y}
          \left(\frac{y(t) - \hat y_t}{s_t}\right)^2, \qquad
          d = \ln\left(1 + \frac{\chi}{\chi_{max}}\right)

and a model satisfies it where :math:`\chi \le \chi_{max}`. There is no gradient, and each model
costs an integration: a few models per candidate, natural evolution strategies, a generator that is
trained for valid models first.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 2d).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skimpy_renaissance.checks import require_names, require_positive, require_whole
from skimpy_renaissance.dynamics import BatchReactor, Measurement, ReactorRuns, simulate_reactor
from skimpy_renaissance.dynamics.reactors.batch_quantity import course_errors, deviations
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_bound,
    require_weight,
)
from skimpy_renaissance.requirements.simulated import simulated
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.setups import describe
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["Fermentation"]


@dataclass(frozen=True, eq=False)
class Fermentation(Requirement):
    """A batch curve to be reproduced.

    Parameters
    ----------
    reactor
        One strain in its medium.
    state
        The steady state that the cells come from: the one that models are trained at.
    measured
        Points of the curve.
    biomass
        Inoculum, gDW/L.
    medium
        Metabolite to mol/L, in the place of the reactor's medium; ``None`` keeps that.
    tolerance
        Largest misfit of a model that satisfies the requirement, in standard deviations.
    models
        Models per candidate that are simulated, the valid ones among the first so many; ``None``
        for all.
    time_limit
        Seconds that one run may take; long enough not to decide anything on a busy machine.
    processes
        Processes that runs are spread over; each takes seconds to start in every generation.
    weight
        Among other requirements.

    Raises
    ------
    InputError
        A number cannot be used, nothing was measured, or there are several strains.
    MissingEntryError
        A measured variable is neither ``biomass`` nor in the medium.

    Examples
    --------
    >>> reactor = sr.examples.e_coli_core_reactor(network, state)
    >>> points = [sr.requirements.Measurement("biomass", 0.5, 0.066, sd=0.002)]  # 0.5 h, gDW/L
    >>> batch = sr.requirements.Fermentation(reactor, state, points, biomass=0.05)
    >>> batch.label
    'batch curve within 2 sd'
    >>> log_km = torch.tensor(population.log_km(bound.km_names)[:1])
    >>> batch.misfits(batch.simulate(bound, log_km)).round(1)  # in standard deviations
    array([3.2])
    """

    reactor: BatchReactor = field(repr=False)
    state: SteadyState = field(repr=False)
    measured: Sequence[Measurement] = field(repr=False)
    biomass: float
    medium: Mapping[str, float] | None = None
    tolerance: float = 2.0
    models: int | None = 4
    time_limit: float = 60.0
    processes: int = 1
    weight: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "measured", tuple(self.measured))
        if not self.measured:
            raise InputError("Fermentation needs at least one measured point, got none.")
        without = [point for point in self.measured if point.sd is None]
        if without:
            raise InputError(
                "Fermentation counts deviations in standard deviations: every point needs sd, got "
                f"{without[0]!r}."
            )
        if len(self.reactor.strains) != 1:
            raise InputError(
                f"Fermentation trains one strain, the reactor has {list(self.reactor.strains)}."
            )
        known = (BIOMASS, *self.reactor.medium_names)
        require_names(self.variables, known, what="variable of the reactor")
        for name in ("biomass", "tolerance", "time_limit"):
            require_positive(f"{name} of Fermentation", getattr(self, name))
        require_whole("processes of Fermentation", self.processes)
        if self.models is not None:
            require_whole("models of Fermentation", self.models)
        require_weight("Fermentation", self.weight)
        if self.medium is not None:
            self.reactor.require_medium(self.medium)
        if max(point.time for point in self.measured) <= 0:
            raise InputError("Fermentation needs a point measured after 0 h.")

    @property
    def variables(self) -> tuple[str, ...]:
        """What was measured, in order of appearance."""
        return tuple(dict.fromkeys(point.variable for point in self.measured))

    @property
    def label(self) -> str:
        """For example ``"batch curve within 2 sd"``."""
        return f"batch curve within {self.tolerance:g} sd"

    @property
    def differentiable(self) -> bool:
        """No: models are simulated."""
        return False

    @property
    def description(self) -> Any:
        """Numbers; of the reactor only what is not in the kinetic model itself."""
        values = {
            name: getattr(self, name)
            for name in ("measured", "biomass", "medium", "tolerance", "models", "weight")
        }
        reactor = {
            "medium": self.reactor.medium,
            "volume": self.reactor.volume,
            "constant": sorted(self.reactor.constant),
        }
        return describe({"class": "Fermentation", **values, "reactor": reactor})

    def require_its_kinetics(self, kinetics: Kinetics) -> BoundKinetics:
        """Check that the reactor's strain and state are those of the kinetics.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        BoundKinetics

        Raises
        ------
        MissingEntryError
            The strain has other reactions.
        InputError
            The state is another one, or the kinetics are not of a network.
        """
        bound = require_bound(kinetics, needed_for="A fermentation")
        (strain,) = self.reactor.strains.values()
        inside = bound.network.reaction_names
        require_names(strain.network.reaction_names, inside, what="reaction in the kinetic model")
        held = self.state.concentrations[list(bound.network.variables)].to_numpy(dtype=float)
        if not np.allclose(held, bound.reference.of_metabolites(bound.network.variables)):
            raise InputError(
                f"Fermentation starts from the steady state {self.state.name!r}, which is not the "
                "one that the kinetics are bound to. Give both the same."
            )
        return bound

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Check that the reactor's strain and state are those of the kinetics."""
        bound = self.require_its_kinetics(kinetics)

        def misfits(log_km: Tensor) -> NDArray[np.float64]:
            return self.misfits(self.simulate(bound, log_km))

        def assess(judged: Judged) -> Assessment:
            misfit, looked_at = simulated(judged, self.models, misfits, otherwise=torch.inf)
            shortfall = torch.log1p(misfit / self.tolerance)
            return Assessment(shortfall, misfit <= self.tolerance, looked_at)

        return assess

    def simulate(
        self, bound: BoundKinetics, log_km: Tensor, *, times: Sequence[float] | None = None
    ) -> ReactorRuns:
        """Let models grow.

        Parameters
        ----------
        bound
            Kinetics at the steady state.
        log_km
            `model x km`, float64, ln(mol/L).
        times
            h, ascending from 0; by default those of the measured points.

        Returns
        -------
        ReactorRuns
        """
        if times is None:
            times = sorted({0.0, *(point.time for point in self.measured)})
        sets = parametrize(bound, log_km)
        if sets.units is None:
            sets = replace(sets, units=self.reactor.units)
        return simulate_reactor(
            self.reactor,
            sets,
            self.state,
            times=np.asarray(times, dtype=np.float64),
            biomass=self.biomass,
            medium=self.medium,
            time_limit=self.time_limit,
            n_processes=self.processes,
        )

    def misfits(self, runs: ReactorRuns) -> NDArray[np.float64]:
        """Return the misfit of each run, in standard deviations.

        Parameters
        ----------
        runs
            As :meth:`simulate` returns.

        Returns
        -------
        numpy.ndarray
            `run`; infinite where a run stopped before the last measured point.
        """
        squares = []
        for variable, off in deviations(runs, self.measured).items():
            sd = np.array([p.sd for p in self.measured if p.variable == variable])
            squares.append(((off / sd) ** 2).mean(-1))
        chi = np.sqrt(np.mean(squares, axis=0))
        return np.where(np.isfinite(chi), chi, np.inf)

    def errors(self, runs: ReactorRuns) -> dict[str, NDArray[np.float64]]:
        """Return the root mean square error of each variable, in its unit.

        Parameters
        ----------
        runs
            As :meth:`simulate` returns.

        Returns
        -------
        dict
            Variable to `run`: gDW/L for biomass, mol/L for metabolites.
        """
        return course_errors(runs, self.measured)
