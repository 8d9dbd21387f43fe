"""Conditions of compartments: one number or one each, and what is refused."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.thermodynamics import conditions_of


def test_one_number_holds_for_all_compartments_and_a_mapping_for_each():
    table = conditions_of("cec", ph={"c": 7.5, "e": 7.0}, potential={"c": -150.0})
    assert table.index.tolist() == ["c", "e"]
    assert table["ph"].tolist() == [7.5, 7.0]
    assert table["ionic_strength"].tolist() == [0.25, 0.25]
    assert table["p_mg"].tolist() == [3.0, 3.0]
    assert table["potential"].tolist() == [-150.0, 0.0]


def test_a_potential_that_nobody_states_is_not_zero():
    assert np.isnan(conditions_of("ce", ph=7.0)["potential"]).all()


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (MissingEntryError, {"ph": {"c": 7.5}}, r"ph needs a value for every .* none for e, only"),
        (MissingEntryError, {"ph": {"c": 7, "e": 7, "x": 7}}, "ph is stated for compartment 'x'"),
        (InputError, {"ph": 75}, "ph of compartment 'c' must be a pH from 0 to 14, got 75"),
        (InputError, {"ph": "neutral"}, "ph of compartment 'c' must be a pH .* got 'neutral'"),
        (InputError, {"ph": 7, "ionic_strength": -0.1}, "must be an ionic strength, mol/L,"),
        (InputError, {"ph": 7, "p_mg": float("nan")}, "must be a pMg from 0 to 14, got nan"),
        (InputError, {"ph": 7, "potential": {"c": -0.15}}, "must be in mV, got -0.15.*it is -150"),
        (MissingEntryError, {"ph": 7, "potential": {"n": 1}}, "potential is stated for .* 'n'"),
    ],
)
def test_what_is_no_condition_is_refused(kind, options, message):
    with pytest.raises(kind, match=message):
        conditions_of("ce", **options)
