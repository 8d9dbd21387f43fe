"""Tempering: draws of a region known in closed form, its volume without bias, resumable."""

import math

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import FileFormatError, InputError, SamplingError
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.pilot import look
from skimpy_renaissance.valid_region.tempering import temper
from tests.valid_region.region import Largest

RARE = math.log(1e-4)


def tempered(kinetics=None, *, log_share=RARE, n=300, seed=0, most=500, **options):
    kinetics = kinetics or Largest()
    criterion = Validity(Largest.partition_of(log_share))
    pilot = look(kinetics, Largest.prior, criterion, seed=seed)
    return temper(kinetics, Largest.prior, pilot, n=n, seed=seed, most=most, **options)


def test_limits_fall_to_the_partition_by_halves():
    done = tempered()
    target = Largest.partition_of(RARE)
    assert done.limits[-1] == target
    assert list(done.limits) == sorted(done.limits, reverse=True)
    assert done.shares[0] == pytest.approx(0.1, abs=0.03)
    assert all(0.4 < share <= 0.5 for share in done.shares[1:-1])  # copies that are equal
    assert 0.35 <= done.shares[-1] < 0.75
    assert bool((done.lambda_max < target).all())
    torch.testing.assert_close(done.lambda_max, Largest().lambda_max(done.log_km))
    assert len(done.family.unique()) < 300


@pytest.mark.slow
def test_the_volume_is_unbiased_and_its_interval_holds_the_truth():
    volumes, held, errors = [], 0, []
    for seed in range(60):
        done = tempered(seed=seed)
        volumes.append(math.exp(done.log_volume - RARE))
        low, high = done.log_volume_interval
        held += low <= RARE <= high
        errors.append(done.log_volume_error)
    assert abs(np.mean(volumes) - 1) < 3 * np.std(volumes) / math.sqrt(60)
    assert held >= 52  # of 60 at 95 %: 51 or fewer have a chance of 0.1 %
    assert np.mean(errors) == pytest.approx(np.std(np.log(volumes)), rel=0.35)


def test_a_stopped_tempering_goes_on_bit_for_bit(tmp_path):
    file, whole = tmp_path / "particles.npz", tempered()
    with pytest.raises(KeyboardInterrupt):
        tempered(Largest(stop_at_call=40), checkpoint=file)
    kinetics = Largest()
    again = tempered(kinetics, checkpoint=file)
    assert kinetics.calls < 60
    for name in ("log_km", "lambda_max", "family"):
        assert torch.equal(getattr(again, name), getattr(whole, name))
    assert again.limits == whole.limits
    assert again.judged == whole.judged
    assert again.kept == whole.kept
    assert torch.equal(again.moves[-1].influence, whole.moves[-1].influence)
    with pytest.raises(InputError, match=r"another set-up: n: 300 stored, 301 now"):
        tempered(n=301, checkpoint=file)
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(FileFormatError, match="cannot be particles"):
        tempered(checkpoint=file)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"shares": np.zeros(9)}, "finite particles, and shares of 0 to 1|along its axis"),
        ({"blocks": np.array([0, 0])}, "in at most 12 blocks"),
        ({"family": np.zeros(300)}, "whole numbers along model"),
        ({"last_moved": np.zeros((0, 300), bool)}, r"blocks and 300 particles .* \(0, 300\)"),
    ],
)
def test_damaged_particles_are_refused(tmp_path, changed, message):
    file = tmp_path / "particles.npz"
    tempered(checkpoint=file)
    with np.load(file) as archive:
        arrays = dict(archive)
    np.savez(file, **{**arrays, **changed})
    with pytest.raises(FileFormatError, match=message):
        tempered(checkpoint=file)


def test_what_cannot_be_reached_says_how_far_it_came():
    with pytest.raises(SamplingError, match=r"came to -1\.\d+ 1/h, which 1 in .* Demand less"):
        tempered(log_share=-60.0, most=40)


class Flat(Largest):
    """All models have one slowest mode."""

    def lambda_max(self, log_km):
        slow = super().lambda_max(log_km)
        return torch.where(slow < -1.2, -1.3, slow)


class Failing(Largest):
    """Hardly any model has a spectrum."""

    def lambda_max(self, log_km):
        slow = super().lambda_max(log_km)
        return torch.where(log_km[:, 0] > 0.02, torch.nan, slow)


def test_models_that_cannot_be_told_apart_stop_it():
    with pytest.raises(SamplingError, match=r"stands still at -1.3 1/h"):
        tempered(Flat())
    with pytest.raises(SamplingError, match=r"fewer than 10 % have eigenvalues .*starts="):
        tempered(Failing())
