"""Bounds of single constants: units, open ends, all bad rows at once."""

import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError, UnitsError
from skimpy_renaissance.kinetic_data import read_km_bounds

HEADER = "km,low,high,unit\n"


def _file(tmp_path, *rows):
    path = tmp_path / "bounds.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def test_bounds_are_in_the_networks_scaled_concentration(tmp_path, network, units):
    rows = ("km_substrate_TPI,0.1,2,mM", "km_product_TPI,,3,model", "km_substrate_PGI,5,,umol/L")
    bounds = read_km_bounds(_file(tmp_path, *rows), units=units)
    assert bounds == {
        "km_substrate_TPI": pytest.approx((100.0, 2000.0)),
        "km_product_TPI": (None, 3.0),
        "km_substrate_PGI": (pytest.approx(5.0), None),
    }
    assert network.with_bounds(bounds).bounds["km_product_TPI"] == (None, 3.0)


def test_units_of_the_model_are_needed_unless_the_bounds_are_in_them(tmp_path):
    assert read_km_bounds(_file(tmp_path, "km_a,1,2,model")) == {"km_a": (1.0, 2.0)}
    with pytest.raises(UnitsError, match=r"bounds in mM need .* units=Units"):
        read_km_bounds(_file(tmp_path, "km_a,1,2,mM"))


def test_all_rows_that_cannot_be_used_are_listed(tmp_path, units):
    rows = ("km_a,1,2,mM", "km_a,1,2,mM", "km_b,2,1,mM", "km_c,x,1,mM", "km_d,1,2,mm")
    with pytest.raises(InputError) as caught:
        read_km_bounds(_file(tmp_path, *rows), units=units)
    assert str(caught.value).splitlines() == [
        "4 of 5 rows of Km bounds cannot be used:",
        "  row 1 (km_a): km_a has bounds already",
        "  row 2 (km_b): low '2' is above high '1'",
        "  row 3 (km_c): low must be a finite number >= 0, or empty, got 'x'",
        "  row 4 (km_d): unit 'mm' is none of M, mM, uM, nM, model",
    ]


def test_a_missing_column_or_file_is_named(tmp_path):
    with pytest.raises(MissingEntryError, match=r"Km bounds needs the columns .* lacks unit"):
        read_km_bounds(pd.DataFrame({"km": [], "low": [], "high": []}))
    with pytest.raises(FileFormatError, match="none"):
        read_km_bounds(tmp_path / "none.csv")


def test_an_infinite_bound_is_refused(tmp_path, units):
    path = _file(tmp_path, "km_a,0,inf,mM", f"km_b,{'9' * 400},,mM")
    with pytest.raises(InputError, match="2 of 2 rows") as error:
        read_km_bounds(path, units=units)
    assert "high must be a finite number >= 0, or empty, got 'inf'" in str(error.value)
