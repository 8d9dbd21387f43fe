r"""Eigenvalue windows: how slow the slowest and how fast the fastest mode may be.

.. math:: d = [\operatorname{asinh}\lambda - \operatorname{asinh}\lambda_{high} + \delta]_+
              + [\operatorname{asinh}\lambda_{low} - \operatorname{asinh}\lambda + \delta]_+

for the largest and for the smallest real part; the inverse hyperbolic sine measures small rates
linearly and large ones by their order of magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_numbers,
    require_weight,
)

__all__ = ["EigenvalueWindow"]

_MARGIN = 0.1  # of asinh: how far beyond a limit models are led


@dataclass(frozen=True)
class EigenvalueWindow(Requirement):
    """The slowest mode between two rates, and the fastest between two others.

    Parameters
    ----------
    slowest_below, slowest_above
        Limits of the largest real part, 1/h: ``slowest_below=-2.5`` is the paper's partition.
    fastest_above, fastest_below
        Limits of the smallest real part, 1/h: ``fastest_above=-1e7`` excludes faster modes.
    weight
        Among other requirements.

    Raises
    ------
    InputError
        No limit is given, a limit is no number, or a window is empty.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import EigenvalueWindow
    >>> EigenvalueWindow(slowest_below=-3.0, fastest_above=-1e7).label
    'slowest mode < -3 1/h, fastest mode > -1e+07 1/h'
    """

    slowest_below: float | None = None
    slowest_above: float | None = None
    fastest_above: float | None = None
    fastest_below: float | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        limits = {
            name: getattr(self, name)
            for name in ("slowest_below", "slowest_above", "fastest_above", "fastest_below")
        }
        require_numbers("EigenvalueWindow", **limits)
        require_weight("EigenvalueWindow", self.weight)
        if all(value is None for value in limits.values()):
            raise InputError(f"EigenvalueWindow needs at least one of {', '.join(limits)} (1/h).")
        for mode in ("slowest", "fastest"):
            low, high = limits[f"{mode}_above"], limits[f"{mode}_below"]
            if low is not None and high is not None and not low < high:
                raise InputError(
                    f"EigenvalueWindow needs {mode}_above < {mode}_below, got {low!r} and {high!r}."
                )

    @property
    def label(self) -> str:
        """For example ``"slowest mode < -2.5 1/h"``."""
        parts = [
            _words("slowest mode", self.slowest_above, self.slowest_below),
            _words("fastest mode", self.fastest_above, self.fastest_below),
        ]
        return ", ".join(part for part in parts if part)

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Return what judges models; any kinetics can answer."""
        del kinetics
        return self._assess

    def _assess(self, judged: Judged) -> Assessment:
        shortfall, satisfied = _window(judged.lambda_max, self.slowest_above, self.slowest_below)
        if self.fastest_above is not None or self.fastest_below is not None:
            lambda_min = judged.eigenvalues.real.amin(-1)
            further, too = _window(lambda_min, self.fastest_above, self.fastest_below)
            shortfall, satisfied = shortfall + further, satisfied & too
        return Assessment(shortfall, satisfied)


def _window(rate: Tensor, low: float | None, high: float | None) -> tuple[Tensor, Tensor]:
    shortfall, satisfied = torch.zeros_like(rate), torch.isfinite(rate)
    for limit, sign in ((high, 1.0), (low, -1.0)):
        if limit is not None:
            excess = sign * (torch.asinh(rate) - asinh(limit))
            shortfall = shortfall + torch.relu(excess + _MARGIN)
            satisfied = satisfied & (excess < 0)
    return torch.where(torch.isfinite(rate), shortfall, torch.inf), satisfied


def _words(mode: str, low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:.4g} < {mode} < {high:.4g} 1/h"
    if high is not None:
        return f"{mode} < {high:.4g} 1/h"
    return "" if low is None else f"{mode} > {low:.4g} 1/h"
