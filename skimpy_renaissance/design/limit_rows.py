"""The rows of a design problem: growth, concentrations, fluxes and directions as linear limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number, require_names
from skimpy_renaissance.control import Coefficients, Control
from skimpy_renaissance.design.limits import DesignLimits
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyState, growth_reaction, maintenance_reactions

__all__ = ["Ranges", "Rows", "Setting", "candidates_of"]

Array = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

_BOX = 100.0  # of ln, the published "no limit" of fluxes


@dataclass(frozen=True, eq=False)
class Rows:
    """Limits of one kind.

    Parameters
    ----------
    rows
        `` `row` ``: in words.
    effects
        `` `model x row x parameter` ``.
    low, high
        `` `row` ``.
    """

    rows: tuple[str, ...]
    effects: Array
    low: Array
    high: Array

    @classmethod
    def within(cls, rows: Sequence[str], effects: Array, low: object, high: object) -> Rows:
        """Return rows with the same limits, or one for each.

        Parameters
        ----------
        rows
            In words.
        effects
            `` `model x row x parameter` ``.
        low, high
            Numbers, or `` `row` ``.

        Returns
        -------
        Rows
        """
        ends = (np.broadcast_to(np.asarray(end, dtype=float), (len(rows),)) for end in (low, high))
        return cls(tuple(rows), effects, *ends)


@dataclass(frozen=True, eq=False)
class Setting:
    """What limits are made from.

    Parameters
    ----------
    control
        Control coefficients of the capacities.
    network, state
        The kinetic model, and the steady state of the coefficients.
    limits
        How far everything may go.
    log_k
        Reaction to (lowest, highest) ln K, scaled units.

    Raises
    ------
    MissingEntryError
        An ln K is of no reaction.
    InputError
        A coefficient is no number.
    """

    control: Control
    network: KineticNetwork
    state: SteadyState
    limits: DesignLimits
    log_k: Ranges

    def __post_init__(self) -> None:
        require_names(self.log_k, self.network.reaction_names, what="reaction with an ln K")
        for table in (self.control.flux, self.control.all_concentrations):
            if not (finite := table.finite).all():
                lost = [name for name, ok in zip(table.samples, finite, strict=True) if not ok]
                raise InputError(
                    f"Control coefficients of {len(lost)} sets are no numbers ({listed(lost)}): "
                    "their Jacobians cannot be inverted. Leave these sets out: "
                    "population.select(control.flux.finite)."
                )

    @property
    def _log_fluxes(self) -> Array:
        """Ln of the size of each flux, mmol/gDW/h where units are known; -inf for none."""
        fluxes = self.state.fluxes[list(self.control.flux.rows)].to_numpy(dtype=float)
        units = self.state.units
        with np.errstate(divide="ignore"):
            return np.log(np.abs(fluxes if units is None else units.mmol_per_gdw_h(fluxes)))

    @property
    def _limited(self) -> Coefficients:
        published = self.limits.as_published
        return self.control.concentration if published else self.control.all_concentrations

    def objective(self, weights: Mapping[str, float]) -> Array:
        """Return how the objective follows.

        Parameters
        ----------
        weights
            Reaction or metabolite to its weight.

        Returns
        -------
        numpy.ndarray
            `` `model x parameter` ``.

        Raises
        ------
        MissingEntryError
            A name is not in the model, or has no flux.
        InputError
            A weight is no number, or all are 0.
        """
        flux, metabolite = self.control.flux, self.control.all_concentrations
        if not weights or not any(weights.values()):
            raise InputError(f"The objective needs a weight that is not 0, got {dict(weights)!r}.")
        total = np.zeros((len(flux), len(flux.parameters)))
        for name, weight in weights.items():
            if not is_finite_number(weight):
                raise InputError(f"The weight of {name!r} must be a number, got {weight!r}.")
            require_names(
                [name], (*flux.rows, *metabolite.rows), what="reaction or balanced metabolite"
            )
            table = flux if name in flux.rows else metabolite
            if table is flux:
                self._require_flux(name, why="its logarithm cannot be raised")
            total += weight * table.values[:, table.rows.index(name)]
        return total

    def growth(self, name: str | None) -> Rows:
        """Return the limit of growth.

        Parameters
        ----------
        name
            The reaction; ``None``: the one that the network calls growth.

        Returns
        -------
        Rows

        Raises
        ------
        MissingEntryError
            There is no such reaction, or it has no flux.
        InputError
            No reaction looks like growth.
        """
        least, flux = self.limits.least_growth, self.control.flux
        if least is None:
            return Rows.within((), flux.values[:, :0], 0.0, 0.0)
        name = name or growth_reaction(self.network)
        if name is None:
            raise InputError(
                f"{self.network.name!r} has no reaction that looks like growth, of which "
                f"{least:g} is to be kept. Name it, growth='...', or set least_growth=None."
            )
        require_names([name], flux.rows, what="reaction")
        self._require_flux(name, why="there is no growth to keep")
        row = flux.rows.index(name)
        effects = flux.values[:, row : row + 1]
        return Rows.within((f"growth ({name})",), effects, log(least), np.inf)

    def concentrations(self) -> Rows:
        """Return the limits of concentrations.

        Returns
        -------
        Rows
        """
        table, fold = self._limited, self.limits.concentration_fold
        if fold is None:
            return Rows.within((), table.values[:, :0], 0.0, 0.0)
        names = [f"concentration of {name}" for name in table.rows]
        return Rows.within(names, table.values, -log(fold), log(fold))

    def fluxes(self) -> Rows:
        """Return the limits of fluxes.

        Returns
        -------
        Rows
        """
        table, fold = self.control.flux, self.limits.flux_fold
        logs = self._log_fluxes
        names = [f"flux of {name}" for name in table.rows]
        if self.limits.as_published:
            logs = np.where(np.isfinite(logs), logs, 0.0)
            low, high = np.maximum(-_BOX, -_BOX - logs), np.minimum(_BOX, _BOX - logs)
            return Rows.within(names, table.values, low, high)
        if fold is None:
            return Rows.within((), table.values[:, :0], 0.0, 0.0)
        runs = np.isfinite(logs)
        kept = [name for name, run in zip(names, runs, strict=True) if run]
        return Rows.within(kept, table.values[:, runs], -log(fold), log(fold))

    def directions(self) -> Rows:
        """Keep every reaction with an equilibrium constant on its side of equilibrium.

        Returns
        -------
        Rows

        Raises
        ------
        InputError
            A range of ln K is none.
        """
        network, table = self.network, self._limited
        nothing = Rows.within((), table.values[:, :0], 0.0, 0.0)
        if not self.limits.directions:
            return nothing
        metabolites = list(network.metabolites)
        concentrations = self.state.concentrations[metabolites].to_numpy(dtype=float)
        own = self.state.equilibrium_constants.reindex(list(network.reaction_names)).to_numpy(float)
        ends = [np.log(own), np.log(own)]
        for name, (low, high) in self.log_k.items():
            if not low <= high:
                raise InputError(
                    f"ln K of {name!r} needs lowest <= highest, got ({low!r}, {high!r})."
                )
            place = network.reaction_names.index(name)
            ends[0][place], ends[1][place] = low, high
        fluxes = self.state.fluxes[list(network.reaction_names)].to_numpy(dtype=float)
        sign = np.sign(fluxes)
        favourable = np.where(sign > 0, ends[1], ends[0])
        stoichiometry = network.full_stoichiometry  # `metabolite x reaction`
        distance = sign * (np.log(concentrations) @ stoichiometry - favourable)
        known = np.isin(metabolites, table.rows)
        touched = stoichiometry != 0
        acts = np.isfinite(distance) & (sign != 0) & touched[known].any(axis=0)
        if self.limits.as_published:
            protons = np.array([name.startswith("h_") for name in metabolites])
            acts &= ~touched[~known & ~protons].any(axis=0)
            stoichiometry = np.where(protons[:, None], 0.0, stoichiometry)  # pH is held
            if self.log_k:
                acts &= np.isin(network.reaction_names, list(self.log_k))
        if not acts.any():
            return nothing
        columns = [metabolites.index(name) for name in table.rows]
        weights = sign[acts, None] * stoichiometry[columns][:, acts].T
        effects = np.einsum("rm,kmp->krp", weights, table.values)
        names = [f"direction of {network.reaction_names[i]}" for i in np.flatnonzero(acts)]
        return Rows.within(names, effects, -np.inf, -distance[acts])

    def _require_flux(self, name: str, *, why: str) -> None:
        if self.state.fluxes[name] == 0:
            raise MissingEntryError(
                f"{name!r} has no flux in the steady state {self.state.name!r}: {why}."
            )


def candidates_of(
    flux: Coefficients, network: KineticNetwork, limits: DesignLimits, *, growth: str | None
) -> dict[str, str]:
    """Return reactions whose enzymes may change, with the names of their capacities.

    Parameters
    ----------
    flux
        Control coefficients of fluxes.
    network
        The kinetic model.
    limits
        Which reactions may and may not.
    growth
        The reaction that is growth; ``None``: the one that the network calls so.

    Returns
    -------
    dict
        Reaction to its capacity.

    Raises
    ------
    MissingEntryError
        There is no such reaction.
    InputError
        Nothing is left, or a tied group is torn.
    """
    pairs = zip(network.reaction_names, network.vmax_names, strict=True)
    capacities = {name: vmax for name, vmax in pairs if vmax in flux.parameters}
    for what in ("candidates", "forbidden"):
        require_names(
            getattr(limits, what) or (), network.reaction_names, what=f"reaction ({what})"
        )
    tied = [name for group in limits.tied for name in group]
    require_names(tied, network.reaction_names, what="reaction (tied)")
    chosen = limits.candidates
    if chosen is None:
        without = {growth or growth_reaction(network), *maintenance_reactions(network)}
        without |= set() if limits.transports else _transports(network)
        chosen = tuple(name for name in capacities if name not in without)
    kept = [name for name in chosen if name not in limits.forbidden]
    if lost := [name for name in kept if name not in capacities]:
        raise InputError(
            f"There are no control coefficients of the capacity of {listed(lost)}. Compute them: "
            "control_coefficients(bound, population) has all."
        )
    for group in limits.tied:
        inside = [name for name in group if name in kept]
        if inside and len(inside) < len(group):
            outside = [name for name in group if name not in inside]
            raise InputError(
                f"{listed(outside)} cannot change, but is tied to {listed(inside)}. Forbid the "
                "whole group, or untie it."
            )
    if not kept:
        raise InputError("No enzyme is left that may change: all candidates are forbidden.")
    return {name: capacities[name] for name in kept}


def _transports(network: KineticNetwork) -> set[str]:
    """Return reactions with metabolites in several compartments."""
    place = network.compartment_of
    return {r.name for r in network.reactions if len({place.get(m) for m in r.stoichiometry}) > 1}
