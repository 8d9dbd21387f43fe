r"""The sign, or the size, of a control coefficient.

.. math:: C^y_p = \frac{\partial\ln y}{\partial\ln p}, \qquad
    d = [\operatorname{asinh}(c + \delta) - \operatorname{asinh}(s\,C^y_p)]_+

for a flux or concentration :math:`y`, a parameter :math:`p`, the sign :math:`s` that is wanted and
the least size :math:`c`. Differentiable.

References
----------
Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh

import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.quantities import Control
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_either,
    require_numbers,
    require_weight,
)

__all__ = ["ControlCoefficient"]

_SIGNS = {"positive": 1.0, "negative": -1.0}
_MARGIN = 0.02


@dataclass(frozen=True)
class ControlCoefficient(Requirement):
    """A control coefficient with a given sign.

    Parameters
    ----------
    sign
        ``"positive"`` or ``"negative"``.
    flux, concentration
        Whose control: a reaction, or a metabolite; one of them.
    enzyme, parameter
        Over it: the capacity of a reaction, or any parameter of the rate laws; one of them.
    at_least
        Least size of the coefficient.
    weight
        Among other requirements.

    Raises
    ------
    InputError
        There is not one of each pair, or a value cannot be used.

    Examples
    --------
    >>> sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK").label
    'control of PFK over GLCpts positive'
    """

    sign: str
    flux: str | None = None
    concentration: str | None = None
    enzyme: str | None = None
    parameter: str | None = None
    at_least: float = 0.0
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.sign not in _SIGNS:
            raise InputError(f"sign must be 'positive' or 'negative', got {self.sign!r}.")
        require_either("ControlCoefficient", flux=self.flux, concentration=self.concentration)
        require_either("ControlCoefficient", enzyme=self.enzyme, parameter=self.parameter)
        require_numbers("ControlCoefficient", at_least=self.at_least)
        require_weight("ControlCoefficient", self.weight)
        if self.at_least < 0:
            raise InputError(f"at_least is a size, 0 or more, got {self.at_least!r}.")

    @property
    def label(self) -> str:
        """For example ``"control of PFK over GLCpts positive"``."""
        size = f" > {self.at_least:g}" if self.at_least else ""
        return f"{self.quantity.label} {self.sign}{size}"

    @property
    def quantity(self) -> Control:
        """The coefficient."""
        return Control(self.flux, self.concentration, self.enzyme, self.parameter)

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Compile the one coefficient."""
        predict = self.quantity.predictor(kinetics)
        sign, least = _SIGNS[self.sign], self.at_least

        def assess(judged: Judged) -> Assessment:
            shape = judged.log_km.shape[:2]
            coefficient = predict(judged.log_km.flatten(0, 1)).unflatten(0, shape)
            signed = sign * coefficient
            shortfall = torch.relu(asinh(least + _MARGIN) - torch.asinh(signed))
            known = torch.isfinite(signed)
            return Assessment(torch.where(known, shortfall, torch.inf), known & (signed > least))

        return assess
