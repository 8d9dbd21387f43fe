"""The studies of the paper, each a function that is applied to any organism.

In pipeline order: a :class:`Case` (kinetic model, steady states, criterion, measurements), a
:class:`Study` that is carried out on it, and its result on disk, with published and own numbers
side by side.
"""

from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.studies.study import Study
from skimpy_renaissance.studies.written_study import (
    WrittenStudy,
    comparison_table,
    read_study,
    write_study,
)

__all__ = [
    "Case",
    "Study",
    "WrittenStudy",
    "write_study",
    "read_study",
    "comparison_table",
]
