r"""What is followed in a batch: biomass and metabolites of the medium, modelled and measured.

Measured tables are files ``experiments_<quantity>.csv`` in one folder:

==============  ===================================================================================
column          content
==============  ===================================================================================
``time``        h; capital letters in names of columns do not matter
``mean``        value
``low, high``   optional: the spread; half the distance is taken as the standard deviation
``sd``          optional, in their place: the standard deviation
``unit``        optional: gDW/L (biomass), or g/L, mol/L, mmol/L, umol/L; g/L where absent
``molar_mass``  optional, g/mol: for metabolites in g/L
==============  ===================================================================================

``<quantity>`` is ``biomass``, a metabolite of the medium (``glc_D_e``), or how its name begins up
to an underscore (``glc``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS, PER_MOLAR, Measurement
from skimpy_renaissance.dynamics.reactors.simulate_reactor import ReactorRuns
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError, listed
from skimpy_renaissance.tables import read_table

__all__ = [
    "BatchQuantity",
    "course_errors",
    "course_of",
    "deviations",
    "most_changing",
    "read_experiments",
]

_PREFIX, _SUFFIX = "experiments_", ".csv"


@dataclass(frozen=True)
class BatchQuantity:
    """Something to follow in a batch, with what was measured of it.

    Parameters
    ----------
    name
        In words, for figures and tables.
    variable
        ``"biomass"``, or a metabolite of the medium.
    unit
        Unit in which it is shown.
    in_unit
        What multiplies gDW/L, or mol/L, to give that unit: the molar mass for g/L.
    measured
        Points, in gDW/L or mol/L; none where nothing was measured.

    Raises
    ------
    InputError
        ``in_unit`` is not positive, or a point is of another variable.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import BatchQuantity
    >>> glucose = BatchQuantity("glucose", "glc__D_e", "g/L", in_unit=180.156)
    >>> glucose.label, glucose.course(batches)[0].round(1).tolist()
    ('glucose (g/L)', [3.6, 3.3, 2.6, 1.6])
    """

    name: str
    variable: str
    unit: str
    in_unit: float = 1.0
    measured: tuple[Measurement, ...] = ()

    def __post_init__(self) -> None:
        require_positive(f"in_unit of {self.name!r}", self.in_unit)
        others = sorted({p.variable for p in self.measured} - {self.variable})
        if others:
            raise InputError(f"{self.name!r} is {self.variable!r}, its points {listed(others)}.")

    @property
    def label(self) -> str:
        """Name and unit."""
        return f"{self.name} ({self.unit})"

    @property
    def table(self) -> pd.DataFrame:
        """Measured points in the unit shown: ``time`` (h), ``mean``, ``sd`` (NaN if unknown)."""
        sd = [np.nan if p.sd is None else self.in_unit * p.sd for p in self.measured]
        times = [p.time for p in self.measured]
        means = [self.in_unit * p.value for p in self.measured]
        return pd.DataFrame({"time": times, "mean": means, "sd": sd}, dtype=float)

    def course(self, runs: ReactorRuns) -> NDArray[np.float64]:
        """Return the modelled courses in the unit shown.

        Parameters
        ----------
        runs
            Runs of a reactor that has the variable.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``.
        """
        return self.in_unit * course_of(runs, self.variable)


def read_experiments(
    folder: str | os.PathLike[str],
    reactor: BatchReactor,
    *,
    molar_masses: Mapping[str, float] | None = None,
) -> tuple[BatchQuantity, ...]:
    """Read what was measured in a batch.

    Parameters
    ----------
    folder
        Holds ``experiments_<quantity>.csv``; see the head of this module.
    reactor
        Its medium says which metabolites are meant.
    molar_masses
        Quantity, or metabolite, to g/mol, where a table in g/L has no column ``molar_mass``.

    Returns
    -------
    tuple of BatchQuantity
        Biomass first, then by name.

    Raises
    ------
    FileFormatError
        A file is missing or is not CSV.
    MissingEntryError
        A column is absent, or a quantity is neither biomass nor one metabolite of the medium.
    InputError
        A number or unit cannot be used, or a molar mass is not known.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import read_experiments
    >>> table = pd.DataFrame({"time": [0, 4], "mean": [3.6, 2.6], "sd": 0.1, "molar_mass": 180.156})
    >>> table.to_csv("experiments_glc__D_e.csv", index=False)
    >>> (glucose,) = read_experiments(".", reactor)
    >>> glucose.label, round(glucose.measured[0].value, 3)  # mol/L
    ('glc__D_e (g/L)', 0.02)
    """
    paths = sorted(Path(folder).glob(f"{_PREFIX}*{_SUFFIX}"))
    if not paths:
        raise FileFormatError(
            f"{os.fspath(folder)} holds no {_PREFIX}QUANTITY{_SUFFIX}, for example "
            f"{_PREFIX}biomass{_SUFFIX} with the columns time, mean, low, high."
        )
    masses = dict(molar_masses or {})
    found = [_quantity(path, reactor, masses) for path in paths]
    return tuple(sorted(found, key=lambda quantity: quantity.variable != BIOMASS))


def course_of(runs: ReactorRuns, variable: str) -> NDArray[np.float64]:
    """Return one course of every run.

    Parameters
    ----------
    runs
        Runs of a reactor that has the variable.
    variable
        ``"biomass"``, or a metabolite of the medium.

    Returns
    -------
    numpy.ndarray
        `` `run x time` ``, gDW/L for biomass, mol/L for a metabolite.
    """
    return runs.biomass() if variable == BIOMASS else runs.molar(variable)


def course_errors(
    runs: ReactorRuns, measured: Sequence[Measurement]
) -> dict[str, NDArray[np.float64]]:
    """Return the root mean square error of each variable, in its unit.

    Parameters
    ----------
    runs
        Courses; between their times they are interpolated.
    measured
        Points, of one or more variables.

    Returns
    -------
    dict
        Variable to `` `run` ``: gDW/L for biomass, mol/L for metabolites; NaN where a run stopped
        before the last point.
    """
    off = deviations(runs, measured)
    return {variable: np.sqrt((values**2).mean(-1)) for variable, values in off.items()}


def deviations(
    runs: ReactorRuns, measured: Sequence[Measurement]
) -> dict[str, NDArray[np.float64]]:
    """Return how far simulated courses are from measured points.

    Parameters
    ----------
    runs
        Simulated batches.
    measured
        Points, of any variables.

    Returns
    -------
    dict
        Variable to `` `run x point` ``, simulated less measured, gDW/L or mol/L.
    """
    found = {}
    for variable in dict.fromkeys(point.variable for point in measured):
        points = [point for point in measured if point.variable == variable]
        course = course_of(runs, variable)
        at = np.array([np.interp([p.time for p in points], runs.times, row) for row in course])
        found[variable] = at.reshape(-1, len(points)) - [p.value for p in points]
    return found


def most_changing(runs: ReactorRuns, n: int = 2) -> tuple[BatchQuantity, ...]:
    """Return the metabolites of the medium that change most, to be followed in mmol/L.

    Parameters
    ----------
    runs
        Batches; the mean of those that reached the end decides.
    n
        How many.

    Returns
    -------
    tuple of BatchQuantity
        None where no run reached the end.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import most_changing
    >>> [quantity.label for quantity in most_changing(batches)]
    ['glc__D_e (mmol/L)', 'ac_e (mmol/L)']
    """
    finished = runs.trajectories.finished
    if not finished.any():
        return ()
    free = [name for name in runs.reactor.medium_names if name not in runs.reactor.constant]
    change = {name: float(np.ptp(runs.molar(name)[finished], axis=1).mean()) for name in free}
    most = sorted(change, key=lambda name: -change[name])[:n]
    return tuple(BatchQuantity(name, name, "mmol/L", 1e3) for name in most)


def _quantity(path: Path, reactor: BatchReactor, masses: Mapping[str, float]) -> BatchQuantity:
    name = path.name[len(_PREFIX) : -len(_SUFFIX)]
    variable = _variable(name, reactor, path)
    table = read_table(path).rename(columns=lambda column: str(column).strip().lower())
    lost = [column for column in ("time", "mean") if column not in table]
    if lost or table.empty:
        what = f"lacks the columns {listed(lost)}" if lost else "has no rows"
        raise MissingEntryError(f"{path} {what}; it has {listed(table.columns)}.")
    unit = str(_the_one(table, "unit", path, default="gDW/L" if variable == BIOMASS else "g/L"))
    mass = _the_one(table, "molar_mass", path, default=masses.get(name, masses.get(variable)))
    in_unit = _in_unit(variable, unit, mass, path)
    try:
        time, mean, sd = table["time"].astype(float), table["mean"].astype(float), _spread(table)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path} holds what is no number: {error}.") from error
    points = tuple(
        Measurement(variable, t, m / in_unit, s / in_unit if s > 0 else None)
        for t, m, s in zip(time, mean, sd, strict=True)
    )
    return BatchQuantity(name, variable, unit, in_unit, points)


def _variable(name: str, reactor: BatchReactor, path: Path) -> str:
    known = reactor.medium_names
    if name == BIOMASS or name in known:
        return name
    beginning = [variable for variable in known if variable.startswith(f"{name}_")]
    if len(beginning) != 1:
        what = f"begins {listed(beginning)}" if beginning else "is not in the medium"
        raise MissingEntryError(
            f"{path.name}: {name!r} {what}. Name the file {_PREFIX}METABOLITE{_SUFFIX} with one of "
            f"{listed(known, most=20)}, or {_PREFIX}{BIOMASS}{_SUFFIX}."
        )
    return beginning[0]


def _the_one(table: pd.DataFrame, column: str, path: Path, *, default: object) -> object:
    if column not in table:
        return default
    values = table[column].unique().tolist()
    if len(values) != 1:
        raise InputError(f"{path}: the column {column} must be the same in all rows, got {values}.")
    return values[0]


def _in_unit(variable: str, unit: str, mass: object, path: Path) -> float:
    allowed = ("gDW/L",) if variable == BIOMASS else ("g/L", *PER_MOLAR)
    if unit not in allowed:
        raise InputError(f"{path}: {variable!r} must be in {listed(allowed)}, got {unit!r}.")
    if unit in ("gDW/L", *PER_MOLAR):
        return 1.0 / PER_MOLAR.get(unit, 1.0)
    try:
        number = float(mass)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = 0.0
    if not isfinite(number) or number <= 0:
        raise InputError(
            f"{path}: {variable!r} in g/L needs its molar mass, a positive number of g/mol, got "
            f"{mass!r}. Add a column molar_mass (180.156 for glucose), or a column unit if the "
            "values are in mol/L, mmol/L or umol/L."
        )
    return number


def _spread(table: pd.DataFrame) -> NDArray[np.float64]:
    if "sd" in table:
        spread = table["sd"].astype(float)
    elif "low" in table and "high" in table:
        spread = (table["high"].astype(float) - table["low"].astype(float)) / 2
    else:
        return np.zeros(len(table))
    return np.nan_to_num(spread.to_numpy(), nan=0.0)
