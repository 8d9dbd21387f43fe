r"""SKiMPy's stream of saturations, as saturation constants.

.. math:: \sigma = \sigma_{low} + (\sigma_{high} - \sigma_{low})\,U, \qquad
          K_m = x\,(1 - \sigma)/\sigma,

with limits that the bounds of :math:`K_m` imply, and :math:`U` from the Mersenne Twister behind
``numpy.random.seed``, model by model: one seed gives the sets that SKiMPy gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from skimpy_renaissance.checks import require_fractions
from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = ["Saturations"]


@dataclass(frozen=True)
class Saturations:
    """The stream of saturations of one run, as saturation constants.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    bounds_sample
        Range of the uniform numbers.
    rng
        Where these come from; it moves on.
    """

    bound: BoundKinetics
    bounds_sample: tuple[float, float]
    rng: np.random.RandomState

    @classmethod
    def of(cls, bound: BoundKinetics, bounds_sample: tuple[float, float], seed: int) -> Saturations:
        """Start the stream of a seed.

        Parameters
        ----------
        bound, bounds_sample
            As for the class.
        seed
            As for ``numpy.random.seed``.

        Returns
        -------
        Saturations

        Raises
        ------
        InputError
            ``bounds_sample`` are no fractions, or not in order.
        """
        low, high = require_fractions("bounds_sample", bounds_sample, may_be_equal=True)
        return cls(bound, (low, high), np.random.RandomState(seed))

    def blocks(self, first: int, *, largest: int) -> Iterator[torch.Tensor]:
        """Yield blocks without end: as many models as are wanted, then more at a time.

        Parameters
        ----------
        first
            Models of the first block.
        largest
            Models of a block at most.

        Yields
        ------
        torch.Tensor
            `` `model x km` ``, ln(mol/L).
        """
        size = min(first, largest)
        while True:
            yield self.draw(size)
            size = min(2 * size, largest)

    def draw(self, n: int) -> torch.Tensor:
        """Return the next models.

        Parameters
        ----------
        n
            How many.

        Returns
        -------
        torch.Tensor
            `` `model x km` ``, ln(mol/L).
        """
        network = self.bound.network
        names = network.km_names
        x = self.bound.reference.of_metabolites(network.hooks[name] for name in names)
        bounds = [network.bounds.get(name, (None, None)) for name in names]
        lower = np.array([0.0 if low is None else low for low, _ in bounds])
        upper = np.array([np.inf if high is None else high for _, high in bounds])
        least, most = x / (upper + x), x / (lower + x)
        low, high = self.bounds_sample
        uniform = self.rng.random_sample((n, len(x))) * (high - low) + low
        sigma = least + uniform * (most - least)
        return self.bound.reference.log_molar(torch.from_numpy(x * (1 - sigma) / sigma))
