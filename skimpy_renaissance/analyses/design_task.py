"""What strain designs of a population are asked for: the objective, limits, models, a batch.

Models whose Jacobian cannot be inverted have no control coefficients; they are left out, by name.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import Aim, DesignLimits, Mean, ResponseProblem
from skimpy_renaissance.design.enumerate_designs import require_shortfall
from skimpy_renaissance.dynamics import BatchReactor
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import NarrowEnsembleWarning
from skimpy_renaissance.steady_states import SteadyState, growth_reaction

__all__ = ["BatchOptions", "DesignOptions", "DesignTask"]


@dataclass(frozen=True)
class DesignOptions:
    """What is raised, within which limits, and how many designs are looked at closely.

    Parameters
    ----------
    objective
        Reaction or metabolite to the weight of its logarithm.
    limits
        How far everything may go.
    aim
        What is raised over the models.
    within
        Share of the best logarithm by which designs may fall short and are listed.
    growth
        Reaction that is growth; ``None`` for the one that the network calls so.
    log_k
        Reaction to (lowest, highest) ln K, where these are uncertain.
    verified
        How many of the best designs are followed to their new steady states.
    time_limit
        Seconds of the search; ``None``: until it is done.

    Raises
    ------
    InputError
        ``within`` is no share below 1.
    """

    objective: Mapping[str, float]
    limits: DesignLimits = field(default_factory=DesignLimits)
    aim: Aim = field(default_factory=Mean)
    within: float = 0.05
    growth: str | None = None
    log_k: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    verified: int = 5
    time_limit: float | None = None

    def __post_init__(self) -> None:
        require_shortfall(self.within)


@dataclass(frozen=True, eq=False)
class BatchOptions:
    """How designed strains are grown in a batch.

    Parameters
    ----------
    reactor
        One strain in its medium.
    state
        Steady state that cells come from.
    inoculum
        gDW/L.
    hours
        Length of the batch, h.
    time_limit
        Seconds that one run may take.

    Raises
    ------
    InputError
        The inoculum or the length is not positive.
    """

    reactor: BatchReactor
    state: SteadyState
    inoculum: float
    hours: float = 24.0
    time_limit: float | None = 120.0

    def __post_init__(self) -> None:
        require_positive("inoculum", self.inoculum)
        require_positive("hours", self.hours)


@dataclass(frozen=True, eq=False)
class DesignTask:
    """A problem with the models that it is of.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    population
        Models with control coefficients.
    problem
        Enzymes to choose from, what they do in each model, and limits.
    options
        As they were given, with the reaction that is growth.
    left_out
        Models whose Jacobian cannot be inverted.
    batch
        How strains are grown; ``None`` for not at all.
    """

    bound: BoundKinetics
    population: ParameterPopulation
    problem: ResponseProblem
    options: DesignOptions
    left_out: tuple[str, ...] = ()
    batch: BatchOptions | None = None

    @classmethod
    def of(
        cls,
        bound: BoundKinetics,
        population: ParameterPopulation,
        state: SteadyState,
        options: DesignOptions,
    ) -> DesignTask:
        """Compute control coefficients and state the problem.

        Parameters
        ----------
        bound
            Kinetics at the steady state.
        population
            Models that have it.
        state
            The steady state.
        options
            What is raised, and limits.

        Returns
        -------
        DesignTask

        Raises
        ------
        MissingEntryError
            A name is not in the model, or has no flux.
        InputError
            No model has control coefficients, no enzyme is left, or there is no growth to keep.
        """
        network = bound.network
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NarrowEnsembleWarning)  # the result says so
            control = control_coefficients(bound, population)
            finite = control.flux.finite & control.all_concentrations.finite
            if not finite.any():
                raise InputError(
                    f"None of the {len(population)} models has control coefficients that are "
                    "numbers: their Jacobians cannot be inverted. Design for models that are "
                    "stable at this state."
                )
            if not finite.all():
                left = population.select(finite)
                control = control_coefficients(bound, left)
            else:
                left = population
        growth = options.growth or growth_reaction(network)
        problem = ResponseProblem.of(
            control,
            network,
            state,
            options.objective,
            options.limits,
            growth=growth,
            log_k=options.log_k,
        )
        lost = [str(name) for name, ok in zip(population.index, finite, strict=True) if not ok]
        return cls(bound, left, problem, replace(options, growth=growth), tuple(lost))
