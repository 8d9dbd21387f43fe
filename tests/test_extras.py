"""A missing extra is named together with the command that installs it."""

from __future__ import annotations

import math

import pytest

from skimpy_renaissance.errors import MissingExtraError
from skimpy_renaissance.extras import import_extra


def test_a_package_that_is_there_is_imported() -> None:
    assert import_extra("math", extra="none", needed_by="A sum") is math


def test_a_package_that_is_absent_is_named_with_its_extra() -> None:
    with pytest.raises(MissingExtraError, match=r"Tuning needs absent_package.*pip install") as e:
        import_extra("absent_package.part", extra="tune", needed_by="Tuning")
    assert "pip install '.[tune]'" in str(e.value)
    assert isinstance(e.value, ImportError)
