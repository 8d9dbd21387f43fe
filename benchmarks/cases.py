"""Kinetic models to measure on: the bundled one, and three more where ``../shared`` lies beside.

The others are SKiMPy's tutorial model (varma), the RENAISSANCE study's E. coli model at its steady
state 1712, and the p-coumaric acid yeast; none of them is part of the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import torch

import skimpy_renaissance as sr
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.steady_state import SteadyState

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
