r"""Sequential Monte Carlo from prior draws through falling limits: a valid region without a start.

Particles :math:`i = 1 \dots n` are draws of the prior with :math:`\lambda_{max} < l_j`; the limit
:math:`l_1` is a quantile of the first draws of the prior, and each next one the median of
:math:`\lambda_{max}` over the particles, until the partition itself. Those below the next limit are
copied systematically to :math:`n`, and moved by one systematic sweep
(:mod:`~skimpy_renaissance.valid_region.sweep`), whose influence and blocks are learnt from the last
two. The shares that lie below multiply to the volume of the valid region,

.. math:: \widehat{V} = \frac{k_1 - 1}{m_1 - 1} \prod_{j \ge 2} \frac{k_j}{n}, \qquad
          \frac{\operatorname{Var} \widehat V}{V^2} \approx \frac{1 - p_1}{k_1}
          + \sum_f \frac{n_f^2}{n^2} - \frac{1}{n},

:math:`k_1` valid ones of the :math:`m_1` draws that it took to find as many and :math:`n_f` the
particles that descend from the first particle :math:`f`. As a limit is one of the particles, which
is then dropped, each share is the unbiased one of adaptive multilevel splitting [1]_; the variance
is read off the families as in [2]_, less the noise of a multinomial choice, which there is none of.

References
----------
.. [1] Brehier, Lelievre and Rousset, *ESAIM Probab. Stat.* 19 (2015) 361, doi:10.1051/ps/2014029.
.. [2] Lee and Whiteley, *Biometrika* 105 (2018) 609, doi:10.1093/biomet/asy028.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt
from pathlib import Path

import torch
from torch import Tensor

from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.judging import reaction_of_km, slowest_modes, valid_models
from skimpy_renaissance.valid_region.pilot import Pilot
from skimpy_renaissance.valid_region.sweep import (
    adapted,
    draws_of,
    first_moves,
    members_of,
    sweep,
)
from skimpy_renaissance.valid_region.tempered import Tempered
from skimpy_renaissance.valid_region.tempered_file import read_tempered, write_tempered

__all__ = ["temper"]

_FIRST = 0.10  # quantile of the first draws at which the limit begins
_NEARLY = 0.35  # share below the partition from which it is the next limit
_BLOCK = 4096  # draws judged together at most


def temper(
    kinetics: Kinetics,
    prior: Prior,
    pilot: Pilot,
    *,
    n: int,
    seed: int,
    most: int,
    checkpoint: Path | None = None,
    progress: bool | None = None,
) -> Tempered:
    """Bring draws of a prior to the valid region, limit by limit.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is drawn from.
    pilot
        The first draws, with the criterion; those below the first limit are particles too.
    n
        Number of particles.
    seed
        A whole number, 0 or more.
    most
        Models judged per particle at most.
    checkpoint
        File (.npz) to write the particles to after every limit, and to go on from where it exists.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Tempered
        Draws of the valid region, of which some descend from one another.

    Raises
    ------
    SamplingError
        The limits do not reach the partition with so many models; the message says how far they
        came.
    InputError
        ``checkpoint`` holds another run.
    FileFormatError
        ``checkpoint`` holds something else.
    OutputError
        ``checkpoint`` cannot be written.
    """
    target, reactions = pilot.criterion.partition, reaction_of_km(kinetics)
    identity = {
        "format": "skimpy_renaissance tempering 1",
        "pilot_lambda_max": [f"{value:.4e}" for value in pilot.lambda_max[:8].tolist()],
        "prior": prior,
        "criterion": pilot.criterion,
        "seed": seed,
        "n": n,
    }
    n_reactions, device = int(reactions.max()) + 1, pilot.log_km.device
    now = None
    if checkpoint:
        now = read_tempered(checkpoint, identity, n_reactions=n_reactions, device=device)
    with progress_bar(
        most * n, progress=progress, desc="tempering", unit="model", leave=False
    ) as bar:
        if now is None:
            now = _first(kinetics, prior, pilot, n=n, seed=seed, most=most, reactions=reactions)
            if checkpoint:
                write_tempered(checkpoint, now, identity)
        bar.update(now.judged)
        while now.limits[-1] > target:
            before = now.judged
            now = _next(
                kinetics, now, prior, criterion=pilot.criterion, seed=seed, reactions=reactions
            )
            if checkpoint:
                write_tempered(checkpoint, now, identity)
            bar.set_postfix(limit=f"{now.limits[-1]:.3g} 1/h", refresh=False)
            bar.update(now.judged - before)
            if now.judged > most * n and now.limits[-1] > target:
                raise _too_rare(now, pilot.criterion, most)
    return now


def _first(
    kinetics: Kinetics,
    prior: Prior,
    pilot: Pilot,
    *,
    n: int,
    seed: int,
    most: int,
    reactions: Tensor,
) -> Tempered:
    """Draw from the prior until as many as wanted are below the first limit."""
    in_order = pilot.lambda_max.sort().values
    limit = in_order[int(_FIRST * len(pilot))].item()
    if limit == in_order[0]:  # many have the same slowest mode: all of them are below the next one
        limit = in_order[in_order > limit].min().item() if limit < in_order[-1] else limit
    if limit == torch.inf:
        raise SamplingError(
            f"Of {len(pilot)} draws of the prior fewer than {100 * _FIRST:.0f} % have eigenvalues "
            f"within limits ({pilot.criterion.in_words}): tempering has no first step. Give valid "
            "models to start from (starts=...), for example those of a trained generator."
        )
    limit = max(limit, pilot.criterion.partition)
    criterion = replace(pilot.criterion, partition=limit, allow_unstable=True)
    # given the k-th smallest value, the k - 1 smaller ones are independent draws below it
    below = pilot.log_km[pilot.lambda_max < limit]
    below = below[valid_models(kinetics, below, criterion)]
    kept, found = [below[:n]], min(len(below), n)
    wanted, drawn, new, block = n - found, 0, 0, 0
    while new < max(wanted, 2):
        ahead = int(1.2 * (max(wanted, 2) - new) / _FIRST) + 32
        log_km = draws_of(
            prior,
            min(_BLOCK, ahead),
            random_stream(seed, purpose=f"tempering draws {block}"),
        )
        passed = valid_models(kinetics, log_km, criterion).nonzero().flatten()
        passed = passed[: max(wanted, 2) - new]
        block, new = block + 1, new + len(passed)
        last = new >= max(wanted, 2)
        drawn += int(passed[-1]) + 1 if last else len(log_km)
        kept.append(log_km[passed])
        if drawn > most * n:
            raise SamplingError(
                f"Of {drawn:,} draws of the prior {new} are valid below {limit:.3g} 1/h, too few "
                f"to begin tempering with {most} models per set. Allow more (most=..., "
                "max_trials=...), or give valid models to start from (starts=...)."
            )
    log_km = torch.cat(kept)[:n]
    share = (new - 1) / (drawn - 1)
    return Tempered(
        log_km=log_km,
        lambda_max=slowest_modes(kinetics, log_km),
        family=torch.arange(n),
        limits=(limit,),
        shares=(share,),
        first_error=sqrt((1 - share) / new),
        judged=len(pilot) + drawn,
        moves=(first_moves(int(reactions.max()) + 1, log_share=log(share)),),
        kept=n,
    )


def _next(
    kinetics: Kinetics,
    now: Tempered,
    prior: Prior,
    *,
    criterion: Validity,
    seed: int,
    reactions: Tensor,
) -> Tempered:
    """Lower the limit, choose the particles below it, and sweep them once."""
    n, number, target = len(now), len(now.limits), criterion.partition
    slowest = torch.where(now.lambda_max.isfinite(), now.lambda_max, torch.inf)
    limit = slowest.sort().values[n // 2].item()
    if limit <= target or (slowest < target).double().mean() >= _NEARLY:
        limit = target
    below = (slowest < limit).nonzero().flatten()
    if not len(below):
        raise _stands_still(limit)
    offset = torch.rand(1, generator=random_stream(seed, purpose=f"tempering choice {number}"))
    parent = below[((torch.arange(n) + offset.item()) * (len(below) / n)).long()]
    purpose, moves = f"tempering sweep {number}", now.moves[-1]
    done = sweep(
        kinetics,
        now.log_km[parent],
        prior,
        criterion=replace(criterion, partition=limit, allow_unstable=True),
        moves=moves,
        reactions=reactions,
        seed=seed,
        purpose=purpose,
    )
    moved = done.moved.any(0).nonzero().flatten()
    lambda_max = now.lambda_max[parent]
    lambda_max[moved] = slowest_modes(kinetics, done.log_km[moved])
    recent = [(done.members, done.moved)]
    if len(now.moves) > 1:
        earlier = f"tempering sweep {number - 1}"
        members = members_of(now.moves[0], n, seed=seed, purpose=earlier)
        recent.insert(0, (members, now.last_moved))
    return Tempered(
        log_km=done.log_km,
        lambda_max=lambda_max,
        family=now.family[parent],
        limits=(*now.limits, limit),
        shares=(*now.shares, len(below) / n),
        first_error=now.first_error,
        judged=now.judged + done.judged,
        moves=(moves, adapted(moves, recent)),
        last_moved=done.moved,
        kept=now.kept + int(done.moved.sum()),
    )


def _stands_still(limit: float) -> SamplingError:
    return SamplingError(
        f"Tempering stands still at {limit:.3g} 1/h: all models there have this slowest mode, and "
        "no move finds a faster one. Demand less (a partition above that), or give valid models to "
        "start from (starts=...)."
    )


def _too_rare(now: Tempered, criterion: Validity, most: int) -> SamplingError:
    return SamplingError(
        f"Tempering came to {now.limits[-1]:.3g} 1/h, which 1 in {exp(-now.log_volume):.3g} draws "
        f"of the prior keep, with the {most} models per set that it may judge; "
        f"{criterion.in_words} is asked for. Demand less (a partition above that), allow more "
        "(most=..., max_trials=...), or give valid models to start from (starts=...), for example "
        "those of a trained generator."
    )
