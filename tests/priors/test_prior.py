"""Priors: a law per constant, exact densities, draws that follow them."""

import json
import math

import pytest
import torch
from scipy import stats

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.priors import KmSpace, LogNormal, LogUniform, Prior, Saturation
from skimpy_renaissance.setups import describe

NAMES = ("km_a", "km_b", "km_c", "km_d")
F64 = torch.float64


def mixed():
    """Return a prior of three laws: two constants blind, one by saturation, one measured."""
    prior = Prior.log_uniform(NAMES, 1e-6, 0.1).with_measured({"km_b": (1e-4, 4e-4)})
    return prior.with_law(["km_d"], Saturation(-7.0, -12.0, -3.0))


def test_samples_follow_the_law_of_each_constant():
    log_km = mixed().sample(5000, seed=1).numpy()
    low, high = math.log(1e-6), math.log(0.1)
    blind = stats.uniform(low, high - low)
    sigma = stats.uniform(
        1 / (1 + math.exp(-3 + 7)), 1 / (1 + math.exp(-12 + 7)) - 1 / (1 + math.exp(-3 + 7))
    )
    p_values = [
        stats.kstest(log_km[:, 0], blind.cdf).pvalue,
        stats.kstest(log_km[:, 1], stats.norm(math.log(2e-4), math.log(2)).cdf).pvalue,
        stats.kstest(log_km[:, 2], blind.cdf).pvalue,
        stats.kstest(1 / (1 + math.e ** (log_km[:, 3] + 7)), sigma.cdf).pvalue,
    ]
    assert min(p_values) > 0.01 / 4
    assert abs(stats.spearmanr(log_km).statistic[0, 1:]).max() < 4 / math.sqrt(5000)


def test_the_density_of_a_model_is_the_product_over_its_constants():
    prior, log_km = mixed(), torch.tensor([[-5.0, -8.0, -12.0, -7.0]], dtype=F64)
    width = math.log(0.1) - math.log(1e-6)
    sigma_range = 1 / (1 + math.exp(-5)) - 1 / (1 + math.exp(4))
    expected = (
        -2 * math.log(width)
        + stats.norm(math.log(2e-4), math.log(2)).logpdf(-8.0)
        + math.log(0.25 / sigma_range)
    )
    assert prior.log_density(log_km).item() == pytest.approx(expected, rel=1e-12)


def test_a_density_averages_to_its_volume_under_another_prior():
    # E_q[p/q] = 1 wherever q covers p: an integral over all four constants at once
    p, q = mixed(), Prior.log_uniform(NAMES, math.exp(-14), math.exp(-1))
    log_km = q.sample(200_000, seed=2)
    ratio = (p.log_density(log_km) - q.log_density(log_km)).exp()
    assert ratio.mean().item() == pytest.approx(1, abs=4 * ratio.std().item() / math.sqrt(2e5))


def test_places_in_the_prior_are_uniform_and_invert():
    prior = mixed()
    log_km = prior.sample(4000, seed=5)
    u = prior.probability(log_km)
    assert min(stats.kstest(column, "uniform").pvalue for column in u.T.numpy()) > 0.01 / 4
    torch.testing.assert_close(prior.quantile(u), log_km, rtol=0, atol=1e-9)
    y = torch.special.ndtri(u)
    torch.testing.assert_close(prior.from_normal(y), log_km, rtol=0, atol=1e-9)


def test_columns_keep_their_order_whatever_the_laws():
    prior = Prior(
        NAMES,
        (
            ((2, 0), LogUniform(torch.tensor([-3.0, -1.0]), torch.tensor([-2.9, -0.9]))),
            ((3, 1), LogUniform(torch.tensor([-4.0, -2.0]), torch.tensor([-3.9, -1.9]))),
        ),
    )
    means = prior.sample(50, seed=0).mean(0)
    torch.testing.assert_close(
        means, torch.tensor([-1, -2, -3, -4.0], dtype=F64) + 0.05, atol=0.03, rtol=0
    )
    some = prior.of_names(["km_d", "km_a"])
    assert some.names == ("km_d", "km_a")
    torch.testing.assert_close(
        some.sample(50, seed=0).mean(0).round(), torch.tensor([-4.0, -1.0], dtype=F64)
    )


def test_measured_constants_can_be_replaced_again():
    prior = mixed().with_measured({"km_a": (1e-3 / 3, 3e-3), "km_b": (1e-5 / 1.5, 1.5e-5)})
    log_km = prior.sample(4000, seed=1)
    assert log_km[:, 0].mean().item() == pytest.approx(math.log(1e-3), abs=0.1)
    assert log_km[:, 1].std().item() == pytest.approx(math.log(1.5), rel=0.05)
    assert prior.with_measured({}) is prior


def test_a_measured_range_holds_the_constant_with_68_percent():
    prior = mixed().with_measured({"km_a": (2e-4, 8e-4)})
    log_km = prior.sample(20_000, seed=1)[:, 0]
    inside = ((log_km > math.log(2e-4)) & (log_km < math.log(8e-4))).double().mean().item()
    assert inside == pytest.approx(0.6827, abs=0.01)
    assert log_km.median().item() == pytest.approx(math.log(4e-4), abs=0.02)


def test_the_bounds_of_a_generator_are_a_prior():
    bounds = torch.tensor([[-9.0, -8.0], [math.nan, math.nan], [math.nan, math.nan]], dtype=F64)
    space = KmSpace.of(
        NAMES[:3], bounds, default_range=(-13.0, -2.0), measured={"km_c": (1e-3, 3e-3)}
    )
    log_km = Prior.of_space(space).sample(3000, seed=1)
    assert bool(((log_km >= space.lower) & (log_km <= space.upper)).all())
    uniform = stats.uniform(1e-3, 2e-3)
    assert stats.kstest(log_km[:, 2].exp().numpy(), uniform.cdf).pvalue > 0.01


def test_a_prior_survives_being_written_as_json():
    prior = mixed().with_law(["km_c"], Saturation(-7.0, -math.inf, math.inf))
    again = Prior.from_description(json.loads(json.dumps(describe(prior))))
    assert torch.equal(again.sample(10, seed=1), prior.sample(10, seed=1))


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: Prior.log_uniform(NAMES, 0.1, 1e-6), InputError, "0 < lower <= upper"),
        (
            lambda: Prior(NAMES, (((0, 1), LogUniform([0.0, 0.0], [1.0, 1.0])),)),
            InputError,
            "one law",
        ),
        (
            lambda: Prior(NAMES[:2], (((0, 1), LogUniform(0.0, 1.0)),)),
            InputError,
            "as many constants",
        ),
        (lambda: mixed().with_measured({"km_x": (1e-3, 2e-3)}), MissingEntryError, "km_x"),
        (lambda: mixed().with_measured({"km_a": (1e-3, 1e-3)}), InputError, "0 < lower < upper"),
        (lambda: mixed().with_measured({"km_a": (1e-3, math.inf)}), InputError, "for 'km_a'"),
        (lambda: mixed().with_law(["km_x"], LogNormal(0.0, 1.0)), MissingEntryError, "km_x"),
        (lambda: mixed().log_density(torch.zeros(2, 3, dtype=F64)), InputError, "4 saturation"),
        (lambda: mixed().log_density(torch.zeros(2, 4)), InputError, "float64"),
    ],
)
def test_priors_that_cannot_be_are_refused(make, error, match):
    with pytest.raises(error, match=match):
        make()
