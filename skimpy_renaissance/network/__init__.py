"""Networks: what a kinetic model is."""

from skimpy_renaissance.network.mechanisms import CORRECTED, SKIMPY, MechanismClass
from skimpy_renaissance.network.conservation import ConservedPools, find_pools, pools_from_table
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.network.regulation import add_regulation

__all__ = [
    "CORRECTED",
    "SKIMPY",
    "MechanismClass",
    "ConservedPools",
    "find_pools",
    "pools_from_table",
    "Rate",
    "Reaction",
    "Compartment",
    "KineticNetwork",
    "read_skimpy_yaml",
    "add_regulation",
]
