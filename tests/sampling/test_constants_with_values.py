"""Constants that have a value are not drawn; where all have one, every set is the same."""

from importlib.resources import files

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr

ORACLE = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=3))
RENAISSANCE = sr.RenaissanceSampler(
    sr.RenaissanceSampler.Parameters(
        n_samples=2,
        eigenvalue_partition=-2.5,
        generations=2,
        models_per_candidate=8,
        hidden=(8, 8),
        progress=False,
    )
)
SAME = r"Nothing was drawn: all \d+ .* have values .*Parameters\(redraw=True\)"


@pytest.fixture(scope="module")
def core():
    network, states = sr.examples.e_coli_core()
    return network, states[sr.examples.REFERENCE_STATE]


def _drawn(network, state):
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=2))
    return sampler.sample(network, state, only_stable=False, seed=1)


def _known(network, state):
    one = _drawn(network, state)["0"].to_dict()
    return network.with_parameters({name: one[name] for name in network.km_names}), one


@pytest.mark.slow
@pytest.mark.parametrize("sampler", [ORACLE, RENAISSANCE])
@pytest.mark.parametrize("compiled", [False, True])
def test_where_all_have_values_the_sets_are_these_with_new_capacities(core, sampler, compiled):
    network, _ = core
    _, states = sr.examples.e_coli_core()
    known, one = _known(network, states[3])
    other = states[7]
    with pytest.warns(UserWarning, match=SAME):
        sets = sampler.sample(sr.compile(known) if compiled else known, other, only_stable=False)
    assert len(sets) == sampler.parameters.n_samples
    bound = sr.compile(network).at(other)
    log_km = torch.tensor([[one[name] for name in network.km_names]], dtype=torch.float64).log()
    expected = sr.parametrize(bound, log_km - np.log(bound.reference.concentration_scaling))
    for row in sets.to_dataframe().to_numpy():
        np.testing.assert_allclose(row, expected.values[0], rtol=1e-10)
    np.testing.assert_allclose(sets.lambda_max, expected.lambda_max.item(), rtol=1e-9)


@pytest.mark.parametrize("kind", [sr.OracleSampler, sr.RenaissanceSampler])
def test_one_set_that_is_not_valid_is_none(core, kind):
    known, _ = _known(*core)
    sampler = kind(kind.Parameters(eigenvalue_partition=-1e6))
    with pytest.warns(UserWarning, match=r"none of 1 models is valid.*redraw=True") as warned:
        assert len(sampler.sample(known, core[1])) == 0
    assert "95 %" not in str(warned[0].message)


@pytest.mark.slow
def test_redrawn_they_are_those_of_a_model_without_values(core):
    network, state = core
    known, _ = _known(network, state)
    settings = sr.OracleSampler.Parameters(n_samples=3, redraw=True)
    again = sr.OracleSampler(settings).sample(known, state, seed=5)
    expected = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=3)).sample(
        network, state, seed=5
    )
    np.testing.assert_array_equal(again.values, expected.values)


@pytest.mark.slow
def test_resampling_judges_the_one_model_for_each_set(core):
    network, state = core
    known, one = _known(network, state)
    with pytest.warns(UserWarning, match="Nothing was drawn anew: km_substrate_PGI"):
        sets = sr.OracleSampler(sr.OracleSampler.Parameters(eigenvalue_partition=1e9)).resample(
            known, state, parameters=["km_substrate_PGI"], population=_drawn(network, state)
        )
    table = sets.to_dataframe()
    assert len(table) == 2
    assert all((table[name] == one[name]).all() for name in network.km_names)


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
@pytest.mark.parametrize("sampler", [ORACLE, RENAISSANCE])
def test_a_live_model_that_was_given_a_set_gives_skimpys_sets(core, load_yaml_model, sampler):
    from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415

    path = str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml")
    model, (_, state) = load_yaml_model(path), core
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    given = state.fluxes.to_dict(), state.concentrations.to_dict()
    sets = ORACLE.sample(model, *given, only_stable=False)
    model.parameters = sets[0]  # as SKiMPy's tutorials do before integrating
    with pytest.warns(UserWarning, match=SAME):
        again = sampler.sample(model, *given, only_stable=False)
    model.prepare()
    model.compile_jacobian(ncpu=1)
    n = sampler.parameters.n_samples
    theirs = SimpleParameterSampler(SimpleParameterSampler.Parameters(n_samples=n))
    expected = theirs.sample(model, *given, only_stable=False)
    model.pool.terminate()
    model.pool.join()
    assert len(again) == len(expected) == n
    for one, other in zip(again, expected, strict=True):
        assert one == {s: None if v is None else pytest.approx(v) for s, v in other.items()}
    redrawn = sr.OracleSampler(ORACLE.parameters._replace(redraw=True))
    values = [
        [v for v in one.values() if v is not None]
        for one in (*sets, *redrawn.sample(model, *given, only_stable=False))
    ]
    np.testing.assert_array_equal(values[:3], values[3:])
