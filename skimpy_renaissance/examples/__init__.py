"""The bundled kinetic model: E. coli core metabolism, aerobic growth on glucose.

44 reactions, 159 unknown Michaelis constants and 200 steady states; how it was built, from which
sources, and what is realistic about it stands in ``docs/e_coli_core.rst``.

References
----------
Orth, Fleming and Palsson, *EcoSal Plus* 4 (2010), doi:10.1128/ecosalplus.10.2.1.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files

import pandas as pd

from skimpy_renaissance.dynamics import BatchReactor, Strain, medium_at
from skimpy_renaissance.network import KineticNetwork, read_skimpy_yaml
from skimpy_renaissance.steady_states import SteadyState, SteadyStates, read_tfa_samples
from skimpy_renaissance.units import Units

__all__ = [
    "E_COLI_CORE_UNITS",
    "REFERENCE_STATE",
    "e_coli_core",
    "e_coli_core_reactor",
    "e_coli_core_subsystems",
]

E_COLI_CORE_UNITS = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
"""Micromolar and hours; cell density and dry weight as in SKiMPy's tutorials.

>>> units = sr.examples.E_COLI_CORE_UNITS
>>> units.concentration_scaling  # micromoles per mole
1000000.0
>>> round(units.mmol_per_gdw_h(1e6), 3)  # a flux of 1e6 uM/h, in mmol/gDW/h
2.778
"""

REFERENCE_STATE = 97
"""Position of the steady state that demo and tutorials use: growth 0.61 1/h.

>>> state = states[sr.examples.REFERENCE_STATE]
>>> round(float(state.units.mmol_per_gdw_h(state.fluxes["Biomass_Ecoli_core"])), 2)
0.61
"""

_SUBSYSTEMS = "e_coli_core_subsystems.csv"


def e_coli_core() -> tuple[KineticNetwork, SteadyStates]:
    """Return the bundled E. coli core model and its steady states.

    Returns
    -------
    network : KineticNetwork
        44 reactions, 44 balanced metabolites in 5 conserved pools, 159 Km.
    states : SteadyStates
        200 profiles.

    Examples
    --------
    >>> network, states = sr.examples.e_coli_core()
    >>> len(network.reactions), len(network.km_names), len(states)
    (44, 159, 200)
    """
    data = files("skimpy_renaissance.examples") / "data"
    with as_file(data / "e_coli_core.yaml") as path:
        network = read_skimpy_yaml(path)
    with as_file(data / "e_coli_core_states.csv.gz") as path:
        states = read_tfa_samples(path, network, units=E_COLI_CORE_UNITS)
    return network, states


def e_coli_core_subsystems() -> pd.DataFrame:
    """Return the subsystem of metabolism of each reaction of the bundled model.

    Returns
    -------
    pandas.DataFrame
        Columns ``reaction`` and ``subsystem``, as the published model assigns them.

    Examples
    --------
    >>> from skimpy_renaissance.examples import e_coli_core_subsystems
    >>> e_coli_core_subsystems().columns.tolist()
    ['reaction', 'subsystem']
    """
    with as_file(files("skimpy_renaissance.examples") / "data" / _SUBSYSTEMS) as path:
        return pd.read_csv(path)


def e_coli_core_reactor(network: KineticNetwork, state: SteadyState) -> BatchReactor:
    """Return a millilitre of medium in which the bundled model grows on 20 mmol/L of glucose.

    Air and pH are held constant; ammonium (50 mmol/L) does not run out.

    Parameters
    ----------
    network
        The bundled model.
    state
        The steady state that the rest of the medium is taken from.

    Returns
    -------
    BatchReactor
        One strain, ``"core"``.

    Examples
    --------
    >>> from skimpy_renaissance.examples import e_coli_core_reactor
    >>> list(e_coli_core_reactor(network, state).strains)
    ['core']
    """
    reactor = BatchReactor(
        {"core": Strain(network, "Biomass_Ecoli_core")},
        units=state.stated_units(),
        volume=1e12,  # in cell volumes of 1 um3
        constant=frozenset({"o2_e", "co2_e", "h_e", "core_h_c"}),
    )
    medium = {**medium_at(reactor, state), "glc__D_e": 0.02, "nh4_e": 0.05}
    return replace(reactor, medium=medium)
