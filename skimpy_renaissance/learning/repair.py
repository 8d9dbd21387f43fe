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

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import asinh
from typing import TypeAlias

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.descent import log_gradient
from skimpy_renaissance.learning.judged import Judged, SmoothKinetics, judge
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["STATUS", "Repaired", "repair_models"]

STATUS = ("valid", "repaired", "not repaired")
"""What can become of a model: it was valid as given, it is now, or no valid one was met."""

_SHARES = (0.5, 0.2, 0.1, 0.05, 0.02)  # of the squared change, tried to be taken back
_HALVINGS = 8
_WAY_BACK = 1 + len(_SHARES) * (_HALVINGS + 1) + _HALVINGS  # verdicts on each model

_Judging: TypeAlias = Callable[[Tensor], Judged]


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
        `model`, int64: 0 valid, 1 repaired, 2 not repaired.
    lambda_given, lambda_max
        `model`, float64, 1/h: slowest mode before and after; NaN where the spectrum failed.
    judged
        Models judged in all, those with a gradient included.

    Examples
    --------
    >>> from skimpy_renaissance.learning import repair_models
    >>> given = bound.log_km_anchors
    >>> box = {"lower": given[0] - 3, "upper": given[0] + 3}
    >>> repaired = repair_models(bound, given, sr.Validity(partition=-2.0), **box)
    >>> repaired.usable.tolist(), repaired.distance.round(decimals=2).tolist()  # of ln Km
    ([True], [0.24])
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
        Sharpness of the smoothed maximum.

    Returns
    -------
    Repaired

    Raises
    ------
    InputError
        A number is out of its range, or the kinetics lack what is needed.

    Examples
    --------
    >>> from skimpy_renaissance.learning import repair_models
    >>> given, criterion = bound.log_km_anchors, sr.Validity(partition=-2.0)
    >>> box = {"lower": given[0] - 3, "upper": given[0] + 3}
    >>> repaired = repair_models(bound, given, criterion, **box)
    >>> [criterion(bound.lambda_max(log_km)).item() for log_km in (given, repaired.log_km)]
    [False, True]
    """
    _require(kinetics, log_km, steps=steps, stride=stride)
    given = log_km.detach()
    lower, upper = torch.minimum(lower, given), torch.maximum(upper, given)
    judging = partial(_judged, kinetics, criterion)
    as_given = judging(given)
    lambda_given, valid = as_given.lambda_max, as_given.valid
    n_judged = len(given)
    found, lambda_max = given.clone(), lambda_given.clone()
    wanted = torch.full_like(lambda_given, asinh(criterion.partition))
    todo = torch.nonzero(~valid & lambda_given.isfinite()).flatten()
    position, repaired = given[todo].clone(), []
    for _ in range(steps):
        if len(todo) == 0:
            break
        leaf = position.requires_grad_()
        smoothed = kinetics.smoothed_lambda_max(leaf, sharpness=sharpness)
        n_judged += 2 * len(leaf)  # with a gradient, and after the step
        slope = log_gradient(smoothed, leaf)
        with torch.no_grad():
            low, high = lower[todo], upper[todo]
            slope = slope.where(~((leaf <= low) & (slope > 0)), 0.0)
            slope = slope.where(~((leaf >= high) & (slope < 0)), 0.0)
            length = slope.norm(dim=-1, keepdim=True).clamp(min=1e-300)
            excess = (torch.asinh(smoothed.value) - wanted[todo]).clamp(min=1e-3)[:, None]
            step = torch.clamp(excess / length, max=stride)
            position = torch.clamp(leaf - step * slope / length, low, high)
            judged = judging(position)
            lambda_now, now = judged.lambda_max, judged.valid
        done = todo[now]
        found[done], lambda_max[done] = position[now].detach(), lambda_now[now]
        repaired.append(done)
        alive = ~now & lambda_now.isfinite()
        todo, position = todo[alive], position[alive].detach()
    moved = torch.cat(repaired) if repaired else todo[:0]
    found[moved], lambda_max[moved] = _shortened(judging, given[moved], found[moved])
    n_judged += _WAY_BACK * len(moved)
    status = torch.full_like(valid, STATUS.index("not repaired"), dtype=torch.int64)
    status[valid] = STATUS.index("valid")
    status[moved] = STATUS.index("repaired")
    return Repaired(given, found, status, lambda_given, lambda_max, n_judged)


@torch.no_grad()
def _judged(kinetics: SmoothKinetics, criterion: Validity, log_km: Tensor) -> Judged:
    return judge(kinetics, log_km, criterion)


def _shortened(judging: _Judging, given: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
    """Take back what validity does not need; all models end valid as they began."""
    lambda_max = judging(found).lambda_max
    for share in _SHARES:
        found, lambda_max = _shrunk(judging, given, found, lambda_max)
        square, order = ((found - given) ** 2).sort(dim=-1)
        small = square.cumsum(-1) <= share * square.sum(-1, keepdim=True)
        keep = torch.ones_like(small).scatter(-1, order, ~small)
        trial = torch.where(keep, found, given)
        judged = judging(trial)
        found = torch.where(judged.valid[:, None], trial, found)
        lambda_max = torch.where(judged.valid, judged.lambda_max, lambda_max)
    return _shrunk(judging, given, found, lambda_max)


def _shrunk(
    judging: _Judging, given: Tensor, found: Tensor, lambda_max: Tensor
) -> tuple[Tensor, Tensor]:
    """Bisect the straight way from invalid to valid."""
    valid_at = torch.ones_like(lambda_max)
    invalid_at = torch.zeros_like(valid_at)
    change = found - given
    for _ in range(_HALVINGS):
        middle = (valid_at + invalid_at) / 2
        judged = judging(given + middle[:, None] * change)
        valid_at = torch.where(judged.valid, middle, valid_at)
        invalid_at = torch.where(judged.valid, invalid_at, middle)
        lambda_max = torch.where(judged.valid, judged.lambda_max, lambda_max)
    return given + valid_at[:, None] * change, lambda_max


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
    require_whole("steps", steps, at_least=0)
    require_positive("stride", stride)
