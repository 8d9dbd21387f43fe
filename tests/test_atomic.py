"""Files appear whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skimpy_renaissance.atomic import atomic_path, write_json, write_text
from skimpy_renaissance.errors import InputError, OutputError


def test_the_file_appears_only_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "result.csv"
    with atomic_path(target) as temporary:
        temporary.write_text("done")
        assert not target.exists()
        assert temporary.parent == target.parent
        assert temporary.suffix == ".csv"
    assert target.read_text() == "done"
    assert list(tmp_path.iterdir()) == [target]


def test_an_exception_keeps_the_old_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "result.csv"
    target.write_text("old")

    def fail() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.slow
def test_what_a_killed_process_left_is_removed_and_what_a_running_one_writes_is_not(
    tmp_path: Path,
) -> None:
    killed = (
        "import os, sys\n"
        "from skimpy_renaissance.atomic import atomic_path\n"
        "with atomic_path(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os._exit(9)\n"
    )
    target, other = tmp_path / "result.h5", tmp_path / "result.extra.h5"
    for path in (target, other):
        subprocess.run([sys.executable, "-c", killed, str(path)], check=False, env=environment())
    assert len(list(tmp_path.iterdir())) == 2
    with atomic_path(target) as ours, atomic_path(target) as second:
        assert ours.exists(), "another of the same process"
        second.write_text("whole")
        ours.write_text("whole")
        assert len(list(tmp_path.iterdir())) == 3, "the other file's leftover is not ours to judge"
    with atomic_path(other):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result.extra.h5", "result.h5"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    with atomic_path(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_the_file_gets_the_permissions_that_open_would_give(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with atomic_path(tmp_path / "atomic"):
        pass
    modes = [(tmp_path / name).stat().st_mode for name in ("plain", "atomic")]
    assert modes[0] == modes[1]


def test_a_missing_folder_is_named_before_the_block_runs(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"folder .*nowhere does not exist\. Create it"),
        atomic_path(tmp_path / "nowhere" / "a.csv"),
    ):
        pytest.fail("the block must not run")


def test_a_parent_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with (
        pytest.raises(OutputError, match=r"notes\.txt is a file, not a folder"),
        atomic_path(tmp_path / "notes.txt" / "a.csv"),
    ):
        pytest.fail("the block must not run")


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX systems do")
def test_a_file_that_cannot_grow_is_told_in_bytes_and_leaves_the_old_one(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    target = tmp_path / "result.csv"
    target.write_text("old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OutputError) as told:
            write_text(target, 5000 * "x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large. The file takes more than 1,000 bytes, and " in str(told.value)
    assert f" are free in {tmp_path}. What stood there before is untouched" in str(told.value)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("place", ["folder", "device"])
def test_only_regular_files_are_replaced(tmp_path: Path, place: str) -> None:
    target = Path(os.devnull) if place == "device" else tmp_path
    with (
        pytest.raises(OutputError, match="not a regular file"),
        atomic_path(target),
    ):
        pytest.fail("the block must not run")


def test_a_name_the_file_system_refuses_is_an_output_error(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"Cannot write .*too long"),
        atomic_path(tmp_path / ("a" * 250)),
    ):
        pytest.fail("the block must not run")


def test_an_output_error_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="does not exist"):
        write_json(tmp_path / "nowhere" / "a.json", {})


def test_json_comes_back_equal_with_numpy_scalars_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"n": np.int64(3), "x": np.float32(0.5), "flag": np.bool_(True), "of": [None]})
    assert json.loads(path.read_text()) == {"n": 3, "x": 0.5, "flag": True, "of": [None]}


@pytest.mark.parametrize("value", [float("nan"), np.float64("inf"), np.zeros(2), Path(".")])
def test_content_that_json_cannot_hold_writes_no_file(tmp_path: Path, value: object) -> None:
    with pytest.raises(InputError, match=r"the content of run\.json must be made of"):
        write_json(tmp_path / "run.json", {"value": value})
    assert list(tmp_path.iterdir()) == []
