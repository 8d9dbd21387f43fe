"""Training through the gradient of the slowest mode."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import (
    Generator,
    Gradient,
    HeldOut,
    Problem,
    cosine,
    judge,
    linear,
    train,
)
from skimpy_renaissance.learning.rewards import Incidence, Margin
from skimpy_renaissance.priors import KmSpace, random_stream
from skimpy_renaissance.spectrum.validity import Validity

SMALL = Generator(latent=3, hidden=(8,), range=(-16.0, 0.0))
CRITERION = Validity(partition=-6.0)


def problem_of(kinetics, reward=None):
    space = KmSpace.of(kinetics.km_names, kinetics.log_km_bounds, default_range=SMALL.range)
    return Problem(kinetics, SMALL, space, CRITERION, reward or Margin())


def stream(seed=0):
    return random_stream(seed, purpose="test")


def test_steps_are_those_of_one_adam_kept_alive(pathway):
    problem, gradient = problem_of(pathway()), Gradient(models=16, learning_rate=0.01, decay=1.0)
    start = SMALL.initial_weights(4, rng=stream())
    state, rng = gradient.start(start), stream(1)
    for _ in range(5):
        state = gradient.step(state, problem, rng).state

    weights, rng = torch.nn.Parameter(start.clone()), stream(1)
    adam = torch.optim.Adam([weights], lr=0.01)
    for _ in range(5):
        adam.zero_grad()
        judged = problem.judge(problem.generate(weights[None], n_models=16, rng=rng))
        (-problem.score(judged).sum()).backward()
        torch.nn.utils.clip_grad_norm_([weights], 1.0)
        adam.step()
    torch.testing.assert_close(state.weights, weights.detach(), rtol=1e-5, atol=1e-6)
    assert state.generation == 5


def test_the_direction_is_the_finite_difference_of_the_reward(pathway):
    problem = problem_of(pathway())
    weights = SMALL.initial_weights(4, rng=stream())
    along = torch.randn(weights.shape, generator=stream(2))

    def reward(shift):
        log_km = problem.generate((weights + shift * along)[None], n_models=16, rng=stream(3))
        return problem.score(problem.judge(log_km)).item()

    leaf = weights.clone().requires_grad_()
    judged = problem.judge(problem.generate(leaf[None], n_models=16, rng=stream(3)))
    (slope,) = torch.autograd.grad(problem.score(judged).sum(), leaf)
    expected = (reward(1e-3) - reward(-1e-3)) / 2e-3
    assert (slope @ along).item() == pytest.approx(expected, rel=1e-3)


def test_a_long_gradient_is_clipped(pathway):
    steep = problem_of(pathway(), reward=lambda judged: 1e6 * Margin()(judged))
    gradient = Gradient(models=8, clip=0.5)
    state = gradient.start(SMALL.initial_weights(4, rng=stream()))
    first = gradient.step(state, steep, stream(1)).state.memory["mean"]
    assert first.norm().item() == pytest.approx(0.1 * 0.5, rel=1e-4)  # Adam keeps a tenth


def test_training_makes_every_model_of_a_pathway_valid(pathway):
    options = {"criterion": CRITERION, "generator": SMALL, "seed": 3}
    gradient = Gradient(models=32, learning_rate=0.02, generations=60)
    trained = train(pathway(), optimizer=gradient, **options)
    assert trained.history.incidence[0] < 0.3
    lambda_max = pathway().lambda_max(trained.generate(500, seed=1))
    assert CRITERION(lambda_max).double().mean() > 0.98


def test_a_resumed_training_takes_the_same_steps(pathway, tmp_path):
    options = {"criterion": CRITERION, "generator": SMALL, "seed": 3}
    gradient = Gradient(models=8, generations=6)
    whole = train(pathway(), optimizer=gradient, **options)
    with pytest.raises(KeyboardInterrupt):
        train(pathway(stop_at_call=5), optimizer=gradient, checkpoint=tmp_path, **options)
    resumed = train(pathway(), optimizer=gradient, checkpoint=tmp_path, **options)
    assert torch.equal(resumed.weights, whole.weights)


def test_a_reward_without_gradient_is_refused(pathway):
    blind = problem_of(pathway(), reward=lambda judged: judged.incidence)
    one_valid = problem_of(pathway(), reward=Incidence())  # a constant once a model is valid
    gradient = Gradient(models=64)
    state = gradient.start(SMALL.initial_weights(4, rng=stream()))
    for problem in (blind, replace(one_valid, criterion=Validity(partition=-0.1))):
        with pytest.raises(InputError, match=r"a reward with a gradient, got .*NES\(\)"):
            gradient.step(state, problem, stream(1))


@pytest.mark.parametrize(
    "change", [{"models": 0}, {"decay": 1.5}, {"clip": -1.0}, {"learning_rate": math.nan}]
)
def test_numbers_out_of_range_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        Gradient(**change)


def test_a_failed_spectrum_takes_no_part(pathway):
    kinetics = pathway(fails_above=-6.0)
    problem = problem_of(kinetics)
    weights = SMALL.initial_weights(4, rng=stream()).requires_grad_()
    judged = problem.judge(problem.generate(weights[None], n_models=64, rng=stream(1)))
    failed = torch.isnan(judged.lambda_max)
    assert 0 < failed.sum() < failed.numel()
    (slope,) = torch.autograd.grad(problem.score(judged).sum(), weights)
    assert bool(torch.isfinite(slope).all())


@pytest.mark.slow
def test_the_core_model_needs_a_thousandth_of_the_models_that_the_paper_judged():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    generator = sr.Generator(range=(math.log(1e-6), math.log(0.1)))
    criterion = sr.Validity(partition=-3.0)
    trained = sr.train(
        bound, criterion=criterion, optimizer=sr.Gradient(generations=10), generator=generator
    )
    assert trained.history.judged[-1] == 1000
    assert criterion(bound.lambda_max(trained.generate(200, seed=1))).double().mean() > 0.95


# -- mini-batches, schedules, the smoothed maximum -------------------------------------------------


def test_minibatches_are_steps_of_one_adam_within_a_generation(pathway):
    problem = problem_of(pathway())
    start = SMALL.initial_weights(4, rng=stream())
    four = Gradient(models=32, minibatches=4, learning_rate=0.01, decay=1.0)
    step = four.step(four.start(start), problem, stream(1))
    assert step.state.generation == 1
    assert step.judged.lambda_max.shape == (1, 32)
    single = Gradient(models=8, learning_rate=0.01, decay=1.0)
    state, rng = single.start(start), stream(1)
    for _ in range(4):
        state = single.step(state, problem, rng).state
    assert torch.equal(step.state.weights, state.weights)
    # Adam counts steps, not generations
    later = stream(2)
    again = four.step(step.state, problem, stream(2)).state
    for _ in range(4):
        state = single.step(state, problem, later).state
    assert torch.equal(again.weights, state.weights)


def test_a_schedule_sets_the_learning_rate_of_each_generation(pathway):
    gradient = Gradient(models=4, generations=8, learning_rate=0.02, schedule=cosine)
    trained = train(pathway(), optimizer=gradient, generator=SMALL, criterion=CRITERION)
    expected = [0.02 * (1 + math.cos(math.pi * g / 8)) / 2 for g in range(8)]
    assert trained.history.learning_rate == pytest.approx(expected)
    assert trained.setup["optimizer"]["schedule"].endswith("schedules.cosine")
    assert [linear(g, 4) for g in range(4)] == [1.0, 0.75, 0.5, 0.25]


@pytest.mark.parametrize("change", [{"minibatches": 3}, {"minibatches": 0}, {"sharpness": -1.0}])
def test_new_numbers_out_of_range_are_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        Gradient(models=100, **change)


@pytest.mark.slow
def test_a_training_with_all_options_resumes_bit_for_bit(tmp_path):
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE], threads=1)
    options = {
        "optimizer": Gradient(
            models=16, minibatches=2, generations=4, schedule=cosine, sharpness=5.0
        ),
        "generator": Generator(latent=8, hidden=(16,)),
        "held_out": HeldOut(models=20, every=2),
        "seed": 5,
    }
    whole = train(bound, **options)

    def stop(trained):
        if trained.state.generation == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(bound, checkpoint=tmp_path, callback=stop, **options)
    resumed = train(bound, checkpoint=tmp_path, **options)
    assert torch.equal(resumed.weights, whole.weights)
    for name in ("held_out", "held_out_low", "lambda_median", "learning_rate"):
        found, expected = getattr(resumed.history, name), getattr(whole.history, name)
        assert np.array_equal(found, expected, equal_nan=True)


# -- a window on the fastest mode ------------------------------------------------------------------


def _core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE], threads=1)


def test_the_margin_of_a_window_has_the_gradient_of_its_differences():
    bound = _core()
    along = torch.randn(159, generator=stream(1), dtype=torch.float64)
    log_km = bound.log_km_anchors + torch.randn(4, 159, generator=stream(2), dtype=torch.float64)
    fastest = bound.eigenvalues(log_km).real.amin().item() / 2  # some are too fast
    criterion = Validity(partition=-3.0, fastest=fastest)

    def margin(log_km):
        return Margin()(judge(bound, log_km[None], criterion)).sum()

    leaf = log_km.clone().requires_grad_()
    (slope,) = torch.autograd.grad(margin(leaf), leaf)
    expected = (margin(log_km + 1e-5 * along) - margin(log_km - 1e-5 * along)) / 2e-5
    assert (slope @ along).sum().item() == pytest.approx(expected.item(), rel=1e-4)
    without = Margin()(judge(bound, log_km[None], Validity(partition=-3.0))).sum()
    assert margin(log_km) < without


@pytest.mark.slow
def test_training_in_a_window_slows_the_fastest_modes():
    bound = _core()
    options = {
        "generator": Generator(latent=8, hidden=(32,), relative=True),
        "optimizer": Gradient(models=16, generations=12, decay=1.0, learning_rate=1e-2),
    }
    free = train(bound, criterion=Validity(partition=-2.0), **options)
    fastest = bound.ranked_mode(free.generate(60, seed=1, at=bound), rank=-1).median().item()
    window = Validity(partition=-2.0, fastest=fastest)  # too narrow for half of these
    kept = train(bound, criterion=window, **options)
    real = bound.eigenvalues(kept.generate(60, seed=1, at=bound)).real
    assert window(real.amax(-1), real.amin(-1)).double().mean() > 0.8


def test_a_model_whose_slope_is_not_finite_is_left_out(pathway):
    """The others move the weights as if it were not there; the weights stay finite."""

    class Broken(type(pathway())):
        def lambda_max(self, log_km):
            values = super().lambda_max(log_km)
            undefined = (0 * log_km[:1]).sum(-1).sqrt()  # 0, and its slope NaN
            return torch.cat([values[:1] + undefined, values[1:]])

    broken = Broken()
    trained = train(
        broken, optimizer=Gradient(generations=3, models=8), generator=SMALL, seed=0, progress=False
    )
    assert trained.weights.isfinite().all()
    assert trained.history.incidence[-1] >= 0
