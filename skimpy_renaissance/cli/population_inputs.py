"""A population file with the kinetic model and the steady state that it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.inputs import Inputs, read_inputs
from skimpy_renaissance.cli.kinds import Kind
from skimpy_renaissance.cli.record import RESOLVED, read_record
from skimpy_renaissance.cli.run_file import Given, with_run_file, with_tables
from skimpy_renaissance.cli.sections import RunSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.population import ParameterPopulation, ensemble_of

__all__ = ["PopulationInputs", "open_population", "read_option", "settings_beside"]


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

    Narrow ensembles are warned of, before work starts.

    Parameters
    ----------
    path
        HDF5 in SKiMPy's layout, or columnar.
    given
        Settings; they win over what lies beside the population.
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
    inputs = read_inputs(given.settings(settings_beside(path)))
    inputs = inputs.with_files({"population": path})
    population = ParameterPopulation.load(path, units=inputs.units)
    if number is not None:
        if number > len(population):
            raise InputError(f"{path} holds {len(population)} sets, {number} are asked for.")
        population = population.select(slice(0, number))
    if warning := ensemble_of(population.provenance).warning:
        tell(f"Warning: {warning}")
    return PopulationInputs(inputs, population)


def settings_beside(path: Path) -> Settings:
    """Return the settings of a population's inputs, as far as files beside it tell.

    Parameters
    ----------
    path
        The population. A run file (``resolved.toml``) counts before its own record (``.json``).

    Returns
    -------
    Settings
        Of a record, model, units and states; those of the run are the defaults.

    Raises
    ------
    FileFormatError, MissingEntryError, InputError
        A file beside it is damaged.
    """
    run_file, record = path.parent / RESOLVED, path.with_suffix(".json")
    settings = Settings()
    if run_file.is_file():
        settings = with_run_file(settings, run_file)
    elif record.is_file():
        settings = with_tables(settings, _inputs_of(record), source=record, folder=record.parent)
    return replace(settings, run=RunSettings())


def _inputs_of(record: Path) -> dict[str, dict[str, Any]]:
    """Return the sections on inputs of a record, with the places where files were."""
    stored = read_record(record)
    try:
        tables = {name: dict(stored["settings"][name]) for name in ("model", "units", "states")}
        for role, file in stored["inputs"].items():
            section = "states" if role == "states" else "model"
            key = "file" if role in ("model", "states") else role
            if key in tables[section]:
                tables[section][key] = file["path"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(
            f"{record} is no complete record of a run ({error!r}). Delete it, and name model and "
            "steady states (--model, --states)."
        ) from error
    return {
        section: {key: value for key, value in table.items() if value is not None}
        for section, table in tables.items()
    }


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
