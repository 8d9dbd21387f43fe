"""The equations of a batch reactor, against closed forms and finite differences."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.equations.compiled_system import compile_system
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.designs import StrainDesign
from skimpy_renaissance.dynamics.reactors.starting_point import (
    initial_conditions,
    medium_at,
    named_designs,
    parameter_values,
)
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.errors import InputError, MissingEntryError, NetworkError, UnitsError
from skimpy_renaissance.network.kinetic_network import Compartment
from skimpy_renaissance.population import ParameterPopulation
from tests.dynamics.reactors.reactor_cases import (
    CELL,
    KM,
    SCALING,
    UNITS,
    VMAX,
    VOLUME,
    monod_network,
    monod_reactor,
)
from tests.dynamics.reactors.reactor_cases import monod_state as state

MU_MAX = VMAX * SCALING / UNITS.flux_factor  # 1/h
YIELD = MU_MAX / VMAX * VOLUME / CELL  # cells per uM of glucose


def values_of(reactor):
    return parameter_values(reactor, None, {})[0][0]


def run(reactor, start, until):
    compiled, p = compile_system(reactor.system), values_of(reactor)
    solution = solve_ivp(
        lambda _, x: compiled.right_hand_side(x, p),
        (0, until),
        start,
        method="LSODA",
        rtol=1e-10,
        atol=1e-10,
        dense_output=True,
    )
    return pd.DataFrame(solution.y.T, index=solution.t, columns=list(reactor.variables))


def test_the_right_hand_side_of_monod_growth_is_the_textbook_s():
    reactor = monod_reactor()
    cells, glucose = 3e9, 250.0
    rate = VMAX * glucose / (glucose + KM)
    expected = [cells * rate * SCALING / UNITS.flux_factor, -cells * CELL / VOLUME * rate]
    expected.append(rate * CELL / 1.6)  # the inside goes by its compartment's volume
    found = compile_system(reactor.system).right_hand_side(
        np.array([cells, glucose, 9.0]), values_of(reactor)
    )
    assert found == pytest.approx(expected, rel=1e-14)


def test_cells_grow_in_proportion_to_the_substrate_taken():
    course = run(monod_reactor(), [1e6, 1e4, 0.0], 30.0)
    grown = course["biomass_a"] - 1e6
    taken = 1e4 - course["glc_e"]
    assert np.allclose(grown, YIELD * taken, rtol=1e-8)


def test_monod_growth_meets_its_implicit_solution():
    """With s = s0 - (B - B0)/Y: mu t = (1 + a) ln(B/B0) - a ln(s/s0), a = Km/(s0 + B0/Y)."""
    first, sugar = 1e6, 1e4
    course = run(monod_reactor(), [first, sugar, 0.0], 7.5)
    a = KM / (sugar + first / YIELD)
    cells, left = course["biomass_a"], course["glc_e"]
    time = ((1 + a) * np.log(cells / first) - a * np.log(left / sugar)) / MU_MAX
    assert course["glc_e"].iloc[-1] < 0.5 * sugar
    assert np.allclose(time, course.index, rtol=1e-7, atol=1e-9)


def test_growth_stops_when_the_substrate_is_used_up():
    course = run(monod_reactor(), [1e6, 1e4, 0.0], 60.0)
    assert course["glc_e"].iloc[-1] < 1e-5
    assert course["biomass_a"].iloc[-1] == pytest.approx(1e6 + YIELD * 1e4, rel=1e-8)


def test_two_equal_strains_are_one_with_the_sum_of_the_cells():
    one = run(monod_reactor("a"), [3e6, 1e4, 0.0], 14.0).iloc[-1]
    two = run(monod_reactor("a", "b"), [1e6, 2e6, 1e4, 0.0, 0.0], 14.0).iloc[-1]
    assert two["biomass_a"] + two["biomass_b"] == pytest.approx(one["biomass_a"], rel=1e-7)
    assert two["glc_e"] == pytest.approx(one["glc_e"], rel=1e-7)
    assert two["biomass_b"] == pytest.approx(2 * two["biomass_a"], rel=1e-7)
    assert two["b_stuff_c"] == pytest.approx(one["a_stuff_c"], rel=1e-7)


def test_a_constant_metabolite_stays_and_growth_is_then_exponential():
    course = run(monod_reactor(constant={"glc_e"}), [1e6, 1e4, 0.0], 10.0)
    mu = MU_MAX * 1e4 / (1e4 + KM)
    assert (course["glc_e"] == 1e4).all()
    assert np.allclose(course["biomass_a"], 1e6 * np.exp(mu * course.index), rtol=1e-7)


def test_without_cells_nothing_happens_to_the_medium():
    course = run(monod_reactor(), [0.0, 1e4, 0.0], 5.0)
    assert (course["glc_e"] == 1e4).all()
    assert (course["biomass_a"] == 0).all()


def test_twice_the_reactor_with_twice_the_cells_is_the_same_medium():
    small = run(monod_reactor(), [1e6, 1e4, 0.0], 12.0).iloc[-1]
    large = run(monod_reactor(volume=2 * VOLUME), [2e6, 1e4, 0.0], 12.0).iloc[-1]
    assert large["glc_e"] == pytest.approx(small["glc_e"], rel=1e-7)
    assert large["biomass_a"] == pytest.approx(2 * small["biomass_a"], rel=1e-7)


def core_reactor(*names, state):
    network, _ = sr.examples.e_coli_core()
    strains = {n: Strain(network, "Biomass_Ecoli_core") for n in names}
    held = {"h_e", "o2_e", "co2_e", *(f"{n}_h_c" for n in names)}
    return BatchReactor(strains, units=state.units, volume=1e12, constant=held)


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    reference = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=2))
    return reference, sampler.sample(network, reference, seed=11)


@pytest.mark.slow
def test_at_the_steady_state_the_cell_rests_and_grows_at_its_rate(core):
    reference, population = core
    reactor = core_reactor("a", state=reference)
    start = initial_conditions(
        reactor, reference, 2, biomass=0.1, medium=medium_at(reactor, reference)
    )
    p, _ = parameter_values(reactor, population, {})
    compiled = compile_system(reactor.system)
    for x, values in zip(start, p, strict=True):
        change = compiled.right_hand_side(x, values)
        inside = [i for i, n in enumerate(reactor.variables) if n.startswith("a_")]
        assert np.abs(change[inside] / x[inside]).max() < 1e-3
        flux = reference.fluxes["Biomass_Ecoli_core"] / reference.units.flux_factor
        assert change[0] / x[0] == pytest.approx(flux, rel=1e-9)


def test_uptake_is_the_genome_scale_flux_times_the_dry_weight(core):
    reference, population = core
    reactor = core_reactor("a", state=reference)
    start = initial_conditions(
        reactor, reference, 1, biomass=0.25, medium=medium_at(reactor, reference)
    )[0]
    p = parameter_values(reactor, population, {})[0][0]
    change = compile_system(reactor.system).right_hand_side(start, p)
    sugar = change[reactor.variables.index("glc__D_e")] / 1e6 * 1e3  # mmol/L/h
    uptake = reference.fluxes["GLCpts"] / reference.units.flux_factor  # mmol/gDW/h
    assert sugar == pytest.approx(-0.25 * uptake, rel=1e-9)


def test_the_jacobian_of_two_strains_is_that_of_finite_differences(core):
    reference, population = core
    reactor = core_reactor("a", "b", state=reference)
    compiled = compile_system(reactor.system)
    states = {"a": reference, "b": reference}
    sets = {"a": population.select([0]), "b": population.select([1])}
    x = initial_conditions(
        reactor,
        states,
        1,
        biomass={"a": 0.1, "b": 0.2},
        medium=medium_at(reactor, reference),
    )[0]
    p = parameter_values(reactor, sets, {})[0][0]
    x = x * np.random.default_rng(0).lognormal(sigma=0.2, size=len(x))
    jacobian = compiled.jacobian(x, p)
    assert np.abs(jacobian[:, 0]).max() > 0
    for j, value in enumerate(x):
        step = np.zeros(len(x))
        step[j] = 1e-5 * value
        f = [compiled.right_hand_side(x + k * step, p) for k in (-2, -1, 1, 2)]
        slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step[j])
        noise = 1e-9 * np.abs(jacobian * x).max(axis=1) / value
        assert (np.abs(slope - jacobian[:, j]) <= 1e-6 * np.abs(jacobian[:, j]) + noise).all()


# -- biomass and medium in everyday units ------------------------------------------------------


def test_a_cell_weighs_what_the_fluxes_are_per_gram_of():
    reactor = monod_reactor()
    start = initial_conditions(reactor, state(), 1, biomass=0.3)[0]
    cells_of_all_volume = VOLUME / CELL
    assert start[0] == pytest.approx(0.3 / (1000.0 * 0.3) * cells_of_all_volume)


def test_the_mass_of_a_cell_may_be_stated_as_renaissance_does():
    reactor = monod_reactor(volume=5e13)
    start = initial_conditions(reactor, state(), 1, biomass=0.037, cell_mass=0.28e-12)[0]
    assert start[0] == pytest.approx(0.037 * 0.05 / 0.28e-12, rel=1e-12)


def test_the_medium_is_the_reactor_s_unless_another_is_given():
    reactor = monod_reactor()
    given = {"glc_e": 0.002}
    assert initial_conditions(reactor, state(), 1, biomass=1)[0, 1] == pytest.approx(1e4)
    assert initial_conditions(reactor, state(), 1, biomass=1, medium=given)[0, 1] == 2000.0
    assert initial_conditions(reactor, state(), 1, biomass=1, medium={})[0, 1] == 0.0
    assert medium_at(reactor, state()) == pytest.approx({"glc_e": 7e-4})


def test_each_set_starts_at_its_own_steady_state():
    reactor = monod_reactor()
    start = initial_conditions(reactor, [state(stuff_c=1.0), state(stuff_c=2.0)], 2, biomass=1)
    assert start[:, 2].tolist() == [1.0, 2.0]


def test_parameters_come_from_the_sets_before_the_network_and_under_the_design():
    reactor = monod_reactor()
    sets = ParameterPopulation(
        ("vmax_forward_growth",), np.array([[10.0], [20.0]]), ("x", "y"), units=UNITS
    )
    design = {"a": StrainDesign("d", {"growth": 3.0})}
    values, names = parameter_values(reactor, sets, design)
    assert reactor.system.parameter_names == ("a_vmax_forward_growth", "a_km_substrate1_growth")
    assert values.tolist() == [[30.0, KM], [60.0, KM]]
    assert names == ("x", "y")


def test_one_set_of_a_strain_serves_all_sets_of_another():
    reactor = monod_reactor("a", "b")
    many = ParameterPopulation(("vmax_forward_growth",), np.ones((3, 1)), units=UNITS)
    one = ParameterPopulation(("vmax_forward_growth",), np.ones((1, 1)), ("z",), units=UNITS)
    values, names = parameter_values(reactor, {"a": many, "b": one}, {})
    assert len(values) == 3
    assert names == ("0+z", "1+z", "2+z")


# -- what is refused ---------------------------------------------------------------------------


def test_a_population_or_state_in_other_units_is_refused():
    reactor = monod_reactor()
    nano = dataclasses.replace(UNITS, concentration_scaling=1e9)
    sets = ParameterPopulation(("vmax_forward_growth",), np.ones((1, 1)), units=nano)
    with pytest.raises(UnitsError, match=r"concentration_scaling: 1000000\.0 here"):
        parameter_values(reactor, sets, {})
    with pytest.raises(UnitsError, match="concentration_scaling"):
        initial_conditions(reactor, state(units=nano), 1, biomass=1)
    with pytest.raises(UnitsError, match=r"units=reactor\.units"):
        parameter_values(reactor, dataclasses.replace(sets, units=None), {})


def test_the_energy_unit_of_a_state_does_not_matter():
    joule = dataclasses.replace(UNITS, energy_unit="kJ/mol")
    assert len(initial_conditions(monod_reactor(), state(units=joule), 1, biomass=1)) == 1


def test_missing_values_are_named():
    network = dataclasses.replace(monod_network(), values={"vmax_forward_growth": 1.0})
    reactor = BatchReactor({"a": Strain(network, "growth")}, units=UNITS, volume=1.0)
    with pytest.raises(MissingEntryError, match="km_substrate1_growth"):
        parameter_values(reactor, None, {})
    lacking = dataclasses.replace(state(), concentrations=pd.Series({"glc_e": 1.0}))
    with pytest.raises(MissingEntryError, match="stuff_c"):
        initial_conditions(monod_reactor(), lacking, 1, biomass=1)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"volume": 0.0}, InputError, "volume"),
        ({"volume": "5e13"}, InputError, "volume"),
        ({"medium": {"xyl_e": 1.0}}, MissingEntryError, "xyl_e"),
        ({"medium": {"stuff_c": 1.0}}, MissingEntryError, "stuff_c"),
        ({"medium": {"glc_e": -1.0}}, InputError, "glc_e"),
        ({"constant": {"o2_e"}}, MissingEntryError, "o2_e"),
        ({"constant": "glc_e"}, InputError, "set of names"),
        ({"extracellular": "x"}, MissingEntryError, "'x'"),
    ],
)
def test_an_impossible_reactor_is_refused(changes, error, words):
    with pytest.raises(error, match=words):
        monod_reactor(**changes)


def test_a_reactor_without_strain_is_refused():
    with pytest.raises(InputError, match="strain"):
        BatchReactor({}, units=UNITS, volume=1.0)


def test_a_strain_without_cell_volume_is_refused():
    network = monod_network()
    places = {**network.compartments, "e": Compartment("e")}
    network = dataclasses.replace(network, compartments=places)
    with pytest.raises(NetworkError, match="cell_volume_e"):
        BatchReactor({"a": Strain(network, "growth")}, units=UNITS, volume=1.0)


@pytest.mark.parametrize("scaling", [0.0, -1.0, float("nan"), True])
def test_a_biomass_scaling_is_positive(scaling):
    with pytest.raises(InputError, match="biomass_scaling"):
        Strain(monod_network(), "growth", scaling)


def test_several_strains_must_be_told_apart():
    reactor = monod_reactor("a", "b")
    with pytest.raises(InputError, match="biomass as a mapping"):
        initial_conditions(reactor, {"a": state(), "b": state()}, 1, biomass=1.0)
    with pytest.raises(MissingEntryError, match="states must name"):
        initial_conditions(reactor, {"a": state()}, 1, biomass={"a": 1.0, "b": 1.0})
    with pytest.raises(InputError, match="a design as a mapping"):
        named_designs(reactor, [StrainDesign("d", {"growth": 2.0})])


def test_as_many_states_as_sets_are_needed():
    with pytest.raises(InputError, match="3 parameter sets and 2 steady states"):
        initial_conditions(monod_reactor(), [state(), state()], 3, biomass=1)


def test_designs_have_names_of_their_own():
    with pytest.raises(InputError, match="different names"):
        named_designs(monod_reactor(), [StrainDesign("d"), StrainDesign("d")])
