"""Sweeps: every constant proposed once, blocks of equal influence, chosen without the model."""

import math

import pytest
import torch

from skimpy_renaissance.priors import Prior
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.sweep import (
    Moves,
    adapted,
    first_moves,
    members_of,
    sweep,
)

F64 = torch.float64
INFLUENCE = torch.tensor([0.0, 0.01, 0.5, 0.1, 0.3, 0.05, 0.7, 0.2, 0.0, 0.4], dtype=F64)


def test_without_knowledge_every_reaction_is_in_one_block():
    moves = Moves(INFLUENCE, 4, learnt=False)
    members = members_of(moves, 500, seed=1, purpose="test")
    assert members.shape == (4, 500, 10)
    assert bool((members.sum(0) == 1).all())


def test_blocks_have_nearly_equal_influence():
    even = Moves(torch.full((60,), 0.1, dtype=F64), 6)
    sums = members_of(even, 300, seed=2, purpose="test").sum(-1)
    assert sums.min() >= 9
    assert sums.max() <= 11
    uneven = Moves(torch.linspace(0.02, 0.4, 60, dtype=F64), 5)
    members = members_of(uneven, 300, seed=2, purpose="test").double()
    sums = members @ (uneven.influence + 0.02)
    assert (sums - sums.mean()).abs().max() < 0.42 + 1e-9  # never more than the largest


def test_weak_reactions_join_the_other_blocks_with_probability_one_half():
    members = members_of(Moves(INFLUENCE, 3, learnt=True), 4000, seed=3, purpose="test")
    times = members.sum(0).double()
    weak = INFLUENCE < 0.02
    assert bool((times[:, ~weak] == 1).all())
    assert times[:, weak].mean().item() == pytest.approx(1 + 0.5 * 2, abs=0.02)


class OneReactionMatters:
    """Valid where the first constant lies in the upper quarter of its range."""

    km_names = tuple(f"km_{i}" for i in range(6))
    log_km_bounds = torch.full((6, 2), torch.nan, dtype=F64)

    def __init__(self):
        self.judged = 0

    def lambda_max(self, log_km):
        self.judged += len(log_km)
        return torch.where(log_km[:, 0] > -4.0, -2.0, -1.0).double()

    def eigenvalues(self, log_km):
        return self.lambda_max(log_km)[:, None].to(torch.complex128)

    def vmax(self, log_km):
        return log_km


PRIOR = Prior.log_uniform(OneReactionMatters.km_names, math.exp(-16.0), 1.0)
OPTIONS = {"criterion": Validity(-1.5), "reactions": torch.arange(6), "seed": 0}


def swept(moves, number=0, n=800):
    start = torch.full((n, 6), -1.0, dtype=F64)
    kinetics = OneReactionMatters()
    done = sweep(kinetics, start, PRIOR, moves=moves, purpose=f"sweep {number}", **OPTIONS)
    return start, done, kinetics


def test_a_sweep_proposes_each_constant_once_and_keeps_what_is_valid():
    start, done, kinetics = swept(first_moves(6))
    changed = done.log_km != start
    assert bool(changed[:, 1:].all())
    assert changed[:, 0].double().mean().item() == pytest.approx(0.25, abs=0.05)
    assert (done.log_km[:, 0] > -4.0).all()
    assert done.judged == kinetics.judged == 800 * 6
    assert done.acceptance == pytest.approx((5 + 0.25) / 6, abs=0.02)


def test_a_block_without_a_reaction_judges_nothing():
    strong = torch.tensor([5.0, 0, 0, 0, 0, 0], dtype=F64)
    _, done, kinetics = swept(Moves(strong, 4))
    assert done.judged == kinetics.judged < 4 * 800


def test_constants_of_one_reaction_are_redrawn_together():
    start = torch.full((300, 6), -1.0, dtype=F64)
    together = {**OPTIONS, "reactions": torch.tensor([0, 0, 0, 1, 1, 2])}
    done = sweep(
        OneReactionMatters(), start, PRIOR, moves=first_moves(3), purpose="sweep", **together
    )
    changed = done.log_km != start
    assert bool((changed[:, :3].all(-1) == changed[:, :3].any(-1)).all())
    assert bool((changed[:, 3] & changed[:, 4]).all())


def test_what_is_learnt_is_who_matters_and_how_many_blocks_are_best():
    moves, recent = first_moves(6), []
    for number in range(2):
        _, done, _ = swept(moves, number)
        recent.append((done.members, done.moved))
    learnt = adapted(moves, recent)
    assert learnt.learnt
    assert learnt.influence[0].item() == pytest.approx(math.log(4), abs=0.1)
    assert learnt.influence[1:].max() < 0.02
    assert learnt.blocks == 2  # nearly all were accepted: larger blocks
    few = adapted(moves, [(recent[0][0][:, :5], recent[0][1][:, :5])])
    assert not few.learnt
    assert torch.equal(few.influence, moves.influence)


def test_the_first_moves_follow_from_the_share_of_valid_draws():
    assert first_moves(100, log_share=math.log(0.1)).blocks == 2
    rare = first_moves(100, log_share=math.log(1e-3))
    assert rare.influence.sum().item() == pytest.approx(math.log(1e3))
    assert rare.blocks == 5
    assert first_moves(1).blocks == 1
