"""Reading a live model changes nothing in it: SKiMPy's tutorial model and the two of NOMAD."""

import json

import pytest

import skimpy_renaissance as sr
from tests.network.live_contents import contents

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]

MODELS = {
    "varma": ("varma/kin_varma.yml", "varma/steady_state_0.json"),
    "ecoli": ("ecoli/kinetic_model.yaml", "ecoli/steady_state_1712.json"),
    "yeast": ("yeast/kinetic_model.yaml", "yeast/steady_state_0.json"),
}


def _unchanged_by_reading(model):
    before = contents(model)
    network = sr.from_skimpy(model)
    assert contents(model) == before
    return network


@pytest.mark.parametrize("name", MODELS)
def test_a_live_model_is_left_as_found_whatever_was_done_to_it(load_yaml_model, shared_data, name):
    scaffold, state = (shared_data(*part.split("/")) for part in MODELS[name])
    model = load_yaml_model(str(scaffold))
    network = _unchanged_by_reading(model)
    for reaction, value in json.loads(state.read_text())["k_eq"].items():
        model.reactions[reaction].parameters.k_equilibrium.value = value
    first = network.km_names[0]
    model.parameters[first].bounds = (1.0, 2.0)
    model.parameters[network.km_names[1]].value = 3.0
    model.prepare(mca=False)
    prepared = _unchanged_by_reading(model)
    assert prepared.bounds == {first: (1.0, 2.0)}
    assert prepared.values[network.km_names[1]] == 3.0
    assert prepared.km_names == (first, *network.km_names[2:])
    assert not hasattr(model, "jacobian_fun")


def test_a_changed_model_is_noticed(load_yaml_model, shared_data):
    """The comparison itself can fail."""
    model = load_yaml_model(str(shared_data("varma", "kin_varma.yml")))
    before = contents(model)
    model.parameters["km_substrate_PGI"].bounds = (None, 1.0)
    assert contents(model) != before
