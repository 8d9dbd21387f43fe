"""Designed strains in a batch: as their wild type where nothing changes, by hand where it does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.design import Design, DesignLimits, ResponseProblem, verify_in_batch
from skimpy_renaissance.dynamics import WILD_TYPE, BatchReactor, Strain, medium_at, simulate_reactor
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import Compartment, KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

NOTHING = Design({}, 0.0, np.empty(0))
DOUBLE = Design({"make": 2.0}, 0.0, np.empty(0))
UNITS = Units(concentration_scaling=1e6, density=1000.0, gdw_gww_ratio=0.3)


# -- a cell of three reactions, all far from saturation or idle: solved by hand ------------------


def first_order(name, substrate, product):
    roles = {"substrate1": substrate, "product1": product}
    law = MechanismDefinition("IrrevMichaelisMenten", roles, {"substrate1": -1.0, "product1": 1.0})
    return build_reaction(name, law)


FAR = 1e12  # a Km: rates are V/Km x
MAKE, WASTE = 2000.0, 1000.0  # V/Km, 1/h
CONSTANTS = {
    "vmax_forward_make": MAKE * FAR,
    "km_substrate1_make": FAR,
    "vmax_forward_waste": WASTE * FAR,
    "km_substrate1_waste": FAR,
    "vmax_forward_grow": 0.0,
    "km_substrate1_grow": 1.0,
}
TOY = KineticNetwork(
    "toy",
    (
        first_order("make", "sugar_e", "wine_e"),
        first_order("waste", "sugar_e", "ash_e"),
        first_order("grow", "stuff_c", "dust_c"),
    ),
    compartments={"c": Compartment("c", 1.6, 2.0), "e": Compartment("e", 2.0, 2.0)},
    compartment_of={"sugar_e": "e", "wine_e": "e", "ash_e": "e", "stuff_c": "c", "dust_c": "c"},
    boundaries=frozenset({"sugar_e", "wine_e", "ash_e"}),
    values=CONSTANTS,
)


def toy(**weights):
    """Reactor, population of one, problem and state of the toy."""
    reactor = BatchReactor(
        {"a": Strain(TOY, "grow")}, units=UNITS, volume=2e3 * 2.0, medium={"sugar_e": 0.01}
    )
    population = ParameterPopulation(
        tuple(CONSTANTS), np.array([[*CONSTANTS.values()]]), ("m",), units=UNITS
    )
    state = SteadyState(
        name="s",
        fluxes=pd.Series({"make": 2.0, "waste": 1.0, "grow": 0.0}),
        concentrations=pd.Series({"stuff_c": 1.0, "dust_c": 1.0}),
        equilibrium_constants=pd.Series(dict.fromkeys(("make", "waste", "grow"), np.nan)),
        units=UNITS,
    )
    empty = np.empty((1, 0))
    problem = ResponseProblem(
        ("make", "waste"),
        ("m",),
        np.array([[0.3, -0.3]]),
        (),
        np.empty((1, 0, 2)),
        empty,
        empty,
        DesignLimits(),
        weights or {"make": 1.0, "waste": -1.0},
    )
    return reactor, population, problem, state


def verified(reactor, population, problem, state, designs, **options):
    options = {"inoculum": 0.15, "n_processes": 1, "progress": False, **options}
    if "until" not in options and "hours" not in options:
        options["until"] = 6.0
    return verify_in_batch(reactor, population, problem, designs, state=state, **options)


def test_a_doubled_enzyme_in_a_cell_that_is_solved_by_hand():
    reactor, population, problem, state = toy()
    table = verify_in_batch(
        reactor,
        population,
        problem,
        [DOUBLE],
        state=state,
        inoculum=0.15,  # one cell of volume 2 in a reactor of 4,000
        hours=(0.5,),
        until=2.0,
        n_processes=1,
        progress=False,
    )
    share = 2.0 / 4e3
    old, new = (MAKE + WASTE) * share, (2 * MAKE + WASTE) * share
    row = table.iloc[0]
    for mark, t in (("0.5h", 0.5), ("end", 2.0)):
        gone = np.expm1(-new * t) / np.expm1(-old * t)
        gain = np.log((2 * MAKE / new) / (MAKE / old))
        assert row[f"yield_{mark}"] == pytest.approx(gain, abs=1e-5)
        assert row[f"titre_{mark}"] == pytest.approx(gain + np.log(gone), abs=1e-5)
        assert row[f"biomass_{mark}"] == 1.0
    assert row["promised"] == pytest.approx(0.3 * np.log(2.0))
    assert row["works"]
    assert row["status"] == "finished"


def test_without_a_substrate_the_titre_counts():
    table = verified(*toy(make=1.0), [DOUBLE])
    assert [name for name in table if name.startswith("yield")] == []
    assert table["titre_end"][0] > 0
    assert table["works"].all()


def test_too_much_of_something_is_named_where_the_wild_type_has_less():
    small = {"wine_e": (0.0, 0.007), "ash_e": (0.0, 1e-6)}
    table = verified(*toy(), [DOUBLE, NOTHING], hours=(), until=2.0, plausible=small)
    assert table["implausible"].tolist() == ["wine_e", ""]


def test_a_run_that_stops_is_told_and_does_not_work():
    table = verified(*toy(), [DOUBLE], time_limit=1e-9)
    assert table["status"].str.startswith("wild type: ").all()
    assert np.isnan(table["yield_end"]).all()
    assert not table["works"].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"product": "beer_e"}, "product must be in the medium, which has no 'beer_e'"),
        ({"product": "sugar_e"}, "do not make 'sugar_e'.* they make wine_e, ash_e"),
        ({"substrate": "wine_e"}, "do not take up 'wine_e'.* they take up sugar_e"),
        ({"hours": (5.0, 30.0)}, "within the batch, above 0 and up to 24 h, got 30"),
        ({"until": 0.0}, "until, h, must be"),
        ({"inoculum": -1.0}, "inoculum, gDW/L, must be"),
        ({"n_times": 1}, "n_times must be"),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    with pytest.raises((InputError, MissingEntryError), match=message):
        verified(*toy(), [DOUBLE], **options)


def test_unclear_or_constant_metabolites_lacking_models_and_several_strains_are_told():
    reactor, population, problem, state = toy(grow=1.0)
    with pytest.raises(
        InputError, match=r"product does not follow from .*ln grow.*product='wine_e'"
    ):
        verified(reactor, population, problem, state, [])
    reactor, population, problem, state = toy()
    held = replace(reactor, constant=frozenset({"sugar_e"}))
    with pytest.raises(InputError, match="holds the substrate 'sugar_e' constant"):
        verified(held, population, problem, state, [], substrate="sugar_e")
    with pytest.raises(MissingEntryError, match="parameter set in the population"):
        verified(reactor, replace(population, index=("other",)), problem, state, [])
    with pytest.raises(MissingEntryError, match="enzyme of the problem 'nothing'"):
        verified(reactor, population, problem, state, [Design({"nothing": 2.0}, 0, np.empty(0))])
    two = replace(reactor, strains={"a": Strain(TOY, "grow"), "b": Strain(TOY, "grow")})
    with pytest.raises(InputError, match="reactor of one strain, got a, b"):
        verified(two, population, problem, state, [])


# -- the bundled model ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def core_reactor(core):
    network, state = core[:2]
    held = frozenset({"h_e", "o2_e", "co2_e", "strain_1_h_c"})
    strain = Strain(network, "Biomass_Ecoli_core")
    reactor = BatchReactor({"strain_1": strain}, units=state.units, volume=1e12, constant=held)
    return replace(reactor, medium={**medium_at(reactor, state), "glc__D_e": 0.02, "nh4_e": 0.05})


@pytest.mark.slow
def test_nothing_changed_is_the_wild_type_exactly_and_a_strain_is_that_of_the_simulation(
    core, acetate, core_reactor
):
    state, population = core[1], core[3]
    some = acetate.select([0, 1])
    design = Design({"AKGDH": 1.5}, 0.0, np.empty(0))
    table = verified(
        core_reactor, population, some, state, [NOTHING, design], inoculum=0.05, until=6.0
    )
    same, changed = table.iloc[:2], table.iloc[2:]
    logs = [name for name in table if name.startswith(("titre", "yield"))]
    assert (same[logs] == 0).all(axis=None)
    assert (same.filter(like="biomass") == 1).all(axis=None)
    assert (same["implausible"] == "").all()
    assert not same["works"].any()
    runs = simulate_reactor(
        core_reactor,
        population.select([0]),
        state,
        times=np.linspace(0.0, 6.0, 61),
        biomass=0.05,
        designs=[WILD_TYPE, design.strain],
        n_processes=1,
    )
    made = np.diff(runs.molar("ac_e")[:, [0, -1]])[:, 0]
    used = -np.diff(runs.molar("glc__D_e")[:, [0, -1]])[:, 0]
    first = changed.iloc[0]
    assert first["titre_end"] == pytest.approx(np.log(made[1] / made[0]), abs=1e-4)
    assert first["yield_end"] == pytest.approx(np.log(np.divide(*(made / used)[::-1])), abs=1e-4)
    grown = runs.biomass()[:, -1]
    assert first["biomass_end"] == pytest.approx(grown[1] / grown[0], abs=1e-4)
