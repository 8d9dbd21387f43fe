"""A result on disk: figures twice, tables, further files; numbers as plain JSON."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.analyses import AnalysisResult, Drawing, result_as_json, write_result
from skimpy_renaissance.errors import OutputError


@pytest.fixture
def result():
    return AnalysisResult(
        tables={
            "plain": pd.DataFrame({"a": [1, 2]}),
            "labelled": pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="km")),
        },
        drawings={"line": Drawing.on_axes(lambda ax: ax.plot([1, 2]), "A line.")},
        numbers={"worst": np.float64("nan"), "shape": np.array([2, 3])},
        warnings=("Few models.",),
        files={"best.txt": lambda path: path.write_text("best")},
    )


def test_everything_lies_in_the_folder(result, tmp_path):
    written = write_result(tmp_path / "made", result)
    assert written == ("plain.csv", "labelled.csv", "line.png", "line.svg", "best.txt")
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == sorted(written)
    assert (tmp_path / "made" / "best.txt").read_text() == "best"


def test_the_same_result_is_the_same_bytes_whenever_it_is_written(result, tmp_path):
    names = write_result(tmp_path / "once", result)
    write_result(tmp_path / "again", result)
    for name in names:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_row_labels_are_written_unless_they_are_positions(result, tmp_path):
    write_result(tmp_path, result)
    assert (tmp_path / "plain.csv").read_text() == "a\n1\n2\n"
    assert (tmp_path / "labelled.csv").read_text() == "km,a\nx,1\n"


def test_numbers_that_json_cannot_hold_become_null(result):
    content = result_as_json(result)
    assert content["numbers"] == {"worst": None, "shape": [2, 3]}
    assert content["captions"] == {"line": "A line."}
    assert content["tables"] == ["plain", "labelled"]


def test_a_folder_that_cannot_be_made_is_refused(result, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        write_result(tmp_path / "file", result)
