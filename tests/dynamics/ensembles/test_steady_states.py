"""New steady states of changed models: against integration, pools, stability, folds, names."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skimpy_renaissance.dynamics import simulate, steady_state
from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.population import Ensemble
from skimpy_renaissance.population.ensemble import NARROW, NarrowEnsembleWarning

GROWTH = "Biomass_Ecoli_core"


@pytest.fixture(scope="module")
def weakened(core):
    bound, population = core
    return bound, population, population.with_changes({"PFK": 0.8})


def test_they_are_where_integration_ends(weakened):
    bound, _, mutants = weakened
    found = steady_state(bound, mutants)
    assert found.stable.all()
    runs = simulate(bound, mutants, [0.0, 200.0], n_processes=1)
    ends = bound.reference.of_metabolites(bound.network.variables) * (1 + runs.deviations[:, -1])
    np.testing.assert_allclose(found.concentrations, ends, rtol=1e-3)
    grown = runs.relative_rates[:, -1, runs.reactions.index(GROWTH)]
    np.testing.assert_allclose(found.relative(GROWTH), grown, rtol=1e-4)


def test_fluxes_balance_and_pools_are_kept(weakened):
    bound, _, mutants = weakened
    found, network = steady_state(bound, mutants), bound.network
    turnover = np.abs(found.fluxes) @ np.abs(network.balance).T
    np.testing.assert_allclose(found.fluxes @ network.balance.T / turnover, 0.0, atol=1e-9)
    amounts = network.conserved_pools.matrix / network.volume_ratios
    old = amounts @ found.reference_concentrations
    np.testing.assert_allclose(
        found.concentrations @ amounts.T, np.broadcast_to(old, (len(found), len(old))), rtol=1e-10
    )


def test_nothing_changed_nothing_moves_and_modes_are_those_of_the_models(core):
    bound, population = core
    found = steady_state(bound, population.with_changes({}))
    assert (found.log_ratios.abs().to_numpy() < 1e-9).all()
    log_km = torch.from_numpy(population.log_km(bound.km_names))
    np.testing.assert_allclose(found.lambda_max, bound.lambda_max(log_km).numpy(), rtol=1e-6)


def test_to_first_order_they_follow_the_control_coefficients(core):
    from skimpy_renaissance.control import control_coefficients  # noqa: PLC0415 - a later stage

    bound, population = core
    small = 1e-4
    up, down = (
        steady_state(bound, population.with_changes({"PFK": 1 + sign * small})) for sign in (1, -1)
    )
    slope = (up.log_ratios - down.log_ratios) / (np.log1p(small) - np.log1p(-small))
    flux = control_coefficients(bound, population, ["vmax_forward_PFK"]).flux
    known = flux.slice_by("parameter", "vmax_forward_PFK").T
    np.testing.assert_allclose(slope[list(known.columns)], known, atol=1e-5, rtol=1e-4)


def test_where_none_is_left_the_fold_is_told(core):
    bound, population = core
    found = steady_state(bound, population.with_changes({"PYK": 0.05, "PFK": 3.0}))
    gone = found.status == "fold"
    assert gone.any()
    assert ((found.reached[gone] > 0) & (found.reached[gone] < 1)).all()
    assert np.isnan(found.concentrations[gone]).all()
    assert np.isnan(found.relative(GROWTH)[gone]).all()
    assert found.to_dataframe()["status"].tolist() == found.status.tolist()


def test_unknown_names_and_narrow_sets_are_told(weakened):
    bound, population, _ = weakened
    narrow = replace(population.select([0]), provenance=Ensemble(NARROW).to_dict())
    with pytest.warns(NarrowEnsembleWarning, match="narrow corner"):
        found = steady_state(bound, narrow.with_changes({"PFK": 0.9}))
    assert found.ensemble.narrow
    with pytest.raises(MissingEntryError, match="no reaction or balanced metabolite 'PKF'"):
        found.relative("PKF")
