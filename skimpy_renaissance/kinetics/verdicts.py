"""Verdicts on models of a network: rejected and accepted from their Michaelis constants.

Eight models go side by side from constants to elasticities, sparse factors and eigenvalues; nobody
sees a Jacobian as a matrix. Where no kernel can do that, Jacobians are formed and tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

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
from skimpy_renaissance.spectrum.settled import close_to_a_limit, in_doubt, settled
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Verdicts", "dense_verdicts", "sparse_verdicts"]


class Verdicts(NamedTuple):
    """Which models are valid, and how that is known.

    Parameters
    ----------
    valid
        `` ... x model ``, bool.
    settled
        `` ... x model ``, bool: a mode lies so near to a limit that rounding could turn the
        verdict, which exact arithmetic then decided.
    """

    valid: Tensor
    settled: Tensor


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
        `` model x 2 ``, bool: valid, and settled in exact arithmetic because eigenvalues could not
        tell.
    """
    doubtful = torch.zeros(len(models.numbers), dtype=torch.bool)

    def rejects(part: slice) -> Tensor:
        numbers, entries = models.numbers[part], models.entries
        return torch.from_numpy(RitzScreen().rejects(numbers, entries, criterion.partition))

    def decides(chosen: Tensor) -> Tensor:
        if not len(chosen):
            return chosen.bool()
        left = models.part(chosen)
        if criterion.needs_lambda_min:
            spectra = exact.eigenvalues_of(left)
            verdicts = criterion(spectra[:, 0].real, spectra[:, -1].real)
            close = close_to_a_limit(spectra, criterion).any(-1)
        else:
            leading = exact.leading_of(left)
            verdicts = criterion(leading.real)
            close = close_to_a_limit(leading, criterion)
        near = close.nonzero()[:, 0]
        if not len(near):
            return verdicts
        spectra = exact.eigenvalues_of(left.part(near))
        near = near[in_doubt(left.part(near), spectra, criterion)]
        verdicts[near] = settled(left, near, criterion)
        doubtful[chosen[near]] = True
        return verdicts

    valid, _ = reject_then_decide(
        torch.from_numpy(models.numbers),
        rejects=rejects,
        decides=decides,
        cost=cost_in_lanes(models.entries.elimination.n_rows),
        statistics=ScreenStatistics(),
    )
    return torch.stack((valid, doubtful), -1)


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
        `` ... x model x 2 ``, bool, as :func:`sparse_verdicts`: none is settled.
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
    valid = found[0] if one else torch.stack(found)
    return torch.stack((valid, torch.zeros_like(valid)), -1)
