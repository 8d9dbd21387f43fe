"""The refresh move: exact, batched, resumable, and honest about how far it came."""

import json
import math
from hashlib import sha256

import numpy as np
import pytest
import torch
from scipy import stats

from skimpy_renaissance.errors import FileFormatError, InputError, SamplingError
from skimpy_renaissance.priors import Prior, Saturation
from skimpy_renaissance.setups import describe
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import refresh

CRITERION = Validity(partition=-6.0)
F64 = torch.float64
EDGE = math.log(1.5e-3)  # ln Km of every step must exceed x q/(1 - q) = 1.5 mmol/L


def prior_of(kinetics):
    return Prior.log_uniform(kinetics.km_names, math.exp(-16.0), 1.0)


def corner(kinetics, n=600):
    """Return valid models of one thin corner, as a collapsed generator gives them."""
    return -0.05 + 0.01 * torch.linspace(0, 1, n * kinetics.n, dtype=F64).view(n, -1)


class AtLeastTwo:
    """A valid region that is not a box: at most one constant of four may lie low."""

    n = 4
    km_names = ("a", "b", "c", "d")

    def lambda_max(self, log_km):
        return (log_km < -8).double().sum(-1) - 1.5

    def eigenvalues(self, log_km):
        return self.lambda_max(log_km)[:, None].to(torch.complex128)

    def vmax(self, log_km):
        return log_km


def test_chains_forget_a_corner_and_become_the_prior_restricted_to_valid_models(pathway):
    kinetics = pathway()
    done = refresh(kinetics, corner(kinetics), prior_of(kinetics), criterion=CRITERION, steps=200)
    assert bool(CRITERION(kinetics.lambda_max(done.log_km)).all())
    exact = stats.uniform(EDGE, -EDGE)  # by hand: ln K uniform above the edge, independently
    p_values = [stats.kstest(column, exact.cdf).pvalue for column in done.log_km.T.numpy()]
    assert min(p_values) > 0.01 / 4
    assert done.warnings == ()


def test_averages_are_those_of_brute_force_rejection_where_constants_depend_on_each_other():
    kinetics, criterion = AtLeastTwo(), Validity(partition=-0.1)
    prior = prior_of(kinetics)
    start = torch.full((2000, 4), -0.1, dtype=F64)
    done = refresh(kinetics, start, prior, criterion=criterion, steps=60, seed=4)
    drawn = prior.sample(20_000, seed=1)
    kept = drawn[criterion(kinetics.lambda_max(drawn))]
    for f in (
        lambda x: x[:, 0],
        lambda x: x[:, 3] ** 2,
        lambda x: x[:, 0] * x[:, 1],
        lambda x: (x < -8).any(-1).double(),
    ):
        one, other = f(done.log_km), f(kept)
        error = math.sqrt(one.var() / len(one) + other.var() / len(other))
        assert abs(one.mean() - other.mean()) < 4 * error


def test_a_sweep_leaves_the_valid_region_invariant():
    # detailed balance, seen as flows between two parts of the valid region in equilibrium
    kinetics, criterion = AtLeastTwo(), Validity(partition=-0.1)
    prior = prior_of(kinetics)
    drawn = prior.sample(60_000, seed=8)
    at_home = drawn[criterion(kinetics.lambda_max(drawn))]
    done = refresh(kinetics, at_home, prior, criterion=criterion, steps=1, seed=2)
    before, after = ((x < -8).any(-1) for x in (at_home, done.log_km))
    out, back = (int((one & ~other).sum()) for one, other in ((before, after), (after, before)))
    assert out > 1000
    assert abs(out - back) < 4 * math.sqrt(out + back)


def test_a_saturation_prior_is_kept_too(pathway):
    kinetics = pathway()
    prior = Prior.of(kinetics.km_names, Saturation(math.log(1e-3), -16.0, 0.0))
    done = refresh(kinetics, corner(kinetics), prior, criterion=CRITERION, steps=150, seed=1)
    saturation = torch.sigmoid(math.log(1e-3) - done.log_km)
    low, high = (1 / (1 + math.exp(bound - math.log(1e-3))) for bound in (0.0, EDGE))
    exact = stats.uniform(low, high - low)
    assert min(stats.kstest(c, exact.cdf).pvalue for c in saturation.T.numpy()) > 0.01 / 4


def test_starts_that_are_invalid_or_impossible_are_dropped(pathway):
    kinetics = pathway(fails_above=-0.5)
    start = corner(kinetics, 4) - 1
    start[1] = -15.0  # slow
    start[2, 1] = 0.5  # beyond the prior
    start[3, 0] = -0.2  # spectrum failed
    done = refresh(kinetics, start, prior_of(kinetics), criterion=CRITERION, steps=3)
    assert done.start.tolist() == [0]
    assert len(done) == 1
    with pytest.raises(SamplingError, match=r"of 3 given, 1 are valid .* none is both"):
        refresh(kinetics, start[1:], prior_of(kinetics), criterion=CRITERION, steps=3)


def test_the_fastest_mode_is_judged_where_there_is_a_limit(pathway):
    kinetics, criterion = pathway(), Validity(partition=-6.0, fastest=-9.0)
    start = torch.full((200, 4), math.log(4e-3), dtype=F64)
    done = refresh(kinetics, start, prior_of(kinetics), criterion=criterion, steps=40)
    assert bool((kinetics.eigenvalues(done.log_km).real > -9.0).all())


def test_what_is_recorded_describes_the_chains(pathway):
    kinetics = pathway()
    done = refresh(kinetics, corner(kinetics), prior_of(kinetics), criterion=CRITERION, steps=40)
    table = done.to_dataframe()
    assert len(table) == done.sweeps + 1 == len(done.moves)
    assert done.judged == sum(done.judged_per_sweep)
    assert 40 <= done.steps == table["step"].iloc[-1] <= 40 + 4
    torch.testing.assert_close(done.lambda_max, kinetics.lambda_max(done.log_km))
    assert table["lambda_median"].iloc[0] < table["lambda_median"].iloc[-1]  # the corner is fast
    assert table["marginal_kl"].iloc[0] > 5 > table["marginal_kl"].iloc[-1]
    assert 0 < np.nanmin(table["acceptance"]) < np.nanmax(table["acceptance"]) < 1
    assert done.kept_per_sweep[0] == pytest.approx(round(done.kept_per_sweep[0]))


class Everything(AtLeastTwo):
    """A model of forty constants that is valid wherever they lie."""

    n = 40
    km_names = tuple(f"km_{i}" for i in range(40))

    def lambda_max(self, log_km):
        return -10 - log_km.mean(-1)


def test_too_few_steps_are_called_too_few():
    prior = Prior.log_uniform(Everything.km_names, math.exp(-16.0), 1.0)
    start = -0.1 + 0.05 * torch.linspace(0, 1, 40 * 300, dtype=F64).view(300, 40)
    short = refresh(Everything(), start, prior, steps=2)
    assert not short.enough
    assert any("worth 0 independent ones for the slowest Km" in text for text in short.warnings)
    assert any("lambda_max still drifts" in text for text in short.warnings)
    assert any("the models still spread" in text for text in short.warnings)
    assert any("means of groups of chains still differ" in text for text in short.warnings)
    assert any("too few" in w for w in refresh(Everything(), start[:20], prior, steps=6).warnings)


def test_sweeps_go_on_until_the_diagnostics_say_enough(pathway):
    kinetics = pathway()
    done = refresh(kinetics, corner(kinetics), prior_of(kinetics), criterion=CRITERION)
    assert done.enough
    assert done.sweeps >= 8 + 2  # the moves are learnt in eight
    assert len({moves.blocks for moves in done.moves[8:]}) == 1
    assert done.effective_km.min() > 0.8 * len(done)
    assert 1 <= done.r_hat < 1.05
    capped = refresh(
        kinetics, corner(kinetics), prior_of(kinetics), criterion=CRITERION, most=5, seed=1
    )
    assert 5 <= capped.steps < 5 + 4
    assert not capped.enough


def test_models_of_one_origin_are_worth_less_until_they_have_forgotten_it(pathway):
    kinetics = pathway()
    prior = prior_of(kinetics)
    drawn = prior.sample(4000, seed=3)
    at_home = drawn[CRITERION(kinetics.lambda_max(drawn))][:50]
    family = torch.arange(50).repeat_interleave(8)
    options = {"criterion": CRITERION, "family": family, "from_draws": True}
    one = refresh(kinetics, at_home[family], prior, steps=1, **options)
    many = refresh(kinetics, at_home[family], prior, **options)
    assert one.effective_km.max() < 0.8 * 400 < many.effective_km.median()
    assert many.enough
    assert 50 * 0.5 < one.effective_km.min() < one.effective_km.max() < 400


def test_a_stopped_run_goes_on_with_the_same_sweeps(pathway, tmp_path):
    file = tmp_path / "chains.npz"
    options = {"criterion": CRITERION, "steps": 30, "seed": 5}
    start = corner(pathway(), 200)
    whole = refresh(pathway(), start, prior_of(pathway()), **options)
    stopped = pathway(stop_at_call=40)
    with pytest.raises(KeyboardInterrupt, match=rf"of 30 steps per chain: .*{file}"):
        refresh(stopped, start, prior_of(stopped), checkpoint=file, **options)
    kinetics = pathway()
    again = refresh(kinetics, start, prior_of(kinetics), checkpoint=file, **options)
    assert kinetics.calls < 40
    assert torch.equal(again.log_km, whole.log_km)
    assert torch.equal(again.lambda_max, whole.lambda_max)
    assert again.to_dataframe().equals(whole.to_dataframe())
    assert all(
        torch.equal(one.influence, other.influence)
        for one, other in zip(again.moves, whole.moves, strict=True)
    )
    longer = refresh(
        pathway(), start, prior_of(kinetics), checkpoint=file, **{**options, "steps": 50}
    )
    assert longer.acceptance[: whole.sweeps] == whole.acceptance
    with pytest.raises(InputError, match=r"holds 5\d steps already, steps=30"):
        refresh(pathway(), start, prior_of(kinetics), checkpoint=file, **options)


def earlier_file(file, kinetics, start):
    """Write 12 steps as the move of earlier versions left them."""
    n, steps = len(start), 12
    identity = {
        "format": "skimpy_renaissance refresh 1",
        "start_sha256": sha256(start.numpy().tobytes()).hexdigest(),
        "lambda_max_of_first": f"{kinetics.lambda_max(start[:1]).item():.4e}",
        "prior": describe(prior_of(kinetics)),
        "criterion": describe(CRITERION),
        "seed": 0,
        "fraction": 0.1,
    }
    slow = kinetics.lambda_max(start).numpy()
    share = prior_of(kinetics).probability(start).float().numpy()
    np.savez(
        file,
        identity=json.dumps(identity),
        log_km=start.numpy(),
        lambda_max=slow,
        start=np.arange(n),
        start_log_km=start.numpy(),
        lambda_trace=np.tile(slow, (steps + 1, 1)),
        share_trace=np.tile(share, (steps + 1, 1, 1)),
        acceptance=np.full(steps, 0.4),
        marginal_kl=np.full(steps + 1, 2.0),
    )


def test_chains_of_earlier_versions_are_read_and_not_continued(pathway, tmp_path):
    file, kinetics = tmp_path / "old.npz", pathway()
    start = corner(kinetics, 60)
    earlier_file(file, kinetics, start)
    before = file.read_bytes()
    read = refresh(
        kinetics, start, prior_of(kinetics), criterion=CRITERION, steps=12, checkpoint=file
    )
    assert torch.equal(read.log_km, start)
    assert read.steps == 12
    assert read.acceptance == (0.4,) * 12
    assert any("worth 0 independent ones" in text for text in read.warnings)
    for steps, wanted in ((13, "13"), (None, "more")):
        with pytest.raises(InputError, match=rf"earlier version.*{wanted} were asked.*'log_km'"):
            refresh(
                kinetics,
                start,
                prior_of(kinetics),
                criterion=CRITERION,
                steps=steps,
                checkpoint=file,
            )
    assert file.read_bytes() == before
    with pytest.raises(InputError, match=r"another set-up.*seed"):
        refresh(
            kinetics,
            start,
            prior_of(kinetics),
            criterion=CRITERION,
            steps=12,
            checkpoint=file,
            seed=1,
        )


@pytest.mark.parametrize(
    ("change", "named"), [({"seed": 6}, "seed"), ({"criterion": Validity(-5.0)}, "partition")]
)
def test_a_file_of_another_set_up_is_refused(pathway, tmp_path, change, named):
    file = tmp_path / "chains.npz"
    kinetics, options = pathway(), {"criterion": CRITERION, "steps": 2, "checkpoint": file}
    refresh(kinetics, corner(kinetics, 9), prior_of(kinetics), **options)
    with pytest.raises(InputError, match=f"another set-up.*{named}"):
        refresh(kinetics, corner(kinetics, 9), prior_of(kinetics), **{**options, **change})
    with pytest.raises(InputError, match="start_sha256"):
        refresh(kinetics, corner(kinetics, 8), prior_of(kinetics), **options)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(FileFormatError, match="chains"):
        refresh(kinetics, corner(kinetics, 9), prior_of(kinetics), **options)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"steps": 0}, "steps must be a whole number"),
        ({"most": 0}, "most must be a whole number"),
        ({"family": torch.arange(3)}, "family must have one number per model, 600"),
        ({"seed": -1}, "seed"),
    ],
)
def test_arguments_out_of_range_are_refused(pathway, change, match):
    kinetics = pathway()
    with pytest.raises(InputError, match=match):
        refresh(kinetics, corner(kinetics), prior_of(kinetics), **change)


def test_models_and_priors_that_do_not_fit_are_refused(pathway):
    kinetics = pathway()
    with pytest.raises(InputError, match="of_names"):
        refresh(kinetics, corner(kinetics), prior_of(kinetics).of_names(kinetics.km_names[::-1]))
    with pytest.raises(InputError, match="model x km"):
        refresh(kinetics, corner(kinetics).float(), prior_of(kinetics))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"log_km": np.zeros((9, 4), "i8")}, "'log_km' .* numbers with decimals along model x km"),
        ({"start": np.zeros(9)}, "'start' .* whole numbers along model"),
        ({"acceptance": np.zeros(5)}, "one entry more per trace than moves"),
        ({"blocks": np.array([4, 10**9])}, "in at most 12 blocks"),
        ({"influence": np.zeros((2, 3))}, "moves of 4 reactions .* it holds 3 reactions"),
        ({"blocks": np.array([3, 2])}, "one entry more per trace than moves"),
        ({"lambda_max": np.zeros(8)}, "'lambda_max' .* has 8 entries along its axis 'model'"),
        ({"log_km": np.full((9, 4), np.nan)}, "finite chains of 4 constants"),
        ({"identity": np.array("[" * 100_000)}, "does not say of which run it is"),
    ],
)
def test_chains_of_other_arrays_are_refused(pathway, tmp_path, changed, message):
    file, kinetics = tmp_path / "chains.npz", pathway()
    options = {"criterion": CRITERION, "steps": 2, "checkpoint": file}
    refresh(kinetics, corner(kinetics, 9), prior_of(kinetics), **options)
    with np.load(file) as archive:
        arrays = dict(archive)
    np.savez(file, **{**arrays, **changed})
    with pytest.raises(FileFormatError, match=message):
        refresh(kinetics, corner(kinetics, 9), prior_of(kinetics), **options)
