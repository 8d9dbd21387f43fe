r"""From any valid models to draws of the prior restricted to the valid ones, exactly.

A trained generator returns valid models from a corner of the valid region. Each of them starts a
Markov chain here, which leaves

.. math:: \pi(\ln K) \propto p(\ln K)\,[\lambda_{max}(K) < \lambda_{partition}]

invariant by systematic sweeps (:mod:`~skimpy_renaissance.valid_region.sweep`). Every model is valid
at every step. Sweeps go on until nothing speaks against the models being draws of :math:`\pi`
(:class:`~skimpy_renaissance.valid_region.refreshed.Refreshed`), or a cap is reached.

One step judges one model per chain, all chains in one batch, by verdicts alone: no gradient.

With data (:mod:`~skimpy_renaissance.valid_region.data`) the law has their likelihood and their hard
limits as factors.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SamplingError, listed
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import require_seed
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.data import Data, Weighing, within
from skimpy_renaissance.valid_region.judging import (
    reaction_of_km,
    require_prior_of,
    slowest_modes,
    valid_models,
)
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.refreshed_file import identify, read_refreshed, write_refreshed
from skimpy_renaissance.valid_region.sweep import (
    Moves,
    adapted,
    first_moves,
    members_of,
    sweep,
)

__all__ = ["MOST_STEPS", "refresh"]

MOST_STEPS = 600
"""Models judged per chain at most, where the diagnostics decide."""
_LEARNING = (1, 2, 4, 8)  # sweeps after which the moves are adapted; then they stay
_LEARNING_AT_HOME = (1,)  # the same, from draws of the valid region
_FEWEST = 2  # sweeps at least, after the moves stay


def refresh(
    kinetics: Kinetics,
    log_km: Tensor,
    prior: Prior,
    *,
    criterion: Validity | None = None,
    steps: int | None = None,
    most: int = MOST_STEPS,
    seed: int = 0,
    family: Tensor | None = None,
    from_draws: bool = False,
    moves: Moves | None = None,
    data: Data | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Refreshed:
    """Move models towards independent draws of the prior restricted to valid models.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L): where the chains start. Models that are not valid,
        or impossible under the prior, are dropped.
    prior
        What the constants are redrawn from, and what the result is a draw of; a
        :class:`~skimpy_renaissance.learning.trained.TrainedGenerator` has one.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    steps
        Models judged per chain after its start, up to the end of a sweep; ``None`` goes on until
        the diagnostics say that it is enough.
    most
        Without ``steps``: models judged per chain at most.
    seed
        A whole number, 0 or more.
    family
        `` `model` ``, int: models of one origin have one number; ``None``: all are of their own.
    from_draws
        Whether the models given are draws of the valid region already, only not independent ones.
    moves
        What is known of good moves; ``None``: nothing.
    data
        What is known of the models beside validity, on the kinetics; ``None``: nothing.
    checkpoint
        File (.npz) to write the chains to after every sweep, and to go on from where it exists;
        more steps than it holds are added to it. A file of the moves of earlier versions is read,
        not continued.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Refreshed

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds chains of another set-up, or more of
        them.
    SamplingError
        No model to start from is valid.
    FileFormatError
        ``checkpoint`` holds something else.
    OutputError
        ``checkpoint`` cannot be written.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> start = trained.generate(1000, seed=1)  # doctest: +SKIP
    >>> refreshed = refresh(bound, start, trained.prior, criterion=criterion)  # doctest: +SKIP
    >>> refreshed.log_km, refreshed.warnings  # doctest: +SKIP
    """
    criterion = criterion or Validity()
    _require_usable(kinetics, log_km, prior, family)
    goal = require_whole("most", most) if steps is None else require_whole("steps", steps)
    prior = prior.to(log_km.device)
    path = None if checkpoint is None else Path(checkpoint)
    identity = identify(kinetics, log_km, prior, criterion=criterion, seed=require_seed(seed))
    identity |= {"from_draws": from_draws}
    if data is not None:
        identity |= {"data": [datum.description for datum in data.items]}
    reactions, chains = reaction_of_km(kinetics), None
    n_reactions = int(reactions.max()) + 1
    if path:
        chains = read_refreshed(
            path, identity, prior=prior, criterion=criterion, n_reactions=n_reactions, data=data
        )
    if chains is not None:
        _require_goes_on(chains, steps, path)
    else:
        chains = _started(
            kinetics,
            log_km,
            prior,
            criterion=criterion,
            family=torch.arange(len(log_km)) if family is None else family,
            from_draws=from_draws,
            moves=moves or first_moves(n_reactions),
            data=data,
        )
    try:
        with progress_bar(
            goal, progress=progress, initial=int(chains.steps), desc="sweeps", unit="step"
        ) as bar:
            while chains.steps < goal and not (steps is None and _settled(chains)):
                before = int(chains.steps)
                chains = _swept(kinetics, chains, seed=seed, reactions=reactions)
                if path:
                    write_refreshed(path, chains, identity)
                bar.set_postfix(accepted=f"{chains.acceptance[-1]:.2f}", refresh=False)
                bar.update(int(chains.steps) - before)
    except KeyboardInterrupt as stop:
        how = "pass checkpoint='file.npz' to be able to go on"
        if path:
            how = f"call again with the same arguments and checkpoint={str(path)!r}"
        raise KeyboardInterrupt(
            f"Stopped after {chains.steps:.0f} of {'' if steps else 'at most '}{goal} steps per "
            f"chain: {how}."
        ) from stop
    return chains


def _started(
    kinetics: Kinetics,
    log_km: Tensor,
    prior: Prior,
    *,
    criterion: Validity,
    family: Tensor,
    from_draws: bool,
    moves: Moves,
    data: Data | None,
) -> Refreshed:
    valid = valid_models(kinetics, log_km, criterion)
    possible = prior.log_density(log_km).isfinite()
    start = (valid & possible).nonzero().flatten()
    if not len(start):
        raise SamplingError(
            f"refresh needs valid models to start from: of {len(log_km)} given, {int(valid.sum())} "
            f"are valid (below {criterion.partition:g} 1/h) and {int(possible.sum())} possible "
            "under the prior, none is both. Train a generator first, or check the prior's bounds."
        )
    weights = None
    if data is not None:
        weights = data.weigh(log_km[start], limit=0.0)
        kept = within(data.shortfall(weights), 0.0) & data.log_likelihood(weights).isfinite()
        start, weights = start[kept], weights[:, kept]
        if not len(start):
            raise SamplingError(
                f"None of {len(kept)} valid models is possible under the data "
                f"({listed(data.labels)}): start from others."
            )
    return Refreshed(
        log_km=log_km[start],
        lambda_max=slowest_modes(kinetics, log_km[start]),
        start=start,
        start_log_km=log_km[start],
        prior=prior,
        criterion=criterion,
        family=family.to(start.device)[start],
        from_draws=from_draws,
        moves=(moves,),
        data=data,
        weights=weights,
    ).recorded()


def _swept(kinetics: Kinetics, chains: Refreshed, *, seed: int, reactions: Tensor) -> Refreshed:
    """Sweep once, and learn from it while that is allowed."""
    number, moves, data = chains.sweeps, chains.moves[-1], chains.data
    done = sweep(
        kinetics,
        chains.log_km,
        chains.prior,
        criterion=chains.criterion,
        moves=moves,
        reactions=reactions,
        seed=seed,
        purpose=f"sweep {number}",
        weighing=None if data is None else Weighing(data),
        weights=chains.weights,
    )
    moved = done.moved.any(0).nonzero().flatten().to(done.log_km.device)
    lambda_max = chains.lambda_max.clone()
    lambda_max[moved] = slowest_modes(kinetics, done.log_km[moved])
    if number + 1 in _learning(chains):
        outcomes = [done.moved] if number == 0 else [chains.last_moved, done.moved]
        redrawn = partial(members_of, n_models=len(chains), seed=seed, with_data=data is not None)
        sweeps = range(number + 1)[-len(outcomes) :]
        members = [redrawn(chains.moves[one], purpose=f"sweep {one}") for one in sweeps]
        moves = adapted(moves, list(zip(members, outcomes, strict=True)))
    return chains.swept(done, lambda_max, moves)


def _learning(chains: Refreshed) -> tuple[int, ...]:
    return _LEARNING_AT_HOME if chains.from_draws else _LEARNING


def _settled(chains: Refreshed) -> bool:
    """Whether the moves stay, have been made often enough, and nothing speaks against the end."""
    return chains.sweeps >= _learning(chains)[-1] + _FEWEST and chains.enough


def _require_goes_on(chains: Refreshed, steps: int | None, path: Path | None) -> None:
    if not chains.moves and (steps is None or steps > chains.steps):
        wanted = "more" if steps is None else f"{steps}"
        raise InputError(
            f"{path} holds {chains.steps:.0f} steps of the moves of an earlier version, which are "
            f"read but not continued; {wanted} were asked for. Pass its models, "
            f"np.load({str(path)!r})['log_km'], as the start of new chains, and another file."
        )
    last = chains.judged_per_sweep[-1] / len(chains) if chains.judged_per_sweep else 0.0
    if steps is not None and chains.steps - last >= steps:
        raise InputError(
            f"{path} holds {chains.steps:.0f} steps already, steps={steps} were asked for. Ask for "
            "as many or more, or choose another file."
        )


def _require_usable(
    kinetics: Kinetics, log_km: Tensor, prior: Prior, family: Tensor | None
) -> None:
    require_prior_of(kinetics, prior)
    if log_km.ndim != 2 or log_km.dtype != torch.float64 or not len(log_km):
        raise InputError(
            "refresh needs models to start from, `model x km`, float64, ln(mol/L), got "
            f"{log_km.dtype} of shape {tuple(log_km.shape)}."
        )
    if family is not None and family.shape != log_km.shape[:1]:
        raise InputError(
            f"family must have one number per model, {len(log_km)}, got {tuple(family.shape)}."
        )
