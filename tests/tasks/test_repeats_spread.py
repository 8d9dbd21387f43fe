"""Repeats of a training are the same wherever they are trained, and are written as they arrive."""

import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.learning import train_repeats
from skimpy_renaissance.tasks import Processes
from tests.valid_region.three_reactions import three_reactions

OPTIONS = {
    "repeats": 2,
    "optimizer": sr.NES(n_candidates=2, models_per_candidate=3, generations=2),
    "generator": sr.Generator(latent=3, hidden=(4,)),
}


@pytest.fixture(scope="module")
def bound():
    return three_reactions()[0]


@pytest.fixture(scope="module")
def here(bound):
    return train_repeats(bound, **OPTIONS)


def _are_the_same(found, expected):
    assert all(torch.equal(a.weights, b.weights) for a, b in zip(found, expected, strict=True))


@pytest.mark.slow
def test_on_processes(bound, here, tmp_path):
    _are_the_same(train_repeats(bound, runner=Processes(1), checkpoint=tmp_path, **OPTIONS), here)
    _are_the_same([sr.load_generator(tmp_path / f"repeat_{i}") for i in range(2)], here)


def test_what_was_trained_on_other_disks_is_saved_and_found_again(bound, here, tmp_path):
    class Elsewhere:
        """A machine that does not see this one's folders."""

        def results(self, task, items):
            for position, (seed, _) in enumerate(items):
                yield position, task((seed, None))

    train_repeats(bound, runner=Elsewhere(), checkpoint=tmp_path, **OPTIONS)
    _are_the_same(train_repeats(bound, checkpoint=tmp_path, **OPTIONS), here)
