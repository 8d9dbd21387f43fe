"""Constants that have a value are not drawn; where all have one, a sampler says what to do."""

from importlib.resources import files

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError

ORACLE = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=3))
RENAISSANCE = sr.RenaissanceSampler(
    sr.RenaissanceSampler.Parameters(
        n_samples=2, generations=2, models_per_candidate=8, hidden=(8, 8), progress=False
    )
)
REFUSED = r"all \d+ of .* have one: \w+.*value = None.*load the model anew.*resample"


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return network, states[sr.examples.REFERENCE_STATE]


def _drawn(network, state):
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=2))
    return sampler.sample(network, state, only_stable=False, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("sampler", [ORACLE, RENAISSANCE])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_network_without_a_constant_to_draw_is_refused(core, sampler, compiled):
    network, state = core
    one = _drawn(network, state)["0"].to_dict()
    known = network.with_parameters({name: one[name] for name in network.km_names})
    with pytest.raises(InputError, match=REFUSED):
        sampler.sample(sr.compile(known) if compiled else known, state)
    with pytest.raises(InputError, match=REFUSED):
        ORACLE.resample(
            known, state, population=_drawn(network, state), parameters=["km_substrate_PGI"]
        )


@pytest.mark.slow
def test_a_constant_with_a_value_keeps_it_and_the_others_are_drawn(core):
    network, state = core
    one = _drawn(network, state)["0"].to_dict()
    fixed = network.km_names[:-3]
    part = network.with_parameters({name: one[name] for name in fixed})
    table = _drawn(part, state).to_dataframe()
    assert part.km_names == network.km_names[-3:]
    for name in fixed:
        assert (table[name] == one[name]).all()
    assert all(table[name].nunique() == len(table) for name in part.km_names)


@pytest.mark.skimpy
@pytest.mark.filterwarnings("ignore")
def test_a_live_model_that_was_given_a_set_is_refused_until_its_constants_are_unset(
    core, load_yaml_model
):
    path = str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml")
    model, (network, state) = load_yaml_model(path), core
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    given = state.fluxes.to_dict(), state.concentrations.to_dict()
    sets = ORACLE.sample(model, *given, only_stable=False)
    model.parameters = sets[0]  # as SKiMPy's tutorials do before integrating
    for sampler in (ORACLE, RENAISSANCE):
        with pytest.raises(InputError, match=REFUSED):
            sampler.sample(model, *given)
    for name in network.km_names:
        model.parameters[name].value = None
    again = ORACLE.sample(model, *given, only_stable=False)
    values = [[float(v) for v in one.values() if v is not None] for one in (*sets, *again)]
    np.testing.assert_array_equal(values[:3], values[3:])
