"""YAML that grows when it is read is refused within a moment; honest aliases are read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.network import read_skimpy_yaml
from skimpy_renaissance.network.yaml_document import load_plain

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MAPS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{k: *a{i - 1}, l: *a{i - 1}}}\n" for i in range(1, 26)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 5)}]}}\n" for i in range(1, 16)
)
CRAFTED = {
    "lists": (LAUGHS, "its aliases stand for more than 1"),
    "maps": (MAPS, "its aliases stand for more than"),
    "merges": (MERGES, "its aliases stand for more than"),
    "a circle": ("a: &a\n  b: *a\n", r"the alias \*a stands for itself \(line 2\)"),
    "flow": ("a: " + "[" * 100_000 + "]" * 100_000, "more than 50 levels deep"),
    "flow maps": ("a: " + "{a: " * 100_000, "more than 50 levels deep"),
    "block": ("- " * 100_000 + "x", "more than 50 levels deep"),
    "keys": ("? " * 100_000, "more than 50 levels deep"),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_a_document_without_bounds_is_refused_at_once(tmp_path: Path, what: str) -> None:
    content, message = CRAFTED[what]
    (tmp_path / "m.yml").write_text(content)
    started = time.perf_counter()
    with pytest.raises(FileFormatError, match=message):
        read_skimpy_yaml(tmp_path / "m.yml")
    assert time.perf_counter() - started < 5


def test_aliases_that_stand_for_little_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text("a: &one {x: 1}\nb: *one\nc: {<<: *one, y: 2}\n")
    assert load_plain(str(path)) == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['touch pwned']", "!!python/name:os.system"]
)
def test_nothing_that_a_file_names_is_run(tmp_path: Path, tag: str) -> None:
    (tmp_path / "m.yml").write_text(f"reactions: {tag}\nparameters: {{}}\n")
    with pytest.raises(FileFormatError, match="holds a Python object, which is not read"):
        read_skimpy_yaml(tmp_path / "m.yml")
    assert not Path("pwned").exists()


@pytest.mark.parametrize("value", ["1" * 5000, "2020-99-99", "1:99999999999999999999e5"])
def test_a_value_that_python_cannot_hold_is_an_error_of_ours(tmp_path: Path, value: str) -> None:
    (tmp_path / "m.yml").write_text(f"reactions: {value}\nparameters: {{}}\n")
    with pytest.raises(FileFormatError, match=r"m\.yml"):
        read_skimpy_yaml(tmp_path / "m.yml")
