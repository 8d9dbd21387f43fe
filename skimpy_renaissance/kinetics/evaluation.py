"""How a function of many models is evaluated: piece by piece, by kernels or by their Jacobians.

Where kernels can (the CPU, the accurate route, rate laws of functions that they know, no gradient
that they do not follow), a function takes models whose Jacobians nobody has formed; elsewhere it
takes Jacobians.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from skimpy_renaissance.kinetics import formulas
from skimpy_renaissance.kinetics.batching import Batching
from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.log_km import require_log_km
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.kinetics.sparse_jacobian import SparseJacobian
from skimpy_renaissance.kinetics.sparse_models import at_each_state
from skimpy_renaissance.kinetics.template import Template
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.sparse import LANES
from skimpy_renaissance.spectrum.route import Accurate, SparseModels, SpectralRoute

__all__ = ["Evaluation"]

_Formula = Callable[[Sequence[Template], Layout, ReferencePoint, Tensor], Tensor]
Itself = TypeVar("Itself", bound="Evaluation")


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """Models of a network at one steady state, or at a batch of them.

    Parameters
    ----------
    network
        The kinetic model.
    templates, layout
        Its compiled rate laws and where their symbols find their values.
    reference
        Fluxes, concentrations and constants, as tensors.
    spectrum
        Way from Jacobians to eigenvalues.
    batching
        How a batch is split over the machine.
    sparse
        Jacobians as lists for kernels.
    """

    network: KineticNetwork
    templates: Sequence[Template]
    layout: Layout
    reference: ReferencePoint
    spectrum: SpectralRoute
    batching: Batching
    sparse: SparseJacobian

    @property
    def km_names(self) -> tuple[str, ...]:
        """Names along the ``km`` axis."""
        return self.network.km_names

    @property
    def n_states(self) -> int | None:
        """Length of the ``state`` axis; ``None`` for a single state."""
        return self.reference.n_states

    def on_threads(self: Itself, threads: int) -> Itself:
        """Return the same kinetics that judge models on another number of threads.

        Parameters
        ----------
        threads
            How many; results do not depend on it.

        Returns
        -------
        Evaluation
            Of the same kind.

        Raises
        ------
        InputError
            It is below 1.
        """
        return replace(self, batching=replace(self.batching, threads=threads))

    def part(self: Itself, states: slice) -> Itself:
        """Return the same kinetics at some of the states of a batch."""
        return replace(self, reference=self.reference.part(states))

    def _lane_route(self, log_km: Tensor, *, follows: bool = False) -> Accurate | None:
        """Check ``log_km``; return the route if models go side by side.

        Not where gradients are recorded, but for a function that ``follows`` that of ``log_km``.
        """
        require_log_km(log_km, len(self.km_names), self.n_states)
        route, point = self.spectrum, self.reference
        if not isinstance(route, Accurate) or not route.in_lanes(point.device):
            return None
        recorded = point.table.requires_grad or point.fluxes.requires_grad
        recorded |= log_km.requires_grad and not follows
        return (
            route if self.sparse.in_lanes and not (torch.is_grad_enabled() and recorded) else None
        )

    def _by_sparse(
        self, log_km: Tensor, function: Callable[[SparseModels, Tensor], Tensor]
    ) -> Tensor:
        """Apply a function of models whose Jacobians nobody forms, and of their constants."""
        formula = partial(at_each_state, sparse=self.sparse, function=function)
        n_models = log_km.shape[-2] * (self.n_states or 1)
        chunk = self.batching.share(n_models, most=4 * self.batching.chunk, multiple_of=LANES)
        return self._by_formula(log_km, formula, chunk=chunk)

    def _followed(self, log_km: Tensor, mode: Callable[..., Tensor]) -> Tensor:
        """Return a mode that the route finds, with its gradient."""
        elimination = self.sparse.elimination
        return self._by_jacobian(
            log_km, partial(mode, route=self.spectrum, elimination=elimination)
        )

    def _by_jacobian(self, log_km: Tensor, function: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Apply a function of scaled Jacobian and concentrations."""

        def formula(
            templates: Sequence[Template], layout: Layout, reference: ReferencePoint, km: Tensor
        ) -> Tensor:
            scaled = formulas.scaled_jacobian(templates, layout, reference, km)
            return function(scaled, reference.independent)

        return self._by_formula(log_km, formula)

    def _by_formula(self, log_km: Tensor, formula: _Formula, *, chunk: int | None = None) -> Tensor:
        """Check ``log_km``, scale it, and apply a formula piece by piece."""
        require_log_km(log_km, len(self.km_names), self.n_states)
        batching = replace(self.batching, chunk=chunk or self.batching.chunk)

        def at(reference: ReferencePoint, log_km: Tensor) -> Tensor:
            return formula(self.templates, self.layout, reference, reference.scaled(log_km))

        return batching.run(self.reference, log_km.to(self.reference.device), at)
