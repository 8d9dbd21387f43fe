r"""How values of the network become :math:`\ln K_m` between a lower and an upper bound.

``sigmoid`` squashes each value by itself, so that a model is a pure function of weights and noise:

.. math:: \ln K_m = l + (u - l)\,\frac{1}{1 + e^{-y}}.

``batch_minmax`` is what the authors' code does: all values of one batch of models are rescaled
linearly, the smallest to the lower and the largest to the upper bound,

.. math:: \ln K_m = l + (u - l)\,\frac{y - \min y}{\max y - \min y},

which makes the saturation constants of one model depend on the other models of its batch.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6, and its code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

__all__ = ["OUTPUTS", "Output", "batch_minmax", "sigmoid"]

Output = Callable[[Tensor, Tensor, Tensor], Tensor]


def sigmoid(values: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    """Squash each value by itself.

    Parameters
    ----------
    values
        `... x model x km`, no unit: what the network returns, about 1 in size.
    lower, upper
        `km`, ln(mol/L).

    Returns
    -------
    torch.Tensor
        `... x model x km`, ln(mol/L).

    Examples
    --------
    >>> from skimpy_renaissance.learning import sigmoid
    >>> lower, upper = torch.tensor([[1e-6], [1e-2]], dtype=torch.float64).log()
    >>> [f"{km:.1e}" for km in sigmoid(torch.tensor([-9.0, 0.0, 9.0]), lower, upper).exp()]  # mol/L
    ['1.0e-06', '1.0e-04', '1.0e-02']
    """
    return _between(torch.sigmoid(values), lower, upper)


def batch_minmax(values: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    """Rescale linearly by the smallest and largest value of a batch of models.

    Parameters
    ----------
    values
        `... x model x km`, no unit; each leading index is a batch of its own.
    lower, upper
        `km`, ln(mol/L).

    Returns
    -------
    torch.Tensor
        `... x model x km`, ln(mol/L). A batch of one repeated value lies mid-range.

    Examples
    --------
    >>> from skimpy_renaissance.learning import batch_minmax
    >>> values = torch.tensor([[-1.0], [0.0], [3.0]])  # three models, one constant
    >>> batch_minmax(values, torch.tensor([-12.0]), torch.tensor([-4.0])).tolist()
    [[-12.0], [-10.0], [-4.0]]
    """
    smallest = values.amin(dim=(-2, -1), keepdim=True)
    spread = values.amax(dim=(-2, -1), keepdim=True) - smallest
    unit = torch.where(spread > 0, (values - smallest) / spread, 0.5)
    return _between(unit, lower, upper)


def _between(unit: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    # the clamp removes the last rounding error only: bounds are promises
    return torch.clamp(lower + (upper - lower) * unit, lower, upper)


OUTPUTS: Mapping[str, Output] = MappingProxyType({"sigmoid": sigmoid, "batch_minmax": batch_minmax})
"""Outputs by name. Any other function with these three arguments can be passed instead.

>>> from skimpy_renaissance.learning import OUTPUTS
>>> list(OUTPUTS), sr.Generator(output="batch_minmax").output
(['sigmoid', 'batch_minmax'], 'batch_minmax')
"""
