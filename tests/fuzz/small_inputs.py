"""A model of two reactions with a steady state, a pathway to train on: the least that is whole."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import skimpy_renaissance as sr
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.network import KineticNetwork, read_skimpy_yaml
from skimpy_renaissance.steady_states import read_steady_state
from skimpy_renaissance.units import Units

__all__ = ["MODEL", "STATE", "UNITS", "bound", "network"]

UNITS = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
MODEL = """\
name: small
reactions:
  IN:
    name: IN
    enzyme: null
    mechanism: {class: ReversibleMichaelisMenten, substrate: s_e, product: a_c}
    modifiers: {}
  OUT:
    name: OUT
    enzyme: null
    mechanism:
      class: Convenience
      mechanism_stoichiometry: {product1: 2.0, substrate1: -1.0}
      product1: p_e
      substrate1: a_c
    modifiers:
      IM_s_e: {class: InhibitionModifier, inhibitor: s_e}
boundary_conditions:
  bc_s: {class: ConstantConcentration, reactant: s_e}
  bc_p: {class: ConstantConcentration, reactant: p_e}
parameters: {km_substrate_IN: 0.5, k_equilibrium_IN: 3.0, k_equilibrium_OUT: 50.0, s_e: 5.0}
"""
STATE = {
    "name": "one",
    "fluxes": {"IN": 1.0, "OUT": 1.0},
    "concentrations": {"s_e": 5.0, "a_c": 1.0, "p_e": 0.1},
    "k_eq": {"IN": 3.0, "OUT": 50.0},
    "scaling": UNITS.to_dict(),
}


@cache
def network() -> KineticNetwork:
    """Return the model of two reactions."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.yml"
        path.write_text(MODEL)
        return read_skimpy_yaml(path)


@cache
def bound() -> BoundKinetics:
    """Return its kinetics at the steady state."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s.json"
        path.write_text(json.dumps(STATE))
        return sr.compile(network()).at(read_steady_state(path, network()))
