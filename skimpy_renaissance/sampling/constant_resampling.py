"""Drawing some saturation constants of existing parameter sets anew.

Set after set, the chosen constants are drawn until the model is kept, the others stay. Which draw
belongs to which set depends on the verdicts before it, as in SKiMPy's ``SimpleResampler``: several
sets are judged ahead as if all were kept, and what follows the first refusal is judged again.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names, require_whole
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["Resampled", "chosen_columns", "resample_constants", "saturation_constants"]


@dataclass(frozen=True)
class Resampled:
    """Sets that were kept.

    Parameters
    ----------
    log_km
        `` `model x km` ``, ln(mol/L).
    rows
        `` `model` ``: which of the given sets each comes from, ascending.
    trials
        Models judged and counted.
    """

    log_km: torch.Tensor
    rows: NDArray[np.int64]
    trials: int


def saturation_constants(
    population: ParameterPopulation | Iterable[Mapping[object, float]], names: tuple[str, ...]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the saturation constants of existing sets, and the sets' names.

    Parameters
    ----------
    population
        The sets: a population, or SKiMPy's mappings from symbol to value.
    names
        `` `km` ``: the constants wanted.

    Returns
    -------
    numpy.ndarray
        `` `model x km` ``, scaled concentration.
    tuple of str
        Names of the sets.

    Raises
    ------
    InputError
        There is no set, or a constant is not a positive number.
    MissingEntryError
        A set lacks a constant.
    """
    sets = [{str(name): value for name, value in one.items()} for one in population]
    if not sets:
        raise InputError("Resampling needs at least one parameter set; the population is empty.")
    missing = sorted({n for one in sets for n in names if one.get(n) is None})
    if missing:
        raise MissingEntryError(
            f"The kinetic model needs {listed(missing)}, which the population lacks. Resample a "
            "population of the same kinetic model."
        )
    km = np.array([[one[name] for name in names] for one in sets], dtype=float)
    if not (np.isfinite(km) & (km > 0)).all():
        bad = names[int(np.flatnonzero(~(np.isfinite(km) & (km > 0)).all(0))[0])]
        raise InputError(f"Saturation constants must be positive; {bad!r} is not in some set.")
    known = population.index if isinstance(population, ParameterPopulation) else None
    return km, known or tuple(map(str, range(len(sets))))


def resample_constants(
    log_km: torch.Tensor,
    draw: Callable[[int], torch.Tensor],
    keep: Callable[[torch.Tensor], torch.Tensor],
    *,
    columns: torch.Tensor,
    max_trials: int,
    batch: int,
) -> Resampled:
    """Draw the chosen constants of each set until the model is kept.

    Parameters
    ----------
    log_km
        `` `model x km` ``, ln(mol/L): the given sets.
    draw
        Number of models to `` `model x km` ``, ln(mol/L): the next of a stream.
    keep
        `` `model x km` ``, ln(mol/L), to `` `model` `` bool.
    columns
        `` `km` ``, bool: which constants are drawn.
    max_trials
        Draws per set; a set that needs more is left out, with a warning unless all are.
    batch
        Sets judged ahead at most.

    Returns
    -------
    Resampled

    Raises
    ------
    InputError
        ``max_trials`` is not a whole number, 0 or more.
    """
    require_whole("max_trials", max_trials, at_least=0)
    stream = log_km[:0]
    kept: list[torch.Tensor] = []
    rows: list[int] = []
    row, tried, ahead, trials = 0, 0, 1, 0
    while max_trials and row < len(log_km):
        ahead = min(ahead, batch, len(log_km) - row)
        stream = torch.cat([stream, draw(max(0, ahead - len(stream)))])
        proposed = torch.where(columns, stream[:ahead], log_km[row : row + ahead])
        good = keep(proposed)
        n_good = int(good.int().cumprod(0).sum())
        kept.append(proposed[:n_good])
        rows += range(row, row + n_good)
        row, tried = row + n_good, 0 if n_good else tried
        n_used = n_good
        if n_good < ahead:  # the next set was refused; what was judged after it does not count
            n_used, tried = n_good + 1, tried + 1
            if tried == max_trials:
                row, tried = row + 1, 0
        ahead = 2 * ahead if n_good == ahead else 1
        trials += n_used
        stream = stream[n_used:]
    if 0 < len(rows) < len(log_km):
        warnings.warn(
            f"{len(log_km) - len(rows)} of {len(log_km)} parameter sets were left out: none of "
            f"{max_trials} trials was kept.",
            stacklevel=4,
        )
    return Resampled(torch.cat([log_km[:0], *kept]), np.array(rows, dtype=np.int64), trials)


def chosen_columns(bound: BoundKinetics, parameters: Iterable[object]) -> NDArray[np.bool_]:
    """Return which saturation constants are to be drawn.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    parameters
        Names, symbols, or SKiMPy's parameter objects; capacities, equilibrium constants, boundary
        concentrations and constants with a value among them are passed over, as SKiMPy does.

    Returns
    -------
    numpy.ndarray
        `` `km` `` bool.

    Raises
    ------
    InputError
        None is given, or the argument is one name.
    MissingEntryError
        One is not a parameter of the kinetic model.
    """
    if isinstance(parameters, str):
        raise InputError(f"parameters must be a list of names, got {parameters!r}.")
    wanted = dict.fromkeys(str(parameter) for parameter in parameters)
    if not wanted:
        raise InputError("parameters must name at least one saturation constant, got none.")
    require_names(wanted, bound.network.parameters, what="parameter called")
    if not wanted.keys() & set(bound.km_names):
        warnings.warn(
            f"Nothing was drawn anew: {listed(wanted)} are no saturation constants without a "
            f"value. Names of these look like {listed(bound.km_names, most=2) or 'none'}.",
            stacklevel=4,
        )
    return np.array([name in wanted for name in bound.km_names], dtype=bool)
