r"""Displacement of a reaction from equilibrium, and the equilibrium constant behind it.

.. math::

    \ln \Gamma_r = \sum_m n_{mr} \ln x_m - \ln K_r = \Delta G_r' / RT

over all metabolites of the reaction, boundaries and small molecules included. A reaction runs
forward where :math:`\Gamma < 1` and backward where :math:`\Gamma > 1`; :math:`\Gamma` is the ratio
of backward to forward rate. Water and whatever else the kinetic model leaves out is part of
:math:`K`.

References
----------
.. [1] Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
.. [2] Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499 (pyTFA).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["log_displacement", "log_equilibrium_constant"]


def log_equilibrium_constant(
    network: KineticNetwork,
    log_concentrations: NDArray[np.float64],
    reduced_free_energies: NDArray[np.float64],
) -> NDArray[np.float64]:
    r"""Return :math:`\ln K = \sum_m n_m \ln x_m - \Delta G' / RT`.

    Parameters
    ----------
    network
        The kinetic model.
    log_concentrations
        `` `state x metabolite` ``, ln(scaled concentration).
    reduced_free_energies
        `` `state x reaction` ``, actual free energy over RT; NaN where there is none.

    Returns
    -------
    numpy.ndarray
        `` `state x reaction` ``, ln(scaled units); NaN where the free energy is.
    """
    return log_concentrations @ network.full_stoichiometry - reduced_free_energies


def log_displacement(
    network: KineticNetwork,
    concentrations: NDArray[np.float64],
    equilibrium_constants: NDArray[np.float64],
) -> NDArray[np.float64]:
    r"""Return :math:`\ln \Gamma` of every reaction in every state.

    Parameters
    ----------
    network
        The kinetic model.
    concentrations
        `` `state x metabolite` ``, scaled concentration.
    equilibrium_constants
        `` `state x reaction` ``, scaled units; NaN where there is none.

    Returns
    -------
    numpy.ndarray
        `` `state x reaction` ``, dimensionless; NaN where there is no equilibrium constant.
    """
    return np.log(concentrations) @ network.full_stoichiometry - np.log(equilibrium_constants)
