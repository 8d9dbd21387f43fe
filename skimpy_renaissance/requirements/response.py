r"""What happens to a flux or a concentration when enzymes are made stronger or weaker.

With :math:`r = y'/y` between the steady state after and before, the response is to lie between two
ratios, either of which may be open,

.. math:: d = [\ln r_{low} - \ln r + \delta]_+ + [\ln r - \ln r_{high} + \delta]_+ .

``"linear"``: :math:`\ln r = \sum_e C^y_e \ln f_e` for fold changes :math:`f_e`, with gradients; for
changes of a few fold. ``"simulated"``: the full rate laws are integrated from the old steady state
until the new one, for knock-outs and large changes; without gradients, and a quarter of a second or
so per model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import exp, log

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.checks import require_names, require_positive, require_whole
from skimpy_renaissance.control import compile_control
from skimpy_renaissance.dynamics import StrainDesign, simulate
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.control_coefficient import capacity_of, row_of
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_bound,
    require_either,
    require_numbers,
    require_weight,
)
from skimpy_renaissance.requirements.simulated import simulated
from skimpy_renaissance.sampling import parametrize

__all__ = ["EnzymeResponse"]

_METHODS = ("linear", "simulated")
_LARGEST = 10.0  # fold change up to which a linear response is taken for one
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
        if not isinstance(self.enzymes, Mapping) or not self.enzymes:
            raise InputError(
                f"EnzymeResponse needs enzymes as reaction to fold change, got {self.enzymes!r}."
            )
        for name, fold in self.enzymes.items():
            if isinstance(fold, bool) or not isinstance(fold, int | float):
                raise InputError(f"The fold change of {name!r} must be a number, got {fold!r}.")
        object.__setattr__(self, "enzymes", dict(self.enzymes))
        StrainDesign("response", self.enzymes)  # says what is wrong with a fold change
        require_either("EnzymeResponse", flux=self.flux, concentration=self.concentration)
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
        if self.method not in _METHODS:
            raise InputError(f"method must be 'linear' or 'simulated', got {self.method!r}.")
        large = [n for n, f in self.enzymes.items() if not 1 / _LARGEST <= f <= _LARGEST]
        if self.method == "linear" and large:
            raise InputError(
                f"A {self.enzymes[large[0]]:g}-fold change of {large[0]!r} is too large for a "
                "linear response. Choose method='simulated'."
            )
        require_positive("horizon of EnzymeResponse", self.horizon)
        if self.models is not None:
            require_whole("models of EnzymeResponse", self.models)

    @property
    def label(self) -> str:
        """For example ``"PFK x2: PYK > 1"``."""
        changes = " ".join(f"{name} x{fold:g}" for name, fold in self.enzymes.items())
        of = self.flux if self.flux is not None else f"[{self.concentration}]"
        low = "" if self.at_least is None else f"{self.at_least:.4g} < "
        high = "" if self.at_most is None else f" < {self.at_most:.4g}"
        return f"{changes}: {low}{of}{high}"

    @property
    def differentiable(self) -> bool:
        """Where the response is linear."""
        return self.method == "linear"

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Check names and compile."""
        bound = require_bound(kinetics, needed_for="The response to a change of enzymes")
        for name in self.enzymes:
            capacity_of(bound, name)
        return self._linear(bound) if self.method == "linear" else self._simulated(bound)

    def _linear(self, bound: BoundKinetics) -> Assess:
        function = compile_control(bound, [capacity_of(bound, name) for name in self.enzymes])
        row = row_of(function, flux=self.flux, concentration=self.concentration)
        changes = torch.tensor([log(f) for f in self.enzymes.values()], dtype=torch.float64)

        def assess(judged: Judged) -> Assessment:
            coefficients = function(judged.log_km.flatten(0, 1))[:, row]
            log_ratio = coefficients @ changes.to(coefficients.device)
            return self._assessed(log_ratio.unflatten(0, judged.log_km.shape[:2]))

        return assess

    def _simulated(self, bound: BoundKinetics) -> Assess:
        network = bound.network
        if self.flux is not None:
            require_names([self.flux], network.reaction_names, what="reaction")
        else:
            require_names([str(self.concentration)], network.variables, what="balanced metabolite")
        design = StrainDesign("response", self.enzymes)

        def assess(judged: Judged) -> Assessment:
            after = partial(self._after, bound, design)
            return self._assessed(*simulated(judged, self.models, after, otherwise=torch.nan))

        return assess

    def _after(self, bound: BoundKinetics, design: StrainDesign, log_km: Tensor) -> np.ndarray:
        """Return `model`: ln of the ratio; NaN where the integration failed."""
        sets = design.applied_to(parametrize(bound, log_km))
        runs = simulate(bound, sets, [0.0, self.horizon], n_processes=1)
        if self.flux is not None:
            ratio = runs.relative_rates[:, -1, runs.reactions.index(self.flux)]
            ratio = ratio * self.enzymes.get(self.flux, 1.0)  # relative to the changed enzyme's
        else:
            ratio = 1 + runs.deviations[:, -1, runs.variables.index(str(self.concentration))]
        ratio = np.where(runs.finished, ratio, np.nan)
        tiny = exp(-50)  # a flux that stops or turns round
        return np.log(np.maximum(ratio, tiny))

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
