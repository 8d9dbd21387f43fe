"""Walking along the gradient in ln Km, on a pathway solved by hand."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import SmoothKinetics, descend
from skimpy_renaissance.spectrum import Smoothed


class SmoothPathway:
    """Modes -10 K/(K + 1), K in mmol/L, in the smoothed maximum."""

    km_names = ("km_a", "km_b", "km_c", "km_d")
    log_km_bounds = torch.full((4, 2), torch.nan, dtype=torch.float64)

    def __init__(self, fails_above=math.inf):
        self.fails_above = fails_above
        self.calls = 0

    def eigenvalues(self, log_km):
        km = log_km.exp() * 1e3
        return (-10 * km / (km + 1)).to(torch.complex128)

    def lambda_max(self, log_km):
        return self.eigenvalues(log_km).real.amax(-1)

    def vmax(self, log_km):
        return 10 * (log_km.exp() * 1e3 + 1)

    def smoothed_lambda_max(self, log_km, *, sharpness):
        self.calls += 1
        modes = self.eigenvalues(log_km).real
        value = ((sharpness * modes.asinh()).logsumexp(-1) / sharpness).sinh()
        failed = log_km[..., 0] > self.fails_above
        largest = modes.detach().amax(-1)
        return Smoothed(
            torch.where(failed, torch.nan, value), torch.where(failed, torch.nan, largest)
        )


BOX = {"lower": torch.full((4,), -16.0).double(), "upper": torch.full((4,), 0.0).double()}


def _starts(*shape, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return -10 + 4 * torch.rand(*shape, 4, generator=rng, dtype=torch.float64)


def test_it_reaches_the_known_optimum():
    """All constants at the upper bound: -10 K/(K + 1) at K = 1000 mmol/L."""
    walked = descend(SmoothPathway(), _starts(6), **BOX, steps=150, learning_rate=0.3)
    assert (walked.lambda_max < -9.9).all()
    assert (walked.log_km <= 0).all()


def test_the_trace_never_rises_and_ends_at_the_result():
    walked = descend(SmoothPathway(), _starts(2, 3), **BOX, steps=12)
    assert walked.trace.shape == (2, 3, 13)
    assert walked.judged == 13
    assert (walked.trace.diff(dim=-1) <= 0).all()
    assert torch.equal(walked.trace[..., -1], walked.lambda_max)
    again = SmoothPathway().smoothed_lambda_max(walked.log_km, sharpness=5.0).lambda_max
    assert torch.equal(again, walked.lambda_max)


def test_a_model_walks_alike_whatever_its_companions():
    start = _starts(5)
    together = descend(SmoothPathway(), start, **BOX, steps=8)
    alone = descend(SmoothPathway(), start[3:4], **BOX, steps=8)
    assert torch.allclose(alone.log_km[0], together.log_km[3], rtol=1e-12)


def test_without_steps_the_start_is_judged():
    start = _starts(3)
    walked = descend(SmoothPathway(), start, **BOX, steps=0)
    assert torch.allclose(walked.log_km, start, rtol=1e-12)


def test_a_failed_spectrum_is_data():
    start = _starts(2)
    start[0, 0], start[1, 0] = -5.0, -9.0
    walked = descend(SmoothPathway(fails_above=-7.0), start, **BOX, steps=3)
    assert walked.lambda_max[0].isnan()
    assert torch.equal(walked.log_km[0], start[0])
    assert walked.lambda_max[1].isfinite()


def test_an_empty_box_and_wrong_numbers_are_refused():
    start = _starts(1)
    lower = torch.tensor([0.0, 0.0, -1.0, -1.0]).double()
    with pytest.raises(InputError, match="2 bounds of 4 that leave no room"):
        descend(SmoothPathway(), start, lower=lower, upper=torch.zeros(4).double())
    with pytest.raises(InputError, match="steps must be a whole number"):
        descend(SmoothPathway(), start, **BOX, steps=1.5)
    with pytest.raises(InputError, match="learning_rate"):
        descend(SmoothPathway(), start, **BOX, learning_rate=math.nan)


def test_kinetics_that_can_be_followed_are_recognised(pathway):
    assert isinstance(SmoothPathway(), SmoothKinetics)
    assert not isinstance(pathway(), SmoothKinetics)
