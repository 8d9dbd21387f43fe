"""Matrices with spectra over many orders of magnitude, and the devices to judge them on."""

from collections.abc import Callable

import pytest
import torch

DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> torch.device:
    return torch.device(request.param)


def stiff(n_models: int, n: int, *, decades: float, seed: int = 0) -> torch.Tensor:
    """Row-scaled random matrices with dominant negative diagonals: `model x n x n`.

    Rows of sizes 1 to 10^decades, as the rates of a metabolic network are.
    """
    rng = torch.Generator().manual_seed(seed)
    coupling = torch.randn(n_models, n, n, generator=rng, dtype=torch.float64) / (2 * n)
    rows = 10 ** (decades * torch.rand(n_models, n, 1, generator=rng, dtype=torch.float64))
    return rows * (coupling - torch.eye(n, dtype=torch.float64))


@pytest.fixture(name="stiff")
def stiff_fixture() -> Callable[..., torch.Tensor]:
    return stiff


def network_like(n_models: int, n: int, *, seed: int = 0) -> torch.Tensor:
    """Sparse matrices with rows of sizes 1 to 1e8 and dominant diagonals: `model x n x n`."""
    rng = torch.Generator().manual_seed(seed)
    coupling = torch.randn(n_models, n, n, generator=rng, dtype=torch.float64)
    keep = torch.rand(n, n, generator=rng) < 3 / n
    rows = 10 ** (8 * torch.rand(n_models, n, 1, generator=rng, dtype=torch.float64))
    return rows * (0.4 * coupling * keep - torch.eye(n, dtype=torch.float64))


@pytest.fixture(name="network_like")
def network_like_fixture() -> Callable[..., torch.Tensor]:
    return network_like
