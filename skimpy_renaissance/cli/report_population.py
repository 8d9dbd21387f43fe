"""What a report on a population says: its models judged anew, section by section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from skimpy_renaissance.analyses.constants import km_spread
from skimpy_renaissance.analyses.result import named_where_narrow
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.next_steps import after_population
from skimpy_renaissance.cli.population_inputs import PopulationInputs
from skimpy_renaissance.cli.report_parts import (
    SPREAD,
    background,
    opening,
    pushed,
    restricted,
    spread_blocks,
)
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.learning import judge
from skimpy_renaissance.population import ensemble_of
from skimpy_renaissance.population.ensemble import WHOLE
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.report import Block, Section, Text, Warn
from skimpy_renaissance.report.decay import decay_drawing
from skimpy_renaissance.report.verdict import Outcome
from skimpy_renaissance.spectrum import Validity

__all__ = ["population_sections", "validity_of"]


def population_sections(
    path: Path, opened: PopulationInputs, *, n_models: int, n_runs: int, seed: int
) -> list[Section]:
    """Judge the first models of a population and say what there is to say.

    Parameters
    ----------
    path
        Its file.
    opened
        The population with its inputs.
    n_models
        How many are judged, at most.
    n_runs
        How many are perturbed and integrated, at most.
    seed
        Of the pushes.

    Returns
    -------
    list of Section
    """
    inputs, population = opened.inputs, opened.population
    some = population.select(slice(0, n_models))
    bound = bind_state(inputs)
    names = bound.km_names
    criterion = validity_of(population.provenance, inputs.settings)
    with torch.no_grad():
        judged = judge(bound, torch.from_numpy(some.log_km(names)), criterion)
    ensemble = ensemble_of(population.provenance)
    whole, n = ensemble.what == WHOLE, len(population)
    worth = ensemble.effective_share * n
    outcome = Outcome(
        f"{'' if len(some) == n else 'first '}parameter sets of {path.name}",
        judged.proportion,
        criterion.partition,
        narrow=ensemble.narrow,
        region=n if whole else 0,
        worth=worth if whole else 0.0,
        lacking=bool(population.provenance.get("lacking")),
    )
    space = KmSpace.of(
        names, bound.log_km_bounds, default_range=_km_range(population.provenance, inputs.settings)
    )
    spread = km_spread(space, some.log_km(names), inputs.network)
    drawings = named_where_narrow(spread.drawings, ensemble)
    origin: list[Block] = [Text(_origin(population.provenance))]
    if ensemble.warning:
        origin.append(Warn(ensemble.warning))
    caption = restricted(len(names), worth * len(some) / n) if whole else SPREAD
    sections = [
        Section(
            "The models",
            [*origin, *spread_blocks(replace(spread, drawings=drawings), caption=caption)],
        )
    ]
    if n_runs and criterion.partition:
        few = population.select(slice(0, n_runs))
        sections.append(
            pushed(
                bound,
                few,
                partition=criterion.partition,
                models=f"The first {len(few)} models",
                seed=seed,
                threads=inputs.settings.run.threads,
            )
        )
    sections.append(background(inputs))
    models = "whole valid region" if whole else path.name
    picture = decay_drawing({models: judged.lambda_max}, criterion.partition)
    steps = after_population(path, partition=criterion.partition, checked=True)
    return [
        opening(outcome, picture, sections),
        *sections,
        Section("What to do next", [steps]),
    ]


def validity_of(provenance: Mapping[str, Any], settings: Settings) -> Validity:
    """Return when a model of a population counts as valid.

    Parameters
    ----------
    provenance
        Of the population: what it was drawn for comes first.
    settings
        What the run file or the command line says.

    Returns
    -------
    Validity
    """
    training = provenance.get("training")
    for place in (provenance, training if isinstance(training, dict) else {}):
        stored = place.get("criterion")
        if isinstance(stored, dict) and "partition" in stored:
            return Validity(stored["partition"], stored.get("fastest"), allow_unstable=True)
    return settings.to_criterion()


def _km_range(provenance: Mapping[str, Any], settings: Settings) -> tuple[float, float]:
    training = provenance.get("training")
    generator = training.get("generator") if isinstance(training, dict) else None
    stored = generator.get("range") if isinstance(generator, dict) else None
    return tuple(stored) if stored else settings.to_generator().range


def _origin(provenance: Mapping[str, Any]) -> str:
    ensemble, worth = ensemble_of(provenance), provenance.get("worth")
    if ensemble.narrow:
        return "These models are a generator's own draws."
    if not ensemble.what:
        return "The file does not say what its models are draws of."
    return f"Draws of {ensemble.what}{f': {worth}' if isinstance(worth, str) else '.'}"
