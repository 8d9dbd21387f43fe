"""Making given models valid, on a pathway solved by hand."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import repair_models
from skimpy_renaissance.learning.repair import STATUS
from skimpy_renaissance.spectrum import Smoothed, Validity

CRITERION = Validity(partition=-6.0)
BOX = {"lower": torch.full((4,), -16.0).double(), "upper": torch.full((4,), 0.0).double()}
BORDER = math.log(1.5e-3)  # -10 K/(K + 1) = -6 at K = 1.5 mmol/L


@pytest.fixture
def smooth(pathway):
    """A pathway whose smoothed maximum is known, modes -10 K/(K + 1)."""

    def make(**options):
        kinetics = pathway(flux=10.0, **options)

        def smoothed(log_km, *, sharpness):
            modes = kinetics._diagonal(log_km)
            value = ((sharpness * modes.asinh()).logsumexp(-1) / sharpness).sinh()
            return Smoothed(value, kinetics.lambda_max(log_km).detach())

        kinetics.smoothed_lambda_max = smoothed
        return kinetics

    return make


def _given(n=40, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return BORDER + 3 * torch.randn(n, 4, generator=rng, dtype=torch.float64)


def test_every_model_becomes_valid_and_says_how(smooth):
    result = repair_models(smooth(), _given(), CRITERION, **BOX)
    assert CRITERION(smooth().lambda_max(result.log_km)).all()
    was_valid = CRITERION(smooth().lambda_max(_given()))
    assert torch.equal(result.status == STATUS.index("valid"), was_valid)
    assert torch.equal(result.status == STATUS.index("repaired"), ~was_valid)
    assert torch.equal(result.log_km[was_valid], _given()[was_valid])
    assert (result.distance[was_valid] == 0).all()
    assert (result.distance[~was_valid] > 0).all()
    assert torch.allclose(result.lambda_max, smooth().lambda_max(result.log_km), rtol=1e-12)


def test_changes_are_nearly_the_smallest_possible(smooth):
    """The nearest valid model raises each constant below the border up to it, and no other."""
    result = repair_models(smooth(), _given(200), CRITERION, **BOX)
    smallest = (BORDER - _given(200)).clamp(min=0).norm(dim=-1)
    moved = result.status == STATUS.index("repaired")
    ratio = result.distance[moved] / smallest[moved]
    assert (ratio > 0.999).all()
    assert ratio.median() < 1.05
    assert ratio.max() < 1.6


def test_no_constant_leaves_its_bounds_or_moves_further_out(smooth):
    given = _given()
    given[0, 1] = 2.0  # beyond the box as given
    upper = torch.full((4,), BORDER + 0.5).double()
    result = repair_models(smooth(), given, CRITERION, lower=BOX["lower"], upper=upper)
    assert (result.log_km <= torch.maximum(upper, given)).all()
    assert (result.log_km >= torch.minimum(BOX["lower"], given)).all()
    assert result.usable.all()


def test_what_cannot_be_repaired_stays_as_given(smooth):
    upper = torch.full((4,), BORDER - 0.5).double()  # nothing valid within
    given = _given().clamp(max=BORDER - 1)
    result = repair_models(smooth(), given, CRITERION, lower=BOX["lower"], upper=upper, steps=5)
    assert not result.usable.any()
    assert torch.equal(result.log_km, given)
    assert torch.equal(result.lambda_max, result.lambda_given)


def test_a_failed_spectrum_cannot_be_repaired(smooth):
    given = _given(6)
    given[:, 0] = torch.tensor([-5.0, -9.0, -9.0, -9.0, -9.0, -9.0])
    result = repair_models(smooth(fails_above=-5.5), given, CRITERION, **BOX)
    assert result.status.tolist() == [2, 1, 1, 1, 1, 1]
    assert result.lambda_given[0].isnan()


def test_a_model_is_repaired_alike_whatever_its_companions(smooth):
    together = repair_models(smooth(), _given(), CRITERION, **BOX)
    alone = repair_models(smooth(), _given()[7:8], CRITERION, **BOX)
    assert torch.allclose(alone.log_km[0], together.log_km[7], rtol=1e-9)


def test_models_judged_are_counted(smooth):
    valid = torch.full((3, 4), BORDER + 1).double()
    assert repair_models(smooth(), valid, CRITERION, **BOX).judged == 3


def test_wrong_arguments_are_refused(smooth, pathway):
    with pytest.raises(InputError, match=r"smoothed_lambda_max.*got Pathway"):
        repair_models(pathway(), _given(), CRITERION, **BOX)
    with pytest.raises(InputError, match=r"axes model x km, got torch.float32"):
        repair_models(smooth(), _given().float(), CRITERION, **BOX)
    with pytest.raises(InputError, match="steps"):
        repair_models(smooth(), _given(), CRITERION, **BOX, steps=-1)
    with pytest.raises(InputError, match="stride"):
        repair_models(smooth(), _given(), CRITERION, **BOX, stride=0.0)
