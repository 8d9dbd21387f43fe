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

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.control import ControlFunction, compile_control
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_bound,
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
    >>> ControlCoefficient("positive", flux="GLCpts", enzyme="PFK").label
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
        by, over = self.enzyme or self.parameter, self.flux or self.concentration
        size = f" > {self.at_least:g}" if self.at_least else ""
        of = over if self.flux else f"[{over}]"
        return f"control of {by} over {of} {self.sign}{size}"

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Compile the one coefficient."""
        bound = require_bound(kinetics, needed_for="A control coefficient")
        parameter = self.parameter or capacity_of(bound, self.enzyme or "")
        function = compile_control(bound, [parameter])
        row = row_of(function, flux=self.flux, concentration=self.concentration)
        sign, least = _SIGNS[self.sign], self.at_least

        def assess(judged: Judged) -> Assessment:
            shape = judged.log_km.shape[:2]
            coefficient = function(judged.log_km.flatten(0, 1))[:, row, 0].unflatten(0, shape)
            signed = sign * coefficient
            shortfall = torch.relu(asinh(least + _MARGIN) - torch.asinh(signed))
            known = torch.isfinite(signed)
            return Assessment(torch.where(known, shortfall, torch.inf), known & (signed > least))

        return assess


def capacity_of(bound: BoundKinetics, reaction: str) -> str:
    """Return the name of a reaction's capacity."""
    network = bound.network
    require_names([reaction], network.reaction_names, what="reaction")
    name = network.vmax_names[network.reaction_names.index(reaction)]
    if name is None:
        raise InputError(f"The rate law of {reaction!r} has no capacity that could be changed.")
    return name


def row_of(function: ControlFunction, *, flux: str | None, concentration: str | None) -> int:
    """Return the row of a flux or a concentration."""
    metabolites = function.columns.metabolites
    if flux is not None:
        reactions = function.bound.network.reaction_names
        require_names([flux], reactions, what="reaction")
        return len(metabolites) + reactions.index(flux)
    assert concentration is not None
    require_names([concentration], metabolites, what="balanced metabolite")
    return metabolites.index(concentration)
