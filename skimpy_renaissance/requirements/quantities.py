r"""What is measured of a model and can be predicted from it: control, and the response to enzymes.

.. math:: C^y_p = \frac{\partial\ln y}{\partial\ln p}, \qquad r = \frac{y'}{y}

for a flux or concentration :math:`y`, a parameter :math:`p`, and the steady state :math:`y'` after
a change of enzymes. ``"linear"``: :math:`\ln r = \sum_e C^y_e \ln f_e` for fold changes
:math:`f_e`, with gradients; for changes of a few fold. ``"simulated"``: the full rate laws are
integrated from the old steady state until the new one, for knock-outs and large changes; without
gradients, and a quarter of a second or so per model.

References
----------
Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.checks import require_names, require_positive
from skimpy_renaissance.control import ControlFunction, compile_control
from skimpy_renaissance.dynamics import StrainDesign, simulate
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.requirements.requirement import require_bound, require_either
from skimpy_renaissance.sampling import parametrize

__all__ = ["Control", "Predict", "Quantity", "Response"]

_METHODS = ("linear", "simulated")
_LARGEST = 10.0  # fold change up to which a linear response is taken for one
_TINY = exp(-50)  # a flux that stops or turns round

Predict = Callable[[Tensor], Tensor]
"""`` `model x km` ``, ln(mol/L), to `` `model` ``; NaN where it could not be determined."""


class Quantity(ABC):
    """What can be predicted from a model, and measured.

    Examples
    --------
    >>> control = sr.requirements.Control(flux="GLCpts", enzyme="PFK")
    >>> predict = control.predictor(bound)
    >>> predict(torch.tensor(population.log_km(bound.km_names))).numpy().round(2)
    array([-0.01,  0.07,  0.1 ,  0.01,  0.07])
    """

    @property
    @abstractmethod
    def label(self) -> str:
        """In a few words."""

    @abstractmethod
    def predictor(self, kinetics: Kinetics) -> Predict:
        """Check all names and compile.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        callable
            Models to the quantity of each.

        Raises
        ------
        MissingEntryError
            A name is not in the kinetic model.
        InputError
            The kinetics cannot answer.
        """


@dataclass(frozen=True)
class Control(Quantity):
    """A control coefficient.

    Parameters
    ----------
    flux, concentration
        Whose control: a reaction, or a metabolite; one of them.
    enzyme, parameter
        Over it: the capacity of a reaction, or any parameter of the rate laws; one of them.

    Raises
    ------
    InputError
        There is not one of each pair.

    Examples
    --------
    >>> sr.requirements.Control(flux="GLCpts", enzyme="PFK").label
    'control of PFK over GLCpts'
    """

    flux: str | None = None
    concentration: str | None = None
    enzyme: str | None = None
    parameter: str | None = None

    def __post_init__(self) -> None:
        require_either("Control", flux=self.flux, concentration=self.concentration)
        require_either("Control", enzyme=self.enzyme, parameter=self.parameter)

    @property
    def label(self) -> str:
        """For example ``"control of PFK over GLCpts"``."""
        of = self.flux if self.flux else f"[{self.concentration}]"
        return f"control of {self.enzyme or self.parameter} over {of}"

    def predictor(self, kinetics: Kinetics) -> Predict:
        """Compile the one coefficient, with gradients."""
        bound = require_bound(kinetics, needed_for="A control coefficient")
        parameter = self.parameter or capacity_of(bound, self.enzyme or "")
        function = compile_control(bound, [parameter])
        row = row_of(function, flux=self.flux, concentration=self.concentration)
        return lambda log_km: function(log_km)[:, row, 0]


@dataclass(frozen=True)
class Response(Quantity):
    """The ratio between a flux or concentration after and before a change of enzymes.

    Parameters
    ----------
    enzymes
        Reaction to the factor on its capacity: 2 for over-expression, 1e-6 for a knock-out.
    flux, concentration
        What responds: a reaction, or a metabolite; one of them.
    method
        ``"linear"`` (control coefficients) or ``"simulated"`` (nonlinear).
    horizon
        ``"simulated"``: when the new state is looked at, h.

    Raises
    ------
    InputError
        A value cannot be used, or a change is too large for a linear response.

    Examples
    --------
    >>> sr.requirements.Response({"PFK": 0.5}, flux="GLCpts").label
    'PFK x0.5: GLCpts'
    """

    enzymes: Mapping[str, float]
    flux: str | None = None
    concentration: str | None = None
    method: str = "linear"
    horizon: float = 10.0

    def __post_init__(self) -> None:
        if not isinstance(self.enzymes, Mapping) or not self.enzymes:
            raise InputError(
                f"A response needs enzymes as reaction to fold change, got {self.enzymes!r}."
            )
        for name, fold in self.enzymes.items():
            if isinstance(fold, bool) or not isinstance(fold, int | float):
                raise InputError(f"The fold change of {name!r} must be a number, got {fold!r}.")
        object.__setattr__(self, "enzymes", dict(self.enzymes))
        StrainDesign("response", self.enzymes)  # says what is wrong with a fold change
        require_either("A response", flux=self.flux, concentration=self.concentration)
        if self.method not in _METHODS:
            raise InputError(f"method must be 'linear' or 'simulated', got {self.method!r}.")
        large = [n for n, f in self.enzymes.items() if not 1 / _LARGEST <= f <= _LARGEST]
        if self.method == "linear" and large:
            raise InputError(
                f"A {self.enzymes[large[0]]:g}-fold change of {large[0]!r} is too large for a "
                "linear response. Choose method='simulated'."
            )
        require_positive("horizon of a response", self.horizon)

    @property
    def label(self) -> str:
        """For example ``"PFK x0.5: GLCpts"``."""
        return f"{self.changes}: {self.responds}"

    @property
    def changes(self) -> str:
        """For example ``"PFK x0.5"``."""
        return " ".join(f"{name} x{fold:g}" for name, fold in self.enzymes.items())

    @property
    def responds(self) -> str:
        """For example ``"GLCpts"``, or ``"[pyr_c]"``."""
        return self.flux if self.flux is not None else f"[{self.concentration}]"

    def predictor(self, kinetics: Kinetics) -> Predict:
        """Compile; the prediction is the ratio."""
        log_ratio = self.log_predictor(kinetics)
        return lambda log_km: log_ratio(log_km).exp()

    def log_predictor(self, kinetics: Kinetics) -> Predict:
        """Compile what predicts the natural logarithm of the ratio.

        Parameters
        ----------
        kinetics
            The kinetic model at a steady state.

        Returns
        -------
        callable
            Models to ln r; where it is linear, with gradients.

        Raises
        ------
        MissingEntryError
            A name is not in the kinetic model.
        InputError
            The kinetics cannot answer.
        """
        bound = require_bound(kinetics, needed_for="The response to a change of enzymes")
        for name in self.enzymes:
            capacity_of(bound, name)
        return self._linear(bound) if self.method == "linear" else self._simulated(bound)

    def _linear(self, bound: BoundKinetics) -> Predict:
        function = compile_control(bound, [capacity_of(bound, name) for name in self.enzymes])
        row = row_of(function, flux=self.flux, concentration=self.concentration)
        changes = torch.tensor([log(f) for f in self.enzymes.values()], dtype=torch.float64)

        def predict(log_km: Tensor) -> Tensor:
            coefficients = function(log_km)[:, row]
            return coefficients @ changes.to(coefficients.device)

        return predict

    def _simulated(self, bound: BoundKinetics) -> Predict:
        network = bound.network
        if self.flux is not None:
            require_names([self.flux], network.reaction_names, what="reaction")
        else:
            require_names([str(self.concentration)], network.variables, what="balanced metabolite")
        design = StrainDesign("response", self.enzymes)

        def predict(log_km: Tensor) -> Tensor:
            sets = design.applied_to(parametrize(bound, log_km.detach()))
            runs = simulate(bound, sets, [0.0, self.horizon], n_processes=1)
            if self.flux is not None:
                ratio = runs.relative_rates[:, -1, runs.reactions.index(self.flux)]
                ratio = ratio * self.enzymes.get(self.flux, 1.0)  # relative to the changed enzyme's
            else:
                place = runs.variables.index(str(self.concentration))
                ratio = 1 + runs.deviations[:, -1, place]
            ratio = np.where(runs.finished, ratio, np.nan)
            return torch.from_numpy(np.log(np.maximum(ratio, _TINY))).to(log_km)

        return predict


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
