"""What a few measured Michaelis constants tell of all the others (Fig. 4 and 5 of [1]_).

Three questions, each asked with and without data. One enzyme: its constants are fixed; which other
Km and Vmax move, and how far away in the network? One subsystem: random parts of its measured
constants are integrated; do predictions come closer to the other measurements, of the same
subsystem and of all others? Everything that is measured: do the unmeasured constants move, and
where the truth is known, towards it?

Each answer is a mean over runs with data, beside runs without data of the same size
(:mod:`~skimpy_renaissance.kinetic_data.effects`).

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.integrated_km_answers import Answers, Question, Without
from skimpy_renaissance.analyses.integrated_km_runs import Runs
from skimpy_renaissance.analyses.integrated_km_settings import KineticDataSettings
from skimpy_renaissance.analyses.observations import Observations, is_citric_acid_cycle
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import (
    KmRanges,
    Training,
    WholeRegion,
    km_components,
    located,
    moved_parameters,
    reaction_distances,
    turnover_numbers,
)
from skimpy_renaissance.kinetic_data.effects import Yardstick
from skimpy_renaissance.kinetic_data.integration import Integration
from skimpy_renaissance.kinetic_data.integration_tasks import (
    IntegrationTask,
    integrate_all,
    part_tasks,
)
from skimpy_renaissance.kinetic_data.overlap import UNASSIGNED
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.sampling import parametrize

__all__ = ["EVERYTHING", "integrate_km"]

EVERYTHING = "all measured Km"


def integrate_km(
    bound: BoundKinetics,
    seen: Observations,
    settings: KineticDataSettings,
    *,
    subsystem_of: pd.Series,
    way: WholeRegion | Training,
    space: KmSpace,
    context: RunContext,
    provenance: Mapping[str, Any] | None = None,
    proteomics: pd.DataFrame | None = None,
) -> Answers:
    """Find valid models with and without measured constants, and compare them.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    seen
        Measured constants.
    settings
        Sizes.
    subsystem_of
        Index ``km``.
    way
        How valid models are found.
    space
        Bounds of the prior without data.
    context
        The models of each run are kept in its folder; done ones are read. Its runner carries out
        the others.
    provenance
        What else tells these runs from others, plain JSON.
    proteomics
        Columns ``reaction``, ``abundance`` and ``unit``, for turnover numbers.

    Returns
    -------
    Answers

    Raises
    ------
    InputError
        Too few constants are measured, or the folder of the context holds other runs.
    SamplingError
        Too few models are valid.
    """
    network = bound.network
    plan = _tasks(seen.ranges, subsystem_of, settings, context, n_km=len(bound.km_names))
    done = integrate_all(
        bound,
        [task for tasks in plan.values() for task in tasks],
        way=way,
        provenance=provenance,
        progress=context.progress,
        runner=context.runner,
    )
    fixed = next(name for name in plan if name not in ("", EVERYTHING))
    half = settings.runs
    first = list(islice(done, half))
    reference = _pooled(first)
    runs = Runs.of(bound, seen, space, _yardstick(bound, seen, reference), settings)
    again = list(islice(done, half))
    before = [runs.note(part, "") for part in first]
    control = [runs.note(part, "") for part in again]
    enzyme = list(islice(done, settings.runs))
    questions = [_answer(runs, fixed, "enzyme", enzyme, before, control)]
    for name in [name for name in plan if name not in ("", fixed)]:
        kind = "everything" if name == EVERYTHING else "subsystem"
        parts = islice(done, settings.runs)
        questions.append(_answer(runs, name, kind, parts, before, control))
    distances = reaction_distances(network, fixed.split(", "))
    populations = {"without": reference, "fixed": _pooled(enzyme)}
    integrated = set(enzyme[0].km_names)
    of_others = [name for name in runs.names if name not in integrated]

    def moved(after: ParameterPopulation) -> pd.DataFrame:
        change = moved_parameters(reference, after, names=of_others)
        return located(change, network, distances)

    return Answers(
        observations=seen,
        subsystem_of=subsystem_of,
        questions=questions,
        without=Without(
            by_chance=runs.change(before, control, [()] * half),
            by_number=runs.change([runs.note(_joined(first), "")], control, [()] * half),
            incidence=[part.incidence for part in (*first, *again)],
            worth=[part.worth for part in (*first, *again) if part.worth is not None],
            width=runs.width(before),
            apart=runs.apart(again),
            models=torch.from_numpy(_pooled([*first, *again]).log_km(bound.km_names)),
        ),
        moved=moved(populations["fixed"]),
        control=moved(_pooled(again)),
        distances=distances,
        populations=populations,
        components=km_components({name: np.concatenate(c) for name, c in runs.clouds.items()}),
        turnover=None
        if proteomics is None
        else _turnover(network, proteomics, populations, cell_dry_mass=settings.cell_dry_mass),
    )


def _answer(
    runs: Runs,
    name: str,
    kind: str,
    parts: Sequence[Integration] | Iterator[Integration],
    before: Sequence[Any],
    control: Sequence[Any],
) -> Question:
    """Note runs one at a time, so that few populations are held, and compare them."""
    noted, incidence, worth = [], [], []
    for part in parts:
        noted.append(runs.note(part, name))
        incidence.append(part.incidence)
        worth += [] if part.worth is None else [part.worth]
    integrated = [one.integrated for one in noted]
    return Question(
        name=name,
        kind=kind,
        km_names=tuple(dict.fromkeys(km for names in integrated for km in names)),
        n_integrated=len(integrated[0]),
        change=runs.change([*before, *control], noted, integrated),
        skill=runs.change([*before, *control], noted, integrated, column="skill"),
        effects=runs.effects(noted, control),
        incidence=incidence,
        worth=worth,
    )


def _tasks(
    ranges: KmRanges,
    subsystem_of: pd.Series,
    settings: KineticDataSettings,
    context: RunContext,
    *,
    n_km: int,
) -> dict[str, list[IntegrationTask]]:
    """Return runs without data (``""``), with an enzyme fixed, parts of subsystems, everything."""
    fixed = _fixed_reactions(ranges, settings.fixed)
    enzyme = ranges.select(ranges.table.index[ranges.table["reaction"].isin(fixed)])

    def runs_of(name: str, measured: KmRanges | None, n: int) -> list[IntegrationTask]:
        places = [(f"{name}_{i}", context.folder / f"{name}_{i}") for i in range(n)]
        return [
            IntegrationTask(measured, place, settings.n_models, _seed(context.seed, label))
            for label, place in places
        ]

    def parts_of(name: str, km_names: list[str]) -> list[IntegrationTask]:
        return part_tasks(
            ranges.select(km_names),
            folder=context.folder / _folder_of(name),
            n=settings.runs,
            share=settings.share,
            n_models=settings.n_models,
            seed=_seed(context.seed, name),
        )

    chosen = _subsystems(ranges, subsystem_of, settings)
    everything = runs_of("everything", ranges, settings.runs) if len(ranges) < n_km else []
    return {
        "": runs_of("without", None, 2 * settings.runs),
        ", ".join(fixed): runs_of("fixed", enzyme, settings.runs),
        **{name: parts_of(name, km_names) for name, km_names in chosen.items()},
        **({EVERYTHING: everything} if everything else {}),
    }


def _yardstick(
    bound: BoundKinetics, seen: Observations, reference: ParameterPopulation
) -> Yardstick:
    """Return what runs are compared with: models without data, and what is known to be true."""
    names = tuple(n for n in reference.without_missing().names if n.startswith(("km_", "vmax_")))
    true = pd.Series(np.nan, index=list(names))
    if seen.truth is None:
        known = seen.ranges.table
        closed = (known["low"] > 0) & np.isfinite(known["high"])
        assert reference.units is not None, "populations of a study have units"
        scale = reference.units.concentration_scaling
        true.update(np.log(known.loc[closed, "mean"].astype(float) * scale))
    else:
        hidden = torch.tensor(seen.truth[list(bound.km_names)].to_numpy()[None])
        truth = parametrize(bound, hidden)
        true.update(pd.Series(np.log(_values(truth, names)[0]), index=list(names)))
    return Yardstick(names, np.log(_values(reference, names)), np.asarray(true, dtype=np.float64))


def _values(population: ParameterPopulation, names: Sequence[str]) -> np.ndarray:
    column = {name: i for i, name in enumerate(population.names)}
    return population.values[:, [column[name] for name in names]]


def _folder_of(name: str) -> Path:
    return Path(f"subsystem_{''.join(c if c.isalnum() else '_' for c in name.lower())}")


def _seed(seed: int, name: str) -> int:
    sequence = np.random.SeedSequence(seed, spawn_key=tuple(name.encode()))
    return int(sequence.generate_state(1)[0])


def _subsystems(
    ranges: KmRanges, subsystem_of: pd.Series, settings: KineticDataSettings
) -> dict[str, list[str]]:
    """Return the measured constants of the subsystems that are integrated.

    The citric acid cycle, which the paper shows, comes first; then those with most constants.
    """
    of = subsystem_of[list(ranges.km_names)]
    named = of[of != UNASSIGNED]
    counts = named.value_counts()
    enough = [str(name) for name in counts[counts >= settings.fewest].index]
    enough = sorted(enough, key=is_citric_acid_cycle, reverse=True)[: settings.subsystems]
    if not enough:
        if len(of) < settings.fewest:
            raise InputError(
                f"Integrating a part needs {settings.fewest} measured constants; {len(of)} have a "
                "range."
            )
        return {"all reactions": list(of.index)}
    return {name: list(of.index[of == name]) for name in enough}


def _fixed_reactions(ranges: KmRanges, wanted: Sequence[str]) -> tuple[str, ...]:
    measured = set(ranges.table["reaction"])
    present = tuple(name for name in wanted if name in measured)
    return present or (str(ranges.table["reaction"].value_counts().index[0]),)


def _joined(parts: Sequence[Integration]) -> Integration:
    """Return runs as one of more models."""
    return replace(parts[0], population=_pooled(parts))


def _pooled(parts: Sequence[Integration]) -> ParameterPopulation:
    populations = [part.population for part in parts]
    n = sum(map(len, populations))
    return populations[0].concat(*populations[1:], index=range(n))


def _turnover(
    network: KineticNetwork,
    proteomics: pd.DataFrame,
    populations: Mapping[str, ParameterPopulation],
    *,
    cell_dry_mass: float | None,
) -> pd.DataFrame:
    """Median kcat per reaction, 1/s, without and with the enzyme fixed."""
    columns = {}
    for name, population in populations.items():
        table = turnover_numbers(
            population, network, proteomics, cell_dry_mass=cell_dry_mass
        ).table.groupby("reaction", sort=False)
        columns[f"kcat_{name}"] = table["kcat"].median()
        columns["shared"] = table["shared"].first()
    return pd.DataFrame(columns)
