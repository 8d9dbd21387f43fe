"""Steps of a calculation are whole or absent, and belong to one set-up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError, OutputError
from skimpy_renaissance.storage import (
    StepFolder,
    existing,
    how_to_go_on,
    make_folder,
    read_array,
    read_arrays,
    read_json,
    refuse_pointer,
    write_arrays,
)

VALUES = {"x": np.arange(1000.0), "names": np.array(["a", "b"])}


def folder_of(path: Path, **setup: object) -> StepFolder:
    return StepFolder(path, setup, manifest="search.json", what="a search")


def test_a_step_comes_back_in_a_later_call_of_the_same_setup(tmp_path: Path) -> None:
    first = folder_of(tmp_path / "a" / "b", seed=1, sizes=(1, 2))
    first.claim()
    assert not first.has("step_0.npz")
    first.write_arrays("step_0.npz", VALUES)
    second = folder_of(tmp_path / "a" / "b", seed=1, sizes=(1, 2))
    second.claim()
    assert second.has("step_0.npz")
    found = second.read_arrays("step_0.npz", ["x", "names"])
    np.testing.assert_array_equal(found["x"], VALUES["x"])
    assert found["names"].tolist() == ["a", "b"]
    assert sorted(p.name for p in first.path.iterdir()) == ["search.json", "step_0.npz"]


def test_another_setup_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    folder_of(tmp_path, seed=1).claim()
    with pytest.raises(InputError, match="seed: 1 stored, 2 now"):
        folder_of(tmp_path, seed=2).claim()
    assert read_json(tmp_path / "search.json")["seed"] == 1


def test_a_manifest_that_is_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text("not json")
    with pytest.raises(FileFormatError, match=r"search\.json cannot be read"):
        folder_of(tmp_path, seed=1).claim()


def test_a_damaged_step_is_named_with_what_to_do(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, seed=1)
    folder.claim()
    (tmp_path / "step_0.npz").write_bytes(b"PK\x03\x04 half of it")
    with pytest.raises(FileFormatError, match=r"step_0\.npz .*Delete it"):
        folder.read_arrays("step_0.npz", ["x"])


@pytest.mark.parametrize("compressed", [True, False])
def test_every_truncation_and_a_flipped_byte_are_format_errors(
    tmp_path: Path, compressed: bool
) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, VALUES, compressed=compressed)
    whole = path.read_bytes()
    for end in (0, 1, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(FileFormatError, match=r"a\.npz cannot be read .*truncated"):
            read_arrays(path)
    middle = len(whole) // 3
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    with pytest.raises(FileFormatError):
        read_arrays(path)


def test_a_single_array_a_pickle_and_an_absent_file_are_format_errors(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", VALUES["x"])
    np.savez(tmp_path / "pickled.npz", x=np.array([{}], dtype=object))
    for name in ("one.npy", "pickled.npz", "absent.npz"):
        with pytest.raises(FileFormatError, match=name):
            read_arrays(tmp_path / name)


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=VALUES["x"], other=np.array([{}], dtype=object))
    assert list(read_arrays(tmp_path / "a.npz", ["x"], only=["x", "y"])) == ["x"]


def test_a_missing_array_is_named_beside_those_present(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.npz", VALUES)
    with pytest.raises(FileFormatError, match=r"\['y'\]; it has \['x', 'names'\]"):
        read_arrays(tmp_path / "a.npz", ["x", "y"])


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"cannot be made.*Choose another"):
        make_folder(tmp_path / "file" / "folder")


def test_a_stopped_calculation_says_where_to_go_on(tmp_path):
    lost = how_to_go_on("Stopped after 1 of 2 runs.", None)
    assert lost.endswith("Nothing was written: pass folder=... to be able to go on.")
    kept = how_to_go_on("Stopped after 1 of 2 runs.", tmp_path)
    assert kept.endswith(
        f"Call again with the same arguments and folder={str(tmp_path)!r} to go on."
    )


POINTER = """version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""


@pytest.mark.parametrize("read", [refuse_pointer, existing, read_json, read_arrays])
def test_a_pointer_of_git_lfs_says_how_to_get_the_file(read, tmp_path: Path) -> None:
    (tmp_path / "data.npz").write_text(POINTER)
    with pytest.raises(FileFormatError, match=r"data\.npz is a pointer of Git LFS.*git lfs pull"):
        read(tmp_path / "data.npz")


def test_files_that_are_no_pointers_pass(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("version,https\n")
    refuse_pointer(tmp_path / "data.csv")
    refuse_pointer(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"\x93NUMPY\1\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (2,), " + b" " * 63,
        b'\x93NUMPY\1\0\4\0""" ',
        b"no array",
        b"",
    ],
)
def test_an_array_file_with_another_header_is_an_error_of_ours(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "km.npy"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"km\.npy cannot be read as an array of numbers"):
        read_array(path)
    np.save(path, np.array(["text"]))
    with pytest.raises(FileFormatError, match=r"km\.npy must hold an array of real numbers"):
        read_array(path)
    np.save(path, np.arange(3.0))
    assert read_array(path).tolist() == [0, 1, 2]
