r"""A steady state as a point: the numbers that tell one state from another.

A state is the row :math:`f = (v, \ln x, \ln K)`: fluxes, log-concentrations of variables and
boundaries, and logarithms of the equilibrium constants. In these coordinates everything that makes
a state a state is linear,

.. math:: N v = 0, \qquad \ln\Gamma = N_{all}^T \ln x - \ln K,

with :math:`\Gamma < 1` where :math:`v > 0` and :math:`\Gamma > 1` where :math:`v < 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["Features", "features_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Features:
    """Steady states as rows of numbers.

    Parameters
    ----------
    states
        What they are taken from; gives names and units.
    reversible
        `` `reaction` ``: has an equilibrium constant.
    stoichiometry
        `` `metabolite x reaction` ``, over variables and boundaries.
    """

    states: SteadyStates
    reversible: NDArray[np.bool_]
    stoichiometry: Array

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many fluxes, concentrations and equilibrium constants there are."""
        return len(self.reversible), len(self.stoichiometry), int(self.reversible.sum())

    @property
    def matrix(self) -> Array:
        """`` `state x feature` ``, scaled units: fluxes, ln concentrations, ln constants."""
        states = self.states
        constants = states.equilibrium_constants[:, self.reversible]
        return np.hstack([states.fluxes, np.log(states.concentrations), np.log(constants)])

    def log_displacement(self, matrix: Array) -> Array:
        """Return ln of the displacement from equilibrium, which is linear in the features.

        Parameters
        ----------
        matrix
            `` `row x feature` ``; rows are states, or directions in which states differ.

        Returns
        -------
        numpy.ndarray
            `` `row x reaction` ``, those with an equilibrium constant, dimensionless.
        """
        _, log_x, log_k = self.split(matrix)
        return log_x @ self.stoichiometry[:, self.reversible] - log_k

    def split(self, matrix: Array) -> tuple[Array, Array, Array]:
        """Return the columns of fluxes, ln concentrations and ln equilibrium constants.

        Parameters
        ----------
        matrix
            `` `row x feature` ``.

        Returns
        -------
        tuple of numpy.ndarray
            Views of the three blocks.
        """
        n_fluxes, n_concentrations, _ = self.sizes
        first, second = n_fluxes, n_fluxes + n_concentrations
        return matrix[:, :first], matrix[:, first:second], matrix[:, second:]

    def to_states(self, matrix: Array, names: Sequence[str]) -> SteadyStates:
        """Return the steady states of which these are the features.

        Parameters
        ----------
        matrix
            `` `state x feature` ``.
        names
            One per row.

        Returns
        -------
        SteadyStates
            In the units of ``states``; whether they are balanced is not checked.
        """
        fluxes, log_x, log_k = self.split(matrix)
        constants = np.full(fluxes.shape, np.nan)
        constants[:, self.reversible] = np.exp(log_k)
        return replace(
            self.states,
            names=tuple(names),
            fluxes=fluxes,
            concentrations=np.exp(log_x),
            equilibrium_constants=constants,
        )


def features_of(network: KineticNetwork, states: SteadyStates) -> Features:
    """Return the features of steady states.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.

    Returns
    -------
    Features
    """
    return Features(
        states=states,
        reversible=np.isin(network.reaction_names, network.reversible_reactions),
        stoichiometry=network.full_stoichiometry,
    )
