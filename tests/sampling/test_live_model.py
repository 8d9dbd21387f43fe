"""A live SKiMPy model in, SKiMPy's own types out: a script changes one line."""

from importlib.resources import files

import numpy as np
import pytest

import skimpy_renaissance as sr

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def live():
    """The bundled model as SKiMPy loads it, compiled, with scaled fluxes and concentrations."""
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415

    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    _, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    model.prepare()
    model.compile_jacobian(ncpu=1)
    yield model, state.fluxes.to_dict(), state.concentrations.to_dict()
    model.pool.terminate()  # SKiMPy leaves its worker processes running
    model.pool.join()


def test_the_oracle_of_both_gives_the_same_sets(live):
    from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415

    theirs = SimpleParameterSampler(SimpleParameterSampler.Parameters(n_samples=8))
    ours = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=8))
    sets, largest, smallest = theirs.sample(*live, min_max_eigenvalues=True, seed=5)
    same, ours_largest, ours_smallest = ours.sample(*live, min_max_eigenvalues=True, seed=5)
    for one, other in zip(sets, same, strict=True):
        assert list(one) == list(other)
        for symbol, value in one.items():
            assert (value is None) == (other[symbol] is None), symbol
            if value is not None:
                assert other[symbol] == pytest.approx(value, rel=1e-9), symbol
    np.testing.assert_allclose(ours_largest, largest, rtol=1e-4)
    np.testing.assert_allclose(ours_smallest, smallest, rtol=1e-9)


def test_sets_go_through_skimpys_population_and_its_jacobian(live, tmp_path):
    from skimpy.core.parameters import (  # noqa: PLC0415
        ParameterValuePopulation,
        load_parameter_population,
    )

    model, fluxes, concentrations = live
    sampler = sr.RenaissanceSampler(
        sr.RenaissanceSampler.Parameters(
            n_samples=5,
            eigenvalue_partition=-1.0,
            generations=6,
            models_per_candidate=40,
            hidden=(64, 128),
            km_range=(1e-6, 0.1),
            search_radius=0.05,
            learning_rate=0.01,
            concentration_scaling=1e6,
        )
    )
    before = {name: p.value for name, p in model.parameters.items()}
    sets, largest, _ = sampler.sample(model, fluxes, concentrations, min_max_eigenvalues=True)
    assert {name: p.value for name, p in model.parameters.items()} == before
    path = str(tmp_path / "population.h5")
    ParameterValuePopulation(sets, model).save(path)
    assert len(load_parameter_population(path)._data) == 5
    ordered = [fluxes[name] for name in model.reactions]
    x = np.array([concentrations[name] for name in model.variables])
    for one, lambda_max in zip(sets, largest, strict=True):
        jacobian = model.jacobian_fun(ordered, x, one).todense()
        assert np.linalg.eigvals(jacobian).real.max() == pytest.approx(lambda_max, rel=1e-5)


@pytest.mark.parametrize(
    "sampler", [sr.OracleSampler, sr.RenaissanceSampler, sr.ValidRegionSampler]
)
def test_nothing_found_is_an_empty_list_as_in_skimpy(live, sampler):
    from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415

    theirs = SimpleParameterSampler(SimpleParameterSampler.Parameters(n_samples=1))
    arguments = {"min_max_eigenvalues": True, "max_trials": 0}
    settings = {"n_samples": 2, "eigenvalue_partition": -1e6}
    if sampler is sr.RenaissanceSampler:
        settings |= {"generations": 1, "n_candidates": 2, "models_per_candidate": 5}
        settings |= {"hidden": (8,), "concentration_scaling": 1e6, "progress": False}
    if sampler is sr.ValidRegionSampler:
        settings |= {"concentration_scaling": 1e6}
    ours = sampler(sampler.Parameters(**settings))
    assert theirs.sample(*live, **arguments) == ([], [], [])
    with pytest.warns(UserWarning, match="No parameter set was kept"):
        assert ours.sample(*live, **arguments) == ([], [], [])
    with pytest.warns(UserWarning, match="No parameter set was kept"):
        assert ours.sample(*live, max_trials=7) == []
