"""The verdict on a spectrum."""

import math

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.spectrum import Validity


def test_a_model_is_valid_strictly_below_the_partition():
    slowest = torch.tensor([-3.0, -2.5, -2.4, 1.0], dtype=torch.float64)
    assert Validity(-2.5)(slowest).tolist() == [True, False, False, False]


def test_the_default_is_the_papers_partition():
    assert Validity().partition == -2.5
    assert not Validity().needs_lambda_min


def test_a_failed_spectrum_is_invalid():
    failed = torch.tensor([torch.nan, torch.inf, -torch.inf], dtype=torch.float64)
    assert Validity()(failed).tolist() == [False, False, True]
    assert Validity(fastest=-1e9)(failed[:1], failed[:1]).tolist() == [False]


def test_a_mode_too_fast_makes_a_model_invalid():
    criterion = Validity(-2.5, fastest=-1e6)
    assert criterion.needs_lambda_min
    slowest = torch.tensor([-3.0, -3.0, -1.0], dtype=torch.float64)
    fastest = torch.tensor([-1e5, -1e7, -1e5], dtype=torch.float64)
    assert criterion(slowest, fastest).tolist() == [True, False, False]


def test_the_fastest_mode_must_be_given_where_it_matters():
    with pytest.raises(InputError, match=r"fastest=-100 1/h.* needs lambda_min"):
        Validity(fastest=-100.0)(torch.zeros(2, dtype=torch.float64))


@pytest.mark.parametrize("partition", [math.nan, math.inf, -math.inf])
def test_the_partition_must_be_finite(partition):
    with pytest.raises(InputError, match="partition must be a finite rate"):
        Validity(partition)


@pytest.mark.parametrize("fastest", [-2.5, 0.0, math.nan, -math.inf])
def test_the_limits_must_be_finite_and_leave_room_between_them(fastest):
    with pytest.raises(InputError, match=r"below partition \(-2.5 1/h\)"):
        Validity(-2.5, fastest=fastest)


def test_numbers_of_numpy_are_shown_as_plain_ones():
    limits = Validity(np.float64(-2.5), fastest=np.float64(-1e6))
    assert repr(limits) == "Validity(partition=-2.5, fastest=-1000000.0, allow_unstable=False)"


def test_any_shape_is_judged():
    slowest = torch.linspace(-5, 1, 24, dtype=torch.float64).reshape(2, 3, 4)
    assert Validity()(slowest).shape == (2, 3, 4)


def test_a_partition_above_zero_must_be_meant():
    with pytest.raises(
        InputError, match=r"with 2\.5 unstable models count as valid. Is it -2\.5\?"
    ):
        Validity(2.5)
    assert Validity(2.5, allow_unstable=True)(torch.tensor([2.0])).tolist() == [True]
    assert Validity(0.0).partition == 0.0
    assert Validity(math.nextafter(0.0, 1.0)).partition > 0  # SKiMPy keeps a set at 0 too
