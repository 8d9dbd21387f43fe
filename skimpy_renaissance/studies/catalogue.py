"""Every study of the paper, in the order of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from skimpy_renaissance.studies import (
    design,
    fermentation,
    incidence,
    kinetic_data,
    landscape,
    requirements,
    robustness,
    tuning,
)
from skimpy_renaissance.studies.study import Study

__all__ = ["STUDIES"]

_IN_ORDER: tuple[Study[Any], ...] = (
    incidence.STUDY,
    robustness.STUDY,
    fermentation.STUDY,
    landscape.STUDY,
    kinetic_data.STUDY,
    requirements.STUDY,
    tuning.STUDY,
    design.STUDY,
)

STUDIES: Mapping[str, Study[Any]] = MappingProxyType({study.name: study for study in _IN_ORDER})
"""Name to study."""
