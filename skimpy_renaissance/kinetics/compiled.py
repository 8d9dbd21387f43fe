"""A kinetic network compiled to torch: usable at any steady state.

Compiling turns rate laws into functions once; :meth:`CompiledKinetics.at` then ties them to
reference fluxes, concentrations and equilibrium constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.kinetics.batching import Batching
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.capacity import require_forward_capacities
from skimpy_renaissance.kinetics.layout import Layout, make_layout
from skimpy_renaissance.kinetics.reference import ReferencePoint, reference_point
from skimpy_renaissance.kinetics.sparse_jacobian import SparseJacobian
from skimpy_renaissance.kinetics.template import Template, make_templates
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.spectrum.route import Accurate, SpectralRoute
from skimpy_renaissance.steady_states.steady_state import SteadyState, SteadyStates
from skimpy_renaissance.tasks.forks import keep_forks_on_one_thread

__all__ = ["CompiledKinetics", "compile_network"]


@dataclass(frozen=True, repr=False)
class CompiledKinetics:
    """Rate laws of a network as torch functions.

    Parameters
    ----------
    network
        The kinetic model.
    templates
        Its rate laws, each shared by all reactions that have it.
    layout
        Where their symbols find their values.

    Examples
    --------
    >>> compiled = sr.compile(network)
    >>> compiled
    <CompiledKinetics of 'e_coli_core': 159 free Km>
    >>> compiled.at(states[:3])
    <BoundKinetics of 'e_coli_core' at 3 steady states>
    """

    network: KineticNetwork
    templates: tuple[Template, ...]
    layout: Layout

    def __repr__(self) -> str:
        return f"<CompiledKinetics of {self.network.name!r}: {len(self.network.km_names)} free Km>"

    @cached_property
    def _sparse(self) -> SparseJacobian:
        return SparseJacobian(self.network, self.templates, self.layout)

    def at(
        self,
        state: SteadyState | SteadyStates,
        *,
        spectrum: SpectralRoute | None = None,
        device: torch.device | str = "cpu",
        threads: int | None = None,
        chunk: int = 128,
    ) -> BoundKinetics:
        """Tie the rate laws to a steady state, or to many at once.

        Parameters
        ----------
        state
            Fluxes, concentrations and equilibrium constants. With several states every result
            gains a leading ``state`` axis.
        spectrum
            Way from Jacobians to eigenvalues; by default the accurate one.
        device
            Where tensors live.
        threads
            Number of threads that judge models; by default as many as torch uses.
        chunk
            Models per piece of work: small enough to stay in the processor's cache.

        Returns
        -------
        BoundKinetics

        Raises
        ------
        SteadyStateError
            A flux runs against its thermodynamic direction, or a reaction stands at equilibrium.
        MissingEntryError
            A concentration, equilibrium constant or fixed constant has no value.
        InputError
            ``threads`` or ``chunk`` is below 1.
        """
        reference = reference_point(self.network, self.layout, state, device=torch.device(device))
        bound = self.at_reference(reference, spectrum=spectrum, threads=threads, chunk=chunk)
        require_forward_capacities(bound)
        return bound

    def at_reference(
        self,
        reference: ReferencePoint,
        *,
        spectrum: SpectralRoute | None = None,
        threads: int | None = None,
        chunk: int = 128,
    ) -> BoundKinetics:
        """Tie the rate laws to tensors, for gradients in fluxes and concentrations.

        Parameters
        ----------
        reference
            Fluxes, concentrations and constants; they may require gradients. Nothing is checked.
        spectrum, threads, chunk
            As for :meth:`at`.

        Returns
        -------
        BoundKinetics

        Raises
        ------
        InputError
            ``threads`` or ``chunk`` is below 1.
        """
        keep_forks_on_one_thread()
        return BoundKinetics(
            self.network,
            self.templates,
            self.layout.to(reference.device),
            reference,
            spectrum or Accurate(),
            Batching(torch.get_num_threads() if threads is None else threads, chunk),
            self._sparse,
        )


def compile_network(network: KineticNetwork) -> CompiledKinetics:
    """Compile the rate laws of a network.

    Parameters
    ----------
    network
        The kinetic model.

    Returns
    -------
    CompiledKinetics

    Raises
    ------
    NetworkError
        No metabolite is balanced.

    Examples
    --------
    >>> bound = sr.compile(network).at(state)
    >>> bound.lambda_max(bound.log_km_anchors).shape
    torch.Size([1])
    """
    if not network.variables:
        raise NetworkError(
            f"Nothing can change: every metabolite of {network.name!r} is a boundary, held "
            "constant. Take at least one out of the boundaries."
        )
    templates = make_templates(network.reactions, network.metabolites)
    return CompiledKinetics(network, templates, make_layout(network, templates))
