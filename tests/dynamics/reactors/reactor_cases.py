"""Small strains with rate laws whose reactors can be solved by hand."""

import numpy as np
import pandas as pd

from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

UNITS = Units(concentration_scaling=1e6, density=1000.0, gdw_gww_ratio=0.3)
CELL, VOLUME = 2.0, 5e10
VMAX, KM, SCALING = 3e6, 400.0, 0.05


def monod_network():
    """Give one reaction that takes glucose from the medium and makes the cell's own product."""
    growth = build_reaction(
        "growth",
        MechanismDefinition(
            "IrrevMichaelisMenten",
            {"substrate1": "glc_e", "product1": "stuff_c"},
            {"substrate1": -1.0, "product1": 1.0},
        ),
    )
    return KineticNetwork(
        "monod",
        (growth,),
        compartments={"c": Compartment("c", 1.6, CELL), "e": Compartment("e", CELL, CELL)},
        compartment_of={"glc_e": "e", "stuff_c": "c"},
        boundaries=frozenset({"glc_e"}),
        values={"vmax_forward_growth": VMAX, "km_substrate1_growth": KM},
    )


def monod_reactor(*strains, **changes):
    strains = strains or ("a",)
    each = {name: Strain(monod_network(), "growth", SCALING) for name in strains}
    given = {"units": UNITS, "volume": VOLUME, "medium": {"glc_e": 0.01}, **changes}
    return BatchReactor(each, **given)


def monod_state(units=UNITS, **concentrations):
    values = {"stuff_c": 3.0, "glc_e": 700.0, **concentrations}
    return SteadyState(
        name="s",
        fluxes=pd.Series({"growth": 1.0}),
        concentrations=pd.Series(values),
        equilibrium_constants=pd.Series({"growth": np.nan}),
        units=units,
    )
