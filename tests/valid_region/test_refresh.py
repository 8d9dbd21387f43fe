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
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region import refresh
from skimpy_renaissance.valid_region.refresh import _proposals

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


def test_a_step_leaves_the_valid_region_invariant():
    # detailed balance, seen as flows between two parts of the valid region in equilibrium
    kinetics, criterion = AtLeastTwo(), Validity(partition=-0.1)
    prior = prior_of(kinetics)
    drawn = prior.sample(60_000, seed=8)
    at_home = drawn[criterion(kinetics.lambda_max(drawn))]
    done = refresh(kinetics, at_home, prior, criterion=criterion, steps=1, fraction=0.5, seed=2)
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


def test_proposals_change_the_fraction_that_was_asked_for():
    prior = Prior.log_uniform([f"km_{i}" for i in range(300)], 1e-6, 0.1)
    here = prior.sample(400, seed=1)
    moved = _proposals(here, prior, fraction=0.1, rng=random_stream(1, purpose="test")) != here
    share = moved.double().mean(-1)
    assert share.mean().item() == pytest.approx(0.1, abs=0.005)
    assert share.min() < 0.05
    assert share.max() > 0.14
    few = Prior.log_uniform(["km_a", "km_b"], 1e-6, 0.1)
    here = few.sample(400, seed=1)
    moved = _proposals(here, few, fraction=0.01, rng=random_stream(1, purpose="test")) != here
    assert bool(moved.any(-1).all())


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
    assert len(table) == done.steps + 1 == 41
    assert done.judged == 40 * 600
    torch.testing.assert_close(done.lambda_max, kinetics.lambda_max(done.log_km))
    assert table["lambda_median"].iloc[0] < table["lambda_median"].iloc[-1]  # the corner is fast
    assert table["marginal_kl"].iloc[0] > 5 > table["marginal_kl"].iloc[-1]
    moved = np.diff(table["acceptance"].to_numpy()[1:])
    assert abs(moved).max() < 0.2
    assert 0 < np.nanmin(table["acceptance"]) < np.nanmax(table["acceptance"]) < 1


def test_too_few_steps_are_called_too_few():
    prior = Prior.log_uniform([f"km_{i}" for i in range(40)], math.exp(-16.0), 1.0)

    class Everything(AtLeastTwo):
        km_names = prior.names

        def lambda_max(self, log_km):
            return -10 - log_km.mean(-1)

    start = -0.1 + 0.05 * torch.linspace(0, 1, 40 * 300, dtype=F64).view(300, 40)
    short = refresh(Everything(), start, prior, steps=6)
    assert any("remember" in text for text in short.warnings)
    assert any("lambda_max still drifts" in text for text in short.warnings)
    assert any("marginals still widen" in text for text in short.warnings)
    assert refresh(Everything(), start, prior, steps=120).warnings == ()
    assert any("too few" in w for w in refresh(Everything(), start[:20], prior, steps=6).warnings)


def test_a_stopped_run_goes_on_with_the_same_steps(pathway, tmp_path):
    file = tmp_path / "chains.npz"
    options = {"criterion": CRITERION, "steps": 12, "seed": 5}
    start = corner(pathway(), 60)
    whole = refresh(pathway(), start, prior_of(pathway()), **options)
    stopped = pathway(stop_at_call=10)  # 1 identifies, 2 judges the start
    with pytest.raises(KeyboardInterrupt, match=f"after 7 of 12 steps.*{file}"):
        refresh(stopped, start, prior_of(stopped), checkpoint=file, checkpoint_every=3, **options)
    kinetics = pathway()
    again = refresh(
        kinetics, start, prior_of(kinetics), checkpoint=file, checkpoint_every=3, **options
    )
    assert kinetics.calls == 1 + 6
    assert torch.equal(again.log_km, whole.log_km)
    assert again.to_dataframe().equals(whole.to_dataframe())
    longer = refresh(
        pathway(), start, prior_of(kinetics), checkpoint=file, **{**options, "steps": 20}
    )
    assert longer.acceptance[:12] == whole.acceptance
    with pytest.raises(InputError, match="holds 20 steps already"):
        refresh(pathway(), start, prior_of(kinetics), checkpoint=file, **options)


def test_a_file_as_earlier_versions_wrote_it_is_resumed(pathway, tmp_path):
    now, old = tmp_path / "now.npz", tmp_path / "old.npz"
    kinetics, options = pathway(), {"criterion": CRITERION}
    start = corner(kinetics, 9)
    refresh(kinetics, start, prior_of(kinetics), steps=2, checkpoint=now, **options)
    with np.load(now) as file:
        arrays = dict(file)
    identity = json.loads(str(arrays["identity"]))
    assert identity["start_sha256"] == sha256(start.numpy().tobytes()).hexdigest()
    assert identity["format"] == "skimpy_renaissance refresh 1"
    assert set(arrays) == {
        *("identity", "log_km", "lambda_max", "start", "start_log_km"),
        *("lambda_trace", "share_trace", "acceptance", "marginal_kl"),
    }
    np.savez(old, **{**arrays, "identity": json.dumps(identity)})
    resumed = refresh(kinetics, start, prior_of(kinetics), steps=4, checkpoint=old, **options)
    whole = refresh(kinetics, start, prior_of(kinetics), steps=4, **options)
    assert torch.equal(resumed.log_km, whole.log_km)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 6}, "seed"),
        ({"fraction": 0.2}, "fraction"),
        ({"criterion": Validity(-5.0)}, "partition"),
    ],
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
        ({"fraction": 0.0}, "fraction must lie above 0"),
        ({"checkpoint_every": 0}, "checkpoint_every"),
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
        ({"lambda_max": np.zeros(8)}, "'lambda_max' .* has 8 entries along its axis 'model'"),
        ({"log_km": np.full((9, 4), np.nan)}, "finite chains of 4 constants"),
        ({"identity": np.array("[" * 100_000)}, "does not say of which refresh it is"),
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
