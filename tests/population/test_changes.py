"""Sets with enzymes made stronger or weaker."""

import math

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.population import ParameterPopulation


@pytest.fixture
def population():
    names = ("vmax_forward_PFK", "km_substrate1_PFK", "vmax_forward_PYK")
    values = np.array([[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]])
    return ParameterPopulation(names, values, ("a", "b"), lambda_max=np.array([-1.0, -2.0]))


def test_reactions_and_parameters_are_multiplied(population):
    changed = population.with_changes({"PFK": 10.0, "km_substrate1_PFK": 0.5})
    assert changed.values.tolist() == [[20.0, 1.5, 5.0], [70.0, 5.5, 13.0]]
    assert changed.index == population.index
    assert changed.lambda_max is None
    assert changed.provenance["changes"] == {"PFK": 10.0, "km_substrate1_PFK": 0.5}


def test_changes_of_changes_are_kept(population):
    changed = population.with_changes({"PFK": 2.0}).with_changes({"PYK": 3.0})
    assert changed.provenance["changes"] == {"PFK": 2.0, "PYK": 3.0}


def test_what_is_not_there_is_named_with_what_is_near(population):
    with pytest.raises(MissingEntryError, match=r"'PFKK' is changed.*mean 'PFK'"):
        population.with_changes({"PFKK": 2.0})


@pytest.mark.parametrize("fold", [0.0, -2.0, math.inf, math.nan, True, "2"])
def test_a_factor_is_positive_and_finite(population, fold):
    with pytest.raises(InputError, match=r"positive and finite.*'PFK'. A knock-out"):
        population.with_changes({"PFK": fold})
