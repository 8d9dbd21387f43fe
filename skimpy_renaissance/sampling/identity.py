"""What tells kinetics at one steady state from others: kept with what was made there."""

from __future__ import annotations

from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.setups import digest, digits

__all__ = ["identity_of"]


def identity_of(bound: BoundKinetics) -> dict[str, object]:
    """Return name, units and hashes of the steady state, to eight digits.

    Parameters
    ----------
    bound
        Kinetics at one steady state, or several.

    Returns
    -------
    dict
        Plain JSON: ``network``, ``units``, ``fluxes_sha256``, ``concentrations_sha256`` (of
        concentrations and equilibrium constants).
    """
    reference = bound.reference
    fluxes, table = (
        numbers.detach().cpu().numpy() for numbers in (reference.fluxes, reference.table)
    )
    return {
        "network": bound.network.name,
        "units": None if reference.units is None else reference.units.to_dict(),
        "fluxes_sha256": digest(digits(fluxes)),
        "concentrations_sha256": digest(digits(table)),
    }
