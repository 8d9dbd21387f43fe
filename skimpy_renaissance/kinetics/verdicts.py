"""Verdicts on models of a network: rejected from their elasticities, accepted by eigenvalues.

The reject test reads a model's elasticities and never sees its Jacobian as a matrix; only models
that it leaves undecided get one. Where no kernel can do that, Jacobians are tested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from skimpy_renaissance.kinetics.formulas import jacobian_from, rates_and_entries
from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.sparse_jacobian import SparseJacobian
from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.spectrum.cascade import (
    SPARSE_COST,
    Cascade,
    ScreenStatistics,
    exact_verdicts,
    reject_then_decide,
)
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen
from skimpy_renaissance.spectrum.route import Accurate
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["verdicts"]


def verdicts(
    templates: Sequence[Template],
    layout: Layout,
    reference: ReferencePoint,
    km: Tensor,
    *,
    criterion: Validity,
    exact: Accurate,
    sparse: SparseJacobian | None,
    chunk: int,
) -> Tensor:
    """Return the verdict on each model.

    Parameters
    ----------
    templates, layout
        Compiled rate laws.
    reference
        One steady state, or several.
    km
        `` ... x model x km ``, scaled units.
    criterion
        When a model counts as valid.
    exact
        Way from Jacobians to eigenvalues.
    sparse
        Which elasticities make which entry of a Jacobian; ``None`` for dense tests.
    chunk
        Jacobians at a time.

    Returns
    -------
    torch.Tensor
        `` ... x model ``, bool.
    """
    _, entries = rates_and_entries(templates, layout, reference, km)
    one = reference.n_states is None
    states = [reference] if one else reference.states()
    statistics, found = ScreenStatistics(), []
    for state, of_state in zip(states, entries[None] if one else entries, strict=True):
        valid, statistics = _at_one_state(
            partial(jacobian_from, layout, state),
            state,
            of_state,
            criterion=criterion,
            exact=exact,
            sparse=sparse,
            chunk=chunk,
            statistics=statistics,
        )
        found.append(valid)
    return found[0] if one else torch.stack(found)


def _at_one_state(
    jacobians: Callable[[Tensor], Tensor],
    state: ReferencePoint,
    entries: Tensor,
    *,
    criterion: Validity,
    exact: Accurate,
    sparse: SparseJacobian | None,
    chunk: int,
    statistics: ScreenStatistics,
) -> tuple[Tensor, ScreenStatistics]:
    x = state.independent.flatten()

    def scaled(models: Tensor) -> Tensor:
        return jacobians(entries[models]).reshape(-1, len(x), len(x))

    if sparse is None:
        cascade, found = Cascade(exact), []
        for models in torch.arange(len(entries), device=entries.device).split(chunk):
            valid, statistics = cascade.judged(scaled(models), x, criterion, statistics)
            found.append(valid)
        return torch.cat(found), statistics

    screen, linear = RitzScreen(sparse.elimination), sparse.at(state)[0]

    def rejects(models: slice) -> Tensor:
        rejected = screen.rejects(entries[models].numpy(), linear, criterion.partition)
        return torch.from_numpy(rejected)

    def decides(models: Tensor) -> Tensor:
        parts = models.split(chunk)
        return torch.cat([exact_verdicts(scaled(part), x, criterion, exact) for part in parts])

    return reject_then_decide(
        entries, rejects=rejects, decides=decides, cost=SPARSE_COST, statistics=statistics
    )
