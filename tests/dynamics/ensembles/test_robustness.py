"""Robustness: who is back and when, against counting by hand; pieces that are kept."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import (
    Robustness,
    metabolites_in,
    perturb,
    robustness,
    simulate,
)
from skimpy_renaissance.dynamics.ensembles import pieces
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.population import Ensemble
from skimpy_renaissance.population.ensemble import NARROW, WHOLE, NarrowEnsembleWarning
from skimpy_renaissance.proportion import Proportion

GROWTH = "Biomass_Ecoli_core"
WATCHED = {"growth": GROWTH, "ATP": "atp_c", "both": (GROWTH, "atp_c")}


def _known(courses, *, tolerance=0.1, **changes):
    """Give a result with courses written by hand, at 0, 1, 2, ... h."""
    tables = {name: np.array(rows, dtype=float) for name, rows in courses.items()}
    (n_runs, n_times) = next(iter(tables.values())).shape
    runs = pd.DataFrame(
        {
            "model": [str(i) for i in range(n_runs)],
            "perturbation": "0",
            "status": "finished",
            "message": "",
            "seconds": 0.1,
        }
    )
    given = {"at_rest": dict.fromkeys(tables, 0.0), **changes}
    return Robustness(np.arange(float(n_times)), tables, runs=runs, tolerance=tolerance, **given)


@pytest.fixture(scope="module")
def found(core):
    bound, population = core
    return robustness(
        bound, population, WATCHED, horizon=1.0, within=[0.33], n_times=11, seed=5, n_processes=1
    )


def test_back_means_back_to_stay():
    passes_through, comes_back, never = [1, 0.05, -0.5, 0.05], [1, 0.2, 0.1, -0.1], [1, 1, 1, 0.11]
    stops = [1, 0.0, np.nan, np.nan]
    result = _known({"x": [passes_through, comes_back, never, stops]})
    np.testing.assert_array_equal(result.return_times()["x"], [3, 2, np.nan, np.nan])
    table = result.returned([1, 2, 3]).set_index("within")
    assert table["back"].to_dict() == {1: 0, 2: 1, 3: 2}
    assert (table["runs"] == 4).all()
    assert tuple(table.loc[3, ["low_95", "high_95"]]) == Proportion(2, 4).interval


def test_a_time_between_two_of_the_grid_counts_what_was_seen_before_it():
    result = _known({"x": [[1, 1, 0, 0]]})
    assert result.returned([1.99])["back"].to_list() == [0]
    assert result.returned([2.0])["back"].to_list() == [1]
    with pytest.raises(InputError, match=r"followed for 3 h; nothing is known after 3\.5 h"):
        result.returned([3.5])


def test_a_reaction_rests_at_one_and_a_wider_tolerance_counts_more():
    result = _known({"v": [[0.2, 0.85, 0.95]]}, at_rest={"v": 1.0})
    assert result.returned()["back"].to_list() == [1]
    assert result.returned([1.0])["back"].to_list() == [0]
    assert result.returned([1.0], tolerance=0.2)["back"].to_list() == [1]


def test_percentiles_are_those_of_the_runs_that_are_still_there():
    result = _known({"x": [[0, 1, 1], [0, 3, np.nan], [0, 2, np.nan]]})
    table = result.percentiles([0, 50]).set_index("time")
    assert table["n"].to_list() == [3, 3, 1]
    assert table["p0"].to_list() == [0, 1, 1]
    assert table["p50"].to_list() == [0, 2, 1]
    np.testing.assert_allclose(table["mean"], [0, 2, 1])


@pytest.mark.slow
def test_courses_are_those_of_the_plain_simulation(core, found):
    bound, population = core
    start = perturb(bound, len(population), seed=5)
    for i, name in enumerate(population.index):
        alone = simulate(
            bound, population.select([i]), found.times, initial=start.iloc[[i]], n_processes=1
        )
        growth = alone.relative_rates[0, :, alone.reactions.index(GROWTH)]
        atp = alone.deviations[0, :, alone.variables.index("atp_c")]
        np.testing.assert_allclose(found.courses["growth"][i], growth, rtol=1e-9)
        np.testing.assert_allclose(found.courses["ATP"][i], atp, atol=1e-9)
        expected = np.maximum(np.abs(atp), np.abs(growth - 1))
        np.testing.assert_allclose(found.courses["both"][i], expected, atol=1e-9)
        assert found.runs["model"][i] == name
    assert found.at_rest == {"growth": 1.0, "ATP": 0.0, "both": 0.0}
    assert 0.33 in found.times


def test_models_start_within_the_perturbation_and_differ(found):
    first = np.abs(found.courses["ATP"][:, 0])
    assert first.max() <= 0.5 + 1e-12
    assert len(np.unique(first)) == len(first)


@pytest.mark.slow
def test_what_was_kept_is_read_and_not_integrated_again(core, tmp_path, monkeypatch):
    bound, population = core

    def call(**changes):
        given = {"horizon": 0.2, "n_times": 3, "n_processes": 1, "folder": tmp_path, **changes}
        return robustness(bound, population, {"ATP": "atp_c"}, **given)

    first = call()
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated again"))
    again = call()
    np.testing.assert_array_equal(first.courses["ATP"], again.courses["ATP"])
    with pytest.raises(InputError, match="another set-up: times_h"):
        call(horizon=0.3)
    with pytest.raises(InputError, match="initial_sha256"):
        call(seed=1)


def test_pieces_as_earlier_versions_wrote_them_are_read(core, tmp_path, monkeypatch):
    """The description is compared with one made by the formulas of the first version."""
    bound, population = core
    start = perturb(bound, len(population), seed=0)
    start.index = pd.MultiIndex.from_product(
        [population.index, ["0"]], names=["model", "perturbation"]
    )

    def short(values):
        return sha256(np.ascontiguousarray(values, dtype=np.float64).tobytes()).hexdigest()[:16]

    def courses():
        found = pieces.simulate_in_pieces(
            bound, population, [0, 0.1], initial=start, size=2, folder=tmp_path, n_processes=1
        )
        return [piece.concentrations for piece in found]

    description = {
        "model": bound.network.name,
        "state_sha256": short(bound.reference.fluxes.numpy()),
        "sets_sha256": short(population.values),
        "sets": len(population),
        "initial_sha256": short(start.to_numpy()),
        "runs": len(start),
        "times_h": [0.0, 0.1],
        "piece": 2,
        "options": {},
    }
    (tmp_path / "ensemble.json").write_text(json.dumps(description, indent=2) + "\n")
    first = courses()
    for path in tmp_path.glob("piece_*.npz"):
        with np.load(path) as arrays:
            kept = dict(arrays)
        np.savez_compressed(path, **kept)
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated again"))
    for one, other in zip(first, courses(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_ctrl_c_leaves_the_pieces_that_are_done(core, tmp_path, monkeypatch):
    bound, population = core
    start = perturb(bound, len(population), seed=0)
    start.index = pd.MultiIndex.from_product(
        [population.index, ["0"]], names=["model", "perturbation"]
    )
    calls = []

    def stopping(*arguments, **options):
        calls.append(len(options["initial"]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return simulate(*arguments, **options)

    def run():
        some = pieces.simulate_in_pieces(
            bound, population, [0, 0.1], initial=start, size=2, folder=tmp_path, n_processes=1
        )
        return list(some)

    monkeypatch.setattr(pieces, "simulate", stopping)
    with pytest.raises(KeyboardInterrupt, match="Stopped after 2 of 4 runs"):
        run()
    assert json.loads((tmp_path / "ensemble.json").read_text())["runs"] == 4
    assert [len(piece) for piece in run()] == [2, 2]
    assert calls == [2, 2, 2]  # the first piece was not integrated again


def test_a_run_that_fails_is_counted_and_named(core):
    bound, population = core
    result = robustness(bound, population, horizon=0.5, n_times=3, time_limit=1e-9, n_processes=1)
    assert len(result.failures) == len(population)
    assert set(result.failures["status"]) == {"time limit"}
    assert result.returned()["back"].to_list() == [0]


def test_metabolites_of_a_compartment(core):
    network = core[0].network
    inside = metabolites_in(network, "c")
    assert "atp_c" in inside
    assert all(network.compartment_of[name] == "c" for name in inside)
    with pytest.raises(MissingEntryError, match="compartment 'x'"):
        metabolites_in(network, "x")


def test_models_of_another_steady_state_are_refused(core):
    bound, population = core
    column = population.names.index("vmax_forward_PGI")
    values = np.array(population.values)
    values[1, column] *= 2
    wrong = replace(population, values=values)
    with pytest.raises(InputError, match=r"vmax_forward_PGI is .*; 1 of 4 sets differ"):
        robustness(bound, wrong, horizon=0.1, n_processes=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"horizon": 0.0}, "horizon must be a positive"),
        ({"tolerance": -1.0}, "tolerance must be a positive"),
        ({"perturbation": 1.5}, "between 0 and 1"),
        ({"within": [3.0]}, "horizon of 1 h, got 3"),
        ({"watched": {"x": "nothing"}}, "'nothing'|nothing"),
        ({"watched": {"x": ()}}, "Nothing is watched under x"),
        ({"n_perturbations": 0}, "n_perturbations must be a whole number"),
        ({"n_perturbations": 1.5}, "n_perturbations must be a whole number"),
    ],
)
def test_bad_input_is_refused_before_anything_is_integrated(core, monkeypatch, changes, said):
    bound, population = core
    monkeypatch.setattr(pieces, "simulate", lambda *_, **__: pytest.fail("integrated"))
    given = {"horizon": 1.0, **changes}
    with pytest.raises(InputError, match=said):
        robustness(bound, population, given.pop("watched", None), **given)


def test_several_states_at_once_are_refused():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states.select(["0", "1"]))
    sets = sr.ParameterPopulation(("a",), np.ones((1, 1)), ("0",), units=states.units)
    with pytest.raises(InputError, match="one steady state, got 2"):
        robustness(bound, sets, horizon=1.0)


def test_intervals_and_errors_count_runs_of_one_model_once_and_draws_that_are_alike_less():
    result = _known({"x": [[1, 0], [1, 1], [1, 0], [1, 0.3]]})
    two = replace(result, runs=result.runs.assign(model=["a", "a", "b", "b"]))
    alike = replace(two, ensemble=Ensemble(WHOLE, 0.5))
    for one, worth in ((result, 4.0), (two, 2.0), (alike, 1.0)):
        row = one.returned().iloc[0]
        assert tuple(row[["low_95", "high_95"]]) == Proportion(2, 4, worth).interval
        last = one.percentiles([50]).iloc[-1]
        assert last["error"] == pytest.approx(np.std([0, 1, 0, 0.3], ddof=1) / np.sqrt(worth))
        assert last["p50_error"] >= 0
    widths = [np.ptp(Proportion(2, 4, worth).interval) for worth in (4.0, 2.0, 1.0)]
    assert widths == sorted(widths)


def test_narrow_sets_are_warned_of(core):
    bound, population = core
    narrow = replace(population.select([0]), provenance=Ensemble(NARROW).to_dict())
    with pytest.warns(NarrowEnsembleWarning, match="narrow corner of the valid region"):
        found = robustness(bound, narrow, WATCHED, horizon=0.1, n_times=3, n_processes=1)
    assert found.ensemble.narrow
