"""What a few measured Michaelis constants tell of all the others, as in Fig. 4 and 5."""

from __future__ import annotations

from dataclasses import replace

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.integrated_km import KineticDataSettings, integrate_km
from skimpy_renaissance.analyses.integrated_km_result import integrated_km_result
from skimpy_renaissance.kinetic_data.integration import Training
from skimpy_renaissance.learning import Gradient
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.kinetic_data_findings import kinetic_data_findings
from skimpy_renaissance.studies.measurements import observe, subsystems_of
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.tables import read_table

__all__ = ["STUDY", "KineticDataSettings", "study_kinetic_data"]


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
    own = None if case.optimizer_chosen else settings.optimizer
    table = case.data.get("proteomics")
    found = integrate_km(
        case.bound,
        seen,
        settings,
        subsystem_of=subsystems_of(case),
        training=Training(case.criterion, case.generator, own or case.optimizer, case.reward),
        context=context.within("kinetic_data"),
        provenance={"state": case.reference, "units": case.units.to_dict()},
        proteomics=None if table is None else read_table(table),
    )
    result = integrated_km_result(found, case.network)
    return replace(result, findings=kinetic_data_findings(found))


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
    run=study_kinetic_data,
)
