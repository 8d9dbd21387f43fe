"""Kinetic models to measure on: the bundled one, and three more where ``../shared`` lies beside.

The others are SKiMPy's tutorial model (varma), the RENAISSANCE study's E. coli model at its steady
state 1712, and the p-coumaric acid yeast; none of them is part of the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.steady_states import SteadyState, SteadyStates

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Case:
    """A compiled model at a steady state."""

    name: str
    kinetics: CompiledKinetics
    state: SteadyState
    compile_seconds: float
    log_km_range: tuple[float, float]  # ln(mol/L)
    partition: float  # 1/h


def compiled(
    name: str,
    network: sr.KineticNetwork,
    state: SteadyState,
    *,
    log_km_range: tuple[float, float] = (-25.0, 3.0),
    partition: float = -2.5,
) -> Case:
    begin = process_time()
    kinetics = sr.compile(network)
    return Case(name, kinetics, state, process_time() - begin, log_km_range, partition)


def bundled() -> Case:
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    return compiled("E. coli core", network, state, log_km_range=(-13.8, -2.3), partition=-3.3)


def e_coli() -> Case | None:
    folder = SHARED / "ecoli"
    if not folder.exists():
        return None
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    state = sr.read_steady_state(folder / "steady_state_1712.json", network)
    return compiled("E. coli 1712", network, state)


def e_coli_states() -> tuple[sr.KineticNetwork, SteadyStates] | None:
    """Read the study's E. coli model with 30 of its steady states."""
    folder = SHARED / "ecoli"
    if not folder.exists():
        return None
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    with np.load(folder / "steady_states_30.npz", allow_pickle=False) as archive:
        raw = {key: archive[key] for key in archive.files}
    index = raw["ids"].tolist()
    constants = [name.removeprefix("k_equilibrium_") for name in raw["keq_names"].tolist()]
    concentrations = np.hstack([raw["concentration"], raw["boundary_concentration"]])
    metabolites = [*raw["reactant_order"].tolist(), *raw["boundary_names"].tolist()]
    states = sr.from_tables(
        network,
        units=sr.Units(concentration_scaling=1e9, density=1105.0, gdw_gww_ratio=0.3),
        fluxes=pd.DataFrame(raw["flux"], index, raw["reaction_order"].tolist()),
        concentrations=pd.DataFrame(concentrations, index, metabolites),
        equilibrium_constants=pd.DataFrame(raw["keq"], index, constants),
    )
    return network, states


def all_cases() -> Iterator[Case]:
    yield bundled()
    ecoli = e_coli()
    if ecoli is None:
        print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model only.")
        return
    folder = SHARED / "varma"
    network = sr.read_skimpy_yaml(folder / "kin_varma.yml")
    yield compiled("varma", network, sr.read_steady_state(folder / "steady_state_0.json", network))
    yield ecoli
    folder = SHARED / "yeast"
    pools = folder / "ST10284_cons_relations_annotated.csv"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml", conservation=pools)
    yield compiled("yeast", network, sr.read_steady_state(folder / "steady_state_0.json", network))


def log_uniform(case: Case, n_models: int, *, seed: int) -> torch.Tensor:
    """Draw ln Km uniformly: `model x km`, ln(mol/L)."""
    low, high = case.log_km_range
    rng = torch.Generator().manual_seed(seed)
    shape = (n_models, len(case.kinetics.network.km_names))
    return low + (high - low) * torch.rand(shape, generator=rng, dtype=torch.float64)
