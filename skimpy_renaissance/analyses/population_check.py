r"""Whether a stored population holds what it says: a sample of it, recomputed.

From the Michaelis constants of a set and its steady state follow eigenvalues and capacities; from
*all* its stored parameters follow the rates, and

.. math:: N\, v(x; p) = 0

at the concentrations :math:`x` of the steady state. Capacities come from the compiled rate laws,
rates from the differential equations that integrate models: two ways that must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.dynamics.ensembles.sets_of_state import parameter_table, parameters_off
from skimpy_renaissance.dynamics.equations.compiled_system import compile_system
from skimpy_renaissance.dynamics.equations.ode_system import network_system
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation
from skimpy_renaissance.sampling.identity import identity_of
from skimpy_renaissance.sampling.parameter_sets import require_one_state
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.setups import differences
from skimpy_renaissance.spectrum import Validity

__all__ = ["PopulationCheck", "check_population"]

_AT_ZERO = 1e-9  # 1/h: eigenvalues this close to each other are the same
_SHOWN = 5
_LAST_DIGIT = 4e-15  # of ln Km, which is about 20 in size
_ROUNDINGS, _MARGIN = 8, 10.0


@dataclass(frozen=True)
class PopulationCheck:
    """What was recomputed of a population.

    Parameters
    ----------
    sets
        Names of the sets that were recomputed.
    n_sets
        How many the population holds.
    confirmed
        What holds, a sentence each.
    problems
        What does not, a sentence each, with set and parameter.

    Examples
    --------
    >>> fast = sr.Validity(partition=-9.0)
    >>> check = sr.analyses.check_population(bound, population, criterion=fast)
    >>> check.passed
    False
    >>> print(check.problems[0])
    set 0 is not valid (below -9 1/h): lambda_max is -0.466373 1/h; 5 of 5 sets are not.
    """

    sets: tuple[str, ...]
    n_sets: int
    confirmed: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all of it holds."""
        return not self.problems

    def __str__(self) -> str:
        lines = [f"{len(self.sets)} of {self.n_sets} sets recomputed", *self.confirmed]
        return "\n".join([*lines, *(f"PROBLEM: {problem}" for problem in self.problems)])


def check_population(
    bound: BoundKinetics,
    population: ParameterPopulation | StoredPopulation,
    *,
    n: int = 100,
    seed: int = 0,
    tolerance: float = 1e-6,
    balance_tolerance: float = 1e-5,
    criterion: Validity | None = None,
) -> PopulationCheck:
    """Recompute some sets of a population at their steady state, and compare with what is stored.

    Parameters
    ----------
    bound
        Kinetics at the steady state that the sets were made for.
    population
        The sets, in memory or in a columnar file, of which only the sample is read.
    n
        How many sets are recomputed: drawn without replacement; all where there are no more.
    seed
        Of the draw.
    tolerance
        Largest relative difference of an eigenvalue or a parameter. Processors differ by about
        2e-11 in lambda_max; where the last digit of Km moves an eigenvalue further, as in 1 of 200
        models of yeast drawn blindly, ten times that is accepted.
    balance_tolerance
        Largest net production of a metabolite, of its throughput, and largest difference of a
        rate, of the largest flux.
    criterion
        What every set is to meet; ``None`` where sets need not be valid.

    Returns
    -------
    PopulationCheck

    Raises
    ------
    InputError
        ``bound`` holds several states, the population is empty, or an argument is out of range.
    MissingEntryError
        The population lacks a Michaelis constant of the model.
    UnitsError
        The population has other units than the steady state, or does not know its own.

    Examples
    --------
    >>> print(sr.analyses.check_population(bound, population, n=3))
    3 of 5 sets recomputed
    state: network, units, fluxes and concentrations have the recorded SHA-256
    lambda_max: all 3 as stored, to ... (accepted 1e-06)
    ...
    steady state: N v = 0 in all 3; net production at most ... of the throughput, ...
    """
    require_one_state(bound, what="check_population")
    require_whole("n", n)
    for name, value in (("tolerance", tolerance), ("balance_tolerance", balance_tolerance)):
        require_positive(name, value)
    n_sets = len(population)
    if not n_sets:
        raise InputError("The population holds no parameter sets: there is nothing to check.")
    rows = np.arange(n_sets)
    if n < n_sets:
        rows = np.sort(np.random.default_rng(seed).choice(n_sets, n, replace=False))
    some = population.select(rows)
    if some.units is not None and bound.reference.units is not None:
        bound.reference.units.require_same(some.units, what="the population")
    log_km = torch.from_numpy(some.log_km(bound.km_names))
    own = parametrize(bound, log_km)
    found = [
        *_origin(bound, some),
        *_eigenvalues(bound, some, own, log_km, tolerance=tolerance),
        *_verdicts(own, some.index, criterion),
        *_parameters(bound, some, own, tolerance=tolerance),
        *_steady_state(bound, some, tolerance=balance_tolerance),
    ]
    return PopulationCheck(
        sets=some.index,
        n_sets=n_sets,
        confirmed=tuple(sentence for good, sentence in found if good),
        problems=tuple(sentence for good, sentence in found if not good),
    )


_Found = Iterator[tuple[bool, str]]  # whether it holds, and the sentence that says so


def _origin(bound: BoundKinetics, stored: ParameterPopulation) -> _Found:
    """Compare what the population says of its steady state; files of SKiMPy say nothing."""
    then, now = stored.provenance.get("made_at"), identity_of(bound)
    if not isinstance(then, dict):
        return
    differ = differences(then, now)
    for one in differ:
        yield False, f"the population was made at another steady state: {one}."
    if not differ:
        yield True, "state: network, units, fluxes and concentrations have the recorded SHA-256"


def _eigenvalues(
    bound: BoundKinetics,
    stored: ParameterPopulation,
    own: ParameterPopulation,
    log_km: torch.Tensor,
    *,
    tolerance: float,
) -> _Found:
    for name in ("lambda_max", "lambda_min"):
        given, needed = getattr(stored, name), getattr(own, name)
        if given is None:
            known = needed[np.isfinite(needed)]
            span = f"{known.min():.4g} to {known.max():.4g} 1/h" if len(known) else "none"
            yield True, f"{name}: not stored, so nothing to compare; recomputed {span}"
            continue
        apart = np.abs(given - needed)
        apart[np.isnan(given) & np.isnan(needed)] = 0.0  # the spectrum failed then, and fails now
        allowed = tolerance * np.abs(needed) + _AT_ZERO
        doubtful = np.flatnonzero(apart > allowed)
        if len(doubtful):
            moved = _moved_by_rounding(bound, log_km[doubtful], needed[doubtful], name)
            allowed[doubtful] = np.maximum(allowed[doubtful], _MARGIN * moved)
        off = np.flatnonzero(~(apart <= allowed))
        if len(off):
            first = off[0]
            yield (
                False,
                f"{name} of set {stored.index[first]} is {given[first]:.10g} 1/h as stored, and "
                f"{needed[first]:.10g} 1/h recomputed; {len(off)} of {len(given)} sets differ by "
                f"more than {tolerance:g}. Were constants edited, or is this another model?",
            )
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                worst = np.nanmax(apart / np.abs(needed), initial=0.0)
            but = (
                f"; more for {len(doubtful)}, where rounding of Km alone moves it as far"
                if len(doubtful)
                else ""
            )
            yield (
                True,
                f"{name}: all {len(given)} as stored, to {worst:.1g} (accepted {tolerance:g}{but})",
            )


def _moved_by_rounding(
    bound: BoundKinetics, log_km: torch.Tensor, values: NDArray[np.float64], name: str
) -> NDArray[np.float64]:
    """Return how far the last digits of Michaelis constants move an eigenvalue, `model`, 1/h."""
    rng = np.random.default_rng(0)
    at = 0 if name == "lambda_max" else -1
    moved = np.zeros(len(values))
    for _ in range(_ROUNDINGS):
        signs = torch.from_numpy(rng.choice([-1.0, 1.0], size=tuple(log_km.shape)))
        with torch.no_grad():
            beside = bound.eigenvalues(log_km + _LAST_DIGIT * signs)[:, at].real.cpu().numpy()
        moved = np.fmax(moved, np.abs(beside - values))
    return moved


def _verdicts(own: ParameterPopulation, index: Sequence[str], criterion: Validity | None) -> _Found:
    if criterion is None:
        return
    slowest, fastest = torch.tensor(own.lambda_max), torch.tensor(own.lambda_min)
    valid = criterion(slowest, fastest).numpy()
    bad = np.flatnonzero(~valid)
    if len(bad):
        yield (
            False,
            f"set {index[bad[0]]} is not valid ({criterion.in_words}): lambda_max is "
            f"{slowest[bad[0]]:.6g} 1/h; {len(bad)} of {len(valid)} sets are not.",
        )
    else:
        yield True, f"validity: all {len(valid)} valid ({criterion.in_words})"


def _parameters(
    bound: BoundKinetics,
    stored: ParameterPopulation,
    own: ParameterPopulation,
    *,
    tolerance: float,
) -> _Found:
    of_vmax = {name for name in bound.network.vmax_names if name is not None}
    others = [n for n in own.names if n not in of_vmax and n not in bound.km_names]
    for what, names in (("Vmax", list(of_vmax)), ("other constants", others)):
        present = [name for name in own.names if name in names and name in stored.names]
        if not present:
            if what == "Vmax":
                yield True, "Vmax: none stored, so nothing to compare"
            continue
        off = parameters_off(bound, stored, names=present, tolerance=tolerance)
        for row in off.head(_SHOWN).itertuples():
            yield (
                False,
                f"{row.parameter} is {row.given:.8g} in set {row.first}, and {row.needed:.8g} at "
                f"the steady state; {row.sets} of {len(stored)} sets differ by more than "
                f"{tolerance:g}. Was it edited, or is this another state?",
            )
        if len(off) > _SHOWN:
            yield False, f"and so on: {len(off)} of {len(present)} ({what}) differ."
        if not len(off):
            reach = f"{len(present)} in each of {len(stored)} sets"
            yield True, f"{what}: {reach}, as the steady state asks (accepted {tolerance:g})"


def _steady_state(bound: BoundKinetics, stored: ParameterPopulation, *, tolerance: float) -> _Found:
    network, reference = bound.network, bound.reference
    fluxes = reference.fluxes.detach().cpu().numpy().reshape(-1)
    rates = _rates(bound, stored)
    apart = np.abs(rates - fluxes) / np.abs(fluxes).max()
    matrix = network.stoichiometry
    throughput = np.abs(rates) @ np.abs(matrix.T)
    net = np.divide(
        np.abs(rates @ matrix.T), throughput, out=np.zeros_like(throughput), where=throughput > 0
    )
    kinds = (
        (
            apart,
            network.reaction_names,
            "rate of {name} differs from its flux by {value:.2g} of the largest flux",
        ),
        (net, network.variables, "net production of {name} is {value:.2g} of its throughput"),
    )
    good = True
    for table, names, sentence in kinds:
        off = np.flatnonzero(~(table <= tolerance).all(axis=1))
        if len(off):
            good, row = False, table[off[0]]
            column = int(np.nan_to_num(row, nan=np.inf).argmax())
            said = sentence.format(name=names[column], value=row[column])
            yield (
                False,
                f"set {stored.index[off[0]]} is at no steady state: the {said} (accepted "
                f"{tolerance:g}); {len(off)} of {len(stored)} sets are so.",
            )
    if good:
        yield (
            True,
            f"steady state: N v = 0 in all {len(stored)}; net production at most {net.max():.1g} "
            f"of the throughput, rates within {apart.max():.1g} of the largest flux (accepted "
            f"{tolerance:g})",
        )


def _rates(bound: BoundKinetics, stored: ParameterPopulation) -> NDArray[np.float64]:
    """Return `model x reaction`, scaled concentration per model time, of all stored parameters."""
    compiled = compile_system(network_system(bound.network))
    table, _ = parameter_table(bound, stored, compiled.parameter_names)
    at = bound.reference.of_metabolites(compiled.variables)
    with np.errstate(all="ignore"):
        return np.array([compiled.rates(at, parameters) for parameters in table])
