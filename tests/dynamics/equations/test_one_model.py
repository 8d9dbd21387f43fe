"""One model through compiled instructions: the numbers of the interpreter."""

import numpy as np
import pytest
import sympy

from skimpy_renaissance.dynamics import (
    CVODE,
    OdeSystem,
    compile_system,
    network_system,
    perturb,
    simulate,
)
from skimpy_renaissance.dynamics.equations import one_model as module
from skimpy_renaissance.dynamics.equations.one_model import functions_of_one
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.sparse import have_numba

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")


@pytest.fixture(scope="module")
def core_point(core):
    bound, population = core
    compiled = compile_system(network_system(bound.network))
    state = population.to_dataframe().iloc[0]
    p = np.array([state[name] for name in compiled.parameter_names])
    return compiled, perturb(bound, 3, seed=2).to_numpy(), p


def law_system(rate, x):
    """x' = -rate."""
    law = Reaction(
        name="r",
        rate=Rate(rate, sympy.Integer(0)),
        names={"substrate1": "x", "k": "k"},
        metabolites=("x",),
        stoichiometry={"x": -1.0},
        declared=(),
        hooks={},
        capacity=None,
        equilibrium_constant=None,
    )
    return compile_system(OdeSystem(("x",), (law,), np.array([[-1.0]])))


@NEEDS_NUMBA
def test_a_networks_functions_are_those_of_the_interpreter(core_point):
    compiled, states, p = core_point
    right, jacobian = functions_of_one(compiled, p)
    for x in states:
        terms = np.abs(compiled.rates(x, p)).max()
        np.testing.assert_allclose(
            right(x), compiled.right_hand_side(x, p), rtol=1e-10, atol=1e-12 * terms
        )
        expected = compiled.jacobian(x, p)
        np.testing.assert_allclose(
            jacobian(x), expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max()
        )


@NEEDS_NUMBA
def test_results_are_arrays_of_their_own(core_point):
    compiled, states, p = core_point
    right, jacobian = functions_of_one(compiled, p)
    first, slopes = right(states[0]), jacobian(states[0])
    kept, kept_slopes = first.copy(), slopes.copy()
    right(states[1]), jacobian(states[1])
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(slopes, kept_slopes)


@NEEDS_NUMBA
def test_models_do_not_share_parameters():
    x, k = sympy.symbols("substrate1 k", positive=True)
    compiled = law_system(k * x, x)
    slow, fast = (functions_of_one(compiled, np.array([value]))[0] for value in (1.0, 5.0))
    assert slow(np.array([2.0])).tolist() == [-2.0]
    assert fast(np.array([2.0])).tolist() == [-10.0]
    assert slow(np.array([2.0])).tolist() == [-2.0]


@NEEDS_NUMBA
def test_where_a_rate_has_no_value_nothing_finite_is_returned():
    x, k = sympy.symbols("substrate1 k", positive=True)
    for rate, at in ((k * sympy.sqrt(x), -1.0), (k / x, 0.0), (k * x**0.3, -2.0)):
        right, _ = functions_of_one(law_system(rate, x), np.array([1.0]))
        assert not np.isfinite(right(np.array([at]))).any()


@pytest.mark.parametrize("with_numba", [True, False])
def test_without_kernels_the_interpreter_serves(with_numba, monkeypatch):
    """Without numba, and for a law with a function that no kernel computes."""
    x, k = sympy.symbols("substrate1 k", positive=True)
    compiled = law_system(k * sympy.sin(x), x) if with_numba else law_system(k * x, x)
    if not with_numba:
        monkeypatch.setattr(module, "have_numba", lambda: False)
    elif have_numba():
        assert compiled.on_lanes is None
    right, jacobian = functions_of_one(compiled, np.array([3.0]))
    at = np.array([0.5])
    np.testing.assert_array_equal(right(at), compiled.right_hand_side(at, np.array([3.0])))
    np.testing.assert_array_equal(jacobian(at), compiled.jacobian(at, np.array([3.0])))


@pytest.mark.slow
@NEEDS_NUMBA
def test_cvode_ends_where_it_ends_with_the_interpreter(core, monkeypatch):
    bound, population = core
    given = {"initial": perturb(bound, 1, seed=3), "integrator": CVODE(), "n_processes": 1}
    ours = simulate(bound, population, [0.0, 0.1, 1.0], **given)
    monkeypatch.setattr(module, "have_numba", lambda: False)
    theirs = simulate(bound, population, [0.0, 0.1, 1.0], **given)
    assert ours.finished.all()
    reference = bound.reference.of_metabolites(bound.network.variables)
    assert np.abs((ours.concentrations - theirs.concentrations) / reference).max() < 1e-4
