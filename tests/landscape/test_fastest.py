"""The fastest dynamics of many steady states."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.landscape import fastest, fastest_dynamics, pool_speeds
from skimpy_renaissance.tasks import Processes, Serial

QUICK = {"steps": 4, "threads": 1, "progress": False}


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network), states[:5]


@pytest.mark.slow
def test_it_nears_the_speed_of_the_slowest_pool_and_returns_the_model_that_does(core):
    kinetics, states = core
    found = fastest_dynamics(kinetics, states, steps=25, threads=1, progress=False)
    assert found.state_names == states.names
    assert found.judged.tolist() == [26] * 5
    bound = kinetics.at(states, threads=1)
    again = bound.lambda_max(torch.from_numpy(found.log_km)[:, None, :]).squeeze(1).numpy()
    assert found.lambda_max == pytest.approx(again, rel=1e-6)
    alone = pool_speeds(kinetics.network, states).slowest
    assert (found.lambda_max < -0.4 * alone).all()
    start = fastest_dynamics(kinetics, states, steps=0, threads=1, progress=False)
    assert (found.lambda_max < 3 * np.minimum(start.lambda_max, 0)).all()


def test_more_steps_never_end_slower(core):
    kinetics, states = core
    few = fastest_dynamics(kinetics, states, steps=5, threads=1, progress=False)
    more = fastest_dynamics(kinetics, states, steps=10, threads=1, progress=False)
    assert (more.lambda_max <= few.lambda_max + 1e-9).all()
    assert (more.judged > few.judged).all()


def test_a_state_does_not_depend_on_its_companions_or_chunks(core):
    kinetics, states = core
    together = fastest_dynamics(kinetics, states, **QUICK)
    chunked = fastest_dynamics(kinetics, states, states_per_chunk=2, **QUICK)
    alone = fastest_dynamics(kinetics, states[3:4], **QUICK)
    assert chunked.state_names == together.state_names
    assert chunked.lambda_max == pytest.approx(together.lambda_max, rel=1e-5)
    assert alone.lambda_max[0] == pytest.approx(together.lambda_max[3], rel=1e-5)


def test_every_constant_stays_in_its_box(core):
    kinetics, states = core
    low, high = np.log(1e-6), np.log(0.1)
    found = fastest_dynamics(kinetics, states, log_km_range=(low, high), **QUICK)
    assert (found.log_km >= low).all()
    assert (found.log_km <= high).all()


def test_a_seed_decides_and_more_starts_do_not_end_slower(core):
    kinetics, states = core
    one = fastest_dynamics(kinetics, states[:2], seed=1, **QUICK)
    same = fastest_dynamics(kinetics, states[:2], seed=1, **QUICK)
    other = fastest_dynamics(kinetics, states[:2], seed=2, **QUICK)
    assert np.array_equal(one.log_km, same.log_km)
    assert not np.array_equal(one.log_km, other.log_km)
    several = fastest_dynamics(kinetics, states[:2], seed=1, starts_per_state=3, **QUICK)
    assert (several.lambda_max <= one.lambda_max + 1e-6).all()
    assert several.judged.tolist() == [15, 15]


def test_a_stopped_search_goes_on_where_it_was(core, tmp_path, monkeypatch):
    kinetics, states = core
    options = {**QUICK, "states_per_chunk": 2}
    whole = fastest_dynamics(kinetics, states, **options)

    def stop_after_the_first(part):
        if part.state_names[0] == states.names[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"after 2 of 5 states.*same arguments"):
        fastest_dynamics(
            kinetics, states, folder=tmp_path, callback=stop_after_the_first, **options
        )
    searched = []
    original = fastest._search
    monkeypatch.setattr(
        fastest, "_search", lambda *args, **kw: searched.append(args[1]) or original(*args, **kw)
    )
    resumed = fastest_dynamics(kinetics, states, folder=tmp_path, **options)
    assert searched == [states.names[2:4], states.names[4:]]
    for name in ("lambda_max", "log_km", "judged"):
        assert np.array_equal(getattr(resumed, name), getattr(whole, name))
    assert resumed.status == whole.status
    assert resumed.km_names == whole.km_names


def test_a_folder_as_earlier_versions_wrote_it_is_read(core, tmp_path, monkeypatch):
    """The description is compared with one made by the formulas of the first version."""
    kinetics, states = core
    some, digest = states[:1], sha256()
    for array in (some.fluxes, some.concentrations, some.equilibrium_constants):
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    setup = {
        "steps": 4,
        "starts_per_state": 1,
        "candidates_per_state": 10,
        "learning_rate": 0.1,
        "sharpness": 5.0,
        "log_km_range": [np.log(1.3e-11), np.log(20.0)],
        "seed": 0,
        "states_per_chunk": 64,
        "states": digest.hexdigest()[:16],
        "kinetic model": kinetics.network.name,
        "generator": None,
    }
    (tmp_path / "search.json").write_text(json.dumps(setup, indent=2) + "\n")
    np.savez_compressed(
        tmp_path / "states_000000.npz",
        state_names=np.array(some.names),
        km_names=np.array(["km"]),
        lambda_max=np.array([-3.0]),
        log_km=np.array([[-9.0]]),
        judged=np.array([5]),
        status=np.array(["settled"]),
    )
    monkeypatch.setattr(fastest, "_search", lambda *_, **__: pytest.fail("searched again"))
    found = fastest_dynamics(kinetics, some, folder=tmp_path, **QUICK)
    assert (found.state_names, found.status) == (some.names, ("settled",))
    assert found.lambda_max.tolist() == [-3.0]


def test_a_folder_of_another_search_is_refused(core, tmp_path):
    kinetics, states = core
    fastest_dynamics(kinetics, states[:1], folder=tmp_path, **QUICK)
    with pytest.raises(InputError, match=r"another set-up: seed: 0 stored, 1 now"):
        fastest_dynamics(kinetics, states[:1], folder=tmp_path, seed=1, **QUICK)
    (tmp_path / "states_000000.npz").write_bytes(b"half a fi")
    with pytest.raises(FileFormatError, match="Delete it to have"):
        fastest_dynamics(kinetics, states[:1], folder=tmp_path, **QUICK)


def test_results_make_a_table_with_time_constants(core):
    kinetics, states = core
    found = fastest_dynamics(kinetics, states, **QUICK)
    table = found.to_dataframe()
    assert list(table.index) == list(states.names)
    assert set(table["status"]) <= {"settled", "improving"}
    stable = found.lambda_max < 0
    assert found.dominant_time_constant[stable] == pytest.approx(-1 / found.lambda_max[stable])


def test_a_second_search_improves_states_and_adds_up_what_was_judged(core):
    kinetics, states = core
    first = fastest_dynamics(kinetics, states, **QUICK)
    some = states.select(states.names[1:3])
    more = fastest_dynamics(kinetics, some, **(QUICK | {"steps": 8}))
    both = first.improved_by(more)
    assert both.state_names == first.state_names
    assert both.lambda_max[1:3] == pytest.approx(np.minimum(first.lambda_max[1:3], more.lambda_max))
    np.testing.assert_array_equal(both.lambda_max[[0]], first.lambda_max[[0]])
    np.testing.assert_array_equal(both.judged[1:3], first.judged[1:3] + more.judged)
    found = kinetics.at(some).lambda_max(torch.from_numpy(both.log_km[1:3, None]))[:, 0]
    assert found.numpy() == pytest.approx(both.lambda_max[1:3], rel=1e-6)
    worse = more.improved_by(replace(more, lambda_max=more.lambda_max + 1))
    np.testing.assert_array_equal(worse.log_km, more.log_km)


@pytest.mark.parametrize(
    "change",
    [{"steps": -1}, {"starts_per_state": 0}, {"states_per_chunk": 0}, {"learning_rate": 0.0}],
)
def test_numbers_out_of_range_are_refused(core, change):
    kinetics, states = core
    with pytest.raises(InputError, match=next(iter(change))):
        fastest_dynamics(kinetics, states[:1], **{**QUICK, **change})


@pytest.mark.slow
def test_a_generator_trained_elsewhere_starts_faster(core):
    kinetics, _ = core
    _, states = sr.examples.e_coli_core()
    others = kinetics.at(states[50:58], threads=1)
    trained = sr.train(
        others,
        criterion=sr.Validity(-10.0),
        generator=sr.Generator(relative=True, latent=16, hidden=(64,)),
        optimizer=sr.Gradient(models=32, generations=15, decay=1.0, learning_rate=5e-3),
    )
    options = {"steps": 0, "threads": 1, "progress": False}
    chance = fastest_dynamics(kinetics, states[:5], **options)
    start = fastest_dynamics(kinetics, states[:5], generator=trained, **options)
    assert start.judged.tolist() == [11] * 5
    assert (start.lambda_max < chance.lambda_max).all()
    polished = fastest_dynamics(kinetics, states[:5], generator=trained, **QUICK)
    assert (polished.lambda_max <= start.lambda_max + 1e-6).all()


RESULTS = ("lambda_max", "log_km", "judged")


def _are_the_same(found, expected):
    for name in RESULTS:
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    assert found.state_names == expected.state_names
    assert found.km_names == expected.km_names
    assert found.status == expected.status


@pytest.fixture(scope="module")
def in_chunks(core):
    kinetics, states = core
    untrained = sr.train(
        kinetics.at(states),
        generator=sr.Generator(relative=True),
        optimizer=sr.Gradient(generations=0),
        progress=False,
    )
    options = {
        "steps": 3,
        "states_per_chunk": 2,
        "starts_per_state": 2,
        "generator": untrained,
        "progress": False,
    }
    return options, fastest_dynamics(kinetics, states, threads=2, **options)


@pytest.mark.slow
def test_on_processes_every_number_is_the_same_and_written_here(core, in_chunks, tmp_path):
    kinetics, states = core
    options, expected = in_chunks
    heard = []
    found = fastest_dynamics(
        kinetics, states, runner=Processes(2), folder=tmp_path, callback=heard.append, **options
    )
    _are_the_same(found, expected)
    assert sorted(part.state_names for part in heard) == sorted(
        states.names[start : start + 2] for start in (0, 2, 4)
    )
    assert len(list(tmp_path.glob("states_*.npz"))) == 3


@pytest.mark.slow
def test_threads_of_torch_do_not_change_a_number(core, in_chunks):
    kinetics, states = core
    options, expected = in_chunks
    before = torch.get_num_threads()
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            _are_the_same(fastest_dynamics(kinetics, states, **options), expected)
            assert torch.get_num_threads() == number
    finally:
        torch.set_num_threads(before)


class LastFirst:
    """Gives results in the reverse order, and is stopped after some."""

    def __init__(self, stop_after=None):
        self.stop_after = stop_after

    def results(self, task, items):
        for n, position in enumerate(reversed(range(len(items)))):
            if n == self.stop_after:
                raise KeyboardInterrupt
            yield position, task(items[position])


@pytest.mark.slow
def test_chunks_may_come_in_any_order_and_are_written_as_they_come(core, in_chunks, tmp_path):
    kinetics, states = core
    options, expected = in_chunks
    _are_the_same(fastest_dynamics(kinetics, states, runner=LastFirst(), **options), expected)
    with pytest.raises(KeyboardInterrupt, match=r"after 3 of 5 states.*same arguments"):
        fastest_dynamics(kinetics, states, runner=LastFirst(2), folder=tmp_path, **options)
    assert sorted(path.name for path in tmp_path.glob("*.npz")) == [
        "states_000002.npz",
        "states_000004.npz",
    ]
    resumed = fastest_dynamics(kinetics, states, runner=Serial(), folder=tmp_path, **options)
    _are_the_same(resumed, expected)
