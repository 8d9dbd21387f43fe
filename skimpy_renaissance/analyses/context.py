"""Where and how an analysis is carried out; no part of this changes what it finds, but the seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.tasks import Runner, Serial

__all__ = ["RunContext"]


@dataclass(frozen=True)
class RunContext:
    """Where and how an analysis is carried out.

    Parameters
    ----------
    folder
        For what took long to compute: checkpoints, populations, trajectories. An analysis that
        finds them there resumes.
    seed
        Seed of all random numbers.
    progress
        Whether to show progress on stderr; ``None`` does where that is a terminal.
    runner
        Carries out independent parts: repeats, chunks of states, combinations of data.
    threads
        Processor cores to use; ``None`` for all.

    Examples
    --------
    >>> from pathlib import Path
    >>> context = sr.analyses.RunContext(Path("my_run"), seed=1)
    >>> context.within("repeat_0").folder.as_posix()
    'my_run/repeat_0'
    """

    folder: Path
    seed: int = 0
    progress: bool | None = None
    runner: Runner = field(default_factory=Serial)
    threads: int | None = None

    def within(self, *names: str) -> RunContext:
        """Return the context of a part, which keeps its own results in a folder below this one.

        Parameters
        ----------
        *names
            Path below ``folder``.

        Returns
        -------
        RunContext
        """
        return replace(self, folder=self.folder.joinpath(*names))

    def kinetics(self, bound: BoundKinetics) -> BoundKinetics:
        """Return the kinetics that the runner's tasks take.

        Parameters
        ----------
        bound
            On any number of threads.

        Returns
        -------
        BoundKinetics
            The same where tasks run in this process one by one, on one thread elsewhere.
        """
        return bound if isinstance(self.runner, Serial) else bound.on_threads(1)
