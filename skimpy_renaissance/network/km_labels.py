"""What people call saturation constants: the metabolite and the reaction, ``atp_c in PFK``."""

from __future__ import annotations

from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["km_labels"]


def km_labels(network: KineticNetwork) -> dict[str, str]:
    """Return what to call each saturation constant.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    dict
        Saturation constant, in the network's order, to metabolite and reaction.

    Examples
    --------
    >>> from skimpy_renaissance.network import km_labels
    >>> km_labels(network)["km_substrate2_PFK"]
    'atp_c in PFK'
    """
    of = {km: reaction.name for reaction in network.reactions for km in reaction.hooks}
    return {km: f"{metabolite.lstrip('_')} in {of[km]}" for km, metabolite in network.hooks.items()}
