r"""Systematic sweeps: every constant of every chain proposed anew once, some reactions at a time.

A sweep splits the reactions of each chain at random into :math:`B` blocks of nearly equal
:math:`\sum_r (c_r + 0.02)`, :math:`c_r` the influence of a reaction
(:mod:`~skimpy_renaissance.valid_region.influence`); a reaction of almost none, :math:`c_r < 0.02`,
joins every other block with probability 1/2 as well. Block after block, all constants of its
reactions are drawn anew from the prior, and the new model is kept if it is valid:

.. math:: K_k' \sim p_k \ (k \in S), \quad K_k' = K_k \ (k \notin S), \qquad
          \text{kept iff } \lambda_{max}(K') < \lambda_{partition}.

The split does not look at the model, and given the others the constants of a block are drawn from
the prior; the Metropolis ratio [1]_ of "the prior, restricted to valid models" is 1 for a valid
proposal and 0 for another. That law is therefore left invariant, not about but exactly, by every
block whatever :math:`c` and :math:`B` are, as long as these are not chosen by the chains that they
move: they are learnt in the first sweeps and then stay.

Large blocks are refused, small ones change little: :math:`B` is led to where 28 % are accepted.

With data (:mod:`~skimpy_renaissance.valid_region.data`) a valid proposal is kept with probability
:math:`\min(1, (L'/L)^\beta)`, which is that ratio where the law has the factor :math:`L^\beta`; and
as a likelihood may be narrow where the prior is not, some proposals are short, half of those for
blocks that are hardly ever accepted (:math:`\sum_r c_r > 2.5`) and a tenth of the others: the share
of the prior that lies below each constant moves by up to a stride :math:`s`, and is reflected at
the ends,

.. math:: F_k(K_k') = F_k(K_k) + s\,U, \qquad U \sim \mathcal{U}(-1, 1),

which is as likely there as back. Strides are log-uniform from 0.001 to 0.5, for each proposal anew.

References
----------
.. [1] Hastings, *Biometrika* 57 (1970) 97, doi:10.1093/biomet/57.1.97.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log

import numpy as np
import torch
from torch import Tensor

from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.data import Weighing
from skimpy_renaissance.valid_region.influence import fit_influence
from skimpy_renaissance.valid_region.judging import valid_models

__all__ = [
    "MOST_BLOCKS",
    "Moves",
    "Swept",
    "adapted",
    "draws_of",
    "first_moves",
    "members_of",
    "sweep",
]

FEWEST_BLOCKS, MOST_BLOCKS = 2, 12
_ACCEPTED = 0.28  # share of the moves that is best accepted
_WEAK = 0.02  # nats
_MOST_LEARNT_FROM = 10_000  # moves of a sweep
_ENOUGH = 20  # moves per reaction, for its influence to be learnt
_HARDLY = 2.5  # nats: blocks of such influence are hardly ever accepted
_SHORT_MOVES = (0.5, 0.1)  # share of short moves for these, and for others
_SHORTEST, _LONGEST = 1e-3, 0.5  # strides, as shares of the prior


@dataclass(frozen=True, eq=False)
class Moves:
    """How a sweep splits the reactions.

    Parameters
    ----------
    influence
        `` `reaction` ``, float64, nats.
    blocks
        Into how many blocks.
    learnt
        Whether the influence was fitted, so that weak reactions are known to be weak.
    """

    influence: Tensor = field(repr=False)
    blocks: int
    learnt: bool = False


@dataclass(frozen=True, eq=False)
class Swept:
    """Chains after a sweep, and what was accepted.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L).
    members
        `` `block x model x reaction` ``, bool: what was redrawn.
    moved
        `` `block x model` ``, bool: what was accepted.
    weights
        `` `datum x model` ``, where there are data.
    """

    log_km: Tensor
    members: Tensor = field(repr=False)
    moved: Tensor = field(repr=False)
    weights: Tensor | None = field(default=None, repr=False)

    @property
    def judged(self) -> int:
        """Models judged: a block without a reaction proposes none."""
        return int(self.members.any(-1).sum())

    @property
    def acceptance(self) -> float:
        """Share of the judged models that were kept."""
        return int(self.moved.sum()) / max(self.judged, 1)


def first_moves(n_reactions: int, *, log_share: float | None = None) -> Moves:
    """Return the moves of a first sweep, before any influence is known.

    Parameters
    ----------
    n_reactions
        Reactions that have constants.
    log_share
        Nats: what share of the prior is valid, where it is known.

    Returns
    -------
    Moves
    """
    if log_share is None:
        blocks = _within(6, n_reactions)
        total = -blocks * log(_ACCEPTED)
    else:
        total = max(-log_share, 0.05)
        blocks = _within(round(total / -log(_ACCEPTED)), n_reactions)
    influence = torch.full((n_reactions,), total / n_reactions, dtype=torch.float64)
    return Moves(influence, blocks)


def members_of(
    moves: Moves, n_models: int, *, seed: int, purpose: str, with_data: bool = False
) -> Tensor:
    """Return whose constants each block of a sweep redraws.

    Parameters
    ----------
    moves
        Influence and number of blocks.
    n_models
        Number of chains, each of which has a split of its own.
    seed, purpose
        Of the sweep: the same as :func:`sweep` is given.
    with_data
        Whether it had data, so that some of its moves were short; these redraw nothing.

    Returns
    -------
    torch.Tensor
        `` `block x model x reaction` ``, bool.
    """
    members = _members(moves, n_models, random_stream(seed, purpose=purpose))
    if with_data:
        strides = _strides(moves, members, random_stream(seed, purpose=f"{purpose}, data"))
        members &= strides.isnan()[..., None]
    return members


def sweep(
    kinetics: Kinetics,
    log_km: Tensor,
    prior: Prior,
    *,
    criterion: Validity,
    moves: Moves,
    reactions: Tensor,
    seed: int,
    purpose: str,
    weighing: Weighing | None = None,
    weights: Tensor | None = None,
) -> Swept:
    """Propose every constant of every chain anew, once.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L): valid models.
    prior
        What the constants are redrawn from.
    criterion
        When a model counts as valid.
    moves
        Influence and number of blocks.
    reactions
        `` `km` ``, int: the reaction of each constant.
    seed, purpose
        Key of the random numbers of this sweep.
    weighing
        Data, and how much they count; ``None``: there are none.
    weights
        `` `datum x model` ``: what the data say of the models.

    Returns
    -------
    Swept
    """
    rng = random_stream(seed, purpose=purpose)
    members = _members(moves, len(log_km), rng)
    moved = torch.zeros(members.shape[:2], dtype=torch.bool)
    log_km = log_km.clone()
    strides, chances = None, None
    if weighing is not None and weights is not None:
        own = random_stream(seed, purpose=f"{purpose}, data")
        strides = _strides(moves, members, own).to(log_km.device)
        chances = torch.rand(moved.shape, dtype=torch.float64, generator=own).to(log_km.device)
        weights = weights.clone()
    for place, (block, accepted) in enumerate(zip(members, moved, strict=True)):
        redrawn = draws_of(prior, len(log_km), rng).to(log_km.device)
        if strides is not None:
            redrawn = _nearby(prior, log_km, redrawn, strides[place])
        rows = block.any(-1).nonzero().flatten()
        if not len(rows):
            continue
        chosen = block[:, reactions].to(log_km.device)
        proposed = torch.where(chosen, redrawn, log_km)[rows]
        kept = valid_models(kinetics, proposed, criterion)
        if weighing is not None and weights is not None and chances is not None:
            valid = kept.nonzero().flatten()
            at = rows.to(kept.device)[valid]
            good, found = weighing.chosen(proposed[valid], weights[:, at], chances[place, at])
            weights[:, at[good]] = found[:, good]
            kept = kept.clone()
            kept[valid] = good
        log_km[rows[kept.cpu()]] = proposed[kept]
        accepted[rows[kept.cpu()]] = True
    return Swept(log_km, members, moved, weights)


@on_one_thread  # vectors end elsewhere on more, and round differently there
def draws_of(prior: Prior, n: int, rng: torch.Generator) -> Tensor:
    """Draw models of a prior from a random stream.

    Parameters
    ----------
    prior
        What is drawn from.
    n
        How many.
    rng
        The stream, on the CPU.

    Returns
    -------
    torch.Tensor
        `` `model x km` ``, float64, ln(mol/L).
    """
    share = torch.rand(n, len(prior.names), dtype=torch.float64, generator=rng)
    return prior.quantile(share.clamp_min_(2.0**-54).to(prior.laws[0][1].device))


@on_one_thread
def _nearby(prior: Prior, log_km: Tensor, redrawn: Tensor, strides: Tensor) -> Tensor:
    """Return models a short move away where there is a stride; the redrawn ones say whereto."""
    short = ~strides.isnan()
    move = strides[short, None] * (2 * prior.probability(redrawn[short]) - 1)
    share = (prior.probability(log_km[short]) + move).abs()
    near = redrawn.clone()
    near[short] = prior.quantile((1 - (1 - share).abs()).clamp_min_(2.0**-54))
    return near


def _strides(moves: Moves, members: Tensor, rng: torch.Generator) -> Tensor:
    """Return `block x model`: strides of short moves, NaN for the others."""
    refused = members.to(torch.float64) @ moves.influence > _HARDLY
    chance = torch.where(refused, *_SHORT_MOVES)
    part = torch.rand(chance.shape, dtype=torch.float64, generator=rng) / chance
    stride = _SHORTEST * (_LONGEST / _SHORTEST) ** part
    return torch.where(part < 1, stride, torch.nan)


def adapted(moves: Moves, recent: Sequence[tuple[Tensor, Tensor]]) -> Moves:
    """Return moves that fit what recent sweeps showed.

    Parameters
    ----------
    moves
        Those of the last sweep.
    recent
        ``members`` and ``moved`` of the sweeps that are learnt from, the last one last.

    Returns
    -------
    Moves
    """
    rows, outcomes = [], []
    for members, moved in recent:
        proposed = members.any(-1)
        part = slice(None, None, max(1, int(proposed.sum()) // _MOST_LEARNT_FROM))
        rows.append(members[proposed][part].numpy())
        outcomes.append(moved[proposed][part].numpy())
    last = float(np.clip(outcomes[-1].mean(), 1e-3, 0.97))
    blocks = _within(round(moves.blocks * log(last) / log(_ACCEPTED)), len(moves.influence))
    if sum(map(len, rows)) < _ENOUGH * len(moves.influence):
        return replace(moves, blocks=blocks)
    influence = torch.from_numpy(fit_influence(np.concatenate(rows), np.concatenate(outcomes)))
    return replace(moves, influence=influence, blocks=blocks, learnt=True)


def _members(moves: Moves, n_models: int, rng: torch.Generator) -> Tensor:
    n_reactions = len(moves.influence)
    order = torch.rand(n_models, n_reactions, generator=rng).argsort(dim=1, stable=True)
    weight = (moves.influence + _WEAK)[order]
    reached = weight.cumsum(1)
    middle = (reached - weight / 2) / reached[:, -1:]
    place = (middle * moves.blocks).long().clamp_(max=moves.blocks - 1)
    block = torch.empty_like(place).scatter_(1, order, place)
    members = block == torch.arange(moves.blocks)[:, None, None]
    if moves.learnt:
        joins = torch.rand(members.shape, generator=rng) < 0.5
        members |= joins & (moves.influence < _WEAK)
    return members


def _within(blocks: int, n_reactions: int) -> int:
    """Return at most as many blocks as there are reactions."""
    return max(min(FEWEST_BLOCKS, n_reactions), min(blocks, MOST_BLOCKS, n_reactions))
