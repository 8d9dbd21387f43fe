r"""Posteriors of real rate laws: calibrated by simulation, and equal to brute force.

Where parameters are drawn from the prior and data from the likelihood, the rank of any quantity of
the true model among those of posterior draws is uniform (Talts et al., arXiv:1804.06788).
"""

import math

import numpy as np
import pytest
import torch
from scipy import stats

import skimpy_renaissance as sr
from skimpy_renaissance.requirements import Control, Measured, Response, Sign
from skimpy_renaissance.sampling import log_uniform_prior
from skimpy_renaissance.valid_region import sample_valid_region
from skimpy_renaissance.valid_region.data import Data
from tests.valid_region.three_reactions import three_reactions

pytestmark = pytest.mark.slow

CONTROL = Control(flux="MID", enzyme="IN")
SD, CRITERION = 0.05, sr.Validity(-3.0)
RANKED, BINS = 15, 4  # ranks 0 to 15


def ranks_of(n_truths, *, assumed, method, seed=0):
    """Return `truth x quantity`: ranks of three Km, the control and the slowest mode."""
    bound, prior = three_reactions()
    bound = bound.on_threads(1)
    predict = CONTROL.predictor(bound)
    truths = sample_valid_region(bound, prior, criterion=CRITERION, n=n_truths, seed=seed).log_km
    dice = np.random.default_rng(seed)
    observed = predict(truths).numpy() + SD * dice.normal(size=n_truths)

    def quantities(log_km):
        return torch.column_stack((log_km[:, :3], predict(log_km), bound.lambda_max(log_km)))

    ranks = []
    for number, (truth, value) in enumerate(zip(truths, observed, strict=True)):
        found = sr.sample_posterior(
            bound,
            prior,
            data=[Measured(CONTROL, float(value), sd=assumed)],
            criterion=CRITERION,
            n=RANKED,
            most=60,
            method=method,
            seed=1000 * (seed + 1) + number,
            progress=False,
        )
        ranks.append((quantities(found.log_km) < quantities(truth[None])).sum(0).tolist())
    return np.array(ranks)


def p_values(ranks):
    """Return the p value of uniform ranks, quantity by quantity."""
    counts = [np.bincount(row * BINS // (RANKED + 1), minlength=BINS) for row in ranks.T]
    return np.array([stats.chisquare(count).pvalue for count in counts])


@pytest.mark.parametrize("method", ["rejection", "tempering"])
def test_ranks_of_the_truth_are_uniform(method):
    assert p_values(ranks_of(32, assumed=SD, method=method)).min() > 0.01


def test_where_the_error_is_wrong_the_ranks_tell():
    wrong = p_values(ranks_of(32, assumed=SD / 5, method="rejection"))
    assert wrong[3] < 0.01  # of the control, which is what was measured


@pytest.fixture(scope="module")
def core():
    """Give the bundled model, a prior, data, and weighted draws of its valid region."""
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE]).on_threads(1)
    prior = log_uniform_prior(bound, km_range=(1e-6, 0.1))
    data = [
        Sign(Control(flux="GLCpts", enzyme="PFK"), "positive", wrong=0.05),
        Measured(Response({"PFK": 0.5}, flux="Biomass_Ecoli_core"), 0.9, sd=0.03),
    ]
    blind = sample_valid_region(bound, prior, n=1000, seed=2, method="rejection", **ON_CORE)
    on_model = Data.on(bound, data)
    return bound, prior, data, blind.log_km, on_model.log_likelihood(on_model.weigh(blind.log_km))


ON_CORE = {"criterion": sr.Validity(-1.5), "progress": False}


@pytest.mark.parametrize("method", ["rejection", "tempering"])
def test_evidence_and_means_are_those_of_weighted_draws_of_the_valid_region(core, method):
    bound, prior, data, blind, log_weight = core
    found = sr.sample_posterior(bound, prior, data=data, n=256, seed=1, method=method, **ON_CORE)
    assert (found.chains is None) == (method == "rejection")
    weight = log_weight.exp()
    evidence = weight.mean()
    error = (weight.std() / evidence).item() / math.sqrt(len(blind))
    both = math.hypot(error, np.diff(found.log_evidence_interval).item() / 4)
    assert found.log_evidence == pytest.approx(evidence.log().item(), abs=4 * both)
    share = (weight / weight.sum())[:, None]
    mean = (share * blind).sum(0)
    error = (share * (blind - mean)).square().sum(0).sqrt()
    table = found.to_dataframe()
    z = (table["mean"] - mean.numpy()) / np.hypot(table["error"], error.numpy())
    assert (z**2).mean() < 1.5
    assert abs(z).max() < 5
    column = bound.km_names.index("km_product_PGI")
    assert abs(found.log_km.mean(0) - blind.mean(0))[column] > 1.0  # nats: the data matter
