"""From saturation constants to complete parameter sets.

A kinetic model's parameter set holds what was sampled (Km), what follows from the steady state
(Vmax, boundary concentrations, equilibrium constants) and what was fixed from the start.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation, assemble_population

__all__ = ["parametrize"]


def parametrize(
    bound: BoundKinetics,
    km: NDArray[np.float64] | torch.Tensor,
    *,
    provenance: Mapping[str, object] | None = None,
) -> ParameterPopulation:
    """Return the complete parameter sets that saturation constants imply, with their spectra.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    km
        `` `model x km` ``: a tensor in ln(mol/L), as a generator returns; or an array in scaled
        concentration, as SKiMPy holds.
    provenance
        Plain JSON entries stored with the population.

    Returns
    -------
    ParameterPopulation
        Every parameter of the kinetic model that has a value, in SKiMPy's order.
    """
    network, reference = bound.network, bound.reference
    if isinstance(km, torch.Tensor):
        log_km, km = km, km.exp().cpu().numpy() * reference.concentration_scaling
    else:
        log_km = torch.from_numpy(np.log(km / reference.concentration_scaling))
    with torch.no_grad():
        vmax = bound.vmax(log_km).cpu().numpy()
        spectrum = bound.eigenvalues(log_km).real.cpu().numpy()
    scaled = [name is not None for name in network.vmax_names]
    of_state = dict(zip(bound.layout.state_names, reference.table.flatten().tolist(), strict=True))
    constants = {
        name: of_state.get(name, value) if value is None or name in network.boundaries else value
        for name, value in network.parameters.items()
    }
    constants |= {
        reaction.equilibrium_constant: of_state[reaction.equilibrium_constant]
        for reaction in network.reactions
        if reaction.equilibrium_constant is not None
    }
    population = assemble_population(
        [
            (network.km_names, km),
            ([name for name in network.vmax_names if name is not None], vmax[:, scaled]),
        ],
        constants=constants,
        units=reference.units,
        lambda_max=spectrum[:, 0],
        lambda_min=spectrum[:, -1],
        provenance=provenance or {},
    )
    return population.without_missing()
