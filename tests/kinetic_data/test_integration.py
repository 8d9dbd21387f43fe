"""Integrating measured constants: drawn from their ranges, done once, taken up where stopped."""

import numpy as np
import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.kinetic_data import (
    IntegrationTask,
    Training,
    WholeRegion,
    integrate,
    integrate_all,
    integrate_parts,
    km_ranges,
    kolmogorov_distances,
    match_km,
    overlap_scores,
    read_measured_km,
)
from skimpy_renaissance.priors import KmSpace, Prior
from skimpy_renaissance.tasks import Processes

SMALL = Training(
    criterion=sr.Validity(-0.5),
    generator=sr.Generator(latent=5, hidden=(8,), range=(np.log(1e-6), np.log(0.1))),
    optimizer=sr.Gradient(models=20, generations=2),
)


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[97])


@pytest.fixture(scope="module")
def ranges(bound):
    rows = [("TPI", "dhap", 1.0), ("TPI", "g3p", 0.1), ("PGI", "g6p", 0.3), ("PGI", "f6p", 0.2)]
    frame = pd.DataFrame(rows, columns=["reaction", "metabolite", "value"])
    return km_ranges(match_km(read_measured_km(frame, unit="mM"), bound.network))


@pytest.fixture
def run(bound, ranges, tmp_path):
    def call(measured=ranges, **changed):
        options = {"folder": tmp_path / "task", "n_models": 30, "way": SMALL, "seed": 3}
        return integrate(bound, measured, **{**options, "progress": False, **changed})

    return call


@pytest.mark.slow
def test_integrated_constants_lie_in_their_ranges_and_all_models_are_valid(run, bound, ranges):
    done = run()
    assert len(done.population) == 30
    assert (done.population.lambda_max < -0.5).all()
    np.testing.assert_allclose(overlap_scores(done.population, ranges)["overlap"], 1.0)
    log_km = torch.from_numpy(done.population.log_km(bound.km_names))
    np.testing.assert_allclose(bound.lambda_max(log_km), done.population.lambda_max, rtol=1e-6)
    assert done.n_drawn >= 30
    assert done.incidence == 30 / done.n_drawn


@pytest.mark.slow
def test_all_of_the_valid_region_is_drawn_from_by_default(run, bound, ranges):
    """As by rejection from the prior with the measured constants in their ranges."""
    way = WholeRegion(sr.Validity(-0.5), SMALL.generator.range)
    done = run(way=way, n_models=300)
    assert (done.population.lambda_max < -0.5).all()
    assert done.worth == 300
    np.testing.assert_allclose(overlap_scores(done.population, ranges)["overlap"], 1.0)
    names, bounds = bound.km_names, bound.log_km_bounds
    space = KmSpace.of(names, bounds, default_range=way.range, measured=ranges.molar)
    log_km = Prior.of_space(space).sample(2000, seed=9)
    valid = bound.valid(log_km, way.criterion)
    share = valid.double().mean().item()
    assert abs(done.incidence - share) < 5 * (share / 2000) ** 0.5
    moved = kolmogorov_distances(done.population.log_km(names), log_km[valid].numpy())
    assert moved.mean() < 0.12  # 0.06 on average for as many of one law
    again = run(way=way, n_models=300)
    np.testing.assert_array_equal(again.population.values, done.population.values)
    assert (again.worth, again.incidence) == (done.worth, done.incidence)
    with pytest.raises(InputError, match="holds models with another set-up"):
        run(n_models=300)


@pytest.mark.slow
def test_without_measurements_nothing_is_integrated(run, ranges, tmp_path):
    free = run(None, folder=tmp_path / "free")
    assert free.km_names == ()
    assert (overlap_scores(free.population, ranges)["overlap"] < 1).any()


def test_a_task_that_is_done_is_read_and_not_repeated(run, tmp_path, monkeypatch):
    first = run()
    monkeypatch.setattr("skimpy_renaissance.kinetic_data.ways.train", None)
    again = run()
    np.testing.assert_array_equal(again.population.values, first.population.values)
    assert (again.km_names, again.n_drawn) == (first.km_names, first.n_drawn)
    assert sorted(path.name for path in (tmp_path / "task").iterdir()) == [
        "generator",
        "population.h5",
    ]


def test_models_state_the_task_in_the_words_of_earlier_versions(run):
    first = run()
    origin = first.population.provenance
    assert set(origin) >= {"sampler", "valid_only", "task", "n_drawn"}
    assert set(origin["task"]) == {"measured", "n_models", "training", "seed", "problem"}
    assert origin["task"]["training"]["class"] == "Training"


@pytest.mark.slow
def test_a_stopped_task_ends_as_if_it_had_not_been_stopped(run, tmp_path, monkeypatch):
    whole = run(folder=tmp_path / "whole")

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # Ctrl-C while drawing
        patch.setattr("skimpy_renaissance.kinetic_data.integration.parametrize", stop)
        with pytest.raises(KeyboardInterrupt):
            run(folder=tmp_path / "stopped")
    assert not (tmp_path / "stopped" / "population.h5").exists()
    assert (tmp_path / "stopped" / "generator").is_dir()
    resumed = run(folder=tmp_path / "stopped")
    np.testing.assert_array_equal(resumed.population.values, whole.population.values)


@pytest.mark.parametrize("changed", [{"seed": 4}, {"n_models": 10}, {"measured": None}])
def test_a_folder_of_another_task_is_refused(run, changed):
    run()
    with pytest.raises(InputError, match="holds models with another set-up"):
        run(**changed)


@pytest.mark.slow
def test_a_folder_of_another_steady_state_is_refused(run, ranges, tmp_path):
    run()
    network, states = sr.examples.e_coli_core()
    elsewhere = sr.compile(network).at(states[3])
    with pytest.raises(InputError, match="lambda_max of the first is"):
        integrate(elsewhere, ranges, folder=tmp_path / "task", n_models=30, way=SMALL, seed=3)


def test_too_few_valid_models_are_an_error_that_says_so(run):
    hopeless = Training(sr.Validity(-1e6), SMALL.generator, SMALL.optimizer)
    with pytest.raises(SamplingError, match=r"0 of .* models were valid"):
        run(way=hopeless, n_models=2)


@pytest.mark.slow
def test_parts_hold_out_half_and_are_the_same_one_by_one_or_all_together(bound, ranges, tmp_path):
    options = {"n": 3, "n_models": 10, "way": SMALL, "seed": 5, "progress": False}
    together = list(integrate_parts(bound, ranges, folder=tmp_path / "all", **options))
    assert [len(part.km_names) for part in together] == [2, 2, 2]
    for job in (2, 0, 1):
        jobs = integrate_parts(bound, ranges, folder=tmp_path / "jobs", only=[job], **options)
        assert len(list(jobs)) == 1
    gathered = integrate_parts(bound, ranges, folder=tmp_path / "jobs", **options)
    for one, other in zip(together, gathered, strict=True):
        assert one.km_names == other.km_names
        np.testing.assert_array_equal(one.population.values, other.population.values)
    with pytest.raises(InputError, match="numbered 0 to 2"):
        integrate_parts(bound, ranges, folder=tmp_path / "no", only=[3], **options)


PARTS = {"n": 3, "n_models": 10, "way": SMALL, "seed": 5, "progress": False}


@pytest.fixture(scope="module")
def one_by_one(bound, ranges, tmp_path_factory):
    return list(integrate_parts(bound, ranges, folder=tmp_path_factory.mktemp("here"), **PARTS))


def _are_the_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        assert (one.km_names, one.n_drawn) == (other.km_names, other.n_drawn)
        np.testing.assert_array_equal(one.population.values, other.population.values)


@pytest.mark.slow
def test_parts_on_processes_are_the_same_in_the_same_order(bound, ranges, one_by_one, tmp_path):
    bound.valid(torch.zeros(1, len(bound.km_names), dtype=torch.float64), sr.Validity())
    found = integrate_parts(bound, ranges, folder=tmp_path, runner=Processes(2), **PARTS)
    _are_the_same(list(found), one_by_one)


@pytest.mark.slow
def test_what_was_found_on_other_disks_is_saved_and_only_the_missing_is_asked_for(
    bound, ranges, one_by_one, tmp_path
):
    asked = []

    class Elsewhere:
        """A machine that does not see this one's folders, and is done with the last task first."""

        def results(self, task, items):
            asked.append(len(items))
            for position, item in reversed(list(enumerate(items))):
                place = tmp_path / "elsewhere" / f"{len(asked)}_{position}"
                moved = IntegrationTask(item.measured, place, item.n_models, item.seed)
                yield position, task(moved)

    here = tmp_path / "here"
    options = {"folder": here, "runner": Elsewhere(), **PARTS}
    _are_the_same(integrate_parts(bound, ranges, only=[1], **options), one_by_one[1:2])
    _are_the_same(integrate_parts(bound, ranges, **options), one_by_one)
    _are_the_same(integrate_parts(bound, ranges, **options), one_by_one)
    assert asked == [1, 2]
    assert sorted(path.name for path in here.rglob("population.h5")) == ["population.h5"] * 3


@pytest.mark.slow
def test_tasks_are_carried_out_only_when_their_results_are_asked_for(bound, ranges, tmp_path):
    tasks = [IntegrationTask(None, tmp_path / name, 5, 1) for name in ("a", "b")]
    done = integrate_all(bound, tasks, way=SMALL, progress=False)
    assert not any(tmp_path.iterdir())
    next(done)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
