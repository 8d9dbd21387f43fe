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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, RunContext
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
from skimpy_renaissance.learning import Gradient, Optimizer
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.kinetic_data_answers import Answers, SubsystemAnswer
from skimpy_renaissance.studies.kinetic_data_report import report
from skimpy_renaissance.studies.measurements import (
    UNASSIGNED,
    is_citric_acid_cycle,
    observe,
    subsystems_of,
)
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDY", "KineticDataSettings"]

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
        Of them that a part integrates.
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
            if getattr(self, name) < least:
                raise InputError(f"{name} must be {least} or more, got {getattr(self, name)!r}.")


def run(case: Case, settings: KineticDataSettings, context: RunContext) -> AnalysisResult:
    """Carry out the study.

    Parameters
    ----------
    case
        The organism. Roles: ``measured_km``, ``ec_pairs``, ``subsystems``, ``proteomics``. Without
        measurements a held-out valid model stands in for them, and the result says so.
    settings
        Sizes.
    context
        Each training and its models are kept in ``kinetic_data``; done ones are read. Its runner
        carries out the others.

    Returns
    -------
    AnalysisResult

    Raises
    ------
    InputError
        A table cannot be used, or the folder of the context holds other trainings.
    SamplingError
        Too few models are valid.
    """
    seen = observe(
        case,
        relative=settings.relative,
        share=settings.stand_in,
        always=settings.fixed,
        seed=context.seed,
    )
    subsystem_of = subsystems_of(case)
    plan = _subsystems(seen.ranges, subsystem_of, settings)
    fixed = _fixed_reactions(seen.ranges, settings.fixed)
    of_enzyme = seen.ranges.table["reaction"].isin(fixed)
    enzyme = seen.ranges.select(seen.ranges.table.index[of_enzyme])
    trainings = _Trainings(settings, context)
    done = trainings.results(
        case,
        [
            *(trainings.one(None, f"without_{i}") for i in range(2 * settings.repeats)),
            *(trainings.one(enzyme, f"fixed_{i}") for i in range(settings.repeats)),
            *(
                task
                for name, km_names in plan.items()
                for task in trainings.parts(seen.ranges.select(km_names), name)
            ),
        ],
    )
    unmeasured = [name for name in case.bound.km_names if name not in set(seen.ranges.km_names)]
    clouds: dict[str, list[np.ndarray]] = {}
    medians: list[pd.Series] = []

    def note(part: Integration, group: str) -> pd.DataFrame:
        """Keep of a population what the pictures need, and score it."""
        logs = part.population.log_km(case.bound.km_names)
        columns = [case.bound.km_names.index(name) for name in unmeasured]
        clouds.setdefault(group, []).append(logs[: max(20, 300 // settings.combinations), columns])
        medians.append(pd.Series(np.median(logs, axis=0), index=case.bound.km_names, name=group))
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
    distances = reaction_distances(case.network, fixed)
    groups = {name: np.concatenate(parts) for name, parts in clouds.items()}
    found = Answers(
        observations=seen,
        subsystem_of=subsystem_of,
        subsystems=answers,
        by_chance=held_out_overlap(before[:half], before[half:], [()] * half),
        fixed=fixed,
        incidence={
            "without": [part.incidence for part in without],
            "fixed": [part.incidence for part in with_enzyme],
        },
        moved=located(
            _without_enzyme(pooled["without"], pooled["fixed"], enzyme), case.network, distances
        ),
        control=located(
            _without_enzyme(pooled["without"], _pooled(without[half:]), enzyme),
            case.network,
            distances,
        ),
        distances=distances,
        populations=pooled,
        components=km_components(groups),
        median_log_km=pd.DataFrame(medians).rename_axis("group"),
        turnover=_turnover(case, settings, pooled),
    )
    return report(case, found)


class _Trainings:
    """Each training of the study, in a folder and with a seed of its own."""

    def __init__(self, settings: KineticDataSettings, context: RunContext) -> None:
        self.settings, self.context = settings, context

    def one(self, measured: KmRanges | None, name: str) -> IntegrationTask:
        """Train with all of the given constants, or with none."""
        folder = self.context.folder / "kinetic_data" / name
        return IntegrationTask(measured, folder, self.settings.n_fixed, self._seed(name))

    def parts(self, measured: KmRanges, name: str) -> list[IntegrationTask]:
        """Train with random parts of the given constants."""
        return part_tasks(
            measured,
            folder=self.context.folder / "kinetic_data" / _as_folder(name),
            n=self.settings.combinations,
            share=self.settings.share,
            n_models=self.settings.n_models,
            seed=self._seed(name),
        )

    def results(self, case: Case, tasks: Sequence[IntegrationTask]) -> Iterator[Integration]:
        """Carry all of them out, as many at a time as the runner can."""
        own = None if case.optimizer_chosen else self.settings.optimizer
        return integrate_all(
            case.bound,
            tasks,
            training=Training(case.criterion, case.generator, own or case.optimizer),
            provenance={"state": case.reference, "units": case.units.to_dict()},
            progress=self.context.progress,
            runner=self.context.runner,
        )

    def _seed(self, name: str) -> int:
        """Derive the seed of a named task, whatever the other tasks are."""
        sequence = np.random.SeedSequence(self.context.seed, spawn_key=tuple(name.encode()))
        return int(sequence.generate_state(1)[0])


def _as_folder(name: str) -> str:
    return "subsystem_" + "".join(c if c.isalnum() else "_" for c in name.lower())


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


def _without_enzyme(
    before: ParameterPopulation, after: ParameterPopulation, enzyme: KmRanges
) -> pd.DataFrame:
    """Compare all constants but those that were fixed, which move by construction."""
    fixed = set(enzyme.km_names)
    names = [
        name for name in before.names if name.startswith(("vmax_", "km_")) and name not in fixed
    ]
    return moved_parameters(before, after, names=names)


def _turnover(
    case: Case, settings: KineticDataSettings, populations: Mapping[str, ParameterPopulation]
) -> pd.DataFrame | None:
    """Median kcat per reaction, 1/s, without and with the enzyme fixed."""
    if "proteomics" not in case.data:
        return None
    proteomics = pd.read_csv(case.data["proteomics"])
    columns = {}
    for name, population in populations.items():
        table = turnover_numbers(
            population, case.network, proteomics, cell_dry_mass=settings.cell_dry_mass
        ).table.groupby("reaction", sort=False)
        columns[f"kcat_{name}"] = table["kcat"].median()
        columns["shared"] = table["shared"].first()
    return pd.DataFrame(columns)


STUDY = Study(
    name="kinetic-data",
    source="Fig. 4, 5",
    question="What do a few measured Michaelis constants tell of all the others?",
    full=KineticDataSettings(),
    quick=KineticDataSettings(
        n_models=300,
        combinations=3,
        subsystems=2,
        n_fixed=300,
        repeats=2,
        optimizer=Gradient(generations=15),
    ),
    run=run,
)
