"""Live models with regulation, or with pools set by hand, give SKiMPy's own sets."""

import json

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr

pytestmark = [pytest.mark.skimpy, pytest.mark.filterwarnings("ignore")]


def _sampled(model, folder, n):
    """Sample as the script of a SKiMPy user does, and return values and golden values."""
    golden = np.load(folder / "golden_0.npz")
    given = json.loads((folder / "steady_state_0.json").read_text())
    for reaction, value in given["k_eq"].items():
        model.reactions[reaction].parameters.k_equilibrium.value = value
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=n))
    sets, largest, _ = sampler.sample(
        model,
        given["fluxes"],
        given["concentrations"],
        only_stable=False,
        min_max_eigenvalues=True,
        seed=int(golden["seed"]),
        bounds_sample=tuple(golden["bounds_sample"]),
    )
    names = list(golden["param_names"])
    by_name = [{str(symbol): value for symbol, value in one.items()} for one in sets]
    values = [[one[name] for name in names] for one in by_name]
    return np.array(values, dtype=float), np.array(largest), golden


def test_a_model_regulated_by_skimpy_gives_its_sets(load_yaml_model, shared_data):
    from skimpy.io.regulation import load_enzyme_regulation  # noqa: PLC0415

    folder = shared_data("varma_regulated")
    model = load_yaml_model(str(shared_data("varma", "kin_varma.yml")))
    model = load_enzyme_regulation(model, pd.read_csv(folder / "regulations.csv"))
    values, largest, golden = _sampled(model, folder, 20)
    np.testing.assert_allclose(values, golden["params"][:20], rtol=1e-9)
    np.testing.assert_allclose(largest, golden["lambda_max"][:20], rtol=1e-3)


def test_pools_set_by_hand_and_bounds_give_skimpys_sets(load_yaml_model, shared_data):
    folder = shared_data("yeast")
    model = load_yaml_model(str(folder / "kinetic_model.yaml"))
    pools = sr.read_skimpy_yaml(
        folder / "kinetic_model.yaml",
        conservation=folder / "ST10284_cons_relations_annotated.csv",
    ).conserved_pools
    model.conservation_relation = pools.matrix
    model.dependent_variables_ix = list(pools.dependent)
    model.independent_variables_ix = list(pools.independent)
    golden = np.load(folder / "golden_0.npz")
    for name, low, high in zip(
        golden["km_names"], golden["km_lower"], golden["km_upper"], strict=True
    ):
        model.parameters[name].bounds = (float(low), float(high))
    values, largest, golden = _sampled(model, folder, 5)
    np.testing.assert_allclose(values, golden["params"][:5], rtol=1e-9)
    precise = np.load(folder / "true_lambda_0.npz")
    np.testing.assert_allclose(largest, precise["lambda_max"][:5], rtol=1e-5)  # 400-bit arithmetic
