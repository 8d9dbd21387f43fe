from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError
from skimpy_renaissance.steady_states import SteadyState, SteadyStates
from skimpy_renaissance.units import Units


@pytest.fixture
def states(units) -> SteadyStates:
    rng = np.random.default_rng(1)
    return SteadyStates(
        names=("a", "b", "c", "d"),
        reaction_names=("R0", "R1", "R2"),
        metabolite_names=("x", "y"),
        fluxes=rng.normal(size=(4, 3)),
        concentrations=rng.uniform(1, 2, size=(4, 2)),
        equilibrium_constants=np.where([True, False, True], rng.uniform(1, 2, (4, 3)), np.nan),
        units=units,
    )


def test_it_is_a_sequence_by_number_name_and_slice(states, units):
    assert len(states) == 4
    assert [state.name for state in states] == ["a", "b", "c", "d"]
    assert states[-1].name == "d"
    assert states["b"].name == "b"
    assert states[1:3].names == ("b", "c")
    assert states[::-1].names == ("d", "c", "b", "a")
    np.testing.assert_array_equal(states[::-1].fluxes, states.fluxes[::-1])
    state = states["c"]
    assert isinstance(state, SteadyState)
    assert state.units == units
    np.testing.assert_array_equal(state.fluxes[["R0", "R1", "R2"]], states.fluxes[2])
    np.testing.assert_array_equal(state.concentrations[["x", "y"]], states.concentrations[2])
    assert list(state.equilibrium_constants.dropna().index) == ["R0", "R2"]
    with pytest.raises(IndexError):
        states[4]


def test_select_takes_names_in_the_given_order(states):
    assert states.select(["d", "a"]).names == ("d", "a")
    np.testing.assert_array_equal(states.select(["d", "a"]).fluxes, states.fluxes[[3, 0]])
    with pytest.raises(MissingEntryError, match=r"no steady state 'z'. Names look like a, b"):
        states.select(["a", "z"])
    with pytest.raises(MissingEntryError, match="no steady state 0"):
        states.select([0])
    with pytest.raises(InputError, match="at least one profile"):
        states.select([])


def test_stacking_single_states_is_the_inverse_of_iterating(states):
    again = SteadyStates.stack(list(states))
    assert again.names == states.names
    for label in ("fluxes", "concentrations", "equilibrium_constants"):
        np.testing.assert_array_equal(getattr(again, label), getattr(states, label))


def test_states_of_different_units_or_networks_do_not_stack(states):
    other = Units(concentration_scaling=1e9, density=1200.0, gdw_gww_ratio=0.3)
    with pytest.raises(UnitsError, match="'b' must have the same units; concentration_scaling"):
        SteadyStates.stack([states[0], replace(states[1], units=other)])
    renamed = replace(states[1], fluxes=states[1].fluxes.rename({"R0": "Q"}))
    with pytest.raises(InputError, match="fluxes of 'b' have other names"):
        SteadyStates.stack([states[0], renamed])
    with pytest.raises(InputError, match="at least one profile"):
        SteadyStates.stack([])


def test_nothing_in_it_can_be_changed(states):
    with pytest.raises(FrozenInstanceError):
        states.names = ()
    with pytest.raises(ValueError, match="read-only"):
        states.fluxes[0, 0] = 1.0


def test_changing_a_series_or_the_source_does_not_reach_the_states(units):
    source = np.ones((1, 1))
    states = SteadyStates(
        names=("a",),
        reaction_names=("R",),
        metabolite_names=("x",),
        fluxes=source,
        concentrations=source,
        equilibrium_constants=source,
        units=units,
    )
    source[:] = 7.0
    series = states[0].fluxes
    series["R"] = 9.0
    assert states.fluxes[0, 0] == 1.0


@pytest.mark.parametrize(
    ("label", "value", "message"),
    [
        ("fluxes", np.nan, "fluxes must be finite; state 'c' has nan for 'R1'"),
        ("fluxes", -np.inf, "state 'c' has -inf for 'R1'"),
        ("concentrations", 0.0, "concentrations must be positive and finite; state 'c' has 0.0"),
        ("concentrations", -2.0, r"state 'c' has -2.0 for 'y' \(1 such value\(s\) in all\)"),
        ("concentrations", np.nan, "state 'c' has nan for 'y'"),
        ("equilibrium_constants", -1.0, "equilibrium_constants must be positive and finite"),
        ("equilibrium_constants", np.inf, "state 'c' has inf for 'R1'"),
    ],
)
def test_an_impossible_value_is_named(states, label, value, message):
    array = np.array(getattr(states, label))
    array[2, 1] = value
    with pytest.raises(InputError, match=message):
        replace(states, **{label: array})


def test_shapes_names_and_units_are_required(states):
    with pytest.raises(InputError, match=r"fluxes must have shape \(4, 3\).*got \(3, 4\)"):
        replace(states, fluxes=states.fluxes.T)
    with pytest.raises(InputError, match="used twice: a"):
        replace(states, names=("a", "a", "c", "d"))
    with pytest.raises(UnitsError, match="need their units, got None"):
        replace(states, units=None)


def test_states_introduce_themselves_in_one_line(states):
    assert repr(states[:3]).startswith("<SteadyStates: 3 profiles of 3 fluxes in umol/L/h, 2 ")
    assert repr(states["b"]).endswith("3 fluxes in umol/L/h, 2 concentrations in umol/L>")
    assert "units not stated" in repr(replace(states["b"], units=None))


def test_states_without_what_is_off_are_those_of_the_smaller_network():
    network, states = sr.examples.e_coli_core()
    fluxes = np.array(states.fluxes[:3])
    fluxes[:, 4], fluxes[1, 7] = 0.0, 0.0
    idle = replace(states[:3], fluxes=fluxes)
    assert idle.zero_fluxes == (network.reaction_names[4],)
    assert idle[1:2] is not None
    smaller = network.without(idle.zero_fluxes)
    kept = idle.of(smaller)
    assert kept.reaction_names == smaller.reaction_names
    assert kept.metabolite_names == smaller.metabolites
    for name in smaller.reaction_names:
        assert kept[0].fluxes[name] == idle[0].fluxes[name]
    for name in smaller.metabolites:
        assert kept[0].concentrations[name] == idle[0].concentrations[name]
    with pytest.raises(MissingEntryError, match=f"no flux of {network.reaction_names[4]!r}"):
        kept.of(network)
