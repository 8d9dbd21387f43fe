"""Many steady states as plain arrays in an ``.npz`` file, without units and in any order.

=============================  ==========================================================
key                            content, by default
=============================  ==========================================================
``ids``                        `state`: unique names
``flux``                       `state x reaction`, scaled: net fluxes
``reaction_order``             names of the columns of ``flux``
``concentration``              `state x metabolite`, scaled
``reactant_order``             names of the columns of ``concentration``
``boundary_concentration``     `state x boundary`, scaled; may be left out
``boundary_names``             names of its columns
``keq``                        `state x reaction`, scaled: equilibrium constants
``keq_names``                  names of its columns: reactions, or ``k_equilibrium_<reaction>``
``flux_scaling_factor``        scaled flux per mmol/gDW/h; may be left out, else it must agree
=============================  ==========================================================

All are in the kinetic model's scaled units, which the file does not hold. What is written here is
:func:`~skimpy_renaissance.steady_states.archive.save_steady_states`'s layout, with units.
"""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass

import pandas as pd

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, require_layout
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency import BALANCE_TOLERANCE
from skimpy_renaissance.steady_states.plain_tables import from_tables
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.storage import existing, read_arrays
from skimpy_renaissance.units import Units

__all__ = ["ArrayLayout", "read_state_arrays"]


@dataclass(frozen=True)
class ArrayLayout:
    """Which key of the file holds what; see the table above for contents.

    Parameters
    ----------
    names, fluxes, reactions, concentrations, metabolites
        Needed.
    boundary_concentrations, boundaries
        Left out where ``concentrations`` has them, or the network fixes them.
    equilibrium_constants, constant_names
        Needed.
    flux_factor
        Compared with the units, where it is there.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import ArrayLayout
    >>> layout = ArrayLayout(names="sample", fluxes="v")  # others as in the table above
    >>> layout.fluxes, layout.concentrations
    ('v', 'concentration')
    """

    names: str = "ids"
    fluxes: str = "flux"
    reactions: str = "reaction_order"
    concentrations: str = "concentration"
    metabolites: str = "reactant_order"
    boundary_concentrations: str = "boundary_concentration"
    boundaries: str = "boundary_names"
    equilibrium_constants: str = "keq"
    constant_names: str = "keq_names"
    flux_factor: str = "flux_scaling_factor"


def read_state_arrays(
    path: str | os.PathLike[str],
    network: KineticNetwork,
    *,
    units: Units,
    layout: ArrayLayout | None = None,
    check: bool = True,
    balance_tolerance: float = BALANCE_TOLERANCE,
) -> SteadyStates:
    """Read steady states from plain arrays.

    Parameters
    ----------
    path
        The ``.npz`` file.
    network
        The kinetic model; says which names are needed. Others are ignored.
    units
        The scaling of the arrays.
    layout
        Names of the arrays, where they are not those of the table above.
    check
        Raise where a state does not fit the network.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.

    Returns
    -------
    SteadyStates

    Raises
    ------
    FileFormatError
        The file is no such archive; the key that is wrong is named.
    UnitsError
        ``units`` is not given, or contradicts the flux factor in the file.
    MissingEntryError
        A name that the network needs is absent.
    InputError
        A value is not a usable number.
    SteadyStateError
        A state contradicts the network.

    Examples
    --------
    >>> from skimpy_renaissance.steady_states import read_state_arrays
    >>> np.savez(
    ...     "plain.npz",
    ...     ids=states.names,
    ...     flux=states.fluxes,
    ...     reaction_order=network.reaction_names,
    ...     concentration=states.concentrations,
    ...     reactant_order=network.metabolites,
    ...     keq=states.equilibrium_constants,
    ...     keq_names=network.reaction_names,
    ... )
    >>> read_state_arrays("plain.npz", network, units=states.units)
    <SteadyStates: 200 profiles of 44 fluxes in umol/L/h, 52 concentrations in umol/L>
    """
    if not isinstance(units, Units):
        raise UnitsError(f"Plain arrays hold no units; pass units=Units(...), got {units!r}.")
    path, layout = existing(path), layout or ArrayLayout()
    needed = (
        layout.names,
        layout.fluxes,
        layout.reactions,
        layout.concentrations,
        layout.metabolites,
        layout.equilibrium_constants,
        layout.constant_names,
    )
    hint = "Say with layout=ArrayLayout(...) which array is which."
    arrays = read_arrays(path, needed, only=astuple(layout), hint=hint)
    state = {
        layout.names: (TEXT + WHOLE + REAL, ("state",)),
        layout.reactions: (TEXT, ("reaction",)),
        layout.metabolites: (TEXT, ("metabolite",)),
        layout.boundaries: (TEXT, ("boundary",)),
        layout.constant_names: (TEXT, ("constant",)),
        layout.fluxes: (REAL + WHOLE, ("state", "reaction")),
        layout.concentrations: (REAL + WHOLE, ("state", "metabolite")),
        layout.boundary_concentrations: (REAL + WHOLE, ("state", "boundary")),
        layout.equilibrium_constants: (REAL + WHOLE, ("state", "constant")),
        layout.flux_factor: (REAL + WHOLE, ()),
    }
    arrays = require_layout(arrays, state, source=path.name, hint=hint)
    if layout.flux_factor in arrays:
        units.require_flux_factor(float(arrays[layout.flux_factor]), source=path.name)

    def table(values: str, columns: str) -> pd.DataFrame:
        names = [str(name) for name in arrays[layout.names]]
        return pd.DataFrame(arrays[values], index=names, columns=arrays[columns].tolist())

    concentrations = [table(layout.concentrations, layout.metabolites)]
    if layout.boundary_concentrations in arrays:
        if layout.boundaries not in arrays:
            raise InputError(f"{path.name} has {layout.boundary_concentrations!r} without names.")
        concentrations.append(table(layout.boundary_concentrations, layout.boundaries))
    return from_tables(
        network,
        fluxes=table(layout.fluxes, layout.reactions),
        concentrations=pd.concat(concentrations, axis=1),
        equilibrium_constants=table(layout.equilibrium_constants, layout.constant_names),
        units=units,
        check=check,
        balance_tolerance=balance_tolerance,
    )
