"""The analysis of a landscape: its tables count what its numbers say."""

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.analyses.landscape import SPEED, SpeedSearch, landscape
from skimpy_renaissance.landscape import FastestModels


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return network, states[:40]


@pytest.fixture(scope="module")
def fastest(core):
    """Invented speeds between -20 and 0 1/h."""
    network, states = core
    n = len(states)
    speed = np.random.default_rng(0).uniform(-20, 0, n)
    names = tuple(network.km_names)
    settled = ("settled",) * n
    return FastestModels(
        states.names, names, speed, np.zeros((n, len(names))), np.full(n, 3), settled
    )


def test_numbers_count_what_the_table_of_states_holds(core, fastest):
    network, states = core
    found = landscape(network, states, fastest, partition=-10.0, members=4)
    table = found.tables["states"]
    assert (table["fast"] == (table[SPEED] < -10)).all()
    assert found.numbers["fast"] == table["fast"].sum()
    assert found.numbers["models_judged"] == 3 * len(states)
    assert {"slowest pool alone (1/h)", "slowest pool", "radius", "angle"} <= set(table.columns)
    near = found.numbers["neighbourhoods"]
    assert len(near["fast"]) == len(near["slow"]) == 4
    assert table.loc[near["fast"], SPEED].max() < table.loc[near["slow"], SPEED].max()
    assert set(found.drawings) == {"landscape", "fastest", "concentrations", "rules"}


def test_a_partition_that_parts_nothing_is_kept_unless_a_share_is_given(core, fastest):
    network, states = core
    kept = landscape(network, states, fastest, partition=-1e5, members=4)
    assert kept.numbers["fast"] == 0
    assert "rules" not in kept.tables
    assert kept.warnings[0].startswith("No rules: ")
    other = landscape(network, states, fastest, partition=-1e5, members=4, slow_share=0.25)
    assert other.numbers["fast"] == 30
    assert "does not tell states apart" in other.warnings[0]


def test_without_any_spectrum_there_is_no_landscape(core, fastest):
    network, states = core
    none = FastestModels(**{**vars(fastest), "lambda_max": np.full(len(states), np.nan)})
    with pytest.raises(sr.errors.InputError, match="No spectrum"):
        landscape(network, states, none, partition=-10.0)


@pytest.mark.slow
def test_a_search_without_generator_starts_near_x_and_is_resumed(core, tmp_path, monkeypatch):
    network, states = core
    context = RunContext(tmp_path, seed=1, threads=1)
    bounds = (np.log(1e-6), np.log(0.1))
    search = SpeedSearch(sr.compile(network), -10.0, bounds, 0, context)
    first = search("some", states[:5])
    assert (tmp_path / "some" / "search.json").exists()
    monkeypatch.setattr("skimpy_renaissance.landscape.fastest._search", None)
    np.testing.assert_array_equal(search("some", states[:5]).lambda_max, first.lambda_max)
