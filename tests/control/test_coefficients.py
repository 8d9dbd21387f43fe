"""Control coefficients: the theorems of metabolic control, and steady states that stay steady."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch

from skimpy_renaissance.control import (
    NET,
    SPLIT,
    control_coefficients,
    parameter_elasticities,
)
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.population import Ensemble
from skimpy_renaissance.population.ensemble import NARROW, WHOLE, NarrowEnsembleWarning


@pytest.mark.slow
def test_flux_control_of_all_enzymes_sums_to_one_and_concentration_control_to_zero(core):
    control = control_coefficients(*core)
    np.testing.assert_allclose(control.flux.values.sum(-1), 1.0, atol=1e-7)
    np.testing.assert_allclose(control.all_concentrations.values.sum(-1), 0.0, atol=1e-7)


def test_connectivity(core):
    bound, population = core
    pools, q = bound.network.conserved_pools, bound.reference.pool_weights
    log_km = torch.from_numpy(population.log_km(bound.km_names))
    elasticities = bound.elasticities(log_km)
    e_i, e_d = elasticities[..., pools.independent], elasticities[..., pools.dependent]
    towards_independent = (e_i + e_d @ q).numpy()
    control = control_coefficients(bound, population)
    n = len(pools.independent)
    of_fluxes = control.flux.values @ towards_independent
    of_concentrations = control.concentration.values @ towards_independent
    scale = np.abs(control.flux.values).max() * np.abs(towards_independent).max()
    np.testing.assert_allclose(of_fluxes, 0.0, atol=1e-11 * scale)
    np.testing.assert_allclose(
        of_concentrations, np.broadcast_to(-np.eye(n), of_concentrations.shape), atol=1e-11 * scale
    )


def rates(network, values):
    """Net rates straight from the symbolic rate laws, one reaction at a time."""
    result = []
    for reaction in network.reactions:
        names = list(reaction.names)
        law = sympy.lambdify(
            [symbol(name) for name in names], reaction.rate.forward - reaction.rate.backward
        )
        result.append(law(*(values[reaction.names[name]] for name in names)))
    return np.array(result)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameter", ["vmax_forward_PFK", "km_substrate1_PFK", "k_equilibrium_PGI", "glc__D_e"]
)
def test_the_predicted_state_is_steady_to_first_order(core, parameter):
    bound, population = core
    network = bound.network
    values = dict(population[0].items())
    assert parameter in values
    x = dict(zip(network.variables, bound.reference.concentrations.flatten().tolist(), strict=True))
    control = control_coefficients(bound, population, [parameter])
    shift = dict(
        zip(
            control.all_concentrations.rows, control.all_concentrations.values[0, :, 0], strict=True
        )
    )

    def imbalance(step):
        moved = {name: value * np.exp(shift[name] * step) for name, value in x.items()}
        changed = {**values, **moved, parameter: values[parameter] * np.exp(step)}
        v = rates(network, changed)
        return network.stoichiometry @ v, v

    at_rest, v = imbalance(0.0)
    throughput = np.abs(network.stoichiometry) @ np.abs(v)
    assert np.abs(at_rest / throughput).max() < 1e-9
    step = 1e-4 / max(1.0, *(abs(value) for value in shift.values()))
    (up, v_up), (down, v_down) = imbalance(step), imbalance(-step)
    assert np.abs((up - down) / (2 * step) / throughput).max() < 1e-5  # central: O(step^2)
    slopes = (np.log(np.abs(v_up)) - np.log(np.abs(v_down))) / (2 * step)
    np.testing.assert_allclose(control.flux.values[0, :, 0], slopes, rtol=1e-4, atol=1e-5)


def test_pools_stay_conserved(core):
    bound, population = core
    network, pools = bound.network, bound.network.conserved_pools
    concentration = control_coefficients(bound, population).all_concentrations
    place = [concentration.rows.index(name) for name in network.variables]
    x = bound.reference.concentrations.flatten().numpy()
    changes = concentration.values[:, place] * x[:, None] / network.volume_ratios[:, None]
    scale = np.abs(changes).max()
    np.testing.assert_allclose(pools.matrix @ changes, 0.0, atol=1e-9 * scale)


def test_a_pools_total_moves_its_own_pool_by_one_for_one(core):
    bound, population = core
    network, pools = bound.network, bound.network.conserved_pools
    name = pools.describe()[0]
    concentration = control_coefficients(bound, population, [name]).all_concentrations
    place = [concentration.rows.index(metabolite) for metabolite in network.variables]
    x = bound.reference.concentrations.flatten().numpy()
    amounts = pools.matrix * x / network.volume_ratios
    response = (amounts @ concentration.values[:, place, 0].T) / amounts.sum(1, keepdims=True)
    expected = np.zeros_like(response)
    expected[0] = 1.0
    np.testing.assert_allclose(response, expected, atol=1e-8)


@pytest.mark.slow
def test_forward_less_backward_is_net(core):
    bound, population = core
    reversible = [r.name for r in bound.network.reactions if r.equilibrium_constant is not None]
    net = control_coefficients(bound, population, fluxes=NET).flux
    split = control_coefficients(bound, population, fluxes=SPLIT).flux
    values = dict(population[0].items())
    x = bound.reference.concentrations.flatten().tolist()
    values.update(zip(bound.network.variables, x, strict=True))
    for name in reversible[:6]:
        reaction = bound.network.reaction(name)
        point = {symbol(s): values[target] for s, target in reaction.names.items()}
        forward = float(reaction.rate.forward.subs(point))
        backward = float(reaction.rate.backward.subs(point))
        rows = [split.rows.index(f"{prefix}_{name}") for prefix in ("fwd", "bwd")]
        difference = forward * split.values[0, rows[0]] - backward * split.values[0, rows[1]]
        expected = (forward - backward) * net.values[0, net.rows.index(name)]
        np.testing.assert_allclose(difference, expected, atol=1e-6 * max(forward, backward))


def test_a_rate_is_proportional_to_its_capacity(core):
    bound, population = core
    names = [name for name in bound.network.vmax_names if name is not None]
    table = parameter_elasticities(bound, population, names)
    expected = np.broadcast_to(np.eye(len(names)), table.values.shape)
    np.testing.assert_allclose(table.values, expected, atol=1e-12)


def test_means_are_tables_of_pandas(core):
    bound, population = core
    flux = control_coefficients(bound, population).flux
    mean = flux.mean("sample")
    assert mean.shape == (44, 44)
    assert mean.loc["PFK", "vmax_forward_PFK"] == pytest.approx(
        flux.values[:, flux.rows.index("PFK"), flux.parameters.index("vmax_forward_PFK")].mean()
    )


@pytest.mark.slow
def test_an_unusable_model_is_nan_and_leaves_the_others_alone(core):
    bound, population = core
    log_km = torch.from_numpy(population.log_km(bound.km_names))
    broken = log_km.clone()
    broken[1] = torch.nan
    flux = control_coefficients(bound, broken).flux
    assert flux.finite.tolist() == [True, False, True, True]
    np.testing.assert_allclose(
        flux.values[2], control_coefficients(bound, log_km).flux.values[2], rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        (["vmax_forward_nowhere"], MissingEntryError, "vmax_forward_nowhere"),
        (["vmax_forward_PFK", "vmax_forward_PFK"], InputError, "used twice"),
        ([], InputError, "got none"),
    ],
)
def test_bad_parameters_are_named(core, parameters, error, message):
    with pytest.raises(error, match=message):
        control_coefficients(*core, parameters)


def test_means_say_how_sure_they_are(core):
    bound, population = core
    stated = replace(population, provenance=Ensemble(WHOLE, 0.5).to_dict())
    flux = control_coefficients(bound, stated).flux
    std = flux.values.std(0, ddof=1)
    np.testing.assert_allclose(flux.error(), std / np.sqrt(0.5 * len(population)))
    table = flux.summary()
    one = table.loc[("PFK", "vmax_forward_PGI")]
    values = flux.slice_by("parameter", "vmax_forward_PGI").loc["PFK"]
    assert one["mean"] == pytest.approx(values.mean())
    assert one["error"] == pytest.approx(flux.error().loc["PFK", "vmax_forward_PGI"])
    agrees = np.sign(values) == np.sign(values.median())
    assert one["agreement"] == agrees.mean()
    assert one["agreement_error"] == pytest.approx(
        agrees.std(ddof=1) / np.sqrt(0.5 * len(population))
    )
    first = flux.strongest("PFK", most=3)
    largest = table.loc["PFK"]["p50"].abs().nlargest(3)
    assert list(first.index) == list(largest.index)
    with pytest.raises(MissingEntryError, match="No flux 'NONE'"):
        flux.strongest("NONE")
    nothing = replace(flux, values=np.full_like(flux.values, np.nan))
    with pytest.raises(InputError, match=r"None of the .* sets has control coefficients"):
        nothing.strongest("PFK")
    assert one["p5"] <= one["p50"] <= one["p95"]


def test_narrow_sets_are_warned_of(core):
    bound, population = core
    narrow = replace(population, provenance=Ensemble(NARROW).to_dict())
    with pytest.warns(NarrowEnsembleWarning, match="narrow corner of the valid region"):
        flux = control_coefficients(bound, narrow, ["vmax_forward_PFK"]).flux
    assert flux.select(flux.finite).ensemble.narrow
