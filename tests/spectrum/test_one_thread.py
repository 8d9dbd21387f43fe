"""Factorisations run on one thread and leave the number of threads as it was."""

import pytest
import torch

from skimpy_renaissance.spectrum.one_thread import on_one_thread


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_one_thread_within_and_two_after(two_threads):
    assert on_one_thread(torch.get_num_threads)() == 1
    assert torch.get_num_threads() == 2


def test_an_exception_leaves_the_threads_as_they_were(two_threads):
    @on_one_thread
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert torch.get_num_threads() == 2
