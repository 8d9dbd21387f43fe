"""The organism of a study, put together from settings: bundled, of the paper, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.cli.design_settings import aim_of, limits_of, objective_of
from skimpy_renaissance.cli.inputs import (
    Inputs,
    read_inputs,
    read_states_at,
)
from skimpy_renaissance.cli.run_file import with_run_file
from skimpy_renaissance.cli.sections import DataSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError, listed
from skimpy_renaissance.setups import digest
from skimpy_renaissance.steady_states import SteadyState, SteadyStates, growth_reaction
from skimpy_renaissance.studies import Case

__all__ = ["CASES", "CaseInputs", "named_case", "read_case"]

_FOLDER = files("skimpy_renaissance.cli") / "cases"
CASES: Mapping[str, str] = {
    "e_coli_core": "E. coli core, bundled",
    "e_coli": "E. coli W3110 trpD9923, the paper's model",
    "yeast": "S. cerevisiae ST10284",
}
"""Cases whose run files come with the package, and what they are called in titles."""

_NEEDS_FOLDER = ("e_coli", "yeast")


@dataclass(frozen=True, eq=False)
class CaseInputs:
    """An organism, with the files it came from.

    Parameters
    ----------
    case
        For the study.
    inputs
        For the record: settings, reference state, hashes of files.
    """

    case: Case
    inputs: Inputs

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this organism from another, plain JSON: hashes, state, units."""
        data = {role: _digest(path) for role, path in self.case.data.items()}
        source = self.case.measured
        conditions = {} if source is None else {"measured_km": source.conditions}
        return {**self.inputs.identity, "data_sha256": data, **conditions}


def named_case(name: str, folder: Path | None) -> Settings:
    """Return the settings of a case that comes with the package.

    Parameters
    ----------
    name
        Key of ``CASES``.
    folder
        Where its data files are; the bundled case has none.

    Returns
    -------
    Settings

    Raises
    ------
    MissingEntryError
        There is no case of this name.
    InputError
        The folder is not given, or not needed.
    FileFormatError
        The folder lacks the case's kinetic model.
    """
    if name not in CASES:
        raise MissingEntryError(
            f"There is no case {name!r}; there are {listed(CASES)}. For an organism of your own "
            "give --config RUN.TOML."
        )
    if name not in _NEEDS_FOLDER:
        if folder is not None:
            raise InputError(f"The case {name!r} is bundled: it takes no --data, got {folder}.")
        folder = Path()
    elif folder is None:
        raise InputError(
            f"The case {name!r} ({CASES[name]}) needs the folder that holds its data files: "
            "--data FOLDER."
        )
    with as_file(_FOLDER / f"{name}.toml") as path:
        settings = with_run_file(Settings(), path, folder=folder)
    model = settings.model.file
    if name in _NEEDS_FOLDER and model is not None and not model.is_file():
        raise FileFormatError(
            f"{folder} does not hold {model.name}, the kinetic model of the case {name!r}. Check "
            "--data."
        )
    return settings


def read_case(settings: Settings, *, name: str | None = None) -> CaseInputs:
    """Read an organism: model, reference state, further states, places of measurements.

    Parameters
    ----------
    settings
        The settings.
    name
        In words, for titles; by default the kinetic model's own name.

    Returns
    -------
    CaseInputs

    Raises
    ------
    InputError
        A file of measurements is named that does not exist.
    FileFormatError, MissingEntryError, NetworkError, UnitsError, SteadyStateError
        The files cannot be used.
    """
    data = _existing(settings.data)
    inputs = read_inputs(settings)
    settings = inputs.settings  # completed by what the files say
    network, states, reference = inputs.network, inputs.states, inputs.state
    if (more := data.pop("many_states", None)) is not None:
        others, _ = read_states_at(more, settings, network)
        names = [n for n in others.names if not _same(others[n], reference)]
        states = SteadyStates.stack([reference, *(others[n] for n in names)])
    case = Case(
        name=name or network.name,
        network=network,
        states=states,
        reference=reference.name,
        criterion=settings.to_criterion(),
        generator=settings.to_generator(),
        optimizer=settings.to_optimizer(),
        optimizer_chosen=settings.training.optimizer is not None,
        reward=settings.to_reward(),
        growth=settings.data.growth or growth_reaction(network),
        growth_scaling=settings.data.growth_scaling,
        data=data,
        measured=settings.to_km_source(),
        design=_design(settings),
        threads=settings.run.threads,
    )
    return CaseInputs(case, inputs)


def _design(settings: Settings) -> DesignOptions | None:
    """Return what strains are to make, where the section [design] says so."""
    given = settings.design
    if not given.raises:
        return None
    return DesignOptions(
        objective_of(given),
        limits_of(given),
        aim_of(given),
        given.within,
        settings.data.growth,
    )


def _same(one: SteadyState, other: SteadyState) -> bool:
    """Tell whether two states are one, whatever they are called."""
    return one.name == other.name or all(
        np.allclose(a, b, rtol=1e-6, atol=0)
        for a, b in ((one.fluxes, other.fluxes), (one.concentrations, other.concentrations))
    )


def _existing(data: DataSettings) -> dict[str, Path]:
    values = {f.name: getattr(data, f.name) for f in fields(data)}
    given = {role: path for role, path in values.items() if isinstance(path, Path)}
    for role, path in given.items():
        if not path.exists():
            raise InputError(
                f"{role} in [data] names {path}, which does not exist. Check the path, or leave "
                "it out."
            )
    return given


def _digest(path: Path) -> str:
    """Hash a file, or the tables of a folder by name and content."""
    tables = [path] if path.is_file() else sorted(path.glob("*.csv"))
    return digest(*(part for table in tables for part in (table.name, table)))
