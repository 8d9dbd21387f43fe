"""The stream of saturations: cut into blocks of any size, it is one stream."""

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sampling.saturations import Saturations


@pytest.fixture(scope="module")
def bound():
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


def test_blocks_grow_and_are_one_stream(bound):
    blocks = Saturations.of(bound, (0.0, 1.0), 7).blocks(3, largest=10)
    some = [next(blocks) for _ in range(4)]
    assert [len(block) for block in some] == [3, 6, 10, 10]
    together = Saturations.of(bound, (0.0, 1.0), 7).draw(29)
    assert torch.equal(torch.cat(some), together)


def test_equal_bounds_give_one_saturation(bound):
    log_km = Saturations.of(bound, (0.3, 0.3), 7).draw(4)
    x = bound.log_km_anchors.exp()
    np.testing.assert_allclose((x / (x + log_km.exp())).numpy(), 0.3, rtol=1e-12)


@pytest.mark.parametrize("pair", [(0.0, 0.0), (1.0, 1.0), (0.6, 0.4), (-0.1, 0.5)])
def test_bounds_that_give_no_constants_are_refused(bound, pair):
    with pytest.raises(InputError, match="bounds_sample"):
        Saturations.of(bound, pair, 7)
