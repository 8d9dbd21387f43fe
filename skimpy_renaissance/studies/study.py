"""A study: a question of the paper, asked of any organism, and what comes out of it.

Every study is a function from a :class:`~skimpy_renaissance.studies.case.Case` to a
:class:`StudyResult`: tables, figures, and each number that the paper published beside the one found
here.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import pandas as pd
from matplotlib.figure import Figure

from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.tasks import Runner, Serial

__all__ = ["Drawing", "Finding", "Study", "StudyResult", "Workplace"]

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Finding:
    """A number found here, beside the published one.

    Parameters
    ----------
    quantity
        What was measured, in words.
    published
        What the paper says of *its* organism; ``None`` where it gives no number.
    ours
        What was found; text for what is no single number, ``None`` where it could not be found.
    unit
        Of both: ``"%"``, ``"1/h"``, ``"h"``, or empty.
    note
        How many models it rests on, an interval, why it differs.
    """

    quantity: str
    published: float | str | None
    ours: float | str | None
    unit: str = ""
    note: str = ""

    @property
    def shown_published(self) -> str:
        """The published number as text."""
        return _shown(self.published)

    @property
    def shown_ours(self) -> str:
        """The number found here as text."""
        return _shown(self.ours)


@dataclass(frozen=True)
class Drawing:
    """A figure that can be drawn at any size.

    Parameters
    ----------
    draw
        Draws on the figure that it is given.
    caption
        What is to be seen, one or two sentences.
    size
        Width and height, inches.
    """

    draw: Callable[[Figure], object]
    caption: str
    size: tuple[float, float] = (6.4, 4.0)


@dataclass(frozen=True, eq=False)
class StudyResult:
    """What a study found.

    Parameters
    ----------
    findings
        Published and own numbers, side by side.
    tables
        Name to table; written as CSV.
    drawings
        Name to figure; written as PNG and SVG.
    numbers
        Further results, plain JSON.
    warnings
        What a reader has to know before believing the numbers.
    """

    findings: Sequence[Finding]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    numbers: Mapping[str, object] = field(default_factory=dict)
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Workplace:
    """Where and how a study is carried out.

    Parameters
    ----------
    folder
        For what is too long to be lost: checkpoints, populations, trajectories. A study that finds
        them goes on from there. Studies of one run share it.
    seed
        Of all random numbers.
    progress
        Whether to show progress on stderr.
    runner
        What carries out independent parts: repeats, chunks of states, combinations of data.
    """

    folder: Path
    seed: int = 0
    progress: bool = False
    runner: Runner = field(default_factory=Serial)

    def kinetics_of(self, case: Case) -> BoundKinetics:
        """Return the kinetics at the reference state, for what the runner carries out.

        Parameters
        ----------
        case
            The organism.

        Returns
        -------
        BoundKinetics
            On the case's threads here, on one thread elsewhere.
        """
        return case.bound if isinstance(self.runner, Serial) else case.bound.on_threads(1)


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
    """

    name: str
    source: str
    question: str
    full: Settings
    quick: Settings
    run: Callable[[Case, Settings, Workplace], StudyResult]


def _shown(value: float | str | None) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.4g}"
