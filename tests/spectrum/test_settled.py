"""How sure eigenvalues are: bounds that hold, and verdicts at the limit itself.

The pathway dx_i/dt = v_{i-1} - v_i of saturable steps has lambda_i = -(v/x_i) K_i/(K_i + x_i), in
fractions of whole numbers; the bundled model's truth comes from 400 bits.
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network.assembly import build_reaction
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.network.reaction import MechanismDefinition
from skimpy_renaissance.sparse import have_numba
from skimpy_renaissance.spectrum import Accurate, Plain, Validity
from skimpy_renaissance.spectrum.certified import certified_matrix, certified_verdict
from skimpy_renaissance.spectrum.route import SparseModels
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

flint = pytest.importorskip("flint")
pytestmark = pytest.mark.skipif(not have_numba(), reason="numba is not installed")
FLUX = 12.0
UNITS = Units(concentration_scaling=1.0, density=1000.0, gdw_gww_ratio=0.5)


def pathway(x: list[float]) -> sr.kinetics.BoundKinetics:
    """`feed -> m0 -> m1 -> ... -> waste`, all laws irreversible Michaelis-Menten."""
    names = ["feed", *(f"m{i}" for i in range(len(x))), "waste"]
    coefficients = {"product1": 1.0, "substrate1": -1.0}
    reactions = tuple(
        build_reaction(
            f"R{i}",
            MechanismDefinition(
                "IrrevMichaelisMenten", {"substrate1": a, "product1": b}, coefficients
            ),
        )
        for i, (a, b) in enumerate(pairwise(names))
    )
    network = KineticNetwork("pathway", reactions, boundaries=frozenset({"feed", "waste"}))
    state = SteadyState(
        name="s",
        fluxes=pd.Series({f"R{i}": FLUX for i in range(len(reactions))}),
        concentrations=pd.Series(dict(zip(names, [1.0, *x, 1.0], strict=True))),
        equilibrium_constants=pd.Series(dtype=float),
        units=UNITS,
    )
    return compile_network(network).at(state)


def modes(bound, log_km: torch.Tensor) -> list[list[Fraction]]:
    """Eigenvalues of each model; the first step's substrate is the feed."""
    x = bound.reference.independent[0].tolist()
    return [
        [
            -(Fraction(FLUX) / Fraction(a)) * Fraction(k) / (Fraction(k) + Fraction(a))
            for a, k in zip(x, km[1:], strict=True)
        ]
        for km in bound.reference.scaled(log_km).tolist()
    ]


X = [2.0, 0.5, 32.0, 0.0078125]  # fluxes over these are exact in floating point


@pytest.fixture(scope="module")
def steps():
    return pathway(X)


def test_the_bound_holds_and_is_close(steps):
    rng = torch.Generator().manual_seed(0)
    log_km = 20 * torch.rand((200, 5), generator=rng, dtype=torch.float64) - 10
    lambda_max, errors = steps.lambda_max(log_km), steps.lambda_max_error(log_km)
    truth = [max(of_model) for of_model in modes(steps, log_km)]
    apart = [abs(Fraction(v) - t) for v, t in zip(lambda_max.tolist(), truth, strict=True)]
    assert all(a <= e for a, e in zip(apart, errors.tolist(), strict=True))
    assert (errors / lambda_max.abs()).median() < 1e-11


@pytest.mark.slow
def test_the_bound_holds_on_the_bundled_model():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    rng = torch.Generator().manual_seed(1)
    shape = (6, len(bound.km_names))
    log_km = -13.8 + 11.5 * torch.rand(shape, generator=rng, dtype=torch.float64)
    lambda_max, errors = bound.lambda_max(log_km), bound.lambda_max_error(log_km)
    models = of_kinetics(bound, log_km)
    for k in range(len(log_km)):
        with flint.ctx.workprec(400):
            spectrum = flint.acb_mat(certified_matrix(models, k)).eig(algorithm="approx")
            apart = max(float((z.real - lambda_max[k].item()).mid()) for z in spectrum)
        assert abs(apart) <= errors[k] < 1e-9 * lambda_max[k].abs()


def of_kinetics(bound, log_km) -> SparseModels:
    (entries,) = bound.sparse.at(bound.reference)
    numbers = bound.reference.scaled(log_km).numpy()
    return SparseModels(numbers, entries, bound.scaled_jacobian)


@pytest.mark.slow
def test_the_exact_matrix_is_the_jacobian():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[0])
    log_km = torch.full((1, len(bound.km_names)), -8.0, dtype=torch.float64)
    jacobian = bound.scaled_jacobian(log_km)[0].numpy()
    n = range(len(jacobian))
    with flint.ctx.workprec(200):
        exact = certified_matrix(of_kinetics(bound, log_km), 0)
        found = [[float(exact[i, j].mid()) for j in n] for i in n]
    assert np.allclose(found, jacobian, rtol=1e-9, atol=0.0)


def test_verdicts_at_the_limit_are_exact(steps):
    """Between two neighbouring numbers the verdict turns where the true eigenvalue does."""
    log_km = torch.tensor([[0.3, -1.0, 0.2, 2.0, -4.0]], dtype=torch.float64)
    (truth,) = [max(of_model) for of_model in modes(steps, log_km)]
    above = np.nextafter(float(truth), 0.0)
    cuts = [above]
    for _ in range(6):
        cuts.append(np.nextafter(cuts[-1], -np.inf))
    found = [steps.verdicts(log_km, Validity(cut)) for cut in cuts]
    assert [bool(v.valid) for v in found] == [truth < Fraction(cut) for cut in cuts]
    assert all(v.settled.all() for v in found)
    assert len({bool(v.valid) for v in found}) == 2


def test_the_fastest_limit_is_exact_too(steps):
    log_km = torch.tensor([[0.3, -1.0, 0.2, 2.0, -4.0]], dtype=torch.float64)
    (truth,) = [min(of_model) for of_model in modes(steps, log_km)]
    for limit in (np.nextafter(float(truth), 0.0), np.nextafter(float(truth), -np.inf)):
        found = steps.verdicts(log_km, Validity(-1e-9, fastest=limit))
        assert bool(found.valid) == (truth > Fraction(limit))
        assert bool(found.settled)


def test_a_mode_on_the_limit_is_not_valid():
    steps = pathway([1.0])  # K = x = 1: exactly -12 / 2
    log_km = torch.zeros((1, 2), dtype=torch.float64)
    for cut, valid in ((-6.0, False), (np.nextafter(-6.0, 0.0), True)):
        found = steps.verdicts(log_km, Validity(cut))
        assert bool(found.valid) is valid
        assert bool(found.settled)


def test_modes_that_all_coincide():
    """A chain of ten equal steps has one eigenvalue ten times, and one eigenvector."""
    steps = pathway([1.0] * 10)
    log_km = torch.zeros((1, 11), dtype=torch.float64)
    assert steps.lambda_max_error(log_km).isinf().all()
    for cut, valid in ((-6.2, False), (-6.0, False), (-6.0 + 1e-12, True), (-5.8, True)):
        found = steps.verdicts(log_km, Validity(cut))
        assert bool(found.valid) is valid
        assert bool(found.settled)


def test_what_is_clear_is_not_settled(steps):
    log_km = torch.zeros((20, 5), dtype=torch.float64)
    found = steps.verdicts(log_km, Validity(-1e-6))
    assert found.valid.all()
    assert not found.settled.any()


def test_a_hopeless_model_has_no_error(steps):
    log_km = torch.full((1, 5), torch.nan, dtype=torch.float64)
    assert steps.lambda_max_error(log_km).isnan().all()
    assert not steps.verdicts(log_km, Validity(-1.0)).settled.any()


@pytest.mark.parametrize("route", [Plain(), Accurate("lapack")])
def test_bounds_need_kernels(steps, route):
    bound = sr.compile(steps.network).at(_state(steps), spectrum=route)
    with pytest.raises(InputError, match="lambda_max_error needs the compiled kernels"):
        bound.lambda_max_error(torch.zeros((1, 5), dtype=torch.float64))


def _state(bound) -> SteadyState:
    names = [*bound.network.variables, "feed", "waste"]
    return SteadyState(
        name="s",
        fluxes=pd.Series(dict.fromkeys(bound.network.reaction_names, FLUX)),
        concentrations=pd.Series(dict.fromkeys(names, 1.0)),
        equilibrium_constants=pd.Series(dtype=float),
        units=UNITS,
    )


def test_digits_are_given_back(steps):
    before = flint.ctx.prec
    models = of_kinetics(steps, torch.zeros((1, 5), dtype=torch.float64))
    assert certified_verdict(models, 0, Validity(-1e-6))
    assert flint.ctx.prec == before


@pytest.mark.slow
def test_a_verdict_at_the_limit_does_not_depend_on_the_models_beside_it():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    rng = torch.Generator().manual_seed(2)
    shape = (60, len(bound.km_names))
    log_km = -13.8 + 11.5 * torch.rand(shape, generator=rng, dtype=torch.float64)
    lambda_max = bound.lambda_max(log_km)
    criterion = Validity(-1.0)
    valid, other = (log_km[side][:4] for side in (lambda_max < -1.0, lambda_max > -1.0))
    low, high = torch.zeros(4, 1, dtype=torch.float64), torch.ones(4, 1, dtype=torch.float64)
    for _ in range(50):
        middle = (low + high) / 2
        inside = (bound.lambda_max(valid + middle * (other - valid)) < -1.0)[:, None]
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    at_the_limit = valid + low * (other - valid)
    alone = [bound.verdicts(model[None], criterion) for model in at_the_limit]
    for place in (0, 3, 9):
        batch = torch.cat([log_km[:place], at_the_limit, log_km[place:]])
        found = bound.verdicts(batch, criterion)
        assert found.settled[place : place + 4].all()
        assert [bool(v.valid) for v in alone] == found.valid[place : place + 4].tolist()
