"""Whatever stands in a file, its reader ends in a value or in an error of ours, in seconds.

A thousand examples per format, always the same ones; ``FUZZ_EXAMPLES=100000 pytest tests/fuzz``
tries more.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

pytest.importorskip("hypothesis", reason="hypothesis (extra dev) is not installed")
from hypothesis import HealthCheck, given, settings

from skimpy_renaissance.errors import RenaissanceError
from tests.fuzz.edits import Edit, damaged, edits
from tests.fuzz.formats import FORMATS, read_quietly

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1000"))
QUICK = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=timedelta(seconds=10),
    suppress_health_check=list(HealthCheck),
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_file_is_read(name: str, tmp_path: Path) -> None:
    form = FORMATS[name]
    (tmp_path / form.name).write_bytes(form.whole())
    assert read_quietly(form, tmp_path / form.name) is not None


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_read_or_refused_by_an_error_of_ours(name: str) -> None:
    form = FORMATS[name]
    whole = form.whole()
    with TemporaryDirectory() as folder:
        path, said = Path(folder) / form.name, []

        @QUICK
        @given(changes=edits())
        def read(changes: list[Edit]) -> None:
            path.write_bytes(damaged(whole, changes))
            try:
                read_quietly(form, path)
            except RenaissanceError as error:
                said.append(str(error))

        read()
    assert said
    assert min(map(len, said)) > 20
