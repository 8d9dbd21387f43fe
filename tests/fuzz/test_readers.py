"""Whatever stands in a file, its reader ends in a value or in an error of ours, in seconds.

Four hundred damaged inputs per format, a part of that for slow ones, always the same, are drawn by
hypothesis: its number is that of an input of ``python -m benchmarks.fuzz``, which reads a million
in processes that may hang or crash. ``FUZZ_EXAMPLES=100000 pytest tests/fuzz`` tries more here.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
pytest.importorskip("optuna", reason="the extra 'tune' is not installed")

from tests.fuzz.format import attempt, read_whole, stream
from tests.fuzz.formats import FORMATS, MILLISECONDS

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
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
    form, said, read = FORMATS[name], [], []

    @settings(
        max_examples=int(EXAMPLES * min(1, SLOW / MILLISECONDS[name])),
        derandomize=True,
        database=None,
        deadline=timedelta(seconds=10),
        phases=[Phase.generate],  # another number is another input, not a smaller one
        suppress_health_check=list(HealthCheck),
    )
    @given(number=st.integers(0, 10**9))
    def reads_or_refuses(number: int) -> None:
        found = attempt(form, stream(name, number), tmp_path)
        assert found.outcome in ("read", "refused"), found.told
        (read if found.outcome == "read" else said).append(found.told)

    reads_or_refuses()
    assert read
    assert min(map(len, said)) > 20
