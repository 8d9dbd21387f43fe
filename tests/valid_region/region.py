"""A valid region known in closed form, whose limits are as rare as one likes."""

import math

import torch

from skimpy_renaissance.priors import Prior

F64 = torch.float64


class Largest:
    r"""Six constants, uniform on 0 to 1; :math:`\lambda_{max} = \max_k w_k u_k - 2`.

    Valid where :math:`u_k < (l + 2)/w_k` for every constant: independent, with a share of the prior
    that is the product of these bounds.
    """

    weights = torch.tensor([1.0, 0.9, 0.8, 0.7, 0.05, 0.01], dtype=F64)
    km_names = tuple(f"km_{i}" for i in range(6))
    log_km_bounds = torch.full((6, 2), torch.nan, dtype=F64)
    prior = Prior.log_uniform(km_names, 1.0, math.e)

    def __init__(self, stop_at_call=None):
        self.calls, self.stop_at_call = 0, stop_at_call

    def lambda_max(self, log_km):
        self.calls += 1
        if self.calls == self.stop_at_call:
            raise KeyboardInterrupt
        return (log_km * self.weights).amax(-1) - 2

    def eigenvalues(self, log_km):
        return self.lambda_max(log_km)[:, None].to(torch.complex128)

    def vmax(self, log_km):
        return log_km

    @classmethod
    def partition_of(cls, log_share):
        """Return the limit below which a share of the prior lies (four constants bind)."""
        log_weights = cls.weights[:4].log().sum().item()
        return math.exp((log_share + log_weights) / 4) - 2

    @classmethod
    def means(cls, partition):
        return ((partition + 2) / cls.weights).clamp(max=1) / 2


class Screened(Largest):
    """The same, with verdicts of its own."""

    def valid(self, log_km, criterion):
        return criterion(self.lambda_max(log_km))
