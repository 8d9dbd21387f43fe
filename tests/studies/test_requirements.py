"""The study of requirements: rare ones imposed together, and a batch curve learned."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.learning import Coverage, HistogramGenerator, load_generator
from skimpy_renaissance.requirements import measurements
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.studies.curve_fit import CurveSettings, reactor_of, synthetic_curve
from skimpy_renaissance.studies.requirements import STUDY, RequirementsSettings

pytestmark = pytest.mark.slow  # trains

SMALL = RequirementsSettings(
    generations=10,
    batch=30,
    models=60,
    curve=CurveSettings(generations=1, n_candidates=2, models=1, grown=2, times=(1.0, 2.0)),
)


@pytest.fixture(scope="module")
def result(case, tmp_path_factory):
    wide = replace(case, generator=replace(case.generator, hidden=(16,)))
    return STUDY.run(wide, SMALL, RunContext(tmp_path_factory.mktemp("study"), seed=1))


def test_findings_are_the_shares_of_the_table(result):
    table = result.tables["trade_off"]
    after = table[table["group"] == "all required"].set_index("requirement")["satisfied"]
    for name, share in after.items():
        (finding,) = [f for f in result.findings if f.quantity == f"models with: {name}"]
        np.testing.assert_allclose(finding.ours, 100 * share)
        assert finding.published is None


def test_what_was_rare_becomes_less_rare(result):
    table = result.tables["trade_off"].pivot(index="requirement", columns="group", values="score")
    scores = table.loc["all at once"]
    assert scores["all required"] > scores["valid only"]


def test_the_curve_is_measured_in_stated_units_and_models_are_compared_with_it(result):
    points = measurements(result.tables["measured"])
    assert {p.variable for p in points} >= {"biomass"}
    assert len(points) == 3 * 2
    misfits = result.tables["misfits"]
    assert misfits["group"].value_counts().to_dict() == {"valid only": 2, "trained on the curve": 2}
    assert np.isfinite(misfits["misfit"]).all()


def test_figures_are_drawn_and_the_curve_is_said_to_be_synthetic(result, draw):
    assert set(result.drawings) == {"trade_off", "fermentation"}
    for drawing in result.drawings.values():
        draw(drawing)
    assert any("synthetic" in warning for warning in result.warnings)
    assert isinstance(result.tables["correlation"], pd.DataFrame)


def test_a_limit_on_the_fastest_mode_holds_for_the_hidden_model(case):
    reactor = reactor_of(case)
    one_by_one = replace(SMALL.curve, times=(1.0,))
    partition, seen = case.criterion.partition, []
    for fastest in (None, -1e12):
        limited = replace(case, criterion=Validity(partition, fastest))
        seen.append(synthetic_curve(limited, reactor, settings=one_by_one, seed=1).measured)
    assert seen[0] == seen[1]
    impossible = replace(case, criterion=Validity(partition, 1.01 * partition))
    with pytest.raises(SamplingError, match="None of 0 valid models"):
        synthetic_curve(impossible, reactor, settings=one_by_one, seed=1)


def test_an_organism_without_a_reactor_goes_without(case):
    other = replace(case, network=replace(case.network, name="another"))
    assert reactor_of(other) is None
    assert reactor_of(case) is not None


def test_an_optimiser_that_was_asked_for_trains_unless_it_cannot(case, tmp_path):
    small = replace(SMALL, models=200)
    nes = replace(case, optimizer_chosen=True)
    STUDY.run(nes, small, RunContext(tmp_path, seed=1))
    setup = load_generator(tmp_path / "required_10_30").setup
    assert (setup["optimizer"]["class"], setup["optimizer"]["generations"]) == ("NES", 10)
    wide = replace(case, optimizer=Coverage(), generator=HistogramGenerator())
    with pytest.raises(InputError, match="Coverage needs a reward with a value in nats"):
        STUDY.run(wide, SMALL, RunContext(tmp_path / "other"))
