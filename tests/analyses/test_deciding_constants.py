"""Which constants matter: found where they do, by chance where they do not."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.deciding_constants import deciding_constants
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors import KmSpace, Prior


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture(scope="module")
def prior(bound):
    default = (np.log(1e-6), np.log(0.1))
    return Prior.of_space(KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=default))


def test_draws_of_the_prior_say_nothing_of_validity_and_a_restricted_constant_does(bound, prior):
    log_km = prior.sample(800, seed=1)
    free = deciding_constants(bound, log_km, prior, permutations=19).tables["deciding_constants"]
    validity = free[free["quantity"] == "validity"]
    assert len(validity) == 159
    assert validity["p_value"].iloc[0] > 0.05
    narrow = log_km.clone()
    third = bound.km_names.index("km_substrate_TPI")
    lower, upper = (prior.quantile(torch.full((1, 159), q).double())[0, third] for q in (0, 0.5))
    narrow[:, third] = lower + (upper - lower) * torch.linspace(0, 1, 800).double()
    found = deciding_constants(bound, narrow, prior, permutations=19)
    first = found.tables["deciding_constants"].iloc[0]
    assert (first["quantity"], first["km"]) == ("validity", "km_substrate_TPI")
    assert first["nats"] == pytest.approx(np.log(2), abs=0.03)  # half of the prior is left
    assert first["p_value"] == pytest.approx(0.05)


@pytest.mark.slow
def test_what_lambda_max_and_control_depend_on_stands_beside_chance(bound, prior):
    log_km = prior.sample(1000, seed=2)
    found = deciding_constants(bound, log_km, prior, growth="Biomass_Ecoli_core", permutations=19)
    table = found.tables["deciding_constants"]
    quantities = list(dict.fromkeys(table["quantity"]))
    assert quantities[:2] == ["validity", "lambda_max"]
    assert len(quantities) == 4
    control = control_coefficients(bound, log_km[:200]).flux
    growth = control.values[:, control.rows.index("Biomass_Ecoli_core")]
    size = dict(zip(control.parameters, np.nanmedian(np.abs(growth), axis=0), strict=True))
    leading = [name.removeprefix("control of Biomass_Ecoli_core by ") for name in quantities[2:]]
    assert min(size[name] for name in leading) > np.median(list(size.values()))
    for name in quantities[1:]:
        first = table[table["quantity"] == name].iloc[0]
        assert first["nats"] > found.numbers["chance"][name]
        assert first["p_value"] == pytest.approx(0.05)
    rows = next(iter(found.summary.values()))
    assert [row[0] for row in rows[1:3]] == ["validity", "lambda_max"]


def test_a_handful_of_models_tells_nothing(bound, prior):
    with pytest.raises(InputError, match="at least 640 models"):
        deciding_constants(bound, prior.sample(100, seed=1), prior)
