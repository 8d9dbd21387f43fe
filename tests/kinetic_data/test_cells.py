"""Cells of databases: what is a number, between which ends, and why others are none."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.kinetic_data.cells import read_cells

INF, NAN = np.inf, np.nan


def _read(*cells, decimal=""):
    return read_cells(pd.Series(cells, dtype=object), decimal=decimal)


@pytest.mark.parametrize(
    ("cell", "value", "low", "high"),
    [
        ("0.3", 0.3, NAN, NAN),
        (" 0,3 ", 0.3, NAN, NAN),
        (0.3, 0.3, NAN, NAN),
        (".5", 0.5, NAN, NAN),
        ("3E-2", 0.03, NAN, NAN),
        ("3 x 10^-4", 3e-4, NAN, NAN),
        ("~0.5", 0.5, NAN, NAN),
        ("ca. 2", 2.0, NAN, NAN),
        ("0.1-0.4", 0.2, 0.1, 0.4),
        ("0.1 \u2013 0.4", 0.2, 0.1, 0.4),
        ("0,1 to 0,4", 0.2, 0.1, 0.4),
        ("1e-3-4e-3", 2e-3, 1e-3, 4e-3),
        ("0.3 \u00b1 0.1", 0.3, 0.2, 0.4),
        ("0.3 +- 0.1", 0.3, 0.2, 0.4),
        ("0.3+/-0.1", 0.3, 0.2, 0.4),
        (">10", 10.0, 10.0, INF),
        (">= 10", 10.0, 10.0, INF),
        ("\u2264 0.5", 0.5, 0.0, 0.5),
        ("1,234.5", 1234.5, NAN, NAN),
        ("1.234,5", 1234.5, NAN, NAN),
        ("1.234.567", 1234567.0, NAN, NAN),
    ],
)
def test_a_cell_is_a_value_between_ends(cell, value, low, high):
    read = _read(cell).iloc[0]
    assert read["why"] == ""
    np.testing.assert_allclose(read[["value", "low", "high"]].astype(float), [value, low, high])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("-999", "is a mark for 'no value'"),
        (-999.0, "is a mark for 'no value'"),
        ("additional information", "is not a number"),
        ("", "is empty"),
        ("  ", "is empty"),
        (None, "is empty"),
        (float("nan"), "is empty"),
        (True, "is not a number"),
        ("0", "must be a positive, finite number"),
        ("-5", "must be a positive, finite number"),
        (float("inf"), "must be a positive, finite number"),
        ("0.3-0.1", "has its ends in the wrong order"),
        ("0.1 +- 0.1", "has an error as large as the value"),
        ("1.5,2", "is not a number"),
        ("1,200", "may be 1200 or 1.200"),
    ],
)
def test_what_is_no_number_says_why(cell, why):
    read = _read(cell).iloc[0]
    assert read["why"] == why
    assert np.isnan(read["value"]) or "may be" in why or read["why"].startswith("has")


@pytest.mark.parametrize(
    ("cells", "decimal", "values"),
    [
        (("1,200", "0.3"), "", (1200.0, 0.3)),  # the column has decimal points
        (("1,200", "0,3"), "", (1.2, 0.3)),  # the column has decimal commas
        (("1.200", "0,3"), "", (1200.0, 0.3)),
        (("1.200", "0.3"), "", (1.2, 0.3)),
        (("1,200",), ".", (1200.0,)),  # nobody but the file says
        (("1,200",), ",", (1.2,)),
        (("0,3", "1,200"), ".", (0.3, 1.2)),  # a cell says more than the file
    ],
)
def test_commas_are_read_as_the_column_or_the_file_writes_them(cells, decimal, values):
    np.testing.assert_allclose(_read(*cells, decimal=decimal)["value"], values)


@pytest.mark.parametrize("cells", [("1,200", "0.3", "0,4"), ("1.200",)])
def test_a_number_that_may_be_a_thousand_times_larger_is_not_guessed(cells):
    assert _read(*cells, decimal=",")["why"].iloc[0] == "may be 1200 or 1.200"
