"""Shared fixtures: strict numerics, and reference data where they lie beside the checkout."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

_SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture
def shared_data() -> Callable[..., Path]:
    """Give the path of a reference file, skipping where the reference data are absent."""

    def locate(*parts: str) -> Path:
        path = _SHARED.joinpath(*parts)
        if not path.exists():
            pytest.skip(f"reference data {'/'.join(parts)} are not beside this checkout")
        return path

    return locate


@pytest.fixture(autouse=True)
def _global_random_state_is_left_alone() -> object:
    """Fail a test whose code draws from torch's global generator."""
    before = torch.random.get_rng_state()
    yield
    assert torch.equal(before, torch.random.get_rng_state()), "the global torch RNG was used"
