r"""Whether the reference fluxes can be met by positive capacities.

:math:`V_{max} = v/v(1)` is positive only where the flux :math:`v` runs the way the displacement
from equilibrium drives it. The sign of :math:`v(1)` does not depend on the Michaelis constants, so
one model per state settles it.
"""

from __future__ import annotations

import torch

from skimpy_renaissance.errors import SteadyStateError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = ["require_forward_capacities"]


def require_forward_capacities(bound: BoundKinetics) -> None:
    """Raise unless every capacity is positive and finite.

    Parameters
    ----------
    bound
        Kinetics at one or many states.

    Raises
    ------
    SteadyStateError
        Names the reactions whose flux runs against its thermodynamic direction, stands at
        equilibrium, or is zero.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from skimpy_renaissance.kinetics import require_forward_capacities
    >>> backward = replace(bound.reference, fluxes=-bound.reference.fluxes)
    >>> require_forward_capacities(sr.compile(network).at_reference(backward))
    Traceback (most recent call last):
    skimpy_renaissance.errors.SteadyStateError: Every Vmax must be positive, but ...
    """
    reference = bound.reference
    x = reference.of_metabolites(bound.network.hooks[name] for name in bound.km_names)
    log_km = reference.log_molar(torch.from_numpy(x))[..., None, :]
    with torch.no_grad():
        vmax = bound.vmax(log_km)
    usable = vmax.isfinite() & (vmax > 0)
    everywhere = usable.reshape(-1, usable.shape[-1]).all(0).tolist()
    names = [n for n, ok in zip(bound.network.reaction_names, everywhere, strict=True) if not ok]
    if names:
        first = bound.network.reaction_names.index(names[0])
        where = int(usable[..., 0, first].int().argmin())  # the first state that fails
        flux = reference.fluxes[..., first].flatten()[where].item()
        needed = vmax[..., first].flatten()[where].item()
        raise SteadyStateError(
            f"Every Vmax must be positive, but the flux of {listed(names)} runs against its "
            "displacement from equilibrium, is zero, or the reaction stands at equilibrium: "
            f"{names[0]!r} has the flux {flux:.6g} and would need Vmax = {needed:.6g}"
            f"{f' (state {where})' if reference.batched else ''}. Correct the flux, the "
            "concentrations or the equilibrium constant, or leave out what is off: network.without."
        )
