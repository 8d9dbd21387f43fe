"""The Rosenbrock method: its order, its accuracy against CVODE, and how its runs end."""

import numpy as np
import pytest
import scipy.linalg
import sympy

from skimpy_renaissance.dynamics import (
    CVODE,
    OdeSystem,
    Problem,
    ReachesTolerance,
    Rosenbrock,
    Status,
    compile_system,
    network_system,
    perturb,
    run_ensemble,
    simulate,
)
from skimpy_renaissance.dynamics.integrators import integrate as module
from skimpy_renaissance.dynamics.integrators.integrate import population_integrator
from skimpy_renaissance.dynamics.integrators.integrator import Notebook
from skimpy_renaissance.dynamics.integrators.rodas5p import GAMMA, STAGES, A, C, D, step_factor
from skimpy_renaissance.dynamics.integrators.rosenbrock import _between, _step
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.sparse import have_numba

NEEDS_NUMBA = pytest.mark.skipif(not have_numba(), reason="numba is not installed")
TIMES = np.linspace(0.0, 1.0, 13)


# -- the method ------------------------------------------------------------------------------------


def logistic(t):
    """The solution of x' = x (1 - x) from 0.1."""
    return 1 / (1 + 9 * np.exp(-t))


def logistic_problem():
    return Problem(
        lambda x: x * (1 - x),
        lambda x: np.diag(1 - 2 * x),
        np.array([0.1]),
        np.array([0.0, 4.0]),
        1e-6,
        np.array([1e-9]),
    )


def fixed_steps(n):
    """Errors after n equal steps to t = 4: of the state, and half-way within all steps."""
    book, h, y, within = Notebook(logistic_problem()), 4.0 / n, np.array([0.1]), 0.0
    for k in range(n):
        new, u = _step(book, y, h)
        middle = _between(k * h, h, y, new, u, (k + 0.5) * h)
        within = max(within, abs(middle[0] - logistic((k + 0.5) * h)))
        y = new
    return abs(y[0] - logistic(4.0)), within


def test_halving_the_step_divides_the_error_by_thirty_two():
    errors = np.array([fixed_steps(n) for n in (32, 64, 128)])
    order = np.log2(errors[:-1] / errors[1:])
    assert (order[:, 0] > 4.8).all()  # order 5 at the steps
    assert (order[:, 1] > 4.8).all()  # and as much between them, over one step


def test_the_coefficients_fulfil_the_conditions_of_order_five():
    r"""Rosenbrock conditions for :math:`f(y)`, in :math:`\beta = \alpha + \gamma`.

    Hairer and Wanner (1996), table IV.7.1: one for each tree, :math:`\beta` along branches that do
    not fork.
    """
    gamma = np.linalg.inv(np.eye(STAGES) / GAMMA - C)
    alpha, weights = A @ gamma, (A[-1] + np.eye(STAGES)[-1]) @ gamma
    beta, one = alpha + gamma, np.ones(STAGES)
    a, b = alpha.sum(axis=1), beta.sum(axis=1)
    trees = {
        1: one,
        2: b,
        3: a**2,
        6: beta @ b,
        4: a**3,
        8: a * (alpha @ b),
        12: beta @ a**2,
        24: beta @ beta @ b,
        5: a**4,
        10: a**2 * (alpha @ b),
        15: a * (alpha @ a**2),
        30: a * (alpha @ beta @ b),
        20: [(alpha @ b) ** 2, beta @ a**3],
        40: beta @ (a * (alpha @ b)),
        60: beta @ beta @ a**2,
        120: beta @ beta @ beta @ b,
    }
    for denominator, values in trees.items():
        for value in np.atleast_2d(values):
            assert weights @ value == pytest.approx(1 / denominator, abs=1e-12)
    embedded = A[-1] @ gamma  # without the last stage
    for denominator in (1, 2, 3, 6, 4, 8, 12, 24):
        assert embedded @ trees[denominator] == pytest.approx(1 / denominator, abs=1e-12)
    assert abs(embedded @ trees[5] - 1 / 5) > 1e-6


def test_an_infinitely_stiff_mode_is_gone_after_one_step():
    """L-stability: the numerical solution of x' = -k x vanishes with 1/k."""
    problem = Problem(
        lambda x: -1e12 * x, lambda _: np.array([[-1e12]]), np.ones(1), TIMES, 1e-6, np.ones(1)
    )
    new, _ = _step(Notebook(problem), np.ones(1), 1.0)
    assert abs(new[0]) < 1e-9


def test_between_two_steps_the_path_is_continuous():
    u = np.random.default_rng(0).standard_normal((STAGES, 3))
    y, new = np.zeros(3), np.ones(3)
    assert _between(1.0, 0.5, y, new, u, 1.0).tolist() == [0.0] * 3
    assert _between(1.0, 0.5, y, new, u, 1.5).tolist() == [1.0] * 3
    assert D.shape == (3, STAGES)


def test_the_step_grows_and_shrinks_within_limits():
    assert step_factor(0.0) == step_factor(1e-30) == 6.0
    assert step_factor(np.nan) == step_factor(1e30) == 0.2
    assert step_factor(1.0) == 0.9


# -- eight models side by side ---------------------------------------------------------------------


def reaction(name, rate, names, stoichiometry):
    """One irreversible reaction."""
    return Reaction(
        name=name,
        rate=Rate(rate, sympy.Integer(0)),
        names=names,
        metabolites=tuple(stoichiometry),
        stoichiometry=stoichiometry,
        declared=(),
        hooks={},
        capacity=None,
        equilibrium_constant=None,
    )


def power_system(exponent, sign):
    """x' = sign k x^exponent."""
    x, k = sympy.symbols("substrate1 k", positive=True)
    law = reaction("r", k * x**exponent, {"substrate1": "x", "k": "k"}, {"x": sign})
    return compile_system(OdeSystem(("x",), (law,), np.array([[float(sign)]])))


def powers(exponent, sign, k, times=TIMES, **others):
    k = np.asarray(k, dtype=float)[:, None]
    others = {"integrator": Rosenbrock(), "n_processes": 1, "rtol": 1e-7, **others}
    return run_ensemble(power_system(exponent, sign), np.ones_like(k), k, times, **others)


@pytest.mark.slow
@NEEDS_NUMBA
@pytest.mark.parametrize("threads", [1, 2])
def test_every_run_has_its_own_solution_however_many_there_are(threads):
    k = np.linspace(0.1, 50.0, 77)  # more than one piece, and no multiple of eight
    found = powers(1, -1, k, n_processes=threads)
    assert found.finished.all()
    expected = np.exp(-k[:, None] * TIMES)
    assert np.abs(found.concentrations[:, :, 0] - expected).max() < 1e-6
    np.testing.assert_allclose(found.rates[:, :, 0], k[:, None] * found.concentrations[:, :, 0])
    np.testing.assert_allclose(found.reference_rates[:, 0], k)
    assert (found.seconds > 0).all()


@NEEDS_NUMBA
def test_a_run_does_not_depend_on_its_companions():
    k = np.array([0.3, 20.0, 1.0])
    together, alone = powers(1, -1, k), [powers(1, -1, [value]) for value in k]
    for i, one in enumerate(alone):
        np.testing.assert_array_equal(together.concentrations[i], one.concentrations[0])


@NEEDS_NUMBA
def test_failures_are_told_apart_and_harm_no_companion():
    """x' = k x^2 from 1 explodes at t = 1/k; NaN has no slope."""
    found = powers(2, 1, [0.5, 2.0, np.nan, 0.1], rtol=1e-5)
    assert [s.value for s in found.statuses] == ["finished", "diverged", "not finite", "finished"]
    assert "0.5" in found.messages[1]
    x = found.concentrations[:, :, 0]
    np.testing.assert_allclose(x[[0, 3]], 1 / (1 - np.outer([0.5, 0.1], TIMES)), rtol=1e-4)
    before = TIMES < 0.45
    np.testing.assert_allclose(x[1, before], 1 / (1 - 2 * TIMES[before]), rtol=1e-3)
    assert np.isnan(x[1, TIMES > 0.5]).all()
    assert np.isnan(found.rates[1, TIMES > 0.5]).all()


@NEEDS_NUMBA
def test_too_many_steps_are_told_or_left_to_another():
    few = Rosenbrock(max_steps=5)
    found = powers(1, -1, [1.0, 2.0], integrator=few)
    assert set(found.statuses) == {Status.STEP_LIMIT}
    assert "5 steps" in found.messages[0]
    with_fallback = Rosenbrock(max_steps=5, fallback=CVODE())
    rescued = powers(1, -1, [1.0, 2.0], integrator=with_fallback)
    assert rescued.finished.all()
    expected = np.exp(-np.outer([1.0, 2.0], TIMES))
    np.testing.assert_allclose(rescued.concentrations[:, :, 0], expected, rtol=1e-5)


@NEEDS_NUMBA
def test_a_time_limit_ends_a_run():
    found = powers(1, -1, [1.0, 2.0], rtol=1e-13, atol=1e-15, time_limit=1e-9)
    assert set(found.statuses) == {Status.TIME_LIMIT}
    assert "1e-09 s" in found.messages[0]
    assert np.isnan(found.concentrations[:, -1]).all()


@NEEDS_NUMBA
def test_one_time_is_the_initial_state():
    found = powers(1, -1, [1.0], times=[0.0])
    assert found.finished.all()
    assert found.concentrations.tolist() == [[[1.0]]]


@NEEDS_NUMBA
def test_a_carrier_multiplies_what_it_carries():
    """Biomass b grows with rate k s and eats s: b' = k s b, s' = -k s b, so b + s is constant."""
    s, k = sympy.symbols("substrate1 k", positive=True)
    law = reaction("r", k * s, {"substrate1": "s", "k": "k"}, {"s": -1.0})
    effect = np.array([[-1.0], [1.0]])
    compiled = compile_system(OdeSystem(("s", "b"), (law,), np.zeros((2, 1)), {"b": effect}))
    start = np.array([[2.0, 0.1]])
    found = run_ensemble(
        compiled, start, [[3.0]], TIMES, integrator=Rosenbrock(), rtol=1e-7, n_processes=1
    )
    total, rate = 2.1, 3.0
    b = total / (1 + 20 * np.exp(-rate * total * TIMES))
    np.testing.assert_allclose(found.concentrations[0, :, 1], b, rtol=1e-6)
    np.testing.assert_allclose(found.concentrations[0].sum(axis=1), total, rtol=1e-12)


@pytest.fixture(scope="module")
def populations(core):
    """The same runs by both, at one tolerance, and CVODE at a tight one."""
    bound, population = core
    given = {"initial": perturb(bound, 3, seed=5), "n_processes": 1}
    ours = simulate(bound, population, TIMES, integrator=Rosenbrock(), **given)
    cvode = simulate(bound, population, TIMES, integrator=CVODE(), **given)
    truth = simulate(bound, population, TIMES, integrator=CVODE(), rtol=1e-11, **given)
    return ours, cvode, truth


@pytest.mark.slow
@NEEDS_NUMBA
def test_a_network_agrees_with_cvode_at_a_tight_tolerance(core, populations):
    """At rtol 1e-6: within 1e-4 of the steady state everywhere, and no worse than CVODE."""
    ours, cvode, truth = populations
    reference = core[0].reference.of_metabolites(core[0].network.variables)
    error = np.abs(ours.concentrations - truth.concentrations) / reference
    theirs = np.abs(cvode.concentrations - truth.concentrations) / reference
    assert ours.finished.all()
    assert error.max() < 1e-4
    assert np.median(error.max(axis=(1, 2))) < np.median(theirs.max(axis=(1, 2)))
    np.testing.assert_allclose(ours.relative_rates, truth.relative_rates, atol=1e-3)


@NEEDS_NUMBA
def test_conserved_pools_hold_to_rounding(core, populations):
    network = core[0].network
    amounts = network.conserved_pools.matrix / network.volume_ratios
    totals = populations[0].concentrations @ amounts.T
    scale = np.abs(amounts) @ populations[0].concentrations[0, 0]
    assert np.abs(totals - totals[:, :1]).max() < 1e-11 * scale.max()


# -- one model in NumPy ----------------------------------------------------------------------------


@pytest.mark.slow
def test_numpy_and_lanes_take_the_same_steps(core):
    bound, population = core
    start = perturb(bound, 1, seed=6)
    event = ReachesTolerance(tolerance=1e-9)  # an event runs models one by one
    given = {"initial": start, "integrator": Rosenbrock(), "n_processes": 1}
    one = population.select([0])
    alone = simulate(bound, one, TIMES, events=[event], **given)
    beside = simulate(bound, one, TIMES, **given)
    assert alone.finished.all()
    np.testing.assert_allclose(alone.concentrations, beside.concentrations, rtol=1e-7)


def test_without_a_jacobian_differences_take_its_place():
    matrix = np.array([[-100.0, 99.0], [0.0, -1.0]])
    problem = Problem(
        lambda x: matrix @ x, None, np.array([1.0, 2.0]), TIMES, 1e-6, np.full(2, 1e-9)
    )
    run = Rosenbrock(concentrations=False).run(problem)
    expected = [scipy.linalg.expm(matrix * t) @ problem.initial for t in TIMES]
    np.testing.assert_allclose(run.states, expected, rtol=1e-5)


# -- the choice ------------------------------------------------------------------------------------


@NEEDS_NUMBA
def test_many_loose_runs_without_events_take_the_rosenbrock_method(core, monkeypatch):
    compiled = compile_system(network_system(core[0].network))
    usual = {"n_runs": 100, "rtol": 1e-6, "events": ()}
    assert isinstance(population_integrator(compiled, **usual), Rosenbrock)
    for other in ({"n_runs": 10}, {"rtol": 1e-8}, {"events": (ReachesTolerance(),)}):
        assert not isinstance(population_integrator(compiled, **{**usual, **other}), Rosenbrock)
    monkeypatch.setattr(module, "have_numba", lambda: False)
    assert not isinstance(population_integrator(compiled, **usual), Rosenbrock)


@pytest.mark.slow
@NEEDS_NUMBA
def test_a_population_takes_it_by_default_and_ends_where_cvode_ends(core):
    bound, population = core
    initial = perturb(bound, 16, lower=0.9, upper=1.1, seed=7)  # 64 runs of 4 models
    compiled = compile_system(network_system(bound.network))
    given = {"initial": initial, "n_processes": 1, "compiled": compiled}
    ours = simulate(bound, population, [0.0, 0.1], **given)
    cvode = simulate(bound, population, [0.0, 0.1], integrator=CVODE(), **given)
    assert not np.array_equal(ours.concentrations, cvode.concentrations)
    reference = bound.reference.of_metabolites(bound.network.variables)
    assert np.abs((ours.concentrations - cvode.concentrations) / reference).max() < 1e-3
    assert ours.labels.equals(cvode.labels)
