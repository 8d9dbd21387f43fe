"""Trajectories are those of SKiMPy's ``solve_ode``."""

from importlib.resources import files

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import perturb, simulate

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]

TIMES = np.linspace(0.0, 1.0, 21)


def solved_by_skimpy(path, population, starts):
    """Return SKiMPy's table of each set from each initial state."""
    from skimpy.core.solution import ODESolutionPopulation  # noqa: PLC0415
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.utils.namespace import QSSA  # noqa: PLC0415

    model = load_yaml_model(str(path))
    model.prepare()
    model.compile_ode(sim_type=QSSA, ncpu=1)
    try:
        solutions = []
        for one in population:
            for name, value in one.items():
                model.parameters[name].value = value
            for _, start in starts.iterrows():
                for name, value in start.items():
                    model.initial_conditions[name] = value
                solutions.append(
                    model.solve_ode(
                        TIMES, solver_type="cvode", rtol=1e-9, atol=1e-9, max_steps=10**9
                    )
                )
        return ODESolutionPopulation(solutions).data
    finally:
        model.pool.terminate()
        model.pool.join()


def assert_equal(bound, population, path):
    starts = perturb(bound, 2, seed=4)
    theirs = solved_by_skimpy(path, population, starts)
    ours = simulate(
        bound, population, TIMES, initial=starts, rtol=1e-9, atol=1e-9, n_processes=1
    ).to_skimpy()
    assert set(ours.columns) == set(theirs.columns)
    assert np.array_equal(ours.index, theirs.index)
    theirs = theirs[ours.columns]
    for column in ("solution_id", "time"):
        np.testing.assert_allclose(ours[column], theirs[column].astype(float))
    found, expected = ours.iloc[:, 2:].to_numpy(), theirs.iloc[:, 2:].to_numpy(dtype=float)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_bundled_model_moves_as_in_skimpy(core):
    bound, population = core
    path = files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"
    assert_equal(bound, population.select([0, 1]), path)


def test_skimpys_tutorial_model_moves_as_in_skimpy(shared_data):
    path = shared_data("varma", "kin_varma.yml")
    network = sr.read_skimpy_yaml(path)
    state = sr.read_steady_state(shared_data("varma", "steady_state_0.json"), network)
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=2))
    population = sampler.sample(network, state, seed=5)
    assert_equal(sr.compile(network).at(state), population, path)
