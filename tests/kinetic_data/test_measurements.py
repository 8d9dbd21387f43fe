"""Measurements are chosen and weighted by their conditions, and what is left out says why."""

import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import read_measured_km

TABLE = pd.DataFrame(
    {
        "ec": ["1.1.1.1", "1.1.1.10", "1.1.1.1", "1.1.1.1"],
        "metabolite": "nad",
        "value": [0.1, 0.2, 0.3, 0.4],
        "organism": ["Escherichia coli K-12", "Homo sapiens", "escherichia coli", ""],
        "ph": [7.5, 9.0, None, 7.0],
        "temperature": [25, 37, 30, None],
    }
)


def _values(measured):
    return measured.table["value"].tolist()


@pytest.fixture
def measured():
    return read_measured_km(TABLE, unit="mM")


@pytest.mark.parametrize(
    ("conditions", "values"),
    [
        ({}, [0.1, 0.2, 0.3, 0.4]),
        ({"organism": "Escherichia coli"}, [0.1, 0.3]),
        ({"organism": ["homo sapiens", "escherichia coli k-12"]}, [0.1, 0.2]),
        ({"ph": (6.5, 8.0)}, [0.1, 0.4]),
        ({"ph": (6.5, 8.0), "unstated": True}, [0.1, 0.3, 0.4]),
        ({"temperature": (20, 30)}, [0.1, 0.3]),
        ({"ec": "1.1.1.1"}, [0.1, 0.3, 0.4]),
        ({"organism": "Escherichia coli", "ph": (7, 8)}, [0.1]),
    ],
)
def test_measurements_are_chosen_by_what_they_state(conditions, values, measured):
    assert _values(measured.under(**conditions)) == values


def test_what_is_left_out_says_why(measured):
    left = measured.under(organism="Escherichia coli", ph=(7, 8)).skipped
    assert left["why"].to_dict() == {
        1: "organism is Homo sapiens",
        2: "ph is not stated",
        3: "organism is not stated",
    }
    assert left["text"][1] == "0.2"


def test_conditions_that_leave_nothing_are_refused_with_what_there_is(measured):
    message = r"No measurement is left .* 1 x organism is Homo sapiens.*unstated=True"
    with pytest.raises(InputError, match=message):
        measured.under(organism="Bacillus")
    with pytest.raises(InputError, match=r"ph needs its lowest, .* got \(8, 7\)"):
        measured.under(ph=(8, 7))


def test_organisms_are_weighted(measured):
    weighted = measured.weighted({"Escherichia coli": 2.0, "Homo": 0}, otherwise=0.5)
    assert weighted.table["weight"].tolist() == [2.0, 0.0, 2.0, 0.5]
    assert weighted.weighted({}, otherwise=3).table["weight"].tolist() == [6.0, 0.0, 6.0, 1.5]
    with pytest.raises(InputError, match="weight of 'Homo' must be a number >= 0, got -1"):
        measured.weighted({"Homo": -1})
