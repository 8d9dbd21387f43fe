r"""The reference point of kinetics: one steady state, or many, as tensors.

.. math::
    F = L\,\operatorname{diag}(1/w), \qquad
    Q = -\operatorname{diag}(1/x_d)\, F_d^{-1} F_i \operatorname{diag}(x_i), \qquad
    \operatorname{diag}(w_i/x_i)\, N_i \operatorname{diag}(v)

with conserved pools :math:`L`, volume ratios :math:`w`, concentrations :math:`x` of dependent (d)
and independent (i) metabolites, stoichiometry :math:`N` and fluxes :math:`v`.

References
----------
Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.errors import MissingEntryError, listed
from skimpy_renaissance.kinetics.layout import Layout
from skimpy_renaissance.kinetics.rates import StateValues
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.steady_state import SteadyState, SteadyStates
from skimpy_renaissance.units import Units

__all__ = ["ReferencePoint", "reference_point"]


@dataclass(frozen=True, eq=False, repr=False)
class ReferencePoint:
    """Fluxes, concentrations and constants at which models are built.

    The leading axes are `` `1` `` for one state and `` `state x 1` `` for a batch of states, so
    that everything broadcasts over models.

    Parameters
    ----------
    network
        The kinetic model.
    layout
        Positions of the names.
    units
        Units of the state; ``None`` where only scaled numbers are known.
    table
        `` ... x name ``: concentrations and constants in the order of ``layout.state_names``,
        scaled units.
    fluxes
        `` ... x reaction ``, scaled concentration per model time.

    Examples
    --------
    >>> point = bound.reference
    >>> point, point.units.concentration_scaling
    (<ReferencePoint of 'e_coli_core' at one steady state>, 1000000.0)
    >>> point.of_metabolites(["atp_c", "adp_c"]).round().tolist()  # umol/L
    [7147.0, 982.0]
    """

    network: KineticNetwork
    layout: Layout
    units: Units | None
    table: torch.Tensor
    fluxes: torch.Tensor

    def __repr__(self) -> str:
        where = "one steady state" if self.n_states is None else f"{self.n_states} steady states"
        return f"<ReferencePoint of {self.network.name!r} at {where}>"

    @property
    def batched(self) -> bool:
        """Whether this is a batch of states."""
        return self.table.ndim == 3

    @property
    def n_states(self) -> int | None:
        """Length of the ``state`` axis; ``None`` for a single state."""
        return len(self.table) if self.batched else None

    @property
    def concentration_scaling(self) -> float:
        """Scaled concentration per mol/L; 1 where the units are unknown."""
        return 1.0 if self.units is None else self.units.concentration_scaling

    def log_molar(self, scaled: torch.Tensor) -> torch.Tensor:
        """Return ln(mol/L) of scaled concentrations, or ln of these where units are unknown.

        Parameters
        ----------
        scaled
            `` ... ``: concentrations, or Michaelis constants as SKiMPy holds them.

        Returns
        -------
        torch.Tensor
            `` ... ``.
        """
        return scaled.log() - log(self.concentration_scaling)

    def scaled(self, log_molar: torch.Tensor) -> torch.Tensor:
        """Return scaled concentrations, which rate laws take; the inverse of :meth:`log_molar`.

        Parameters
        ----------
        log_molar
            `` ... ``, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` ... ``.
        """
        return (log_molar + log(self.concentration_scaling)).exp()

    @property
    def per_hour(self) -> float:
        """Model time units per hour; 1 where the units are unknown."""
        return 1.0 if self.units is None else self.units.time_scaling

    @property
    def device(self) -> torch.device:
        """Where the tensors live."""
        return self.table.device

    def part(self, states: slice) -> ReferencePoint:
        """Return some of the states of a batch."""
        return replace(self, table=self.table[states], fluxes=self.fluxes[states])

    def states(self) -> list[ReferencePoint]:
        """Return the states of a batch one by one, each a batch of one."""
        return [self.part(slice(s, s + 1)) for s in range(len(self.table))]

    @cached_property
    def symbol_values(self) -> StateValues:
        """Per template and symbol `` ... x reaction ``, scaled units; ``None`` for a symbol whose
        values change from model to model.
        """
        return tuple(
            tuple(None if s.per_model else self.table[..., s.columns] for s in sources)
            for sources in self.layout.sources
        )

    def of_metabolites(self, names: Iterable[str]) -> NDArray[np.float64]:
        """Return the concentrations of some metabolites, boundaries among them.

        Parameters
        ----------
        names
            Metabolites, repeated as often as wanted.

        Returns
        -------
        numpy.ndarray
            `` `metabolite` `` or `` `state x metabolite` ``, scaled units.
        """
        table = self.table.detach().cpu().numpy().squeeze(-2)
        return table[..., [self.layout.state_columns[name] for name in names]]

    @cached_property
    def concentrations(self) -> torch.Tensor:
        """`` ... x metabolite ``, scaled units: the balanced metabolites."""
        return self.table[..., [self.layout.state_columns[name] for name in self.network.variables]]

    @cached_property
    def independent(self) -> torch.Tensor:
        """`` ... x independent ``, scaled units."""
        return self.concentrations[..., self.network.conserved_pools.independent]

    @cached_property
    def pool_weights(self) -> torch.Tensor:
        r"""`` ... x dependent x independent ``: :math:`Q = \partial\ln x_d/\partial\ln x_i`."""
        ratio = torch.from_numpy(-self.network.pool_response).to(self.device)
        x_dependent = self.concentrations[..., self.network.conserved_pools.dependent]
        return ratio * self.independent[..., None, :] / x_dependent[..., :, None]

    @cached_property
    def weighted_stoichiometry(self) -> torch.Tensor:
        r"""`` ... x independent x reaction ``, 1/h.

        :math:`\operatorname{diag}(w_i/x_i) N_i \operatorname{diag}(v)`.
        """
        per_hour = self.fluxes * self.per_hour
        amounts = torch.from_numpy(self.network.balance).to(self.device) * per_hour[..., None, :]
        return amounts / self.independent[..., :, None]

    def along_pools(self, elasticities: torch.Tensor) -> torch.Tensor:
        """Return :math:`E_i + E_d Q`: dependent metabolites follow the independent ones.

        Parameters
        ----------
        elasticities
            `` ... x reaction x metabolite ``, independent metabolites first.

        Returns
        -------
        torch.Tensor
            `` ... x reaction x independent ``.
        """
        n = len(self.network.conserved_pools.independent)
        return elasticities[..., :n] + elasticities[..., n:] @ self.pool_weights


def reference_point(
    network: KineticNetwork,
    layout: Layout,
    state: SteadyState | SteadyStates,
    *,
    device: torch.device,
) -> ReferencePoint:
    """Turn a steady state into tensors.

    Parameters
    ----------
    network
        The kinetic model.
    layout
        Positions of the names.
    state
        Fluxes, concentrations and equilibrium constants.
    device
        Where the tensors live.

    Returns
    -------
    ReferencePoint

    Raises
    ------
    MissingEntryError
        A rate law needs a value that neither the state nor the network gives.

    Examples
    --------
    >>> from skimpy_renaissance.kinetics import reference_point
    >>> compiled, device = sr.compile(network), torch.device("cpu")
    >>> point = reference_point(network, compiled.layout, state, device=device)
    >>> compiled.at_reference(point)
    <BoundKinetics of 'e_coli_core' at one steady state>
    """
    flux = _by_name(state, "fluxes")
    given = _by_name(state, "concentrations")
    constants = _by_name(state, "equilibrium_constants")
    given.update({f"k_equilibrium_{reaction}": k for reaction, k in constants.items()})
    n_states = 1 if isinstance(state, SteadyState) else len(state)

    def column(name: str) -> NDArray[np.float64]:
        value = given.get(name)
        if value is not None and not np.isnan(value).any():
            return value
        fixed = network.values.get(name)
        return np.full(n_states, np.nan if fixed is None else fixed)

    table = np.stack([column(name) for name in layout.state_names], axis=-1)
    missing = [layout.state_names[i] for i in np.flatnonzero(np.isnan(table).any(0))]
    missing += [name for name in network.reaction_names if name not in flux]
    if missing:
        raise MissingEntryError(
            f"The rate laws of {network.name!r} need values for {listed(missing)}, which neither "
            "the steady state nor the kinetic model gives. Add them to the steady state, or fix "
            "them with network.with_parameters({...})."
        )
    fluxes = np.stack([flux[name] for name in network.reaction_names], axis=-1)
    shape = (1, -1) if isinstance(state, SteadyState) else (n_states, 1, -1)
    return ReferencePoint(
        network,
        layout,
        state.units,
        torch.from_numpy(table).to(device).reshape(shape),
        torch.from_numpy(fluxes).to(device).reshape(shape),
    )


def _by_name(state: SteadyState | SteadyStates, what: str) -> dict[str, NDArray[np.float64]]:
    """Name to `` state `` values."""
    if isinstance(state, SteadyState):
        series = getattr(state, what)
        return {str(name): np.array([float(value)]) for name, value in series.items()}
    names = state.metabolite_names if what == "concentrations" else state.reaction_names
    return dict(zip(names, getattr(state, what).T, strict=True))
