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
    with pytest.raises(InputError, match=r"row b: value .* (positive, finite|not a|empty)"):
        read_measured_km(frame)


def test_an_unknown_unit_is_named_with_its_row():
    frame = pd.concat([_table(), _table(unit=["mm"])], ignore_index=True)
    with pytest.raises(UnitsError, match=r"row 1: unit 'mm'"):
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
        ({"low": [0.4], "high": [0.6]}, "row 0: value must be between low and high"),
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


BRENDA = """EC Number,KM Value [mM],Substrate,Organism,pH,Temperature
2.7.1.1,0.3,ATP,Escherichia coli K-12,7.5,25
2.7.1.1,0.1 - 0.4,ATP,Homo sapiens,7.0-8.0,37
2.7.1.1,-999,ATP,Homo sapiens,,
2.7.1.1,additional information,NA,Homo sapiens,,
2.7.1.1,>5,NA,Escherichia coli,,
2.7.1.1,,ATP,,,
"""


def test_a_table_as_a_database_exports_it_is_read_with_its_conditions(tmp_path):
    (tmp_path / "brenda.csv").write_text(BRENDA)
    measured = read_measured_km(tmp_path / "brenda.csv", skip_unreadable=True)
    table = measured.table
    np.testing.assert_allclose(table["km"], [0.3e-3, 0.2e-3, 5e-3])
    np.testing.assert_allclose(table["low"], [np.nan, 0.1e-3, 5e-3])
    np.testing.assert_allclose(table["high"], [np.nan, 0.4e-3, np.inf])
    assert table["metabolite"].tolist() == ["ATP", "ATP", "NA"]
    assert table["organism"].tolist()[0] == "Escherichia coli K-12"
    np.testing.assert_allclose(table["ph"], [7.5, np.sqrt(56), np.nan])
    np.testing.assert_allclose(table["temperature"], [25, 37, np.nan])
    assert measured.skipped["text"].to_dict() == {2: "-999", 3: "additional information", 5: ""}
    assert measured.skipped["why"][2] == "value '-999' is a mark for 'no value'"
    assert repr(measured) == "<MeasuredKm: 3 measurements, 3 left out>"


def test_all_rows_that_cannot_be_used_are_listed_at_once_with_their_text(tmp_path):
    (tmp_path / "brenda.csv").write_text(BRENDA)
    with pytest.raises(InputError) as caught:
        read_measured_km(tmp_path / "brenda.csv")
    assert str(caught.value).splitlines() == [
        "3 of 6 rows of the measured Km cannot be used:",
        "  row 2: value '-999' is a mark for 'no value'",
        "  row 3: value 'additional information' is not a number",
        "  row 5: value '' is empty",
        "Correct them, or leave them out: skip_unreadable=True.",
    ]
    every = pd.concat([_table(unit=["mm"])] * 150, ignore_index=True)
    with pytest.raises(UnitsError, match=r"row 99: [^\n]*\n  and 50 more\n"):
        read_measured_km(every)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_columns_may_be_separated_by_semicolons_or_tabs(separator, tmp_path):
    rows = [["reaction", "metabolite", "value", "unit"], ["PGI", "g6p", "0,3", "mM"]]
    rows.append(["PGI", "f6p", "1,200", "mM"])
    (tmp_path / "km.csv").write_text("\n".join(separator.join(row) for row in rows))
    km = read_measured_km(tmp_path / "km.csv").table["km"]
    np.testing.assert_allclose(km, [0.3e-3, 1.2e-3])


@pytest.mark.parametrize(
    ("unit", "molar"),
    [
        ("mol/L", 1),
        ("mmol/l", 1e-3),
        ("mmol L-1", 1e-3),
        ("mmol\u00b7L\u207b\u00b9", 1e-3),
        ("\u00b5mol/L", 1e-6),
        ("nmol/dm3", 1e-9),
    ],
)
def test_a_unit_may_be_an_amount_per_litre(unit, molar):
    np.testing.assert_allclose(read_measured_km(_table(unit=[unit])).table["km"], 0.3 * molar)


def test_an_excel_file_is_read_like_its_csv(tmp_path):
    pytest.importorskip("openpyxl", reason="needs openpyxl (extra excel)")
    frame = pd.DataFrame(
        {
            "reaction": ["PGI", "PGI", "PGI"],
            "metabolite": ["g6p", "NA", "f6p"],
            "value": [0.3, "0.1-0.4", 1200],
            "unit": ["mM", "mM", "uM"],
        }
    )
    frame.to_excel(tmp_path / "km.xlsx", index=False)
    frame.to_csv(tmp_path / "km.csv", index=False)
    read = read_measured_km(tmp_path / "km.xlsx").table
    np.testing.assert_allclose(read["km"], [0.3e-3, 0.2e-3, 1.2e-3])
    pd.testing.assert_frame_equal(read, read_measured_km(tmp_path / "km.csv").table)


def test_weights_are_numbers(tmp_path):
    assert read_measured_km(_table(weight=["2"])).table["weight"].item() == 2
    with pytest.raises(InputError, match=r"row 0: weight 'much' must be a number >= 0"):
        read_measured_km(_table(weight=["much"]))
