r"""Which enzymes to change, and by how much: a linear problem in logarithms.

With :math:`e` the ln of the fold changes of enzymes, control coefficients [1]_ tell to first order
how concentrations and fluxes follow,

.. math:: \Delta \ln x = C_x e, \qquad \Delta \ln v = C_v e .

Sought are a few enzymes and their :math:`e` that raise a combination of these most,

.. math:: \max_e\ \sum_y w_y\, C_y e, \qquad \#\{i : e_i \ne 0\} \le n,
          \qquad -\ln d \le e_i \le \ln u ,

within limits that are linear too: of concentrations and fluxes, :math:`|C e| \le \ln f`; of growth,
:math:`C_\mu e \ge \ln g`; and of directions: a reaction with the flux's sign :math:`s` stays on its
side of equilibrium,

.. math:: s\,\Big(\sum_m n_m \ln x_m - \ln K + \sum_m n_m C_{x_m} e\Big) \le 0 ,

with the most favourable :math:`K` of a range where one is given. A limit that the steady state
itself does not keep is moved to where the state is, and named.

References
----------
.. [1] Tsouka et al., *Metab. Eng.* 64 (2021) 73, doi:10.1016/j.ymben.2021.01.004.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number, require_names
from skimpy_renaissance.control import Coefficients, Control
from skimpy_renaissance.design.limits import DesignLimits
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_state import SteadyState, growth_reaction

__all__ = ["ResponseProblem"]

Array = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

_BOX = 100.0  # of ln, the published "no limit" of fluxes


@dataclass(frozen=True, eq=False, repr=False)
class ResponseProblem:
    """Enzymes to choose from, what they do in each model, and limits.

    Parameters
    ----------
    enzymes
        `` `enzyme` ``: reactions whose enzymes may change.
    models
        `` `model` ``: names of the parameter sets.
    gain
        `` `model x enzyme` ``: how the objective, a logarithm, follows.
    rows
        `` `row` ``: limits in words.
    effects
        `` `model x row x enzyme` ``.
    low, high
        `` `model x row` ``: what ``effects @ e`` may be; infinite where open.
    limits
        How far enzymes may go.
    weights
        Reaction or metabolite to its weight in what is raised.
    violated
        Limits that the steady state itself does not keep, in words.
    """

    enzymes: tuple[str, ...]
    models: tuple[str, ...]
    gain: Array
    rows: tuple[str, ...]
    effects: Array = field(repr=False)
    low: Array
    high: Array
    limits: DesignLimits
    weights: Mapping[str, float]
    violated: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.models)

    @property
    def objective(self) -> str:
        """What is raised, in words: ``"ln product - ln uptake"``."""
        parts = [
            name if weight == 1 else f"-{name}" if weight == -1 else f"{weight:g} {name}"
            for name, weight in self.weights.items()
        ]
        return "ln " + " + ln ".join(parts).replace("+ ln -", "- ln ")

    def __repr__(self) -> str:
        return (
            f"<ResponseProblem: raise {self.objective} by {self.limits.enzymes} of "
            f"{len(self.enzymes)} enzymes, {len(self.rows)} limits, {len(self)} models>"
        )

    @classmethod
    def of(
        cls,
        control: Control,
        network: KineticNetwork,
        state: SteadyState,
        objective: Mapping[str, float] | str,
        limits: DesignLimits | None = None,
        *,
        growth: str | None = None,
        log_k: Ranges | None = None,
    ) -> ResponseProblem:
        """Set up the problem of a population at its steady state.

        Parameters
        ----------
        control
            Control coefficients of the capacities, of all models.
        network, state
            The kinetic model, and the steady state of the coefficients.
        objective
            Reaction or metabolite to weight, of its logarithm: ``{"product": 1, "uptake": -1}`` is
            a yield. One name stands for itself with the weight 1.
        limits
            How far everything may go.
        growth
            Reaction whose flux is growth; by default the one that the network calls biomass.
        log_k
            Reaction to (lowest, highest) ln K, scaled units, where these are uncertain; the others
            have the steady state's.

        Returns
        -------
        ResponseProblem

        Raises
        ------
        MissingEntryError
            A name is not in the model, or has no flux.
        InputError
            The objective has no weight, a coefficient is no number, no enzyme is left, or there is
            no growth to keep.
        """
        limits = limits or DesignLimits()
        setting = _Setting(control, network, state, limits, log_k or {})
        weights = {objective: 1.0} if isinstance(objective, str) else dict(objective)
        enzymes = _candidates(control.flux, network, limits, growth=growth)
        gain = setting.objective(weights)
        parts = [
            setting.growth(growth),
            setting.concentrations(),
            setting.fluxes(),
            setting.directions(),
        ]
        rows = tuple(name for part in parts for name in part.rows)
        effects = np.concatenate([part.effects for part in parts], axis=1)
        low, high = (np.concatenate([getattr(p, end) for p in parts]) for end in ("low", "high"))
        violated = tuple(name for name, a, b in zip(rows, low, high, strict=True) if a > 0 or b < 0)
        columns = [control.flux.parameters.index(capacity) for capacity in enzymes.values()]
        n = len(control.flux)
        return cls(
            tuple(enzymes),
            control.flux.samples,
            gain[:, columns],
            rows,
            np.ascontiguousarray(effects[:, :, columns]),
            np.broadcast_to(np.minimum(low, 0.0), (n, len(rows))),
            np.broadcast_to(np.maximum(high, 0.0), (n, len(rows))),
            limits,
            weights,
            violated,
        )

    @classmethod
    def joined(cls, problems: Sequence[ResponseProblem]) -> ResponseProblem:
        """Return one problem about the models of several, for example at several steady states.

        Parameters
        ----------
        problems
            With the same enzymes, limits and objective.

        Returns
        -------
        ResponseProblem
            With the rows that all have.

        Raises
        ------
        InputError
            They are not alike.
        """
        first = problems[0]
        for other in problems[1:]:
            if (other.enzymes, other.weights, other.limits) != (
                first.enzymes,
                first.weights,
                first.limits,
            ):
                raise InputError(
                    f"Only problems about the same can be joined, got {first!r} and {other!r}."
                )
        rows = tuple(r for r in first.rows if all(r in other.rows for other in problems))

        def of(name: str) -> Array:
            parts = []
            for one in problems:
                values = getattr(one, name)
                parts.append(values[:, [one.rows.index(row) for row in rows]])
            return np.concatenate(parts)

        return replace(
            first,
            models=tuple(name for one in problems for name in one.models),
            gain=np.concatenate([one.gain for one in problems]),
            rows=rows,
            effects=of("effects"),
            low=of("low"),
            high=of("high"),
            violated=tuple(dict.fromkeys(v for one in problems for v in one.violated)),
        )

    def of_enzymes(self, enzymes: Sequence[str]) -> ResponseProblem:
        """Return the problem with fewer enzymes to choose from.

        Parameters
        ----------
        enzymes
            Which.

        Returns
        -------
        ResponseProblem

        Raises
        ------
        MissingEntryError
            One is not among them.
        """
        require_names(enzymes, self.enzymes, what="enzyme of the problem")
        columns = [self.enzymes.index(name) for name in enzymes]
        gain, effects = self.gain[:, columns], self.effects[:, :, columns]
        return replace(self, enzymes=tuple(enzymes), gain=gain, effects=effects)

    def select(self, models: Sequence[int] | slice) -> ResponseProblem:
        """Return the problem of some of the models.

        Parameters
        ----------
        models
            Positions.

        Returns
        -------
        ResponseProblem
        """
        chosen = np.arange(len(self))[models]
        return replace(
            self,
            models=tuple(self.models[i] for i in chosen),
            gain=self.gain[chosen],
            effects=self.effects[chosen],
            low=self.low[chosen],
            high=self.high[chosen],
        )


@dataclass(frozen=True, eq=False)
class _Rows:
    rows: tuple[str, ...]
    effects: Array  # `model x row x parameter`
    low: Array
    high: Array

    @classmethod
    def within(cls, rows: Sequence[str], effects: Array, low: object, high: object) -> _Rows:
        ends = (np.broadcast_to(np.asarray(end, dtype=float), (len(rows),)) for end in (low, high))
        return cls(tuple(rows), effects, *ends)


@dataclass(frozen=True, eq=False)
class _Setting:
    """What limits are made from."""

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

    def growth(self, name: str | None) -> _Rows:
        least, flux = self.limits.least_growth, self.control.flux
        if least is None:
            return _Rows.within((), flux.values[:, :0], 0.0, 0.0)
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
        return _Rows.within((f"growth ({name})",), effects, log(least), np.inf)

    def concentrations(self) -> _Rows:
        table, fold = self._limited, self.limits.concentration_fold
        if fold is None:
            return _Rows.within((), table.values[:, :0], 0.0, 0.0)
        names = [f"concentration of {name}" for name in table.rows]
        return _Rows.within(names, table.values, -log(fold), log(fold))

    def fluxes(self) -> _Rows:
        table, fold = self.control.flux, self.limits.flux_fold
        logs = self._log_fluxes
        names = [f"flux of {name}" for name in table.rows]
        if self.limits.as_published:
            logs = np.where(np.isfinite(logs), logs, 0.0)
            low, high = np.maximum(-_BOX, -_BOX - logs), np.minimum(_BOX, _BOX - logs)
            return _Rows.within(names, table.values, low, high)
        if fold is None:
            return _Rows.within((), table.values[:, :0], 0.0, 0.0)
        runs = np.isfinite(logs)
        kept = [name for name, run in zip(names, runs, strict=True) if run]
        return _Rows.within(kept, table.values[:, runs], -log(fold), log(fold))

    def directions(self) -> _Rows:
        """Keep every reaction with an equilibrium constant on its side of equilibrium."""
        network, table = self.network, self._limited
        nothing = _Rows.within((), table.values[:, :0], 0.0, 0.0)
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
        return _Rows.within(names, effects, -np.inf, -distance[acts])

    def _require_flux(self, name: str, *, why: str) -> None:
        if self.state.fluxes[name] == 0:
            raise MissingEntryError(
                f"{name!r} has no flux in the steady state {self.state.name!r}: {why}."
            )


def _candidates(
    flux: Coefficients, network: KineticNetwork, limits: DesignLimits, *, growth: str | None
) -> dict[str, str]:
    """Return reactions whose enzymes may change, with the names of their capacities."""
    pairs = zip(network.reaction_names, network.vmax_names, strict=True)
    capacities = {name: vmax for name, vmax in pairs if vmax in flux.parameters}
    for what in ("candidates", "forbidden"):
        require_names(
            getattr(limits, what) or (), network.reaction_names, what=f"reaction ({what})"
        )
    tied = [name for group in limits.tied for name in group]
    require_names(tied, network.reaction_names, what="reaction (tied)")
    biomass = growth or growth_reaction(network)
    chosen = limits.candidates
    if chosen is None:
        across = set() if limits.transports else _transports(network)
        chosen = tuple(name for name in capacities if name != biomass and name not in across)
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
