"""From the section [build] to what a kinetic model is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skimpy_renaissance.analyses.build_task import USUAL, BuildTask
from skimpy_renaissance.checks import require_columns
from skimpy_renaissance.cli.build_keys import BuildSettings
from skimpy_renaissance.cli.kinds import range_of
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError, listed, repeated
from skimpy_renaissance.examples import E_COLI_CORE_UNITS
from skimpy_renaissance.landscape.concentration_ranges import read_ranges
from skimpy_renaissance.steady_states.stated_ranges import Ranges
from skimpy_renaissance.tables import read_table
from skimpy_renaissance.thermodynamics import energies_from_table
from skimpy_renaissance.units import Units

__all__ = ["CELL", "FILES", "assumptions", "task_of", "with_units"]

FILES = ("fluxes", "laws", "energies", "concentrations")
"""Keys of [build] that name files, beside the model."""

_AS_GIVEN = (
    *("reactions", "objective", "laws", "small_molecules", "held", "excluded"),
    *("irreversible", "unbalanced", "lump"),
)
CELL = {
    "concentration_scaling": 1e6,
    "density": E_COLI_CORE_UNITS.density,
    "gdw_gww_ratio": E_COLI_CORE_UNITS.gdw_gww_ratio,
}
"""Units that are taken where none are stated."""
_UNITS = {
    "concentration_scaling": " per mol/L",
    "density": " g wet weight/L",
    "gdw_gww_ratio": " g dry/g wet weight",
}


def with_units(settings: Settings) -> Settings:
    """Complete units: what is not stated is that of *E. coli*, concentrations are in uM.

    Parameters
    ----------
    settings
        The settings.

    Returns
    -------
    Settings
    """
    missing: dict[str, Any] = {
        name: value for name, value in CELL.items() if getattr(settings.units, name) is None
    }
    return replace(settings, units=replace(settings.units, **missing))


def assumptions(given: Settings) -> list[str]:
    """Return what nobody stated and is assumed, in words.

    Parameters
    ----------
    given
        The settings, before units were completed.

    Returns
    -------
    list of str
    """
    build = given.build
    found = []
    if build.estimate:
        if build.ph is None:
            found.append(f"pH {_in_words(USUAL['ph'])} (--ph)")
        if build.potential is None:
            found.append(f"membrane potential, mV: {_in_words(USUAL['potential'])} (--potential)")
        found.append(
            f"ionic strength {build.ionic_strength:g} mol/L, pMg {build.p_mg:g} "
            "(--ionic-strength, --p-mg)"
        )
    found.append(
        f"concentrations from {build.usual_concentrations.replace(':', ' to ')} mol/L where no "
        "table states them "
        "(--concentrations, --usual-concentrations)"
    )
    cell = [
        f"{name} {CELL[name]:g}{_UNITS[name]}"
        for name in CELL
        if getattr(given.units, name) is None
    ]
    if cell:
        found.append(
            f"units: {listed(cell)}, of E. coli (--density, --gdw-gww-ratio, "
            "--concentration-scaling)"
        )
    return found


def task_of(settings: Settings) -> BuildTask:
    """Return what a kinetic model is built from; files are read.

    Parameters
    ----------
    settings
        With complete units.

    Returns
    -------
    BuildTask

    Raises
    ------
    InputError
        No model is named, or a name stands twice.
    FileFormatError
        A file cannot be read.
    """
    given = settings.build
    if given.model is None:
        raise InputError(
            "A constraint-based model is needed. Name it with --model FILE, or as model in [build] "
            "of the run file; --model textbook takes one that comes with COBRApy."
        )
    units = settings.to_units()
    assert isinstance(units, Units), "completed"
    return BuildTask(
        model=given.model,
        units=units,
        choices=_choices(given),
        conditions=_conditions(given) if given.estimate else None,
        stated=None if given.energies is None else energies_from_table(given.energies),
        concentrations={} if given.concentrations is None else read_ranges(given.concentrations),
        usual_concentrations=range_of(given.usual_concentrations),
        n_states=given.number,
        models_per_state=given.judged,
        km_range=(settings.generator.km_min, settings.generator.km_max),
        partition=settings.criterion.partition,
        growth=settings.data.growth,
        growth_scaling=settings.data.growth_scaling,
        level=given.level,
        least_displacement=given.least_displacement,
    )


def _choices(given: BuildSettings) -> dict[str, Any]:
    choices: dict[str, Any] = {name: getattr(given, name) for name in _AS_GIVEN}
    bounds: Ranges = _named(given.bounds, range_of, flag="--uptake")
    choices["bounds"] = bounds or None
    choices["growth"] = None if given.growth is None else range_of(given.growth)
    choices["fluxes"] = None if given.fluxes is None else _fluxes(given.fluxes)
    choices["volumes"] = _named(given.volumes, float, flag="--volumes") or None
    return choices


def _conditions(given: BuildSettings) -> dict[str, Any]:
    conditions: dict[str, Any] = {
        "ionic_strength": given.ionic_strength,
        "p_mg": given.p_mg,
        "compounds": _named(given.compounds, str, flag="--compounds"),
    }
    for name, entries in (("ph", given.ph), ("potential", given.potential)):
        if entries is not None:
            conditions[name] = _named(entries, float, flag=f"--{name}")
    return conditions


def _fluxes(path: Path) -> dict[str, float]:
    table = read_table(path, what="a CSV table with the columns reaction and flux")
    require_columns(table, ("reaction", "flux"), what=f"The table of fluxes {path}")
    if twice := repeated(table["reaction"]):
        raise InputError(f"{path} names {listed(twice)} twice. Name each reaction once.")
    return dict(zip(map(str, table["reaction"]), table["flux"], strict=True))


def _named(entries: tuple[str, ...], read: Any, *, flag: str) -> dict[str, Any]:
    pairs = [entry.split("=", 1) for entry in entries]
    if twice := repeated([name for name, _ in pairs]):
        raise InputError(f"{flag} names {listed(twice)} twice. Name it once.")
    return {name: read(text) for name, text in pairs}


def _in_words(values: Mapping[str, float]) -> str:
    return ", ".join(f"{value:g} in {name}" for name, value in values.items())
