"""A live model is compiled once, and what it holds at the moment of a call decides."""

import copy
from importlib.resources import files

import numpy as np
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.sampling.live_kinetics import compiled_live

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]
SAMPLER = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=4))


@pytest.fixture
def live(load_yaml_model):
    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    _, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    return model, state.fluxes.to_dict(), state.concentrations.to_dict()


def _values(sets):
    return np.array([[np.nan if v is None else v for v in one.values()] for one in sets])


def _as_if_new(model, fluxes, concentrations):
    """Sample a network made of the model by somebody who never saw it."""
    network = sr.from_skimpy(copy.deepcopy(model))
    return SAMPLER.sample(network, fluxes, concentrations, only_stable=False, as_skimpy=True)


def test_rate_laws_are_compiled_once(live):
    model, *_ = live
    first, network = compiled_live(model)
    model.parameters["km_substrate_PGI"].bounds = (1.0, 2.0)
    model.parameters["k_equilibrium_PGI"].value *= 2
    again, changed = compiled_live(model)
    assert again is first
    assert changed.bounds["km_substrate_PGI"] == (1.0, 2.0)
    now, before = (n.values["k_equilibrium_PGI"] for n in (changed, network))
    assert now == 2 * before
    model.parameters["km_substrate_PGI"].value = 1.5
    laid_anew, _ = compiled_live(model)
    assert laid_anew is not first
    assert laid_anew.templates is first.templates
    assert laid_anew.network.conserved_pools is first.network.conserved_pools


def _value(model):
    model.parameters["k_equilibrium_PGI"].value *= 1.1


def _constant(model):
    model.parameters["km_substrate_PGI"].value = 17.0


def _bounds(model):
    model.parameters["km_substrate_PGI"].bounds = (3.0, 4.0)


def _volume(model):
    compartment = model.compartments["c"]
    compartment.parameters["volume"].value = 2.0
    compartment.parameters["cell_volume"].value = 1.0


def _pools(model):
    model.prepare()


def _boundary(model):
    from skimpy.core.modifiers import ConstantConcentration  # noqa: PLC0415

    model.add_boundary_condition(ConstantConcentration(model.reactants["g6p_c"]))


def _modifier(model):
    from skimpy.core.modifiers import InhibitionModifier  # noqa: PLC0415

    reaction = model.reactions["PGI"]
    modifier = InhibitionModifier("atp_c", reaction=reaction)
    modifier.reactants["inhibitor"] = model.reactants["atp_c"]
    modifier.link_parameters_and_reactants()
    reaction.modifiers[modifier.name] = modifier


CHANGES = [_value, _constant, _bounds, _volume, _pools, _boundary, _modifier]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_between_has_its_effect(live, change):
    before = SAMPLER.sample(*live, only_stable=False)
    change(live[0])
    after = SAMPLER.sample(*live, only_stable=False)
    expected = _as_if_new(*live)
    assert list(after[0]) == list(expected[0])
    np.testing.assert_allclose(_values(after), _values(expected), rtol=1e-9)
    if change is not _pools:
        assert _values(after).shape != _values(before).shape or not np.allclose(
            _values(after), _values(before), rtol=1e-3, equal_nan=True
        )


def test_regulation_added_by_skimpy_has_its_effect(live):
    import pandas as pd  # noqa: PLC0415
    from skimpy.io.regulation import load_enzyme_regulation  # noqa: PLC0415

    model, *given = live
    SAMPLER.sample(model, *given, only_stable=False)
    table = pd.DataFrame(
        {"reaction_id": ["PFK"], "regulator": ["pep_c"], "regulation": ["inhibition"]}
    )
    regulated = load_enzyme_regulation(model, table)
    sets = SAMPLER.sample(regulated, *given, only_stable=False)
    assert any("pep_c_PFK" in str(symbol) for symbol in sets[0])


def test_a_compiled_network_gives_skimpys_types_on_request(live):
    model, *given = live
    theirs = SAMPLER.sample(model, *given, min_max_eigenvalues=True)
    compiled = sr.compile(sr.from_skimpy(model))
    ours = SAMPLER.sample(compiled, *given, min_max_eigenvalues=True, as_skimpy=True)
    assert list(ours[0][0]) == list(theirs[0][0])
    assert ours == theirs
    assert isinstance(SAMPLER.sample(model, *given, as_skimpy=False), sr.ParameterPopulation)


def test_a_model_of_a_class_of_ones_own_is_a_live_model_too(live):
    model, *given = live
    plain = SAMPLER.sample(model, *given)
    model.__class__ = type("Annotated", (type(model),), {"__module__": "my_models"})
    assert SAMPLER.sample(model, *given) == plain


def test_a_mechanism_of_ones_own_is_read_again_when_a_number_of_it_changes(live):
    from skimpy_renaissance.network.skimpy_fingerprint import fingerprint  # noqa: PLC0415

    reaction = live[0].reactions["PGI"]
    known = fingerprint(reaction)
    assert fingerprint(reaction) == known
    reaction.parameters["k_equilibrium"].value *= 2
    assert fingerprint(reaction) == known
    reaction.mechanism.order = 2
    assert fingerprint(reaction) != known
