"""What a few measured Michaelis constants tell of all the others (Fig. 4 and 5 of [1]_).

Three questions, each asked with and without data. One enzyme: its constants are fixed; which other
Km and Vmax move, and how far away in the network? One subsystem: random halves of its measured
constants are integrated; do predictions come closer to the other measurements, of the same
subsystem and of all others? Everything: do the unmeasured constants move?

A generator is trained anew each time, and two trainings that differ in their seed alone differ too.
Each answer therefore stands beside a control: the same numbers for trainings without data, compared
with other trainings without data.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.integrated_km_answers import Answers, SubsystemAnswer
from skimpy_renaissance.analyses.observations import Observations, is_citric_acid_cycle
from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import (
    KmRanges,
    held_out_overlap,
    km_components,
    located,
    moved_parameters,
    overlap_scores,
    reaction_distances,
    turnover_numbers,
)
from skimpy_renaissance.kinetic_data.integration import Integration, Training
from skimpy_renaissance.kinetic_data.integration_tasks import (
    IntegrationTask,
    integrate_all,
    part_tasks,
)
from skimpy_renaissance.kinetic_data.overlap import UNASSIGNED
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import Optimizer
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["KineticDataSettings", "integrate_km"]

_NOTHING = "nothing integrated"


@dataclass(frozen=True)
class KineticDataSettings:
    """Sizes of the study; defaults are the paper's.

    Parameters
    ----------
    n_models
        Valid models per combination.
    combinations
        Random parts of the measured constants of each subsystem.
    share
        Share of the measured constants that a part integrates.
    subsystems
        Which are integrated, at most: the citric acid cycle, then those with most measured
        constants.
    fewest
        Measured constants that a subsystem needs to be integrated.
    fixed
        Reactions of the enzyme that is fixed. Where none of them is measured, the reaction with
        most measured constants takes their place.
    n_fixed
        Valid models per training with the enzyme fixed, and without data.
    repeats
        Trainings with the enzyme fixed; twice as many without data.
    relative
        Half width of a measured range, relative to its value.
    stand_in
        Share of the constants given out as measured where the case has no measurements.
    optimizer
        In place of the case's, unless that was asked for.
    cell_dry_mass
        Gram per cell, where proteomics counts copies per cell.
    """

    n_models: int = 2000
    combinations: int = 10
    share: float = 0.5
    subsystems: int = 6
    fewest: int = 4
    fixed: tuple[str, ...] = ("ACONTa", "ACONTb")
    n_fixed: int = 500
    repeats: int = 5
    relative: float = 0.2
    stand_in: float = 108 / 384
    optimizer: Optimizer | None = None
    cell_dry_mass: float | None = None

    def __post_init__(self) -> None:
        counts = ("n_models", "combinations", "subsystems", "fewest", "n_fixed", "repeats")
        for name in counts:
            least = 2 if name in ("n_fixed", "fewest") else 1
            require_whole(name, getattr(self, name), at_least=least)


def integrate_km(
    bound: BoundKinetics,
    seen: Observations,
    settings: KineticDataSettings,
    *,
    subsystem_of: pd.Series,
    training: Training,
    context: RunContext,
    provenance: Mapping[str, Any] | None = None,
    proteomics: pd.DataFrame | None = None,
) -> Answers:
    """Train with and without measured constants, and compare the models.

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
    training
        How generators are trained.
    context
        Each training and its models are kept in its folder; done ones are read. Its runner carries
        out the others.
    provenance
        What else tells these trainings from others, plain JSON.
    proteomics
        Columns ``reaction``, ``abundance`` and ``unit``, for turnover numbers.

    Returns
    -------
    Answers

    Raises
    ------
    InputError
        Too few constants are measured, or the folder of the context holds other trainings.
    SamplingError
        Too few models are valid.
    """
    network = bound.network
    plan = _subsystems(seen.ranges, subsystem_of, settings)
    fixed = _fixed_reactions(seen.ranges, settings.fixed)
    of_enzyme = seen.ranges.table["reaction"].isin(fixed)
    enzyme = seen.ranges.select(seen.ranges.table.index[of_enzyme])

    def training_of(name: str, measured: KmRanges | None) -> IntegrationTask:
        seed = _seed(context.seed, name)
        return IntegrationTask(measured, context.folder / name, settings.n_fixed, seed)

    def trainings_of_parts(name: str, measured: KmRanges) -> list[IntegrationTask]:
        letters = "".join(c if c.isalnum() else "_" for c in name.lower())
        return part_tasks(
            measured,
            folder=context.folder / f"subsystem_{letters}",
            n=settings.combinations,
            share=settings.share,
            n_models=settings.n_models,
            seed=_seed(context.seed, name),
        )

    done = integrate_all(
        bound,
        [
            *(training_of(f"without_{i}", None) for i in range(2 * settings.repeats)),
            *(training_of(f"fixed_{i}", enzyme) for i in range(settings.repeats)),
            *(
                task
                for name, km_names in plan.items()
                for task in trainings_of_parts(name, seen.ranges.select(km_names))
            ),
        ],
        training=training,
        provenance=provenance,
        progress=context.progress,
        runner=context.runner,
    )
    unmeasured = [name for name in bound.km_names if name not in set(seen.ranges.km_names)]
    clouds: dict[str, list[np.ndarray]] = {}
    medians: list[pd.Series] = []

    def note(part: Integration, group: str) -> pd.DataFrame:
        """Keep of a population what the pictures need, and score it."""
        logs = part.population.log_km(bound.km_names)
        columns = [bound.km_names.index(name) for name in unmeasured]
        clouds.setdefault(group, []).append(logs[: max(20, 300 // settings.combinations), columns])
        medians.append(pd.Series(np.median(logs, axis=0), index=bound.km_names, name=group))
        return overlap_scores(part.population, seen.ranges)

    without = list(islice(done, 2 * settings.repeats))
    before = [note(part, _NOTHING) for part in without]
    with_enzyme = list(islice(done, settings.repeats))
    for part in with_enzyme:
        note(part, ", ".join(fixed))
    answers = []
    for name, km_names in plan.items():
        after, integrated, incidence = [], [], []
        for part in islice(done, settings.combinations):
            after.append(note(part, name))
            integrated.append(part.km_names)
            incidence.append(part.incidence)
        change = held_out_overlap(before, after, integrated)
        answers.append(
            SubsystemAnswer(name, tuple(km_names), len(integrated[0]), change, incidence)
        )
    half = settings.repeats
    pooled = {"without": _pooled(without[:half]), "fixed": _pooled(with_enzyme)}
    distances = reaction_distances(network, fixed)
    of_others = [
        name
        for name in pooled["without"].names
        if name.startswith(("vmax_", "km_")) and name not in enzyme.km_names
    ]

    def moved(after: ParameterPopulation) -> pd.DataFrame:
        change = moved_parameters(pooled["without"], after, names=of_others)
        return located(change, network, distances)

    groups = {name: np.concatenate(parts) for name, parts in clouds.items()}
    return Answers(
        observations=seen,
        subsystem_of=subsystem_of,
        subsystems=answers,
        by_chance=held_out_overlap(before[:half], before[half:], [()] * half),
        fixed=fixed,
        incidence={
            "without": [part.incidence for part in without],
            "fixed": [part.incidence for part in with_enzyme],
        },
        moved=moved(pooled["fixed"]),
        control=moved(_pooled(without[half:])),
        distances=distances,
        populations=pooled,
        components=km_components(groups),
        median_log_km=pd.DataFrame(medians).rename_axis("group"),
        turnover=None
        if proteomics is None
        else _turnover(network, proteomics, pooled, cell_dry_mass=settings.cell_dry_mass),
    )


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
