"""Requirements of a run file: tied to the kinetic model, and what they cost one another."""

from __future__ import annotations

from dataclasses import replace

from skimpy_renaissance.analyses import AnalysisResult
from skimpy_renaissance.analyses.trade_off import trade_off_result
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator, require_followed
from skimpy_renaissance.requirements import (
    BoundRequirements,
    EigenvalueWindow,
    Requirement,
    requirements_of,
    trade_off,
)

__all__ = ["TRADE_OFF", "bound_requirements", "compared_requirements", "hard_limits"]

TRADE_OFF = ("trade_off.csv", "trade_off_correlation.csv", "trade_off.png")
_COMPARED = 100  # models of the untrained and of the trained generator, each


def bound_requirements(inputs: Inputs, bound: BoundKinetics) -> BoundRequirements | None:
    """Return what a run file requires, all names checked and all files read.

    Parameters
    ----------
    inputs
        Settings, kinetic model, state.
    bound
        Kinetics at the state.

    Returns
    -------
    BoundRequirements or None
        ``None`` where nothing is declared.

    Raises
    ------
    InputError, MissingEntryError
        A requirement cannot be used, or the optimiser cannot follow it.
    """
    settings = inputs.settings
    if not settings.requirements:
        return None
    required = requirements_of(
        settings.requirements, inputs.network, inputs.state, criterion=settings.to_criterion()
    )
    require_followed(settings.to_optimizer(), required)
    return required.on(bound)


def hard_limits(inputs: Inputs) -> tuple[Requirement, ...]:
    """Return what a run file requires beside validity, as limits that sets can be held to.

    Parameters
    ----------
    inputs
        Settings, kinetic model, state.

    Returns
    -------
    tuple of Requirement
        Empty where nothing is declared, or where something is simulated, which takes too long for
        every model that is judged.
    """
    settings = inputs.settings
    if not settings.requirements:
        return ()
    criterion = settings.to_criterion()
    required = requirements_of(
        settings.requirements, inputs.network, inputs.state, criterion=criterion
    )
    parts = [part for part in required.parts if part.weight > 0]
    if not all(part.differentiable for part in parts):
        return ()
    validity = EigenvalueWindow(slowest_below=criterion.partition, fastest_above=criterion.fastest)
    return tuple(part for part in parts if part != validity)


def compared_requirements(
    inputs: Inputs,
    bound: BoundKinetics,
    requirements: BoundRequirements,
    *,
    trained: TrainedGenerator,
) -> AnalysisResult:
    """Compare how many models of the untrained and the trained generator satisfy what is required.

    Parameters
    ----------
    inputs
        Settings.
    bound
        Kinetics at the state.
    requirements
        What was rewarded.
    trained
        With its untrained weights as a snapshot.

    Returns
    -------
    AnalysisResult
        Tables and figure under the names of ``TRADE_OFF``.
    """
    settings = inputs.settings
    models = {
        name: one.generate(_COMPARED, seed=settings.run.seed, at=bound, batch=trained.batch)
        for name, one in (("untrained generator", trained.at(0)), ("trained generator", trained))
    }
    found = trade_off(requirements, models, kinetics=bound, criterion=settings.to_criterion())
    result = trade_off_result(found, organism=inputs.network.name)
    return replace(
        result,
        tables={
            "trade_off": found.table,
            "trade_off_correlation": found.correlation,
        },
    )
