"""Verdicts on models of a network: rejected and accepted from their Michaelis constants.

Eight models go side by side from constants to elasticities, sparse factors and eigenvalues; nobody
sees a Jacobian as a matrix. Where no kernel can do that, Jacobians are formed and tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from skimpy_renaissance.kinetics.formulas import jacobian_from, rates_and_entries
from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.spectrum.cascade import (
    Cascade,
    ScreenStatistics,
    cost_in_lanes,
    reject_then_decide,
)
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen
from skimpy_renaissance.spectrum.route import Accurate, SparseModels
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["dense_verdicts", "sparse_verdicts"]


def sparse_verdicts(models: SparseModels, *, criterion: Validity, exact: Accurate) -> Tensor:
    """Return the verdict on each model at one state.

    Parameters
    ----------
    models
        On the CPU, with numba.
    criterion
        When a model counts as valid.
    exact
        Way from Jacobians to eigenvalues.

    Returns
    -------
    torch.Tensor
        `` model ``, bool.
    """

    def rejects(part: slice) -> Tensor:
        numbers, entries = models.numbers[part], models.entries
        return torch.from_numpy(RitzScreen().rejects(numbers, entries, criterion.partition))

    def decides(chosen: Tensor) -> Tensor:
        if not len(chosen):
            return chosen.bool()
        left = models.part(chosen)
        if not criterion.needs_lambda_min:
            return criterion(exact.leading_of(left).real)
        real = exact.eigenvalues_of(left).real
        return criterion(real[..., 0], real[..., -1])

    return reject_then_decide(
        torch.from_numpy(models.numbers),
        rejects=rejects,
        decides=decides,
        cost=cost_in_lanes(models.entries.elimination.n_rows),
        statistics=ScreenStatistics(),
    )[0]


def dense_verdicts(
    templates: Sequence[Template],
    layout: Layout,
    reference: ReferencePoint,
    km: Tensor,
    *,
    criterion: Validity,
    exact: Accurate,
    chunk: int,
) -> Tensor:
    """Return the verdict on each model by its Jacobian.

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
    statistics, cascade, found = ScreenStatistics(), Cascade(exact), []
    for state, of_state in zip(states, entries[None] if one else entries, strict=True):
        x = state.independent.flatten()
        scaled = partial(jacobian_from, layout, state)
        parts = []
        for part in of_state.split(chunk):
            jacobians = scaled(part).reshape(-1, len(x), len(x))
            valid, statistics = cascade.judged(jacobians, x, criterion, statistics)
            parts.append(valid)
        found.append(torch.cat(parts))
    return found[0] if one else torch.stack(found)
