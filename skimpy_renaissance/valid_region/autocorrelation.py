r"""How long a chain remembers, seen across many chains at once.

With many chains side by side, the correlation *over chains* between a step and one :math:`l` steps
later needs neither a chain that is longer than its memory nor one that has forgotten its start,

.. math:: \rho(l) = \big\langle \operatorname{corr}_{chains}(x_t, x_{t + l}) \big\rangle_t ,
          \qquad \tau_e:\ \rho(\tau_e) = 1/e, \qquad \tau = 1 + 2 \sum_{l = 1}^{M} \rho(l)

with the window :math:`M \ge 5\tau` of [1]_; :math:`n` chains of one step apart by :math:`\tau`
steps are worth an independent draw each.

References
----------
.. [1] Sokal, *Monte Carlo methods in statistical mechanics* (1997),
   doi:10.1007/978-1-4899-0319-8_6.
"""

from __future__ import annotations

from math import e, log

import torch
from torch import Tensor

__all__ = ["autocorrelation", "decay_time", "integrated_time"]

_WINDOW = 5.0
_FEWEST = 8  # chains for a correlation


def autocorrelation(trace: Tensor) -> Tensor:
    """Estimate the correlation over chains for every lag up to half the trace.

    Parameters
    ----------
    trace
        `` `step x chain` ``, or `` `step x chain x km` `` to be averaged over constants.

    Returns
    -------
    torch.Tensor
        `` `lag` ``, float64: 0, 1, ... ; empty with fewer than 8 chains or nothing that varies.
    """
    trace = trace.double()[..., None] if trace.ndim == 2 else trace.double()
    if trace.shape[1] < _FEWEST or len(trace) < 2:
        return trace.new_empty(0)
    centred = trace - trace.mean(1, keepdim=True)
    size = centred.square().sum(1, keepdim=True).sqrt()
    moves = (size > 0).all(0).flatten()
    if not bool(moves.any()):
        return trace.new_empty(0)
    unit = (centred / size)[..., moves]  # of length 1 over chains
    n_lags = len(trace) // 2 + 1
    return torch.stack(
        [(unit[: len(unit) - lag] * unit[lag:]).sum(1).mean() for lag in range(n_lags)]
    )


def decay_time(correlation: Tensor) -> float:
    """Return after how many steps 1/e of the correlation is left.

    Parameters
    ----------
    correlation
        `` `lag` ``, from :func:`autocorrelation`.

    Returns
    -------
    float
        Steps, between two lags by exponential interpolation; infinite where more is left at the
        longest lag, NaN where nothing is known.
    """
    if not len(correlation):
        return torch.nan
    below = (correlation < 1 / e).nonzero()
    if not len(below):
        return torch.inf
    lag = int(below[0])
    left, right = correlation[lag - 1].item(), max(correlation[lag].item(), 1e-3)
    return lag - 1 + (log(left) + 1) / (log(left) - log(right))


def integrated_time(correlation: Tensor) -> float:
    """Return how many steps are worth one independent draw.

    Parameters
    ----------
    correlation
        `` `lag` ``, from :func:`autocorrelation`.

    Returns
    -------
    float
        Steps; infinite where the trace is too short for the window, NaN where nothing is known.
    """
    if not len(correlation):
        return torch.nan
    times = 2 * correlation.cumsum(0) - 1
    lags = torch.arange(len(correlation), device=correlation.device)
    wide = (lags >= _WINDOW * times).nonzero()
    return times[int(wide[0])].item() if len(wide) else torch.inf
