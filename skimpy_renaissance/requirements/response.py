r"""What happens to a flux or a concentration when enzymes are made stronger or weaker.

With :math:`r = y'/y` between the steady state after and before, the response is to lie between two
ratios, either of which may be open,

.. math:: d = [\ln r_{low} - \ln r + \delta]_+ + [\ln r - \ln r_{high} + \delta]_+ .

How it is predicted says :mod:`~skimpy_renaissance.requirements.quantities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.quantities import Response
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_numbers,
    require_weight,
)
from skimpy_renaissance.requirements.simulated import simulated

__all__ = ["EnzymeResponse"]

_MARGIN = 0.02  # of ln r


@dataclass(frozen=True)
class EnzymeResponse(Requirement):
    """The steady state after a change of enzymes.

    Parameters
    ----------
    enzymes
        Reaction to the factor on its capacity: 2 for over-expression, 1e-6 for a knock-out.
    flux, concentration
        What responds: a reaction, or a metabolite; one of them.
    at_least, at_most
        Limits of the ratio between after and before; one at least. ``at_least=1`` asks for a rise.
    method
        ``"linear"`` (control coefficients) or ``"simulated"`` (nonlinear).
    horizon
        ``"simulated"``: when the new state is looked at, h.
    models
        ``"simulated"``: models per candidate that are simulated, the valid ones among the first so
        many; ``None`` for all.
    weight
        Among other requirements.

    Raises
    ------
    InputError
        A value cannot be used, or a change is too large for a linear response.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import EnzymeResponse
    >>> EnzymeResponse({"PFK": 0.5}, flux="GLCpts", at_most=1.0).label
    'PFK x0.5: GLCpts < 1'
    """

    enzymes: Mapping[str, float]
    flux: str | None = None
    concentration: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    method: str = "linear"
    horizon: float = 10.0
    models: int | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "enzymes", self.quantity.enzymes)
        require_numbers("EnzymeResponse", at_least=self.at_least, at_most=self.at_most)
        require_weight("EnzymeResponse", self.weight)
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            raise InputError("EnzymeResponse needs at_least or at_most, ratios of after to before.")
        given = [value for value in (low, high) if value is not None]
        if min(given) <= 0 or (len(given) == 2 and not given[0] < given[1]):
            raise InputError(
                f"EnzymeResponse needs 0 < at_least < at_most, got {low!r} and {high!r}."
            )
        if self.models is not None:
            require_whole("models of EnzymeResponse", self.models)

    @property
    def label(self) -> str:
        """For example ``"PFK x2: PYK > 1"``."""
        low = "" if self.at_least is None else f"{self.at_least:.4g} < "
        high = "" if self.at_most is None else f" < {self.at_most:.4g}"
        return f"{self.quantity.changes}: {low}{self.quantity.responds}{high}"

    @property
    def quantity(self) -> Response:
        """The ratio."""
        return Response(self.enzymes, self.flux, self.concentration, self.method, self.horizon)

    @property
    def differentiable(self) -> bool:
        """Where the response is linear."""
        return self.method == "linear"

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Check names and compile."""
        predict = self.quantity.log_predictor(kinetics)

        def linear(judged: Judged) -> Assessment:
            log_ratio = predict(judged.log_km.flatten(0, 1))
            return self._assessed(log_ratio.unflatten(0, judged.log_km.shape[:2]))

        def nonlinear(judged: Judged) -> Assessment:
            return self._assessed(
                *simulated(
                    judged,
                    self.models,
                    lambda log_km: predict(log_km).cpu().numpy(),
                    otherwise=torch.nan,
                )
            )

        return linear if self.method == "linear" else nonlinear

    def _assessed(self, log_ratio: Tensor, looked_at: Tensor | None = None) -> Assessment:
        known = torch.isfinite(log_ratio)
        shortfall, satisfied = torch.zeros_like(log_ratio), known
        if self.at_least is not None:
            shortfall = shortfall + torch.relu(log(self.at_least) + _MARGIN - log_ratio)
            satisfied = satisfied & (log_ratio > log(self.at_least))
        if self.at_most is not None:
            shortfall = shortfall + torch.relu(log_ratio - log(self.at_most) + _MARGIN)
            satisfied = satisfied & (log_ratio < log(self.at_most))
        return Assessment(torch.where(known, shortfall, torch.inf), satisfied, looked_at)
