"""Likelihoods of measurements, and requirements as hard limits, against their formulas."""

import math

import pytest
import torch

from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.dynamics import Measurement
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.requirements import (
    Control,
    ControlCoefficient,
    EigenvalueWindow,
    EnzymeResponse,
    Fermentation,
    Measured,
    Response,
    Sign,
    TimeCourse,
)
from skimpy_renaissance.valid_region import Datum

CONTROL = Control(flux="GLCpts", enzyme="PFK")


def normal(off, sd):
    return -0.5 * (off / sd) ** 2 - math.log(sd * math.sqrt(2 * math.pi))


def test_a_measured_control_coefficient_has_its_gaussian(core, log_km):
    bound, _ = core
    by_hand = control_coefficients(bound, log_km, ["vmax_forward_PFK"]).flux
    by_hand = torch.tensor(by_hand.slice_by("flux", "GLCpts").to_numpy().ravel())
    datum = Measured(CONTROL, 0.3, sd=0.1)
    found = datum.weigher(bound)(log_km)
    torch.testing.assert_close(found, normal(by_hand - 0.3, 0.1))
    assert datum.highest >= found.max()
    assert isinstance(datum, Datum)
    assert not datum.hard
    sign = Sign(CONTROL, "positive", wrong=0.1).weigher(bound)(log_km)
    assert sign.exp().tolist() == pytest.approx([0.9 if c > 0 else 0.1 for c in by_hand.tolist()])


def test_a_measured_response_is_the_ratio_linear_in_control(core, log_km):
    bound, _ = core
    response = Response({"PFK": 0.5}, flux="GLCpts")
    control = CONTROL.predictor(bound)(log_km)
    ratio = response.predictor(bound)(log_km)
    torch.testing.assert_close(ratio, 0.5**control)
    found = Measured(response, 0.9, sd=0.02).weigher(bound)(log_km)
    torch.testing.assert_close(found, normal(ratio - 0.9, 0.02))


@pytest.mark.slow
def test_a_small_change_that_is_simulated_is_the_linear_one(core, log_km):
    bound, _ = core
    linear, simulated = (
        Response({"PFK": 1.02}, flux="PFK", method=method).predictor(bound)(log_km[:3])
        for method in ("linear", "simulated")
    )
    torch.testing.assert_close(linear, simulated, rtol=0, atol=2e-3)


@pytest.mark.slow
def test_every_point_of_a_time_course_counts(core, log_km, reactor):
    bound, state = core
    made, medium = reactor
    course = ((0.1, 0.053, 0.011), (0.2, 0.056, 0.012), (0.4, 0.062, 0.014))
    points = [Measurement("biomass", time, value, sd=sd) for time, value, sd in course]
    batch = Fermentation(made, state, points, biomass=0.05, medium=medium)
    datum = TimeCourse(batch)
    models = log_km[:2]
    misfit = torch.from_numpy(batch.misfits(batch.simulate(bound, models)))
    assert bool(misfit.isfinite().all())
    expected = datum.highest - 0.5 * 3 * misfit**2  # a mean over three points
    torch.testing.assert_close(datum.weigher(bound)(models), expected)
    assert datum.highest == pytest.approx(sum(normal(0.0, point.sd) for point in points))
    assert datum.label == "batch curve of biomass, 3 points"


def test_requirements_are_hard_limits_with_the_distance_to_them(core, log_km):
    bound, _ = core
    slowest = bound.lambda_max(log_km)
    limit = slowest.median().item()
    for requirement in (
        EigenvalueWindow(slowest_below=limit),
        ControlCoefficient("positive", flux="GLCpts", enzyme="PFK", at_least=0.2),
        EnzymeResponse({"PFK": 0.5}, flux="GLCpts", at_least=0.9),
    ):
        assert isinstance(requirement, Datum)
        assert requirement.hard
        assert requirement.highest == 0.0
        short = requirement.weigher(bound)(log_km)
        assert short.shape == (len(log_km),)
        assert bool((short >= 0).all())
    met = EigenvalueWindow(slowest_below=limit).weigher(bound)(log_km) == 0
    assert torch.equal(met, slowest < limit)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Measured("PFK", 1.0, sd=0.1), r"needs a quantity, such as Control\(flux"),
        (lambda: Measured(CONTROL, math.nan, sd=0.1), "finite number for value, got nan"),
        (lambda: Measured(CONTROL, 0.1, sd=0.0), "sd of Measured must be .*got 0.0"),
        (lambda: Sign(CONTROL, "up", wrong=0.1), "'positive' or 'negative', got 'up'"),
        (lambda: Sign(CONTROL, "positive", wrong=0.0), "beyond doubt is a hard limit"),
        (lambda: Control(flux="PFK"), "needs either enzyme or parameter"),
        (lambda: Response({}, flux="PFK"), "enzymes as reaction to fold change"),
        (lambda: Response({"PFK": 1e-6}, flux="PFK"), "too large for a linear response"),
        (lambda: TimeCourse(CONTROL), "TimeCourse needs a Fermentation"),
    ],
)
def test_data_that_cannot_be_used_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_names_are_checked_against_the_kinetic_model(core):
    bound, _ = core
    with pytest.raises(MissingEntryError, match="did you mean 'PFK'"):
        Measured(Control(flux="GLCpts", enzyme="PFKK"), 0.1, sd=0.1).weigher(bound)
