"""Training on a batch fermentation: a curve of a hidden model, and generators that learn it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from skimpy_renaissance.analyses import Finding, RunContext
from skimpy_renaissance.dynamics import BatchQuantity, BatchReactor, ReactorRuns, read_reactor_yaml
from skimpy_renaissance.dynamics.reactors.batch_quantity import course_of
from skimpy_renaissance.dynamics.reactors.measured_course import BIOMASS, as_table
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.examples import e_coli_core_reactor
from skimpy_renaissance.learning import NES, Generator, Gradient, train
from skimpy_renaissance.plots.panels import grid
from skimpy_renaissance.plots.reactor import plot_reactor
from skimpy_renaissance.priors import KmSpace, seed_stream
from skimpy_renaissance.requirements import (
    EigenvalueWindow,
    Fermentation,
    Measurement,
    Requirements,
)
from skimpy_renaissance.sampling import BLOCK, draw_valid, log_uniform
from skimpy_renaissance.studies.case import Case

__all__ = ["CurveFit", "CurveSettings", "reactor_of", "synthetic_curve", "train_on_curve"]

_VALID_TRIED = 21  # valid models, of which one should grow

_VALID, _ON_CURVE = "valid only", "trained on the curve"


@dataclass(frozen=True)
class CurveSettings:
    """How a curve is made and learned.

    Parameters
    ----------
    generations, n_candidates, models
        Settings of natural evolution strategies; each candidate is judged by so many simulated
        models.
    grown
        Valid models grown of either generator, to compare.
    times
        When the culture is measured, h.
    noise
        Standard deviation of the measurement, as a share of the largest value of each variable.
    inoculum
        gDW/L.
    """

    generations: int = 40
    n_candidates: int = 20
    models: int = 5
    grown: int = 100
    times: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    noise: float = 0.05
    inoculum: float = 0.05


@dataclass(frozen=True, eq=False)
class CurveFit:
    """Models trained for validity alone and on the curve as well, compared with it.

    Parameters
    ----------
    fermentation
        The requirement, with the measured points.
    runs
        ``"valid only"`` and ``"trained on the curve"``.
    """

    fermentation: Fermentation
    runs: dict[str, ReactorRuns]

    @property
    def table(self) -> pd.DataFrame:
        """One row per model: ``group``, ``misfit`` (sd), and the error of each variable."""
        tables = [
            pd.DataFrame(
                {
                    "group": group,
                    "misfit": self.fermentation.misfits(runs),
                    **{f"rmse_{n}": v for n, v in self.fermentation.errors(runs).items()},
                }
            )
            for group, runs in self.runs.items()
        ]
        return pd.concat(tables, ignore_index=True)

    @property
    def measured_table(self) -> pd.DataFrame:
        """The measured points."""
        return as_table(tuple(self.fermentation.measured))

    @property
    def findings(self) -> list[Finding]:
        """Misfit and errors of the training on the curve, those without it in the note."""
        fermentation, groups = self.fermentation, self.runs
        limit = fermentation.tolerance
        misfits = {name: fermentation.misfits(runs) for name, runs in groups.items()}
        errors = {name: fermentation.errors(runs) for name, runs in groups.items()}
        models = f"{len(groups[_VALID])} and {len(groups[_ON_CURVE])} valid models"

        def median(quantity: str, values: Mapping[str, NDArray[np.float64]], unit: str) -> Finding:
            first, last = (float(np.median(values[name])) for name in (_VALID, _ON_CURVE))
            note = f"{_VALID}: {first:.3g} {unit}; medians of {models}"
            return Finding(quantity, None, last, unit, note)

        within = {name: 100 * float(np.mean(values <= limit)) for name, values in misfits.items()}
        return [
            median("misfit of batch curves", misfits, "sd"),
            Finding(
                f"models within {limit:g} sd of the batch curve",
                None,
                within[_ON_CURVE],
                "%",
                f"{_VALID}: {within[_VALID]:.0f} %",
            ),
            *(
                median(f"RMSE of {name}", {g: factor * e[name] for g, e in errors.items()}, unit)
                for name in fermentation.variables
                for factor, unit in [_shown_unit(name)]
            ),
        ]

    def draw(self, figure: Figure) -> None:
        """Draw one panel per variable.

        Parameters
        ----------
        figure
            Where to draw.
        """
        courses, measured = {}, {}
        for name in self.fermentation.variables:
            factor, unit = _shown_unit(name)
            points = tuple(p for p in self.fermentation.measured if p.variable == name)
            quantity = BatchQuantity(name, name, unit, factor, points)
            courses[quantity.label] = {g: quantity.course(r) for g, r in self.runs.items()}
            measured[quantity.label] = quantity.table
        axes = grid(figure, len(courses), columns=len(courses))
        plot_reactor(self.runs[_VALID].times, courses, measured, axes=axes)


def _shown_unit(variable: str) -> tuple[float, str]:
    """Return the factor and the unit in which a measured variable is shown."""
    return (1.0, "gDW/L") if variable == BIOMASS else (1e3, "mmol/L")


def reactor_of(case: Case) -> BatchReactor | None:
    """Return the reactor of a case: its file's, or the bundled model's.

    Parameters
    ----------
    case
        The organism.

    Returns
    -------
    BatchReactor or None
        ``None`` where there is neither.
    """
    if "reactor" in case.data:
        return read_reactor_yaml(case.data["reactor"], networks=case.network)
    if case.network.name == "e_coli_core" and "glc__D_e" in case.network.compartment_of:
        return e_coli_core_reactor(case.network, case.state)
    return None


def synthetic_curve(
    case: Case, reactor: BatchReactor, *, settings: CurveSettings, seed: int
) -> Fermentation:
    """Measure the batch of a hidden valid model, with noise.

    Parameters
    ----------
    case
        The organism.
    reactor
        In which it grows; biomass and the two metabolites that change most are measured.
    settings
        When, and how precisely.
    seed
        Seed of the hidden model and of the noise.

    Returns
    -------
    Fermentation

    Raises
    ------
    SamplingError
        No valid model was found, or none of them grows through the batch.
    """
    space = KmSpace.of(
        case.bound.km_names, case.bound.log_km_bounds, default_range=case.generator.range
    )
    fermentation = partial(
        Fermentation,
        reactor,
        state=case.state,
        biomass=settings.inoculum,
        models=settings.models,
    )
    blank = fermentation(measured=[Measurement(BIOMASS, 1.0, 1.0, 1.0)])
    runs = _grown_through(case, blank, space, settings=settings, seed=seed)
    changes = {
        name: float(np.ptp(runs.molar(name)[0]))
        for name in reactor.medium_names
        if name not in reactor.constant
    }
    most = sorted(changes, key=lambda name: -changes[name])[:2]
    rng = np.random.default_rng(seed)
    points = []
    for name in (BIOMASS, *most):
        course = course_of(runs, name)[0, 1:]
        sd = settings.noise * float(course.max())
        noisy = np.maximum(course + sd * rng.standard_normal(len(course)), 0.0)
        points += [
            Measurement(name, time, float(value), sd)
            for time, value in zip(settings.times, noisy, strict=True)
        ]
    return fermentation(measured=points)


def _grown_through(
    case: Case, blank: Fermentation, space: KmSpace, *, settings: CurveSettings, seed: int
) -> ReactorRuns:
    """Return the batch of the first valid random model that grows through it."""
    source = (log_uniform(space, BLOCK, seed=block_seed) for block_seed in seed_stream(seed))
    n_drawn = n_valid = 0
    for judged in draw_valid(case.bound, source, case.criterion, n=_VALID_TRIED):
        n_drawn, n_valid = n_drawn + len(judged), n_valid + int(judged.valid.sum())
        for hidden in judged.log_km[judged.valid]:
            runs = blank.simulate(case.bound, hidden[None], times=[0.0, *settings.times])
            if bool(runs.trajectories.finished.all()):
                return runs
    raise SamplingError(
        f"None of {n_valid} valid models among {n_drawn} random ones grows through the batch. Is "
        "the inoculum or the medium right?"
    )


def train_on_curve(
    case: Case,
    reactor: BatchReactor,
    *,
    settings: CurveSettings,
    context: RunContext,
) -> CurveFit:
    """Train a small generator by gradient to be valid, then on a curve; grow models of both.

    The network is small (16 hidden units): natural evolution strategies see few models here.

    Parameters
    ----------
    case
        The organism.
    reactor
        In which it grows.
    settings
        How much.
    context
        Holds the trainings.

    Returns
    -------
    CurveFit
    """
    fermentation = synthetic_curve(case, reactor, settings=settings, seed=context.seed)
    base = train(
        case.bound,
        criterion=case.criterion,
        optimizer=Gradient(models=60, learning_rate=1e-2, generations=40),
        generator=Generator(latent=8, hidden=(16,), range=case.generator.range),
        seed=context.seed,
        checkpoint=context.folder / "curve_base",
        progress=context.progress,
    )
    wanted = Requirements(
        [EigenvalueWindow(slowest_below=case.criterion.partition), fermentation]
    ).on(case.bound)
    trained = train(
        case.bound,
        criterion=case.criterion,
        optimizer=NES(
            n_candidates=settings.n_candidates,
            models_per_candidate=settings.models,
            search_radius=0.05,
            learning_rate=1e-2,
            generations=settings.generations,
        ),
        generator=base.generator,
        reward=wanted,
        start=base,
        seed=context.seed,
        checkpoint=context.folder
        / f"curve_{settings.generations}_{settings.n_candidates}_{settings.models}",
        progress=context.progress,
    )
    fine = np.linspace(0.0, max(settings.times), 25)
    times = sorted({*fine.tolist(), *settings.times})
    runs = {}
    for name, generator in ((_VALID, base), (_ON_CURVE, trained)):
        log_km = generator.generate(4 * settings.grown, seed=context.seed + 2)
        valid = log_km[case.bound.valid(log_km, case.criterion)][: settings.grown]
        runs[name] = fermentation.simulate(case.bound, valid, times=times)
    return CurveFit(fermentation, runs)
