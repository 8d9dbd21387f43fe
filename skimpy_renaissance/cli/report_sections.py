"""What a report on a training says, section by section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.analyses.constants import km_spread
from skimpy_renaissance.analyses.spectra import spectra
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.cli.console import on_terminal
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.state_report import describe_state
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.dynamics import perturb, simulate
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.learning import judge
from skimpy_renaissance.plots import plot_percentiles
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.report import Block, Lines, Picture, Section, Table, Text, Warn
from skimpy_renaissance.report.analysis import result_blocks
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.steady_state import SteadyStates

__all__ = ["training_sections"]

_TIMES = 60
_TIME_CONSTANTS = 5.0  # after which a perturbation has decayed to 1 %
_BACK = 0.01


def training_sections(
    source: TrainedFolder, bound: BoundKinetics, *, n_models: int, n_runs: int, seed: int
) -> list[Section]:
    """Judge new models of a trained generator and say what there is to say.

    Parameters
    ----------
    source
        The generator with its inputs.
    bound
        Kinetics at its state.
    n_models
        How many new models are judged, of each kind.
    n_runs
        How many valid models are perturbed and integrated.
    seed
        Seed of the new models.

    Returns
    -------
    list of Section
    """
    trained, criterion = source.trained, source.criterion
    sources = {
        "ln Km uniform": log_uniform(trained.space, n_models, seed=seed),
        "trained generator": next(trained.blocks(n_models, seed=seed, at=bound)),
    }
    with torch.no_grad():
        groups = {name: judge(bound, log_km, criterion) for name, log_km in sources.items()}
    after = groups["trained generator"]
    valid_means = (
        f"{n_models} new models of each kind; valid: lambda_max below {criterion.partition:g} 1/h."
    )
    narrowed = "Constants that training narrowed most: what validity depends on."
    sections = [
        _inputs(source),
        _model(source),
        Section("Training", result_blocks(training_course([trained]))),
        Section(
            "Eigenvalues before and after",
            result_blocks(spectra(groups, partition=criterion.partition), caption=valid_means),
        ),
        Section(
            "Michaelis constants",
            result_blocks(km_spread(trained.space, after.log_km.numpy()), caption=narrowed),
        ),
    ]
    valid = after.log_km[after.valid][:n_runs]
    if len(valid):
        sections.append(_robustness(source, bound, valid, seed=seed))
    return sections


def _inputs(source: TrainedFolder) -> Section:
    inputs = source.inputs
    units = inputs.units
    rows = [(role, file.path, file.sha256[:16]) for role, file in inputs.input_files.items()]
    kept = [(f.name.replace("_", " "), str(getattr(units, f.name))) for f in fields(units)]
    return Section(
        "Inputs and units",
        [
            Table(("file", "read from", "sha256, first 16 digits"), rows),
            Table(("unit", "value"), kept, "Units that every number below rests on."),
            Text(f"Seed of the training: {inputs.settings.run.seed}."),
        ],
    )


def _model(source: TrainedFolder) -> Section:
    inputs = source.inputs
    model_file = inputs.input_files["model"].path
    parts = [
        describe_model(compile_network(inputs.network), source=model_file),
        describe_state(
            inputs.network,
            SteadyStates.stack([inputs.state]),
            inputs.state,
            partition=source.criterion.partition,
        ),
    ]
    blocks: list[Block] = []
    for part in parts:
        blocks += _findings(part)
    return Section("Kinetic model and steady state", blocks)


def _findings(part: Findings) -> list[Block]:
    lines = "\n".join([part.title, *part.lines])
    return [Lines(lines), *(Warn(problem) for problem in part.problems)]


def _robustness(
    source: TrainedFolder, bound: BoundKinetics, log_km: torch.Tensor, *, seed: int
) -> Section:
    horizon = _TIME_CONSTANTS / abs(source.criterion.partition)
    times = np.linspace(0, horizon, _TIMES)
    start = perturb(bound, 1, seed=seed)
    runs = simulate(bound, log_km, times, initial=start, progress=on_terminal())
    finished = runs.select(runs.finished)
    failed = len(runs) - len(finished)
    blocks: list[Block] = []
    if failed:
        counts = runs.status["status"].value_counts().to_dict()
        blocks.append(Warn(f"{failed} of {len(runs)} runs did not reach the end: {counts}."))
    if len(finished):
        largest = np.abs(finished.deviations).max(axis=2)
        back = Proportion(int((largest[:, -1] < _BACK).sum()), len(largest))
        blocks += [
            Text(
                f"{len(runs)} valid models, every concentration changed by up to 50 % (conserved "
                f"pools kept), integrated for {60 * horizon:.0f} min, five time constants at the "
                f"partition. All metabolites back within 1 %: {back.in_percent} of the models "
                f"(95 % interval {back.interval_in_percent})."
            ),
            Picture.of_figure(
                _figure(lambda ax: _draw_return(ax, times, 100 * largest)),
                "Metabolite that is furthest from its steady state: median, 25 to 75 % and 5 to "
                "95 % over the models.",
            ),
        ]
    return Section("Robustness", blocks)


def _draw_return(ax: Axes, times: np.ndarray, largest: np.ndarray) -> None:
    plot_percentiles(times, largest, ax)
    ax.set_yscale("log")
    ax.axhline(100 * _BACK, color="black", linewidth=0.8, linestyle=":")
    ax.set_ylabel("largest deviation of a metabolite (%)")


def _figure(draw: Callable[[Axes], object]) -> Figure:
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    draw(figure.add_subplot())
    return figure
