"""What a report on a training says, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from numpy.typing import ArrayLike

from skimpy_renaissance.analyses.constants import km_spread
from skimpy_renaissance.analyses.result import named_where_narrow
from skimpy_renaissance.analyses.spectra import spectra
from skimpy_renaissance.analyses.training import training_course
from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.next_steps import after_training
from skimpy_renaissance.cli.report_parts import (
    SPREAD,
    background,
    opening,
    pushed,
    restricted,
    spread_blocks,
)
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.errors import SamplingError, listed
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import Judged, judge
from skimpy_renaissance.population import Ensemble, ParameterPopulation, ensemble_of
from skimpy_renaissance.population.ensemble import NARROW
from skimpy_renaissance.report import Block, Section, Text, Warn
from skimpy_renaissance.report.analysis import result_blocks
from skimpy_renaissance.report.decay import decay_drawing
from skimpy_renaissance.report.verdict import Outcome
from skimpy_renaissance.sampling import log_uniform
from skimpy_renaissance.sampling.ensembles import whole_region_population
from skimpy_renaissance.sampling.refreshing import beyond_validity
from skimpy_renaissance.valid_region import CoverageReport, report_coverage

__all__ = ["training_sections"]

_BLIND, _OWN = "blind draws", "trained generator"
_REGION = "The whole valid region"


def training_sections(
    source: TrainedFolder,
    bound: BoundKinetics,
    *,
    n_models: int,
    n_runs: int,
    seed: int,
    strains: Sequence[Section] = (),
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
    strains
        Sections on strain designs.

    Returns
    -------
    list of Section
    """
    trained, criterion = source.trained, source.criterion
    sources = {
        _BLIND: log_uniform(trained.space, n_models, seed=seed),
        _OWN: next(trained.blocks(n_models, seed=seed, at=bound)),
    }
    with torch.no_grad():
        groups = {name: judge(bound, log_km, criterion) for name, log_km in sources.items()}
    covered = report_coverage(groups[_OWN].kinetics, {_OWN: groups[_OWN]}, trained.prior)
    population, lacking = _drawn(source, bound, groups, n=n_models, seed=seed)
    sections = [
        Section("Training", result_blocks(training_course([trained]))),
        _speeds(groups, criterion.partition),
        Section("The generator's own models", _own_models(source, groups[_OWN], covered)),
        Section(_REGION, [Warn(lacking)])
        if population is None
        else Section(_REGION, _region(source, bound, population)),
    ]
    if population is not None and n_runs and criterion.partition:
        some = population.select(slice(0, n_runs))
        sections.append(
            pushed(
                bound,
                some,
                partition=criterion.partition,
                models=f"{len(some)} models of the whole valid region",
                seed=seed,
                threads=source.inputs.settings.run.threads,
            )
        )
    sections += [
        *strains,
        background(source.inputs, f"Seed of the training: {source.inputs.settings.run.seed}."),
    ]
    outcome = _outcome(groups, criterion.partition, population, narrow=covered.narrow(_OWN))
    speeds: dict[str, ArrayLike] = {_OWN: groups[_OWN].lambda_max}
    if population is not None and population.lambda_max is not None:
        speeds = {"whole valid region": population.lambda_max, **speeds}
    picture = decay_drawing(speeds, criterion.partition, blind=groups[_BLIND].lambda_max)
    return [
        opening(outcome, picture, sections),
        *sections,
        Section("What to do next", [after_training(source, outcome)]),
    ]


def _outcome(
    groups: Mapping[str, Judged],
    partition: float,
    population: ParameterPopulation | None,
    *,
    narrow: bool,
) -> Outcome:
    found = Outcome(
        "new models of the trained generator",
        groups[_OWN].proportion,
        partition,
        blind=groups[_BLIND].proportion,
        narrow=narrow,
    )
    if population is None:
        return found
    n, origin = len(population), population.provenance
    worth = ensemble_of(origin).effective_share * n
    return replace(found, region=n, worth=worth, lacking=bool(origin["lacking"]))


def _drawn(
    source: TrainedFolder,
    bound: BoundKinetics,
    groups: Mapping[str, Judged],
    *,
    n: int,
    seed: int,
) -> tuple[ParameterPopulation | None, str]:
    """Draw from the whole valid region, or say why that cannot be."""
    starts = torch.cat([judged.log_km[judged.valid] for judged in groups.values()])
    if not len(starts):
        return None, (
            "No new model of any kind is valid, so there are none of the whole valid region."
        )
    try:
        return whole_region_population(
            source.trained,
            bound,
            criterion=source.criterion,
            n=n,
            seed=seed,
            starts=starts,
            tell=tell,
        ), ""
    except SamplingError as error:
        return None, str(error)


def _speeds(groups: Mapping[str, Judged], partition: float) -> Section:
    n = len(groups[_OWN])
    told = (
        f"{n} new models of each kind: with Michaelis constants drawn blindly between their "
        "bounds, and drawn by the trained generator. Models to the left of the dashed line are "
        "valid."
    )
    return Section(
        "How fast the models are",
        [Text(told), *result_blocks(spectra(groups, partition=partition))],
    )


def _own_models(source: TrainedFolder, after: Judged, covered: CoverageReport) -> list[Block]:
    """Say whether the generator's models are those of a corner of the valid region."""
    words = covered.in_words(_OWN, whole_region=f"skimpy-renaissance generate {source.folder}")
    spread = km_spread(source.trained.space, after.log_km.numpy(), source.inputs.network)
    if narrow := covered.narrow(_OWN):
        spread = replace(spread, drawings=named_where_narrow(spread.drawings, Ensemble(NARROW)))
    habit = (
        f"Constants that vary least among these models. {SPREAD} That is the habit of this "
        "generator: what validity depends on shows below, in models of the whole valid region "
        "alone."
    )
    return [Warn(words) if narrow else Text(words), *spread_blocks(spread, caption=habit)]


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
    spread = km_spread(source.trained.space, population.log_km(names), source.inputs.network)
    return [*blocks, *spread_blocks(spread, caption=restricted(len(names), worth))]
