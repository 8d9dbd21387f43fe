"""Verdicts on models of a network: rejected from their elasticities, accepted by eigenvalues.

The reject test reads a model's elasticities and never sees its Jacobian as a matrix; only models
that it leaves undecided get one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from skimpy_renaissance.kinetics.formulas import jacobian_from
from skimpy_renaissance.kinetics.sparse_jacobian import SparseJacobian
from skimpy_renaissance.spectrum.cascade import SPARSE_COST, Cascade, exact_verdicts
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen
from skimpy_renaissance.spectrum.validity import Validity

if TYPE_CHECKING:
    from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = ["verdicts"]


def verdicts(
    bound: BoundKinetics,
    entries: torch.Tensor,
    criterion: Validity,
    *,
    sparse: SparseJacobian | None,
    chunk: int,
) -> torch.Tensor:
    """Return the verdict on each model.

    Parameters
    ----------
    bound
        Kinetics at one steady state, or several; with the accurate route.
    entries
        `` ... x model x entry ``: elasticities in the layout's order.
    criterion
        When a model counts as valid.
    sparse
        Which elasticities make which entry of a Jacobian; ``None`` for dense tests.
    chunk
        Jacobians at a time.

    Returns
    -------
    torch.Tensor
        `` ... x model ``, bool.
    """

    def at_one(bound: BoundKinetics, entries: torch.Tensor) -> torch.Tensor:
        return _at_one_state(bound, entries, criterion, sparse=sparse, chunk=chunk)

    if bound.n_states is None:
        return at_one(bound, entries)
    states = [bound.part(slice(s, s + 1)) for s in range(bound.n_states)]
    return torch.stack([at_one(*pair) for pair in zip(states, entries, strict=True)])


def _at_one_state(
    bound: BoundKinetics,
    entries: torch.Tensor,
    criterion: Validity,
    *,
    sparse: SparseJacobian | None,
    chunk: int,
) -> torch.Tensor:
    n = len(bound.network.conserved_pools.independent)
    x, worth = bound.reference.independent.reshape(n), bound.worth
    left = torch.ones(len(entries), dtype=torch.bool, device=entries.device)
    if sparse is not None and worth.try_it(SPARSE_COST):
        screen, linear = RitzScreen(sparse.elimination), sparse.at(bound.reference)[0]
        rejected = screen.rejects(entries.numpy(), linear, criterion.partition)
        left = ~torch.from_numpy(rejected)
        worth.learn(~left)
    valid = torch.zeros_like(left)
    for models in left.nonzero().flatten().split(chunk):
        scaled = jacobian_from(bound, entries[models]).reshape(-1, n, n)
        if sparse is None:
            valid[models] = Cascade(bound.spectrum, worth=worth).verdicts(scaled, x, criterion)
        else:
            valid[models] = exact_verdicts(scaled, x, criterion, bound.spectrum)
    return valid
