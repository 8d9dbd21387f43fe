"""What tutorials say of settling is what their partitions mean."""

import json
import re
from pathlib import Path

import pytest

from skimpy_renaissance.spectrum import settling_time

TUTORIALS = sorted((Path(__file__).resolve().parents[1] / "tutorials").glob("*.ipynb"))
TOLD = re.compile(r"settles?\b[^.;]*?\bin (\d+)\b")
PARTITION = re.compile(r"Validity\((?:partition=)?-([\d.]+)\)")


def claims(path):
    """Minutes to settle as told, and partitions, 1/h."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = " ".join("".join(cell["source"]) for cell in cells).replace("\n", " ")
    return [float(m) for m in TOLD.findall(text)], [-float(p) for p in PARTITION.findall(text)]


WITH_BOTH = [path for path in TUTORIALS if all(claims(path))]


def test_some_tutorials_tell_a_settling_time_beside_a_partition():
    assert {path.name[:2] for path in WITH_BOTH} >= {"04", "13"}


@pytest.mark.parametrize("path", WITH_BOTH, ids=lambda path: path.stem)
def test_a_settling_time_told_is_five_time_constants(path):
    minutes, partitions = claims(path)
    meant = [60 * float(settling_time(partition)) for partition in partitions]
    for told in minutes:
        assert any(told == pytest.approx(one, rel=0.02) for one in meant), (told, meant)
