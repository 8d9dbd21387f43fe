r"""Prior knowledge of Michaelis constants: log-normal around given values.

.. math:: z_i = \frac{\ln K_{m,i} - \ln \hat K_i}{\ln f_i}, \qquad
          d = \frac{1}{n}\sum_i \frac{z_i^2}{2}

with a factor :math:`f_i > 1` by which a constant may be off in either direction (one standard
deviation of its logarithm): :math:`d` is the mean negative logarithm of the prior density, up to a
constant. A model satisfies it where all :math:`|z_i| \le 2`. Differentiable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import torch

from skimpy_renaissance.checks import is_finite_number, require_names, require_positive
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Judged, Kinetics
from skimpy_renaissance.requirements.requirement import (
    Assess,
    Assessment,
    Requirement,
    require_weight,
)

__all__ = ["KmPrior"]

_WITHIN = 2.0  # standard deviations


@dataclass(frozen=True)
class KmPrior(Requirement):
    """Michaelis constants near given values.

    Parameters
    ----------
    values
        Name of a constant (``"km_substrate1_PFK"``) to mol/L.
    fold
        Factor that makes one standard deviation, for all, or name to factor.
    weight
        Among other requirements.

    Raises
    ------
    InputError
        A value or factor cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import KmPrior
    >>> KmPrior({"km_substrate2_PFK": 1e-4}, fold=2.0).label
    'km_substrate2_PFK near 0.0001 mol/L'
    """

    values: Mapping[str, float]
    fold: float | Mapping[str, float] = 3.0
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.values, Mapping) or not self.values:
            raise InputError(f"KmPrior needs values as constant to mol/L, got {self.values!r}.")
        object.__setattr__(self, "values", dict(self.values))
        if isinstance(self.fold, Mapping):
            object.__setattr__(self, "fold", dict(self.fold))
            require_names(self.fold, self.values, what="constant among the values")
        for name, value in self.values.items():
            require_positive(f"The value of {name!r} in KmPrior, mol/L,", value)
            factor = self._factor(name)
            if not is_finite_number(factor) or factor <= 1:
                raise InputError(f"KmPrior needs a fold above 1 for {name!r}, got {factor!r}.")
        require_weight("KmPrior", self.weight)

    @property
    def label(self) -> str:
        """For example ``"3 Km near measured"``."""
        if len(self.values) == 1:
            ((name, value),) = self.values.items()
            return f"{name} near {value:g} mol/L"
        return f"{len(self.values)} Km near given values"

    def assessor(self, kinetics: Kinetics) -> Assess:
        """Find the constants; any kinetics can answer."""
        names = list(kinetics.km_names)
        require_names(self.values, names, what="saturation constant")
        columns = [names.index(name) for name in self.values]
        mean = torch.tensor([log(v) for v in self.values.values()], dtype=torch.float64)
        sd = torch.tensor([log(self._factor(name)) for name in self.values], dtype=torch.float64)

        def assess(judged: Judged) -> Assessment:
            log_km = judged.log_km[..., columns]
            z = (log_km - mean.to(log_km.device)) / sd.to(log_km.device)
            return Assessment(z.square().mean(-1) / 2, (z.abs() <= _WITHIN).all(-1))

        return assess

    def _factor(self, name: str) -> float:
        if not isinstance(self.fold, Mapping):
            return self.fold
        if name not in self.fold:
            raise InputError(f"KmPrior has no fold for {name!r}. Give one for each constant.")
        return self.fold[name]
