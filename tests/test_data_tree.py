"""Draws for ArviZ: groups, dimensions, units; read by ArviZ itself where it is installed."""

import json
import sys

import numpy as np
import pytest

from skimpy_renaissance.errors import MissingExtraError
from skimpy_renaissance.population import to_arviz
from tests.population.test_columnar import NAMES, make
from tests.valid_region.test_posterior import BELOW, NEAR, drawn

xarray = pytest.importorskip("xarray", reason="xarray (extra arviz) is not installed")


@pytest.fixture(scope="module")
def sample():
    return drawn(data=[NEAR, BELOW], n=200, seed=1)


def test_a_posterior_has_its_groups_with_named_dimensions_and_units(sample):
    tree = sample.to_arviz()
    assert set(tree.children) == {"posterior", "prior", "log_likelihood", "constant_data"}
    ln_km = tree["posterior"]["ln_km"]
    assert ln_km.dims == ("chain", "draw", "km")
    assert ln_km.shape == (1, 200, 6)
    assert ln_km.attrs["units"] == "ln(mol/L)"
    np.testing.assert_array_equal(ln_km.sel(km="km_2")[0], sample.log_km[:, 2])
    effective = tree["constant_data"]["effective_draws"]
    np.testing.assert_array_equal(effective.sel(km="km_2"), sample.effective_km[2])
    assert tree["prior"]["lambda_max"].shape == (1, len(sample.region))
    likelihood = tree["log_likelihood"]["data"].sel(datum=NEAR.label)
    np.testing.assert_array_equal(likelihood[0], sample.log_likelihoods[0])
    assert tree.attrs["log_evidence"] == sample.log_evidence
    assert json.loads(tree.attrs["data"])[0]["is"] == "hard limit"
    assert set(sample.region.to_arviz().children) == {"posterior", "constant_data"}


def test_a_population_is_a_tree_of_its_parameters():
    population = make(40, named=True)
    tree = to_arviz(population)
    values = tree["posterior"]["value"]
    one = values.sel(parameter=NAMES[3], draw="s,7")
    np.testing.assert_array_equal(one[0], population.values[7, 3])
    assert tree["posterior"]["lambda_min"].attrs["units"] == "1/h"
    assert json.loads(tree.attrs["units"]) == population.units.to_dict()
    assert json.loads(tree.attrs["provenance"]) == population.provenance


def test_arviz_reads_it(sample):
    arviz = pytest.importorskip("arviz_base", reason="ArviZ is not installed")
    drawn = arviz.extract(sample.to_arviz(), group="posterior", var_names="ln_km")
    np.testing.assert_array_equal(drawn.transpose("sample", "km"), sample.log_km)
    likelihood = arviz.extract(sample.to_arviz(), group="log_likelihood", var_names="data")
    np.testing.assert_array_equal(likelihood.sum("datum"), sample.log_likelihood)


def test_without_xarray_it_is_said_what_to_install(sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[arviz\]'"):
        sample.to_arviz()
