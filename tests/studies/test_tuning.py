"""The study of hyper-parameters: published beside found, confirmed from fresh seeds."""

from dataclasses import replace

import numpy as np
import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import Gradient
from skimpy_renaissance.studies.tuning import STUDY, TuningStudySettings
from skimpy_renaissance.tuning import PUBLISHED, SearchSpace

pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

SMALL = TuningStudySettings(
    trials=2,
    budget=100,
    confirmed=2,
    verified=30,
    space=SearchSpace(n_candidates=(3, 5), models_per_candidate=(10, 20), hidden=((8,), (6, 6))),
)


@pytest.mark.slow
def test_the_published_choice_stands_beside_the_best_one(case, tmp_path, draw):
    result = STUDY.run(case, SMALL, RunContext(tmp_path, seed=1))
    found = {finding.quantity: finding for finding in result.findings}
    assert found["population size n"].published == PUBLISHED.n_candidates == 20
    assert found["decay of the rate"].published == pytest.approx(5.0)
    trials = result.tables["trials"]
    best = trials.loc[trials["incidence"].idxmax()]
    assert found["search radius"].ours == best["search_radius"]
    confirmed = result.tables["confirmed"]
    assert confirmed["hyper-parameters"].tolist() == ["published"] * 2 + ["best found"] * 2
    shares = confirmed[confirmed["hyper-parameters"] == "published"]["incidence"]
    ours = found["incidence with the published hyper-parameters"].ours
    np.testing.assert_allclose(ours, 100 * shares.mean())
    assert any("2 trials" in warning for warning in result.warnings)
    for drawing in result.drawings.values():
        draw(drawing)

    again = STUDY.run(case, SMALL, RunContext(tmp_path, seed=1))
    np.testing.assert_array_equal(again.tables["confirmed"]["incidence"], confirmed["incidence"])


def test_another_optimiser_has_no_such_hyper_parameters(case, tmp_path):
    by_gradient = replace(case, optimizer=Gradient())
    with pytest.raises(InputError, match="natural evolution strategies, got Gradient"):
        STUDY.run(by_gradient, SMALL, RunContext(tmp_path))
