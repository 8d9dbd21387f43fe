"""Control coefficients are what happens: change a parameter, solve the balances anew, compare."""

import numpy as np
import pytest
import sympy

import skimpy_renaissance as sr
from skimpy_renaissance.control import NET, SPLIT, control_coefficients
from skimpy_renaissance.network.roles import symbol

STEP = 1e-4  # of ln(parameter), up and down


class Balances:
    """Forward and backward rates straight from the symbolic rate laws, and Newton's method."""

    def __init__(self, network, values):
        self.network, self.values = network, values
        self.laws = [
            (
                list(reaction.names.values()),
                sympy.lambdify(
                    [symbol(role) for role in reaction.names],
                    [reaction.rate.forward, reaction.rate.backward],
                ),
            )
            for reaction in network.reactions
        ]
        pools = network.conserved_pools
        self.rows = network.stoichiometry[list(pools.independent)]
        self.amounts = pools.matrix / network.volume_ratios

    def rates(self, ln_x):
        """Return `forward or backward x reaction`."""
        x = dict(zip(self.network.variables, np.exp(ln_x), strict=True))
        known = {**self.values, **x}
        return np.array([law(*(known[n] for n in names)) for names, law in self.laws]).T

    def steady_state(self, ln_x, totals):
        """Solve N v = 0 with the pools' totals given, starting close by."""
        forward, backward = self.rates(ln_x)
        throughput = np.abs(self.rows) @ np.abs(forward - backward)

        def misfit(ln_x):
            forward, backward = self.rates(ln_x)
            balance = self.rows @ (forward - backward) / throughput
            return np.concatenate([balance, self.amounts @ np.exp(ln_x) / totals - 1])

        for _ in range(4):
            moves = 1e-5 * np.eye(len(ln_x))
            slopes = [(misfit(ln_x + m) - misfit(ln_x - m)) / 2e-5 for m in moves]
            ln_x = ln_x - np.linalg.solve(np.array(slopes).T, misfit(ln_x))
        assert np.abs(misfit(ln_x)).max() < 1e-10
        return ln_x


@pytest.fixture(scope="module", params=[(1.0, 1.0, 1.0), (0.5, 4.0, 20.0)], ids=["same", "apart"])
def case(request, apart):
    network, state = apart
    volumes = zip("cpe", request.param, strict=True)
    network = network.with_parameters({f"volume_{place}": v for place, v in volumes})
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=1))
    population = sampler.sample(network, state, seed=11)
    bound = sr.compile(network).at(state)
    ln_x = np.log(bound.reference.concentrations.flatten().numpy())
    return bound, population, ln_x


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameter",
    ["vmax_forward_PFK", "vmax_forward_ATPS4r", "km_substrate1_PDH", "pool 0", "pool 4"],
)
def test_a_changed_parameter_moves_the_steady_state_as_predicted(case, parameter):
    bound, population, ln_x = case
    network, values = bound.network, dict(population[0].items())
    pools = network.conserved_pools
    totals = pools.matrix / network.volume_ratios @ np.exp(ln_x)
    ends = []
    for step in (STEP, -STEP):
        changed, moved = dict(values), totals.copy()
        if parameter.startswith("pool"):
            moved[int(parameter[-1])] *= np.exp(step)
        else:
            changed[parameter] *= np.exp(step)
        balances = Balances(network, changed)
        solved = balances.steady_state(ln_x, moved)
        forward, backward = balances.rates(solved)
        ends.append(np.concatenate([solved, np.log(np.abs(forward - backward)), np.log(forward)]))
    measured = (ends[0] - ends[1]) / (2 * STEP)

    name = parameter
    if parameter.startswith("pool"):
        name = pools.describe()[int(parameter[-1])]
    net = control_coefficients(bound, population, [name], fluxes=NET)
    split = control_coefficients(bound, population, [name], fluxes=SPLIT)
    n = len(network.reactions)
    predicted = [
        net.all_concentrations.slice_by("sample", 0).loc[list(network.variables), name],
        net.flux.values[0, :, 0],
        split.flux.values[0, :n, 0],
    ]
    predicted = np.concatenate(predicted)
    assert np.abs(predicted).max() > 0.01
    np.testing.assert_allclose(measured, predicted, rtol=1e-6, atol=1e-7 * np.abs(predicted).max())
