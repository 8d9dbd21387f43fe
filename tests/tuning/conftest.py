"""Kinetics whose slowest mode is known at once: how far ln Km lies from a target."""

from dataclasses import dataclass

import pytest
import torch


@dataclass
class Target:
    r"""lambda_max = -3 + rms(ln K_m - target); valid within a ball around the target."""

    n: int = 3
    target: float = -6.0
    stop_at_call: int | None = None  # Ctrl-C within this call
    calls: int = 0

    @property
    def km_names(self):
        return tuple(f"km_substrate_R{i}" for i in range(self.n))

    @property
    def log_km_bounds(self):
        return torch.full((self.n, 2), torch.nan, dtype=torch.float64)

    def lambda_max(self, log_km):
        self.calls += 1
        if self.calls == self.stop_at_call:
            raise KeyboardInterrupt
        return -3 + (log_km - self.target).square().mean(-1).sqrt()

    def eigenvalues(self, log_km):
        return self.lambda_max(log_km)[:, None].to(torch.complex128)

    def vmax(self, log_km):
        return torch.ones_like(log_km)


@pytest.fixture
def target():
    return Target
