"""What designs reach in the full rate laws: small changes as promised, large ones beside it."""

import numpy as np
import pytest

from skimpy_renaissance.design import Design, enumerate_designs, verify_designs
from skimpy_renaissance.dynamics import steady_state
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.steady_states.concentration_classes import concentration_range

GROWTH = "Biomass_Ecoli_core"


def test_a_small_change_reaches_what_was_promised(core, acetate):
    _, _, _, population, bound = core
    small = Design(dict.fromkeys(acetate.enzymes[:3], 1.0002), 0.0, np.empty(0))
    table = verify_designs(bound, population, acetate, [small], growth=GROWTH, progress=False)
    assert (table["status"] == "stable").all()
    np.testing.assert_allclose(table["reached"], table["promised"], rtol=5e-3, atol=1e-7)
    np.testing.assert_allclose(table["growth"], 1.0, atol=1e-2)


@pytest.mark.slow
def test_capacities_that_are_all_three_times_as_large_change_no_ratio(core, acetate):
    _, _, _, population, bound = core
    one = acetate.select([0])
    every = dict.fromkeys(
        (n.removeprefix("vmax_forward_") for n in bound.network.vmax_names if n), 3
    )
    small = Design({acetate.enzymes[0]: 1.2}, 0.0, np.empty(0))
    first, second = (
        verify_designs(bound, sets.select([0]), one, [small], growth=GROWTH, progress=False)
        for sets in (population, population.with_changes(every))
    )
    columns = ["promised", "reached", "growth", "fold"]
    np.testing.assert_allclose(second[columns], first[columns], rtol=1e-6)


@pytest.mark.slow
def test_designs_are_followed_to_their_steady_states(core, acetate):
    _, _, _, population, bound = core
    best = enumerate_designs(acetate, progress=False)[0]
    table = verify_designs(bound, population, acetate, [best], growth=GROWTH, progress=False)
    found = steady_state(bound, population.with_changes(best.folds), progress=False)
    assert table["status"].tolist() == found.status.tolist()
    with np.errstate(invalid="ignore"):
        reached = np.log(found.relative("ACt2r")) - np.log(found.relative("GLCpts"))
    np.testing.assert_allclose(table["reached"], reached)
    np.testing.assert_allclose(table["promised"], best.log_gains)
    assert table["works"].tolist() == [bool(s and r > 0) for s, r in zip(
        found.stable, reached, strict=True)]  # fmt: skip
    row = table[table["status"] == "stable"].iloc[0]
    at = found.models.index(row["model"])
    assert np.log(row["fold"]) == pytest.approx(abs(found.log_ratios.iloc[at][row["furthest"]]))


def test_unknown_enzymes_models_and_growth_are_told(core, acetate):
    _, _, _, population, bound = core
    other = Design({"nothing": 2.0}, 0.0, np.empty(0))
    with pytest.raises(MissingEntryError, match="enzyme of the problem 'nothing'"):
        verify_designs(bound, population, acetate, [other])
    with pytest.raises(MissingEntryError, match="parameter set in the population"):
        verify_designs(bound, population.select([0]), acetate, [])
    with pytest.raises(MissingEntryError, match="reaction 'grow'"):
        verify_designs(bound, population, acetate, [], growth="grow")
    twice = acetate.joined([acetate, acetate])
    with pytest.raises(InputError, match="6 models of the problem have names of others"):
        verify_designs(bound, population, twice, [])


@pytest.mark.slow
def test_too_little_of_a_metabolite_at_the_new_steady_state_is_named(core, acetate):
    _, _, _, population, bound = core
    slow = Design({"AKGDH": 0.02}, 0.0, np.empty(0))
    table = verify_designs(bound, population, acetate, [slow], progress=False)
    assert (table["implausible"] != "").any()
    found = steady_state(bound, population.with_changes(slow.folds), progress=False)
    scale = bound.reference.units.concentration_scaling
    for odd, now in zip(table["implausible"], found.concentrations / scale, strict=True):
        outside = set()
        for name, value, old in zip(
            found.variables, now, found.reference_concentrations / scale, strict=True
        ):
            allowed = concentration_range(name, outside=name.endswith("_e"))
            within = allowed is None or allowed.low <= old <= allowed.high
            if within and (value < allowed.low or value > allowed.high):
                outside.add(name)
        assert set(filter(None, odd.split(", "))) == outside
