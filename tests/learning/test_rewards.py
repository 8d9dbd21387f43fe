"""Verdicts and rewards."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import Generator, Problem, judge
from skimpy_renaissance.learning.judged import Judged
from skimpy_renaissance.learning.rewards import (
    FastestDynamics,
    Hinge,
    Incidence,
    Margin,
    SlowestMode,
    SoftStep,
    Sum,
    Weighted,
)
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.spectrum.validity import Validity

NAN = math.nan


def verdict(lambda_max, partition=-2.5):
    table = torch.tensor(lambda_max, dtype=torch.float64)
    return Judged(torch.zeros(*table.shape, 1).double(), table, Validity(partition), None)


def incidence_by_hand(row, partition, scale):
    known = [x for x in row if not math.isnan(x)]
    valid = sum(x < partition for x in known) / len(row)
    return valid if valid > 0 else scale / (1 + math.exp(min(known) - partition))


def test_incidence_equals_equations_1_and_2_by_hand():
    rows = [[-3.0, -1.0, 2.0, -2.6], [-1.0, 0.5, 7.0, -2.5], [-2.4, 100.0, NAN, 3.0]]
    expected = [incidence_by_hand(row, -2.5, 0.01) for row in rows]
    assert Incidence()(verdict(rows)).tolist() == pytest.approx(expected, rel=1e-14)


def test_incidence_rewards_coming_closer_but_less_than_one_valid_model():
    rewards = Incidence()(verdict([[5.0] * 4, [0.0] * 4, [-2.5] * 4, [-2.6, 9.0, 9.0, 9.0]]))
    assert rewards.tolist() == sorted(rewards.tolist())
    assert rewards[2] == 0.005
    assert rewards[3] == 0.25


@pytest.mark.parametrize("far", [1e4, 1e308])
def test_incidence_neither_overflows_nor_warns(far):
    assert Incidence()(verdict([[far, far]])).item() == 0.0


@pytest.mark.parametrize("reward", [Incidence(), FastestDynamics(n_fastest=2)])
def test_failed_spectra_do_not_poison_a_reward(reward):
    table = [[-1.0, 3.0, NAN], [NAN, NAN, NAN], [-1.0, 3.0, 1e9]]
    rewards = reward(verdict(table))
    assert bool(torch.isfinite(rewards).all())
    assert rewards[0] == rewards[2]  # as if they were very slow
    assert rewards[1] == 0.0


def test_fastest_dynamics_averages_the_fastest_ten():
    table = torch.linspace(-9, 90, 100).tolist()
    mean = sum(sorted(table)[:10]) / 10
    expected = 0.5 * math.exp(-0.1 * mean)
    assert FastestDynamics()(verdict([table])).item() == pytest.approx(expected, rel=1e-6)


def test_fastest_dynamics_stays_finite_for_absurd_speeds():
    assert math.isfinite(FastestDynamics(n_fastest=1)(verdict([[-1e300]])).item() ** 2)


def test_fastest_dynamics_needs_enough_models():
    with pytest.raises(InputError, match="models per candidate = 3"):
        FastestDynamics()(verdict([[1.0, 2.0, 3.0]]))
    with pytest.raises(InputError, match=r"n_fastest of FastestDynamics .* >= 1, got 0"):
        FastestDynamics(n_fastest=0)


def test_rewards_add_up_and_take_factors():
    judged = verdict([[-3.0, 1.0], [4.0, 5.0]])
    one, two = Incidence(), FastestDynamics(n_fastest=1)

    def slowness(judged):
        return -judged.lambda_max.mean(-1)

    combined = 2 * one + two * 0.5 + slowness
    expected = 2 * one(judged) + 0.5 * two(judged) + slowness(judged)
    torch.testing.assert_close(combined(judged), expected)
    torch.testing.assert_close((slowness + one)(judged), slowness(judged) + one(judged))
    assert combined == Sum((Sum((Weighted(one, 2.0), Weighted(two, 0.5))), slowness))


def test_a_reward_times_something_else_is_a_type_error():
    with pytest.raises(TypeError):
        Incidence() * "two"
    with pytest.raises(TypeError):
        Incidence() + 1


def test_valid_is_incidence_and_failed_spectra_are_invalid():
    judged = verdict([[-3.0, -2.5, NAN, -9.0]])
    assert judged.valid.tolist() == [[True, False, False, True]]
    assert judged.incidence.tolist() == [0.5]


def test_eigenvalues_and_vmax_are_computed_when_asked_for_and_once(pathway):
    kinetics = pathway(n=3)
    log_km = torch.linspace(-12, 0, 24, dtype=torch.float64).view(2, 4, 3)
    judged = judge(kinetics, log_km, Validity())
    assert judged.incidence.shape == (2,)
    assert kinetics.asked == []
    torch.testing.assert_close(judged.eigenvalues.real.amax(-1), judged.lambda_max)
    torch.testing.assert_close(judged.vmax, 10.0 * (1e3 * log_km.exp() + 1))
    assert judged.vmax is judged.vmax
    assert kinetics.asked == ["eigenvalues", "vmax"]


def test_a_limit_on_the_fastest_mode_uses_the_whole_spectrum(pathway):
    log_km = torch.tensor([[[-5.0, -5.0], [-5.0, 2.0], [2.0, 2.0]]], dtype=torch.float64)
    judged = judge(pathway(n=2), log_km, Validity(partition=-2.5, fastest=-9.0))
    # K = exp(-5) mol/L = 6.7 mmol/L: -8.7 1/h; K = exp(2) mol/L: -10 1/h, too fast
    assert judged.valid.tolist() == [[True, False, False]]


@pytest.mark.parametrize("wrong", [torch.zeros(3).double(), torch.zeros(2)])
def test_kinetics_that_return_something_else_are_refused(pathway, wrong):
    kinetics = pathway(n=1)
    kinetics.lambda_max = lambda _: wrong
    with pytest.raises(InputError, match=r"float64 of shape \(2,\)"):
        judge(kinetics, torch.zeros(1, 2, 1, dtype=torch.float64), Validity())


@pytest.mark.parametrize(
    ("reward", "message"),
    [
        (lambda judged: judged.lambda_max, "one number per candidate"),
        (lambda judged: judged.incidence * NAN, "must be finite"),
    ],
)
def test_a_reward_of_the_user_that_cannot_be_used_is_named(pathway, reward, message):
    kinetics = pathway(n=2)
    generator = Generator(hidden=(4,))
    space = KmSpace.of(kinetics.km_names, kinetics.log_km_bounds, default_range=generator.range)
    problem = Problem(kinetics, generator, space, Validity(), reward)
    judged = problem.judge(torch.zeros(3, 5, 2, dtype=torch.float64))
    with pytest.raises(InputError, match=message):
        problem.score(judged)


def test_margin_equals_its_formula_by_hand():
    rows = [[-3.0, -1.0, 2.0, 1e5], [NAN, 0.5, -7.0, -2.5]]
    for row, reward in zip(rows, Margin(2.0, 0.5)(verdict(rows)).tolist(), strict=True):
        known = [x for x in row if not math.isnan(x)]
        excess = [2.0 * (math.asinh(x) - math.asinh(-2.5)) + 0.5 for x in known]
        expected = -sum(math.log1p(math.exp(e)) for e in excess) / len(known)
        assert reward == pytest.approx(expected, rel=1e-12)


def test_margin_is_zero_where_every_spectrum_failed():
    assert Margin()(verdict([[NAN, NAN]])).tolist() == [0.0]


@pytest.mark.parametrize("reward", [Margin(), Hinge(), SoftStep(width=1.0)])
def test_a_failed_spectrum_does_not_spoil_the_slope_of_others(reward):
    # eigenvalues whose backward pass multiplies by what comes in, as a real spectrum's does
    log_km = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64, requires_grad=True)
    factor = torch.tensor([1.0, NAN, -1.0], dtype=torch.float64)
    lambda_max = Passed.apply(log_km, factor)
    judged = replace(verdict([[0.0, 0.0, 0.0]]), lambda_max=lambda_max)
    (slope,) = torch.autograd.grad(reward(judged).sum(), log_km)
    assert torch.isfinite(slope[0, [0, 2]]).all()
    assert slope[0, 1] == 0
    assert slope[0, 0] != 0


class Passed(torch.autograd.Function):
    """Multiply, with a slope of zero where the product is NaN: incoming NaN still becomes NaN."""

    @staticmethod
    def forward(ctx, values, factor):
        ctx.save_for_backward(factor)
        return values * factor

    @staticmethod
    def backward(ctx, gradient):
        (factor,) = ctx.saved_tensors
        return gradient * factor.nan_to_num(), None


def test_the_hinge_is_its_formula_and_sharpens_to_a_corner():
    rows = [[-20.0, -3.0, -2.5], [-2.5, 0.0, 100.0]]
    excess = np.arcsinh(np.array(rows)) - math.asinh(-2.5)
    soft = 60 * 0.3 * np.logaddexp(0, excess / 0.3)
    np.testing.assert_allclose(Hinge(60.0, 0.3)(verdict(rows)), -soft.mean(axis=1))
    corner = 60 * np.maximum(excess, 0)
    np.testing.assert_allclose(Hinge(60.0, 1e-5)(verdict(rows)), -corner.mean(axis=1), atol=1e-3)
    assert Hinge()(verdict([[NAN, NAN]])).tolist() == [0.0]


def test_the_soft_step_is_its_formula_and_sharpens_to_the_share_of_invalid_models():
    rows = [[-20.0, -3.0, -2.5], [-2.4, 0.0, 100.0]]
    excess = np.arcsinh(np.array(rows)) - math.asinh(-2.5)
    soft = 60 / (1 + np.exp(-excess / 0.3))
    np.testing.assert_allclose(SoftStep(60.0, 0.3)(verdict(rows)), -soft.mean(axis=1))
    np.testing.assert_allclose(SoftStep(60.0, 1e-6)(verdict(rows)), [-60 * 0.5 / 3, -60])
    assert SoftStep()(verdict([[NAN, NAN]])).tolist() == [0.0]


@pytest.mark.parametrize("reward", [Margin(), Hinge(), SoftStep(width=1.0)])
def test_a_limit_on_the_fastest_mode_is_paid_for_too(reward):
    def paid(fastest, limit):
        judged = verdict([[-3.0, -3.0]])
        criterion = Validity(-2.5, fastest=limit)
        return reward(replace(judged, criterion=criterion, kinetics=Spectrum([-3.0, fastest])))

    assert paid(-500.0, limit=-100.0) < paid(-50.0, limit=-100.0)
    assert paid(-500.0, limit=None) == paid(-50.0, limit=None)


class Spectrum:
    """Every model has the same real eigenvalues."""

    def __init__(self, eigenvalues):
        self._eigenvalues = torch.tensor(eigenvalues, dtype=torch.complex128)

    def eigenvalues(self, log_km):
        return self._eigenvalues.expand(len(log_km), -1)


def test_the_slowest_mode_is_averaged_down_to_the_partition():
    rewards = SlowestMode()(verdict([[-9.0, -2.5, 1.0, 3.5], [-3.0, -2.6, -2.5, -4.0]]))
    assert rewards.tolist() == [0.125, 2.5]  # -(-2.5 - 2.5 + 1 + 3.5) / 4, and the best there is


def test_a_failed_spectrum_counts_as_the_slowest_known_mode():
    rewards = SlowestMode()(verdict([[-9.0, NAN], [7.0, 0.0], [NAN, NAN]]))
    assert rewards.tolist() == [-2.25, -3.5, -7.0]
    assert SlowestMode()(verdict([[NAN, NAN], [NAN, NAN]])).unique().numel() == 1


def test_the_slowest_mode_has_a_slope_above_the_partition_only():
    table = torch.tensor([[-9.0, 1.0, NAN]], dtype=torch.float64, requires_grad=True)
    judged = Judged(torch.zeros(1, 3, 1).double(), table, Validity(-2.5), None)
    (slope,) = torch.autograd.grad(SlowestMode()(judged).sum(), table)
    torch.testing.assert_close(slope, torch.tensor([[0.0, -1 / 3, 0.0]], dtype=torch.float64))
