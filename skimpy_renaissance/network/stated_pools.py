"""Conserved pools that a user states in a table, in place of those found from the stoichiometry."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike

import pandas as pd

from skimpy_renaissance.network.conservation import ConservedPools, pools_from_table
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.tables import read_table

__all__ = ["read_pools", "with_stated_pools"]


def read_pools(
    path: str | PathLike[str], metabolites: Sequence[str], *, approximate: bool = False
) -> ConservedPools:
    """Read conserved pools from a table, with or without a first column of labels.

    Parameters
    ----------
    path
        CSV or Excel file, pool x metabolite. The first column holds labels where its heading is
        empty or no metabolite of the model, and its cells are text or count the rows.
    metabolites
        The network's balanced metabolites.
    approximate
        As for :func:`~skimpy_renaissance.network.conservation.pools_from_table`.

    Returns
    -------
    ConservedPools

    Raises
    ------
    FileFormatError
        The file is absent or not a table.
    NetworkError, MissingEntryError
        See :func:`~skimpy_renaissance.network.conservation.pools_from_table`.

    Examples
    --------
    >>> from skimpy_renaissance.network import read_pools
    >>> network.conserved_pools.to_table().to_csv("pools.csv")
    >>> len(read_pools("pools.csv", network.variables).describe())
    5
    """
    what = "a table of conserved pools (CSV, pool x metabolite)"
    cells = read_table(path, what=what, as_text=True, header=False)
    table = cells.iloc[1:].set_axis(cells.iloc[0].fillna(""), axis=1)
    if not len(cells.columns) or _holds_labels(table.iloc[:, 0], metabolites):
        table = table.iloc[:, 1:].set_axis(table.iloc[:, 0].tolist(), axis=0)
    else:
        table = table.reset_index(drop=True)
    return pools_from_table(table, metabolites, approximate=approximate)


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

    Examples
    --------
    >>> from skimpy_renaissance.network import with_stated_pools
    >>> table = pd.DataFrame({"nad_c": [1.0], "nadh_c": [1.0]})
    >>> with_stated_pools(network, table).conserved_pools.describe()
    ('nadh_c + nad_c',)
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


def _holds_labels(column: pd.Series, metabolites: Sequence[str]) -> bool:
    heading = str(column.name)
    if not heading or heading.startswith("Unnamed: "):
        return True
    numbers = pd.to_numeric(column, errors="coerce")
    counted = [list(range(start, start + len(column))) for start in (0, 1)]
    named = heading in metabolites or sanitized(heading) in metabolites
    return not named and (bool(numbers.isna().any()) or numbers.tolist() in counted)
