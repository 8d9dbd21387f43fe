"""Shared fixtures: strict numerics, and reference data where they lie beside the checkout."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from skimpy_renaissance.errors import SkimpyImportError
from skimpy_renaissance.network.skimpy_live import require_skimpy

_SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def local_ray() -> Iterator[None]:
    """Start Ray on two cores, once for all tests of a process."""
    ray = pytest.importorskip("ray", reason="Ray (extra scale) is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.shutdown()


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


@dataclass
class Pathway:
    r"""An unbranched pathway of ``n`` metabolites at 1 mmol/L, fed at ``flux`` mmol/L/h.

    .. math:: \frac{dx_i}{dt} = v_{i-1} - v_i, \qquad v_i = \frac{V_i x_i}{K_i + x_i},

    fed at a constant rate :math:`v_0`. The Jacobian at the steady state (all fluxes :math:`v_0`) is
    lower triangular, so its eigenvalues stand on the diagonal,

    .. math:: \lambda_i = -\frac{v_0}{x_i}\,\frac{K_i}{K_i + x_i}, \qquad
              V_i = v_0 \frac{K_i + x_i}{x_i},

    and a model is valid where every :math:`K_i` exceeds :math:`x_i\,q_i/(1 - q_i)` with
    :math:`q_i = -\lambda_{partition}\,x_i/v_0`.
    """

    n: int = 4
    flux: float = 10.0
    bounds: dict[int, tuple[float, float]] = field(default_factory=dict)
    fails_above: float = float("inf")  # ln K_1 from which the spectrum is reported as failed
    stop_at_call: int | None = None  # Ctrl-C within this call
    calls: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def km_names(self) -> tuple[str, ...]:
        return tuple(f"km_substrate_R{i}" for i in range(self.n))

    @property
    def log_km_bounds(self) -> torch.Tensor:
        bounds = torch.full((self.n, 2), torch.nan, dtype=torch.float64)
        for column, pair in self.bounds.items():
            bounds[column] = torch.tensor(pair, dtype=torch.float64)
        return bounds

    def eigenvalues(self, log_km: torch.Tensor) -> torch.Tensor:
        self.asked.append("eigenvalues")
        return self._diagonal(log_km).to(torch.complex128)

    def lambda_max(self, log_km: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        if self.calls == self.stop_at_call:
            raise KeyboardInterrupt
        slowest = self._diagonal(log_km).amax(-1)
        return torch.where(log_km[:, 0] > self.fails_above, torch.nan, slowest)

    def vmax(self, log_km: torch.Tensor) -> torch.Tensor:
        self.asked.append("vmax")
        return self.flux * (log_km.exp() * 1e3 + 1.0)

    def _diagonal(self, log_km: torch.Tensor) -> torch.Tensor:
        km = log_km.exp() * 1e3  # mmol/L
        return -self.flux * km / (km + 1.0)


@pytest.fixture
def pathway() -> Callable[..., Pathway]:
    return Pathway
