"""What the tables of this folder share: names compared, and one-to-many tables read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.network.kinetic_network import KineticNetwork

__all__ = [
    "OneToMany",
    "comparable",
    "km_places",
    "one_to_many",
    "without_place",
]

OneToMany = Mapping[str, "str | Sequence[str]"] | pd.DataFrame
"""Name to one or several names, or a table with one row per pair."""


def comparable(metabolite: str) -> str:
    """Return an identifier as it is compared: ``_13dpg``, ``mal-L`` and ``mal__L`` lose their form.

    Parameters
    ----------
    metabolite
        Identifier in the spelling of BiGG, of SKiMPy or of pyTFA.

    Returns
    -------
    str
        Without leading underscores, with single underscores for dashes and pairs of them.
    """
    return metabolite.strip().lstrip("_").replace("-", "_").replace("__", "_")


def without_place(metabolite: str, network: KineticNetwork) -> str:
    """Return the identifier without its compartment: ``atp`` for ``atp_c``.

    Parameters
    ----------
    metabolite
        A metabolite of the network.
    network
        Says which compartment holds it.

    Returns
    -------
    str
        The same identifier where its end is no compartment of the network.
    """
    place = network.compartment_of.get(metabolite)
    stem, _, end = metabolite.rpartition("_")
    places = network.compartments if place is None else (place,)
    return stem if stem and end in places else metabolite


def km_places(network: KineticNetwork) -> pd.DataFrame:
    """Return where each Michaelis constant stands.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    pandas.DataFrame
        Index ``km``, in the network's order; columns ``reaction``, ``metabolite`` and ``free``
        (``False`` where the network gives it a value). Inhibition and activation constants, which
        are not Michaelis constants, are left out.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_places
    >>> km_places(network).loc["km_substrate2_PFK", "metabolite"]
    'atp_c'
    """
    rows = {
        name: (reaction.name, metabolite, network.values.get(name) is None)
        for reaction in network.reactions
        for name, metabolite in reaction.hooks.items()
        if name.startswith("km_")
    }
    ordered = [name for name in network.hooks if name in rows]
    return pd.DataFrame(
        [rows[name] for name in ordered],
        index=pd.Index(ordered, name="km", dtype=object),
        columns=["reaction", "metabolite", "free"],
    )


def one_to_many(table: OneToMany, columns: tuple[str, str], *, what: str) -> dict[str, list[str]]:
    """Read pairs of names.

    Parameters
    ----------
    table
        First name to one or several second names, or a table with one row per pair.
    columns
        Columns of the table for the first and the second name.
    what
        Names the table in messages.

    Returns
    -------
    dict
        First name to second names, each once, in order.

    Raises
    ------
    MissingEntryError
        A column is absent.
    """
    if isinstance(table, pd.DataFrame):
        require_columns(table, columns, what=what)
        complete = table.loc[:, list(columns)].dropna().astype(str)
        pairs = list(zip(complete[columns[0]], complete[columns[1]], strict=True))
    else:
        pairs = [
            (one, other)
            for one, several in table.items()
            for other in ([several] if isinstance(several, str) else several)
        ]
    found: dict[str, dict[str, None]] = {}
    for one, other in pairs:
        found.setdefault(str(one).strip(), {})[str(other).strip()] = None
    return {one: list(several) for one, several in found.items()}
