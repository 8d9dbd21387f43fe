"""The study of incidence: repeats, base rates, generators along a run."""

from dataclasses import replace

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.learning import HistogramGenerator
from skimpy_renaissance.studies.incidence import STUDY, IncidenceSettings

SMALL = IncidenceSettings(repeats=2, snapshots=2, models=40, blind=50)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("incidence")


@pytest.fixture(scope="module")
def result(case, place):
    return STUDY.run(case, SMALL, RunContext(place, seed=3))


def test_the_mean_of_the_last_generation_is_that_of_the_table(result):
    table = result.tables["incidence"]
    assert sorted(table["repeat"].unique()) == [0, 1]
    assert table["generation"].max() == 3
    last = table[table["generation"] == 3]["incidence"]
    (finding,) = [f for f in result.findings if f.quantity.startswith("mean incidence")]
    np.testing.assert_allclose(finding.ours, 100 * last.mean())
    assert finding.published == 92


def test_shares_in_the_tables_are_counts_over_draws(result, case):
    rates = result.tables["base_rates"]
    np.testing.assert_allclose(rates["share"], rates["hits"] / rates["draws"])
    assert (rates["low_95"] <= rates["share"]).all()
    assert (rates["share"] <= rates["high_95"]).all()
    wide = rates.pivot_table(index="source", columns="property", values="hits")
    assert (wide["valid"] <= wide["stable"]).all()
    assert set(rates["draws"]) == {50, 80}
    shown = result.tables["lambda_max"].groupby("generation")["lambda_max"]
    shares = shown.apply(lambda values: np.mean(values < case.criterion.partition)).to_list()
    assert shares == sorted(shares)
    assert (shown.size() == 40).all()


def test_both_figures_are_drawn_and_few_repeats_are_a_warning(result, draw):
    assert set(result.drawings) == {"incidence", "lambda_max"}
    for drawing in result.drawings.values():
        draw(drawing)
    assert any("2 repeats" in warning for warning in result.warnings)
    assert any("3 generations" in warning for warning in result.warnings)


def test_a_study_called_again_goes_on_from_its_checkpoints(case, place, result):
    again = STUDY.run(case, SMALL, RunContext(place, seed=3))
    columns = ["generation", "incidence", "seconds"]  # seconds: nothing was trained again
    first, second = (r.tables["incidence"][columns].to_numpy() for r in (result, again))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(
        result.tables["lambda_max"]["lambda_max"], again.tables["lambda_max"]["lambda_max"]
    )


def test_the_repeat_that_is_followed_has_the_highest_mean_incidence(result):
    means = result.tables["incidence"].groupby("repeat")["incidence"].mean()
    assert result.numbers["repeat_followed"] == means.idxmax()


def test_the_full_study_has_the_published_size():
    assert STUDY.full == replace(IncidenceSettings(), repeats=10, snapshots=10, models=500)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("optimizer", "generator"),
    [
        (sr.Gradient(models=20, generations=3), None),
        (sr.Gradient(models=20, generations=3), "relative"),
        (sr.Coverage(models=20, generations=3), HistogramGenerator()),
    ],
)
def test_generators_of_any_optimiser_can_be_followed(case, tmp_path, optimizer, generator):
    if generator is None or generator == "relative":
        generator = replace(case.generator, relative=generator is not None)
    other = replace(case, optimizer=optimizer, generator=generator)
    found = STUDY.run(other, SMALL, RunContext(tmp_path, seed=3))
    assert found.tables["incidence"].groupby("repeat")["judged"].max().tolist() == [60, 60]
    assert any("the published trainings by evolution" in text for text in found.warnings)


def test_evolution_strategies_are_no_departure_from_the_paper(result):
    assert not any("the published trainings by evolution" in text for text in result.warnings)


def test_a_limit_on_the_fastest_mode_counts_in_every_share(case, tmp_path):
    few = IncidenceSettings(repeats=1, generations=1, snapshots=1, models=20, blind=40)
    plain = STUDY.run(case, few, RunContext(tmp_path / "plain", seed=3))
    none = replace(case, criterion=sr.Validity(case.criterion.partition, fastest=-1.3))
    limited = STUDY.run(none, few, RunContext(tmp_path / "limited", seed=3))
    fast, faster = (
        r.tables["base_rates"].set_index(["property", "source"])["hits"] for r in (plain, limited)
    )
    assert faster["stable"].equals(fast["stable"])
    assert fast["valid"].sum() > 0
    assert (faster["valid"] == 0).all()
