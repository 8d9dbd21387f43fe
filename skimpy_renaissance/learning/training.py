r"""The training loop: step, record, keep, until the generations are used up.

.. math:: (w, \alpha)_{g} \;\to\; \text{candidates} \;\to\; \ln K_m \;\to\; \lambda_{max}
          \;\to\; R \;\to\; (w, \alpha)_{g + 1}

All candidates of a generation are generated and judged in one batch. A run is a function of its
set-up and its seed, and a run that was stopped and resumed takes the same steps, bit for bit, on
the same machine.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.checks import is_whole, require_whole
from skimpy_renaissance.errors import FileFormatError, InputError, listed
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.checkpoint import (
    StoredRun,
    holds_run,
    read_run,
    read_setup,
    write_run,
)
from skimpy_renaissance.learning.choice import require_followed
from skimpy_renaissance.learning.description import describe_run
from skimpy_renaissance.learning.held_out import HeldOut
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.learning.nes import NES
from skimpy_renaissance.learning.optimizer import Optimizer, SearchState
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.learning.reward import RewardFunction
from skimpy_renaissance.learning.trained import TrainedGenerator
from skimpy_renaissance.priors.km_space import KmSpace
from skimpy_renaissance.priors.randomness import random_stream, require_seed
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.setups import digest, require_same_setup
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["train"]

logger = logging.getLogger(__name__)


def train(
    kinetics: Kinetics,
    *,
    criterion: Validity | None = None,
    optimizer: Optimizer | None = None,
    generator: Architecture | None = None,
    reward: RewardFunction | None = None,
    seed: int = 0,
    measured: Mapping[str, tuple[float, float]] | None = None,
    stop_at: float | None = None,
    held_out: HeldOut | None = None,
    start: TrainedGenerator | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 1,
    keep_snapshots: Collection[int] = (),
    callback: Callable[[TrainedGenerator], object] | None = None,
    progress: bool | None = None,
    provenance: Mapping[str, object] | None = None,
) -> TrainedGenerator:
    r"""Train a generator until the models it generates are valid.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state: maps :math:`\ln K_m` to :math:`\lambda_{max}`. Bound to
        many states, each generation judges as many models at every state (a batch is rounded up),
        and incidence is the mean over states; take ``Generator(relative=True)``.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    optimizer
        By default :class:`~skimpy_renaissance.learning.nes.NES` as in the paper;
        :class:`~skimpy_renaissance.learning.gradient.Gradient` needs fewer models, and
        :class:`~skimpy_renaissance.learning.coverage.Coverage` keeps them as different as it can.
    generator
        Architecture; by default the paper's network with the sigmoid output, for
        :class:`~skimpy_renaissance.learning.coverage.Coverage` a
        :class:`~skimpy_renaissance.learning.histogram_generator.HistogramGenerator`.
    reward
        One number per candidate from a :class:`~skimpy_renaissance.learning.judged.Judged`; by
        default :class:`~skimpy_renaissance.learning.rewards.Incidence`, and its differentiable
        relative :class:`~skimpy_renaissance.learning.rewards.Margin` for a gradient.
    seed
        A whole number, 0 or more.
    measured
        Saturation constant to (lower, upper) in mol/L, as ``KmRanges.molar`` has them: drawn
        uniformly from there, in training and in generating, instead of being generated; an open
        end (0, infinity) only bounds what is generated.
    stop_at
        End early after a generation whose mean incidence reaches this.
    held_out
        Judge models that take no part in training now and then, and end early by them:
        :class:`~skimpy_renaissance.learning.held_out.HeldOut`.
    start
        Begin with the weights of this generator, trained in any way, for example to refine one of
        NES by the gradient. It must have the same architecture, constants and bounds.
    checkpoint
        Folder to write the run to, and to go on from where it holds one.
    checkpoint_every
        Generations between two checkpoints.
    keep_snapshots
        Generations after which the weights are kept, 0 for the untrained ones.
    callback
        Called after each generation with the generator as it stands, its checkpoint written.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.
    provenance
        Plain JSON entries stored with the run. They are part of its set-up: note what identifies
        the problem (units, steady state, hashes of inputs), not the time of day.

    Returns
    -------
    TrainedGenerator

    Raises
    ------
    InputError
        An argument cannot be used, the optimiser cannot follow the reward, or ``checkpoint`` holds
        a run with another set-up.
    FileFormatError
        ``checkpoint`` holds something else than a run.
    OutputError
        ``checkpoint`` cannot be written to.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> small = sr.Generator(latent=4, hidden=(8,))
    >>> nes = sr.NES(generations=2, n_candidates=2, models_per_candidate=5)
    >>> trained = sr.train(bound, generator=small, optimizer=nes, seed=1, checkpoint="run")
    >>> trained.generate(1000, seed=2).shape
    torch.Size([1000, 159])
    """
    optimizer = optimizer or NES()
    generator = generator or optimizer.default_generator
    space = KmSpace.of(
        kinetics.km_names,
        kinetics.log_km_bounds,
        default_range=generator.range,
        measured=measured,
    )
    reward = reward or optimizer.default_reward
    require_followed(optimizer, reward)
    problem = Problem.of(
        kinetics, generator, space, criterion=criterion or Validity(), reward=reward
    )
    snapshots = _require_generations(keep_snapshots, optimizer.generations)
    require_whole("checkpoint_every", checkpoint_every)
    setup = describe_run(
        problem,
        optimizer,
        seed=require_seed(seed),
        keep_snapshots=snapshots,
        provenance=provenance or {},
        held_out=None if held_out is None else held_out.describe(),
        start=None if start is None else _identity_of(start, problem),
    )
    fresh: Callable[..., Proportion | None] | None = None
    if held_out is not None:
        fresh = partial(held_out.check, kinetics=kinetics, criterion=problem.criterion, seed=seed)
    rng = random_stream(seed, purpose="training")
    trained = _start(problem, optimizer, rng=rng, setup=setup, start=start)
    folder = None if checkpoint is None else Path(checkpoint)
    if folder is not None:
        trained = _resume(folder, trained, rng=rng)

    def write() -> None:
        if folder is not None:
            now = (trained.setup, trained.state, trained.history, trained.snapshots)
            write_run(folder, StoredRun(*now, rng.get_state()))

    done = trained.state.generation
    bar = progress_bar(
        optimizer.generations, progress=progress, initial=done, desc="training", unit="generation"
    )
    try:
        with bar:
            if trained.state.generation == 0:
                write()
            while not _finished(trained, optimizer, stop_at=stop_at, held_out=held_out):
                trained = _advanced(trained, problem, optimizer=optimizer, rng=rng, fresh=fresh)
                last = _finished(trained, optimizer, stop_at=stop_at, held_out=held_out)
                if last or trained.state.generation % checkpoint_every == 0:
                    write()
                bar.set_postfix(
                    incidence=f"{trained.history.incidence[-1]:.3f}",
                    fastest=f"{trained.history.lambda_fastest[-1]:.3g} 1/h",
                    refresh=False,
                )
                bar.update()
                if callback is not None:
                    callback(trained)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(_how_to_go_on(trained, optimizer.generations, folder)) from stop
    return trained


def _identity_of(start: TrainedGenerator, problem: Problem) -> str:
    """Return a hash of the weights to begin with, or say why they do not fit."""
    ours, theirs = problem.space, start.space
    fits = {
        "architecture": start.generator == problem.generator,
        "saturation constants": theirs.names == ours.names,
        "bounds": all(
            one.shape == other.shape and torch.equal(one.cpu(), other.cpu())
            for one, other in [
                (theirs.lower, ours.lower),
                (theirs.upper, ours.upper),
                (theirs.measured, ours.measured),
            ]
        ),
    }
    wrong = [what for what, same in fits.items() if not same]
    if wrong:
        raise InputError(
            f"start must be a generator like the one to be trained; different are: "
            f"{listed(wrong)}. Pass generator=start.generator, and the kinetics and measured "
            "ranges that it was trained with."
        )
    return digest(start.weights)[:16]


def _start(
    problem: Problem,
    optimizer: Optimizer,
    *,
    rng: torch.Generator,
    setup: Mapping[str, Any],
    start: TrainedGenerator | None,
) -> TrainedGenerator:
    weights = problem.generator.initial_weights(problem.space.n_generated, rng=rng)
    if start is not None:
        weights = start.weights
    state = optimizer.start(weights.to(problem.device))
    return TrainedGenerator(
        problem.generator,
        problem.space,
        state,
        History.empty(),
        _kept({}, state, setup),
        setup,
    )


def _advanced(
    trained: TrainedGenerator,
    problem: Problem,
    *,
    optimizer: Optimizer,
    rng: torch.Generator,
    fresh: Callable[..., Proportion | None] | None,
) -> TrainedGenerator:
    begin = perf_counter()
    step = optimizer.step(trained.state, problem, rng)
    seconds = perf_counter() - begin
    stepped = replace(
        trained, state=step.state, snapshots=_kept(trained.snapshots, step.state, trained.setup)
    )
    last = step.state.generation >= optimizer.generations
    history = trained.history.extended(
        step,
        learning_rate=trained.state.learning_rate,
        seconds=seconds,
        held_out=fresh and fresh(stepped, last=last),
    )
    return replace(stepped, history=history)


def _kept(
    snapshots: Mapping[int, Tensor], state: SearchState, setup: Mapping[str, Any]
) -> Mapping[int, Tensor]:
    wanted = state.generation in setup["keep_snapshots"]
    return {**snapshots, state.generation: state.weights} if wanted else snapshots


def _finished(
    trained: TrainedGenerator,
    optimizer: Optimizer,
    *,
    stop_at: float | None,
    held_out: HeldOut | None,
) -> bool:
    if trained.state.generation >= optimizer.generations:
        return True
    if len(trained.history) == 0:
        return False
    if stop_at is not None and trained.history.incidence[-1] >= stop_at:
        return True
    return held_out is not None and held_out.is_enough(trained.history)


def _resume(folder: Path, fresh: TrainedGenerator, *, rng: torch.Generator) -> TrainedGenerator:
    """Go on from what the folder holds, if anything; ``rng`` is set to where it was."""
    if not holds_run(folder):
        return fresh
    require_same_setup(read_setup(folder), fresh.setup, place=folder, what="a run")
    run = read_run(folder)
    if run is None:
        return fresh
    unfinished = run.state.generation < fresh.setup["optimizer"]["generations"]
    if run.random_state is None and unfinished:
        raise InputError(
            f"{folder} holds a saved generator, not a checkpoint: it can be loaded, but not "
            "trained further. Choose another folder."
        )
    _require_like(run.state, fresh.state, folder=folder)
    if run.random_state is not None:
        try:
            rng.set_state(run.random_state)
        except (RuntimeError, TypeError) as error:
            raise FileFormatError(
                f"{folder} holds a random state that torch {torch.__version__} does not take "
                f"({error}): damaged, or of another version. Copy the folder again, or train anew "
                "in another one."
            ) from error
    device = fresh.weights.device
    logger.info("going on in %s after generation %d", folder, run.state.generation)
    state = replace(
        run.state,
        weights=run.state.weights.to(device),
        memory={name: tensor.to(device) for name, tensor in run.state.memory.items()},
    )
    snapshots = {g: weights.to(device) for g, weights in run.snapshots.items()}
    return replace(fresh, state=state, history=run.history, snapshots=snapshots)


def _require_like(stored: SearchState, fresh: SearchState, *, folder: Path) -> None:
    """Raise where weights or the optimiser's memory are not as this optimiser starts with."""
    found, needed = ({"weights": s.weights, **s.memory} for s in (stored, fresh))
    kinds = [
        {name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in some.items()}
        for some in (found, needed)
    ]
    if kinds[0] != kinds[1]:
        raise FileFormatError(
            f"{folder} must hold weights and memory of the optimiser as this training starts with, "
            f"{kinds[1]}; it holds {kinds[0]}. It is damaged, or files of several runs were mixed: "
            "copy it again, or train anew in another folder."
        )


def _require_generations(keep: Collection[int], generations: int) -> tuple[int, ...]:
    wrong = [g for g in keep if not is_whole(g) or not 0 <= g <= generations]
    if wrong:
        raise InputError(
            f"keep_snapshots must name generations between 0 and {generations}, got "
            f"{listed(map(repr, wrong))}."
        )
    return tuple(sorted({int(g) for g in keep}))


def _how_to_go_on(trained: TrainedGenerator, generations: int, folder: Path | None) -> str:
    done = f"Training stopped after generation {trained.state.generation} of {generations}."
    if folder is None:
        return f"{done} Nothing was written: pass checkpoint='folder' to be able to go on."
    return (
        f"{done} Call train again with the same arguments and checkpoint={str(folder)!r} to go on "
        "from its last checkpoint, with the same result as without the stop."
    )
