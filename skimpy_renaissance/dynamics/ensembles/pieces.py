"""A long ensemble in pieces, each kept in a file as soon as it is done: nothing is done twice.

=====================  =============================================================================
file                   content
=====================  =============================================================================
``ensemble.json``      what is integrated, and how; another ensemble is not mixed with it
``piece_N.npz``        trajectories of the N-th piece, in order
=====================  =============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.dynamics.ensembles.simulate import simulate
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem, compile_system
from skimpy_renaissance.dynamics.equations.ode_system import network_system
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.setups import digest
from skimpy_renaissance.storage import StepFolder, how_to_go_on

__all__ = ["in_pieces", "simulate_in_pieces"]

_MANIFEST = "ensemble.json"


def simulate_in_pieces(
    bound: BoundKinetics,
    sets: ParameterPopulation,
    times: ArrayLike,
    *,
    initial: pd.DataFrame,
    size: int = 100,
    folder: Path | None = None,
    progress: bool | None = False,
    **options: Any,
) -> Iterator[Trajectories]:
    """Integrate many runs, some at a time.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        Parameter sets.
    times
        `` `time` ``, h, ascending.
    initial
        `` `run x variable` ``, scaled concentration; index levels model and perturbation.
    size
        Runs per piece.
    folder
        Where pieces are kept, made if absent; those of an earlier call are read, not repeated.
        ``None`` keeps nothing.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.
    **options
        Further arguments of :func:`~skimpy_renaissance.dynamics.ensembles.simulate.simulate`.

    Yields
    ------
    Trajectories
        The pieces, in the order of ``initial``.

    Raises
    ------
    InputError
        ``folder`` holds another ensemble, or ``size`` is below 1; and as in ``simulate``.
    FileFormatError
        A piece is damaged.
    OutputError
        ``folder`` cannot be written to.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import perturb, simulate_in_pieces
    >>> begins = {name: perturb(bound, 1, seed=i) for i, name in enumerate(population.index)}
    >>> start = pd.concat(begins, names=["model", "perturbation"])
    >>> pieces = simulate_in_pieces(bound, population, [0, 0.1], initial=start, size=3)
    >>> [piece.labels["model"].tolist() for piece in pieces]
    [['0', '1', '2'], ['3', '4']]
    """
    hours = np.array(times, dtype=np.float64)

    @cache  # once for all pieces, and only where one is not kept already
    def compiled() -> CompiledSystem:
        return compile_system(network_system(bound.network))

    def one(piece: slice) -> Trajectories:
        some = initial.iloc[piece]
        return simulate(bound, sets, hours, initial=some, compiled=compiled(), **options)

    decisive = {k: v for k, v in options.items() if k not in ("n_processes", "time_limit")}
    description = {
        "model": bound.network.name,
        "state_sha256": digest(bound.reference.fluxes.detach().numpy())[:16],
        "sets_sha256": digest(sets.values)[:16],
        "sets": len(sets),
        "initial_sha256": digest(initial.to_numpy(dtype=float))[:16],
        "runs": len(initial),
        "times_h": hours.tolist(),
        "piece": size,
        "options": {name: repr(value) for name, value in sorted(decisive.items())},
    }
    yield from in_pieces(
        one,
        len(initial),
        description=description,
        size=size,
        folder=folder,
        progress=progress,
    )


def in_pieces(
    one: Callable[[slice], Trajectories],
    n_runs: int,
    *,
    description: Mapping[str, Any],
    size: int,
    folder: Path | None,
    progress: bool | None = False,
) -> Iterator[Trajectories]:
    """Make trajectories some at a time, or read those that an earlier call made.

    Parameters
    ----------
    one
        Makes the runs of one piece.
    n_runs
        Number of runs, in all pieces together.
    description
        What tells this ensemble from another, plain JSON.
    size
        Runs per piece.
    folder
        Where pieces are kept, made if absent; ``None`` keeps nothing.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Yields
    ------
    Trajectories
        The pieces, in order.

    Raises
    ------
    InputError
        ``folder`` holds another ensemble, or ``size`` is below 1.
    FileFormatError
        A piece is damaged.
    OutputError
        ``folder`` cannot be written to.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    require_whole("size", size)
    if folder is not None:
        StepFolder(folder, description, manifest=_MANIFEST, what="trajectories").claim()
    done = 0
    with progress_bar(n_runs, progress=progress, unit="run") as bar:
        for number, start in enumerate(range(0, n_runs, size)):
            path = None if folder is None else folder / f"piece_{number}.npz"
            if path is not None and path.exists():
                piece = Trajectories.load(path)
            else:
                try:
                    piece = one(slice(start, min(start + size, n_runs)))
                except KeyboardInterrupt as stop:
                    reached = f"Stopped after {done} of {n_runs} runs."
                    raise KeyboardInterrupt(how_to_go_on(reached, folder)) from stop
                if path is not None:
                    piece.save(path)
            done += len(piece)
            bar.update(len(piece))
            yield piece
