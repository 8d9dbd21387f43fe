r"""Batch reactors run: every parameter set under every design, in parallel.

Biomass comes back in gDW/L, :math:`b = g B` with the mass :math:`g` that one cell is per litre of
medium, and a concentration in g/L, :math:`c\,M/s` with molar mass :math:`M` (g/mol) and
``concentration_scaling`` :math:`s`.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.checks import require_names, require_positive
from skimpy_renaissance.dynamics.ensembles.ensemble import run_ensemble
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.designs import WILD_TYPE
from skimpy_renaissance.dynamics.reactors.empty_medium import require_rates_at
from skimpy_renaissance.dynamics.reactors.starting_point import (
    Design,
    Sets,
    States,
    initial_conditions,
    named_designs,
    parameter_values,
)
from skimpy_renaissance.errors import MissingEntryError

__all__ = ["ReactorRuns", "simulate_reactor"]


@dataclass(frozen=True, eq=False)
class ReactorRuns:
    """What happened in each reactor.

    Parameters
    ----------
    reactor
        The reactor.
    trajectories
        Concentrations `` `run x time x variable` ``, scaled (cells for the biomass), NaN after a
        run stopped; a status per run; labels ``set`` and ``design``.
    cell_mass
        Dry weight of a cell, g, as the inoculum was counted; ``None`` for that of its volume.

    Examples
    --------
    >>> batches
    <ReactorRuns: 2 runs x 4 times: 2 finished>
    >>> batches.biomass().round(2).tolist()  # gDW/L
    [[0.05, 0.14, 0.3, 0.77], [0.05, 0.24, 1.13, 1.44]]
    >>> batches.time_below("glc__D_e", 0.01).round(1).tolist()  # h until half of it is left
    [5.5, 3.2]
    """

    reactor: BatchReactor
    trajectories: Trajectories
    cell_mass: float | None = None

    def __len__(self) -> int:
        return len(self.trajectories)

    def __repr__(self) -> str:
        return repr(self.trajectories).replace("Trajectories", "ReactorRuns")

    @property
    def status(self) -> pd.DataFrame:
        """One row per run: set, design, status, message, seconds, and event times (h)."""
        return self.trajectories.status

    @property
    def times(self) -> NDArray[np.float64]:
        """`` `time` ``, h."""
        return self.trajectories.times

    def scaled(self, variable: str) -> NDArray[np.float64]:
        """Return one variable as the equations have it.

        Parameters
        ----------
        variable
            One of ``reactor.variables``.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, scaled concentration, or cells.

        Raises
        ------
        MissingEntryError
            The reactor has no such variable.
        """
        names = self.reactor.variables
        require_names([variable], names, what="variable of the reactor")
        return self.trajectories.concentrations[:, :, names.index(variable)]

    def molar(self, metabolite: str) -> NDArray[np.float64]:
        """Return the concentration of a metabolite.

        Parameters
        ----------
        metabolite
            In the medium, or ``<strain>_<metabolite>`` inside.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, mol/L.

        Raises
        ------
        MissingEntryError
            The medium has no such metabolite.
        """
        if metabolite in map(self.reactor.biomass_name, self.reactor.strains):
            raise MissingEntryError(f"{metabolite!r} counts cells; call biomass() for gDW/L.")
        return self.scaled(metabolite) / self.reactor.units.concentration_scaling

    def gram_per_litre(self, metabolite: str, molar_mass: float) -> NDArray[np.float64]:
        """Return the concentration of a metabolite by mass.

        Parameters
        ----------
        metabolite
            As for :meth:`molar`.
        molar_mass
            g/mol; 180.156 for glucose.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, g/L.

        Raises
        ------
        MissingEntryError
            The medium has no such metabolite.
        InputError
            ``molar_mass`` is not positive.
        """
        return self.molar(metabolite) * require_positive("molar_mass, g/mol,", molar_mass)

    def biomass(self, strain: str | None = None) -> NDArray[np.float64]:
        """Return the dry weight of cells.

        Parameters
        ----------
        strain
            One strain; by default all together.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, gDW/L.

        Raises
        ------
        MissingEntryError
            The reactor has no such strain.
        """
        strains = list(self.reactor.strains) if strain is None else [strain]
        total = np.zeros(self.trajectories.concentrations.shape[:2])
        for name in strains:
            one = self.reactor.gram_per_cell_per_litre(name, cell_mass=self.cell_mass)
            total += one * self.scaled(self.reactor.biomass_name(name))
        return total

    def time_below(self, metabolite: str, level: float) -> NDArray[np.float64]:
        """Return when a metabolite first falls to a level, for example a substrate used up.

        Parameters
        ----------
        metabolite
            As for :meth:`molar`.
        level
            mol/L.

        Returns
        -------
        numpy.ndarray
            `` `run` ``, h: between the requested times by linear interpolation; NaN where the
            level is not reached.

        Raises
        ------
        MissingEntryError
            The medium has no such metabolite.
        """
        return np.array([_first_below(self.times, row, level) for row in self.molar(metabolite)])

    def to_dataframe(self, variables: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a tidy table: one row per run, time and variable.

        Parameters
        ----------
        variables
            Which of ``reactor.variables``; by default the biomass and the medium.

        Returns
        -------
        pandas.DataFrame
            Columns ``set``, ``design``, ``status``, ``time`` (h), ``variable``, ``value`` and
            ``unit``: gDW/L for biomass, mol/L for metabolites.

        Raises
        ------
        MissingEntryError
            The reactor has no such variable.
        """
        cells = {self.reactor.biomass_name(name): name for name in self.reactor.strains}
        names = [*cells, *self.reactor.medium_names] if variables is None else list(variables)
        n_times = len(self.times)
        runs = self.status[["set", "design", "status"]]
        runs = runs.iloc[np.repeat(np.arange(len(self)), n_times)].reset_index(drop=True)
        hours = np.tile(self.times, len(self))
        tables = []
        for name in names:
            value = self.biomass(cells[name]) if name in cells else self.molar(name)
            unit = "gDW/L" if name in cells else "mol/L"
            tables.append(runs.assign(time=hours, variable=name, value=value.ravel(), unit=unit))
        return pd.concat(tables, ignore_index=True)


def simulate_reactor(
    reactor: BatchReactor,
    sets: Sets | None,
    states: States,
    *,
    times: ArrayLike,
    biomass: float | Mapping[str, float],
    medium: Mapping[str, float] | None = None,
    designs: Sequence[Design] = (WILD_TYPE,),
    cell_mass: float | None = None,
    events: Sequence[Event] = (),
    rtol: float = 1e-8,
    atol: ArrayLike = 1e-6,
    time_limit: float | None = None,
    integrator: Integrator | None = None,
    n_processes: int | None = None,
    progress: bool | None = False,
) -> ReactorRuns:
    """Run a batch for every parameter set under every design.

    Parameters
    ----------
    reactor
        Strains and medium.
    sets
        Parameter sets, in the reactor's units; by strain where there are several, and then as many
        of each, or one. ``None`` takes the values in the strains' networks.
    states
        The steady state that the cells come from, or one per set; by strain where there are
        several.
    times
        `` `time` ``, h, increasing: when to report; the first is that of the inoculum.
    biomass
        Inoculum, gDW/L; by strain where there are several.
    medium
        Metabolite to mol/L, in the place of the reactor's; those not named start at zero. See
        :func:`~skimpy_renaissance.dynamics.reactors.starting_point.medium_at`.
    designs
        Strain designs; by strain where there are several.
    cell_mass
        Dry weight of a cell, g; by default that of its volume.
    events
        What to look out for, for example
        :class:`~skimpy_renaissance.dynamics.reactors.falls_below.FallsBelow`.
    rtol
        Relative tolerance of the integrator. Cells that start exactly at their steady state invite
        a first step too long to recover from at 1e-6.
    atol
        Absolute tolerance, scaled concentration: one, or `` `variable` ``.
    time_limit
        Seconds that one run may take.
    integrator
        ``CVODE()`` by default; ``CVODE(max_steps=...)`` for runs that meet their step limit.
    n_processes
        Processes; by default one per core.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    ReactorRuns
        Sets in order, and within each the designs in order. A run that fails is kept, with its
        status.

    Raises
    ------
    MissingEntryError
        A parameter or a concentration has no value, or a name is not in the reactor.
    UnitsError
        Sets or states have other units than the reactor, or none.
    InputError
        Numbers of sets, states or strains do not fit, an inoculum is negative, or rate laws divide
        by what the medium lacks.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import WILD_TYPE, StrainDesign, simulate_reactor
    >>> designs = [WILD_TYPE, StrainDesign("less PFK", {"PFK": 0.5})]
    >>> runs = simulate_reactor(
    ...     reactor, population.select([0]), state, times=[0, 4], biomass=0.05, designs=designs
    ... )
    >>> runs.biomass()[:, -1].round(2).tolist()  # gDW/L after 4 h
    [0.3, 0.34]
    """
    named = named_designs(reactor, designs)
    tables = [parameter_values(reactor, sets, design) for _, design in named]
    names = tables[0][1]
    initial = initial_conditions(
        reactor, states, len(names), biomass=biomass, medium=medium, cell_mass=cell_mass
    )
    parameters = np.stack([values for values, _ in tables], axis=1)  # set x design x parameter
    require_rates_at(reactor, initial[0], parameters[0, 0])
    per_hour = reactor.units.time_scaling
    trajectories = run_ensemble(
        reactor.compiled,
        np.repeat(initial, len(named), axis=0),
        parameters.reshape(-1, parameters.shape[-1]),
        times=np.asarray(times, dtype=np.float64) * per_hour,
        events=events,
        rtol=rtol,
        atol=atol,
        time_limit=time_limit,
        integrator=integrator,
        n_processes=n_processes,
        progress=progress,
        labels={
            "set": [name for name in names for _ in named],
            "design": [name for _ in names for name, _ in named],
        },
    )
    return ReactorRuns(reactor, trajectories.in_hours(per_hour), cell_mass)


def _first_below(times: NDArray[np.float64], course: NDArray[np.float64], level: float) -> float:
    below = np.flatnonzero(course <= level)
    if not len(below):
        return float("nan")
    around = slice(max(0, below[0] - 1), below[0] + 1)
    return float(np.interp(-level, -course[around], times[around]))
