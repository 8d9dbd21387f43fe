"""Tables are read whatever separates their columns; what is none says so."""

import gzip
import sys
import zipfile

import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, MissingExtraError
from skimpy_renaissance.tables import read_table, separator_of


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_separated_by_what_the_header_has_most_of(separator, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(f"\ufeffname{separator}value\nNA{separator}1\n", encoding="utf-8")
    assert separator_of(path) == separator
    assert read_table(path).columns.tolist() == ["name", "value"]
    assert read_table(path, as_text=True).to_dict("list") == {"name": ["NA"], "value": ["1"]}
    assert read_table(path)["name"].isna().all()


def test_a_compressed_table_is_read(tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert read_table(path).to_dict("list") == {"a": [1], "b": [2]}


def test_an_excel_file_is_read_and_without_openpyxl_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"PK\x03\x04")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "openpyxl", None)
        with pytest.raises(MissingExtraError, match=r"Excel file needs openpyxl.*\[excel\]"):
            read_table(path)
    pytest.importorskip("openpyxl", reason="needs openpyxl (extra excel)")
    with pytest.raises(FileFormatError, match=r"table\.xlsx cannot be read as a CSV table"):
        read_table(path)
    pd.DataFrame({"a": ["NA", None], "b": [0.5, 2]}).to_excel(path, index=False)
    read = read_table(path, as_text=True)
    assert read["a"].iloc[0] == "NA"
    assert read["a"].isna().tolist() == [False, True]
    assert read["b"].tolist() == ["0.5", "2"]


def test_what_is_no_table_says_so(tmp_path):
    (tmp_path / "latin.csv").write_bytes("a,b\n1,\u00b5M\n".encode("latin-1"))
    with pytest.raises(FileFormatError, match=r"latin\.csv .*in UTF-8: byte 6"):
        read_table(tmp_path / "latin.csv")
    with pytest.raises(FileFormatError, match=r"old\.xls is a spreadsheet .*Save it as \.xlsx"):
        read_table(tmp_path / "old.xls")
    with pytest.raises(FileFormatError, match=r"none\.csv cannot be read as a list"):
        read_table(tmp_path / "none.csv", what="a list")


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_number_that_no_float_holds_is_refused(tmp_path, digits):
    (tmp_path / "t.csv").write_text(f"name,value\na,1\nb,{'9' * digits}\n")
    if digits == 400:
        message = r"t\.csv: row 2 of the column 'value' holds a number of 400 digits"
        with pytest.raises(FileFormatError, match=message):
            read_table(tmp_path / "t.csv")
    else:  # longer than Python reads: text
        assert read_table(tmp_path / "t.csv")["value"].dtype != float
    assert len(read_table(tmp_path / "t.csv", as_text=True)["value"][1]) == digits


@pytest.mark.parametrize("cell", ["D2000000000", "XFD300"])
def test_a_sheet_that_spreads_few_cells_over_a_large_table_is_refused(tmp_path, cell):
    pytest.importorskip("openpyxl")
    whole = tmp_path / "whole.xlsx"
    pd.DataFrame({"a": [1], "b": [2], "last": ["x"]}).to_excel(whole, index=False)
    row = cell.lstrip("DXF")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                more = f'<row r="{row}"><c r="{cell}" t="n"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", more.encode())
            new.writestr(name, content)
    assert len(read_table(whole)) == 1
    with pytest.raises(FileFormatError, match=r"t\.xlsx has cells down to row [\d,]+ and out to"):
        read_table(tmp_path / "t.xlsx")
