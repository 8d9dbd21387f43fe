"""From measurements to ranges: geometric means, in both units, as the generator takes them."""

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import km_ranges, match_km, read_measured_km
from skimpy_renaissance.priors.km_space import KmSpace


def test_a_range_is_twenty_percent_around_the_geometric_mean(ranges):
    substrate, product = (ranges.table.loc[f"km_{role}_TPI"] for role in ("substrate", "product"))
    ends = ["mean", "low", "high"]
    np.testing.assert_allclose(substrate[ends].astype(float), [1e-3, 0.8e-3, 1.2e-3])
    np.testing.assert_allclose(product[ends].astype(float), [1e-4, 0.8e-4, 1.2e-4])
    assert substrate["n"] == 2
    np.testing.assert_allclose(substrate["spread"], np.log(4) / np.sqrt(2))
    assert np.isnan(product["spread"])


def test_a_measurements_own_uncertainty_replaces_the_twenty_percent(network):
    rows = [("TPI", "dhap", 1.0, 0.25, 4.0), ("TPI", "dhap", 1.0, None, None)]
    frame = pd.DataFrame(rows, columns=["reaction", "metabolite", "value", "low", "high"])
    match = match_km(read_measured_km(frame, unit="mM"), network)
    table = km_ranges(match, relative=0.5).table.loc["km_substrate_TPI"]
    assert (table["n"], table["n_own"]) == (2, 1)
    expected = [np.sqrt(0.25 * 0.5) * 1e-3, np.sqrt(4.0 * 1.5) * 1e-3]
    np.testing.assert_allclose(table[["low", "high"]].astype(float), expected)


def test_bounds_are_in_the_networks_scaled_concentration(ranges, network, units):
    bounded = network.with_bounds(ranges.bounds(units))
    np.testing.assert_allclose(bounded.bounds["km_substrate_TPI"], (800.0, 1200.0))
    np.testing.assert_allclose(ranges.molar["km_substrate_TPI"], (0.8e-3, 1.2e-3))


def test_log_bounds_and_molar_ranges_give_the_generator_the_same_space(ranges, network):
    log_bounds = ranges.log_bounds(network)
    assert log_bounds.dtype == torch.float64
    assert int(torch.isnan(log_bounds[:, 0]).sum()) == len(network.km_names) - 2
    default = (float(np.log(1e-6)), float(np.log(0.1)))
    bounded = KmSpace.of(network.km_names, log_bounds, default_range=default)
    open_ended = torch.full_like(log_bounds, torch.nan)
    drawn = KmSpace.of(network.km_names, open_ended, default_range=default, measured=ranges.molar)
    torch.testing.assert_close(bounded.lower, drawn.lower)
    torch.testing.assert_close(bounded.upper, drawn.upper)
    assert (bounded.n_measured, drawn.n_measured) == (0, 2)


def test_a_selection_keeps_its_order_and_names_what_it_lacks(ranges, network):
    swapped = ranges.select(["km_product_TPI", "km_substrate_TPI"])
    assert swapped.km_names == ("km_product_TPI", "km_substrate_TPI")
    with pytest.raises(MissingEntryError, match="km_x_PGI"):
        ranges.select(["km_x_PGI"])
    fixed = network.with_parameters({"km_product_TPI": 1.0})
    with pytest.raises(MissingEntryError, match="km_product_TPI has a range"):
        ranges.log_bounds(fixed)


def test_nothing_matched_gives_no_range(network):
    frame = pd.DataFrame({"reaction": ["XYZ"], "metabolite": ["a"], "value": [1.0]})
    empty = km_ranges(match_km(read_measured_km(frame, unit="M"), network))
    assert len(empty) == 0
    assert empty.molar == {}
    assert bool(torch.isnan(empty.log_bounds(network)).all())


@pytest.mark.parametrize("relative", [-0.1, 1.0, float("nan")])
def test_a_relative_width_that_reaches_zero_is_refused(network, relative):
    frame = pd.DataFrame({"reaction": ["TPI"], "metabolite": ["dhap"], "value": [1.0]})
    match = match_km(read_measured_km(frame, unit="M"), network)
    with pytest.raises(InputError, match="relative"):
        km_ranges(match, relative=relative)
