"""A model meets the curve that it made itself; others meet it less."""

import numpy as np
import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.learning import judge
from skimpy_renaissance.requirements import (
    Fermentation,
    Measurement,
    measurements,
    read_measurements,
)

TIMES = (1.0, 2.0, 3.0)


@pytest.fixture(scope="module")
def curve(core, log_km, reactor):
    """Give what the first model does, measured without error, and the requirement to do it."""
    bound, state = core
    made, medium = reactor
    settings = {"biomass": 0.05, "medium": medium, "state": state, "tolerance": 0.5}
    blank = Fermentation(made, measured=[Measurement("biomass", 1.0, 1.0, 1.0)], **settings)
    runs = blank.simulate(bound, log_km[:1], times=[0.0, *TIMES])
    points = [
        Measurement(name, time, float(value), 0.05 * float(course.max()))
        for name, course in (
            ("biomass", runs.biomass()[0]),
            ("glc__D_e", runs.molar("glc__D_e")[0]),
        )
        for time, value in zip(TIMES, course[1:], strict=True)
    ]
    return Fermentation(made, measured=points, models=3, **settings)


@pytest.mark.slow
def test_the_model_that_made_the_curve_meets_it(core, log_km, curve):
    bound, _ = core
    judged = judge(bound, log_km[[0, 1, 5]][None], sr.Validity(-0.1))
    assessment = curve.assessor(bound)(judged)
    assert assessment.satisfied.tolist() == [[True, False, False]]
    first, second, third = assessment.grades[0].tolist()
    assert first == pytest.approx(1.0, abs=1e-3)
    assert 0 < second < 0.5
    assert third == 0.0  # not stable, hence not simulated
    assert not curve.differentiable


def test_the_misfit_is_in_standard_deviations_each_variable_alike(core, log_km, curve):
    bound, _ = core
    runs = curve.simulate(bound, log_km[1:2])
    squares = []
    for name, course in (
        ("biomass", runs.biomass()[0]),
        ("glc__D_e", runs.molar("glc__D_e")[0]),
    ):
        points = [p for p in curve.measured if p.variable == name]
        off = [(v - p.value) / p.sd for v, p in zip(course[1:], points, strict=True)]
        squares.append(np.mean(np.square(off)))
        by_hand = np.sqrt(np.mean([(o * p.sd) ** 2 for o, p in zip(off, points, strict=True)]))
        assert curve.errors(runs)[name][0] == pytest.approx(by_hand)
    assert curve.misfits(runs)[0] == pytest.approx(np.sqrt(np.mean(squares)))


def test_only_the_first_models_of_a_candidate_are_simulated(core, log_km, curve):
    bound, _ = core
    judged = judge(bound, log_km[[0, 1, 2, 3]][None], sr.Validity(-0.1))
    few = Fermentation(**{**vars(curve), "models": 1})
    assessment = few.assessor(bound)(judged)
    assert torch.isfinite(assessment.grades).tolist() == [[True, False, False, False]]
    assert assessment.score.item() == pytest.approx(1.0, abs=1e-3)


def test_another_steady_state_is_refused(core, curve):
    bound, _ = core
    _, states = sr.examples.e_coli_core()
    elsewhere = sr.compile(bound.network).at(states[0])
    with pytest.raises(InputError, match="not the one that the kinetics are bound to"):
        curve.assessor(elsewhere)


def test_a_variable_that_the_reactor_lacks_is_met_with_the_nearest(core, curve):
    wrong = [Measurement("glc_D_e", 1.0, 0.01, 0.001)]
    with pytest.raises(MissingEntryError, match="did you mean 'glc__D_e'"):
        Fermentation(**{**vars(curve), "measured": wrong})


def test_two_curves_have_two_descriptions(curve):
    other = Fermentation(**{**vars(curve), "measured": curve.measured[:-1]})
    assert other.description != curve.description
    assert Fermentation(**vars(curve)).description == curve.description


TABLE = pd.DataFrame(
    {
        "variable": ["biomass", "ac_e"],
        "time": [1.0, 2.0],
        "value": [0.5, 4.0],
        "sd": [0.05, 0.2],
        "unit": ["gDW/L", "mmol/L"],
    }
)


def test_measurements_come_in_stated_units(tmp_path):
    TABLE.to_csv(tmp_path / "m.csv", index=False)
    biomass, acetate = read_measurements(tmp_path / "m.csv")
    assert biomass == Measurement("biomass", 1.0, 0.5, 0.05)
    assert (acetate.variable, acetate.time) == ("ac_e", 2.0)
    assert (acetate.value, acetate.sd) == pytest.approx((4e-3, 2e-4))


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (TABLE.drop(columns="sd"), MissingEntryError, "it lacks sd"),
        (TABLE.assign(unit="g/L"), InputError, "biomass must be in gDW/L"),
        (TABLE.iloc[1:].assign(unit="g/L"), InputError, "Divide g/L by the molar mass"),
        (TABLE.assign(sd=0.0), InputError, "sd > 0"),
        (TABLE.iloc[:0], InputError, "no rows"),
        (TABLE.assign(time="soon"), InputError, "no number"),
    ],
)
def test_measurements_that_cannot_be_used_are_refused(table, error, message):
    with pytest.raises(error, match=message):
        measurements(table)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match=r"no\.csv cannot be read"):
        read_measurements(tmp_path / "no.csv")


def test_points_without_standard_deviation_are_refused(curve):
    with pytest.raises(InputError, match="every point needs sd"):
        Fermentation(**{**vars(curve), "measured": [Measurement("biomass", 1.0, 0.1)]})
