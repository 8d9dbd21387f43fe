"""From measurements to ranges: geometric means, in both units, as the generator takes them."""

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import around_mean, km_ranges, match_km, read_measured_km
from skimpy_renaissance.priors.km_space import KmSpace

KM = "km_substrate_TPI"


def _match(network, columns):
    frame = pd.DataFrame(columns).assign(reaction="TPI", metabolite="dhap")
    return match_km(read_measured_km(frame, unit="mM"), network)


def test_by_default_a_range_contains_every_measurement_and_the_papers_rule_need_not(network):
    match = _match(network, {"value": [8.0, 2.0]})
    default, paper = (
        km_ranges(match).table.loc[KM],
        km_ranges(match, rule=around_mean).table.loc[KM],
    )
    np.testing.assert_allclose(
        default[["low", "mean", "high"]].astype(float), [1.6e-3, 4e-3, 9.6e-3]
    )
    np.testing.assert_allclose(paper[["low", "mean", "high"]].astype(float), [3.2e-3, 4e-3, 4.8e-3])
    one = _match(network, {"value": [0.3]})
    expected = [0.24e-3, 0.36e-3]
    np.testing.assert_allclose(km_ranges(one).molar[KM], expected)
    np.testing.assert_allclose(km_ranges(one, rule=around_mean).molar[KM], expected)


def test_the_default_contains_every_value_to_the_last_digit(network):
    values = [0.1, 0.3, 0.7, 1.1]
    exact = km_ranges(_match(network, {"value": values}), relative=0).molar[KM]
    assert exact == (0.1 * 1e-3, 1.1 * 1e-3)


def test_ends_that_a_database_leaves_open_stay_open(network):
    ranges = km_ranges(_match(network, {"value": [">10", "20"]}))
    np.testing.assert_allclose(ranges.molar[KM], (10e-3, np.inf))
    below = km_ranges(_match(network, {"value": ["<0.5"]}))
    np.testing.assert_allclose(below.molar[KM], (0.0, 0.5e-3))
    row = below.log_bounds(network)[list(network.km_names).index(KM)]
    np.testing.assert_allclose(row.numpy(), [-np.inf, np.log(0.5e-3)])


def test_weights_move_the_mean_and_weight_zero_leaves_out(network):
    table = {"value": [1.0, 8.0, 100.0], "weight": [2, 1, 0]}
    match = _match(network, table)
    row = km_ranges(match).table.loc[KM]
    np.testing.assert_allclose(row["mean"], 2e-3)
    np.testing.assert_allclose([row["low"], row["high"]], [0.8e-3, 9.6e-3])
    assert row["n"] == 2
    paper = km_ranges(match, rule=around_mean).molar[KM]
    np.testing.assert_allclose(paper, (1.6e-3, 2.4e-3))


def test_the_papers_range_is_twenty_percent_around_the_geometric_mean(ranges):
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
    table = km_ranges(match, relative=0.5, rule=around_mean).table.loc["km_substrate_TPI"]
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
