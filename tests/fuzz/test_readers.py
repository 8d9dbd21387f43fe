"""Whatever stands in a file, its reader ends in a value or in an error of ours, in seconds.

A thousand damaged inputs per format, a part of that for slow ones, always the same: the first that
``python -m benchmarks.fuzz`` takes, which reads a million in a process that may hang or crash.
``FUZZ_EXAMPLES=100000 pytest tests/fuzz`` tries more here.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

import pytest

pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

from tests.fuzz.format import attempt, read_whole, stream
from tests.fuzz.formats import FORMATS, MILLISECONDS

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1000"))
SECONDS = 10
SLOW = 1.5  # milliseconds, over which a format gets fewer examples

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FORMATS)
def test_whole_files_are_read_and_are_sound(name: str, tmp_path: Path) -> None:
    form = FORMATS[name]
    value = read_whole(form, tmp_path)
    assert value is not None
    if form.sound is not None:
        form.sound(value)


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused_by_an_error_of_ours(name: str, tmp_path: Path) -> None:
    form, said, read = FORMATS[name], [], 0
    for number in range(int(EXAMPLES * min(1, SLOW / MILLISECONDS[name]))):
        begin = monotonic()
        found = attempt(form, stream(name, number), tmp_path)
        assert found.outcome in ("read", "refused"), f"input {number}: {found.told}"
        assert monotonic() - begin < SECONDS, f"input {number}"
        read += found.outcome == "read"
        said += [found.told] * (found.outcome == "refused")
    assert read
    assert min(map(len, said)) > 20
