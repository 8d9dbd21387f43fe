"""A study on disk is complete or absent, and reads back as it was."""

import json

import pandas as pd
import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.studies import comparison_table, read_study, write_study


@pytest.fixture
def written(case, small_study, tmp_path):
    result = small_study.run(case, small_study.quick, RunContext(tmp_path))
    place = tmp_path / small_study.name
    return write_study(
        place, small_study, result, case=case.name, scale="quick", origin={"seed": 0}
    )


def test_figures_tables_and_numbers_lie_in_the_folder(written):
    names = {path.name for path in written.folder.iterdir()}
    assert names == {"models.png", "models.svg", "models.csv", "comparison.csv", "study.json"}
    assert len(pd.read_csv(written.folder / "models.csv")) == 5
    assert b"<svg" in (written.folder / "models.svg").read_bytes()


def test_a_study_reads_back_as_it_was_written(written):
    again = read_study(written.folder)
    assert again == written
    assert again.findings[0].quantity == "median"
    assert again.findings[0].shown_published == "-"
    assert again.warnings == ("Drawn at random.",)


def test_numbers_that_json_cannot_hold_become_null(written):
    numbers = json.loads((written.folder / "study.json").read_text())["numbers"]
    assert numbers == {"worst": None, "shape": [5, 159]}


def test_the_comparison_has_a_row_per_finding(written):
    table = comparison_table([written, written])
    assert list(table["study"]) == ["draws", "draws"]
    assert list(table.columns[-5:]) == ["quantity", "published", "ours", "unit", "note"]


def test_a_folder_without_a_complete_study_is_refused(written):
    (written.folder / "study.json").write_text('{"format": "something else"}')
    with pytest.raises(FileFormatError, match=r"study\.json"):
        read_study(written.folder)
    with pytest.raises(FileFormatError, match="complete study"):
        read_study(written.folder.parent)
