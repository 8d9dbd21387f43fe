"""Models at one or several states, judged from their Michaelis constants without a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from skimpy_renaissance.kinetics.formulas import scaled_jacobian
from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.sparse_jacobian import SparseJacobian
from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.spectrum.route import SparseModels

__all__ = ["at_each_state"]


def at_each_state(
    templates: Sequence[Template],
    layout: Layout,
    reference: ReferencePoint,
    km: Tensor,
    *,
    sparse: SparseJacobian,
    function: Callable[[SparseModels, Tensor], Tensor],
) -> Tensor:
    """Apply a function of models state by state.

    Parameters
    ----------
    templates, layout
        Compiled rate laws.
    reference
        One steady state, or several.
    km
        `` ... x model x km ``, scaled units.
    sparse
        How Jacobians follow from the constants.
    function
        Models, and their constants as torch follows them, to `` model x ... ``.

    Returns
    -------
    torch.Tensor
        Its results, with a leading state axis for several states.
    """
    one = reference.n_states is None
    states = [reference] if one else reference.states()
    of_states = km.expand(len(states), *km.shape[-2:])
    results = []
    for state, of_state, entries in zip(states, of_states, sparse.at(reference), strict=True):
        jacobians = partial(_jacobians, templates, layout, state)
        models = SparseModels(of_state.detach().numpy(), entries, jacobians)
        results.append(function(models, of_state))
    return results[0] if one else torch.stack(results)


def _jacobians(
    templates: Sequence[Template], layout: Layout, state: ReferencePoint, km: Tensor
) -> Tensor:
    scaled = scaled_jacobian(templates, layout, state, km)
    return scaled.reshape(len(km), *scaled.shape[-2:])
