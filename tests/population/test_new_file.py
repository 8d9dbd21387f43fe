"""A file for which there is no space is refused in words; nothing crashes and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skimpy_renaissance.errors import OutputError
from skimpy_renaissance.population import ParameterPopulation, save_columnar
from skimpy_renaissance.population.new_file import bytes_of_names, new_file

LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from skimpy_renaissance.errors import OutputError
from skimpy_renaissance.population import ParameterPopulation, PopulationWriter

folder = Path(sys.argv[1])
values = np.random.default_rng(0).random((5000, 60))
names = tuple(f"p{i}" for i in range(60))

def in_blocks(path):
    with PopulationWriter(path, names) as writer:
        for block in np.array_split(values, 9):
            writer.append(block, lambda_max=block[:, 0])

def at_once(path):
    ParameterPopulation(names, values).save(path)

for write in (in_blocks, at_once):
    path = folder / f"{write.__name__}.h5"
    write(path)
    whole = path.read_bytes()
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    for share in (0.01, 0.3, 0.6, 0.9):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * len(whole)), -1))
        try:
            write(path)
            print(write.__name__, "was written whole")
        except OutputError as error:
            print(error)
        assert path.read_bytes() == whole
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
"""
Save = Callable[[ParameterPopulation, Path], None]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX systems do")
def test_a_limit_met_anywhere_is_told_and_keeps_the_earlier_file(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), "the HDF5 library crashes at the end if so"
    told = ended.stdout.splitlines()
    assert len(told) == 8
    for line in told:
        assert "File too large. The file takes up to" in line
        assert f"are free in {tmp_path}. What stood there before is untouched" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["at_once.h5", "in_blocks.h5"]


@pytest.mark.parametrize("save", [ParameterPopulation.save, save_columnar])
@pytest.mark.parametrize(("n_models", "n_parameters"), [(1, 1), (3, 700), (3000, 10)])
def test_what_is_reserved_covers_the_file_and_what_is_too_much_is_given_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, save: Save, n_models: int, n_parameters: int
) -> None:
    taken = []
    allocate = os.posix_fallocate

    def noted(descriptor: int, start: int, n_bytes: int) -> None:
        allocate(descriptor, start, n_bytes)
        taken.append(start + n_bytes)

    monkeypatch.setattr(os, "posix_fallocate", noted)
    rng = np.random.default_rng(0)
    names = tuple(f"a long name of a parameter {i}" for i in range(n_parameters))
    sets = tuple(f"a long name of a set {i}" for i in range(n_models))
    values, lambda_max = rng.random((n_models, n_parameters)), rng.random(n_models)
    save(ParameterPopulation(names, values, sets, lambda_max=lambda_max), tmp_path / "p.h5")
    size = (tmp_path / "p.h5").stat().st_size
    assert size <= taken[-1], "else the library would meet the full disk itself"
    assert size >= 0.9 * sum(array.nbytes for array in (values, lambda_max)) - 8192
    assert size < taken[-1] - 8192, "cut to its end"


def test_more_than_the_disk_holds_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    path.write_text("earlier")
    with (
        pytest.raises(
            OutputError, match=r"takes up to \d{1,3}(,\d{3})+ bytes, and [\d,]+ are free"
        ),
        new_file(path) as new,
    ):
        new.reserve(1 << 60)
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_where_space_cannot_be_taken_free_space_is_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    with (
        pytest.raises(OutputError, match="No space left on device"),
        new_file(tmp_path / "p.h5") as new,
    ):
        new.reserve(1 << 60)
    with new_file(tmp_path / "p.h5") as new:
        new.reserve(1 << 20)


def test_names_are_counted_in_bytes() -> None:
    assert bytes_of_names(["é", "ab"]) - bytes_of_names(["", ""]) == 4
