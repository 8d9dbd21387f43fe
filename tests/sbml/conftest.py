"""libSBML, or a skip; a small kinetic model with one parameter set."""

from types import ModuleType

import pytest

from tests.sbml.kinetic_models import Model, branched


@pytest.fixture
def libsbml() -> ModuleType:
    return pytest.importorskip("libsbml", reason="libSBML (comes with COBRApy) is not installed")


@pytest.fixture(scope="session")
def small() -> Model:
    """Give two compartments beside the cell, a conserved pool, Hill and convenience kinetics."""
    return branched()
