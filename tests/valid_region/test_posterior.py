"""Prior times data, restricted to valid models: laws and evidence that are known."""

import math
import re

import pytest
import torch

from skimpy_renaissance.errors import FileFormatError, InputError, SamplingError
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import read_arrays, write_arrays
from skimpy_renaissance.valid_region import sample_posterior, sample_valid_region
from tests.valid_region.region import Largest, Screened
from tests.valid_region.three_reactions import Near, SumBelow, normal_cdf

CRITERION = Validity(Largest.partition_of(math.log(0.3)))
HIGH = ((CRITERION.partition + 2) / Largest.weights).clamp(max=1).tolist()  # of each constant
NEAR, BELOW = Near(0, 0.1, 0.02), SumBelow((1, 4), 0.25)
LOG_LIKELIHOOD = math.log((normal_cdf((HIGH[0] - 0.1) / 0.02) - normal_cdf(-5.0)) / HIGH[0])
LOG_SHARE = math.log(0.25**2 / 2 / HIGH[1])


def drawn(kinetics=None, *, data=(NEAR, BELOW), **options):
    options = {"criterion": CRITERION, "n": 600, "progress": False, **options}
    return sample_posterior(kinetics or Screened(), Largest.prior, data=data, **options)


@pytest.mark.parametrize("method", ["rejection", "tempering"])
def test_draws_and_evidence_are_those_of_the_known_posterior(method):
    found = drawn(method=method)
    assert len(found) == 600
    assert bool((found.lambda_max < CRITERION.partition).all())
    assert bool((found.log_km[:, 1] + found.log_km[:, 4] < 0.25).all())
    # given the limit, both constants have the density of a triangle on 0 to 0.25
    means = [0.1, 0.25 / 3, HIGH[2] / 2, HIGH[3] / 2, 0.25 / 3, 0.5]
    spreads = [
        0.02,
        0.25 / math.sqrt(18),
        HIGH[2] / 3.4641,
        HIGH[3] / 3.4641,
        0.25 / 4.2426,
        0.2887,
    ]
    table = found.to_dataframe()
    apart = (table["mean"] - means) / table["error"]
    assert apart.abs().max() < 4
    assert (apart**2).mean() < 3
    assert (table["std"] / spreads).tolist() == pytest.approx([1.0] * 6, abs=0.15)
    low, high = found.log_evidence_interval
    error = (high - low) / 4
    assert found.log_evidence == pytest.approx(LOG_LIKELIHOOD + LOG_SHARE, abs=4 * error)
    assert 0.05 < error < 0.3
    assert found.log_volume == pytest.approx(math.log(0.3), abs=0.6)
    exact = NEAR.highest - 0.5 * ((found.log_km[:, 0] - 0.1) / 0.02) ** 2
    torch.testing.assert_close(found.log_likelihood, exact)
    assert found.enough, found.lacking


def test_where_data_are_not_narrow_the_draws_are_independent(tmp_path):
    data = [Near(0, 0.3, 0.2), SumBelow((1, 4), 0.8)]
    found = drawn(data=data, checkpoint=tmp_path, seed=2)
    assert found.chains is None
    assert found.effective_km.tolist() == [600.0] * 6
    assert found.summary.startswith("600 models, all independent; ")
    assert bool((found.log_km[:, 1] + found.log_km[:, 4] < 0.8).all())
    within = normal_cdf((HIGH[0] - 0.3) / 0.2) - normal_cdf(-1.5)
    exact = math.log(within / HIGH[0]) + math.log((0.8 * HIGH[1] - HIGH[1] ** 2 / 2) / HIGH[1])
    low, high = found.log_evidence_interval
    assert found.log_evidence == pytest.approx(exact, abs=high - low)
    assert high - low < 0.3
    exact = data[0].highest - 0.5 * ((found.log_km[:, 0] - 0.3) / 0.2) ** 2
    torch.testing.assert_close(found.log_likelihood, exact)
    assert found.accepted == pytest.approx(0.3 * math.exp(exact_share(found)), rel=0.2)
    moved = drawn(data=data, method="tempering", seed=2)
    assert moved.chains is not None
    apart = (moved.log_km.mean(0) - found.log_km.mean(0)) / (found.log_km.std(0) / math.sqrt(200))
    assert apart.abs().max() < 4
    again = drawn(data=data, checkpoint=tmp_path, seed=2)
    assert torch.equal(again.log_km, found.log_km)


def exact_share(found):
    """Nats: share of the valid region that is kept."""
    return found.log_evidence - found.data.highest


@pytest.mark.slow
def test_the_interval_of_the_evidence_holds_the_truth():
    held = 0
    for seed in range(12):
        low, high = drawn(seed=seed, n=256).log_evidence_interval
        held += low <= LOG_LIKELIHOOD + LOG_SHARE <= high
    assert held >= 9  # 19 of 20, less chance


def test_without_data_the_draws_are_those_of_the_valid_region():
    options = {"criterion": CRITERION, "n": 100, "seed": 3, "method": "tempering"}
    region = sample_valid_region(Screened(), Largest.prior, **options)
    posterior = drawn(data=(), **options)
    assert torch.equal(posterior.log_km, region.log_km)
    assert str(posterior) == str(region)
    assert posterior.log_evidence == 0.0
    assert posterior.log_volume == region.log_volume
    assert posterior.steps_to_dataframe().empty


def test_a_hard_limit_alone_is_kept_to_and_its_share_is_the_evidence():
    found = drawn(data=[BELOW], seed=2, method="tempering")
    assert found.log_evidence == pytest.approx(LOG_SHARE, abs=0.3)
    assert math.isnan(found.effective_likelihood)
    steps = found.steps_to_dataframe()
    assert steps["limit"].iloc[-1] == 0
    assert steps["limit"].is_monotonic_decreasing
    assert found.log_likelihoods.shape == (0, 600)


@pytest.mark.slow
def test_data_that_leave_a_billionth_of_the_prior_are_followed_and_called_slow():
    data = [Near(2, 0.2, 5e-4), Near(0, 0.3, 5e-4), Near(1, 0.1, 5e-4)]
    found = drawn(data=data, seed=1)
    scatter = (found.log_km[:, :3] - torch.tensor([0.3, 0.1, 0.2], dtype=torch.float64)) / 5e-4
    assert scatter.mean(0).abs().max() < 0.25
    assert scatter.std(0).tolist() == pytest.approx([1.0] * 3, abs=0.12)
    low, high = found.log_evidence_interval
    exact = -sum(map(math.log, HIGH[:3]))
    assert found.log_evidence == pytest.approx(exact, abs=high - low)
    assert not found.chains.from_draws  # so few families that chains must tell
    starved = drawn(data=data, seed=1, most=250)
    assert not starved.enough
    assert "Run further: most=500, with the same checkpoint" in starved.action


def test_data_are_asked_only_where_they_can_still_matter():
    near, below = Near(0, 0.1, 0.02), SumBelow((1, 4), 0.25)
    found = drawn(data=[near, below], n=300, seed=4)
    assert below.asked < found.judged - found.region.judged + 2 * 300  # of valid ones only
    assert near.asked < 0.8 * below.asked  # not where the limit is exceeded


def test_what_it_is_worth_and_what_it_is_made_of_are_told():
    found = drawn(seed=5, n=300)
    assert found.summary.startswith("300 models, worth ")
    nats = r"-?\d\.\d\d"
    evidence = rf"log evidence of the data {nats} \({nats} to {nats}\) nats\."
    assert re.search(evidence, found.summary)
    told = found.provenance
    assert told["sampler"] == "posterior"
    assert [entry["is"] for entry in told["data"]] == ["hard limit", "measurement"]
    assert told["data"][1]["label"] == "constant 0 = 0.1 +- 0.02"
    assert told["log_evidence"] == found.log_evidence
    assert 0 < found.accepted < 1
    assert 100 < found.effective_likelihood <= 300


class Stopped(Screened):
    """Ctrl-C at a call of the verdict."""

    def __init__(self, at):
        super().__init__()
        self.verdicts, self.at = 0, at

    def valid(self, log_km, criterion):
        self.verdicts += 1
        if self.verdicts == self.at:
            raise KeyboardInterrupt
        return super().valid(log_km, criterion)


@pytest.mark.parametrize("at", [15, 40])
def test_a_stopped_run_goes_on_bit_for_bit(tmp_path, at):
    options = {"n": 256, "seed": 6, "method": "rejection"}
    whole = drawn(**options)
    again = re.escape(f"checkpoint={str(tmp_path)!r}")
    with pytest.raises(KeyboardInterrupt, match=f"(?s)Stopped.*{again}"):
        drawn(Stopped(at), checkpoint=tmp_path, **options)
    resumed = drawn(checkpoint=tmp_path, **options)
    assert torch.equal(resumed.log_km, whole.log_km)
    assert resumed.log_evidence == whole.log_evidence
    assert torch.equal(resumed.log_likelihoods, whole.log_likelihoods)
    with pytest.raises(InputError, match=r"data\[1\]\[2\]: 0.02 stored, 0.03 now"):
        drawn(checkpoint=tmp_path, data=[Near(0, 0.1, 0.03), BELOW], **options)


@pytest.mark.parametrize(
    ("file", "changed", "message"),
    [
        ("weighting_*.npz", {"powers": lambda a: a + 2}, "finite models, and powers of 0 to 1"),
        ("weighting_*.npz", {"weights": lambda a: a[:1]}, "what 2 data say of its models"),
        ("weighting_*.npz", {"last_moved": lambda a: a[:1]}, "what the last sweep moved"),
        (
            "posterior_*.npz",
            {"weights": lambda a: a * float("nan")},
            "what 2 data say of its models",
        ),
    ],
)
def test_damaged_files_are_refused(tmp_path, file, changed, message):
    options = {"n": 256, "seed": 6, "method": "rejection", "checkpoint": tmp_path}
    drawn(**options)
    (path,) = tmp_path.glob(file)
    arrays = read_arrays(path)
    write_arrays(
        path,
        {name: changed.get(name, lambda a: a)(array) for name, array in arrays.items()},
    )
    with pytest.raises(FileFormatError, match=message):
        drawn(**options)


class Unknown(Near):
    """Cannot be predicted."""

    def weigher(self, kinetics):
        del kinetics
        return lambda log_km: torch.full_like(log_km[:, 0], torch.nan)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (["PFK"], InputError, "data must be a list of requirements .* got 'PFK'"),
        (NEAR, InputError, r"data must be a list .* got Near\("),
        ([NEAR, NEAR], InputError, "Data are given twice: constant 0 = 0.1"),
        (
            [SumBelow((1, 4), -1.0)],
            SamplingError,
            "No move comes nearer|came to a shortfall",
        ),
        ([Unknown(0, 0.1, 0.02)], SamplingError, "impossible for all of .* could not be predicted"),
    ],
)
def test_data_that_cannot_be_used_or_met_are_named(data, error, message):
    with pytest.raises(error, match=message):
        drawn(data=data, n=256, most=60)
