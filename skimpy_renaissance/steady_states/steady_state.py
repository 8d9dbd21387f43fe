r"""A steady-state profile, and many of them.

A profile fixes the point :math:`(v^*, x^*, K)` at which kinetic models are built: net fluxes with
:math:`N v^* = 0`, concentrations, and equilibrium constants. All three are in the kinetic model's
scaled units, which travel with them. Columns are in the network's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.display import Shown
from skimpy_renaissance.errors import InputError, UnitsError, listed, repeated
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.units import Units

__all__ = ["SteadyState", "SteadyStates"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class SteadyState(Shown):
    """One profile, by name.

    Parameters
    ----------
    name
        Identifier of the profile.
    fluxes
        `` `reaction` ``, scaled concentration per model time: net fluxes, network order.
    concentrations
        `` `metabolite` ``, scaled concentration: variables, then boundaries.
    equilibrium_constants
        `` `reaction` ``, scaled concentration to the power of the summed stoichiometry; NaN where
        the rate law needs none.
    units
        The scaling of all three; ``None`` where only scaled numbers are known.

    Examples
    --------
    >>> state
    <SteadyState '97': 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    >>> print(f"{state.concentrations['atp_c'] / 1000:.1f} mmol/L")
    7.1 mmol/L
    """

    name: str
    fluxes: pd.Series
    concentrations: pd.Series
    equilibrium_constants: pd.Series
    units: Units | None

    def __repr__(self) -> str:
        counts = _counted(len(self.fluxes), len(self.concentrations), self.units)
        return f"<SteadyState {self.name!r}: {counts}>"

    def stated_units(self) -> Units:
        """Return the units.

        Raises
        ------
        UnitsError
            They are not known.
        """
        if self.units is None:
            raise UnitsError(
                f"Steady state {self.name!r} holds scaled numbers of unknown units. State them: "
                "dataclasses.replace(state, units=Units(...))."
            )
        return self.units


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class SteadyStates(Shown):
    """Profiles of one network: a sequence of :class:`SteadyState`.

    ``states[3]`` and ``states["strain_1"]`` give one profile, ``states[10:20]`` several.

    Parameters
    ----------
    names
        Unique identifier per profile.
    reaction_names
        Columns of ``fluxes`` and ``equilibrium_constants``.
    metabolite_names
        Columns of ``concentrations``: the network's variables, then its boundaries.
    fluxes
        `` `state x reaction` ``, scaled concentration per model time.
    concentrations
        `` `state x metabolite` ``, scaled concentration, positive.
    equilibrium_constants
        `` `state x reaction` ``, scaled units, positive; NaN where the rate law needs none.
    units
        The scaling of all three.

    Raises
    ------
    InputError
        No profile, a name used twice, a shape that does not fit the names, or a value that is not
        finite (or, except for fluxes, not positive); the state and the column are named.
    UnitsError
        ``units`` is not a :class:`~skimpy_renaissance.units.Units`.

    Examples
    --------
    >>> states
    <SteadyStates: 200 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    >>> len(states[:10]), states["12"].name
    (10, '12')
    """

    names: tuple[str, ...]
    reaction_names: tuple[str, ...]
    metabolite_names: tuple[str, ...]
    fluxes: NDArray[np.float64]
    concentrations: NDArray[np.float64]
    equilibrium_constants: NDArray[np.float64]
    units: Units

    def __post_init__(self) -> None:
        if not isinstance(self.units, Units):
            raise UnitsError(
                f"Steady states need their units, got {self.units!r}. Pass units=Units("
                "concentration_scaling=..., density=..., gdw_gww_ratio=...)."
            )
        if not self.names:
            raise InputError("Steady states need at least one profile, got none.")
        twice = repeated(self.names)
        if twice:
            raise InputError(
                f"Names of steady states must be unique; used twice: {listed(twice)}. "
                "Rename the rows."
            )
        for label, columns in self._columns.items():
            values = np.array(getattr(self, label), dtype=np.float64)  # an own, frozen copy
            shape = (len(self.names), len(columns))
            if values.shape != shape:
                raise InputError(
                    f"{label} must have shape {shape} (state x name), got {values.shape}."
                )
            _require_usable(values, label, self.names, columns)
            values.flags.writeable = False
            object.__setattr__(self, label, values)

    @property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        return {
            "fluxes": self.reaction_names,
            "concentrations": self.metabolite_names,
            "equilibrium_constants": self.reaction_names,
        }

    def __repr__(self) -> str:
        counts = _counted(len(self.reaction_names), len(self.metabolite_names), self.units)
        return f"<SteadyStates: {len(self)} profiles of {counts}>"

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[SteadyState]:
        return (self[row] for row in range(len(self)))

    @overload
    def __getitem__(self, which: int | str) -> SteadyState: ...

    @overload
    def __getitem__(self, which: slice) -> SteadyStates: ...

    def __getitem__(self, which: int | str | slice) -> SteadyState | SteadyStates:
        if isinstance(which, slice):
            return self._rows(range(len(self))[which])
        row = self._row_of(which) if isinstance(which, str) else range(len(self))[which]
        series = {
            label: pd.Series(getattr(self, label)[row].copy(), index=list(columns), name=label)
            for label, columns in self._columns.items()
        }
        return SteadyState(name=self.names[row], units=self.units, **series)

    @classmethod
    def stack(cls, states: Sequence[SteadyState]) -> SteadyStates:
        """Join single profiles of one network, for example those of several JSON files.

        Parameters
        ----------
        states
            Profiles with the same names, order and units.

        Returns
        -------
        SteadyStates

        Raises
        ------
        InputError
            There is none, two share a name, or their reactions or metabolites differ.
        UnitsError
            Their units differ.
        """
        if not states:
            raise InputError("Steady states need at least one profile, got none.")
        first = states[0]
        for state in states[1:]:
            first.stated_units().require_same(
                state.stated_units(), what=f"Steady state {state.name!r}"
            )
            for label in ("fluxes", "concentrations", "equilibrium_constants"):
                if list(getattr(state, label).index) != list(getattr(first, label).index):
                    raise InputError(
                        f"Steady states must be of one network; {label} of {state.name!r} have "
                        f"other names, or another order, than those of {first.name!r}."
                    )
        return cls(
            names=tuple(state.name for state in states),
            reaction_names=tuple(first.fluxes.index),
            metabolite_names=tuple(first.concentrations.index),
            fluxes=np.array([state.fluxes for state in states]),
            concentrations=np.array([state.concentrations for state in states]),
            equilibrium_constants=np.array([state.equilibrium_constants for state in states]),
            units=first.stated_units(),
        )

    def select(self, names: Sequence[str]) -> SteadyStates:
        """Return the profiles of the given names, in the given order.

        Parameters
        ----------
        names
            Names of profiles.

        Returns
        -------
        SteadyStates

        Raises
        ------
        MissingEntryError
            There is no profile of one of the names.
        InputError
            ``names`` is empty or repeats a name.
        """
        return self._rows([self._row_of(name) for name in names])

    @property
    def zero_fluxes(self) -> tuple[str, ...]:
        """Reactions that are off in every one of these states, for ``network.without``."""
        off = (self.fluxes == 0).all(axis=0)
        return tuple(name for name, zero in zip(self.reaction_names, off, strict=True) if zero)

    def of(self, network: KineticNetwork) -> SteadyStates:
        """Return what a smaller network needs of these states, in its order.

        Parameters
        ----------
        network
            For example ``larger.without(states.zero_fluxes)``.

        Returns
        -------
        SteadyStates

        Raises
        ------
        MissingEntryError
            A reaction or a metabolite of the network is not in these states.
        """
        require_names(network.reaction_names, self.reaction_names, what="flux of")
        require_names(network.metabolites, self.metabolite_names, what="concentration of")
        reactions = [self.reaction_names.index(name) for name in network.reaction_names]
        metabolites = [self.metabolite_names.index(name) for name in network.metabolites]
        return replace(
            self,
            reaction_names=network.reaction_names,
            metabolite_names=network.metabolites,
            fluxes=self.fluxes[:, reactions],
            concentrations=self.concentrations[:, metabolites],
            equilibrium_constants=self.equilibrium_constants[:, reactions],
        )

    def _row_of(self, name: str) -> int:
        require_names([name], self.names, what="steady state")
        return self.names.index(name)

    def _rows(self, rows: Sequence[int]) -> SteadyStates:
        index = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            names=tuple(self.names[row] for row in rows),
            **{label: getattr(self, label)[index] for label in self._columns},
        )


def _counted(fluxes: int, concentrations: int, units: Units | None) -> str:
    if units is None:
        return f"{fluxes} fluxes, {concentrations} concentrations, units not stated"
    return (
        f"{fluxes} fluxes in {units.rate_unit}, "
        f"{concentrations} concentrations in {units.concentration_unit}"
    )


def _require_usable(
    values: NDArray[np.float64], label: str, names: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    """Raise for the first value that is not finite or, except for fluxes, not positive."""
    if label == "fluxes":
        bad, required = ~np.isfinite(values), "finite"
    elif label == "concentrations":
        bad, required = ~(np.isfinite(values) & (values > 0)), "positive and finite"
    else:  # NaN stands for: no equilibrium constant
        bad, required = np.isinf(values) | (values <= 0), "positive and finite"
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InputError(
            f"{label} must be {required}; state {names[row]!r} has {float(values[row, column])!r} "
            f"for {columns[column]!r} ({int(bad.sum())} such value(s) in all). "
            "Correct the table, or leave that state out."
        )
