"""Published populations load, and at their steady states come out as published.

The *E. coli* sets belong to the model with allosteric regulation under the published laws; steady
states are at hand for five of the ten sets, and for the yeast samples, not for the yeast top nine.
"""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.linalg import expm

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics import perturb, simulate

E_COLI = ("ecoli", "kinetic_params_top_10_models.hdf5")
WITH_STATE = ("1712,6", "1715,6", "2392,6", "4230,7", "4456,7")
WITHOUT_STATE = ("1717,6", "2482,8", "3927,1", "4241,5", "4468,6")


@pytest.fixture(scope="module")
def compiled():
    """Hold what is compiled once."""
    return {}


@pytest.fixture
def e_coli(shared_data, compiled):
    if "ecoli" not in compiled:
        laws = {"rate_laws": sr.CORRECTED}
        network = sr.read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"), **laws)
        table = pd.read_csv(shared_data("ecoli", "allosteric_regulations.csv"))
        present = table["reaction_id"].isin(network.reaction_names)
        present &= table["regulator"].isin(network.metabolites)
        compiled["ecoli"] = sr.compile(sr.add_regulation(network, table[present], **laws))
    return compiled["ecoli"]


@pytest.fixture
def yeast(shared_data, compiled):
    if "yeast" not in compiled:
        compiled["yeast"] = sr.compile(
            sr.read_skimpy_yaml(
                shared_data("yeast", "kinetic_model.yaml"),
                conservation=shared_data("yeast", "ST10284_cons_relations_annotated.csv"),
            )
        )
    return compiled["yeast"]


def _e_coli_states(network, shared_data):
    with np.load(shared_data("ecoli", "steady_states_30.npz"), allow_pickle=False) as data:
        ids = [str(name) for name in data["ids"]]
        both = np.hstack([data["concentration"], data["boundary_concentration"]])
        names = [*data["reactant_order"], *data["boundary_names"]]
        return sr.from_tables(
            network,
            fluxes=pd.DataFrame(data["flux"], ids, list(data["reaction_order"])),
            concentrations=pd.DataFrame(both, ids, names),
            equilibrium_constants=pd.DataFrame(data["keq"], ids, list(data["keq_names"])),
            units=sr.Units(concentration_scaling=1e9, density=1105.0, gdw_gww_ratio=0.3),
        )


def _values(population, names):
    table = population.to_dataframe()
    return table[list(names)].to_numpy(dtype=float)


def _vmax(bound, log_km):
    return bound.vmax(log_km).numpy()


@pytest.mark.slow
def test_the_ten_e_coli_sets_hold_every_parameter_of_the_regulated_model(e_coli, shared_data):
    population = sr.ParameterPopulation.load(shared_data(*E_COLI))
    assert sorted(population.index) == sorted(WITH_STATE + WITHOUT_STATE)
    network = e_coli.network
    needed = {*network.km_names, *filter(None, network.vmax_names)}
    needed |= {f"k_equilibrium_{name}" for name in network.reversible_reactions}
    assert needed <= set(population.names)
    assert (_values(population, sorted(needed)) > 0).all()


def test_five_e_coli_sets_have_the_vmax_and_constants_of_their_states(e_coli, shared_data):
    network = e_coli.network
    states = _e_coli_states(network, shared_data)
    population = sr.ParameterPopulation.load(shared_data(*E_COLI), units=states.units)
    assert set(WITH_STATE) <= set(states.names)
    for name in WITH_STATE:
        state, published = states[name], population[name].to_dict()
        own = state.equilibrium_constants.dropna()
        for reaction, value in own.items():
            assert published[f"k_equilibrium_{reaction}"] == pytest.approx(value, rel=1e-9)
        for boundary in network.boundary_names:
            assert published[boundary] == pytest.approx(state.concentrations[boundary], rel=1e-9)
        km = [[published[constant] for constant in network.km_names]]
        log_km = torch.from_numpy(np.log(np.array(km) / 1e9))
        vmax = [published[capacity] for capacity in network.vmax_names]
        np.testing.assert_allclose(_vmax(e_coli.at(state), log_km)[0], vmax, rtol=1e-9)


def test_five_e_coli_sets_have_their_published_eigenvalues(e_coli, shared_data):
    network = e_coli.network
    states = _e_coli_states(network, shared_data)
    population = sr.ParameterPopulation.load(shared_data(*E_COLI), units=states.units)
    for name in WITH_STATE:
        path = shared_data("ecoli", f"steady_state_{name.split(',')[0]}.json")
        stated = json.loads(path.read_text())["published_model_with_regulation"]
        log_km = np.log(_values(population, network.km_names) / 1e9)
        row = list(population.index).index(name)
        spectrum = e_coli.at(states[name]).eigenvalues(torch.from_numpy(log_km[row : row + 1]))
        # the states from printed digits: 1e-7 at the slow end
        assert spectrum.real[0, 0].item() == pytest.approx(stated["lambda_max_per_h"], rel=1e-6)
        assert spectrum.real[0, -1].item() == pytest.approx(stated["lambda_min_per_h"], rel=1e-8)


@pytest.mark.slow
def test_five_e_coli_sets_relax_as_their_jacobians_say_and_come_back_from_50_percent(
    e_coli, shared_data
):
    states = _e_coli_states(e_coli.network, shared_data)
    population = sr.ParameterPopulation.load(shared_data(*E_COLI), units=states.units)
    hours = np.linspace(0.0, 2.0, 9)
    for name in WITH_STATE:
        bound = e_coli.at(states[name])
        one = population.select(np.array([list(population.index).index(name)]))
        slight = perturb(bound, 1, lower=1 - 1e-4, upper=1 + 1e-4, seed=0)
        courses = simulate(bound, one, hours, initial=slight, rtol=1e-9, n_processes=1)
        pools = list(e_coli.network.conserved_pools.independent)
        moved = (courses.concentrations - courses.reference[:, None])[0][:, pools]
        log_km = torch.from_numpy(one.log_km(e_coli.network.km_names))
        per_hour = bound.jacobian(log_km)[0].numpy()
        size = courses.reference[0, pools]
        for t, now in zip(hours[:5], moved[:5], strict=True):
            linear = expm(per_hour * t) @ moved[0]
            assert np.abs((now - linear) / size).max() < 1e-3 * np.abs(moved[0] / size).max()
        far = simulate(bound, one, hours, initial=perturb(bound, 1, seed=0), n_processes=1)
        assert np.abs(far.deviations[0, 0]).max() > 0.45
        assert np.abs(far.deviations[0, -1]).max() < 0.01


@pytest.mark.slow
def test_the_yeast_top_nine_share_one_steady_state(yeast, shared_data):
    path = shared_data("yeast", "parameters_top_9_models.hdf5")
    population = sr.ParameterPopulation.load(path)
    network = yeast.network
    assert len(population) == 9
    assert all(name.startswith("3191,") for name in population.index)
    needed = {*network.km_names, *filter(None, network.vmax_names)}
    assert needed <= set(population.names)
    assert (_values(population, sorted(needed)) > 0).all()
    of_state = [f"k_equilibrium_{name}" for name in network.reversible_reactions]
    constants = _values(population, [*of_state, *network.boundary_names])
    np.testing.assert_allclose(constants, constants[:1].repeat(9, 0), rtol=1e-12)
    km = _values(population, network.km_names)
    assert (np.ptp(km, axis=0) > 0).mean() > 0.9  # nine models, not one nine times


def test_twenty_yeast_sets_have_their_published_vmax_and_eigenvalues(yeast, shared_data):
    path = shared_data("yeast", "steady_state_0.json")
    state = sr.read_steady_state(path, yeast.network)
    population = sr.ParameterPopulation.load(
        shared_data("yeast", "parameters_sample_0.hdf5"), units=state.units
    )
    network, bound = yeast.network, yeast.at(state)
    log_km = torch.from_numpy(np.log(_values(population, network.km_names) / 1e9))
    vmax = _values(population, network.vmax_names)
    np.testing.assert_allclose(_vmax(bound, log_km), vmax, rtol=5e-9)
    spectrum = bound.eigenvalues(log_km).real.numpy()
    with np.load(shared_data("yeast", "published_0.npz"), allow_pickle=False) as published:
        names = [str(name) for name in published["param_names"]]
        columns = [names.index(name) for name in population.names]
        np.testing.assert_array_equal(published["params"][:, columns], population.values)
        np.testing.assert_allclose(spectrum[:, -1], published["lambda_min"], rtol=1e-9)
        # SKiMPy's own slow end carries its rounding error; the stated interval is of the inverse
        np.testing.assert_allclose(spectrum[:, 0], published["lambda_max"], rtol=0.15)
    with np.load(shared_data("yeast", "lambda_max_inverse_0.npz"), allow_pickle=False) as precise:
        np.testing.assert_allclose(spectrum[:, 0], precise["published"], rtol=1e-6)
    assert -0.7085 < spectrum[:, 0].min() <= spectrum[:, 0].max() < -0.7005


def test_yeast_sets_loaded_from_a_file_are_returned_by_parametrize(yeast, shared_data):
    state = sr.read_steady_state(shared_data("yeast", "steady_state_0.json"), yeast.network)
    population = sr.ParameterPopulation.load(
        shared_data("yeast", "parameters_sample_0.hdf5"), units=state.units
    )
    names = yeast.network.km_names
    log_km = torch.from_numpy(population.log_km(names)[:3])
    again = sr.parametrize(yeast.at(state), log_km)
    shared = [name for name in again.names if name in population.names]
    assert set(names) < set(shared)
    np.testing.assert_allclose(_values(again, shared), _values(population, shared)[:3], rtol=5e-9)
