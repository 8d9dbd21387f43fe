"""A chain of five reactions whose steady states are known in closed form, as a TFA table.

13a_e <-> glc-D_c <-> b_c <-> c_c <-> d_c -> (out),  the fourth with a proton as small molecule
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sympy

from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import ModifierDefinition, Rate, Reaction
from skimpy_renaissance.units import Units

CHAIN = ("_13a_e", "glc_D_c", "b_c", "c_c", "d_c")


def _reversible(name: str, substrate: str, product: str, *, proton: float = 0.0) -> Reaction:
    v, k, s, p, h = sympy.symbols("vmax_forward k_equilibrium substrate product h", positive=True)
    metabolites = (product, substrate, "h_c") if proton else (product, substrate)
    coefficients = {product: 1.0, substrate: -1.0, **({"h_c": proton} if proton else {})}
    return Reaction(
        name=name,
        rate=Rate(v * s, v * p * h**proton / k),
        names={"substrate": substrate, "product": product, "h": "h_c"},
        metabolites=metabolites,
        stoichiometry=coefficients,
        declared=((f"k_equilibrium_{name}", False), *((m, True) for m in metabolites)),
        hooks={},
        capacity=f"vmax_forward_{name}",
        equilibrium_constant=f"k_equilibrium_{name}",
        modifiers=(ModifierDefinition("h", "Displacement", "h_c", proton),) if proton else (),
    )


@pytest.fixture
def network() -> KineticNetwork:
    v, s = sympy.symbols("vmax_forward substrate", positive=True)
    out = Reaction(
        name="2OUT",
        rate=Rate(v * s, sympy.Integer(0)),
        names={"substrate": "d_c"},
        metabolites=("d_c",),
        stoichiometry={"d_c": -1.0},
        declared=(),
        hooks={},
        capacity="vmax_forward_2OUT",
        equilibrium_constant=None,
    )
    steps = [
        _reversible(f"R{i}", CHAIN[i], CHAIN[i + 1], proton=2.0 if i == 3 else 0.0)
        for i in range(4)
    ]
    return KineticNetwork(
        name="chain", reactions=(*steps, out), boundaries=frozenset({"_13a_e", "h_c"})
    )


@pytest.fixture
def units() -> Units:
    return Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)


@pytest.fixture
def samples(units: Units) -> pd.DataFrame:
    """Three consistent samples; ids as pyTFA writes them, columns in no useful order."""
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(3):
        flux, logs = rng.uniform(1, 9), dict(zip(CHAIN, rng.uniform(-14, -5, 5), strict=True))
        row = {"LnGamma_R0": 0.0}
        for i in range(4):
            gap = logs[CHAIN[i + 1]] - logs[CHAIN[i]]
            row[f"DG_R{i}"] = rng.uniform(-6, -0.1)
            row[f"DGo_R{i}"] = row[f"DG_R{i}"] - units.thermal_energy * gap
        for name in ("2OUT", "R3", "R1", "R0", "R2"):
            row[f"{name}_reverse_{hash_of(name)}"] = 0.25
            row[name] = flux + 0.25
        row |= {"LC_13a_e": logs["_13a_e"], "LC_glc-D_c": logs["glc_D_c"], "LC_h_c": np.log(1e-7)}
        rows.append(row | {f"LC_{m}": logs[m] for m in ("b_c", "c_c", "d_c")})
    return pd.DataFrame(rows, index=["first", "second", "third"])


def hash_of(name: str) -> str:
    return f"{sum(name.encode()):05x}"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[pd.DataFrame], Path]:
    def write(table: pd.DataFrame) -> Path:
        path = tmp_path / "samples.csv"
        table.to_csv(path)
        return path

    return write
