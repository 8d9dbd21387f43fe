"""The kinetic model and steady states that settings name, with the fingerprints of their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.input_files import InputFile, fingerprint, hashes_of, located
from skimpy_renaissance.cli.model_file import ModelFile, read_model
from skimpy_renaissance.cli.sections import BUNDLED, UnitsSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    listed,
)
from skimpy_renaissance.examples import E_COLI_CORE_UNITS, REFERENCE_STATE
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.sampling.default_partition import (
    no_partition_stated,
    suggested_partition,
)
from skimpy_renaissance.setups import digest, digits
from skimpy_renaissance.steady_states import (
    SteadyState,
    SteadyStates,
    balance_fluxes,
    read_states_file,
    require_consistent,
)
from skimpy_renaissance.units import Units

__all__ = [
    "Inputs",
    "bind_state",
    "choose_state",
    "default_partition_note",
    "read_inputs",
    "read_states",
    "read_states_at",
]


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a command works on, read once.

    Parameters
    ----------
    settings
        The settings, completed by what the files say: units, state.
    network
        The kinetic model.
    states
        All steady states of the file.
    state
        The one that was chosen.
    input_files
        Role (``"model"``, ``"states"``, ...) to file.
    """

    settings: Settings
    network: KineticNetwork
    states: SteadyStates
    state: SteadyState
    input_files: Mapping[str, InputFile]

    @property
    def units(self) -> Units:
        """Units of the states."""
        return self.states.units

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this problem from another, plain JSON: hashes, state, units.

        The state is told by its numbers to eight digits, so that files can be carried to another
        processor.
        """
        return self._identity(f"8 digits {digest(*map(digits, self._numbers))}")

    def identity_as_in(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the identity in the form of a stored one: earlier versions hashed all digits.

        Parameters
        ----------
        stored
            Identity that a result carries.

        Returns
        -------
        dict
        """
        exact = digest(*self._numbers)
        return self._identity(exact) if stored.get("state_sha256") == exact else self.identity

    @property
    def _numbers(self) -> list[NDArray[np.float64]]:
        state = self.state
        series = (state.fluxes, state.concentrations, state.equilibrium_constants)
        return [numbers.to_numpy(dtype=float) for numbers in series]

    def _identity(self, of_state: str) -> dict[str, Any]:
        return {
            **dict.fromkeys(("model_sha256", "conservation_sha256", "regulation_sha256")),
            **hashes_of(self.input_files),
            "state": self.state.name,
            "state_sha256": of_state,
            "units": self.units.to_dict(),
        }

    def with_files(self, files: Mapping[str, Path]) -> Inputs:
        """Add files that are read beside model and states; they identify the problem too.

        Parameters
        ----------
        files
            Role to file.

        Returns
        -------
        Inputs

        Raises
        ------
        FileFormatError
            One cannot be read.
        """
        added = {role: fingerprint(path, role=role) for role, path in files.items()}
        return replace(self, input_files={**self.input_files, **added})


def read_inputs(settings: Settings) -> Inputs:
    """Read the kinetic model and the one steady state that settings name.

    Parameters
    ----------
    settings
        The settings.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        A file or the state is not named, or several states are there to choose from.
    FileFormatError, MissingEntryError, NetworkError, UnitsError, SteadyStateError
        The files cannot be used.
    """
    model = read_model(settings)
    whole = model.network.reaction_names
    network, states, states_file = read_states(settings, model)
    off = set(whole) - set(network.reaction_names)
    state = choose_state(states, settings)
    require_consistent(
        network,
        states.select([state.name]),
        balance_tolerance=settings.states.balance_tolerance,
    )
    settings = replace(
        settings,
        model=replace(settings.model, drop=(*settings.model.drop, *sorted(off))),
        units=UnitsSettings(**states.units.to_dict()),  # type: ignore[arg-type]
        states=replace(settings.states, file=_states_path(settings), state=state.name),
    )
    return Inputs(settings, network, states, state, {**model.input_files, "states": states_file})


def read_states(
    settings: Settings, model: ModelFile
) -> tuple[KineticNetwork, SteadyStates, InputFile]:
    """Read steady states, without judging whether they fit the network.

    An SBML model has its own where no file is named. Where the settings ask for it, reactions are
    left out whose flux is zero in the state that is named, or in every state where none is, and
    fluxes are balanced; a line says so.

    Parameters
    ----------
    settings
        The settings.
    model
        The kinetic model.

    Returns
    -------
    network : KineticNetwork
        Without the reactions that are off, where they are left out.
    states : SteadyStates
    input_file : InputFile

    Raises
    ------
    InputError
        No file is named.
    UnitsError
        The units are neither given nor in the file.
    SteadyStateError
        Fluxes cannot be balanced, or the model has no steady state of its own.
    FileFormatError, MissingEntryError
        The file cannot be used.
    """
    given, network = _states_path(settings), model.network
    if given is not None:
        states, input_file = read_states_at(given, settings, network)
    elif model.sbml is not None:
        states = SteadyStates.stack([model.own_state]).of(network)
        input_file = model.input_files["model"]
        if model.absent:
            tell(f"Taken as 1e-12 mol/L, the file has none of them: {listed(model.absent)}.")
    else:
        raise InputError(
            "Steady states are needed. Name them with --states FILE, or as file in [states] of the "
            "run file."
        )
    if settings.states.drop_zero_fluxes:
        named = settings.states.state is not None or settings.uses_bundled_states
        used = states.select([choose_state(states, settings).name]) if named else states
        if off := used.zero_fluxes:
            tell(f"Left out, their flux is zero: {listed(off, most=20)}.")
            network = network.without(off)
            states = states.of(network)
    if settings.states.balance_fluxes:
        balanced = balance_fluxes(network, states)
        tell(f"{balanced}.")
        states = balanced.states
    return network, states, input_file


def read_states_at(
    given: Path, settings: Settings, network: KineticNetwork
) -> tuple[SteadyStates, InputFile]:
    """Read one file of steady states, in the units of the settings.

    Parameters
    ----------
    given
        The file, or the name of the bundled states.
    settings
        For the units.
    network
        The kinetic model.

    Returns
    -------
    states : SteadyStates
    input_file : InputFile

    Raises
    ------
    UnitsError
        The units are neither given nor in the file.
    FileFormatError, MissingEntryError
        The file cannot be used.
    """
    units = settings.to_units()
    if units is None and str(given) == BUNDLED:
        units = E_COLI_CORE_UNITS
    with located(given, role="states") as path:
        input_file = fingerprint(path, role="states", shown=given)
        return read_states_file(path, network, units=units), input_file


def choose_state(states: SteadyStates, settings: Settings) -> SteadyState:
    """Return the steady state that settings name, or the only one.

    Parameters
    ----------
    states
        All that were read.
    settings
        The settings.

    Returns
    -------
    SteadyState

    Raises
    ------
    InputError
        None is named, and there are several.
    MissingEntryError
        There is no state of that name or at that position.
    """
    wanted = settings.states.state
    if wanted is None and settings.uses_bundled_states:
        return states[REFERENCE_STATE]
    if wanted is None:
        if len(states) == 1:
            return states[0]
        raise InputError(
            f"One steady state is needed, and the file holds {len(states)}: "
            f"{listed(states.names)}. Choose one with --state, or state in [states]."
        )
    if wanted in states.names:
        return states[wanted]
    if wanted.isdecimal() and int(wanted) < len(states):
        return states[int(wanted)]
    raise MissingEntryError(
        f"No steady state is called {wanted!r}, nor is that a position between 0 and "
        f"{len(states) - 1}; names are {listed(states.names)}."
    )


def default_partition_note(inputs: Inputs) -> str:
    """Say that no partition was stated, and what growth suggests; empty where one was.

    Parameters
    ----------
    inputs
        The kinetic model, its state and settings.

    Returns
    -------
    str
    """
    settings = inputs.settings
    if settings.criterion.partition is not None:
        return ""
    suggested = suggested_partition(
        inputs.network,
        inputs.state,
        reaction=settings.data.growth,
        scaling=settings.data.growth_scaling,
    )
    flag = "" if suggested is None else f" (--partition {suggested:.3g})"
    return f"{no_partition_stated(suggested).rstrip('.')}{flag}."


def bind_state(inputs: Inputs) -> BoundKinetics:
    """Compile the rate laws and tie them to the steady state.

    Parameters
    ----------
    inputs
        The kinetic model and its state.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    InputError
        No Km is unknown.
    """
    if not inputs.network.km_names:
        raise InputError(
            f"Every Km of {inputs.network.name!r} has a value, so there is nothing to generate. "
            "Give --redraw to draw them all anew (redraw = true in [model]), or, in YAML, set "
            "those to be drawn to null in the parameters section."
        )
    kinetics = compile_network(inputs.network)
    return kinetics.at(inputs.state, threads=inputs.settings.run.threads)


def _states_path(settings: Settings) -> Path | None:
    return Path(BUNDLED) if settings.uses_bundled_states else settings.states.file
