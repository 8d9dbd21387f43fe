"""From saturation constants to complete parameter sets.

A kinetic model's parameter set holds what was sampled (Km), what follows from the steady state
(Vmax, boundary concentrations, equilibrium constants) and what was fixed from the start.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation, assemble_population
from skimpy_renaissance.sampling.identity import identity_of
from skimpy_renaissance.sampling.origin import origin_of
from skimpy_renaissance.valid_region import PosteriorSample, ValidRegionSample

__all__ = ["parametrize"]


def parametrize(
    bound: BoundKinetics,
    log_km: torch.Tensor | ValidRegionSample | PosteriorSample,
    *,
    eigenvalues: torch.Tensor | None = None,
    provenance: Mapping[str, object] | None = None,
) -> ParameterPopulation:
    """Return the complete parameter sets that saturation constants imply, with their spectra.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    log_km
        `` `model x km` ``, ln(mol/L), as a generator returns; or draws of the valid region, whose
        account of what they are worth goes into the provenance.
    eigenvalues
        `` `model x independent` ``, 1/h, where they are known already.
    provenance
        Plain JSON entries stored with the population, beside ``made_at``: network, units, and
        hashes of the steady state.

    Returns
    -------
    ParameterPopulation
        Every parameter of the kinetic model that has a value, in SKiMPy's order and scaled units.

    Raises
    ------
    InputError
        ``log_km`` is no float64 tensor of that shape.

    Examples
    --------
    >>> sr.parametrize(bound, bound.log_km_anchors)
    <ParameterPopulation: 1 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    network, reference = bound.network, bound.reference
    origin: dict[str, object] = {"made_at": identity_of(bound)}
    if isinstance(log_km, ValidRegionSample | PosteriorSample):
        origin |= origin_of(log_km)
        log_km = log_km.log_km
    with torch.no_grad():
        vmax = bound.vmax(log_km).cpu().numpy()
        km = reference.scaled(log_km).cpu().numpy()
        known = bound.eigenvalues(log_km) if eigenvalues is None else eigenvalues
        spectrum = known.real.cpu().numpy()
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
    of_models = [
        (network.km_names, km),
        ([name for name in network.vmax_names if name is not None], vmax[:, scaled]),
    ]
    varying = {name for names, _ in of_models for name in names}
    return assemble_population(
        of_models,
        constants={n: v for n, v in constants.items() if v is not None or n in varying},
        units=reference.units,
        lambda_max=spectrum[:, 0],
        lambda_min=spectrum[:, -1],
        provenance={**origin, **(provenance or {})},
    )
