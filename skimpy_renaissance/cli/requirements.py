"""Requirements of a run file: tied to the kinetic model, and what they cost one another."""

from __future__ import annotations

from pathlib import Path

from skimpy_renaissance.analyses import AnalysisResult, Drawing, write_result
from skimpy_renaissance.cli.console import say, text_table
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator, require_followed
from skimpy_renaissance.plots import plot_trade_off
from skimpy_renaissance.requirements import (
    BoundRequirements,
    TradeOff,
    requirements_of,
    trade_off,
)

__all__ = ["TRADE_OFF", "bound_requirements", "write_trade_off"]

TRADE_OFF = ("trade_off.csv", "trade_off_correlation.csv", "trade_off.png")
_COMPARED = 100  # models before and after training, each


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


def write_trade_off(
    folder: Path,
    inputs: Inputs,
    bound: BoundKinetics,
    requirements: BoundRequirements,
    *,
    trained: TrainedGenerator,
) -> list[str]:
    """Compare models before and after training, write tables and figure, and say the main numbers.

    Parameters
    ----------
    folder
        Where they go.
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
    list of str
        Names of the files.

    Raises
    ------
    OutputError
        The folder cannot be written to.
    """
    settings = inputs.settings
    models = {
        name: one.generate(_COMPARED, seed=settings.run.seed, at=bound, batch=trained.batch)
        for name, one in (("before", trained.at(0)), ("after", trained))
    }
    found = trade_off(requirements, models, kinetics=bound, criterion=settings.to_criterion())
    drawing = Drawing(
        lambda figure: plot_trade_off(found, figure),
        "Scores of the requirements before and after training, and how they go together.",
        (11.0, 0.5 * len(requirements.labels) + 2.6),
    )
    result = AnalysisResult(
        tables={"trade_off": found.table, "trade_off_correlation": found.correlation},
        drawings={"trade_off": drawing},
    )
    say(text_table(_rows(found)))
    return list(write_result(folder, result))


def _rows(found: TradeOff) -> list[tuple[str, ...]]:
    before, after = (found.satisfied(group) for group in ("before", "after"))
    rows: list[tuple[str, ...]] = [("models that satisfy", "before", "after")]
    rows += [
        (name, f"{100 * before[name]:.0f} %", f"{100 * after[name]:.0f} %") for name in after.index
    ]
    return rows
