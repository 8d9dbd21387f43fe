"""Spread of an ensemble: divergences without the bias of few models, distances on one scale."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.valid_region.marginals import (
    N_BINS,
    bin_counts,
    divergence,
    divergence_error,
    pairwise_distances,
)

F64 = torch.float64


def draws(n, n_km, seed=0, power=1.0):
    """Return u with density of a power of a uniform number: known divergence from uniform."""
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(n, n_km, dtype=F64, generator=rng) ** power


def test_draws_of_the_prior_have_no_divergence_whatever_their_number():
    for n in (100, 3000):
        counts = bin_counts(draws(n, 300))
        assert abs(divergence(counts).sum().item()) < 4 * divergence_error(counts)


def test_a_known_divergence_is_found():
    edges = torch.linspace(0, 1, N_BINS + 1, dtype=F64)
    share = edges.sqrt().diff()  # of u = U**2
    exact = (share * (share * N_BINS).log()).sum().item()
    counts = bin_counts(draws(400, 200, power=2.0))
    assert divergence(counts).mean().item() == pytest.approx(exact, abs=0.01)


def test_two_ensembles_of_one_law_do_not_differ():
    counts, reference = (bin_counts(draws(1500, 200, seed, power=2.0)) for seed in (1, 2))
    total, error = divergence(counts, reference).sum().item(), divergence_error(counts, reference)
    assert abs(total) < 4 * error
    assert divergence(counts).sum() > 10 * error


def test_the_error_is_the_scatter_over_ensembles():
    sums = torch.tensor(
        [divergence(bin_counts(draws(500, 60, seed, power=2.0))).sum() for seed in range(60)]
    )
    error = divergence_error(bin_counts(draws(500, 60, power=2.0)))
    assert error == pytest.approx(sums.std().item(), rel=0.35)


def test_independent_draws_are_at_distance_one():
    distances = pairwise_distances(draws(800, 500))
    assert distances.square().mean().sqrt().item() == pytest.approx(1, abs=0.01)
    assert pairwise_distances(torch.full((5, 3), 0.2)).max() == 0
    assert len(pairwise_distances(draws(1, 3))) == 0


def test_no_model_is_paired_with_itself():
    two = torch.tensor([[0.0], [1.0]], dtype=F64)
    assert pairwise_distances(two, pairs=50).tolist() == pytest.approx([math.sqrt(6)] * 50)


def test_every_model_is_counted_once_the_ends_too():
    counts = bin_counts(torch.tensor([[0.0, 1.0], [1.0, 0.5]], dtype=F64))
    assert counts.sum(-1).tolist() == [2.0, 2.0]
    assert counts[0, 0] == counts[0, -1] == 1
    with pytest.raises(InputError, match="at least one model"):
        bin_counts(torch.empty(0, 3, dtype=F64))
