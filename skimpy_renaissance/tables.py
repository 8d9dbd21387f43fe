"""Tables as people keep them: text with commas, semicolons or tabs, and Excel files."""

from __future__ import annotations

import lzma
import os
import re
import sys
import zipfile
import zlib
from math import log10
from pathlib import Path
from typing import Any

import pandas as pd

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.memory_limits import require_bounded_sheet, require_bounded_text
from skimpy_renaissance.storage import refuse_pointer

__all__ = ["read_table", "separator_of"]

_WHOLE = re.compile(r"[+-]?\d{309,4300}")  # as long as no float, and as Python reads

_EXCEL = (".xlsx", ".xlsm", ".xltx", ".xltm")
_OTHER_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")
_COMPRESSED = (".gz", ".bz2", ".xz", ".zip")

_UNREADABLE = (  # what pandas, openpyxl and the decompressors raise for damaged files
    *(OSError, ValueError, KeyError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
    *(SyntaxError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError),
    *(ArithmeticError, MemoryError),
)


def read_table(
    path: str | os.PathLike[str],
    *,
    what: str = "a CSV table in UTF-8",
    as_text: bool = False,
    header: bool = True,
) -> pd.DataFrame:
    """Read a table: text separated by commas, semicolons or tabs, or an Excel file.

    Parameters
    ----------
    path
        The file; ``.xlsx`` and its kind are read by openpyxl (extra ``excel``), the first sheet.
        Anything else is text in UTF-8, separated by what occurs most in its first line.
    what
        What it should be, for the message.
    as_text
        Keep every cell as it is written; ``NA`` is a name then, and only empty cells are missing.
    header
        Whether the first row names the columns; otherwise it is a row like the others.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    FileFormatError
        It cannot be read as such.
    MissingExtraError
        It is an Excel file, and openpyxl is not installed.
    """
    kept: dict[str, Any] = {"dtype": str, "keep_default_na": False, "na_values": [""]}
    options = {**(kept if as_text else {}), **({} if header else {"header": None})}
    refuse_pointer(path)
    if Path(path).suffix.lower() in _OTHER_SHEETS:
        raise FileFormatError(
            f"{os.fspath(path)} is a spreadsheet that is not read. Save it as .xlsx, or as CSV in "
            "UTF-8."
        )
    require_bounded_text(path)
    try:
        if Path(path).suffix.lower() in _EXCEL:
            import_extra("openpyxl", extra="excel", needed_by="An Excel file")
            require_bounded_sheet(path)
            table = pd.read_excel(path, engine="openpyxl", **options)
        else:
            table = pd.read_csv(
                path,
                sep=separator_of(path),
                encoding="utf-8-sig",
                skipinitialspace=True,
                float_precision="round_trip",
                **options,
            )
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"{os.fspath(path)} cannot be read as {what}: byte {error.start} is not of a text in "
            "UTF-8. Save it so (Excel calls this 'CSV UTF-8')."
        ) from error
    except FileFormatError:
        raise
    except _UNREADABLE as error:
        raise FileFormatError(f"{os.fspath(path)} cannot be read as {what}: {error}") from error
    if not as_text:
        _require_no_huge_numbers(table, path)
    return table


def _require_no_huge_numbers(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Raise for whole numbers that no float holds; pandas keeps them as integers or as text."""
    for column in (name for name, dtype in table.dtypes.items() if dtype.kind == "O"):
        for row, cell in enumerate(table[column]):
            whole = isinstance(cell, str) and _WHOLE.fullmatch(cell)
            number = int(cell) if whole else cell
            if isinstance(number, int) and abs(number) > sys.float_info.max:
                digits = round(number.bit_length() * log10(2))
                raise FileFormatError(
                    f"{os.fspath(path)}: row {row + 1} of the column {str(column)[:40]!r} holds a "
                    f"number of {digits:,} digits. Numbers up to 1e308 are read: correct it."
                )


def separator_of(path: str | os.PathLike[str]) -> str:
    """Return what separates the columns of a text table, by its first line.

    Parameters
    ----------
    path
        The file; one that is compressed, or a table of Excel, counts as separated by commas.

    Returns
    -------
    str
        A comma, a semicolon or a tab.

    Raises
    ------
    OSError, UnicodeDecodeError
        It cannot be read.
    """
    if Path(path).suffix.lower() in (*_EXCEL, *_COMPRESSED):
        return ","
    with open(path, encoding="utf-8-sig") as file:
        header = file.readline()
    return max(",;\t", key=header.count)
