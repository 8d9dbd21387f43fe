"""What a report on a training says, section by section."""

from __future__ import annotations

from dataclasses import fields, replace
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from scipy import stats

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.analyses.constants import km_spread
from skimpy_renaissance.analyses.result import named_where_narrow
from skimpy_renaissance.analyses.robustness import RobustnessOptions, analyse_robustness
from skimpy_renaissance.analyses.spectra import spectra
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.state_report import describe_state
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.errors import SamplingError, listed
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.learning import Judged, judge
from skimpy_renaissance.population import Ensemble, ParameterPopulation, ensemble_of
from skimpy_renaissance.population.ensemble import NARROW
from skimpy_renaissance.report import Block, Lines, Section, Table, Text, Warn
from skimpy_renaissance.report.analysis import result_blocks
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.sampling.ensembles import whole_region_population
from skimpy_renaissance.sampling.refreshing import beyond_validity
from skimpy_renaissance.spectrum.time_scales import settling_time
from skimpy_renaissance.steady_states import SteadyStates
from skimpy_renaissance.valid_region import report_coverage

__all__ = ["training_sections"]

_REGION = "The whole valid region"
_OF_SPREAD = 0.2  # (kurtosis - 1) / 4 of a uniform ln Km: variance of its spread, times models


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
        How many new models are judged, of each kind, and drawn from the whole valid region.
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
        "blind draws": log_uniform(trained.space, n_models, seed=seed),
        "trained generator": next(trained.blocks(n_models, seed=seed, at=bound)),
    }
    with torch.no_grad():
        groups = {name: judge(bound, log_km, criterion) for name, log_km in sources.items()}
    after = groups["trained generator"]
    valid_means = (
        f"{n_models} new models of each kind, the generator's own among them; valid: lambda_max "
        f"below {criterion.partition:g} 1/h."
    )
    sections = [
        _inputs(source),
        _model(source),
        Section("Training", result_blocks(training_course([trained]))),
        Section(
            "Eigenvalues: blind draws and trained generator",
            result_blocks(spectra(groups, partition=criterion.partition), caption=valid_means),
        ),
        Section("The generator's own models", _own_models(source, after)),
    ]
    starts = torch.cat([judged.log_km[judged.valid] for judged in groups.values()])
    if not len(starts):
        nothing = "No new model of any kind is valid, so there are none of the whole valid region."
        return [*sections, Section(_REGION, [Warn(nothing)])]
    try:
        population = whole_region_population(
            trained, bound, criterion=criterion, n=n_models, seed=seed, starts=starts, tell=tell
        )
    except SamplingError as error:
        return [*sections, Section(_REGION, [Warn(str(error))])]
    sections.append(Section(_REGION, _region(source, bound, population)))
    if n_runs and criterion.partition:
        some = population.select(slice(0, n_runs))
        sections.append(_robustness(source, bound, some, seed=seed))
    return sections


def _own_models(source: TrainedFolder, after: Judged) -> list[Block]:
    """Say whether the generator's models are those of a corner of the valid region."""
    models = "trained generator"
    found = report_coverage(after.kinetics, {models: after}, source.trained.prior)
    words = found.in_words(models, whole_region=f"skimpy-renaissance generate {source.folder}")
    spread = km_spread(source.trained.space, after.log_km.numpy(), source.inputs.network)
    if narrow := found.narrow(models):
        spread = replace(spread, drawings=named_where_narrow(spread.drawings, Ensemble(NARROW)))
    habit = (
        "Constants that vary least among these models. That is the habit of this generator: what "
        "validity depends on shows below, in models of the whole valid region alone."
    )
    return [Warn(words) if narrow else Text(words), *result_blocks(spread, caption=habit)]


def _region(
    source: TrainedFolder, bound: BoundKinetics, population: ParameterPopulation
) -> list[Block]:
    """Say what draws of the whole valid region are worth, and what validity restricts."""
    names, origin = bound.km_names, population.provenance
    blocks: list[Block] = [
        Text(
            "Draws of the prior of the training (ln Km between their bounds), restricted to valid "
            f"models: {origin['worth']}"
        )
    ]
    if beyond := beyond_validity(source.trained):
        blocks.append(
            Text(
                "They need not keep to what the generator was trained for beside validity: "
                f"{listed(beyond)}. Draws that do: skimpy-renaissance generate {source.folder}."
            )
        )
    lacking = origin["lacking"]
    if isinstance(lacking, list) and lacking:
        blocks.append(
            Warn(
                f"Not yet draws of the whole valid region: {'; '.join(map(str, lacking))}. Take "
                "more: skimpy-renaissance report with a larger --models, or skimpy-renaissance "
                f"generate {source.folder} --most N."
            )
        )
    worth = ensemble_of(origin).effective_share * len(population)
    least = 1 - sqrt(_OF_SPREAD / worth) * stats.norm.isf(1 / (len(names) + 1))
    caption = (
        "Constants that vary least among models of the whole valid region: what validity "
        f"restricts, one by one. Of {len(names)} constants that it does not touch, chance alone "
        f"would bring one to {least:.2f}."
    )
    spread = km_spread(source.trained.space, population.log_km(names), source.inputs.network)
    return [*blocks, *result_blocks(spread, caption=caption)]


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
            settings=inputs.settings,
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
    source: TrainedFolder, bound: BoundKinetics, population: ParameterPopulation, *, seed: int
) -> Section:
    """Perturb the models and follow them for five time constants at the partition."""
    horizon = float(settling_time(-abs(source.criterion.partition)))
    with TemporaryDirectory() as folder:
        found = analyse_robustness(
            bound,
            population,
            {"all metabolites": bound.network.variables},
            options=RobustnessOptions(horizon),
            context=RunContext(Path(folder), seed=seed, threads=source.inputs.settings.run.threads),
        )
        told = (
            "Models of the whole valid region, every concentration changed by up to 50 % "
            f"(conserved pools kept), integrated for {60 * horizon:.0f} min, five time constants "
            "at the partition, which leave 0.7 % of a small perturbation in the slowest mode "
            "allowed; back means that all metabolites are within 1 %."
        )
        return Section("Robustness", [Text(told), *result_blocks(found)])
