"""Right-hand side and Jacobian of a network as instructions equal those of one model at a time."""

import pickle

import numpy as np
import pytest

from skimpy_renaissance.dynamics import compile_system, network_system
from skimpy_renaissance.sparse import LANES, have_numba

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")


def run(program, part, x, p):
    from skimpy_renaissance.instructions.program_kernels import execute  # noqa: PLC0415

    table = program.new_table()
    table[: len(x)], table[len(x) : len(x) + len(p)] = x, p
    execute(program.once.arrays, table)
    execute(part.arrays, table)
    return table


@NEEDS_NUMBA
def test_a_network_has_its_rates_right_hand_side_and_jacobian(core):
    from skimpy_renaissance.instructions.program_kernels import assemble  # noqa: PLC0415

    bound, population = core
    compiled = compile_system(network_system(bound.network))
    system = compiled.on_lanes
    x0 = bound.reference.of_metabolites(bound.network.variables)
    x = x0 * np.random.default_rng(1).uniform(0.5, 1.5, (LANES, len(x0)))
    sets = population.to_dataframe()[list(compiled.parameter_names)].to_numpy()
    p = np.tile(sets, (2, 1))
    table = run(system.program, system.program.rates_and_slopes, x.T, p.T)
    right, entries = np.empty((len(x0), LANES)), np.empty((len(system.elimination.rows), LANES))
    assemble(system.right_hand_side.arrays, table, right)
    assemble(system.jacobian.arrays, table, entries)
    for lane in range(LANES):
        rates = compiled.rates(x[lane], p[lane])
        np.testing.assert_allclose(table[system.program.rate_rows, lane], rates, rtol=1e-11)
        scale = np.abs(bound.network.stoichiometry) @ np.abs(rates)
        slope = compiled.right_hand_side(x[lane], p[lane])[system.elimination.order]
        assert (np.abs(right[:, lane] - slope) < 1e-11 * scale[system.elimination.order]).all()
        jacobian = np.zeros((len(x0), len(x0)))
        jacobian[system.elimination.rows, system.elimination.columns] = entries[:, lane]
        expected = compiled.jacobian(x[lane], p[lane])
        assert np.abs(jacobian - expected).max() < 1e-11 * np.abs(expected).max()


def test_a_compiled_system_travels_and_is_lowered_again(core):
    compiled = compile_system(network_system(core[0].network))
    again = pickle.loads(pickle.dumps(compiled))
    assert again.on_lanes.program.n_rows == compiled.on_lanes.program.n_rows
