r"""What designed strains make in a batch, beside the wild type of the same model.

Both begin with the inoculum, the medium, and the inside of the wild type's steady state; the strain
has its enzymes changed from then on. With the product :math:`P` and the substrate :math:`S` in the
medium, formed and taken up until the time :math:`t` are

.. math:: \Delta P(t) = P(t) - P(0), \qquad \Delta S(t) = S(0) - S(t),

and the strain :math:`d` is told from the wild type :math:`w` by

.. math::
    \text{titre} = \ln\frac{\Delta P_d(t)}{\Delta P_w(t)}, \qquad
    \text{yield} = \ln\frac{\Delta P_d(t)/\Delta S_d(t)}{\Delta P_w(t)/\Delta S_w(t)}, \qquad
    \text{biomass} = \frac{X_d(t)}{X_w(t)} .

Titre and yield are logarithms, as what control coefficients promise is; a yield that is promised
is that of fluxes at a steady state, the yield of a batch that of all which happened until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.design.batch_yield import BatchYield, batch_yield_of
from skimpy_renaissance.design.designs import Design
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.design.verify_designs import models_of
from skimpy_renaissance.dynamics import (
    WILD_TYPE,
    BatchReactor,
    Extremes,
    Integrator,
    ReactorRuns,
    Status,
    StrainDesign,
    implausible_by_run,
    plausible_ranges,
    simulate_reactor,
)
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.steady_states.concentration_classes import ConcentrationRange

__all__ = ["verify_in_batch"]

Array = NDArray[np.float64]


def verify_in_batch(
    reactor: BatchReactor,
    population: ParameterPopulation,
    problem: ResponseProblem,
    designs: Iterable[Design],
    *,
    state: SteadyState | Sequence[SteadyState],
    inoculum: float,
    hours: Sequence[float] = (5.0,),
    until: float = 24.0,
    product: str | None = None,
    substrate: str | None = None,
    medium: Mapping[str, float] | None = None,
    cell_mass: float | None = None,
    plausible: Mapping[str, tuple[float, float]] | None = None,
    n_times: int = 61,
    time_limit: float | None = None,
    integrator: Integrator | None = None,
    n_processes: int | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Grow every designed strain of every model in a batch, beside its wild type.

    Parameters
    ----------
    reactor
        One strain in its medium.
    population
        The models of the problem, by name, in the reactor's units.
    problem
        What is raised.
    designs
        Made for this problem, or for others.
    state
        The steady state that the models were made for, and that cells come from; or one per model
        of the problem.
    inoculum
        gDW/L.
    hours
        When to compare, besides the end.
    until
        Length of the batch, h.
    product, substrate
        Metabolites of the medium. By default those that the objective's reactions make, and take
        up; without a substrate there is no yield.
    medium
        Metabolite to mol/L, in the place of the reactor's medium.
    cell_mass
        Dry weight of a cell, g; by default that of its volume.
    plausible
        Metabolite to lowest and highest, mol/L, in the place of the ranges of its class.
    n_times
        Times from 0 to ``until`` at which concentrations are looked at; ``hours`` come on top.
    time_limit
        Seconds of wall-clock time per run.
    integrator
        ``CVODE()`` by default.
    n_processes
        By default one per core that may be used; 1 stays in this process.
    progress
        Whether to show bars on stderr; ``None`` shows them on a terminal.

    Returns
    -------
    pandas.DataFrame
        One row per design and model: ``design`` (0, 1, ...), ``name``, ``model``; ``promised``, as
        in :func:`verify_designs`; ``titre_5h``, ``yield_5h``, logarithms, and ``biomass_5h``,
        relative to the wild type, for each of ``hours``, and the same for ``end``: NaN where a run
        stopped before, or nothing was formed; ``works``, whether the yield, or without a substrate
        the titre, is higher at the end; ``status``, that of the strain's run, or of the wild type's
        where that failed; ``implausible``, the metabolites of which the strain has too much or too
        little for a cell or its medium, and the wild type has not.

    Raises
    ------
    MissingEntryError
        A design changes an enzyme that the problem does not, the population lacks a model, the
        medium lacks the product or the substrate, or something has no value.
    InputError
        A number makes no sense, there are several strains, hours lie beyond the batch, the cells
        do not make the product or do not take up the substrate, or which metabolites are meant is
        not clear from the objective.
    UnitsError
        Population or steady state have other units than the reactor.

    Examples
    --------
    >>> reactor = sr.examples.e_coli_core_reactor(network, state)
    >>> control = sr.control.control_coefficients(bound, population)
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r").select([0])
    >>> folds = {"ACt2r": 2.0}
    >>> design = sr.design.Design(folds, 0.2, problem.log_gains(folds))
    >>> batch = sr.design.verify_in_batch(
    ...     reactor, population, problem, [design], state=state, inoculum=0.05, hours=[1], until=2
    ... )
    >>> batch[["promised", "titre_1h", "titre_end", "biomass_end", "works"]].round(2)
       promised  titre_1h  titre_end  biomass_end  works
    0      0.16       0.1       0.08         1.06   True
    """
    if len(reactor.strains) != 1:
        raise InputError(
            f"Designs are verified in a reactor of one strain, got {listed(reactor.strains)}."
        )
    require_positive("The inoculum, gDW/L,", inoculum)
    require_positive("until, h,", until)
    require_whole("n_times", n_times, at_least=2)
    if beyond := [hour for hour in hours if not 0 < hour <= until]:
        raise InputError(
            f"hours must lie within the batch, above 0 and up to {until:g} h, got "
            f"{listed(beyond)}. Choose others with hours=, or make the batch longer with until=."
        )
    models = models_of(problem, population)
    chosen = list(designs)
    promises = [problem.log_gains(design.folds) for design in chosen]
    followed = batch_yield_of(reactor, problem, state, product=product, substrate=substrate)
    times = np.union1d(np.linspace(0.0, until, n_times), hours)
    ranges = plausible_ranges(reactor, own=plausible)

    def grown(design: StrainDesign) -> ReactorRuns:
        return simulate_reactor(
            reactor,
            models,
            state,
            times=times,
            biomass=inoculum,
            medium=medium,
            designs=[design],
            cell_mass=cell_mass,
            time_limit=time_limit,
            integrator=integrator,
            n_processes=n_processes,
            progress=progress,
        )

    marks = {f"{hour:g}h": int(np.searchsorted(times, hour)) for hour in hours} | {"end": -1}
    if not chosen:
        return pd.DataFrame()
    tables = []
    wild = grown(WILD_TYPE)
    usual = _implausible(wild, ranges)
    for number, (design, promised) in enumerate(zip(chosen, promises, strict=True)):
        runs = grown(design.strain)
        both = zip(_implausible(runs, ranges), usual, strict=True)
        columns = {
            "design": number,
            "name": design.name,
            "model": problem.models,
            "promised": promised,
            **_compared(runs, wild, followed, marks),
            "status": _status(runs, wild),
            "implausible": [", ".join(sorted(own - known)) for own, known in both],
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _compared(
    runs: ReactorRuns, wild: ReactorRuns, followed: BatchYield, marks: Mapping[str, int]
) -> dict[str, NDArray[np.generic]]:
    """Return the columns of every mark, and whether the design works."""
    with np.errstate(divide="ignore", invalid="ignore"):
        titre = np.log(followed.formed(runs) / followed.formed(wild))
        gain = np.log(followed.per_substrate(runs) / followed.per_substrate(wild))
        biomass = runs.biomass() / wild.biomass()
    columns: dict[str, Array] = {}
    for mark, column in marks.items():
        columns[f"titre_{mark}"] = _known(titre[:, column])
        if followed.substrate is not None:
            columns[f"yield_{mark}"] = _known(gain[:, column])
        columns[f"biomass_{mark}"] = _known(biomass[:, column])
    last = columns["titre_end" if followed.substrate is None else "yield_end"]
    return {**columns, "works": np.nan_to_num(last, nan=-np.inf) > 0}


def _known(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def _status(runs: ReactorRuns, wild: ReactorRuns) -> list[str]:
    of_wild = wild.status["status"]
    return [
        own if usual == Status.FINISHED.value else f"wild type: {usual}"
        for own, usual in zip(runs.status["status"], of_wild, strict=True)
    ]


def _implausible(
    runs: ReactorRuns, ranges: Mapping[str, ConcentrationRange | None]
) -> list[set[str]]:
    """Return the metabolites that are out of range in each run."""
    scaling = runs.reactor.units.concentration_scaling
    strain, *_ = runs.reactor.strains
    extremes = Extremes.of(runs.trajectories, concentration_scaling=scaling)
    return [
        {name.removeprefix(f"{strain}_") for name in names}
        for names in implausible_by_run(extremes, ranges)
    ]
