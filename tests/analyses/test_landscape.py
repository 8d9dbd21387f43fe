"""The analysis of a landscape: its tables count what its numbers say."""

from dataclasses import replace

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.analyses.landscape import SPEED, SpeedSearch, landscape, search_told
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


def test_how_far_the_search_went_is_told_of_slow_states_only(fastest):
    status = tuple(
        "improving" if speed < -15 or speed > -2 else "settled" for speed in fastest.lambda_max
    )
    judged = np.where(fastest.lambda_max > -2, 9, 3)
    told = search_told(replace(fastest, status=status, judged=judged), -10.0)
    slow, still = (fastest.lambda_max >= -10).sum(), (fastest.lambda_max > -2).sum()
    assert told == f"{slow} of 40 not below after 3-9 models each, {still} of these still improving"
    assert "at all states" in search_told(fastest, 1.0)


def test_a_partition_is_kept_where_twenty_states_are_slow(core, fastest):
    """However small a share they are of all: tests of rules have something to compare."""
    from skimpy_renaissance.analyses.landscape import _telling_partition  # noqa: PLC0415

    speed = np.append(np.full(4980, -20.0), np.full(20, -1.0))
    assert _telling_partition(speed, -10.0, 0.184, []) == -10.0
    warnings: list[str] = []
    assert _telling_partition(speed[:-1], -10.0, 0.184, warnings) != -10.0
    assert "does not tell states apart" in warnings[0]


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
