"""The study of designs: made for valid models, or refused where nothing says what to make."""

from dataclasses import replace

import numpy as np
import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.design import DesignLimits
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.studies.design import STUDY, DesignStudySettings, published_task

SMALL = DesignStudySettings(models=3, verified=1, enzymes=1)


@pytest.fixture(scope="module")
def of_acetate(case):
    limits = DesignLimits(enzymes=2, candidates=("PDH", "PGI", "ATPM"))
    return replace(case, design=DesignOptions({"ACt2r": 1.0, "GLCpts": -1.0}, limits))


@pytest.mark.slow
def test_findings_are_those_of_the_best_design_in_every_model(of_acetate, tmp_path):
    result = STUDY.run(of_acetate, SMALL, RunContext(tmp_path, seed=1))
    ensemble, promised, reached, works = result.findings
    assert (ensemble.quantity, ensemble.published) == ("ensemble", None)
    gains = result.tables["gains"]
    assert gains["model"].nunique() == len(gains) == 3
    assert promised.ours == pytest.approx(np.exp(gains["promised"].mean()))
    assert works.ours == pytest.approx(100 * gains["works"].mean())
    if gains["works"].any():
        assert reached.ours > 1
    assert all(result.tables["designs"].groupby("design").size() == 1)


def test_what_strains_are_to_make_must_be_stated(case, tmp_path):
    with pytest.raises(InputError, match=r"not stated. Name it in \[design\] of the run file"):
        STUDY.run(case, SMALL, RunContext(tmp_path))


def test_published_models_need_their_steady_state(of_acetate, tmp_path):
    named = replace(of_acetate, data={"design_models": tmp_path / "sets.h5"})
    with pytest.raises(InputError, match="The study of designs needs 'design_state'"):
        published_task(named)
