"""Kinetic models with one complete parameter set: a small one, the bundled one, published ones."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

import skimpy_renaissance as sr
from skimpy_renaissance.sbml.write_math import evaluated, net_rate
from tests.kinetics.conftest import branched_network, branched_state

PUBLISHED = ("varma", "varma_regulated", "ecoli")
Model = tuple[sr.KineticNetwork, sr.SteadyState, pd.Series]


def complete_set(network: sr.KineticNetwork, state: sr.SteadyState, *, seed: int = 0) -> pd.Series:
    """Draw saturation constants around the concentrations; Vmax follow from the fluxes."""
    draw = np.random.default_rng(seed)
    values = {name: v for name, v in network.values.items() if v is not None}
    values |= dict(state.concentrations)
    values |= {f"k_equilibrium_{name}": k for name, k in state.equilibrium_constants.items()}
    for name in network.km_names:
        values[name] = state.concentrations[network.hooks[name]] * np.exp(draw.normal())
    for reaction in network.reactions:
        if reaction.capacity is not None:
            values[reaction.capacity] = 1.0
            local = {place: values[name] for place, name in reaction.names.items()}
            unit_rate = evaluated(net_rate(reaction.rate), local)
            values[reaction.capacity] = state.fluxes[reaction.name] / unit_rate
    kept = [name for name in network.parameter_names if values.get(name) is not None]
    return pd.Series({name: values[name] for name in kept}, name=f"seed {seed}").dropna()


@cache
def branched() -> Model:
    network, state = branched_network(), branched_state()
    return network, state, complete_set(network, state)


@cache
def bundled() -> Model:
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    return network, state, complete_set(network, state)


def published(name: str, shared_data: Callable[..., Path]) -> Model:
    folder = "ecoli" if name == "ecoli" else "varma"
    file = "kinetic_model.yaml" if name == "ecoli" else "kin_varma.yml"
    network = sr.read_skimpy_yaml(shared_data(folder, file))
    if name == "varma_regulated":
        table = pd.read_csv(shared_data(name, "regulations.csv"))
        network = sr.add_regulation(network, table)
    profile = "steady_state_1712.json" if name == "ecoli" else "steady_state_0.json"
    state = sr.read_steady_state(shared_data(name, profile), network)
    return network, state, complete_set(network, state)
