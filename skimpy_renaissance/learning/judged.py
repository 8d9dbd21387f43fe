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
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.smoothed import Smoothed
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Judged", "Kinetics", "SmoothKinetics", "judge"]


class Kinetics(Protocol):
    """What learning needs to know of a kinetic model at a steady state.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Kinetics
    >>> kinetics: Kinetics = bound
    >>> len(kinetics.km_names), round(kinetics.lambda_max(bound.log_km_anchors).item(), 2)  # 1/h
    (159, -1.7)
    """

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
    """Kinetics whose smoothed maximum can be followed too.

    Examples
    --------
    >>> from skimpy_renaissance.learning import SmoothKinetics
    >>> kinetics: SmoothKinetics = bound
    >>> smoothed = kinetics.smoothed_lambda_max(bound.log_km_anchors, sharpness=5.0)
    >>> round(smoothed.value.item(), 3), round(smoothed.lambda_max.item(), 3)  # 1/h
    (-1.704, -1.705)
    """

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
    """Models and the verdict on each; with several candidates, these are the leading axis.

    Eigenvalues and maximal rates are computed when first asked for, and kept.

    Parameters
    ----------
    log_km
        `model x km` or `candidate x model x km`, float64, ln(mol/L).
    lambda_max
        `model` or `candidate x model`, float64, 1/h; NaN where the spectrum failed, or where only
        the verdict is known.
    criterion
        When a model counts as valid.
    kinetics
        Where eigenvalues and maximal rates come from.
    decided
        As ``lambda_max``, bool: verdicts reached by cheaper tests than eigenvalues; ``None`` where
        the criterion decides on ``lambda_max`` and, if it has a limit for it, ``lambda_min``.
    spectrum
        `model x independent` or `candidate x model x independent`, complex128, 1/h, where it is
        known already.

    Examples
    --------
    >>> from skimpy_renaissance.learning import judge
    >>> log_km = bound.log_km_anchors + torch.tensor([[0.0], [2.0]], dtype=torch.float64)
    >>> judged = judge(bound, log_km, sr.Validity(partition=-1.5))
    >>> judged.valid.tolist(), judged.incidence.item()
    ([True, False], 0.5)
    """

    log_km: Tensor
    lambda_max: Tensor
    criterion: Validity
    kinetics: Kinetics = field(repr=False)
    decided: Tensor | None = field(default=None, repr=False)
    spectrum: Tensor | None = field(default=None, repr=False)

    def __len__(self) -> int:
        """Return the number of models, or of candidates."""
        return len(self.log_km)

    def __getitem__(self, which: Tensor | slice) -> Judged:
        """Return some of the models (a mask, positions or a slice), or of the candidates."""
        return replace(
            self,
            log_km=self.log_km[which],
            lambda_max=self.lambda_max[which],
            decided=None if self.decided is None else self.decided[which],
            spectrum=None if self.spectrum is None else self.spectrum[which],
        )

    @cached_property
    def valid(self) -> Tensor:
        """As ``lambda_max``, bool: the whole criterion; ``False`` where the spectrum failed."""
        if self.decided is not None:
            return self.decided
        lambda_min = self.lambda_min if self.criterion.needs_lambda_min else None
        return self.criterion(self.lambda_max, lambda_min)

    @cached_property
    def incidence(self) -> Tensor:
        """`candidate`, float64: fraction of valid models; one number without candidates."""
        return self.valid.to(torch.float64).mean(-1)

    @property
    def proportion(self) -> Proportion:
        """How many of all models are valid."""
        return Proportion(int(self.valid.sum()), self.valid.numel())

    @property
    def median(self) -> float:
        """Median of ``lambda_max``, 1/h; NaN where no spectrum is known."""
        return self.lambda_max.nanmedian().item()

    @cached_property
    def eigenvalues(self) -> Tensor:
        """As ``spectrum``."""
        if self.spectrum is not None:
            return self.spectrum
        return self.kinetics.eigenvalues(self._flat).unflatten(0, self.log_km.shape[:-1])

    @cached_property
    def lambda_min(self) -> Tensor:
        """As ``lambda_max``, float64, 1/h: fastest mode; NaN where the spectrum failed."""
        return self.eigenvalues.real.amin(-1)  # NaN stays NaN, hence invalid

    @cached_property
    def vmax(self) -> Tensor:
        """`model x reaction` of each candidate, float64, scaled concentration per time."""
        return self.kinetics.vmax(self._flat).unflatten(0, self.log_km.shape[:-1])

    def detached(self) -> Judged:
        """Return the same models and verdicts without the graph they were computed by.

        Returns
        -------
        Judged
        """
        return replace(self, log_km=self.log_km.detach(), lambda_max=self.lambda_max.detach())

    @property
    def _flat(self) -> Tensor:
        return self.log_km.flatten(0, -2)


def judge(
    kinetics: Kinetics,
    log_km: Tensor,
    criterion: Validity,
    *,
    sharpness: float | None = None,
    whole: bool = False,
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
        `model x km` or `candidate x model x km`, float64, ln(mol/L).
    criterion
        When a model counts as valid.
    sharpness
        Sharpness of the smoothed maximum whose gradient is followed; ``None`` follows the maximum
        itself.
    whole
        Compute whole spectra, without gradient, for whoever needs the other modes too.

    Returns
    -------
    Judged

    Raises
    ------
    InputError
        ``kinetics.lambda_max`` returned another shape or type, or there is no smoothed maximum.

    Examples
    --------
    >>> from skimpy_renaissance.learning import judge
    >>> judged = judge(bound, bound.log_km_anchors, sr.Validity(partition=-1.2))
    >>> judged.valid.tolist()
    [True]
    """
    flat, axes = log_km.flatten(0, -2), log_km.shape[:-1]
    spectrum = None
    if whole:
        with torch.no_grad():
            spectrum = kinetics.eigenvalues(flat)
        lambda_max = spectrum.real.amax(-1)
    elif sharpness:
        lambda_max = _smoothly(kinetics, flat, sharpness)
    else:
        lambda_max = kinetics.lambda_max(flat)
    if lambda_max.shape != flat.shape[:1] or lambda_max.dtype != torch.float64:
        raise InputError(
            f"kinetics.lambda_max must return float64 of shape {tuple(flat.shape[:1])}, one number "
            f"per model, got {lambda_max.dtype} of shape {tuple(lambda_max.shape)}."
        )
    known = torch.where(torch.isfinite(lambda_max), lambda_max, torch.nan).unflatten(0, axes)
    spectrum = None if spectrum is None else spectrum.unflatten(0, axes)
    return Judged(log_km, known, criterion, kinetics, spectrum=spectrum)


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
