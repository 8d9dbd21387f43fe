"""Bounds and measured ranges of the saturation constants."""

import math

import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.priors import KmSpace, random_stream

OPEN = [math.nan, math.nan]


def build(bounds, measured=None, names=("a", "b", "c")):
    table = torch.tensor(bounds, dtype=torch.float64)
    return KmSpace.of(names, table, default_range=(-25.0, 3.0), measured=measured)


def test_bounds_replace_the_range_on_the_side_they_are_given():
    space = build([[-math.inf, math.inf], [-9.0, math.nan], [-8.0, -2.0]])
    assert space.lower.tolist() == [-25.0, -9.0, -8.0]
    assert space.upper.tolist() == [3.0, 3.0, -2.0]


def test_measured_constants_are_uniform_in_km_not_in_its_logarithm():
    space = build([OPEN, OPEN, OPEN], {"b": (1e-4, 9e-4)})
    rng = random_stream(0, purpose="test")
    n = 20_000
    generated = torch.zeros(n, 2, dtype=torch.float64)
    log_km = space.complete(generated, space.draw(n, rng=rng))
    km = log_km[:, 1].exp()
    assert log_km.shape == (n, 3)
    assert not log_km[:, [0, 2]].any()
    assert km.min() >= 1e-4 * (1 - 1e-12)
    assert km.max() <= 9e-4 * (1 + 1e-12)
    assert km.mean().item() == pytest.approx(5e-4, rel=0.01)
    assert km.std().item() == pytest.approx(8e-4 / math.sqrt(12), rel=0.02)


def test_a_range_that_is_open_on_one_side_bounds_what_is_generated():
    measured = {"a": (1e-2, math.inf), "b": (0.0, 1e-3), "c": (1e-4, 1e-3)}
    space = build([OPEN, [-9.0, -2.0], OPEN], measured)
    assert space.measured.tolist() == [False, False, True]
    assert space.lower.tolist() == pytest.approx([math.log(1e-2), -9.0, math.log(1e-4)])
    assert space.upper.tolist() == pytest.approx([3.0, math.log(1e-3), math.log(1e-3)])


def test_generated_constants_keep_their_place_beside_measured_ones():
    space = build([OPEN, OPEN, OPEN], {"a": (1.0, 1.0)})
    generated = torch.tensor([[-3.0, -4.0]], dtype=torch.float64)
    log_km = space.complete(generated, torch.full((1, 1), 0.5, dtype=torch.float64))
    assert log_km.tolist() == [[0.0, -3.0, -4.0]]


def test_nothing_is_drawn_where_nothing_is_measured():
    space = build([OPEN, OPEN, OPEN])
    rng = random_stream(0, purpose="test")
    before = rng.get_state()
    assert space.draw(5, rng=rng).shape == (5, 0)
    assert torch.equal(before, rng.get_state())


@pytest.mark.parametrize(
    ("bounds", "measured", "message"),
    [
        ([OPEN, [2.0, 1.0], OPEN], None, "'b'"),
        ([OPEN, [5.0, math.nan], OPEN], None, "range fills the other"),
        ([OPEN, [math.inf, 1.0], OPEN], None, "finite"),
        ([OPEN, OPEN, OPEN], {"a": (2.0, 1.0)}, "0 < lower"),
        ([OPEN, OPEN, OPEN], dict.fromkeys("abc", (1.0, 2.0)), "nothing is left"),
        ([OPEN, OPEN], None, r"`km x 2`"),
    ],
)
def test_unusable_bounds_are_named(bounds, measured, message):
    with pytest.raises(InputError, match=message):
        build(bounds, measured)


def test_an_unknown_measured_name_is_refused():
    with pytest.raises(MissingEntryError, match="'d'"):
        build([OPEN, OPEN, OPEN], {"d": (1.0, 2.0)})


def test_a_name_used_twice_is_refused():
    with pytest.raises(InputError, match="used twice: a"):
        build([OPEN, OPEN], names=("a", "a"))
