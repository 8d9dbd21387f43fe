"""What a kinetic model is: reactions with rate laws, metabolites, conserved pools.

In the order in which a model passes through: read the file, build each reaction from its mechanism
and modifiers, hold them as a network, find its conserved pools, add regulation, free constants that
have values, write it back.
"""

from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.network.reaction import (
    MechanismDefinition,
    ModifierDefinition,
    Rate,
    Reaction,
)
from skimpy_renaissance.network.roles import Roles
from skimpy_renaissance.network.mechanisms import CORRECTED, SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS, ModifierClass
from skimpy_renaissance.network.formulas import Formulas, read_formulas
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.compartment import Compartment
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.km_labels import km_labels
from skimpy_renaissance.network.conservation import (
    ConservedPools,
    find_pools,
    pools_from_table,
)
from skimpy_renaissance.network.stated_pools import read_pools, with_stated_pools
from skimpy_renaissance.network.near_pools import NearPool, near_pools
from skimpy_renaissance.network.skimpy_live import from_skimpy
from skimpy_renaissance.network.regulation import add_regulation
from skimpy_renaissance.network.free_constants import free_constants
from skimpy_renaissance.network.skimpy_yaml_writer import write_skimpy_yaml

__all__ = [
    "read_skimpy_yaml",
    "MechanismDefinition",
    "ModifierDefinition",
    "Rate",
    "Reaction",
    "Roles",
    "CORRECTED",
    "SKIMPY",
    "MechanismClass",
    "MODIFIERS",
    "ModifierClass",
    "Formulas",
    "read_formulas",
    "build_reaction",
    "Compartment",
    "KineticNetwork",
    "km_labels",
    "ConservedPools",
    "find_pools",
    "pools_from_table",
    "read_pools",
    "with_stated_pools",
    "NearPool",
    "near_pools",
    "from_skimpy",
    "add_regulation",
    "free_constants",
    "write_skimpy_yaml",
]
