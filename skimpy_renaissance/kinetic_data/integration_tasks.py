"""Many integrations of measured constants, carried out here, on processes or on a cluster.

Each is a task of :func:`~skimpy_renaissance.kinetic_data.integration.integrate`. Results are handed
over in the order of the tasks, whatever the order in which they were done; each is in its folder by
then, and is read from there, so that of many only one at a time is held in memory.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.kinetic_data.held_out_parts import random_parts
from skimpy_renaissance.kinetic_data.integration import (
    Integration,
    holds_integration,
    integrate,
)
from skimpy_renaissance.kinetic_data.measured_ranges import KmRanges
from skimpy_renaissance.kinetic_data.ways import Training, WholeRegion
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.tasks import Runner, Serial

__all__ = ["IntegrationTask", "integrate_all", "integrate_parts", "part_tasks"]


@dataclass(frozen=True, eq=False)
class IntegrationTask:
    """What differs between integrations at one steady state.

    Parameters
    ----------
    measured
        Ranges from which constants are drawn; ``None``: nothing is integrated.
    folder
        Folder of this task alone.
    n_models
        How many valid models.
    seed
        A whole number, 0 or more.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.kinetic_data import IntegrationTask
    >>> tasks = [IntegrationTask(None, Path(f"repeat_{i}"), n_models=5, seed=i) for i in range(2)]
    >>> [str(task.folder) for task in tasks]
    ['repeat_0', 'repeat_1']
    """

    measured: KmRanges | None
    folder: Path
    n_models: int
    seed: int


def integrate_all(
    bound: BoundKinetics,
    tasks: Sequence[IntegrationTask],
    *,
    way: WholeRegion | Training | None = None,
    provenance: Mapping[str, object] | None = None,
    progress: bool | None = None,
    runner: Runner | None = None,
) -> Iterator[Integration]:
    """Carry out integrations that do not depend on one another.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    tasks
        What is integrated, and where results are kept; what is done already is read.
    way, provenance
        As for :func:`~skimpy_renaissance.kinetic_data.integration.integrate`.
    progress
        Whether to show progress on stderr: each task, or elsewhere how many tasks are done.
        ``None`` shows it on a terminal.
    runner
        Where they are carried out, by default here, one after the other as they are asked for;
        elsewhere each has one thread. Results do not depend on it. What a cluster found is written
        to the task's folder by this process.

    Yields
    ------
    Integration
        In the order of the tasks.

    Raises
    ------
    InputError, OutputError, KeyboardInterrupt
        As for :func:`~skimpy_renaissance.kinetic_data.integration.integrate`.
    SamplingError
        Too few models are valid; or the worker of a task died again and again, when all others
        are in their folders.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.kinetic_data import IntegrationTask, WholeRegion, integrate_all
    >>> tasks = [IntegrationTask(None, Path(f"repeat_{i}"), n_models=5, seed=i) for i in range(2)]
    >>> way = WholeRegion(sr.Validity(partition=-1.2))
    >>> [round(found.incidence, 3) for found in integrate_all(bound, tasks, way=way)]
    [0.052, 0.03]
    """
    runner = runner or Serial()
    here = isinstance(runner, Serial)
    own_bar = progress if here else False
    how = {"way": way, "provenance": dict(provenance or {}), "progress": own_bar}
    carried_out = partial(_carried_out, bound if here else bound.on_threads(1), how)
    tasks = [replace(task, folder=task.folder.absolute()) for task in tasks]
    missing = [task for task in tasks if not holds_integration(task.folder)]
    arriving = runner.results(carried_out, missing)
    bar_of_all = False if here else progress
    with progress_bar(len(missing), progress=bar_of_all, desc="tasks", unit="task") as bar:
        for task in tasks:
            while not holds_integration(task.folder):
                number, done = next(arriving)
                place = missing[number].folder
                if not holds_integration(place):  # done on a machine with other disks
                    done.save(place)
                bar.update()
            yield carried_out(task)


def integrate_parts(
    bound: BoundKinetics,
    measured: KmRanges,
    *,
    folder: str | os.PathLike[str],
    n: int = 10,
    share: float = 0.5,
    only: Collection[int] | None = None,
    n_models: int = 2000,
    way: WholeRegion | Training | None = None,
    seed: int = 0,
    provenance: Mapping[str, object] | None = None,
    progress: bool | None = None,
    runner: Runner | None = None,
) -> Iterator[Integration]:
    """Integrate random parts of some measured constants.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    measured
        Ranges of the constants to choose from, for example those of one subsystem.
    folder
        A sub-folder per combination (``part_0``, ``part_1``, ...), as
        :func:`~skimpy_renaissance.kinetic_data.integration.integrate` fills them; what is done
        already is read.
    n
        Combinations; the first ones do not depend on the number.
    share
        Share of the constants that a combination integrates, rounded up.
    only
        Which combinations, by number: a job of a batch system does its own, and a last call reads
        them all. ``None``: all, in order.
    n_models, way, provenance
        As for :func:`~skimpy_renaissance.kinetic_data.integration.integrate`.
    seed
        A whole number, 0 or more: of choice and drawing.
    progress, runner
        As for :func:`integrate_all`: many combinations at a time.

    Yields
    ------
    Integration
        In the order of the combinations.

    Raises
    ------
    InputError
        Fewer than two constants are measured, or a number is not among the combinations.
    InputError, OutputError, SamplingError, KeyboardInterrupt
        As for :func:`integrate_all`.

    Examples
    --------
    >>> parts = integrate_parts(bound, ranges, folder="runs/tca", n=10)  # doctest: +SKIP
    >>> after = [overlap_scores(part.population, ranges) for part in parts]  # doctest: +SKIP
    """
    tasks = part_tasks(measured, folder=folder, n=n, share=share, n_models=n_models, seed=seed)
    numbers = range(n) if only is None else list(only)
    strange = [number for number in numbers if number not in range(n)]
    if strange:
        raise InputError(
            f"Combinations are numbered 0 to {n - 1}; got {listed(map(str, strange))}."
        )
    return integrate_all(
        bound,
        [tasks[number] for number in numbers],
        way=way,
        provenance=provenance,
        progress=progress,
        runner=runner,
    )


def part_tasks(
    measured: KmRanges,
    *,
    folder: str | os.PathLike[str],
    n: int = 10,
    share: float = 0.5,
    n_models: int = 2000,
    seed: int = 0,
) -> list[IntegrationTask]:
    """Return the tasks of :func:`integrate_parts`.

    Parameters
    ----------
    measured, folder, n, share, n_models, seed
        As there.

    Returns
    -------
    list of IntegrationTask
        One per combination.

    Raises
    ------
    InputError
        Fewer than two constants are measured, or a number cannot be used.
    """
    parts = random_parts(measured.km_names, n, seed=seed, share=share)
    return [
        IntegrationTask(measured.select(part), Path(folder) / f"part_{number}", n_models, own_seed)
        for number, (part, own_seed) in enumerate(zip(parts, derived_seeds(seed, n), strict=True))
    ]


def _carried_out(
    bound: BoundKinetics, how: Mapping[str, Any], task: IntegrationTask
) -> Integration:
    return integrate(
        bound, task.measured, folder=task.folder, n_models=task.n_models, seed=task.seed, **how
    )
