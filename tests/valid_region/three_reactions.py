"""Three reversible reactions in a row at one steady state, and data in closed form."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.steady_states import SteadyState

UNITS = sr.Units(concentration_scaling=1e3, density=1000.0, gdw_gww_ratio=0.3)


def three_reactions():
    """Return s_e <-> a_c <-> b_c <-> p_e, bound to a state, and a prior of its six constants."""
    ends = (("IN", "s_e", "a_c"), ("MID", "a_c", "b_c"), ("OUT", "b_c", "p_e"))
    reactions = tuple(
        build_reaction(
            name,
            MechanismDefinition("ReversibleMichaelisMenten", {"substrate": s, "product": p}, {}),
        )
        for name, s, p in ends
    )
    network = KineticNetwork(
        name="three", reactions=reactions, boundaries=frozenset({"s_e", "p_e"})
    )
    bound = sr.compile(network).at(three_reactions_state())
    return bound, Prior.log_uniform(bound.km_names, 1e-5, 1e-1)


def three_reactions_state():
    """Return the state."""
    return SteadyState(
        name="one",
        fluxes=pd.Series({"IN": 5.0, "MID": 5.0, "OUT": 5.0}),
        concentrations=pd.Series({"s_e": 2.0, "a_c": 1.0, "b_c": 0.5, "p_e": 0.1}),
        equilibrium_constants=pd.Series({"IN": 2.0, "MID": 1.0, "OUT": 1.0}),
        units=UNITS,
    )


@dataclass
class Near:
    """One constant is near a value: a measurement in closed form."""

    column: int
    value: float
    sd: float
    asked: int = 0
    hard: bool = False

    @property
    def label(self) -> str:
        return f"constant {self.column} = {self.value:g} +- {self.sd:g}"

    @property
    def description(self) -> Any:
        return [self.column, self.value, self.sd]

    @property
    def highest(self) -> float:
        return -math.log(self.sd * math.sqrt(2 * math.pi))

    def weigher(self, kinetics):
        del kinetics

        def weigh(log_km):
            self.asked += len(log_km)
            return self.highest - 0.5 * ((log_km[:, self.column] - self.value) / self.sd) ** 2

        return weigh


@dataclass
class SumBelow:
    """The sum of two constants is below a limit: hard, in closed form."""

    columns: tuple[int, int]
    limit: float
    asked: int = 0
    hard: bool = True
    highest: float = 0.0

    @property
    def label(self) -> str:
        return f"sum of {self.columns} below {self.limit:g}"

    @property
    def description(self) -> Any:
        return [list(self.columns), self.limit]

    def weigher(self, kinetics):
        del kinetics

        def weigh(log_km):
            self.asked += len(log_km)
            return (log_km[:, list(self.columns)].sum(-1) - self.limit).clamp_min(0.0)

        return weigh


def normal_cdf(z):
    return 0.5 * torch.special.erfc(torch.tensor(-z / math.sqrt(2), dtype=torch.float64)).item()
