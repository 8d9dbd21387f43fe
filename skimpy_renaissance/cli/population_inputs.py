"""A population file with the kinetic model and the steady state that it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.inputs import Inputs, read_inputs
from skimpy_renaissance.cli.kinds import Kind
from skimpy_renaissance.cli.record import RESOLVED
from skimpy_renaissance.cli.run_file import Given, with_run_file
from skimpy_renaissance.cli.sections import RunSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["PopulationInputs", "open_population", "read_option"]


@dataclass(frozen=True, eq=False)
class PopulationInputs:
    """What a command that takes a population works on.

    Parameters
    ----------
    inputs
        Kinetic model, state, settings; the population is among the files.
    population
        Its parameter sets.
    """

    inputs: Inputs
    population: ParameterPopulation


def open_population(path: Path, given: Given, *, number: int | None) -> PopulationInputs:
    """Read a population, and the model and state of the run file beside it or the command line.

    Parameters
    ----------
    path
        HDF5 in SKiMPy's layout, or columnar.
    given
        Settings; they win over the run file that ``train`` left beside the population.
    number
        Sets to take, the first ones; ``None`` for all.

    Returns
    -------
    PopulationInputs

    Raises
    ------
    FileFormatError
        A file cannot be read.
    InputError
        The inputs cannot be used, or the population has fewer sets.
    UnitsError
        The population states other units than the steady state.
    """
    beside = path.parent / RESOLVED
    base = with_run_file(Settings(), beside) if beside.is_file() else Settings()
    inputs = read_inputs(given.settings(replace(base, run=RunSettings())))
    inputs = inputs.with_files({"population": path})
    population = ParameterPopulation.load(path, units=inputs.units)
    if number is not None:
        if number > len(population):
            raise InputError(f"{path} holds {len(population)} sets, {number} are asked for.")
        population = population.select(slice(0, number))
    return PopulationInputs(inputs, population)


def read_option(kind: Kind, text: str, *, flag: str) -> tuple[Any, ...]:
    """Return the value of an option that is no setting of the run file.

    Parameters
    ----------
    kind
        What its value is.
    text
        As it was typed.
    flag
        The option, for messages.

    Returns
    -------
    tuple

    Raises
    ------
    InputError
        The text is something else.
    """
    try:
        return tuple(kind.read(text))  # type: ignore[arg-type]
    except ValueError:
        raise InputError(f"{flag} must be {kind.name}, got {text!r}.") from None
