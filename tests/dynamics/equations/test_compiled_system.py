"""Rates, right-hand side and Jacobian agree with the batched ones and with calculus."""

import pickle

import numpy as np
import pytest
import sympy

import skimpy_renaissance as sr
from skimpy_renaissance.dynamics.equations.compiled_system import compile_system
from skimpy_renaissance.dynamics.equations.derivatives import laws_of, slopes_of
from skimpy_renaissance.dynamics.equations.ode_system import OdeSystem, network_system
from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.reaction import Rate, Reaction


def growth_law(name="growth", *, exponent=1):
    """Substrate s taken up by V s^n/(K + s), written in roles."""
    s, k, v = sympy.symbols("substrate1 km_substrate1 vmax_forward", positive=True)
    return Reaction(
        name=name,
        rate=Rate(v * s**exponent / (k + s), sympy.Integer(0)),
        names={"substrate1": "s", "km_substrate1": f"km_{name}", "vmax_forward": f"vmax_{name}"},
        metabolites=("s",),
        stoichiometry={"s": -1.0},
        declared=(),
        hooks={},
        capacity=f"vmax_{name}",
        equilibrium_constant=None,
    )


def monod_system():
    """ds/dt = -b v/Y, db/dt = b v."""
    effect = np.array([[-2.0], [1.0]])
    return OdeSystem(("s", "b"), (growth_law(),), np.zeros((2, 1)), {"b": effect})


@pytest.fixture(scope="module")
def core_point(core):
    bound, population = core
    compiled = compile_system(network_system(bound.network))
    state = population.to_dataframe().iloc[0]
    p = np.array([state[name] for name in compiled.parameter_names])
    x = bound.reference.concentrations[0].numpy()
    return compiled, x, p


@pytest.mark.slow
def test_rates_at_the_reference_are_its_fluxes(core, core_point):
    compiled, x, p = core_point
    fluxes = core[0].reference.fluxes.numpy().reshape(-1)
    np.testing.assert_allclose(compiled.rates(x, p), fluxes, rtol=1e-11)


def test_the_reference_is_a_steady_state(core_point):
    compiled, x, p = core_point
    turnover = np.abs(compiled.rates(x, p)).max()
    assert np.abs(compiled.right_hand_side(x, p)).max() < 1e-12 * turnover


@pytest.mark.slow
def test_rates_equal_the_expressions_evaluated_one_by_one(core, core_point):
    compiled, x, p = core_point
    x = x * np.random.default_rng(0).uniform(0.5, 2, len(x))
    value = dict(zip(compiled.variables, x, strict=True))
    value |= dict(zip(compiled.parameter_names, p, strict=True))
    for reaction, rate in zip(core[0].network.reactions, compiled.rates(x, p), strict=True):
        local = {
            sympy.Symbol(role, positive=True): sympy.Float(value[name], 30)
            for role, name in reaction.names.items()
        }
        expected = (reaction.rate.forward - reaction.rate.backward).subs(local)
        assert rate == pytest.approx(float(expected), rel=1e-10), reaction.name


def test_jacobian_equals_central_differences(core_point):
    compiled, x, p = core_point
    x = x * np.random.default_rng(1).uniform(0.5, 2, len(x))
    jacobian = compiled.jacobian(x, p)
    for k in range(len(x)):
        step = np.zeros_like(x)
        step[k] = 1e-6 * x[k]
        up, down = (compiled.right_hand_side(x + s, p) for s in (step, -step))
        column = (up - down) / (2 * step[k])
        np.testing.assert_allclose(jacobian[:, k], column, atol=1e-7 * np.abs(column).max())


def test_a_carrier_multiplies_its_reactions_and_enters_the_jacobian():
    compiled = compile_system(monod_system())
    assert compiled.parameter_names == ("km_growth", "vmax_growth")
    s, b, k, v = 3.0, 5.0, 2.0, 7.0
    x, p = np.array([s, b]), np.array([k, v])
    rate, slope = v * s / (k + s), v * k / (k + s) ** 2
    np.testing.assert_allclose(compiled.right_hand_side(x, p), [-2 * b * rate, b * rate])
    np.testing.assert_allclose(
        compiled.jacobian(x, p), [[-2 * b * slope, -2 * rate], [b * slope, rate]]
    )


def test_reactions_of_one_law_are_lowered_together():
    laws = (growth_law("one"), growth_law("two"), growth_law("other", exponent=2))
    found = laws_of(OdeSystem(("s",), laws, np.zeros((1, 3))))
    assert [list(law.reactions) for law in found] == [[0, 1], [2]]


def test_a_metabolite_in_two_roles_has_both_derivatives():
    law = growth_law()
    second = sympy.Symbol("substrate2", positive=True)
    law = Reaction(
        **{
            **law.__dict__,
            "rate": Rate(law.rate.forward * second, sympy.Integer(0)),
            "names": {**law.names, "substrate2": "s"},
        }
    )
    system = OdeSystem(("s",), (law,), np.array([[1.0]]))
    assert slopes_of(system) == [(0, 0), (0, 0)]
    compiled, s, k, v = compile_system(system), 3.0, 2.0, 7.0
    slope = v * (2 * s * (k + s) - s**2) / (k + s) ** 2
    jacobian = compiled.jacobian(np.array([s]), np.array([k, v]))
    np.testing.assert_allclose(jacobian, [[slope]])


def test_a_rate_outside_its_domain_gives_nan_not_an_exception():
    law = growth_law(exponent=sympy.Rational(1, 2))
    compiled = compile_system(OdeSystem(("s",), (law,), np.array([[1.0]])))
    for s in (-1.0, -2.0):  # a root of a negative number; a division by zero
        assert np.isnan(compiled.right_hand_side(np.array([s]), np.array([2.0, 1.0]))).all()


@pytest.mark.slow
def test_a_law_of_many_large_concentrations_does_not_overflow():
    n, large = 50, 1e8  # the product of all would be 1e400
    s = sympy.symbols(f"substrate1:{n + 1}", positive=True)
    k = sympy.symbols(f"km_substrate1:{n + 1}", positive=True)
    v = sympy.Symbol("vmax_forward", positive=True)
    rate = (
        v
        * sympy.prod(s)
        / sympy.prod(k)
        / sympy.prod([1 + a / b for a, b in zip(s, k, strict=True)])
    )
    names = {"vmax_forward": "v"} | {str(a): f"x{i}" for i, a in enumerate(s)}
    names |= {str(a): f"k{i}" for i, a in enumerate(k)}
    law = Reaction(
        **{**growth_law().__dict__, "rate": Rate(rate, sympy.Integer(0)), "names": names}
    )
    variables = tuple(f"x{i}" for i in range(n))
    compiled = compile_system(OdeSystem(variables, (law,), np.ones((n, 1))))
    x, p = np.full(n, large), np.array([3.0, *[large] * n])
    expected = 3.0 * 0.5**n
    np.testing.assert_allclose(compiled.rates(x, p), [expected], rtol=1e-13)
    slope = expected * 0.5 / large  # d ln v / d ln s is one half
    np.testing.assert_allclose(compiled.jacobian(x, p), np.full((n, n), slope), rtol=1e-13)


def test_pickled_functions_give_the_same_numbers(core_point):
    compiled, x, p = core_point
    again = pickle.loads(pickle.dumps(compiled))
    np.testing.assert_array_equal(again.jacobian(x, p), compiled.jacobian(x, p))
    np.testing.assert_array_equal(again.rates(x, p), compiled.rates(x, p))


def test_volume_ratios_scale_the_balances():
    network, _ = sr.examples.e_coli_core()
    tenfold = network.with_parameters({"volume_c": 10.0, "cell_volume_c": 1.0})
    expected = 0.1 * network_system(network).weights
    np.testing.assert_allclose(network_system(tenfold).weights, expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"variables": ("s", "s")}, "used twice: s"),
        ({"reactions": (growth_law(), growth_law()), "weights": np.zeros((2, 2))}, "growth"),
        ({"carried": {"z": np.zeros((2, 1))}}, "carried by z"),
        ({"weights": np.zeros((3, 1))}, r"\(2, 1\), got \(3, 1\)"),
    ],
)
def test_an_inconsistent_system_is_refused(change, message):
    fields = {"variables": ("s", "b"), "reactions": (growth_law(),), "weights": np.zeros((2, 1))}
    with pytest.raises(NetworkError, match=message):
        OdeSystem(**{**fields, **change})
