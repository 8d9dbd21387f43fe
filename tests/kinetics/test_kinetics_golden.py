"""Capacities, elasticities and Jacobians against SKiMPy 1.0.2 (its own numbers, four models)."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network.mechanisms import CORRECTED
from skimpy_renaissance.network.regulation import add_regulation
from skimpy_renaissance.network.skimpy_yaml import read_skimpy_yaml
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import read_steady_state


@pytest.mark.slow
def test_vmax_is_skimpys(each_golden, relative_error):
    assert relative_error(each_golden.bound.vmax(each_golden.log_km), each_golden.vmax) < 1e-9


def test_the_jacobian_is_skimpys(each_golden, row_error):
    first = each_golden.log_km[: len(each_golden.jacobian)]
    assert row_error(each_golden.bound.jacobian(first), each_golden.jacobian) < 1e-9


@pytest.mark.parametrize("name", ["varma", "varma_regulated", "yeast"])
def test_elasticities_are_skimpys(golden, row_error, name):
    case, pools = golden(name), golden(name).network.conserved_pools
    elasticities = case.bound.elasticities(case.log_km[:1])[0]
    both = torch.cat([elasticities[:, pools.independent], elasticities[:, pools.dependent]], 1)
    keys = ("elasticity_independent", "elasticity_dependent")
    reference = np.concatenate([case.raw[key] for key in keys], axis=1)
    assert row_error(both, reference) < 1e-9


@pytest.mark.parametrize("name", ["varma", "varma_regulated", "yeast"])
def test_weights_of_conserved_pools_are_skimpys(golden, name):
    case = golden(name)
    weights = case.bound.reference.pool_weights[0].numpy()
    assert np.allclose(weights, case.raw["dependent_weights"], rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_lambda_min_is_skimpys(each_golden, relative_error):
    fastest = each_golden.bound.eigenvalues(each_golden.log_km).real[:, -1]
    assert relative_error(fastest, each_golden.lambda_min) < 1e-9


@pytest.mark.parametrize("name", ["varma", "varma_regulated", "ecoli_A", "ecoli_B"])
def test_lambda_max_is_skimpys_within_its_rounding_error(golden, relative_error, name):
    case = golden(name)
    assert relative_error(case.bound.lambda_max(case.log_km), case.lambda_max) < 1e-4


@pytest.mark.slow
def test_lambda_max_of_yeast_is_skimpys_within_its_much_larger_rounding_error(golden):
    yeast = golden("yeast")
    error = np.abs(yeast.bound.lambda_max(yeast.log_km).numpy() - yeast.lambda_max)
    assert (error < 0.1 + 0.2 * np.abs(yeast.lambda_max)).all()
    assert np.median(error / np.abs(yeast.lambda_max)) < 0.01


def test_a_published_varma_strain_has_its_published_jacobian(
    golden, columns, row_error, shared_data
):
    varma = golden("varma")
    with np.load(shared_data("varma", "published_strain_1.npz"), allow_pickle=False) as archive:
        raw = dict(archive)
    raw["params"] = raw["params"][None]
    scaling = varma.state.units.concentration_scaling
    log_km = torch.from_numpy(np.log(columns(raw, varma.network.km_names) / scaling))
    vmax = columns(raw, varma.network.vmax_names)
    assert np.allclose(varma.bound.vmax(log_km).numpy(), vmax, rtol=1e-9)
    assert row_error(varma.bound.jacobian(log_km)[0], raw["jacobian_csv_flux"]) < 1e-9
    published = raw["eigenvalues_csv_flux"].real.max()
    assert varma.bound.lambda_max(log_km).item() == pytest.approx(published, rel=1e-4)


def test_published_yeast_sets_have_their_published_vmax_and_jacobian(
    golden, columns, row_error, shared_data
):
    yeast = golden("yeast")
    with np.load(shared_data("yeast", "published_0.npz"), allow_pickle=False) as archive:
        raw = dict(archive)
    scaling = yeast.state.units.concentration_scaling
    log_km = torch.from_numpy(np.log(columns(raw, yeast.network.km_names) / scaling))
    vmax = columns(raw, yeast.network.vmax_names)
    # the files were written elsewhere: Vmax of reactions near equilibrium agree to 1.3e-9
    assert np.allclose(yeast.bound.vmax(log_km).numpy(), vmax, rtol=5e-9)
    assert row_error(yeast.bound.jacobian(log_km[:3]), raw["jacobian_first3"]) < 5e-9
    fastest = yeast.bound.eigenvalues(log_km).real[:, -1].numpy()
    assert np.allclose(fastest, raw["lambda_min"], rtol=1e-9)


@pytest.fixture(scope="module")
def published_regulated():
    """Hold the regulated E. coli model once it is compiled."""
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("identifier", ["1712", "1715", "2392", "4230", "4456"])
def test_the_published_regulated_e_coli_models_have_their_published_lambda_max(
    shared_data, published_regulated, identifier
):
    """Their competitive inhibition gives every role its own constant: the corrected law."""
    if not published_regulated:
        network = read_skimpy_yaml(shared_data("ecoli", "kinetic_model.yaml"))
        table = pd.read_csv(shared_data("ecoli", "allosteric_regulations.csv"))
        present = table["reaction_id"].isin(network.reaction_names)
        present &= table["regulator"].isin(network.metabolites)
        network = add_regulation(network, table[present], rate_laws=CORRECTED)
        published_regulated["kinetics"] = compile_network(network)
    kinetics = published_regulated["kinetics"]
    network = kinetics.network
    path = shared_data("ecoli", f"steady_state_{identifier}.json")
    state = read_steady_state(path, network)
    population = ParameterPopulation.load(
        shared_data("ecoli", "kinetic_params_top_10_models.hdf5"), units=state.units
    )
    row = next(i for i, name in enumerate(population.index) if str(name).startswith(identifier))
    values = population.to_dataframe().iloc[row]
    km = values[list(network.km_names)].to_numpy(dtype=float)
    log_km = torch.from_numpy(np.log(km / state.units.concentration_scaling))[None]
    bound = kinetics.at(state)

    vmax = values[list(network.vmax_names)].to_numpy(dtype=float)
    assert np.allclose(bound.vmax(log_km)[0].numpy(), vmax, rtol=1e-9)
    published = json.loads(path.read_text())["published_model_with_regulation"]
    assert bound.lambda_max(log_km).item() == pytest.approx(published["lambda_max_per_h"], rel=1e-7)
    fastest = bound.eigenvalues(log_km).real[0, -1].item()
    assert fastest == pytest.approx(published["lambda_min_per_h"], rel=1e-9)
