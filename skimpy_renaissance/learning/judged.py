r"""Generated models and the verdict on each of them.

.. math:: \lambda_{max} = \max_k \operatorname{Re}\lambda_k, \qquad
          I = \frac{1}{m} \sum_{j=1}^{m} [\text{model } j \text{ is valid}]

What turns :math:`\ln K_m` into eigenvalues is the caller's: anything that satisfies
:class:`Kinetics` can be learned from. A model whose spectrum failed has :math:`\lambda_{max}` NaN
and counts as invalid.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum.smoothed import Smoothed
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Judged", "Kinetics", "SmoothKinetics", "judge"]


class Kinetics(Protocol):
    """What learning needs to know of a kinetic model at a steady state."""

    @property
    def km_names(self) -> tuple[str, ...]:
        """Saturation constants, in the order of the `km` axis."""

    @property
    def log_km_bounds(self) -> Tensor:
        """`km x 2`, float64, ln(mol/L): lower and upper, NaN where open."""

    def lambda_max(self, log_km: Tensor) -> Tensor:
        """Return the largest real part of the eigenvalues of each model.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model`, float64, 1/h; NaN where the spectrum failed.
        """

    def eigenvalues(self, log_km: Tensor) -> Tensor:
        """Return the eigenvalues of each model's Jacobian.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model x independent`, complex128, 1/h.
        """

    def vmax(self, log_km: Tensor) -> Tensor:
        """Return the maximal rates that go with the steady state.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model x reaction`, float64, scaled concentration per time.
        """


@runtime_checkable
class SmoothKinetics(Kinetics, Protocol):
    """Kinetics whose smoothed maximum can be followed too."""

    def smoothed_lambda_max(self, log_km: Tensor, *, sharpness: float) -> Smoothed:
        """Return the smoothed maximum of the real parts, and the maximum itself.

        Parameters
        ----------
        log_km
            `... x km`, float64, ln(mol/L).
        sharpness
            The larger, the closer to the maximum.

        Returns
        -------
        Smoothed
            `...` each, float64, 1/h; NaN where the spectrum failed.
        """


@dataclass(frozen=True, eq=False)
class Judged:
    """Models of one generation with their slowest modes.

    Eigenvalues and maximal rates are computed when first asked for, and kept.

    Parameters
    ----------
    log_km
        `candidate x model x km`, float64, ln(mol/L).
    lambda_max
        `candidate x model`, float64, 1/h; NaN where the spectrum failed.
    criterion
        When a model counts as valid.
    kinetics
        Where eigenvalues and maximal rates come from.
    """

    log_km: Tensor
    lambda_max: Tensor
    criterion: Validity
    kinetics: Kinetics = field(repr=False)

    @cached_property
    def valid(self) -> Tensor:
        """`candidate x model`, bool; ``False`` where the spectrum failed."""
        lambda_min = self.lambda_min if self.criterion.needs_lambda_min else None
        return self.criterion(self.lambda_max, lambda_min)

    @cached_property
    def incidence(self) -> Tensor:
        """`candidate`, float64: fraction of valid models."""
        return self.valid.to(torch.float64).mean(-1)

    @cached_property
    def eigenvalues(self) -> Tensor:
        """`candidate x model x independent`, complex128, 1/h."""
        return self.kinetics.eigenvalues(self._flat).unflatten(0, self._shape)

    @cached_property
    def lambda_min(self) -> Tensor:
        """`candidate x model`, float64, 1/h: fastest mode; NaN where the spectrum failed."""
        return self.eigenvalues.real.amin(-1)  # NaN stays NaN, hence invalid

    @cached_property
    def vmax(self) -> Tensor:
        """`candidate x model x reaction`, float64, scaled concentration per time."""
        return self.kinetics.vmax(self._flat).unflatten(0, self._shape)

    def detached(self) -> Judged:
        """Return the same models and verdicts without the graph they were computed by.

        Returns
        -------
        Judged
        """
        return replace(self, log_km=self.log_km.detach(), lambda_max=self.lambda_max.detach())

    @property
    def _shape(self) -> tuple[int, int]:
        return self.log_km.shape[0], self.log_km.shape[1]

    @property
    def _flat(self) -> Tensor:
        return self.log_km.flatten(0, 1)


def judge(
    kinetics: Kinetics,
    log_km: Tensor,
    criterion: Validity,
    *,
    sharpness: float | None = None,
) -> Judged:
    r"""Compute the slowest mode of each model, all candidates in one batch.

    With a ``sharpness`` the values stay :math:`\lambda_{max}`, and
    :math:`\operatorname{asinh}\lambda_{max}` takes the gradient of
    :math:`\operatorname{asinh}\tilde\lambda`, the smoothed maximum.

    Parameters
    ----------
    kinetics
        Maps :math:`\ln K_m` to :math:`\lambda_{max}`.
    log_km
        `candidate x model x km`, float64, ln(mol/L).
    criterion
        When a model counts as valid.
    sharpness
        Of the smoothed maximum whose gradient is followed; ``None`` follows the maximum itself.

    Returns
    -------
    Judged

    Raises
    ------
    InputError
        ``kinetics.lambda_max`` returned another shape or type, or there is no smoothed maximum.
    """
    flat = log_km.flatten(0, 1)
    lambda_max = _smoothly(kinetics, flat, sharpness) if sharpness else kinetics.lambda_max(flat)
    if lambda_max.shape != flat.shape[:1] or lambda_max.dtype != torch.float64:
        raise InputError(
            f"kinetics.lambda_max must return float64 of shape {tuple(flat.shape[:1])}, one number "
            f"per model, got {lambda_max.dtype} of shape {tuple(lambda_max.shape)}."
        )
    known = torch.where(torch.isfinite(lambda_max), lambda_max, torch.nan)
    return Judged(log_km, known.unflatten(0, log_km.shape[:2]), criterion, kinetics)


def _smoothly(kinetics: Kinetics, flat: Tensor, sharpness: float) -> Tensor:
    if not isinstance(kinetics, SmoothKinetics):
        raise InputError(
            f"sharpness={sharpness!r} needs kinetics with smoothed_lambda_max, such as "
            f"kinetics.at(state) returns, got {type(kinetics).__name__}. Leave sharpness at None."
        )
    smoothed = kinetics.smoothed_lambda_max(flat, sharpness=sharpness)
    followed = torch.asinh(smoothed.value)
    no_value = followed - followed.detach()
    return smoothed.lambda_max + torch.sqrt(1 + smoothed.lambda_max**2) * no_value
