"""SKiMPy's genetic and CMA-ES samplers minimise what ``SlowestMode`` rewards."""

from importlib import import_module
from importlib.resources import files

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.learning import judge
from skimpy_renaissance.learning.rewards import SlowestMode
from skimpy_renaissance.spectrum.validity import Validity

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def live():
    """The bundled model in SKiMPy, compiled, with scaled fluxes and concentrations."""
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


def _rewards(sets, partition):
    """Return the reward of each set of SKiMPy's, one candidate with one model per set."""
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    by_name = [{str(symbol): value for symbol, value in one.items()} for one in sets]
    km = np.array([[one[name] for name in bound.km_names] for one in by_name], dtype=float)
    log_km = torch.from_numpy(np.log(km / bound.reference.concentration_scaling))
    return SlowestMode()(judge(bound, log_km[:, None], Validity(partition))).numpy()


@pytest.mark.parametrize("limit", [0.0, -100.0])
def test_the_genetic_sampler_minimises_it(live, limit):
    module = import_module("skimpy.sampling.ga_parameter_sampler")
    sampler = module.GaParameterSampler(module.GaParameterSampler.Parameters(n_samples=4))
    sets, log = sampler.sample(*live, max_generation=2, max_eigenvalue=limit)
    last, rewards = log[-1], _rewards(sets, limit)
    found = [-rewards.max(), -rewards.min(), -rewards.mean()]
    assert found == pytest.approx([last["min"], last["max"], last["avg"]], rel=1e-4)


@pytest.mark.parametrize("limit", [0.0, -100.0])
def test_the_cma_es_sampler_minimises_it(live, limit):
    module = import_module("skimpy.sampling.cma_es_parameter_sampler")
    sampler = module.CMAESParameterSampler(module.CMAESParameterSampler.Parameters(n_samples=4))
    sets = sampler.sample(*live, max_generation=1, lambda_=6, nhof=2, max_eigenvalue=limit)
    constants, x = sampler.sampling_parameters, live[2]
    theirs = [
        sampler.fitness([np.log(x[km.hook.name] / one[km.symbol]) for km in constants])[0]
        for one in sets
    ]
    assert len(theirs) == 6
    np.testing.assert_allclose(-_rewards(sets, limit), theirs, rtol=1e-4)
