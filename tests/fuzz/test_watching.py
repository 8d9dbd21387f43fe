"""The fuzzing sees what it looks for: errors, wrong values, hangs, crashes, too much memory."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

from benchmarks import fuzz
from skimpy_renaissance.errors import FileFormatError
from tests.fuzz import edits
from tests.fuzz.format import Format, attempt, stream

WHOLE = {"a.txt": b"one,1\n"}


def refusing(path: Path) -> object:
    raise FileFormatError(f"{path} is no such file")


def odd(path: Path) -> object:
    """Read text; every now and then hang, crash, or take half a gigabyte."""
    content = path.read_bytes()
    number = crc32(content) % 60
    if number == 1:
        time.sleep(60)
    if 2 <= number < 6:
        os.kill(os.getpid(), signal.SIGKILL)
    if 6 <= number < 12:
        return np.ones(2**26).sum()
    return content.decode("ascii")


def crowded(path: Path) -> object:
    raise FileFormatError("too large") from MemoryError()


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> Format:
    form = Format(lambda: WHOLE, odd)
    monkeypatch.setitem(fuzz.FORMATS, "odd", form)
    monkeypatch.setattr(fuzz, "SECONDS", 1)
    return form


def wrong(value: object) -> None:
    assert value == b"one,1\n", "another value"


@pytest.mark.parametrize(
    ("form", "outcome", "told"),
    [
        (Format(lambda: WHOLE, Path.read_bytes), "read", ""),
        (Format(lambda: WHOLE, refusing), "refused", "is no such file"),
        (Format(lambda: WHOLE, lambda _: {}["x"]), "traceback", "KeyError: 'x'"),
        (Format(lambda: WHOLE, crowded), "memory", "too large"),
        (Format(lambda: WHOLE, Path.read_bytes, wrong), "wrong", "another value"),
        (Format(lambda: WHOLE, Path.read_bytes, signed="edited"), "wrong", "not what was written"),
        (
            Format(lambda: WHOLE, Path.read_bytes, rebuilt=lambda content, _: content + b"x"),
            "read",
            "",
        ),
    ],
)
def test_each_outcome_is_told_from_the_others(
    form: Format, outcome: str, told: str, tmp_path: Path
) -> None:
    found = attempt(form, stream("any", 3), tmp_path)
    assert found.outcome == outcome
    assert told in found.told
    assert list(tmp_path.iterdir()) == []


def test_edits_are_told_by_their_number_and_differ() -> None:
    content = b"name,value\nkm_a,1.5\nkm_b,2e-3\n"
    made = [edits.edited(content, stream("any", number)) for number in range(200)]
    assert made == [edits.edited(content, stream("any", number)) for number in range(200)]
    assert len(set(made)) > 150
    assert made != [edits.edited(content, stream("any", number, seed=1)) for number in range(200)]


@pytest.mark.slow
def test_hangs_crashes_and_memory_are_counted_and_the_rest_goes_on(form: Format) -> None:
    counts, findings = fuzz.measure("odd", 150, seed=0)
    assert sum(counts.values()) == 150
    assert min(counts[one] for one in ("read", "traceback", "hang", "crash", "memory")) > 0
    assert len(findings) == 150 - counts["read"] - counts["refused"]


def test_every_format_gets_its_least_and_fast_ones_more() -> None:
    shares = fuzz.shares(1_000_000, 5_000)
    assert set(shares) == set(fuzz.FORMATS)
    assert sum(shares.values()) >= 1_000_000
    assert min(shares.values()) >= 5_000
    assert shares["record"] > 2 * shares["search journal"]
