"""What contradicts one another: the smallest set, each of it needed, and which error would help."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.thermodynamics import energies_from_table, explain_infeasible

FORWARD = dict.fromkeys(("IN", "AB", "BC", "AC", "OUT"), 1)
RANGES = {
    **dict.fromkeys(("a_c", "b_c", "c_c"), (1e-4, 1e-2)),
    **{"a_e": 1e-2, "c_e": 1e-6, "h_c": 10**-7.5, "h_e": 1e-7},
}


def _energies(error=0.1, **log_k):
    stated = {"IN": 3.0, "AB": 1.0, "BC": 1.0, "AC": 2.0, "OUT": 0.0, **log_k}
    table = pd.DataFrame({"reaction": stated.keys(), "ln_k": stated.values(), "error": error})
    return energies_from_table(table, protons={"h_c": 7.5, "h_e": 7.0})


def test_nothing_is_said_where_something_is_left(network, units):
    found = explain_infeasible(
        network, _energies(), directions=FORWARD, concentrations=RANGES, units=units
    )
    assert found is None


def test_one_energy_with_the_ends_of_its_concentrations(network, units):
    """AB forward needs b/a < K; b/a is 1e-2 at the least, K is exp(-10) at best exp(-9.8)."""
    found = explain_infeasible(
        network, _energies(AB=-10.0), directions=FORWARD, concentrations=RANGES, units=units
    )
    assert [*zip(found.table["kind"], found.table["name"], strict=True)] == [
        ("concentration", "a_c"),
        ("concentration", "b_c"),
        ("energy", "AB"),
        ("direction", "AB"),
    ]
    needed = (10.0 - np.log(100) + 1e-3) / 0.1
    assert found.standard_errors == pytest.approx(needed, rel=1e-6)
    assert found.table["standard_errors"].iloc[2] == pytest.approx(needed, rel=1e-6)
    assert f"with {needed:.2f} all directions and concentrations would be possible" in str(found)
    assert "energy AB: dG'0 >= 24.3 kJ/mol (estimated 24.79, standard error 0.25)" in str(found)


def test_a_cycle_needs_no_concentrations(network, units):
    """AB and BC forward, AC backward: ln K of AC is less than the sum, or it runs forward."""
    directions = {**FORWARD, "AC": -1}
    found = explain_infeasible(
        network, _energies(AC=3.0), directions=directions, concentrations=RANGES, units=units
    )
    assert set(found.table["kind"]) == {"direction", "energy"}
    assert sorted(found.table["name"]) == ["AB", "AB", "AC", "AC", "BC", "BC"]
    least = (1.0 + 3e-3) / 0.1  # alone; together each takes a third
    energies = found.table.query("kind == 'energy'")
    np.testing.assert_allclose(energies["standard_errors"], least - 2 * 1.959964, rtol=1e-5)
    assert found.standard_errors == pytest.approx(least / 3, rel=1e-6)


def test_one_reaction_after_the_other_is_named(network, units):
    """Each set without a direction of its own is another one, until something is left."""
    energies = _energies(AB=-10.0, BC=-10.0, AC=-30.0)
    rest, seen = dict(FORWARD), []
    while (
        found := explain_infeasible(
            network, energies, directions=rest, concentrations=RANGES, units=units
        )
    ) is not None:
        (name,) = found.table.query("kind == 'direction'")["name"]
        del rest[name]
        seen.append(name)
    assert seen == ["AC", "AB", "BC"]  # the farthest off first


def test_protons_are_part_of_an_energy_at_its_ph(network, units):
    """IN has a proton at either side: its limits are those of what it carries."""
    directions = {"IN": 1}
    for ln_k, left in ((-4.6, True), (-4.7, False)):  # a_c/a_e is 1e-2 at the least
        found = explain_infeasible(
            network,
            _energies(error=0.0, IN=ln_k),
            directions=directions,
            concentrations=RANGES,
            units=units,
        )
        assert (found is None) is left
    assert found.table["name"].tolist() == ["a_c", "a_e", "IN", "IN"]


def test_what_no_error_can_help_is_said(network, units):
    found = explain_infeasible(
        network,
        _energies(error=0.0, AB=-10.0),
        directions={"AB": 2.5},
        concentrations=RANGES,
        units=units,
    )
    assert np.isinf(found.standard_errors)
    assert "No error of the energies helps" in str(found)


def test_a_reaction_without_an_energy_is_in_nobodys_way(network, units):
    energies = _energies(AB=-10.0)
    energies = energies.only(name for name in energies.reactions if name != "AB")
    found = explain_infeasible(
        network, energies, directions=FORWARD, concentrations=RANGES, units=units
    )
    assert found is None


def test_fluxes_that_contradict_the_balance(network, units):
    found = explain_infeasible(
        network,
        _energies(),
        fluxes={"IN": (2.0, 3.0), "OUT": (0.5, 1.0), "AC": (0.0, 1.0)},
        units=units,
    )
    limits = [*zip(found.table["kind"], found.table["name"], found.table["limit"], strict=True)]
    assert limits == [
        ("flux", "IN", ">= 2"),
        ("flux", "OUT", "<= 1"),
        ("balance", "a_c, b_c, c_c", "what is made is used"),
    ]
    assert np.isnan(found.standard_errors)
    assert "Widen a bound" in str(found)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (MissingEntryError, {"directions": {"BA": 1}}, "no reaction of the kinetic model 'BA'"),
        (InputError, {"directions": {"AB": "up"}}, "direction of 'AB' must be a number whose sign"),
        (MissingEntryError, {"concentrations": {"x": 1.0}}, "no metabolite of the kinetic model"),
        (InputError, {"level": 2.0}, "level must be a probability"),
        (InputError, {"least_displacement": 0.0}, "least_displacement"),
    ],
)
def test_what_cannot_be_is_refused(network, units, kind, options, message):
    with pytest.raises(kind, match=message):
        explain_infeasible(network, _energies(), **{"units": units, **options})
