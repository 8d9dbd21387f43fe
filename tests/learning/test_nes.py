"""Natural evolution strategies."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import NES
from skimpy_renaissance.priors import random_stream


def stream(seed=0):
    return random_stream(seed, purpose="test")


def told_by_loops(weights, perturbations, rewards, *, alpha, sigma):
    """Apply the update with nothing but loops over Python numbers."""
    n = len(rewards)
    mean = sum(rewards) / n
    std = math.sqrt(sum((r - mean) ** 2 for r in rewards) / n)
    moved = []
    for i, weight in enumerate(weights):
        total = 0.0
        for k in range(n):
            total += (rewards[k] - mean) / std * perturbations[k][i]
        moved.append(weight + alpha / (n * sigma) * total)
    return moved


def test_tell_equals_the_update_written_in_loops():
    nes = NES(n_candidates=7, search_radius=0.03, learning_rate=0.2)
    state = nes.start(torch.randn(9, dtype=torch.float64, generator=stream()))
    _, perturbations = nes.ask(state, rng=stream(1))
    rewards = torch.rand(7, dtype=torch.float64, generator=stream(2))
    expected = told_by_loops(
        state.weights.tolist(), perturbations.tolist(), rewards.tolist(), alpha=0.2, sigma=0.03
    )
    told = nes.tell(state, perturbations, rewards)
    assert told.weights.tolist() == pytest.approx(expected, rel=1e-13)


def test_candidates_are_the_parent_plus_search_radius_times_normal_noise():
    nes = NES(n_candidates=50, search_radius=0.5)
    state = nes.start(torch.full((2000,), 3.0))
    candidates, perturbations = nes.ask(state, rng=stream())
    torch.testing.assert_close(candidates, 3.0 + 0.5 * perturbations)
    assert perturbations.mean().item() == pytest.approx(0.0, abs=0.01)
    assert perturbations.std().item() == pytest.approx(1.0, abs=0.01)


def test_the_learning_rate_decays_once_per_generation():
    nes = NES(n_candidates=4, learning_rate=0.1, decay=0.9)
    state = nes.start(torch.zeros(3))
    for _ in range(5):
        _, perturbations = nes.ask(state, rng=stream())
        state = nes.tell(state, perturbations, torch.arange(4.0))
    assert state.generation == 5
    assert state.learning_rate == pytest.approx(0.1 * 0.9**5)


@pytest.mark.parametrize("equal", [0.0, 0.07, 1.0])  # the mean of twenty 0.07 is not 0.07
def test_weights_stay_where_all_rewards_are_equal(equal):
    nes = NES()
    state = nes.start(torch.randn(30, generator=stream()))
    _, perturbations = nes.ask(state, rng=stream(1))
    told = nes.tell(state, perturbations, torch.full((20,), equal, dtype=torch.float64))
    assert torch.equal(told.weights, state.weights)


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1.0, 1e150])
def test_the_step_does_not_depend_on_the_scale_of_the_rewards(scale):
    nes = NES(n_candidates=6)
    state = nes.start(torch.zeros(8, dtype=torch.float64))
    _, perturbations = nes.ask(state, rng=stream())
    rewards = torch.rand(6, dtype=torch.float64, generator=stream(1))
    plain = nes.tell(state, perturbations, rewards).weights
    torch.testing.assert_close(nes.tell(state, perturbations, rewards * scale).weights, plain)


def test_a_quadratic_is_maximised():
    optimum = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
    nes = NES(n_candidates=40, search_radius=0.1, learning_rate=0.03, decay=0.98)
    state, rng = nes.start(torch.zeros(4, dtype=torch.float64)), stream()
    for _ in range(200):
        candidates, perturbations = nes.ask(state, rng=rng)
        state = nes.tell(state, perturbations, -(candidates - optimum).square().sum(-1))
    assert (state.weights - optimum).norm() < 0.05  # it starts 3.8 away


def test_the_expected_step_points_along_the_gradient():
    slope = torch.tensor([3.0, -4.0, 0.0], dtype=torch.float64)
    nes = NES(n_candidates=20_000)
    state = nes.start(torch.zeros(3, dtype=torch.float64))
    candidates, perturbations = nes.ask(state, rng=stream())
    step = nes.tell(state, perturbations, candidates @ slope).weights
    # rewards are divided by their standard deviation sigma |g|: the step is alpha g / (sigma |g|)
    torch.testing.assert_close(step, 1e-3 / 1e-2 * slope / 5, rtol=0.03, atol=3e-3)


@pytest.mark.parametrize("rewards", [[1.0, 2.0], [1.0, math.nan, 2.0], [1.0, math.inf, 2.0]])
def test_missing_and_infinite_rewards_are_refused(rewards):
    nes = NES(n_candidates=3)
    state = nes.start(torch.zeros(2))
    _, perturbations = nes.ask(state, rng=stream())
    with pytest.raises(InputError, match="one finite reward for each of 3"):
        nes.tell(state, perturbations, torch.tensor(rewards))


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_candidates": 1},
        {"models_per_candidate": 0},
        {"generations": -1},
        {"generations": 2.0},
        {"search_radius": 0.0},
        {"learning_rate": math.nan},
        {"decay": 1.5},
    ],
)
def test_unusable_hyper_parameters_are_named(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        NES(**wrong)
