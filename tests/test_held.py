"""One process at a time where results are written; a killed one keeps nobody out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from skimpy_renaissance.errors import OutputError
from skimpy_renaissance.held import held, held_file

HOLD = """
import sys
from pathlib import Path
from skimpy_renaissance import held
with getattr(held, sys.argv[1])(Path(sys.argv[2])):
    print("inside", flush=True)
    sys.stdin.read()
"""
Held = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def another_process_inside(function: Held, path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, function.__name__, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert process.stdout.readline() == "inside\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "name", "left"),
    [(held, "out", "out/.in_use"), (held_file, "p.h5", ".p.h5.in_use")],
)
def test_a_second_process_is_refused_until_the_first_is_killed(
    function: Held, name: str, left: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    with another_process_inside(function, path) as other:
        with pytest.raises(OutputError, match=rf"Another run is writing .*{name} right now\. Wait"):
            function(path).__enter__()
        other.kill()
        other.wait()
        assert (tmp_path / left).exists(), "a killed process removes nothing"
        with function(path):
            pass
    assert not (tmp_path / left).exists()


def test_files_beside_one_another_are_held_apart(tmp_path: Path) -> None:
    with held_file(tmp_path / "a.h5"), held_file(tmp_path / "b.h5"), held(tmp_path):
        assert len(list(tmp_path.iterdir())) == 3
    assert not list(tmp_path.iterdir())


def test_a_link_and_its_file_are_one(tmp_path: Path) -> None:
    (tmp_path / "link.h5").symlink_to(tmp_path / "file.h5")
    with (
        held_file(tmp_path / "link.h5"),
        pytest.raises(OutputError, match=r"file\.h5 right now"),
        held_file(tmp_path / "file.h5"),
    ):
        pytest.fail("the block must not run")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"folder .*file.* cannot be made: .*Choose another"):
        held(tmp_path / "file" / "out").__enter__()
    with pytest.raises(OutputError, match=r"Cannot write .*p\.h5: .*file is a file, not a folder"):
        held_file(tmp_path / "file" / "p.h5").__enter__()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"folder: it exists and is not a regular file"):
        held_file(tmp_path / "folder").__enter__()


def test_no_folder_is_nobodys() -> None:
    with held(None), held(None):
        pass
