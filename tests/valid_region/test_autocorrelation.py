"""Memory of chains: known correlations come back."""

import math

import pytest
import torch

from skimpy_renaissance.valid_region.autocorrelation import (
    autocorrelation,
    decay_time,
    integrated_time,
)

F64 = torch.float64


def chains(rho, *, steps=200, n=400, start=0.0, seed=1):
    """Return chains x' = rho x + noise, whose correlation is rho**lag."""
    rng = torch.Generator().manual_seed(seed)
    x = [start + torch.randn(n, dtype=F64, generator=rng)]
    for _ in range(steps):
        noise = torch.randn(n, dtype=F64, generator=rng)
        x.append(rho * x[-1] + math.sqrt(1 - rho**2) * noise)
    return torch.stack(x)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_the_correlation_of_an_autoregressive_chain_comes_back(rho):
    correlation = autocorrelation(chains(rho, steps=300))
    expected = rho ** torch.arange(len(correlation), dtype=F64)
    torch.testing.assert_close(correlation, expected, atol=0.05, rtol=0)
    assert decay_time(correlation) == pytest.approx(-1 / math.log(rho), rel=0.1)
    assert integrated_time(correlation) == pytest.approx((1 + rho) / (1 - rho), rel=0.1)


def test_a_common_drift_is_not_taken_for_memory():
    drifting = chains(0.5) + torch.linspace(0, 50, 201, dtype=F64)[:, None]
    assert integrated_time(autocorrelation(drifting)) == pytest.approx(3, rel=0.1)


def test_chains_shorter_than_their_memory_are_told_apart():
    correlation = autocorrelation(chains(0.99, steps=30))
    assert decay_time(correlation) == math.inf
    assert integrated_time(correlation) == math.inf


def test_constants_are_averaged_and_those_that_never_move_left_out():
    fixed = torch.ones(201, 400, dtype=F64)
    traces = torch.stack([chains(0.8), chains(0.8, seed=2), fixed], dim=-1)
    assert decay_time(autocorrelation(traces)) == pytest.approx(-1 / math.log(0.8), rel=0.1)


def test_nothing_is_said_of_a_handful_of_chains():
    assert len(autocorrelation(chains(0.5, n=7))) == 0
    assert math.isnan(decay_time(torch.empty(0)))
    assert math.isnan(integrated_time(torch.empty(0)))
