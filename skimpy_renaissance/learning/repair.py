r"""Making given models valid by small changes of their saturation constants.

Each invalid model walks down the gradient of the smoothed slowest mode
:math:`f = \operatorname{asinh}\tilde\lambda`, no further per step than the linearised distance to
validity and than ``stride``, until :math:`\lambda_{max}` is below the partition,

.. math:: k \leftarrow k - \min\!\left(\frac{f(k) - f_{partition}}{\lVert g \rVert},
          \mathrm{stride}\right) \frac{g}{\lVert g \rVert}, \qquad
          g = \frac{\partial f}{\partial k}, \quad k = \ln K_m .

Then the way back is tried while the model stays valid: the constants that moved least return to
where they were, and the whole change shrinks by bisection. Every accepted move shortens
:math:`\lVert \Delta \ln K_m \rVert`. The result is a short change; that there is no shorter one is
not promised.

References
----------
Moosavi-Dezfooli, Fawzi and Frossard, *DeepFool* (2016), arXiv:1511.04599 (linearised steps to the
border of a class).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, isfinite

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.descent import log_gradient
from skimpy_renaissance.learning.judged import SmoothKinetics
from skimpy_renaissance.spectrum.smoothed import Smoothed
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["STATUS", "Repaired", "repair_models"]

STATUS = ("valid", "repaired", "not repaired")
"""What can become of a model: it was valid as given, it is now, or no valid one was met."""

_SHARES = (0.5, 0.2, 0.1, 0.05, 0.02)  # of the squared change, tried to be taken back
_HALVINGS = 8


@dataclass(frozen=True, eq=False)
class Repaired:
    r"""Models before and after.

    Parameters
    ----------
    given
        `model x km`, float64, ln(mol/L).
    log_km
        `model x km`, float64, ln(mol/L): as given where the model was valid or not repaired.
    status
        `model`, int64: position in :data:`STATUS`.
    lambda_given, lambda_max
        `model`, float64, 1/h: slowest mode before and after; NaN where the spectrum failed.
    judged
        Models judged in all, those with a gradient included.
    """

    given: Tensor
    log_km: Tensor
    status: Tensor
    lambda_given: Tensor
    lambda_max: Tensor
    judged: int

    @property
    def distance(self) -> Tensor:
        r"""`model`, float64: :math:`\lVert \Delta \ln K_m \rVert`, 0 where nothing moved."""
        return (self.log_km - self.given).norm(dim=-1)

    @property
    def usable(self) -> Tensor:
        """`model`, bool: valid as given or repaired."""
        return self.status != STATUS.index("not repaired")


def repair_models(
    kinetics: SmoothKinetics,
    log_km: Tensor,
    criterion: Validity,
    *,
    lower: Tensor,
    upper: Tensor,
    steps: int = 60,
    stride: float = 1.0,
    sharpness: float = 5.0,
) -> Repaired:
    r"""Make models valid by small changes.

    Parameters
    ----------
    kinetics
        At one steady state; gives the smoothed maximum too.
    log_km
        `model x km`, float64, ln(mol/L).
    criterion
        When a model counts as valid. Steps only make the slowest mode faster; a limit on the
        fastest mode is checked, not pursued.
    lower, upper
        `km`, float64, ln(mol/L): where constants may move; one that lies beyond may stay there.
    steps
        Gradients that a model may follow.
    stride
        Longest step, in :math:`\lVert \Delta \ln K_m \rVert`.
    sharpness
        Of the smoothed maximum.

    Returns
    -------
    Repaired

    Raises
    ------
    InputError
        A number is out of its range, or the kinetics lack what is needed.
    """
    _require(kinetics, log_km, steps=steps, stride=stride)
    judge = _Judge(kinetics, criterion)
    given = log_km.detach()
    lower, upper = torch.minimum(lower, given), torch.maximum(upper, given)
    lambda_given, valid = judge(given)
    found, lambda_max = given.clone(), lambda_given.clone()
    wanted = torch.full_like(lambda_given, asinh(criterion.partition))
    todo = torch.nonzero(~valid & lambda_given.isfinite()).flatten()
    position, repaired = given[todo].clone(), []
    for _ in range(steps):
        if len(todo) == 0:
            break
        leaf = position.requires_grad_()
        smoothed = judge.smoothed(leaf, sharpness)
        slope = log_gradient(smoothed, leaf)
        with torch.no_grad():
            low, high = lower[todo], upper[todo]
            slope = slope.where(~((leaf <= low) & (slope > 0)), 0.0)
            slope = slope.where(~((leaf >= high) & (slope < 0)), 0.0)
            length = slope.norm(dim=-1, keepdim=True).clamp(min=1e-300)
            excess = (torch.asinh(smoothed.value) - wanted[todo]).clamp(min=1e-3)[:, None]
            step = torch.clamp(excess / length, max=stride)
            position = torch.clamp(leaf - step * slope / length, low, high)
            lambda_now, now = judge(position)
        done = todo[now]
        found[done], lambda_max[done] = position[now].detach(), lambda_now[now]
        repaired.append(done)
        alive = ~now & lambda_now.isfinite()
        todo, position = todo[alive], position[alive].detach()
    moved = torch.cat(repaired) if repaired else todo[:0]
    found[moved], lambda_max[moved] = _shortened(judge, given[moved], found[moved])
    status = torch.full_like(valid, STATUS.index("not repaired"), dtype=torch.int64)
    status[valid] = STATUS.index("valid")
    status[moved] = STATUS.index("repaired")
    return Repaired(given, found, status, lambda_given, lambda_max, judge.judged)


def _shortened(judge: _Judge, given: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
    """Take back what validity does not need; all models end valid as they began."""
    lambda_max, _ = judge(found)
    for share in _SHARES:
        found, lambda_max = _shrunk(judge, given, found, lambda_max)
        square, order = ((found - given) ** 2).sort(dim=-1)
        small = square.cumsum(-1) <= share * square.sum(-1, keepdim=True)
        keep = torch.ones_like(small).scatter(-1, order, ~small)
        trial = torch.where(keep, found, given)
        lambda_trial, valid = judge(trial)
        found = torch.where(valid[:, None], trial, found)
        lambda_max = torch.where(valid, lambda_trial, lambda_max)
    return _shrunk(judge, given, found, lambda_max)


def _shrunk(
    judge: _Judge, given: Tensor, found: Tensor, lambda_max: Tensor
) -> tuple[Tensor, Tensor]:
    """Bisect the straight way from invalid to valid."""
    valid_at = torch.ones_like(lambda_max)
    invalid_at = torch.zeros_like(valid_at)
    change = found - given
    for _ in range(_HALVINGS):
        middle = (valid_at + invalid_at) / 2
        lambda_trial, valid = judge(given + middle[:, None] * change)
        valid_at = torch.where(valid, middle, valid_at)
        invalid_at = torch.where(valid, invalid_at, middle)
        lambda_max = torch.where(valid, lambda_trial, lambda_max)
    return given + valid_at[:, None] * change, lambda_max


class _Judge:
    """Verdicts, counted. The count is what it changes."""

    def __init__(self, kinetics: SmoothKinetics, criterion: Validity) -> None:
        self.kinetics, self.criterion, self.judged = kinetics, criterion, 0

    @torch.no_grad()
    def __call__(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return slowest mode and verdict, `model` each."""
        self.judged += len(log_km)
        if not self.criterion.needs_lambda_min:
            lambda_max = self.kinetics.lambda_max(log_km)
            return lambda_max, self.criterion(lambda_max)
        real = self.kinetics.eigenvalues(log_km).real
        return real.amax(-1), self.criterion(real.amax(-1), real.amin(-1))

    def smoothed(self, log_km: Tensor, sharpness: float) -> Smoothed:
        self.judged += len(log_km)
        return self.kinetics.smoothed_lambda_max(log_km, sharpness=sharpness)


def _require(kinetics: object, log_km: Tensor, *, steps: int, stride: float) -> None:
    if not isinstance(kinetics, SmoothKinetics):
        raise InputError(
            "Repair needs kinetics with smoothed_lambda_max, such as kinetics.at(state) returns, "
            f"got {type(kinetics).__name__}."
        )
    if log_km.ndim != 2 or log_km.dtype != torch.float64:
        raise InputError(
            f"log_km must be float64 with the axes model x km, got {log_km.dtype} of shape "
            f"{tuple(log_km.shape)}."
        )
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise InputError(f"steps must be a whole number >= 0, got {steps!r}.")
    if not (isfinite(stride) and stride > 0):
        raise InputError(f"stride must be positive and finite, got {stride!r}.")
