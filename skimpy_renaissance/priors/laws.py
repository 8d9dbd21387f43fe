r"""Laws of one saturation constant, known exactly: density, probability, quantile.

===================  ===============================================================================
law                  what is assumed
===================  ===============================================================================
:class:`LogUniform`  :math:`\ln K_m` uniform between two bounds
:class:`Uniform`     :math:`K_m` itself uniform between two bounds: a measured range
:class:`Saturation`  ORACLE: :math:`\sigma = x/(x + K_m)` uniform, at a concentration :math:`x`
:class:`LogNormal`   :math:`\ln K_m` Gaussian around a measured value, between bounds if need be
===================  ===============================================================================

All take and return natural logarithms of mol/L, and hold many constants at once, along the last
axis. A quantile is asked for by :math:`p` and by :math:`q = 1 - p`, and a probability is given as
both, so that neither tail is lost to rounding. A constant whose two bounds are equal is fixed: its
law adds nothing to a density.

References
----------
Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090
(ORACLE's saturations).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from math import log, pi

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors.standard_normal import (
    normal_between,
    normal_probability,
    normal_quantile,
)

__all__ = ["LAWS", "Law", "LogNormal", "LogUniform", "Saturation", "Uniform"]


@dataclass(frozen=True, eq=False)
class Law(ABC):
    r"""A law of :math:`\ln K_m` for each of some constants; every field is `` `km` ``, float64.

    Examples
    --------
    >>> from skimpy_renaissance.priors import Law, LogUniform, Uniform
    >>> bounds = torch.tensor([1e-6, 1e-2], dtype=torch.float64).log()
    >>> laws: list[Law] = [LogUniform(bounds[:1], bounds[1:]), Uniform(bounds[:1], bounds[1:])]
    >>> tenth_mmol = torch.tensor([1e-4], dtype=torch.float64).log()
    >>> [round(law.probability(tenth_mmol)[0].item(), 3) for law in laws]  # to lie below
    [0.5, 0.01]
    """

    def __post_init__(self) -> None:
        parts = [
            torch.atleast_1d(torch.as_tensor(getattr(self, f.name), dtype=torch.float64))
            for f in fields(self)
        ]
        for field, values in zip(fields(self), torch.broadcast_tensors(*parts), strict=True):
            object.__setattr__(self, field.name, values.clone())
            if values.ndim != 1 or bool(values.isnan().any()):
                raise InputError(
                    f"{type(self).__name__} needs one number per saturation constant for "
                    f"{field.name}, got {getattr(self, field.name)!r}."
                )
        self._require_usable()

    def __len__(self) -> int:
        """Return the number of constants."""
        return len(getattr(self, fields(self)[0].name))

    @property
    def device(self) -> torch.device:
        """Where the numbers are."""
        first: Tensor = getattr(self, fields(self)[0].name)
        return first.device

    def at(self, columns: slice | list[int]) -> Law:
        """Return the law of some of the constants.

        Parameters
        ----------
        columns
            Which ones, in the order wanted.

        Returns
        -------
        Law
        """
        return type(self)(*(getattr(self, field.name)[columns] for field in fields(self)))

    def to(self, device: torch.device) -> Law:
        """Return the same law on a device.

        Parameters
        ----------
        device
            Where the numbers go.

        Returns
        -------
        Law
        """
        return type(self)(*(getattr(self, field.name).to(device) for field in fields(self)))

    @abstractmethod
    def quantile(self, p: Tensor, q: Tensor) -> Tensor:
        """Return `` ... x km ``, ln(mol/L): the value that is exceeded with probability q = 1 - p.

        Differentiable in both.
        """

    @abstractmethod
    def probability(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return `` ... x km `` each: probability to lie below, and above."""

    @abstractmethod
    def log_density(self, log_km: Tensor) -> Tensor:
        """Return `` ... x km ``, nats: log density of ln Km; -inf outside the bounds."""

    @abstractmethod
    def _require_usable(self) -> None:
        """Raise an InputError where a field makes no sense."""


@dataclass(frozen=True, eq=False)
class LogUniform(Law):
    """Uniform in ln Km.

    Parameters
    ----------
    lower, upper
        `` `km` ``, ln(mol/L).

    Examples
    --------
    >>> from skimpy_renaissance.priors import LogUniform
    >>> lower, upper = torch.tensor([[1e-6], [1e-2]], dtype=torch.float64).log()
    >>> half = torch.tensor([0.5], dtype=torch.float64)
    >>> round(LogUniform(lower, upper).quantile(half, 1 - half).exp().item(), 6)  # mol/L
    0.0001
    """

    lower: Tensor
    upper: Tensor

    def quantile(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the quantile; see :class:`Law`."""
        return (self.lower * q + self.upper * p).clamp(self.lower, self.upper)

    def probability(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return both probabilities; see :class:`Law`."""
        width = self.upper - self.lower
        return _shares(log_km - self.lower, self.upper - log_km, width)

    def log_density(self, log_km: Tensor) -> Tensor:
        """Return the log density; see :class:`Law`."""
        width = self.upper - self.lower
        return _inside(log_km, self, (-width.log()).expand_as(log_km))

    def _require_usable(self) -> None:
        _require_ordered(self, finite=True)


@dataclass(frozen=True, eq=False)
class Uniform(Law):
    """Uniform in Km, mol/L.

    Parameters
    ----------
    lower, upper
        `` `km` ``, ln(mol/L).

    Examples
    --------
    >>> from skimpy_renaissance.priors import Uniform
    >>> lower, upper = torch.tensor([[1e-6], [1e-2]], dtype=torch.float64).log()
    >>> half = torch.tensor([0.5], dtype=torch.float64)
    >>> round(Uniform(lower, upper).quantile(half, 1 - half).exp().item(), 4)  # mol/L
    0.005
    """

    lower: Tensor
    upper: Tensor

    def quantile(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the quantile; see :class:`Law`."""
        least = (self.lower - self.upper).exp()
        return (self.upper + (least * q + p).log()).clamp(self.lower, self.upper)

    def probability(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return both probabilities; see :class:`Law`."""
        least, here = (self.lower - self.upper).exp(), (log_km - self.upper).exp()
        return _shares(here - least, 1 - here, 1 - least)

    def log_density(self, log_km: Tensor) -> Tensor:
        """Return the log density; see :class:`Law`."""
        width = -torch.expm1(self.lower - self.upper)
        return _inside(log_km, self, log_km - self.upper - width.log())

    def _require_usable(self) -> None:
        _require_ordered(self, finite=True)


@dataclass(frozen=True, eq=False)
class Saturation(Law):
    r"""Uniform in the saturation :math:`\sigma = x/(x + K_m)`, between what the bounds of Km imply.

    Parameters
    ----------
    log_concentration
        `` `km` ``, ln(mol/L): :math:`\ln x`, of the metabolite that the constant is about.
    lower, upper
        `` `km` ``, ln(mol/L), infinite where there is no bound.

    Examples
    --------
    >>> from skimpy_renaissance.priors import Saturation
    >>> log_x = torch.tensor([1e-3], dtype=torch.float64).log()  # 1 mmol/L
    >>> law = Saturation(log_x, torch.tensor([-math.inf]), torch.tensor([math.inf]))
    >>> p = torch.tensor([0.9], dtype=torch.float64)
    >>> round(law.quantile(p, 1 - p).exp().item(), 4)  # mol/L: saturated by a tenth
    0.009
    """

    log_concentration: Tensor
    lower: Tensor
    upper: Tensor

    def quantile(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the quantile; see :class:`Law`."""
        # low Km is high saturation: p counts from the highest saturation downwards
        s_low, s_high = self._saturation(self.upper), self._saturation(self.lower)
        r_low, r_high = self._unsaturation(self.upper), self._unsaturation(self.lower)
        sigma, rest = s_high * q + s_low * p, r_high * q + r_low * p
        return (self.log_concentration + rest.log() - sigma.log()).clamp(self.lower, self.upper)

    def probability(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return both probabilities; see :class:`Law`."""
        below, above = self._span(self.lower, log_km), self._span(log_km, self.upper)
        return _shares(below, above, self._span(self.lower, self.upper))

    def log_density(self, log_km: Tensor) -> Tensor:
        r"""Return the log density, :math:`\sigma(1 - \sigma)/(\sigma_{high} - \sigma_{low})`."""
        beyond = log_km - self.log_concentration
        log_sigma = torch.nn.functional.logsigmoid(-beyond)
        log_rest = torch.nn.functional.logsigmoid(beyond)
        return _inside(
            log_km, self, log_sigma + log_rest - self._span(self.lower, self.upper).log()
        )

    def _saturation(self, log_km: Tensor) -> Tensor:
        return torch.sigmoid(self.log_concentration - log_km)

    def _unsaturation(self, log_km: Tensor) -> Tensor:
        return torch.sigmoid(log_km - self.log_concentration)

    def _span(self, low: Tensor, high: Tensor) -> Tensor:
        """Return how much saturation falls from one Km to a higher one."""
        # of the two forms the one whose terms are small is free of cancellation
        of_s = self._saturation(low) - self._saturation(high)
        of_r = self._unsaturation(high) - self._unsaturation(low)
        return torch.where(self._saturation(low) < 0.5, of_s, of_r)

    def _require_usable(self) -> None:
        _require_ordered(self, finite=False)
        if not bool(self.log_concentration.isfinite().all()):
            raise InputError(
                "Saturation needs a positive, finite concentration for every constant, got ln x = "
                f"{self.log_concentration.tolist()} ln(mol/L)."
            )


@dataclass(frozen=True, eq=False)
class LogNormal(Law):
    r"""Gaussian in ln Km around a measured value.

    Parameters
    ----------
    mean
        `` `km` ``, ln(mol/L): logarithm of the measured value, the median.
    std
        `` `km` ``: standard deviation of ln Km; ln 2 says "within a factor of two" (68 %).
    lower, upper
        `` `km` ``, ln(mol/L): the law is cut off there; infinite where it is not.

    Examples
    --------
    >>> from skimpy_renaissance.priors import LogNormal
    >>> median = torch.tensor([2e-4], dtype=torch.float64).log()  # 0.2 mmol/L
    >>> law = LogNormal(median, torch.tensor([2.0], dtype=torch.float64).log())
    >>> below, above = law.probability(median + math.log(2))
    >>> round(below.item(), 2), round(above.item(), 2)
    (0.84, 0.16)
    """

    mean: Tensor
    std: Tensor
    lower: Tensor | float = -torch.inf
    upper: Tensor | float = torch.inf

    def quantile(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the quantile; see :class:`Law`."""
        a, b = self._standard(self._low), self._standard(self._high)
        below, above = (
            normal_probability(a) * q + normal_probability(b) * p,
            normal_probability(-a) * q + normal_probability(-b) * p,
        )
        return (self.mean + self.std * normal_quantile(below, above)).clamp(self._low, self._high)

    def probability(self, log_km: Tensor) -> tuple[Tensor, Tensor]:
        """Return both probabilities; see :class:`Law`."""
        a, b, z = map(self._standard, (self._low, self._high, log_km))
        return _shares(normal_between(a, z), normal_between(z, b), normal_between(a, b))

    def log_density(self, log_km: Tensor) -> Tensor:
        """Return the log density; see :class:`Law`."""
        a, b, z = map(self._standard, (self._low, self._high, log_km))
        gaussian = -0.5 * z**2 - 0.5 * log(2 * pi) - self.std.log()
        return _inside(log_km, self, gaussian - normal_between(a, b).log())

    @property
    def _low(self) -> Tensor:
        return torch.as_tensor(self.lower)

    @property
    def _high(self) -> Tensor:
        return torch.as_tensor(self.upper)

    def _standard(self, log_km: Tensor) -> Tensor:
        return (log_km - self.mean) / self.std

    def _require_usable(self) -> None:
        _require_ordered(self, finite=False)
        usable = self.mean.isfinite() & self.std.isfinite() & (self.std > 0)
        mass = normal_between(self._standard(self._low), self._standard(self._high))
        if not bool((usable & (mass > 0)).all()):
            raise InputError(
                "LogNormal needs a finite mean, a positive std and bounds that leave some of it, "
                f"got mean {self.mean.tolist()}, std {self.std.tolist()}, between "
                f"{self._low.tolist()} and {self._high.tolist()} ln(mol/L)."
            )


LAWS: dict[str, type[Law]] = {
    law.__name__: law for law in (LogUniform, Uniform, Saturation, LogNormal)
}
"""By name, as a stored run tells them."""


def _shares(below: Tensor, above: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    fixed = width == 0
    p, q = ((part / width).masked_fill(fixed, 0.5).clamp(0, 1) for part in (below, above))
    return p, q


def _inside(
    log_km: Tensor, law: LogUniform | Uniform | Saturation | LogNormal, density: Tensor
) -> Tensor:
    lower, upper = torch.as_tensor(law.lower), torch.as_tensor(law.upper)
    density = torch.where(lower == upper, torch.zeros_like(density), density)
    return density.masked_fill((log_km < lower) | (log_km > upper), -torch.inf)


def _require_ordered(law: LogUniform | Uniform | Saturation | LogNormal, *, finite: bool) -> None:
    lower, upper = torch.as_tensor(law.lower), torch.as_tensor(law.upper)
    good = (lower <= upper) & (lower < torch.inf) & (upper > -torch.inf)
    if finite:
        good &= lower.isfinite() & upper.isfinite()
    if not bool(good.all()):
        worst = int((~good).nonzero()[0])
        raise InputError(
            f"{type(law).__name__} needs {'finite ' if finite else ''}bounds with lower <= upper, "
            f"got {lower[worst].item()!r} and {upper[worst].item()!r} ln(mol/L) in place {worst}."
        )
