"""Columns of numbers from a wide CSV file, plain or gzipped, exact about what is wrong with it.

One pass over the text: every line must be complete, every needed cell a finite number. Numbers are
parsed to the nearest double. A line of 2,300 cells takes half a millisecond.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError, InputError, listed, repeated
from skimpy_renaissance.memory_limits import require_bounded_text

__all__ = ["read_header", "read_numbers"]


def read_header(path: Path) -> list[str]:
    """Return the column names of a CSV file, after looking whether it is one.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of str
        As they stand in the file; the column of state names is usually ``""``.

    Raises
    ------
    FileFormatError
        The file is empty, binary, not separated by commas, or names a column twice.
    """
    require_bounded_text(path)
    start = _beginning(path)
    if not start.strip():
        raise FileFormatError(f"{path.name} must be a CSV table, but it is empty.")
    if b"\0" in start:
        raise FileFormatError(
            f"{path.name} must be a CSV table (text), but it is binary. Export it as CSV first."
        )
    header = next(iter(_lines(path)))
    if len(header) < 2:
        raise FileFormatError(
            f"{path.name} must be a comma-separated table with a header line; its first line is "
            f"{','.join(header)[:60]!r}. Is it separated by tabs or semicolons?"
        )
    twice = repeated(header)
    if twice:
        raise FileFormatError(
            f"Columns must be unique; {path.name} has {listed(map(repr, twice))} more than once."
        )
    return header


def read_numbers(
    path: Path, columns: Sequence[str], *, rows: slice | None = None
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Read the given columns as numbers, and the states' names.

    Parameters
    ----------
    path
        The file.
    columns
        Which columns, each present in the header.
    rows
        Which rows, for example ``slice(0, 1000)``; all by default.

    Returns
    -------
    names : tuple of str
        The first column where its header is empty (as pandas writes an index), else row numbers.
    values : numpy.ndarray
        `` `state x column` ``, as in the file, columns as asked for.

    Raises
    ------
    FileFormatError
        A line is cut short or too long, or there is no row.
    InputError
        A needed cell is empty, not a number or not finite; it is named.
    """
    header = read_header(path)
    start, stop = _range(rows)
    place = {name: i for i, name in enumerate(header)}
    wanted = [place[name] for name in columns]
    named = header[0] == "" or header[0].startswith("Unnamed: ")

    names, values = [], []
    data = (cells for cells in islice(_lines(path), 1, None) if cells)
    for row, cells in enumerate(islice(data, start, stop), start=start):
        if len(cells) != len(header):
            raise FileFormatError(
                f"{path.name}: data row {row} has {len(cells)} cells, the header {len(header)}. "
                "Was the file cut off while it was written or copied?"
            )
        names.append(cells[0] if named else str(row))
        try:
            numbers = np.fromiter((float(cells[i]) for i in wanted), np.float64, len(wanted))
        except ValueError:
            numbers = np.array([_number(cells[i]) for i in wanted])
        bad = ~np.isfinite(numbers)
        if bad.any():
            i = wanted[int(bad.argmax())]
            raise InputError(
                f"{path.name}: data row {row} (state {names[-1]!r}), column {header[i]!r} must "
                f"hold a finite number, got {cells[i]!r}. Correct the cell, or leave that row out."
            )
        values.append(numbers)
    if not values:
        raise FileFormatError(
            f"{path.name} must have a row per steady state, but "
            + ("it has none." if rows is None else f"rows {start}:{stop} select none.")
        )
    return tuple(names), np.stack(values)


def _range(rows: slice | None) -> tuple[int, int | None]:
    if rows is None:
        return 0, None
    start, stop = rows.start or 0, rows.stop
    if rows.step not in (None, 1) or start < 0 or (stop is not None and stop <= start):
        raise InputError(
            f"rows must be a slice like slice(0, 1000), ascending and without step, got {rows!r}."
        )
    return start, stop


def _opener(path: Path) -> Callable[..., Any]:
    """Return what opens the file: plain, or compressed with gzip."""
    return gzip.open if path.suffix == ".gz" else open


def _beginning(path: Path) -> bytes:
    try:
        with _opener(path)(path, "rb") as binary:
            return bytes(binary.read(4096))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileFormatError(f"{path.name} is not a whole gzip file: {error}.") from error


def _lines(path: Path) -> Iterator[list[str]]:
    try:
        with _opener(path)(path, "rt", newline="", encoding="utf-8-sig") as file:
            yield from csv.reader(file)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileFormatError(
            f"{path.name} is a gzip file that was cut off or damaged: {error}. Copy it again."
        ) from error
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"{path.name} must be a CSV table in UTF-8; {error.reason} at byte {error.start}."
        ) from error
    except csv.Error as error:
        raise FileFormatError(f"{path.name} cannot be read as CSV: {error}.") from error


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan
