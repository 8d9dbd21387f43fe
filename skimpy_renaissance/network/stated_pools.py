"""Conserved pools that a user states, in place of those found from the stoichiometry."""

from __future__ import annotations

import warnings
from os import PathLike

import pandas as pd

from skimpy_renaissance.network.conservation import pools_from_table, read_pools
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = ["with_stated_pools"]


def with_stated_pools(
    network: KineticNetwork,
    conservation: str | PathLike[str] | pd.DataFrame | None,
    *,
    approximate: bool = False,
) -> KineticNetwork:
    """Return a network that holds the pools of a table constant.

    Parameters
    ----------
    network
        The kinetic model.
    conservation
        A table (pool x metabolite), or a CSV file of one; ``None`` leaves the network as it is.
    approximate
        Hold those pools constant although reactions change them (a warning names these).

    Returns
    -------
    KineticNetwork

    Warns
    -----
    UserWarning
        Approximate pools are changed by reactions.

    Raises
    ------
    FileFormatError
        The file is absent, or no table.
    NetworkError, MissingEntryError
        The table does not fit the network.
    """
    if conservation is None:
        return network
    take = pools_from_table if isinstance(conservation, pd.DataFrame) else read_pools
    pools = take(conservation, network.variables, approximate=approximate)  # type: ignore
    changed = pools.changed_by(network.stoichiometry, reactions=network.reaction_names)
    if approximate and changed:
        warnings.warn(
            f"{len(changed)} of {len(pools)} pools are held constant although they are not "
            f"conserved: {'; '.join(changed)}.",
            stacklevel=3,
        )
    return network.with_pools(pools)
