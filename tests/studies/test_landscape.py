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
from skimpy_renaissance.steady_states import check_consistency
from skimpy_renaissance.studies.landscape import STUDY, LandscapeSettings
from skimpy_renaissance.studies.landscape_findings import _published_window

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
def test_slow_states_are_laid_to_their_slowest_pools(result):
    states = result.tables["states"]
    slow = states[~states["fast"]]
    limited = slow["slowest pool alone (1/h)"] < -result.numbers["partition"]
    assert _ours(result, "slow states with a pool") == pytest.approx(100 * limited.mean())


def test_the_published_example_of_a_rule_is_looked_up(parting, result):
    states = parting.states[:60]
    table = result.tables["states"]
    found = replace(result, tables={"states": table})
    name = "_3pg_c" if "_3pg_c" in states.metabolite_names else states.metabolite_names[0]
    column = states.metabolite_names.index(name)
    scale = 2.5e-6 * states.units.concentration_scaling / states.concentrations[0, column]
    changed = states.concentrations.copy()
    changed[:, column] *= scale  # the first one is now in the middle of the window
    shifted = replace(states, concentrations=changed)
    names = tuple("_3pg_c" if m == name else m for m in shifted.metabolite_names)
    (finding,) = _published_window(found, replace(shifted, metabolite_names=names), -9.0)
    molar = changed[:, column] / states.units.concentration_scaling
    inside = (molar >= 2e-6) & (molar <= 3e-6)
    fast = table["fastest lambda_max (1/h)"].to_numpy() < -9.0
    assert inside.any()
    assert finding.ours == pytest.approx(100 * fast[inside].mean())
    away = replace(shifted, metabolite_names=names, concentrations=1e3 * changed)
    assert _published_window(found, away, -9.0)[0].ours == "none there"
    other = tuple("x" if m == "_3pg_c" else m for m in names)
    assert _published_window(found, replace(shifted, metabolite_names=other), -9.0) == []


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


@pytest.mark.slow
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
