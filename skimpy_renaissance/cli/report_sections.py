"""What a report on a training says, section by section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.cli.console import on_terminal
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.state_report import describe_state
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.dynamics import perturb, simulate
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.plots import (
    plot_incidence,
    plot_km_ranges,
    plot_lambda_max,
    plot_percentiles,
)
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.report import Block, Lines, Picture, Section, Table, Text, Warn
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.steady_state import SteadyStates

__all__ = ["training_sections"]

_LITTLE_SPREAD = 0.1  # of the spread of a uniform ln Km: below it, models are near copies
_AT_A_BOUND = 0.25  # of the models within a factor e of a bound
_NARROWED = 15
_TIMES = 60
_TIME_CONSTANTS = 5.0  # after which a perturbation has decayed to 1 %
_BACK = 0.01


@dataclass(frozen=True, eq=False)
class _Models:
    """New models of one kind, judged."""

    log_km: torch.Tensor
    lambda_max: torch.Tensor
    valid: torch.Tensor

    @property
    def incidence(self) -> Proportion:
        return Proportion(int(self.valid.sum()), len(self.valid))


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
        Of the new models.

    Returns
    -------
    list of Section
    """
    before, after = (
        _judged(source, bound, log_km)
        for log_km in (
            log_uniform(source.trained.space, n_models, seed=seed),
            next(source.trained.blocks(n_models, seed=seed, at=bound)),
        )
    )
    sections = [
        _inputs(source),
        _model(source),
        _training(source),
        _eigenvalues(source, before, after),
        _constants(source, after),
    ]
    valid = after.log_km[after.valid][:n_runs]
    if len(valid):
        sections.append(_robustness(source, bound, valid, seed=seed))
    return sections


def _judged(source: TrainedFolder, bound: BoundKinetics, log_km: torch.Tensor) -> _Models:
    with torch.no_grad():
        real = bound.eigenvalues(log_km).real
    return _Models(log_km, real[:, 0], source.criterion(real[:, 0], real[:, -1]))


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


def _training(source: TrainedFolder) -> Section:
    history = source.trained.history
    if not len(history):
        return Section("Training", [Warn("The generator is untrained: no generation was run.")])
    row = (
        str(source.trained.state.generation),
        str(int(history.judged[-1])),
        f"{100 * history.incidence[-1]:.1f} %",
        f"{history.seconds[-1]:.0f}",
    )
    figure = _figure(lambda ax: plot_incidence(history, ax))
    return Section(
        "Training",
        [
            Table(("generations", "models judged", "valid in the last one", "seconds"), [row]),
            Picture.of_figure(figure, "Share of valid models in each generation of the training."),
        ],
    )


def _eigenvalues(source: TrainedFolder, before: _Models, after: _Models) -> Section:
    rows = [
        (label, p.in_percent, p.interval_in_percent, f"{models.lambda_max.nanmedian():.3g} 1/h")
        for label, models in (("ln Km uniform", before), ("trained generator", after))
        for p in [models.incidence]
    ]
    caption = (
        f"{len(after.valid)} new models of each kind; valid: lambda_max below "
        f"{source.criterion.partition:g} 1/h."
    )
    blocks: list[Block] = [
        Table(("", "valid", "95 % interval", "lambda_max, median"), rows, caption),
        Picture.of_figure(
            _figure(
                lambda ax: plot_lambda_max(
                    before.lambda_max.numpy(),
                    after.lambda_max.numpy(),
                    source.criterion.partition,
                    ax=ax,
                )
            ),
            "Slowest mode of models with random constants, and of models of the generator.",
        ),
    ]
    failed = int(after.lambda_max.isnan().sum())
    if failed:
        blocks.append(Warn(f"{failed} models have a spectrum that cannot be computed."))
    if after.incidence.interval[1] < 0.5:
        blocks.append(Warn("Fewer than half of the models are valid: train longer."))
    return Section("Eigenvalues before and after", blocks)


def _constants(source: TrainedFolder, after: _Models) -> Section:
    space = source.trained.space
    width = (space.upper - space.lower).numpy()
    table = after.log_km.numpy()
    uniform = np.where(width > 0, width, np.nan) / np.sqrt(12)
    spread = table.std(axis=0) / uniform
    edge = (table < (space.lower + 1).numpy()) | (table > (space.upper - 1).numpy())
    at_bound = edge.mean(axis=0) > _AT_A_BOUND
    medians = np.exp(np.median(table, axis=0))
    narrowest = np.argsort(np.where(np.isnan(spread), np.inf, spread), kind="stable")[:_NARROWED]
    rows = [
        (space.names[i], f"{medians[i]:.2g}", f"{table[:, i].std():.2f}", f"{spread[i]:.2f}")
        for i in narrowest
    ]
    bounds = np.stack([space.lower.numpy(), space.upper.numpy()], axis=1)
    blocks: list[Block] = [
        Picture.of_figure(
            _figure(lambda ax: plot_km_ranges(table, bounds, space.measured.numpy(), ax=ax)),
            "Every constant of the generator's models, against the bounds it was generated in.",
        ),
        Table(
            ("constant", "median, mol/L", "spread of ln Km", "of a uniform one"),
            rows,
            "Constants that training narrowed most: what validity depends on.",
        ),
    ]
    generated = spread[~space.measured.numpy()]
    if np.nanmedian(generated) < _LITTLE_SPREAD:
        blocks.append(
            Warn(
                f"Models are much alike: the median constant spreads {np.nanmedian(generated):.2f} "
                "of a uniform one. Averages over them are not averages over all valid models."
            )
        )
    if n_edge := int((at_bound & ~space.measured.numpy()).sum()):
        blocks.append(
            Warn(
                f"{n_edge} constants lie within a factor e of a bound in more than "
                f"{100 * _AT_A_BOUND:.0f} % of the models: are the bounds meant?"
            )
        )
    return Section("Michaelis constants", blocks)


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
