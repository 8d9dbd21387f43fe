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
    """
    if not bound.network.km_names:
        log_km = torch.zeros(1, 0, dtype=torch.float64)
    else:
        metabolites = [bound.network.hooks[name] for name in bound.km_names]
        column = {name: i for i, name in enumerate(bound.layout.state_names)}
        scaling = bound.reference.concentration_scaling
        x = bound.reference.table[..., [column[m] for m in metabolites]]
        log_km = (x.detach() / scaling).log()
    with torch.no_grad():
        vmax = bound.vmax(log_km)
    wrong = ~(vmax.isfinite() & (vmax > 0)).reshape(-1, vmax.shape[-1]).all(0)
    names = [n for n, bad in zip(bound.network.reaction_names, wrong.tolist(), strict=True) if bad]
    if names:
        smallest = vmax.reshape(-1, vmax.shape[-1]).amin(0)[wrong]
        first = names[0]
        flux = bound.reference.fluxes[..., bound.network.reaction_names.index(first)].flatten()
        raise SteadyStateError(
            "Every Vmax must be positive, but the flux of "
            f"{listed(names)} runs against its displacement from equilibrium, is zero, or the "
            f"reaction stands at equilibrium: {first!r} has the flux {flux[0].item():.6g} and would "
            f"need Vmax = {smallest[0].item():.6g}. Correct the flux, the concentrations or the "
            "equilibrium constant of these reactions."
        )
