r"""Repairing given parameter sets: an ORACLE ensemble into a valid one, and what had to change.

Instead of throwing away the sets that are not valid, each moves to a valid one nearby in
:math:`\ln K_m` (:mod:`~skimpy_renaissance.learning.repair`). Capacities follow from the steady
state as always. Repaired sets lie at the border of validity, where sampled ones lie inside: they
are not draws from the prior restricted to valid sets.

References
----------
Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090
(ORACLE).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import Repaired, repair_models
from skimpy_renaissance.learning.repair import STATUS
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE
from skimpy_renaissance.sampling.parameter_sets import Sets, log_km_and_names
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["RepairedPopulation", "repair"]

_NOTABLE = 0.1  # change of ln Km from which a constant counts as changed


@dataclass(frozen=True, eq=False)
class RepairedPopulation:
    """A valid population made of a given one, and what changed.

    Parameters
    ----------
    population
        The sets that are valid, as given or repaired, under their own names.
    models
        A row per given set: status (``"valid"``, ``"repaired"``, ``"not repaired"``), distance
        moved, the constant that changed most and by how many fold, slowest mode before and after,
        1/h.
    changes
        A row per constant, those that changed most first: mean size of the change of ln Km over
        the repaired sets, median fold change, and the share of sets that it changed in by more
        than a tenth.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import repair
    >>> repaired = repair(bound, population, sr.Validity(-3.3))
    >>> repaired.models["status"].tolist()
    ['repaired', 'repaired', 'repaired', 'repaired', 'repaired']
    >>> bool((repaired.population.lambda_max < -3.3).all())  # 1/h
    True
    """

    population: ParameterPopulation
    models: pd.DataFrame
    changes: pd.DataFrame


def repair(
    bound: BoundKinetics,
    sets: Sets,
    criterion: Validity | None = None,
    *,
    log_km_range: tuple[float, float] = DEFAULT_LOG_KM_RANGE,
    steps: int = 60,
    stride: float = 1.0,
    sharpness: float = 5.0,
) -> RepairedPopulation:
    r"""Make parameter sets valid by small changes of their saturation constants.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population, or `` `model x km` ``, float64, ln(mol/L).
    criterion
        When a set counts as valid; by default the paper's -2.5 1/h.
    log_km_range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the network gives no bounds.
    steps
        Gradients that a set may follow.
    stride
        Longest step, in :math:`\lVert \Delta \ln K_m \rVert`.
    sharpness
        Sharpness of the smoothed maximum that is followed.

    Returns
    -------
    RepairedPopulation

    Raises
    ------
    InputError
        ``bound`` holds several states, or an argument cannot be used.
    UnitsError
        The population has other units than the steady state.
    MissingEntryError
        The population lacks a saturation constant.
    SamplingError
        Not one set is valid or could be repaired.

    Examples
    --------
    >>> given = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=5)).sample(
    ...     network, state, only_stable=False, seed=1
    ... )
    >>> repaired = repair(bound, given, sr.Validity(-3.3))
    >>> bool((repaired.population.lambda_max < -3.3).all())
    True
    """
    criterion = criterion or Validity()
    log_km, names = log_km_and_names(bound, sets, what="Repair")
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=log_km_range)
    result = repair_models(
        bound,
        log_km,
        criterion,
        lower=space.lower,
        upper=space.upper,
        steps=steps,
        stride=stride,
        sharpness=sharpness,
    )
    if not bool(result.usable.any()):
        raise SamplingError(
            f"None of {len(names)} parameter sets is valid or could be repaired in {steps} steps. "
            "Allow more steps, relax the criterion, or look for a slow pool in the steady state "
            "with skimpy_renaissance.landscape.pool_speeds."
        )
    settings = {"steps": steps, "stride": stride, "sharpness": sharpness}
    given = sets.provenance if isinstance(sets, ParameterPopulation) else None
    population = parametrize(
        bound,
        result.log_km[result.usable],
        provenance={
            "sampler": "repair",
            "criterion": {"partition": criterion.partition, "fastest": criterion.fastest},
            **settings,
            "given": given,
        },
    )
    kept = tuple(name for name, ok in zip(names, result.usable.tolist(), strict=True) if ok)
    return RepairedPopulation(
        replace(population, index=kept), _models(bound, result, names), _changes(bound, result)
    )


def _models(bound: BoundKinetics, result: Repaired, names: tuple[str, ...]) -> pd.DataFrame:
    change = (result.log_km - result.given).numpy()
    most = np.abs(change).argmax(1)
    moved = result.distance.numpy() > 0
    km_names = np.array(bound.km_names, dtype=object)
    return pd.DataFrame(
        {
            "status": [STATUS[code] for code in result.status.tolist()],
            "distance (ln Km)": result.distance.numpy(),
            "changed most": np.where(moved, km_names[most], None),
            "fold": np.exp(change[np.arange(len(most)), most]),
            "lambda_max given (1/h)": result.lambda_given.numpy(),
            "lambda_max (1/h)": result.lambda_max.numpy(),
        },
        index=pd.Index(names, name="set"),
    )


def _changes(bound: BoundKinetics, result: Repaired) -> pd.DataFrame:
    repaired = result.status == STATUS.index("repaired")
    change = (result.log_km - result.given)[repaired].numpy()
    if not len(change):
        change = np.zeros((1, len(bound.km_names)))
    table = pd.DataFrame(
        {
            "metabolite": [bound.network.hooks[name] for name in bound.km_names],
            "mean change (ln Km)": np.abs(change).mean(0),
            "median fold": np.exp(np.median(change, 0)),
            "share of sets": (np.abs(change) > _NOTABLE).mean(0),
        },
        index=pd.Index(bound.km_names, name="constant"),
    )
    return table.sort_values("mean change (ln Km)", ascending=False, kind="stable")
