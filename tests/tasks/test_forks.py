"""What this package did in a process, it does again in a fork of it, and nothing waits for ever."""

import multiprocessing
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="nothing forks here"
)

SCRIPT = """
import multiprocessing

import torch

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import simulate
from skimpy_renaissance.spectrum.validity import Validity

torch.set_num_threads(2)
network, states = sr.examples.e_coli_core()
state = states[sr.examples.REFERENCE_STATE]
bound = sr.compile(network).at(state)
parameters = sr.RenaissanceSampler.Parameters(
    n_samples=4, eigenvalue_partition=0.0, generations=1, n_candidates=2, models_per_candidate=50,
    batch=50, progress=False,
)


def work(seed):
    rows = torch.rand(64, len(bound.km_names), generator=torch.Generator().manual_seed(seed))
    log_km = 10 * rows.double() - 20
    sampled = sr.RenaissanceSampler(parameters).sample(network, state, seed=seed)
    return (
        len(sampled),  # after a training
        bound.valid(log_km, Validity(0.0)).tolist(),
        simulate(bound, log_km, [0.0, 1e-3], n_processes=2).concentrations.sum(),
    )


if __name__ == "__main__":
    here = [work(seed) for seed in (1, 2)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(work, (1, 2)).get(timeout=200) == here
"""


@pytest.mark.slow
def test_training_sampling_verdicts_and_courses_run_again_in_forked_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "2"}
    subprocess.run([sys.executable, script], env=environment, check=True, timeout=300)


MORE_THREADS = """
import multiprocessing
import warnings

import torch

import skimpy_renaissance as sr

network, states = sr.examples.e_coli_core()
settings = sr.RenaissanceSampler.Parameters(
    n_samples=2, eigenvalue_partition=0.0, generations=1, n_candidates=2, models_per_candidate=50,
    batch=50, progress=False,
)


def work(threads):
    if threads:
        torch.set_num_threads(threads)
    with warnings.catch_warnings(record=True) as caught:
        sr.RenaissanceSampler(settings).sample(network, states[0])
    return [str(one.message) for one in caught]


if __name__ == "__main__":
    torch.set_num_threads(2)
    assert work(None) == []
    with multiprocessing.get_context("fork").Pool(2) as pool:
        one, two = pool.map_async(work, (None, 2)).get(timeout=200)
    assert one == []
    assert "set to 2 threads in a forked process" in two[0]
    assert "get_context('spawn')" in two[0]
"""


@pytest.mark.slow
def test_a_fork_that_is_given_more_threads_says_what_to_do(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(MORE_THREADS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, script], env=environment, check=True, timeout=300)
