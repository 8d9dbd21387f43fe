"""The bundled model and its steady states, read once."""

import pytest

from skimpy_renaissance.examples import e_coli_core


@pytest.fixture(scope="session")
def core():
    return e_coli_core()


@pytest.fixture(scope="session")
def network(core):
    return core[0]


@pytest.fixture(scope="session")
def states(core):
    return core[1]
