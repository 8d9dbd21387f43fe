"""Kinetic models: a small one with a closed form, and SKiMPy's own numbers for four real ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

from skimpy_renaissance.kinetics import BoundKinetics, CompiledKinetics, compile_network
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.mechanisms import CORRECTED
from skimpy_renaissance.network.reaction import MechanismDefinition, ModifierDefinition
from skimpy_renaissance.network.regulation import add_regulation
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.steady_states import SteadyState, read_steady_state
from skimpy_renaissance.units import Units

DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> torch.device:
    return torch.device(request.param)


# -- a small model, by hand ------------------------------------------------------------------------


def _reaction(name, mechanism, *modifiers, stoichiometry=None, **roles):
    # corrected laws: SKiMPy's Hill laws depend on the unit of concentration
    definition = MechanismDefinition(mechanism, roles, stoichiometry or {})
    return build_reaction(name, definition, modifiers=modifiers, rate_laws=CORRECTED)


def branched_network() -> KineticNetwork:
    """Two compartments, a conserved pool, a coefficient of 2, a proton, a Hill law, inhibition.

    f_e <-> a_c;  a_c + t_c <-> 2 b_c + d_c  (b inhibits);  b_c <-> e_p + h_c;  e_p -> ;
    d_c <-> t_c;  a_c <-> g_c + i_c (Hill);  g_c -> ;  i_c ->
    """
    proton = ModifierDefinition("h", "DisplacementSmallMoleculeModifier", "h_c", 1.0)
    inhibitor = ModifierDefinition("b", "InhibitionModifier", "b_c", label="IM_b_c")
    twice = {"substrate1": -1.0, "substrate2": -1.0, "product1": 2.0, "product2": 1.0}
    reactions = (
        _reaction("IN", "ReversibleMichaelisMenten", product="a_c", substrate="f_e"),
        _reaction(
            "SPLIT",
            "Convenience",
            inhibitor,
            stoichiometry=twice,
            product1="b_c",
            product2="d_c",
            substrate1="a_c",
            substrate2="t_c",
        ),
        _reaction("MOVE", "ReversibleMichaelisMenten", proton, product="e_p", substrate="b_c"),
        _drain("OUT", "e_p"),
        _reaction("CHARGE", "ReversibleMichaelisMenten", product="t_c", substrate="d_c"),
        _reaction("HILL", "UniBiReversibleHill", product1="g_c", product2="i_c", substrate="a_c"),
        _drain("OUT_G", "g_c"),
        _drain("OUT_I", "i_c"),
    )
    return KineticNetwork(
        name="branched",
        reactions=reactions,
        boundaries=frozenset({"f_e", "h_c"}),
        compartments={"c": Compartment("c", 0.9, 1.0), "p": Compartment("p", 0.1, 1.0)},
        compartment_of={f"{m}_c": "c" for m in "abdtgi"} | {"e_p": "p"},
        values={"hill_coefficient_HILL": 1.7},
    )


def _drain(name, metabolite):
    return _reaction(
        name, "IrrevMichaelisMenten", stoichiometry={"substrate1": -1.0}, substrate1=metabolite
    )


def branched_state() -> SteadyState:
    """Fluxes that balance, and equilibrium constants that let them run forward."""
    units = Units(concentration_scaling=1e3, density=1000.0, gdw_gww_ratio=0.3)
    x = {"f_e": 5.0, "a_c": 0.8, "t_c": 3.0, "d_c": 0.6, "b_c": 1.5, "e_p": 0.3, "g_c": 0.2}
    x |= {"i_c": 0.4, "h_c": 1e-4}
    v = {"IN": 7.0, "SPLIT": 4.0, "MOVE": 8.0, "OUT": 8.0, "CHARGE": 4.0, "HILL": 3.0}
    v |= {"OUT_G": 3.0, "OUT_I": 3.0}
    ratio = {
        "IN": x["a_c"] / x["f_e"],
        "SPLIT": x["b_c"] ** 2 * x["d_c"] / (x["a_c"] * x["t_c"]),
        "MOVE": x["e_p"] * x["h_c"] / x["b_c"],
        "CHARGE": x["t_c"] / x["d_c"],
        "HILL": x["g_c"] * x["i_c"] / x["a_c"],
    }
    displacement = {"IN": 0.4, "SPLIT": 0.05, "MOVE": 0.93, "CHARGE": 0.2, "HILL": 0.6}
    k = {name: ratio[name] / displacement[name] for name in ratio}
    return SteadyState(
        name="reference",
        fluxes=pd.Series(v),
        concentrations=pd.Series(x),
        equilibrium_constants=pd.Series({name: k.get(name, np.nan) for name in v}),
        units=units,
    )


@pytest.fixture
def branched() -> CompiledKinetics:
    return compile_network(branched_network())


@pytest.fixture
def state() -> SteadyState:
    return branched_state()


@pytest.fixture
def bound(branched: CompiledKinetics, state: SteadyState) -> BoundKinetics:
    return branched.at(state, threads=1)


def draw(bound: BoundKinetics, n_models: int, *, seed: int = 0, width: float = 3.0) -> torch.Tensor:
    """ln Km around the metabolites' concentrations: `model x km`, ln(mol/L)."""
    x = bound.reference.of_metabolites(bound.network.hooks[name] for name in bound.km_names)
    center = torch.from_numpy(np.log(x / bound.reference.concentration_scaling))
    rng = torch.Generator().manual_seed(seed)
    noise = torch.rand(n_models, len(bound.km_names), generator=rng, dtype=torch.float64)
    return center + width * (2 * noise - 1)


@pytest.fixture(name="draw")
def draw_fixture() -> Callable[..., torch.Tensor]:
    return draw


# -- real models, with what SKiMPy 1.0.2 computes from them ----------------------------------------


@dataclass(frozen=True)
class Golden:
    """A real model at a steady state, parameter sets, and SKiMPy's results for them."""

    kinetics: CompiledKinetics
    state: SteadyState
    bound: BoundKinetics
    log_km: torch.Tensor
    vmax: NDArray[np.float64]
    jacobian: NDArray[np.float64]  # of the first sets
    lambda_max: NDArray[np.float64]
    lambda_min: NDArray[np.float64]
    raw: dict[str, NDArray]

    @property
    def network(self) -> KineticNetwork:
        return self.kinetics.network


GOLDEN = ("varma", "varma_regulated", "ecoli_A", "ecoli_B", "yeast")


@pytest.fixture
def golden(shared_data: Callable[..., Path]) -> Callable[[str], Golden]:
    """Give one of the real models by name; each is read and compiled once."""

    def load(name: str) -> Golden:
        return _golden(shared_data(), name)

    return load


@pytest.fixture(params=GOLDEN)
def each_golden(request: pytest.FixtureRequest, golden: Callable[[str], Golden]) -> Golden:
    return golden(request.param)


@lru_cache
def _kinetics(root: Path, name: str) -> tuple[CompiledKinetics, SteadyState]:
    if name == "ecoli":
        network = read_skimpy_yaml(root / "ecoli" / "kinetic_model.yaml")
        path = root / "ecoli" / "steady_state_1712.json"
    elif name == "yeast":
        pools = root / "yeast" / "ST10284_cons_relations_annotated.csv"
        network = read_skimpy_yaml(root / "yeast" / "kinetic_model.yaml", conservation=pools)
        path = root / "yeast" / "steady_state_0.json"
    else:
        network = read_skimpy_yaml(root / "varma" / "kin_varma.yml")
        path = root / name / "steady_state_0.json"
        if name == "varma_regulated":
            network = add_regulation(network, pd.read_csv(root / name / "regulations.csv"))
    return compile_network(network), read_steady_state(path, network)


@lru_cache
def _golden(root: Path, name: str) -> Golden:
    model, _, population = name.partition("_") if name.startswith("ecoli") else (name, "", "")
    kinetics, state = _kinetics(root, model)
    file = root / model / ("golden_1712.npz" if population else "golden_0.npz")
    with np.load(file, allow_pickle=False) as archive:
        raw = {key: archive[key] for key in archive.files}
    network = kinetics.network
    if population:
        active = raw["km_active"]
        assert tuple(raw["km_names"][active]) == network.km_names
        assert tuple(raw["reaction_order"]) == network.reaction_names
        km = raw[f"{population}_km_M"][:, active]
        results = {
            "vmax": raw[f"{population}_vmax"],
            "jacobian": raw[f"{population}_jac"],
            "lambda_max": raw[f"{population}_lambda_max"],
            "lambda_min": raw[f"{population}_lambda_min"],
        }
    else:
        km = columns(raw, network.km_names) / state.units.concentration_scaling
        results = {
            "vmax": columns(raw, network.vmax_names),
            **{key: raw[key] for key in ("jacobian", "lambda_max", "lambda_min")},
        }
    return Golden(
        kinetics=kinetics,
        state=state,
        bound=kinetics.at(state),
        log_km=torch.from_numpy(np.log(km)),
        raw=raw,
        **results,
    )


def columns(raw: dict[str, NDArray], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Pick parameters by name from SKiMPy's `model x parameter` table."""
    position = {str(name): i for i, name in enumerate(raw["param_names"])}
    return raw["params"][:, [position[name] for name in names]]


@pytest.fixture(name="columns")
def columns_fixture() -> Callable[..., NDArray[np.float64]]:
    return columns


def row_error(value: torch.Tensor, reference: NDArray[np.float64]) -> float:
    """Largest error relative to the largest entry of the same row."""
    difference = np.abs(value.detach().cpu().numpy() - reference)
    return float((difference / np.abs(reference).max(-1, keepdims=True)).max())


def relative_error(value: torch.Tensor, reference: NDArray[np.float64]) -> float:
    """Largest relative error."""
    return float((np.abs(value.detach().cpu().numpy() - reference) / np.abs(reference)).max())


@pytest.fixture(name="row_error")
def row_error_fixture() -> Callable[..., float]:
    return row_error


@pytest.fixture(name="relative_error")
def relative_error_fixture() -> Callable[..., float]:
    return relative_error
