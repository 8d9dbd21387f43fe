"""The study of robustness: findings are the counts of its table, and nothing is done twice."""

import numpy as np
import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.dynamics.ensembles import pieces
from skimpy_renaissance.population.ensemble import NARROW, WHOLE
from skimpy_renaissance.studies.robustness import STUDY, RobustnessSettings

SMALL = RobustnessSettings(models=4, horizon=0.6)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("robustness")


@pytest.fixture(scope="module")
def result(case, place):
    return STUDY.run(case, SMALL, RunContext(place, seed=1))


@pytest.mark.slow
def test_every_finding_is_a_count_of_the_first_tolerance_of_an_ensemble(result):
    table = result.tables["returned"]
    strict = table[table["tolerance"] == 0.01]
    assert [f.ours for f in result.findings[1:]] == (100 * strict["share"]).to_list()
    assert {f.published for f in result.findings[1:]} == {100.0, 99.9, 75.4, 93.1, None}
    keys = ["ensemble", "quantity", "within"]
    wide = table.pivot_table(index=keys, columns="tolerance", values="back")
    assert (np.diff(wide.to_numpy(), axis=1) >= 0).all()  # a wider tolerance loses nothing
    later = table.groupby(["ensemble", "quantity", "tolerance"])["back"].apply(
        lambda b: b.is_monotonic_increasing
    )
    assert later.all()


def test_the_whole_region_and_the_generators_own_draws_stand_side_by_side(result, draw):
    first, *findings = result.findings
    assert (first.quantity, first.ours) == ("ensemble", WHOLE)
    assert "4 models, all independent" in first.note
    half = len(findings) // 2
    for ours, own in zip(findings[:half], findings[half:], strict=True):
        assert own.quantity == f"{ours.quantity}; generator's own draws, narrow"
        assert own.published == ours.published
    assert set(result.tables["returned"]["ensemble"]) == {WHOLE, NARROW}
    drawn = {name: draw(drawing) for name, drawing in result.drawings.items()}
    for name in ("courses", "returned"):
        assert drawn[name].get_suptitle() == ""
        title = drawn[f"{name}_narrow"].get_suptitle()
        assert title == "Narrow ensemble: a generator's own draws, not the whole valid region"
        assert result.drawings[f"{name}_narrow"].caption.startswith(f"{title}. 4 models")
    assert not any("generate without --raw" in warning for warning in result.warnings)


def test_the_open_question_is_stated(result):
    assert any("does not state" in warning for warning in result.warnings)
    assert result.numbers["models"] == 4
    assert result.numbers["failed"] == 0


def test_called_again_it_reads_what_the_folder_holds(case, place, result, monkeypatch):
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated again"))
    again = STUDY.run(case, SMALL, RunContext(place, seed=1))
    assert again.tables["returned"].equals(result.tables["returned"])


def test_the_full_study_has_the_published_size():
    assert STUDY.full.models == 1000
    assert STUDY.full.perturbation == 0.5
