r"""The differential equations of reactions, in one form for cells and for reactors.

.. math:: \frac{dx}{dt} = \Big(W + \sum_k x_k\, M_k\Big)\, v(x; p)

with concentrations :math:`x`, rates :math:`v` and parameters :math:`p`. In a cell only :math:`W`
is there: stoichiometry times the ratio of cell volume to compartment volume. In a reactor, what a
strain takes from the medium and how it grows is proportional to its own biomass :math:`x_k`,
through :math:`M_k`.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import NetworkError, listed, repeated
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.network.reaction import Reaction

__all__ = ["OdeSystem", "network_system"]


@dataclass(frozen=True, eq=False)
class OdeSystem:
    """Reactions and what each does to each variable.

    Parameters
    ----------
    variables
        Names of the variables, in the order of every ``variable`` axis.
    reactions
        Rate laws; a name in them that is no variable is a parameter.
    weights
        `` `variable x reaction` ``, :math:`W`, dimensionless.
    carried
        Variable to `` `variable x reaction` ``, its :math:`M_k`: the effect of the reactions that
        this variable (a biomass) carries, per unit of it.

    Raises
    ------
    NetworkError
        A variable or a reaction is named twice, a carrier is no variable, or a matrix has another
        shape.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import network_system
    >>> system = network_system(network)
    >>> len(system.variables), len(system.reactions), system.parameter_names[0]
    (44, 44, 'vmax_forward_ACKr')
    """

    variables: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    weights: NDArray[np.float64]
    carried: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, names in (("Variables", self.variables), ("Reactions", self.reaction_names)):
            twice = repeated(names)
            if twice:
                raise NetworkError(
                    f"{what} must have different names; used twice: {listed(twice)}."
                )
        lost = [name for name in self.carried if name not in self.variables]
        if lost:
            raise NetworkError(
                f"Reactions are carried by {listed(lost)}, which is no variable; there are "
                f"{listed(self.variables)}."
            )
        shape = (len(self.variables), len(self.reactions))
        for name, matrix in {"weights": self.weights, **self.carried}.items():
            if matrix.shape != shape:
                raise NetworkError(
                    f"The matrix of {name!r} must be variable x reaction {shape}, got "
                    f"{matrix.shape}."
                )

    @property
    def reaction_names(self) -> tuple[str, ...]:
        """Reactions, in order."""
        return tuple(reaction.name for reaction in self.reactions)

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Every parameter of the rate laws, in order of first appearance."""
        known = set(self.variables)
        names = dict.fromkeys(n for r in self.reactions for n in r.names.values())
        return tuple(name for name in names if name not in known)


def network_system(network: KineticNetwork) -> OdeSystem:
    """Return the mass balances of a kinetic model.

    Parameters
    ----------
    network
        A kinetic model; its boundaries are parameters.

    Returns
    -------
    OdeSystem
        In scaled concentration; time in h.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import network_system
    >>> system = network_system(network)
    >>> of_atp = system.weights[system.variables.index("atp_c")]
    >>> [name for name, n in zip(system.reaction_names, of_atp) if n > 0]
    ['ATPS4r', 'PYK']
    """
    weights = network.volume_ratios[:, None] * network.stoichiometry
    return OdeSystem(network.variables, network.reactions, weights)
