r"""Valid models with known kinetic data.

One task: some Michaelis constants are drawn from their measured ranges, the others from the prior
or by a trained generator (:mod:`~skimpy_renaissance.kinetic_data.ways`), until enough models are
valid. A task is a function of its arguments and its seed, lives in a folder of its own, and is done
once: repeated, it resumes where it was stopped, or reads what it left. Tasks know nothing of one
another, so they may run anywhere in any order
(:mod:`~skimpy_renaissance.kinetic_data.integration_tasks`).

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 4, 5;
Methods, "Integrating known kinetic parameters from BRENDA").
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.measured_ranges import KmRanges
from skimpy_renaissance.kinetic_data.ways import Training, WholeRegion
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation, save_columnar
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.setups import describe, require_same_setup
from skimpy_renaissance.storage import make_folder

__all__ = ["Integration", "holds_integration", "integrate"]

_POPULATION = "population.h5"


@dataclass(frozen=True, eq=False)
class Integration:
    """Valid models into which some measured constants were integrated.

    Parameters
    ----------
    km_names
        The constants that were integrated; empty where none was.
    population
        Complete parameter sets, all valid.
    n_drawn
        Models that were judged until these were found.
    incidence
        Share that is valid of the prior with these data, or of what a generator draws, 0 to 1.
    worth
        How many independent models they are worth; ``None`` where that is not known.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import KmRanges, WholeRegion, integrate
    >>> places = {"reaction": "PFK", "metabolite": "atp_c", "low": 1e-5, "high": 1e-3}  # mol/L
    >>> known = KmRanges(pd.DataFrame(places, index=["km_substrate2_PFK"]))
    >>> way = WholeRegion(sr.Validity(partition=-1.2))
    >>> found = integrate(bound, known, folder="with_data", n_models=5, way=way)
    >>> found.km_names
    ('km_substrate2_PFK',)
    >>> found.population
    <ParameterPopulation: 5 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """

    km_names: tuple[str, ...]
    population: ParameterPopulation
    n_drawn: int
    incidence: float
    worth: float | None = None

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the models where :func:`integrate` finds its task done.

        Parameters
        ----------
        folder
            Folder of the task; made where it is absent.

        Raises
        ------
        OutputError
            It cannot be written to.
        """
        save_columnar(self.population, make_folder(Path(folder)) / _POPULATION)


def integrate(
    bound: BoundKinetics,
    measured: KmRanges | None = None,
    *,
    folder: str | os.PathLike[str],
    n_models: int = 2000,
    way: WholeRegion | Training | None = None,
    seed: int = 0,
    provenance: Mapping[str, object] | None = None,
    progress: bool | None = None,
) -> Integration:
    """Find valid models whose measured constants lie in their ranges, once.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    measured
        Ranges from which constants are drawn, for example ``ranges.select(names)``; ``None`` or
        empty: nothing is integrated.
    folder
        For this task alone; made where it is absent. What is under way is kept in ``valid_region``
        or ``generator``, the models in ``population.h5``, each written whole or not at all.
    n_models
        How many valid models.
    way
        ``WholeRegion(criterion, range)`` (the default) draws from all valid models,
        ``Training(criterion, generator, optimizer)`` from a generator, as the paper does.
    seed
        A whole number, 0 or more.
    provenance
        What identifies the problem, plain JSON, such as the name of the state.
    progress
        Whether to show progress on stderr; ``None`` shows it on a terminal.

    Returns
    -------
    Integration
        Computed, or read from the folder where the same task was done before.

    Raises
    ------
    InputError
        The folder holds another task, or an argument cannot be used.
    SamplingError
        Too few models are valid.
    OutputError
        The folder cannot be written to.
    KeyboardInterrupt
        On Ctrl-C. What was done so far is kept, and the same call resumes from there.

    Examples
    --------
    >>> known = integrate(bound, ranges.select(names), folder="runs/tca_0")  # doctest: +SKIP
    >>> known.incidence, len(known.population)  # doctest: +SKIP
    """
    require_whole("n_models", n_models)
    way = way or WholeRegion()
    ranges = {} if measured is None else measured.molar
    task = {
        "measured": {name: list(ends) for name, ends in sorted(ranges.items())},
        "n_models": n_models,
        way.key: describe(way),
        "seed": seed,
        "problem": describe(dict(provenance or {})),
    }
    place = Path(folder)
    stored = _stored(place / _POPULATION, task, bound)
    if stored is not None:
        return Integration(tuple(ranges), *stored)
    make_folder(place)
    found = way.find(
        bound,
        ranges,
        n=n_models,
        seed=seed,
        folder=place,
        progress=progress,
        provenance=provenance,
    )
    origin = {
        "sampler": found.sampler,
        "valid_only": True,
        "task": task,
        "n_drawn": found.n_drawn,
        "incidence": found.incidence,
        "worth": found.worth,
    }
    population = parametrize(bound, found.log_km, provenance=origin)
    done = Integration(tuple(ranges), population, found.n_drawn, found.incidence, found.worth)
    done.save(place)
    return done


def holds_integration(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a task is done.

    Parameters
    ----------
    folder
        Folder of the task.

    Returns
    -------
    bool
    """
    return (Path(folder) / _POPULATION).exists()


def _stored(
    path: Path, task: Mapping[str, object], bound: BoundKinetics
) -> tuple[ParameterPopulation, int, float, float | None] | None:
    """Return what an earlier run of the same task left, if any."""
    if not path.exists():
        return None
    population = ParameterPopulation.load(path)
    stored = population.provenance.get("task")
    require_same_setup(stored, task, place=path, what="models")
    # the first model judged again: another state or other units give another number
    log_km = torch.from_numpy(population.select([0]).log_km(bound.km_names))
    now = bound.eigenvalues(log_km).real.max().item()
    lambda_max = np.asarray(population.lambda_max)[0]
    if not np.isclose(now, lambda_max, rtol=1e-3):
        raise InputError(
            f"{path} holds models of another steady state or other units: lambda_max of the first "
            f"is {lambda_max:.4g} stored, {now:.4g} 1/h now. Choose another folder."
        )
    told = population.provenance
    n_drawn, worth = int(str(told["n_drawn"])), told.get("worth")
    incidence = told.get("incidence", len(population) / n_drawn)
    return (
        population,
        n_drawn,
        float(str(incidence)),
        None if worth is None else float(str(worth)),
    )
