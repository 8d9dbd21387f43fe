r"""Measurements with errors as likelihoods: how probable an observation is, given a model.

.. math:: \ln L = -\frac{1}{2}\left(\frac{\hat y - y(K)}{s}\right)^2 - \ln\bigl(s\sqrt{2\pi}\bigr)

for a quantity :math:`y` that was measured as :math:`\hat y` with the standard deviation :math:`s`;
the sum of these over all points of a time course; and for an observed sign that is wrong with the
probability :math:`\epsilon`, :math:`L = 1 - \epsilon` where the model has it and :math:`\epsilon`
where not. They are what ``data=[...]`` of
:func:`~skimpy_renaissance.valid_region.sample_posterior` takes beside requirements, which are hard
limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import log, log1p, pi, sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.dynamics.reactors.batch_quantity import deviations
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.requirements.fermentation import Fermentation
from skimpy_renaissance.requirements.quantities import Quantity
from skimpy_renaissance.requirements.requirement import require_numbers
from skimpy_renaissance.setups import describe
from skimpy_renaissance.valid_region.data import Weigher

__all__ = ["Measured", "Sign", "TimeCourse"]

_SIGNS = {"positive": 1.0, "negative": -1.0}


class _Observation:
    """What all likelihoods have in common."""

    @property
    def hard(self) -> bool:
        """No: a model that disagrees is less probable."""
        return False

    @property
    def description(self) -> Any:
        """Plain JSON."""
        return describe(self)


@dataclass(frozen=True)
class Measured(_Observation):
    """A quantity that was measured, with its error.

    Parameters
    ----------
    quantity
        :class:`~skimpy_renaissance.requirements.Control` or
        :class:`~skimpy_renaissance.requirements.Response`.
    value
        What was measured, in the quantity's own unit: a ratio for a response.
    sd
        Standard deviation of the measurement, in the same unit.

    Raises
    ------
    InputError
        A value cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import Measured, Response
    >>> Measured(Response({"PFK": 0.5}, flux="GLCpts"), 0.9, sd=0.02).label
    'PFK x0.5: GLCpts = 0.9 +- 0.02'
    """

    quantity: Quantity
    value: float
    sd: float

    def __post_init__(self) -> None:
        _require_quantity("Measured", self.quantity)
        require_numbers("Measured", value=self.value)
        require_positive("sd of Measured", self.sd)

    @property
    def label(self) -> str:
        """Quantity, value and error."""
        return f"{self.quantity.label} = {self.value:g} +- {self.sd:g}"

    @property
    def highest(self) -> float:
        """Log likelihood of a model that agrees, nats."""
        return _agreement(self.sd)

    def weigher(self, kinetics: Kinetics) -> Weigher:
        """Check all names and compile; see :class:`~skimpy_renaissance.valid_region.Datum`."""
        predict = self.quantity.predictor(kinetics)
        return lambda log_km: (
            self.highest - 0.5 * ((predict(log_km) - self.value) / self.sd).square()
        )


@dataclass(frozen=True)
class Sign(_Observation):
    """An observed sign, which may be wrong.

    Parameters
    ----------
    quantity
        For example :class:`~skimpy_renaissance.requirements.Control`.
    sign
        ``"positive"`` or ``"negative"``.
    wrong
        Probability that the observation is wrong, above 0 and below 1/2. For a sign beyond doubt
        :class:`~skimpy_renaissance.requirements.ControlCoefficient` is a hard limit.

    Raises
    ------
    InputError
        A value cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import Control, Sign
    >>> Sign(Control(flux="GLCpts", enzyme="PFK"), "positive", wrong=0.05).label
    'control of PFK over GLCpts positive, wrong with 0.05'
    """

    quantity: Quantity
    sign: str
    wrong: float

    def __post_init__(self) -> None:
        _require_quantity("Sign", self.quantity)
        if self.sign not in _SIGNS:
            raise InputError(f"sign must be 'positive' or 'negative', got {self.sign!r}.")
        require_numbers("Sign", wrong=self.wrong)
        if not 0 < self.wrong < 0.5:
            raise InputError(
                f"wrong is the probability of a wrong sign, above 0 and below 0.5, got "
                f"{self.wrong!r}. A sign beyond doubt is a hard limit: ControlCoefficient."
            )

    @property
    def label(self) -> str:
        """Quantity, sign and doubt."""
        return f"{self.quantity.label} {self.sign}, wrong with {self.wrong:.3g}"

    @property
    def highest(self) -> float:
        """Log likelihood of a model that agrees, nats."""
        return log1p(-self.wrong)

    def weigher(self, kinetics: Kinetics) -> Weigher:
        """Check all names and compile; see :class:`~skimpy_renaissance.valid_region.Datum`."""
        predict, sign = self.quantity.predictor(kinetics), _SIGNS[self.sign]

        def weigh(log_km: Tensor) -> Tensor:
            found = sign * predict(log_km)
            agrees = torch.where(found > 0, self.highest, log(self.wrong))
            return torch.where(found.isnan(), -torch.inf, agrees)

        return weigh


@dataclass(frozen=True, eq=False)
class TimeCourse(_Observation):
    """A measured batch curve, every point with its own error.

    Parameters
    ----------
    fermentation
        Reactor, measured points and inoculum; its ``tolerance`` is not used. Each model costs an
        integration: list it last among the data.

    Raises
    ------
    InputError
        It is something else.

    Examples
    --------
    >>> reactor = sr.examples.e_coli_core_reactor(network, state)
    >>> course = {0.5: 0.066, 1.0: 0.091}  # h to gDW/L
    >>> points = [
    ...     sr.requirements.Measurement("biomass", hour, value, sd=0.002)
    ...     for hour, value in course.items()
    ... ]
    >>> batch = sr.requirements.Fermentation(reactor, state, points, biomass=0.05)
    >>> sr.requirements.TimeCourse(batch).label
    'batch curve of biomass, 2 points'
    """

    fermentation: Fermentation = field(repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.fermentation, Fermentation):
            raise InputError(f"TimeCourse needs a Fermentation, got {self.fermentation!r}.")

    @property
    def label(self) -> str:
        """For example ``"batch curve, 12 points"``."""
        points = self.fermentation.measured
        names = ", ".join(self.fermentation.variables)
        return f"batch curve of {names}, {len(points)} points"

    @property
    def description(self) -> Any:
        """Plain JSON."""
        return {"class": "TimeCourse", "fermentation": self.fermentation.description}

    @cached_property
    def highest(self) -> float:
        """Log likelihood of a model that agrees, nats."""
        return sum(_agreement(point.sd) for point in self.fermentation.measured if point.sd)

    def weigher(self, kinetics: Kinetics) -> Weigher:
        """Check all names and compile; see :class:`~skimpy_renaissance.valid_region.Datum`."""
        batch = self.fermentation
        bound = batch.require_its_kinetics(kinetics)

        def weigh(log_km: Tensor) -> Tensor:
            total = np.full(len(log_km), self.highest)
            for variable, off in deviations(batch.simulate(bound, log_km), batch.measured).items():
                sd = np.array([p.sd for p in batch.measured if p.variable == variable])
                total -= 0.5 * ((off / sd) ** 2).sum(-1)
            return torch.from_numpy(total).to(log_km)

        return weigh


def _agreement(sd: float) -> float:
    return -log(sd * sqrt(2 * pi))


def _require_quantity(owner: str, quantity: object) -> None:
    if not isinstance(quantity, Quantity):
        raise InputError(
            f"{owner} needs a quantity, such as Control(flux=..., enzyme=...) or "
            f"Response({{...}}, flux=...), got {quantity!r}."
        )
