"""A stand-in of COBRApy's objects, and a kinetic model of three reactions over two compartments."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import sympy

from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import ModifierDefinition, Rate, Reaction
from skimpy_renaissance.units import Units


def reversible(name: str, stoichiometry: dict[str, float], **small: float) -> Reaction:
    """Return a reaction of mass-action kind; small molecules act on the backward rate."""
    v, k = sympy.symbols("vmax_forward k_equilibrium", positive=True)
    symbols = {m: sympy.Symbol(m, positive=True) for m in {**stoichiometry, **small}}
    forward = sympy.prod(symbols[m] for m, n in stoichiometry.items() if n < 0)
    backward = sympy.prod(symbols[m] for m, n in stoichiometry.items() if n > 0)
    backward *= sympy.prod(symbols[m] ** n for m, n in small.items())
    return Reaction(
        name=name,
        rate=Rate(v * forward, v * backward / k),
        names={m: m for m in symbols},
        metabolites=tuple(symbols),
        stoichiometry={**stoichiometry, **small},
        declared=((f"k_equilibrium_{name}", False), *((m, True) for m in symbols)),
        hooks={},
        capacity=f"vmax_forward_{name}",
        equilibrium_constant=f"k_equilibrium_{name}",
        modifiers=tuple(ModifierDefinition(m, "Displacement", m, n) for m, n in small.items()),
    )


@pytest.fixture
def network() -> KineticNetwork:
    """Give a transport with a proton, two reactions that follow, and one past them both.

    ``IN``: a_e + h_e -> a_c + h_c, ``AB``: a_c -> b_c, ``BC``: b_c -> c_c, ``AC``: a_c -> c_c,
    ``OUT``: c_c -> c_e.
    """
    return KineticNetwork(
        name="small",
        reactions=(
            reversible("IN", {"a_e": -1.0, "a_c": 1.0}, h_c=1.0, h_e=-1.0),
            reversible("AB", {"a_c": -1.0, "b_c": 1.0}),
            reversible("BC", {"b_c": -1.0, "c_c": 1.0}),
            reversible("AC", {"a_c": -1.0, "c_c": 1.0}),
            reversible("OUT", {"c_c": -1.0, "c_e": 1.0}),
        ),
        boundaries=frozenset({"a_e", "c_e", "h_c", "h_e"}),
    )


@pytest.fixture
def units() -> Units:
    return Units(concentration_scaling=1e6, density=1100.0, gdw_gww_ratio=0.3)


@pytest.fixture
def metabolite() -> Callable[..., SimpleNamespace]:
    def make(name: str, elements: dict[str, int], charge: int = 0, **annotation: object) -> object:
        return Metabolite(
            id=name,
            compartment=name.rsplit("_", 1)[-1],
            elements=elements,
            charge=charge,
            formula="".join(f"{a}{n}" for a, n in elements.items()),
            annotation=annotation,
        )

    return make


class Metabolite(SimpleNamespace):
    """What COBRApy knows of one."""

    __hash__ = object.__hash__
