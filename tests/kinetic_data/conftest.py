"""The bundled kinetic model, and populations whose distributions are known."""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.kinetic_data import around_mean, km_ranges, match_km, read_measured_km


@pytest.fixture(scope="session")
def network():
    return sr.examples.e_coli_core()[0]


@pytest.fixture(scope="session")
def units():
    return sr.examples.E_COLI_CORE_UNITS


@pytest.fixture
def ranges(network):
    """km_substrate_TPI around 1 mM, twice measured; km_product_TPI at 0.1 mM, once."""
    rows = [("TPI", "dhap", 0.5), ("TPI", "dhap", 2.0), ("TPI", "g3p", 0.1)]
    frame = pd.DataFrame(rows, columns=["reaction", "metabolite", "value"])
    match = match_km(read_measured_km(frame, unit="mM"), network)
    return km_ranges(match, rule=around_mean)


@pytest.fixture
def populate(units):
    """Give a population from parameter to values in mol/L (or flux, likewise scaled by 1e6)."""

    def build(**columns):
        values = np.array(list(columns.values()), dtype=float).T * units.concentration_scaling
        return sr.ParameterPopulation(tuple(columns), values, units=units)

    return build
