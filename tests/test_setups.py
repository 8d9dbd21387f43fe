"""A set-up is plain JSON, told by hashes, and another one is refused with its differences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.setups import describe, differences, digest, digits, require_same_setup


@dataclass(frozen=True)
class Settings:
    steps: int
    sizes: tuple[int, ...]


def test_a_description_is_plain_json() -> None:
    described = describe(
        {"a": Settings(np.int64(3), (1, 2)), "b": torch.ones(2), "c": describe, "d": object()}
    )
    assert json.loads(json.dumps(described)) == {
        "a": {"class": "Settings", "steps": 3, "sizes": [1, 2]},
        "b": [1.0, 1.0],
        "c": "skimpy_renaissance.setups.describe",
        "d": "builtins.object",
    }


def test_a_digest_is_the_sha256_of_all_bytes_in_row_order(tmp_path: Path) -> None:
    values = np.arange(6.0).reshape(2, 3)
    (tmp_path / "file").write_bytes(b"content")
    expected = sha256(values.tobytes() + b"content" + "Km µM".encode()).hexdigest()
    assert digest(np.asfortranarray(values), tmp_path / "file", "Km µM") == expected
    assert digest(torch.from_numpy(values)) == digest(values)
    assert digest(values.astype(np.float32)) != digest(values)


def test_differences_name_the_place_and_both_values() -> None:
    stored = {"nes": {"decay": 0.95, "sizes": [1, 2]}, "same": 1}
    now = {"nes": {"decay": 0.9, "sizes": [1, 3]}, "same": 1, "new": False}
    assert differences(stored, now) == [
        "nes.decay: 0.95 stored, 0.9 now",
        "nes.sizes[1]: 2 stored, 3 now",
    ]


def test_the_same_setup_passes_whether_it_holds_tuples_or_lists(tmp_path: Path) -> None:
    require_same_setup({"a": [1, 2]}, {"a": (1, 2)}, place=tmp_path, what="a search")


def test_another_setup_is_refused_with_its_first_three_differences(tmp_path: Path) -> None:
    stored, now = dict.fromkeys("abcd", 1), dict.fromkeys("abcd", 2)
    with pytest.raises(InputError, match="holds a search with another set-up") as caught:
        require_same_setup(stored, now, place=tmp_path, what="a search")
    for part in (str(tmp_path), "a: 1 stored, 2 now", "c: 1", "and 1 more", "another folder"):
        assert part in str(caught.value)
    assert "d: 1" not in str(caught.value)


def test_what_states_no_setup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say which"):
        require_same_setup(None, {"a": 1}, place=tmp_path, what="models")


def test_eight_digits_are_the_same_where_the_last_ones_differ() -> None:
    numbers = np.array([1.0, 3.7e-9, -2.5e8, 8.0, np.pi])
    for beside in (np.nextafter(numbers, np.inf), np.nextafter(numbers, -np.inf)):
        assert not np.array_equal(beside, numbers)
        assert digest(digits(beside)) == digest(digits(numbers))
    np.testing.assert_array_equal(digits(np.array([0.0, np.nan])), [0.0, np.nan])
    np.testing.assert_allclose(digits(numbers), numbers, rtol=2**-26)
    assert digest(digits(numbers * (1 + 1e-7))) != digest(digits(numbers))
