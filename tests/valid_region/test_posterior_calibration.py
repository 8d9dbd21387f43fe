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


def ranks_of(n_truths, *, assumed, seed=0):
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
            seed=1000 * (seed + 1) + number,
            progress=False,
        )
        ranks.append((quantities(found.log_km) < quantities(truth[None])).sum(0).tolist())
    return np.array(ranks)


def p_values(ranks):
    """Return the p value of uniform ranks, quantity by quantity."""
    counts = [np.bincount(row * BINS // (RANKED + 1), minlength=BINS) for row in ranks.T]
    return np.array([stats.chisquare(count).pvalue for count in counts])


def test_ranks_of_the_truth_are_uniform_and_not_where_the_error_is_wrong():
    assert p_values(ranks_of(40, assumed=SD)).min() > 0.01
    wrong = p_values(ranks_of(24, assumed=SD / 5))
    assert wrong[3] < 0.01  # of the control, which is what was measured


def test_evidence_and_means_are_those_of_weighted_draws_of_the_valid_region():
    network, states = sr.examples.e_coli_core()
    bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
    prior = log_uniform_prior(bound, km_range=(1e-6, 0.1))
    data = [
        Sign(Control(flux="GLCpts", enzyme="PFK"), "positive", wrong=0.05),
        Measured(Response({"PFK": 0.5}, flux="Biomass_Ecoli_core"), 0.9, sd=0.03),
    ]
    options = {"criterion": sr.Validity(-1.5), "progress": False}
    found = sr.sample_posterior(bound, prior, data=data, n=300, seed=1, **options)
    blind = sample_valid_region(bound, prior, n=1500, seed=2, method="rejection", **options)
    on_model = Data.on(bound, data)
    weight = on_model.log_likelihood(on_model.weigh(blind.log_km)).exp()
    evidence = weight.mean()
    error = (weight.std() / evidence).item() / math.sqrt(len(blind))
    both = math.hypot(error, np.diff(found.log_evidence_interval).item() / 4)
    assert found.log_evidence == pytest.approx(evidence.log().item(), abs=4 * both)
    share = (weight / weight.sum())[:, None]
    mean = (share * blind.log_km).sum(0)
    error = (share * (blind.log_km - mean)).square().sum(0).sqrt()
    table = found.to_dataframe()
    z = (table["mean"] - mean.numpy()) / np.hypot(table["error"], error.numpy())
    assert (z**2).mean() < 1.5
    assert abs(z).max() < 5
    informed = "km_product_PGI"
    before, after = blind.log_km.mean(0), found.log_km.mean(0)
    column = bound.km_names.index(informed)
    assert abs(after - before)[column] > 1.0  # nats: the data matter
