"""Numbers of an argument are what they must be, or the message says what came."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import random_parts
from skimpy_renaissance.learning import NES, Generator, Gradient, HeldOut
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.requirements import EnzymeResponse
from skimpy_renaissance.tuning import Effort


@pytest.mark.parametrize("value", [1.5, 2.0, np.float64(2.0), True, np.bool_(True), "2", None])
def test_what_is_not_whole_is_refused_with_name_and_value(value: object) -> None:
    with pytest.raises(InputError, match="steps must be a whole number >= 1") as caught:
        require_whole("steps", value)
    assert repr(value) in str(caught.value)


def test_what_is_too_small_is_refused() -> None:
    with pytest.raises(InputError, match="whole number >= 2, got 1"):
        require_whole("slices", 1, at_least=2)


@pytest.mark.parametrize("value", [0, 3, np.int64(3), np.uint8(3)])
def test_whole_numbers_come_back_as_plain_ones(value: int) -> None:
    assert type(require_whole("steps", value, at_least=0)) is int


@pytest.mark.parametrize(
    "value", [0, -1.0, float("nan"), float("inf"), 10**400, True, "1", None, 1j]
)
def test_what_is_not_positive_and_finite_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="stride must be a positive, finite number, got"):
        require_positive("stride", value)


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5)])
def test_positive_numbers_come_back_as_plain_ones(value: float) -> None:
    assert require_positive("stride", value) == value


@pytest.mark.parametrize("value", [1.5, True, "3"])
@pytest.mark.parametrize(
    "call",
    [
        lambda n: NES(n_candidates=n),
        lambda n: Gradient(models=n),
        lambda n: Generator(latent=n),
        lambda n: HeldOut(models=n),
        lambda n: Effort(repeats=n),
        lambda n: EnzymeResponse({"PFK": 2.0}, flux="PYK", at_least=1.1, models=n),
        lambda n: random_parts(["a", "b", "c"], n, seed=0),
        lambda n: derived_seeds(0, n),
        lambda n: derived_seeds(n, 1),
    ],
)
def test_wherever_a_number_is_counted_it_must_be_whole(
    call: Callable[[object], object], value: object
) -> None:
    with pytest.raises(InputError, match="whole number"):
        call(value)
