r"""How fast each pool of a steady state answers on its own: an estimate of what the state allows.

A pool that is large for the flux through it turns over slowly. The diagonal of the Jacobian tells
how fast it answers to itself,

.. math:: -A_{mm} = -\frac{w_m}{x_m} \sum_r S_{mr}\, v_r\, \varepsilon_{rm}, \qquad
          |\varepsilon_{rm}| \le \frac{1}{1 - \Gamma_r} ,

since an unsaturated reaction has the elasticity :math:`1/(1 - \Gamma)` towards its substrate and
at most as much in size towards its product. Here :math:`\Gamma` is the ratio of backward to forward
rate in the direction of the flux (inverted where :math:`v < 0`). Hence the speed of a pool on its
own, whatever the Michaelis constants, and that of the slowest one,

.. math:: c_m = \frac{w_m}{x_m} \sum_r \frac{|S_{mr}\, v_r|}{1 - \Gamma_r}, \qquad
          c = \min_m c_m \quad (1/\mathrm{h}) .

**It bounds diagonal entries, not eigenvalues**, and is no bound of what a state allows. The sum of
all eigenvalues is that of the diagonal, so that :math:`-\lambda_{max} \le \sum_m c_m / n` with
:math:`n` independent metabolites is all that follows, thousands of times above :math:`c`. A slow
pool in negative feedback with a fast one shares its speed (both real parts become the mean of the
two diagonal entries): in the bundled model, models faster than :math:`c` are found at 187 of 200
states. Where the slowest pool has no fast partner, as the periplasmic oxoglutarate of the
RENAISSANCE study's E. coli, the slowest mode stops there: within a sixth of :math:`c` at 30 states,
with every model tuned for speed. Sigmoidal laws, activators and coefficients above one have
elasticities above the limit. So a low value costs nothing, names the pool to look at, and refuses
nothing.

References
----------
1. Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
2. Noor et al., *FEBS Lett.* 587 (2013) 2772, doi:10.1016/j.febslet.2013.07.028.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states.displacement import log_displacement
from skimpy_renaissance.steady_states.steady_state import SteadyState, SteadyStates

__all__ = ["SLOWEST", "PoolSpeeds", "pool_speeds", "speeds_of_pools"]


SLOWEST = "slowest pool alone (1/h)"
"""Column of tables that hold the estimate."""


@dataclass(frozen=True, eq=False)
class PoolSpeeds:
    """How fast each pool of each state answers on its own.

    Parameters
    ----------
    state_names
        Steady states.
    metabolite_names
        Balanced metabolites.
    of_pools
        `` `state x metabolite` ``, 1/h: infinite where no reaction responds.

    Examples
    --------
    >>> speeds = sr.landscape.pool_speeds(network, states[:3])
    >>> speeds.slowest_pool
    ('glu__L_c', 'glu__L_c', 'glu__L_c')
    >>> speeds.slowest.round(1)  # 1/h
    array([25.1, 29.1, 22.5])
    """

    state_names: tuple[str, ...]
    metabolite_names: tuple[str, ...]
    of_pools: NDArray[np.float64]

    @property
    def slowest(self) -> NDArray[np.float64]:
        """`` `state` ``, 1/h: the speed of the slowest pool."""
        return self.of_pools.min(1)

    @property
    def slowest_pool(self) -> tuple[str, ...]:
        """`` `state` ``: the metabolite that is slowest."""
        return tuple(self.metabolite_names[column] for column in self.of_pools.argmin(1))

    def fast_enough(self, criterion: Validity) -> NDArray[np.bool_]:
        """Tell at which states every pool is fast enough on its own: an estimate, see the module.

        Parameters
        ----------
        criterion
            When a model counts as valid.

        Returns
        -------
        numpy.ndarray
            `` `state` ``, bool: the slowest pool is at least as fast as the partition.
        """
        return self.slowest >= -criterion.partition

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table, one row per state: the slowest pool, its speed, and the next one.

        Returns
        -------
        pandas.DataFrame
        """
        order = np.argsort(self.of_pools, axis=1)
        names = np.array(self.metabolite_names, dtype=object)
        table = {SLOWEST: self.slowest, "slowest pool": names[order[:, 0]]}
        if len(names) > 1:
            table["next pool alone (1/h)"] = np.sort(self.of_pools, axis=1)[:, 1]
            table["next pool"] = names[order[:, 1]]
        return pd.DataFrame(table, index=pd.Index(self.state_names, name="state"))


def pool_speeds(network: KineticNetwork, states: SteadyState | SteadyStates) -> PoolSpeeds:
    """Compute how fast each pool of each state answers on its own.

    Parameters
    ----------
    network
        The kinetic model.
    states
        One or many profiles of it.

    Returns
    -------
    PoolSpeeds

    Examples
    --------
    >>> sr.landscape.pool_speeds(network, states[97]).slowest_pool
    ('glu__L_c',)
    """
    if isinstance(states, SteadyState):
        states.stated_units()
        states = SteadyStates.stack([states])
    of_pools = speeds_of_pools(
        network, states.fluxes, states.concentrations, states.equilibrium_constants
    )
    return PoolSpeeds(states.names, network.variables, of_pools * states.units.time_scaling)


def speeds_of_pools(
    network: KineticNetwork,
    fluxes: NDArray[np.float64],
    concentrations: NDArray[np.float64],
    equilibrium_constants: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Compute how fast each pool answers on its own from plain numbers.

    Parameters
    ----------
    network
        The kinetic model.
    fluxes
        `` `state x reaction` ``, scaled concentration per model time.
    concentrations
        `` `state x metabolite` ``, scaled concentration, boundaries last.
    equilibrium_constants
        `` `state x reaction` ``, scaled units; NaN where there is none.

    Returns
    -------
    numpy.ndarray
        `` `state x metabolite` ``, per model time: balanced metabolites; infinite where no
        reaction responds.
    """
    log_ratio = log_displacement(network, concentrations, equilibrium_constants)
    along_flux = np.exp(np.where(fluxes < 0, -log_ratio, log_ratio))
    reversible = set(network.reversible_reactions)
    is_reversible = np.array([name in reversible for name in network.reaction_names])
    along_flux = np.where(is_reversible & np.isfinite(along_flux), along_flux, 0.0)
    responses = np.abs(fluxes) / (1 - along_flux)
    turnover = np.abs(network.stoichiometry) * responses[:, None, :]
    speed = turnover.sum(-1) * network.volume_ratios
    of_pools = speed / concentrations[:, : len(network.variables)]
    return np.where(of_pools > 0, of_pools, np.inf)
