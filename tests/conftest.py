"""Shared fixtures: strict numerics, and reference data where they lie beside the checkout."""

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from skimpy_renaissance.errors import SkimpyImportError
from skimpy_renaissance.network.skimpy_live import require_skimpy

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


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is marked ``skimpy`` where EPFL's SKiMPy, or only its namesake, is missing."""
    if item.get_closest_marker("skimpy") is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SKiMPy's dependencies deprecate one another
        try:
            require_skimpy()
        except SkimpyImportError:
            pytest.skip("EPFL's SKiMPy is not installed")


@pytest.fixture
def load_yaml_model() -> Callable[[str], object]:
    """Give SKiMPy's own reader of YAML models."""
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415

    return load_yaml_model
