r"""Turnover numbers from capacities and measured enzyme abundances.

.. math:: k_{cat} = \frac{V_{max}}{[E]}, \qquad
   [E] = \frac{w}{M} \;\text{ or }\; \frac{10^3\, n}{N_A\, m_{cell}}
   \quad [\mathrm{mmol/gDW}]

with protein mass :math:`w` (mg/gDW), molecular weight :math:`M` (g/mol), copies per cell :math:`n`
and the dry mass of a cell :math:`m_{cell}` (g). Capacities are turned back from the kinetic model's
units into mmol/gDW/h.

References
----------
Davidi et al., *PNAS* 113 (2016) 3401, doi:10.1073/pnas.1514240113 (in vivo turnover numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError, listed
from skimpy_renaissance.kinetic_data.name_tables import OneToMany, one_to_many
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.units import Units

__all__ = ["Turnover", "enzyme_abundance", "turnover_numbers"]

_AVOGADRO = 6.02214076e23  # 1/mol
_SECONDS_PER_HOUR = 3600.0
_UNKNOWN = "no reaction is known for it"
_UNITS = ("mmol/gDW", "mg/gDW", "copies/cell")


@dataclass(frozen=True, eq=False)
class Turnover:
    """Turnover numbers of a population.

    Parameters
    ----------
    table
        A row per parameter set and reaction: columns ``model``, ``reaction``, ``vmax``
        (mmol/gDW/h), ``enzyme`` (mmol/gDW), ``kcat`` (1/s) and ``shared``: the enzyme also works
        in another reaction, so that ``kcat`` counts enzyme that is busy elsewhere and is too low.
    unmatched
        Rows of the abundances that no reaction took, with ``why``.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import turnover_numbers
    >>> row = {"reaction": "FRUK", "abundance": 1e-5, "unit": "mmol/gDW"}
    >>> found = turnover_numbers(population, network, pd.DataFrame([row]))
    >>> found.unmatched["why"].tolist()
    ['no capacity of FRUK in the population']
    """

    table: pd.DataFrame
    unmatched: pd.DataFrame


def enzyme_abundance(
    proteomics: pd.DataFrame, *, cell_dry_mass: float | None = None
) -> pd.DataFrame:
    """Turn measured abundances into mmol/gDW.

    Parameters
    ----------
    proteomics
        Columns ``reaction`` or ``enzyme``, ``abundance`` and ``unit``: mmol/gDW, mg/gDW or
        copies/cell. Rows in mg/gDW need ``molecular_weight``, g/mol.
    cell_dry_mass
        Gram dry weight per cell, for copies/cell: about 3e-13 for E. coli.

    Returns
    -------
    pandas.DataFrame
        The same table with a column ``mmol_per_gdw``.

    Raises
    ------
    MissingEntryError
        A column, or the dry mass of a cell where it is needed, is absent.
    UnitsError
        A unit is unknown.
    InputError
        An abundance, molecular weight or dry mass is not a positive number.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import enzyme_abundance
    >>> row = {"reaction": "PFK", "abundance": 1000.0, "unit": "copies/cell"}
    >>> table = enzyme_abundance(pd.DataFrame([row]), cell_dry_mass=3e-13)
    >>> f"{table['mmol_per_gdw'][0]:.2e} mmol/gDW"
    '5.54e-06 mmol/gDW'
    """
    keys = [name for name in ("reaction", "enzyme") if name in proteomics]
    require_columns(proteomics, [*(keys or ["reaction"]), "abundance", "unit"], what="proteomics")
    unit = proteomics["unit"].astype(str).str.strip()
    for row, stated in unit.items():
        if stated not in _UNITS:
            raise UnitsError(
                f"Row {row}: the unit of an abundance must be one of {listed(_UNITS)}, got "
                f"{stated!r}."
            )
    factor = pd.Series(1.0, index=proteomics.index)
    by_mass, by_count = (unit == "mg/gDW"), (unit == "copies/cell")
    if by_mass.any():
        require_columns(proteomics, ["molecular_weight"], what="proteomics in mg/gDW")
        weight = _positive(proteomics["molecular_weight"][by_mass], "molecular_weight (g/mol)")
        factor[by_mass] = 1 / weight
    if by_count.any():
        if cell_dry_mass is None:
            raise MissingEntryError(
                f"Row {by_count.idxmax()} is in copies/cell, which needs cell_dry_mass (gram per "
                "cell), for example 3e-13 for E. coli."
            )
        mass = _positive(pd.Series({"cell_dry_mass": cell_dry_mass}), "cell_dry_mass").iloc[0]
        factor[by_count] = 1e3 / (_AVOGADRO * mass)
    return proteomics.assign(mmol_per_gdw=_positive(proteomics["abundance"], "abundance") * factor)


def turnover_numbers(
    population: ParameterPopulation,
    network: KineticNetwork,
    proteomics: pd.DataFrame,
    *,
    reactions_of: OneToMany | None = None,
    cell_dry_mass: float | None = None,
) -> Turnover:
    """Divide capacities by enzyme abundances.

    Parameters
    ----------
    population
        Parameter sets with capacities, and with units.
    network
        Names the capacity of each reaction.
    proteomics, cell_dry_mass
        As for :func:`enzyme_abundance`. Enzymes of one reaction (isozymes) are added up; subunits
        of one complex must be one row.
    reactions_of
        Where ``proteomics`` names enzymes: enzyme to reaction or reactions, or a table with the
        columns ``enzyme`` and ``reaction``.

    Returns
    -------
    Turnover

    Raises
    ------
    UnitsError
        The population does not know its units.
    MissingEntryError
        ``proteomics`` names enzymes and ``reactions_of`` is absent, or as for
        :func:`enzyme_abundance`.

    Notes
    -----
    For a reversible reaction this is the forward turnover number.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import turnover_numbers
    >>> row = {"reaction": "PFK", "abundance": 1e-5, "unit": "mmol/gDW"}
    >>> found = turnover_numbers(population, network, pd.DataFrame([row]))
    >>> found.table[["model", "vmax", "kcat"]].round(1)  # mmol/gDW/h and 1/s
      model   vmax     kcat
    0     0   47.9   1329.3
    1     1   47.5   1320.4
    2     2   87.5   2430.0
    3     3   10.2    282.4
    4     4  539.1  14975.4
    """
    if population.units is None:
        raise UnitsError(
            "Capacities are turned into mmol/gDW/h, which needs the population's units. State "
            "them: ParameterPopulation.load(path, units=Units(...))."
        )
    amounts = enzyme_abundance(proteomics, cell_dry_mass=cell_dry_mass)
    pairs = _reactions_of_rows(amounts, reactions_of)
    capacity = dict(zip(network.reaction_names, network.vmax_names, strict=True))
    held = set(population.names)
    usable = [[name for name in names if capacity.get(name) in held] for names in pairs]
    rows = amounts.assign(
        reaction=pd.Series(usable, amounts.index, dtype=object),
        shared=[len(names) > 1 for names in usable],
    )
    by_reaction = rows.explode("reaction").groupby("reaction", sort=False)
    enzymes = by_reaction.agg(amount=("mmol_per_gdw", "sum"), shared=("shared", "any"))
    why = [
        f"no capacity of {listed(names)} in the population" if names else _UNKNOWN
        for names, found in zip(pairs, usable, strict=True)
        if not found
    ]
    left_out = amounts[[not names for names in usable]].assign(why=why)
    return Turnover(_tidy(population, population.units, capacity, enzymes), left_out)


def _tidy(
    population: ParameterPopulation,
    units: Units,
    capacity: dict[str, str | None],
    enzymes: pd.DataFrame,
) -> pd.DataFrame:
    names = list(enzymes.index)
    frame = population.to_dataframe()
    scaled = frame[[capacity[name] for name in names]].to_numpy(dtype=float)
    vmax = units.mmol_per_gdw_h(scaled)
    amount = np.broadcast_to(enzymes["amount"], vmax.shape)
    return pd.DataFrame(
        {
            "model": np.repeat(np.array(population.index, dtype=object), len(names)),
            "reaction": np.tile(np.array(names, dtype=object), len(population)),
            "vmax": vmax.ravel(),
            "enzyme": amount.ravel(),
            "kcat": (vmax / amount).ravel() / _SECONDS_PER_HOUR,
            "shared": np.tile(enzymes["shared"].to_numpy(dtype=bool), len(population)),
        }
    )


def _reactions_of_rows(amounts: pd.DataFrame, reactions_of: OneToMany | None) -> list[list[str]]:
    if "reaction" in amounts:
        stated = amounts["reaction"]
        return [[str(name).strip()] if pd.notna(name) else [] for name in stated]
    if reactions_of is None:
        raise MissingEntryError(
            "proteomics names enzymes; which reactions they catalyse is needed: "
            "reactions_of={...}, or a column 'reaction'."
        )
    pairs = one_to_many(reactions_of, ("enzyme", "reaction"), what="reactions_of")
    return [pairs.get(str(name).strip(), []) for name in amounts["enzyme"]]


def _positive(column: pd.Series, name: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    good = (numbers > 0) & np.isfinite(numbers)
    if not good.all():
        first = int(np.flatnonzero(~good)[0])
        raise InputError(
            f"Row {column.index[first]}: {name} must be a positive, finite number, got "
            f"{column.iloc[first]}. Correct or remove it."
        )
    return numbers
