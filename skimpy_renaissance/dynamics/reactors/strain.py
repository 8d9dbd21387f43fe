"""A strain in a reactor: a kinetic model, and which of its reactions makes cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.network import KineticNetwork

__all__ = ["Strain"]


@dataclass(frozen=True)
class Strain:
    """A kinetic model and what makes its cells grow.

    Parameters
    ----------
    network
        Kinetic model; its boundaries are dropped, and the volume of its extracellular compartment
        becomes that of the reactor.
    growth_reaction
        The reaction whose rate sets the growth rate.
    biomass_scaling
        Growth rate (1/h) per unit of that reaction's flux (mmol/gDW/h): 1 where the flux is the
        growth rate, 5e5 for a reaction with its coefficients multiplied by as much.

    Raises
    ------
    MissingEntryError
        The network has no such reaction.
    InputError
        ``biomass_scaling`` is not positive.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import Strain
    >>> Strain(network, "Biomass_Ecoli_core").unbounded  # what was held constant can run out
    <KineticNetwork 'e_coli_core': 44 reactions, 52 metabolites and 0 boundaries, 159 free Km>
    """

    network: KineticNetwork
    growth_reaction: str
    biomass_scaling: float = 1.0

    def __post_init__(self) -> None:
        self.network.reaction(self.growth_reaction)
        require_positive("biomass_scaling of a reactor", self.biomass_scaling)

    @cached_property
    def unbounded(self) -> KineticNetwork:
        """The network with every metabolite balanced."""
        return replace(self.network, boundaries=frozenset(), pools=None)
