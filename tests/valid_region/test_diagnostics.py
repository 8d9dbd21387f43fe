"""Diagnostics of many short chains: exact where the answer is known."""

import pytest
import torch

from skimpy_renaissance.valid_region.diagnostics import (
    family_sizes,
    group_moments,
    memory_of_start,
    nested_r_hat,
    r_hat_limit,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_copies_are_worth_one_and_strangers_all():
    drawn = normal(300, 40)
    family = torch.arange(300)
    assert torch.equal(family_sizes(drawn, family), torch.full((40,), 300.0, dtype=torch.float64))
    copied = drawn.repeat_interleave(5, 0)
    worth = family_sizes(copied, family.repeat_interleave(5))
    assert worth.tolist() == pytest.approx([300.0] * 40)


def test_half_forgotten_families_are_worth_what_the_error_of_their_mean_says():
    # x = sqrt(r) common + sqrt(1 - r) own: n_eff = n/(1 + r (size - 1))
    r, size = 0.5, 4
    common = normal(2000, 60, seed=1).repeat_interleave(size, 0)
    x = r**0.5 * common + (1 - r) ** 0.5 * normal(8000, 60, seed=2)
    worth = family_sizes(x, torch.arange(2000).repeat_interleave(size))
    assert worth.mean().item() == pytest.approx(8000 / (1 + r * 3), rel=0.02)


def test_the_memory_of_a_known_chain_is_that_of_its_whole_length():
    chance, sweeps = 0.2, 10  # each sweep redraws a constant with this probability
    x, trace = normal(5000, 8), []
    for sweep in range(sweeps + 1):
        trace.append(x)
        redrawn = torch.rand(x.shape, generator=torch.Generator().manual_seed(sweep)) < chance
        x = torch.where(redrawn, normal(*x.shape, seed=100 + sweep), x)
    memory = memory_of_start(torch.stack(trace))
    assert memory.mean().item() == pytest.approx((1 - chance) ** sweeps, abs=0.02)


def test_chains_that_stand_still_remember_everything():
    still = normal(20, 3).expand(6, 20, 3)
    assert memory_of_start(still).tolist() == [1.0] * 3
    collapsed = torch.ones(6, 20, 3)
    assert memory_of_start(collapsed).tolist() == [1.0] * 3
    assert memory_of_start(normal(2, 20, 3)).tolist() == [1.0] * 3
    assert memory_of_start(normal(9, 4, 3)).tolist() == [1.0] * 3


def test_chains_from_one_corner_remember_it_where_they_have_not_moved():
    corner = 1e-3 * torch.rand(4000, 5, generator=torch.Generator().manual_seed(1))
    moved = torch.rand(4000, 5, generator=torch.Generator().manual_seed(2)) < 0.6
    spread = torch.where(
        moved, torch.rand(4000, 5, generator=torch.Generator().manual_seed(3)), corner
    )
    memory = memory_of_start(torch.stack((corner, corner, spread)))
    assert memory.tolist() == pytest.approx([0.4] * 5, abs=0.03)


def test_r_hat_of_draws_of_one_law_is_within_its_limit_and_of_a_drift_is_not():
    n, n_km = 400, 200
    limit = r_hat_limit(n, n_km)
    over = 0
    for seed in range(20):
        half, whole = (group_moments(normal(n, n_km, seed=2 * seed + i)) for i in range(2))
        over += bool(nested_r_hat(half, whole).max() > limit)
    assert over <= 1
    drifted = group_moments(normal(n, n_km, seed=7) + 0.6 * (torch.arange(n_km) == 3))
    r_hat = nested_r_hat(group_moments(normal(n, n_km, seed=8)), drifted)
    assert int(r_hat.argmax()) == 3
    assert r_hat.max() > limit


def test_r_hat_is_the_ratio_of_variances_by_hand():
    half = torch.tensor([[[0.0], [2.0]], [[1.0], [3.0]]], dtype=torch.float64)
    whole = torch.tensor([[[0.0], [2.0]], [[1.0], [3.0]]], dtype=torch.float64)
    between, within = 4 / 3, 2.0  # of 0, 2, 0, 2; of 1, 3, 1, 3
    assert nested_r_hat(half, whole).item() == pytest.approx((1 + between / within) ** 0.5)
    flat = torch.zeros(2, 4, 1, dtype=torch.float64)
    assert nested_r_hat(flat, flat).item() == 1
