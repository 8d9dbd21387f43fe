"""A study: a question of the paper, asked of any organism.

Every study is a function from a :class:`~skimpy_renaissance.studies.case.Case` to an
:class:`~skimpy_renaissance.analyses.AnalysisResult` whose findings are the numbers that the paper
published, beside those found here.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.studies.case import Case

__all__ = ["Study"]

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Study(Generic[Settings]):
    """A question of the paper.

    Parameters
    ----------
    name
        On the command line.
    source
        Figure or section of the paper.
    question
        One sentence.
    full, quick
        Settings as in the paper, and for a look within minutes.
    run
        Carries it out.

    Examples
    --------
    >>> from skimpy_renaissance.studies.catalogue import STUDIES
    >>> study = STUDIES["robustness"]
    >>> study.question
    'Do valid models come back to their steady state after changes of up to 50 %?'
    >>> study.quick.models, study.full.models
    (50, 1000)
    """

    name: str
    source: str
    question: str
    full: Settings
    quick: Settings
    run: Callable[[Case, Settings, RunContext], AnalysisResult]
