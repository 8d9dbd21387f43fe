"""The landscape study: findings are the counts of its tables, and no state is searched twice."""

import json
from dataclasses import replace

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape import fastest
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_state import check_consistency
from skimpy_renaissance.studies.landscape import STUDY, LandscapeSettings

SMALL = LandscapeSettings(
    n_states=60,
    generator_generations=2,
    steps=2,
    members=6,
    n_resampled=5,
    n_constrained=3,
    walk=20,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("landscape")


@pytest.fixture(scope="module")
def parting(case):
    """The bundled organism, with a partition that some states reach after two steps."""
    return replace(case, criterion=Validity(-9.0))


@pytest.fixture(scope="module")
def result(parting, place):
    return STUDY.run(parting, SMALL, RunContext(place, seed=1))


def _ours(result, beginning):
    (found,) = [f.ours for f in result.findings if f.quantity.startswith(beginning)]
    return found


@pytest.mark.slow
def test_findings_are_counts_of_the_tables(result):
    states, new = result.tables["states"], result.tables["new_states"]
    partition = result.numbers["partition"]
    speed = states["fastest lambda_max (1/h)"]
    assert len(states) == 60
    assert (states["fast"] == (speed < partition)).all()
    assert _ours(result, "states with no model") == pytest.approx(100 * (~states["fast"]).mean())
    around = new[new["group"] == "fast"]["fastest lambda_max (1/h)"]
    assert len(around) == 5
    assert _ours(result, "new states around the fastest") == pytest.approx(
        100 * (around < partition).mean()
    )
    assert (
        _ours(result, "metabolites with a concentration that allows no")
        == result.tables["rules"]["rule"].sum()
    )


@pytest.mark.slow
def test_a_partition_that_parts_nothing_is_replaced_and_said_so(case, tmp_path):
    strict = replace(case, criterion=Validity(-1e5), optimizer_chosen=True)
    result = STUDY.run(strict, SMALL, RunContext(tmp_path, seed=1))
    assert result.numbers["partition"] != -1e5
    assert _ours(result, "states with no model") == 100  # at the partition that was asked for
    assert 100 * (~result.tables["states"]["fast"]).mean() == pytest.approx(18.4, abs=2)
    assert any("does not tell states apart" in warning for warning in result.warnings)
    assert any("the choice of an optimizer has no effect" in text for text in result.warnings)


def test_all_figures_are_drawn(result, draw):
    assert set(result.drawings) >= {"landscape", "fastest", "neighbourhood", "resampled", "rules"}
    for drawing in result.drawings.values():
        draw(drawing)


def test_called_again_it_reads_what_the_folder_holds(parting, place, result, monkeypatch):
    monkeypatch.setattr(fastest, "_search", lambda *_, **__: pytest.fail("searched again"))
    again = STUDY.run(parting, SMALL, RunContext(place, seed=1))
    assert again.tables["states"].equals(result.tables["states"])


def test_all_searches_start_from_one_generator_trained_at_states_of_the_landscape(
    parting, place, result, tmp_path
):
    trained = sr.load_generator(place / "landscape" / "generator")
    assert trained.state.generation == 2
    assert result.numbers["models_judged_in_training"] == 2 * 3 * 32
    searched = {
        json.loads((path / "search.json").read_text())["generator"]
        for path in (place / "landscape").iterdir()
        if path.name != "generator" and not path.name.endswith("_again")
    }
    assert len(searched) == 1
    assert None not in searched
    near_x = STUDY.run(
        parting, replace(SMALL, generator_generations=0), RunContext(tmp_path, seed=1)
    )
    assert not (tmp_path / "landscape" / "generator").exists()
    again = near_x.numbers["models_judged"] // len(near_x.tables["states"])
    assert again == result.tables["states"]["judged"].min()
    column = "fastest lambda_max (1/h)"
    faster = result.tables["states"][column] < near_x.tables["states"][column]
    assert faster.mean() > 0.9


def test_where_no_model_is_fast_enough_a_second_search_begins_near_x(parting, place, result):
    folder = place / "landscape" / "states_again"
    names = [
        name
        for path in sorted(folder.glob("*.npz"))
        for name in np.load(path)["state_names"].tolist()
    ]
    assert json.loads((folder / "search.json").read_text())["generator"] is None
    table = result.tables["states"]
    twice = table[table["judged"] > table["judged"].min()]
    assert list(twice.index) == names
    slow = table[table["fastest lambda_max (1/h)"] >= parting.criterion.partition]
    assert set(slow.index) <= set(names)


@pytest.mark.slow
def test_all_searches_go_through_the_runner(parting, result, tmp_path):
    sizes = []

    class Recorded:
        """Notes how many states each task has."""

        def results(self, task, items):
            sizes.append(sum(map(len, items)))
            for position, item in enumerate(items):
                yield position, task(item)

    found = STUDY.run(parting, SMALL, RunContext(tmp_path, seed=1, runner=Recorded()))
    assert [size for size in sizes if size in (60, 5)][:3] == [60, 5, 5]
    assert found.tables["states"].equals(result.tables["states"])


@pytest.mark.slow
def test_too_few_given_states_show_no_ranges(parting, tmp_path):
    few = replace(parting, states=parting.states[:9], reference=parting.states.names[0])
    with pytest.raises(InputError, match=r"10 consistent steady states at least.*got 9"):
        STUDY.run(few, SMALL, RunContext(tmp_path))


def test_where_states_are_few_the_landscape_is_sampled_within_their_ranges(case):
    from skimpy_renaissance.studies.landscape import _states  # noqa: PLC0415

    warnings: list[str] = []
    sampled = _states(case, LandscapeSettings(n_states=205, widen=1.5), 0, warnings)
    assert len(sampled) == 205
    assert check_consistency(case.network, sampled).passed.all()
    assert "200 steady states are given. The landscape is of 205 steady states" in warnings[0]
    assert "1.5 times as wide" in warnings[0]
    plain: list[str] = []
    _states(case, LandscapeSettings(n_states=205), 0, plain)
    assert "1.01 times as wide" in plain[0]  # 201 / 199
    fewer = _states(case, LandscapeSettings(n_states=50), 0, [])
    assert len(fewer) == 50
    assert np.isin(fewer.names, case.states.names).all()


def test_the_full_study_has_the_published_size():
    full = STUDY.full
    assert (full.n_states, full.members, full.n_resampled) == (5000, 22, 90)
    assert (full.n_constrained, full.n_rules) == (40, 30)
