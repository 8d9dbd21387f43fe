"""Whatever carries out tasks: every result once, none lost when a worker dies, errors passed on."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from skimpy_renaissance.errors import InputError, MissingExtraError, SamplingError
from skimpy_renaissance.tasks import Cluster, Processes, Serial

ray_is_loud = pytest.mark.filterwarnings("ignore")  # Ray's own, as it starts and stops


@pytest.fixture(scope="module", autouse=True)
def _tests_travel_by_value():
    """Ray's workers cannot import this file: what it defines is sent as it is."""
    if importlib.util.find_spec("ray") is not None:
        from ray import cloudpickle  # noqa: PLC0415

        cloudpickle.register_pickle_by_value(sys.modules[__name__])


def square(x):
    return x * x


def fail_at_three(x):
    if x == 3:
        raise ValueError("three")
    return x


def die_once(folder, x):
    """Kill the process the first time, as the system does when memory is short."""
    mark = folder / f"{x}"
    if x == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return x * x


def die_at_two(x):
    if x == 2:
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def every_result_once(runner):
    found = sorted(runner.results(square, [3, 1, 2]))
    assert found == [(0, 9), (1, 1), (2, 4)]


def no_items_no_results(runner):
    assert list(runner.results(square, [])) == []


def errors_are_the_tasks_own(runner):
    with pytest.raises(ValueError, match="three"):
        list(runner.results(fail_at_three, [1, 3]))


def a_death_loses_nothing(runner, folder):
    assert sorted(runner.results(partial(die_once, folder), [1, 2, 3])) == [(0, 1), (1, 4), (2, 9)]


def what_always_dies_is_named_after_the_others(runner):
    found = []
    with pytest.raises(SamplingError, match=r"task 1 \(second\)"):
        found.extend(runner.results(die_at_two, [1, 2, 3], labels=["first", "second", "third"]))
    assert sorted(found) == [(0, 1), (2, 3)]


def a_result_may_stand_for_what_dies(runner):
    found = runner.results(die_at_two, [1, 2, 3], lost=lambda position: f"lost {position}")
    assert sorted(found) == [(0, 1), (1, "lost 1"), (2, 3)]


CLAIMS = (every_result_once, no_items_no_results, errors_are_the_tasks_own)


@pytest.mark.parametrize("claim", CLAIMS)
def test_in_this_process(claim):
    claim(Serial())


@pytest.mark.slow
def test_an_error_on_processes_is_the_tasks_own():
    errors_are_the_tasks_own(Processes(1))


@pytest.mark.slow
def test_a_dead_process_loses_nothing(tmp_path):
    a_death_loses_nothing(Processes(2), tmp_path)


@pytest.mark.slow
def test_a_task_that_always_kills_its_process_is_named_after_the_others():
    what_always_dies_is_named_after_the_others(Processes(1, attempts=1))


@pytest.mark.slow
def test_a_result_may_stand_for_a_task_that_kills_its_process():
    a_result_may_stand_for_what_dies(Processes(2, attempts=1))


STOPPED = """
import os, signal, threading, time
from tests.tasks.test_runners import compute_for_ever
from skimpy_renaissance.tasks import Processes

def interrupt(folder):
    while len(os.listdir(folder)) < 2:
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)

if __name__ == "__main__":
    threading.Thread(target=interrupt, args=[{folder!r}], daemon=True).start()
    try:
        list(Processes(2).results(compute_for_ever, [{folder!r}] * 6))
    except KeyboardInterrupt:
        print(len(os.listdir({folder!r})), "began")
"""


def compute_for_ever(folder):
    open(f"{folder}/{os.getpid()}", "w").close()
    while True:
        sum(range(1000))


@pytest.mark.slow
def test_ctrl_c_ends_tasks_under_way_and_begins_no_other(tmp_path):
    (tmp_path / "begun").mkdir()
    script = tmp_path / "script.py"
    script.write_text(STOPPED.format(folder=str(tmp_path / "begun")))
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    assert done.stdout == "2 began\n"
    assert done.stderr == ""


@pytest.mark.slow
@ray_is_loud
@pytest.mark.parametrize("claim", CLAIMS)
def test_on_a_cluster(claim, local_ray):
    claim(Cluster())


@pytest.mark.slow
@ray_is_loud
def test_a_dead_worker_loses_nothing(tmp_path, local_ray):
    a_death_loses_nothing(Cluster(), tmp_path)


@pytest.mark.slow
@ray_is_loud
def test_a_task_that_always_kills_its_worker_is_named_after_the_others(local_ray):
    what_always_dies_is_named_after_the_others(Cluster(attempts=2))


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    with pytest.raises(MissingExtraError, match="scale"):
        Cluster()


@pytest.mark.parametrize("number", [0, -1, 1.5, True])
def test_numbers_of_processes_and_attempts_are_checked(number):
    with pytest.raises(InputError, match="n_processes"):
        Processes(number)
    with pytest.raises(InputError, match="attempts"):
        Processes(1, attempts=number)
