"""One call for the valid region: three ways, one law; resumable; says what it is worth."""

import math
import re

import pytest
import torch

from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import sample_valid_region
from tests.valid_region.region import Largest, Screened

SHARE = math.log(0.004)
CRITERION = Validity(Largest.partition_of(SHARE))


def starts(n=400):
    """Return valid models in a corner, as a collapsed generator gives them."""
    rng = torch.Generator().manual_seed(0)
    return 0.02 + 0.02 * torch.rand(n, 6, generator=rng, dtype=torch.float64)


def drawn(kinetics=None, **options):
    options = {"criterion": CRITERION, "n": 400, **options}
    return sample_valid_region(kinetics or Screened(), Largest.prior, **options)


@pytest.mark.parametrize("method", ["rejection", "tempering", "chains"])
def test_every_way_draws_the_same_law_which_is_known(method):
    found = drawn(method=method, starts=starts())
    assert found.method == method
    assert len(found) == 400
    assert bool((found.lambda_max < CRITERION.partition).all())
    table = found.to_dataframe()
    exact = Largest.means(CRITERION.partition)
    apart = (torch.tensor(table["mean"].to_numpy()) - exact) / torch.tensor(
        table["error"].to_numpy()
    )
    assert apart.abs().max() < 4
    assert apart.square().mean() < 3
    spread = found.log_km.std(0) / (2 * exact / math.sqrt(12))
    assert spread.tolist() == pytest.approx([1.0] * 6, abs=0.12)
    assert found.enough, found.lacking
    assert found.judged > 400
    if method == "chains":
        assert found.log_volume is None
    else:
        low, high = found.log_volume_interval
        assert low - 0.1 < SHARE < high + 0.1


def test_what_it_is_worth_stands_in_one_sentence():
    independent = drawn(method="rejection")
    assert str(independent) == independent.summary
    assert independent.summary.startswith("400 models, all independent; ")
    assert independent.summary.endswith("0.4 % accepted.") or "% accepted." in independent.summary
    moved = drawn(method="tempering")
    worth = int(moved.effective_km.min())
    assert f"400 models, worth {worth:,} independent ones for the slowest Km (km_" in str(moved)
    assert f"{moved.judged:,} judged" in str(moved)
    short = drawn(method="chains", starts=starts(), most=3)
    assert not short.enough
    assert short.action.startswith("Not enough yet, at the cap of 3 judged per model: the 400")
    assert short.action.endswith(
        "Run further: most=6, with the same checkpoint to go on from here."
    )


@pytest.mark.parametrize("method", ["rejection", "tempering", "chains"])
def test_a_stopped_run_goes_on_bit_for_bit(method, tmp_path):
    options = {"method": method, "starts": starts(), "n": 300, "seed": 3}
    whole = drawn(**options)
    counted = Screened()
    drawn(counted, **options)
    with pytest.raises(KeyboardInterrupt, match=rf"same arguments and checkpoint='{tmp_path}' to"):
        drawn(Screened(stop_at_call=counted.calls - 3), checkpoint=tmp_path, **options)
    with pytest.raises(KeyboardInterrupt, match="Nothing was kept: pass checkpoint='folder'"):
        drawn(Screened(stop_at_call=counted.calls - 3), **options)
    again = Screened()
    resumed = drawn(again, checkpoint=tmp_path, **options)
    assert again.calls < counted.calls / 2
    assert torch.equal(resumed.log_km, whole.log_km)
    assert torch.equal(resumed.lambda_max, whole.lambda_max)
    assert str(resumed) == str(whole)


def test_the_first_draws_count_and_a_seed_is_a_result():
    easy = Validity(Largest.partition_of(math.log(0.2)))
    found = drawn(criterion=easy, n=50)
    assert found.method == "rejection"
    assert found.judged == 500
    assert torch.equal(found.log_km, drawn(criterion=easy, n=50).log_km)
    assert not torch.equal(found.log_km, drawn(criterion=easy, n=50, seed=1).log_km)


@pytest.mark.parametrize("method", ["rejection", "tempering", "chains"])
def test_threads_of_torch_change_nothing(method):
    found, before = [], torch.get_num_threads()
    for threads in (1, 2):
        torch.set_num_threads(threads)
        try:
            found.append(drawn(method=method, starts=starts(), n=300))
        finally:
            torch.set_num_threads(before)
    assert torch.equal(found[0].log_km, found[1].log_km)


def test_rejection_that_turns_out_not_to_pay_is_given_up():
    rare = Validity(Largest.partition_of(math.log(1e-3)))
    found = drawn(criterion=rare, seed=8, n=300)  # two of whose first 500 draws are valid
    valid, of = re.match(
        r"(\d+) of ([\d,]+) draws of the prior are valid, too", found.reason
    ).groups()
    assert int(of.replace(",", "")) >= 20_000
    assert 5 < int(valid) < 60
    assert found.method == "tempering"
    assert found.judged > 20_000
    assert "none of the first" not in found.reason


def test_starts_take_over_where_tempering_does_not_get_there():
    criterion = Validity(Largest.partition_of(math.log(1e-7)))
    corner = starts() / 4
    found = drawn(criterion=criterion, starts=corner, n=300, most=35)
    assert found.method == "chains"
    assert re.search("^tempering .* 1/h.*, and valid models to start from were given", found.reason)
    assert "most=" not in found.reason
    with pytest.raises(SamplingError, match="Tempering came to"):
        drawn(criterion=criterion, n=300, most=35)


def test_few_models_are_taken_from_more_particles():
    found = drawn(method="tempering", n=20)
    assert len(found) == len(found.lambda_max) == 20
    assert found.effective_km.max() <= 20
    assert len(found.chains) == 256


def test_few_starts_are_repeated_and_counted_as_families():
    found = drawn(method="chains", starts=starts(30), n=200, most=4)
    assert len(found) == 200
    assert len(found.chains.family.unique()) == 30


def test_starts_that_are_no_use_are_refused_before_anything_is_judged():
    with pytest.raises(InputError, match="starts must be `model x km`"):
        drawn(starts=torch.zeros(3, 5, dtype=torch.float64))
    with pytest.raises(SamplingError, match="Of the 3 starts 0 are valid"):
        drawn(starts=torch.full((3, 6), 0.99, dtype=torch.float64))
    for wrong in ({"n": 0}, {"most": 0}, {"seed": -1}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            drawn(**wrong)
    with pytest.raises(InputError, match="of_names"):
        sample_valid_region(Screened(), Largest.prior.of_names(["km_1", "km_0"]))


def test_the_plan_is_told_where_bars_are(capsys):
    drawn(method="tempering", progress=True)
    told = capsys.readouterr().err
    assert "Valid region by tempering, about" in told
    drawn(method="tempering", progress=False)
    assert capsys.readouterr().err == ""
    lines: list[str] = []
    drawn(method="tempering", progress=False, tell=lines.append)
    assert [line.split(",")[0] for line in lines] == ["Valid region by tempering"]
    assert lines[0] in " ".join(told.split())
    assert capsys.readouterr().err == ""


class TwoSided(Screened):
    """With a fastest mode that the last constant sets."""

    def eigenvalues(self, log_km):
        slow = self.lambda_max(log_km)
        return torch.stack((slow, -5 - log_km[:, 5]), -1).to(torch.complex128)

    def valid(self, log_km, criterion):
        fastest = -5 - log_km[:, 5] if criterion.needs_lambda_min else None
        return criterion(self.lambda_max(log_km), fastest)


class Demanding(Screened):
    """Valid only where the fifth constant, which does not touch the slowest mode, lies high."""

    def valid(self, log_km, criterion):
        return super().valid(log_km, criterion) & (log_km[:, 4] > 0.5)


@pytest.mark.parametrize("method", ["rejection", "tempering", "chains"])
def test_what_else_is_demanded_is_kept_to_all_the_way(method):
    corner = starts()
    corner[:, 4] = 0.7
    found = drawn(Demanding(), method=method, starts=corner, n=300)
    assert found.log_km[:, 4].min() > 0.5
    assert found.log_km[:, 4].mean().item() == pytest.approx(0.75, abs=0.04)
    if found.log_volume is not None:
        low, high = found.log_volume_interval
        assert low - 0.1 < SHARE + math.log(0.5) < high + 0.1


@pytest.mark.parametrize("method", ["rejection", "tempering"])
def test_the_fastest_mode_is_limited_all_the_way(method):
    criterion = Validity(CRITERION.partition, fastest=-5.5)
    found = drawn(TwoSided(), criterion=criterion, method=method, n=300)
    assert found.log_km[:, 5].max() < 0.5
    assert found.log_km[:, 5].mean().item() == pytest.approx(0.25, abs=0.05)
    low, high = found.log_volume_interval
    assert low - 0.1 < SHARE + math.log(0.5) < high + 0.1
