"""What a few measured Michaelis constants tell of all the others, as in Fig. 4 and 5."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.deciding_constants import deciding_constants
from skimpy_renaissance.analyses.informed_km import informed_km
from skimpy_renaissance.analyses.integrated_km import integrate_km
from skimpy_renaissance.analyses.integrated_km_answers import Answers
from skimpy_renaissance.analyses.integrated_km_result import answer_table, integrated_km_result
from skimpy_renaissance.analyses.integrated_km_settings import KineticDataSettings
from skimpy_renaissance.analyses.observations import Observations
from skimpy_renaissance.kinetic_data import Training, WholeRegion
from skimpy_renaissance.learning import Gradient
from skimpy_renaissance.priors import KmSpace, Prior
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.kinetic_data_findings import kinetic_data_findings
from skimpy_renaissance.studies.measurements import observe, subsystems_of
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.tables import read_table

__all__ = ["STUDY", "KineticDataSettings", "study_kinetic_data"]

_FEWEST = 640  # models, for information


def study_kinetic_data(
    case: Case, settings: KineticDataSettings, context: RunContext
) -> AnalysisResult:
    """Carry out the study.

    Parameters
    ----------
    case
        The organism. Roles: ``measured_km``, ``ec_pairs``, ``subsystems``, ``proteomics``. Without
        measurements a held-out valid model stands in for them, and the result says so.
    settings
        Sizes.
    context
        The models of each run are kept in ``valid_models`` (``trained_models`` for trainings); done
        ones are read. Its runner carries out the others.

    Returns
    -------
    AnalysisResult

    Raises
    ------
    InputError
        A table cannot be used, or the folder of the context holds other runs.
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
    bound = case.bound
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=case.generator.range)
    whole = WholeRegion(case.criterion, case.generator.range)
    found = _answers(case, seen, settings, whole, space, context.within("valid_models"))
    trained = None
    if settings.trainings:
        own = None if case.optimizer_chosen else settings.optimizer
        way = Training(case.criterion, case.generator, own or case.optimizer, case.reward)
        fewer = replace(settings, runs=settings.trainings, subsystems=1)
        trained = _answers(case, seen, fewer, way, space, context.within("trained_models"))
    result = integrated_km_result(found, case.network)
    parts = [result]
    models = found.without.models
    if len(models) >= _FEWEST:
        few = {"permutations": settings.permutations, "seed": context.seed}
        parts.append(informed_km(case.network, models, seen.ranges.km_names, **few))
        prior = Prior.of_space(space)
        parts.append(deciding_constants(bound, models, prior, growth=case.growth, **few))
    return AnalysisResult(
        tables={
            **{name: table for part in parts for name, table in part.tables.items()},
            **_trained_tables(trained),
        },
        drawings={name: one for part in parts for name, one in part.drawings.items()},
        numbers={name: number for part in parts for name, number in part.numbers.items()},
        warnings=[text for part in parts for text in part.warnings],
        summary={name: rows for part in parts for name, rows in part.summary.items()},
        findings=kinetic_data_findings(found, trained),
    )


def _answers(
    case: Case,
    seen: Observations,
    settings: KineticDataSettings,
    way: WholeRegion | Training,
    space: KmSpace,
    context: RunContext,
) -> Answers:
    table = case.data.get("proteomics")
    return integrate_km(
        case.bound,
        seen,
        settings,
        subsystem_of=subsystems_of(case),
        way=way,
        space=space,
        context=context,
        provenance={"state": case.reference, "units": case.units.to_dict()},
        proteomics=None if table is None else read_table(table),
    )


def _trained_tables(trained: Answers | None) -> dict[str, pd.DataFrame]:
    if trained is None:
        return {}
    return {
        "trained_answers": answer_table(trained.questions),
        "trained_overlap": trained.focus.change.reset_index(),
        "trained_overlap_by_chance": trained.without.by_chance.reset_index(),
    }


STUDY = Study(
    name="kinetic-data",
    source="Fig. 4, 5",
    question="What do a few measured Michaelis constants tell of all the others?",
    full=KineticDataSettings(trainings=5, optimizer=Gradient()),
    quick=KineticDataSettings(n_models=200, runs=4, subsystems=2, permutations=50),
    run=study_kinetic_data,
)
