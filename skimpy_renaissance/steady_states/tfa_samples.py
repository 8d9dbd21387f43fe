r"""Steady states from samples of a thermodynamics-based flux model, as pyTFA writes them.

The table alone is enough: no pyTFA model, no solver. With concentration scaling :math:`s`,

.. math::

    v_r = f\,(\mathtt{R} - \mathtt{R\_reverse}), \quad
    x_m = s\, e^{\mathtt{LC}_m}, \quad
    \ln K_r = \sum_m n_{mr}\, (\mathtt{LC}_m + \ln s) - \mathtt{DG}_r / RT

with :math:`f` = ``units.flux_factor`` and the sum over the metabolites of the kinetic model,
boundaries and small molecules included.

References
----------
.. [1] Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499 (pyTFA).
.. [2] Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    UnitsError,
    listed,
)
from skimpy_renaissance.network.identifiers import sanitized
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency import BALANCE_TOLERANCE, require_consistent
from skimpy_renaissance.steady_states.csv_table import read_header, read_numbers
from skimpy_renaissance.steady_states.displacement import log_equilibrium_constant
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.storage import existing
from skimpy_renaissance.units import Units

__all__ = ["read_tfa_samples"]

_REVERSE = re.compile(r"(.+)_reverse_[0-9a-f]{5}")
_HIGHEST_LOG_CONCENTRATION = np.log(10.0)  # 10 mol/L


def read_tfa_samples(
    path: str | os.PathLike[str],
    network: KineticNetwork,
    *,
    units: Units,
    rows: slice | None = None,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyStates:
    """Read steady states from a CSV table of TFA samples.

    Parameters
    ----------
    path
        CSV with a row per sample: columns ``R``, ``R_reverse_<hash>`` (mmol/gDW/h), ``LC_<met>``
        (ln(mol/L)), ``DG_<R>`` (``units.energy_unit``); others are ignored. An unnamed first column
        holds the samples' names.
    network
        The kinetic model; says which columns are needed.
    units
        Scaling between the table and the kinetic model.
    rows
        Which rows, for example ``slice(0, 1000)``; all by default.
    check
        Raise where a state does not fit the network; see
        :func:`~skimpy_renaissance.steady_states.consistency.check_consistency`.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.

    Returns
    -------
    SteadyStates

    Raises
    ------
    FileFormatError
        The file is not a CSV of TFA samples, is cut short or has no rows.
    MissingEntryError
        A needed column is absent.
    InputError
        A cell is not a finite number, or two columns stand for one metabolite.
    UnitsError
        Concentrations or energies are not in the units stated.
    SteadyStateError
        A state contradicts the network.

    Examples
    --------
    >>> from importlib.resources import files
    >>> samples = files("skimpy_renaissance.examples") / "data" / "e_coli_core_states.csv.gz"
    >>> units = sr.Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
    >>> sr.read_tfa_samples(samples, network, units=units)
    <SteadyStates: 200 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    if not isinstance(units, Units):
        raise UnitsError(f"read_tfa_samples needs units=Units(...), got {units!r}.")
    path = existing(path)
    header = read_header(path)
    columns = _columns(header, network, source=path.name)
    # DGo_ columns are not needed, but where they exist they reveal the units of the others.
    standard = tuple(f"DGo_{name}" for name in network.reversible_reactions)
    standard = standard if set(standard) <= set(header) else ()
    groups = (*columns, standard)
    names, values = read_numbers(path, [name for group in groups for name in group], rows=rows)
    forward, reverse, log_molar, energies, standard_energies = np.split(
        values, np.cumsum([len(group) for group in groups])[:-1], axis=1
    )
    _require_natural_logarithms(log_molar, names, columns[2])
    if standard:
        some = slice(0, 20)  # units do not change from row to row
        difference = (energies - standard_energies)[some]
        _require_stated_units(network, log_molar[some], difference, units)

    log_scaled = log_molar + np.log(units.concentration_scaling)
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    reduced = np.full((len(names), len(network.reactions)), np.nan)
    reduced[:, reversible] = energies / units.thermal_energy
    with np.errstate(over="ignore"):  # an infinite value is reported by SteadyStates, by name
        states = SteadyStates(
            names=names,
            reaction_names=network.reaction_names,
            metabolite_names=network.metabolites,
            fluxes=(forward - reverse) * units.flux_factor,
            concentrations=np.exp(log_molar) * units.concentration_scaling,
            equilibrium_constants=np.exp(log_equilibrium_constant(network, log_scaled, reduced)),
            units=units,
        )
    if check:
        require_consistent(network, states, balance_tolerance=balance_tolerance)
    return states


def _columns(
    header: Sequence[str], network: KineticNetwork, *, source: str
) -> tuple[tuple[str, ...], ...]:
    """Return the columns that a network needs, in its order.

    Forward and reverse fluxes, logarithms of concentrations (variables, then boundaries) and
    free energies (of reactions with an equilibrium constant).
    """
    forward = {name: name for name in header}
    reverse = _unique(
        ((found[1], name) for name in header if (found := _REVERSE.fullmatch(name))), source
    )
    logs = _unique(_metabolite_columns(header, set(network.metabolites)), source)
    energies = {name[3:]: name for name in header if name.startswith("DG_")}

    needed: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...] = (
        ("", forward, network.reaction_names),
        ("_reverse_<hash>", reverse, network.reaction_names),
        ("LC_", logs, network.metabolites),
        ("DG_", energies, network.reversible_reactions),
    )
    absent = [
        f"{prefix}{name}" if prefix.endswith("_") else f"{name}{prefix}"
        for prefix, columns, names in needed
        for name in names
        if name not in columns
    ]
    if len(absent) == sum(len(names) for _, _, names in needed):
        raise FileFormatError(
            f"{source} must be a table of TFA samples of {network.name!r}, but no column fits "
            f"(it has {listed(map(repr, header))}; needed are {listed(absent)}). "
            "Is it the wrong file, or are samples in columns (then transpose it)?"
        )
    if absent:
        raise MissingEntryError(
            f"{source} lacks {len(absent)} column(s) that {network.name!r} needs: "
            f"{listed(absent, most=10)}. Sample all variables of the TFA model, or use "
            "from_tables for net fluxes, concentrations and equilibrium constants."
        )
    return tuple(tuple(columns[name] for name in names) for _, columns, names in needed)


def _metabolite_columns(header: Sequence[str], needed: set[str]) -> Iterable[tuple[str, str]]:
    for name in header:
        if name.startswith("LC_"):
            metabolite = name[3:]
            yield metabolite if metabolite in needed else sanitized(metabolite), name


def _unique(pairs: Iterable[tuple[str, str]], source: str) -> dict[str, str]:
    columns: dict[str, str] = {}
    for key, name in pairs:
        if columns.setdefault(key, name) != name:
            raise InputError(
                f"{source} has two columns for {key!r}: {columns[key]!r} and {name!r}. "
                "Remove the one that does not belong to the sampled model."
            )
    return columns


def _require_natural_logarithms(
    log_molar: NDArray[np.float64], names: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    row, column = np.unravel_index(log_molar.argmax(), log_molar.shape)
    highest = log_molar[row, column]
    if highest > _HIGHEST_LOG_CONCENTRATION:
        raise UnitsError(
            f"LC_ columns must hold ln(mol/L); state {names[row]!r} has {columns[column]!r} = "
            f"{highest:.4g}, above 10 mol/L. Are these concentrations, or logarithms of scaled "
            "ones? Convert them to ln(mol/L)."
        )


def _require_stated_units(
    network: KineticNetwork,
    log_molar: NDArray[np.float64],
    difference: NDArray[np.float64],
    units: Units,
) -> None:
    r"""Raise where :math:`\Delta G' - \Delta G'^\circ = RT \sum n \ln c` is off by one factor.

    Only reactions without small-molecule modifiers count: pyTFA leaves protons out of the sum.
    """
    plain = [
        not reaction.modifiers
        for reaction in network.reactions
        if reaction.equilibrium_constant is not None
    ]
    reversible = np.isin(network.reaction_names, network.reversible_reactions)
    sums = (log_molar @ network.full_stoichiometry)[:, reversible][:, plain]
    telling = np.abs(sums) > 1
    if telling.sum() < 3:
        return
    ratios = difference[:, plain][telling] / (units.thermal_energy * sums[telling])
    low, ratio, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    if abs(ratio - 1) > 0.01 and high - low < 0.01 * abs(ratio):
        raise UnitsError(
            f"DG_ - DGo_ in the table is {ratio:.4g} times RT sum(n LC) with RT = "
            f"{units.thermal_energy:.6g} {units.energy_unit}, for most reactions. A factor "
            "4.184 or 0.239 means the other energy_unit (kcal/mol, kJ/mol), 2.303 that LC_ holds "
            "decadic logarithms, another one a different temperature. Correct units or the table."
        )
