"""Brute force, and the report on what ensembles cover."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import HistogramGenerator, judge
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import refresh, reject, report_coverage

CRITERION = Validity(partition=-6.0)
F64 = torch.float64
SHARE = (-math.log(1.5e-3) / 16) ** 4  # of the prior, by hand: every ln K above ln 1.5 mmol/L


def prior_of(kinetics):
    return Prior.log_uniform(kinetics.km_names, math.exp(-16.0), 1.0)


def test_the_volume_is_the_one_known_in_closed_form(pathway):
    kinetics = pathway()
    drawn = reject(kinetics, prior_of(kinetics), criterion=CRITERION, draws=20_000, seed=1)
    low, high = drawn.log_volume_interval
    assert low < math.log(SHARE) < high
    assert high - low < 0.2
    assert low < drawn.log_volume < high
    assert bool(CRITERION(kinetics.lambda_max(drawn.log_km)).all())
    torch.testing.assert_close(drawn.lambda_max, kinetics.lambda_max(drawn.log_km))


def test_the_interval_holds_the_truth_nineteen_times_out_of_twenty(pathway):
    kinetics = pathway()
    inside = 0
    for seed in range(100):
        low, high = reject(
            kinetics, prior_of(kinetics), criterion=CRITERION, draws=400, seed=seed
        ).interval
        inside += low < SHARE < high
    assert 89 <= inside <= 100


def test_the_number_of_draws_is_kept_and_seeds_decide(pathway):
    kinetics = pathway()
    one, other = (
        reject(kinetics, prior_of(kinetics), criterion=CRITERION, draws=130, batch=50, seed=2)
        for _ in range(2)
    )
    assert one.drawn == 130
    assert torch.equal(one.log_km, other.log_km)
    nothing = reject(kinetics, prior_of(kinetics), criterion=Validity(-50.0), draws=20)
    assert nothing.log_volume == -math.inf
    assert nothing.log_volume_interval[0] == -math.inf
    assert math.exp(nothing.log_volume_interval[1]) == pytest.approx(0.161, abs=0.001)  # Wilson


@pytest.mark.parametrize("change", [{"draws": 0}, {"batch": 0}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(pathway, change):
    kinetics = pathway()
    with pytest.raises(InputError, match=next(iter(change))):
        reject(kinetics, prior_of(kinetics), **change)


def test_a_prior_about_other_constants_is_refused(pathway):
    with pytest.raises(InputError, match="in their order"):
        reject(pathway(), prior_of(pathway(n=3)))


SLOW = Validity(partition=-0.1)
WIDTH = math.log(0.01 / 0.99 * 1e-3) / -16  # of the prior, by hand: ln K above x q/(1 - q)


def reported(pathway, **options):
    kinetics = pathway(n=12)
    prior = prior_of(kinetics)
    corner = -0.05 + 0.01 * torch.rand(
        400, 12, dtype=F64, generator=torch.Generator().manual_seed(1)
    )
    refreshed = refresh(kinetics, corner, prior, criterion=SLOW, steps=150, seed=1).log_km
    ensembles = {"prior": prior.sample(400, seed=3), "narrow": corner, "refreshed": refreshed}
    return report_coverage(kinetics, ensembles, prior, criterion=SLOW, **options)


def test_a_collapsed_ensemble_is_told_from_a_refreshed_one(pathway):
    report = reported(pathway)
    table = report.ensembles
    assert table.loc["narrow", "distance"] < 0.05
    assert table.loc["narrow", "marginal_kl"] > 2 * table.loc["refreshed", "marginal_kl"]
    assert sum("narrow: mode collapse" in text for text in report.warnings) == 1
    assert not any("refreshed" in text for text in report.warnings)
    assert table.loc["refreshed", "spread"] == pytest.approx(WIDTH, rel=0.05)
    assert table.loc["refreshed", "effective_dimension"] == pytest.approx(12, abs=1.5)
    # uniform above an edge inside the fourth of twelve bins: what those bins can see of it
    share = torch.tensor([(12 * WIDTH) % 1, *[1.0] * int(12 * WIDTH)], dtype=F64) / (12 * WIDTH)
    binned = 12 * (share * (12 * share).log()).sum().item()
    error = table.loc["refreshed", "marginal_kl_error"]
    assert table.loc["refreshed", "marginal_kl"] == pytest.approx(binned, abs=4 * error)
    assert len(report.km) == sum(table["valid"] > 1) * 12
    assert report.compared_with == "prior"
    assert report.log_volume is None


def test_a_narrow_ensemble_is_told_in_words_with_what_to_do(pathway):
    report = reported(pathway)
    text = report.in_words("narrow", whole_region="refresh them")
    assert text.startswith("400 of 400 judged models are valid (100.0 %). They are narrow: two of")
    assert "of what two blind draws do" in text
    assert text.endswith("For the whole valid region: refresh them.")
    wide = report.in_words("refreshed", whole_region="refresh them", judged=Proportion(9, 10))
    assert wide.startswith("9 of 10 judged models are valid (90.0 %). They are not narrow: two of")
    assert "refresh" not in wide
    assert report.narrow("narrow")
    assert not report.narrow("refreshed")


def test_models_judged_already_are_not_judged_again(pathway):
    kinetics = pathway(n=12)
    drawn = prior_of(kinetics).sample(300, seed=3)
    judged = judge(kinetics, drawn, SLOW)
    given = {"tensor": drawn, "judged": judged}
    table = report_coverage(kinetics, given, prior_of(kinetics), criterion=SLOW).ensembles
    assert table.loc["judged"].to_dict() == pytest.approx(
        table.loc["tensor"].to_dict(), nan_ok=True
    )
    few = report_coverage(None, {"few": judged[:1]}, prior_of(kinetics))
    assert "too few to tell what they cover" in few.in_words("few", whole_region="")
    none = report_coverage(None, {"none": judged[:0]}, prior_of(kinetics))
    assert none.ensembles.loc["none", ["incidence", "incidence_low", "incidence_high"]].isna().all()
    told = none.in_words("none", whole_region="", judged=Proportion(0, 20))
    assert told == "0 of 20 judged models are valid (0.0 %): too few to tell what they cover."


def test_incidence_has_an_interval_and_a_lone_model_no_spread(pathway):
    table = reported(pathway).ensembles
    assert table.loc["narrow", "incidence"] == 1
    assert 0.98 < table.loc["narrow", "incidence_low"] < 1
    row = table.loc["prior"]
    assert row["incidence_low"] < WIDTH**12 < row["incidence_high"]
    kinetics = pathway(n=12)
    alone = {"alone": torch.full((1, 12), -0.1, dtype=F64)}
    one = report_coverage(kinetics, alone, prior_of(kinetics), criterion=SLOW)
    assert "too few to tell" in one.warnings[0]
    assert len(one.km) == len(one.distances) == 0


def test_a_reference_takes_the_place_of_the_prior(pathway):
    kinetics = pathway()
    prior = prior_of(kinetics)
    reference = reject(kinetics, prior, criterion=CRITERION, draws=20_000, seed=5)
    again = reject(kinetics, prior, criterion=CRITERION, draws=20_000, seed=6)
    ensembles = {"same": again.log_km, "narrow": again.log_km.clamp(min=-1)}
    report = report_coverage(kinetics, ensembles, prior, criterion=CRITERION, reference=reference)
    same = report.ensembles.loc["same"]
    assert abs(same["marginal_kl"]) < 4 * same["marginal_kl_error"]
    assert report.ensembles.loc["narrow", "marginal_kl"] > 4
    assert report.log_volume[0] < math.log(SHARE) < report.log_volume[2]


def test_entropies_stand_beside_their_ensembles(pathway):
    kinetics = pathway(n=2)
    prior, wide = prior_of(kinetics), HistogramGenerator((-16.0, 0.0))
    weights = torch.zeros(2, wide.slices, dtype=F64)
    weights[0, : wide.slices // 2] = -1e3  # only the upper half of the first constant
    entropy = wide.entropy(weights.flatten()).item()
    drawn = prior.sample(300, seed=0)
    report = report_coverage(
        kinetics, {"a": drawn, "b": drawn}, prior, criterion=CRITERION, entropies={"a": entropy}
    )
    assert report.ensembles.loc["a", "entropy"] == entropy
    assert entropy == pytest.approx(-math.log(2))
    assert math.isnan(report.ensembles.loc["b", "entropy"])
    with pytest.raises(InputError, match="entropies of c"):
        report_coverage(kinetics, {"a": drawn}, prior, entropies={"c": 0.0})
    with pytest.raises(InputError, match="needs ensembles"):
        report_coverage(kinetics, {}, prior)
