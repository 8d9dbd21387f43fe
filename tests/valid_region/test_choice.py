"""The way to the valid region is chosen by the first draws, and says why and at what cost."""

import math

import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.choice import choose, least_share_for_rejection
from skimpy_renaissance.valid_region.pilot import look
from tests.valid_region.region import Largest, Screened


def plan(share, kinetics=None, **options):
    kinetics = kinetics or Screened()
    partition = Largest.partition_of(math.log(share)) if share else -6.0
    pilot = look(kinetics, Largest.prior, Validity(partition), seed=0)
    return choose(kinetics, pilot, n=1000, **options), pilot


def test_valid_models_that_are_not_rare_are_drawn():
    found, pilot = plan(0.05)
    hits = pilot.proportion.hits
    assert found.method == "rejection"
    assert found.reason.startswith(f"{hits} of the first 500 draws of the prior are valid")
    assert found.judged == pytest.approx(1000 * 500 / hits, abs=1)
    assert "about" in str(found)
    assert "models to judge, some 1 s here" in str(found)


def test_rare_ones_are_reached_by_tempering_and_very_rare_ones_from_starts():
    found, pilot = plan(2e-4)
    assert pilot.proportion.hits == 0
    assert found.method == "tempering"
    assert "none of the first 500 draws of the prior is valid, perhaps 1 in" in found.reason
    assert plan(2e-4, n_starts=50)[0].method == "tempering"
    very, pilot = plan(0, n_starts=50)
    assert very.method == "chains"
    assert "valid models to start from were given" in very.reason
    assert pilot.log_share < math.log(1e-4)
    assert plan(0)[0].method == "tempering"


def test_where_a_verdict_is_as_dear_as_a_mode_rejection_pays_less_often():
    screened, other = (least_share_for_rejection(k) for k in (Screened(), Largest()))
    assert 0.002 < screened < 0.005
    assert 0.01 < other < 0.05
    assert plan(0.01, Screened())[0].method == "rejection"
    assert plan(0.01, Largest())[0].method == "tempering"


def test_a_method_can_be_asked_for():
    for method in ("rejection", "tempering"):
        found, _ = plan(0.05, method=method)
        assert found.method == method
        assert found.reason.endswith(f"{method} was asked for")
    with pytest.raises(InputError, match="rejection, tempering, chains, got 'magic'"):
        plan(0.05, method="magic")
    with pytest.raises(InputError, match="needs valid models to start from"):
        plan(0.05, method="chains")
