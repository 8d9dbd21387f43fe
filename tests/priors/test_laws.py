"""Laws of one constant: densities that integrate to one, quantiles that invert, draws that fit."""

import math

import pytest
import torch
from scipy import stats
from scipy.integrate import quad

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors import LogNormal, LogUniform, Saturation, Uniform
from skimpy_renaissance.priors.standard_normal import normal_probability

F64 = torch.float64
LAWS = {
    "log-uniform": LogUniform(-13.0, -2.0),
    "uniform": Uniform(-9.0, -6.5),
    "saturation": Saturation(-7.0, -math.inf, math.inf),
    "saturation within bounds": Saturation(-7.0, -9.0, -2.0),
    "saturation far above": Saturation(-7.0, 1.0, 3.0),
    "saturation far below": Saturation(-7.0, -25.0, -20.0),
    "log-normal": LogNormal(-8.0, 0.7),
    "log-normal within bounds": LogNormal(-8.0, 0.7, -8.5, -5.0),
    "log-normal in its tail": LogNormal(-8.0, 0.7, -4.0, -3.0),
}
SCIPY = {
    "log-uniform": stats.uniform(-13.0, 11.0),
    "saturation": stats.logistic(-7.0),
    "log-normal": stats.norm(-8.0, 0.7),
    "log-normal within bounds": stats.truncnorm(-0.5 / 0.7, 3 / 0.7, -8.0, 0.7),
    "log-normal in its tail": stats.truncnorm(4 / 0.7, 5 / 0.7, -8.0, 0.7),
}


def density(law):
    return lambda x: law.log_density(torch.tensor([x], dtype=F64)).exp().item()


def edges(law):
    p = torch.tensor([[1e-12], [1 - 1e-12]], dtype=F64)
    return law.quantile(p, 1 - p).flatten().tolist()


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_a_density_integrates_to_one(law):
    low, high = edges(law)
    middle = law.quantile(torch.tensor([0.5], dtype=F64), torch.tensor([0.5], dtype=F64)).item()
    total, _ = quad(density(law), low, high, points=[middle], limit=200)
    assert total == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_density_is_the_slope_of_the_probability(law):
    p = torch.linspace(0.02, 0.98, 25, dtype=F64)[:, None]
    x = law.quantile(p, 1 - p).requires_grad_()
    (slope,) = torch.autograd.grad(law.probability(x)[0].sum(), x)
    torch.testing.assert_close(law.log_density(x).exp(), slope, rtol=1e-9, atol=0)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_quantile_and_probability_invert_each_other_in_both_tails(law):
    y = torch.tensor([-6.0, -3.0, -0.1, 0.0, 1.0, 3.0, 6.0], dtype=F64)[:, None]
    p, q = normal_probability(y), normal_probability(-y)
    below, above = law.probability(law.quantile(p, q))
    torch.testing.assert_close(below, p, rtol=1e-5, atol=1e-14)
    torch.testing.assert_close(above, q, rtol=1e-5, atol=1e-14)


@pytest.mark.parametrize("name", SCIPY)
def test_laws_that_scipy_has_are_the_same_there(name):
    law, theirs = LAWS[name], SCIPY[name]
    p = torch.linspace(0.01, 0.99, 23, dtype=F64)[:, None]
    x = law.quantile(p, 1 - p)
    torch.testing.assert_close(x.numpy(), theirs.ppf(p.numpy()), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(law.log_density(x).numpy(), theirs.logpdf(x.numpy()))


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_quantile_has_the_gradient_of_finite_differences(law):
    y = torch.linspace(-2.5, 2.5, 11, dtype=F64)[:, None].requires_grad_()

    def at(y):
        return law.quantile(normal_probability(y), normal_probability(-y))

    (slope,) = torch.autograd.grad(at(y).sum(), y)
    step = 1e-5
    expected = (at(y + step) - at(y - step)) / (2 * step)
    torch.testing.assert_close(slope, expected.detach(), rtol=1e-6, atol=1e-8)


def test_normal_probabilities_keep_their_digits_in_the_tail():
    y = torch.tensor([-30.0, -9.0, -6.0, -1.0, 0.0, 2.0], dtype=F64)
    torch.testing.assert_close(normal_probability(y).numpy(), stats.norm.cdf(y), rtol=1e-12, atol=0)


def test_a_saturation_is_uniform_between_what_its_bounds_imply():
    x, lower, upper = -7.0, -9.0, -2.0
    log_km = LAWS["saturation within bounds"].quantile(*uniform(4000))
    sigma = torch.sigmoid(x - log_km).flatten().numpy()
    low, high = (1 / (1 + math.exp(bound - x)) for bound in (upper, lower))
    assert stats.kstest(sigma, stats.uniform(low, high - low).cdf).pvalue > 0.01


def test_a_uniform_law_is_uniform_in_mol_per_litre():
    km = LAWS["uniform"].quantile(*uniform(4000)).exp().flatten().numpy()
    low, high = math.exp(-9.0), math.exp(-6.5)
    assert stats.kstest(km, stats.uniform(low, high - low).cdf).pvalue > 0.01


def uniform(n):
    p = torch.rand(n, 1, dtype=F64, generator=torch.Generator().manual_seed(3))
    return p, 1 - p


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_nothing_lies_beyond_the_bounds(law):
    ends = torch.tensor([[0.0], [1.0]], dtype=F64)
    low, high = law.quantile(ends, 1 - ends).flatten()
    outside = torch.stack([low - 1, high + 1])[:, None]
    if bool(torch.isfinite(low)):
        assert bool(law.log_density(outside).isneginf().all())
        assert law.probability(outside)[0].flatten().tolist() == [0.0, 1.0]


def test_equal_bounds_fix_a_constant_at_no_cost():
    for law in (LogUniform(-5.0, -5.0), Uniform(-5.0, -5.0)):
        here = torch.full((3, 1), -5.0, dtype=F64)
        assert torch.equal(law.quantile(*uniform(3)), here)
        assert torch.equal(law.log_density(here), torch.zeros_like(here))
        assert bool(law.log_density(here + 0.1).isneginf().all())


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: LogUniform(-2.0, -13.0), "lower <= upper"),
        (lambda: LogUniform(-math.inf, 0.0), "finite bounds"),
        (lambda: Uniform(0.0, math.inf), "finite bounds"),
        (lambda: Saturation(-math.inf, -1.0, 1.0), "positive, finite concentration"),
        (lambda: LogNormal(-8.0, 0.0), "positive std"),
        (lambda: LogNormal(0.0, 1.0, 60.0, 61.0), "bounds that leave some of it"),
        (lambda: LogUniform(math.nan, 0.0), "one number per saturation constant for lower"),
    ],
)
def test_numbers_that_make_no_law_are_refused(make, match):
    with pytest.raises(InputError, match=match):
        make()
