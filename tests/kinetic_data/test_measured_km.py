"""Tables of measured constants: units are explicit, and every error names its row."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    UnitsError,
)
from skimpy_renaissance.kinetic_data import read_measured_km


def _table(**columns):
    base = {"reaction": ["PGI"], "metabolite": ["g6p"], "value": [0.3], "unit": ["mM"]}
    return pd.DataFrame({**base, **columns})


@pytest.mark.parametrize(
    ("unit", "molar"),
    [("M", 1), ("mM", 1e-3), ("uM", 1e-6), ("µM", 1e-6), ("μM", 1e-6), ("nM", 1e-9)],
)
def test_a_unit_is_a_power_of_a_thousand(unit, molar):
    by_column = read_measured_km(_table(unit=[unit])).table["km"]
    by_argument = read_measured_km(_table().drop(columns="unit"), unit=unit).table["km"]
    np.testing.assert_allclose([*by_column, *by_argument], 0.3 * molar, rtol=1e-14)


def test_a_file_with_a_byte_order_mark_and_other_column_names_is_read(tmp_path):
    path = tmp_path / "brenda.csv"
    path.write_text("EC,met,KM,comments\n5.3.1.9,g6p,0.3,\n5.3.1.9,,2,odd\n", encoding="utf-8-sig")
    columns = {"EC": "ec", "met": "metabolite", "KM": "value"}
    measured = read_measured_km(path, unit="mM", columns=columns)
    assert len(measured) == 2
    assert measured.table["ec"].tolist() == ["5.3.1.9", "5.3.1.9"]
    assert measured.table["metabolite"].tolist() == ["g6p", ""]
    assert measured.table["reaction"].tolist() == ["", ""]


def test_the_table_given_is_left_as_it_was():
    frame = _table()
    copy = frame.copy()
    read_measured_km(frame)
    pd.testing.assert_frame_equal(frame, copy)


def test_uncertainty_is_in_the_unit_of_the_value():
    by_ends = read_measured_km(_table(low=[0.2], high=[0.6])).table
    by_deviation = read_measured_km(_table(sd=[0.1])).table
    none = read_measured_km(_table(sd=[None])).table
    np.testing.assert_allclose(by_ends[["low", "high"]], [[2e-4, 6e-4]])
    np.testing.assert_allclose(by_deviation[["low", "high"]], [[2e-4, 4e-4]])
    assert none[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("value", [0, -1.5, float("nan"), float("inf"), "fast", True])
def test_a_value_that_is_no_positive_number_is_named_with_its_row(value):
    frame = pd.concat([_table(), _table()]).set_axis(["a", "b"])
    frame["value"] = pd.Series([0.3, value], index=frame.index, dtype=object)
    with pytest.raises(InputError, match="Row b: value must be a positive"):
        read_measured_km(frame)


def test_an_unknown_unit_is_named_with_its_row():
    frame = pd.concat([_table(), _table(unit=["mm"])], ignore_index=True)
    with pytest.raises(UnitsError, match=r"Row 1: .*'mm'"):
        read_measured_km(frame)
    with pytest.raises(UnitsError, match="Leave one out"):
        read_measured_km(_table(), unit="mM")


@pytest.mark.parametrize("column", ["reaction", "metabolite", "value", "unit"])
def test_a_missing_column_is_named(column):
    with pytest.raises(MissingEntryError, match=f"lacks the column {column}"):
        read_measured_km(_table().drop(columns=column))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"low": [0.4], "high": [0.6]}, "Row 0: value must be between low and high"),
        ({"low": [0.1], "high": [None]}, "given both or not at all"),
        ({"low": [0.1], "high": [0.6], "sd": [0.1]}, "either low and high, or sd"),
        ({"sd": [0.3]}, "low, or value - sd, must be positive"),
        ({"sd": ["wide"]}, "sd must be a number"),
    ],
)
def test_an_uncertainty_that_cannot_be_is_refused(columns, message):
    with pytest.raises(InputError, match=message):
        read_measured_km(_table(**columns))


def test_low_without_high_rows_used_twice_and_files_without_a_table_are_refused(tmp_path):
    with pytest.raises(MissingEntryError, match="column high"):
        read_measured_km(_table(low=[0.1]))
    with pytest.raises(InputError, match="used twice: 0"):
        read_measured_km(pd.concat([_table(), _table()]))
    with pytest.raises(InputError, match="value stands there twice"):
        read_measured_km(_table(KM=[1.0]), columns={"KM": "value"})
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(FileFormatError, match="CSV"):
        read_measured_km(tmp_path / "empty.csv")
