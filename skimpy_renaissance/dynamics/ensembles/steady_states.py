r"""New steady states of changed models: enzymes made stronger or weaker, constants edited.

Each model begins at the steady state that its Michaelis constants were made for, and is followed
from there (:mod:`~skimpy_renaissance.dynamics.ensembles.continuation`) to the parameters that the
population says. What is found is judged by the Jacobian's eigenvalues there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.ensembles.continuation import REACHED, Curve, Followed, follow
from skimpy_renaissance.dynamics.ensembles.sets_of_state import parameter_table
from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem, compile_system
from skimpy_renaissance.dynamics.equations.ode_system import network_system
from skimpy_renaissance.dynamics.equations.one_model import FunctionAt, functions_of_any
from skimpy_renaissance.errors import MissingEntryError, did_you_mean
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import Ensemble, ParameterPopulation
from skimpy_renaissance.population.ensemble import warn_where_narrow
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.sampling.parameter_sets import log_km_and_names
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.spectrum.route import Accurate

__all__ = ["NewSteadyStates", "steady_state"]

Array = NDArray[np.float64]
_HALF = 1e-6  # of ln p: a step for the derivative along the path


@dataclass(frozen=True, eq=False, repr=False)
class NewSteadyStates:
    """Where changed models settle.

    Parameters
    ----------
    models
        `` `model` ``: names of the sets.
    status
        `` `model` ``: ``"stable"``, ``"unstable"`` (a steady state that is left after any
        perturbation), ``"fold"`` (none is left that grew out of the old one) or ``"lost"`` (the
        search got stuck).
    reached
        `` `model` ``, 0 to 1: how much of the change, in logarithms, was followed; 1 but for folds
        and those that were lost.
    variables, reactions
        Names along the axes.
    concentrations
        `` `model x variable` ``, scaled concentration; NaN where there is no steady state.
    fluxes
        `` `model x reaction` ``, scaled concentration per h.
    reference_concentrations, reference_fluxes
        The same of the steady state before.
    lambda_max
        `` `model` ``, 1/h.
    ensemble
        What the models stand for.

    Examples
    --------
    >>> sr.steady_state(bound, population.with_changes({"PFK": 0.95}))
    <NewSteadyStates: 5 models, 5 stable>
    """

    models: tuple[str, ...]
    status: NDArray[np.str_]
    reached: Array
    variables: tuple[str, ...]
    reactions: tuple[str, ...]
    concentrations: Array
    fluxes: Array
    reference_concentrations: Array
    reference_fluxes: Array
    lambda_max: Array
    ensemble: Ensemble

    def __len__(self) -> int:
        return len(self.models)

    def __repr__(self) -> str:
        kinds, counts = np.unique(self.status, return_counts=True)
        told = ", ".join(f"{n} {kind}" for kind, n in zip(kinds, counts, strict=True))
        return f"<NewSteadyStates: {len(self)} models, {told}>"

    @property
    def stable(self) -> NDArray[np.bool_]:
        """`` `model` ``: whether there is a new steady state that it returns to."""
        return np.asarray(self.status == "stable")

    @cached_property
    def log_ratios(self) -> pd.DataFrame:
        """Ln of concentrations and fluxes relative to before; one row per model."""
        with np.errstate(divide="ignore", invalid="ignore"):
            table = np.hstack(
                [
                    np.log(self.concentrations / self.reference_concentrations),
                    np.log(self.fluxes / self.reference_fluxes),
                ]
            )
        return pd.DataFrame(table, list(self.models), [*self.variables, *self.reactions])

    def relative(self, name: str) -> Array:
        """Return a flux or a concentration relative to before.

        Parameters
        ----------
        name
            A reaction, or a balanced metabolite.

        Returns
        -------
        numpy.ndarray
            `` `model` ``; NaN where there is no steady state.

        Raises
        ------
        MissingEntryError
            There is neither of that name.
        """
        if name in self.reactions:
            column = self.reactions.index(name)
            return np.asarray(self.fluxes[:, column] / self.reference_fluxes[column])
        if name not in self.variables:
            known = (*self.reactions, *self.variables)
            raise MissingEntryError(
                f"There is no reaction or balanced metabolite {name!r}{did_you_mean(name, known)}"
            )
        column = self.variables.index(name)
        return np.asarray(self.concentrations[:, column] / self.reference_concentrations[column])

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per model: ``status``, ``reached``, ``lambda_max`` (1/h)."""
        columns = {"status": self.status, "reached": self.reached, "lambda_max": self.lambda_max}
        return pd.DataFrame(columns, index=pd.Index(self.models, name="model"))


def steady_state(
    bound: BoundKinetics,
    population: ParameterPopulation,
    *,
    compiled: CompiledSystem | None = None,
    progress: bool | None = None,
) -> NewSteadyStates:
    """Find where changed models settle.

    Parameters
    ----------
    bound
        Kinetics at the steady state before the change.
    population
        Changed sets, as ``population.with_changes({"PFK": 0.5})`` gives them.
    compiled
        ``compile_system(network_system(bound.network))``, where it is at hand: it takes seconds.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    NewSteadyStates
        Totals of conserved pools and the medium are those before.

    Raises
    ------
    InputError
        ``bound`` holds several states, or the sets cannot be used there.
    MissingEntryError
        A parameter has no value.
    UnitsError
        The population has other units than the steady state.

    Examples
    --------
    >>> mutant = population.select([0]).with_changes({"PFK": 0.5})
    >>> steady_state(bound, mutant).relative("PFK").round(2)
    array([0.94])
    """
    ensemble = warn_where_narrow(population.provenance)
    network = bound.network
    compiled = compiled or compile_system(network_system(network))
    names = compiled.parameter_names
    log_km, models = log_km_and_names(bound, population, what="steady_state")
    before, _ = parameter_table(bound, parametrize(bound, log_km), names)
    after, _ = parameter_table(bound, population, names)
    old = bound.reference.of_metabolites(network.variables)
    found: list[Followed] = []
    states = np.full((len(models), len(old)), np.nan)
    fluxes = np.full((len(models), len(network.reactions)), np.nan)
    jacobians = []
    functions = functions_of_any(compiled)
    with progress_bar(len(models), progress=progress, unit="model", leave=False) as bar:
        for row in range(len(models)):
            balance = _Balance(bound, functions, before[row], after[row])
            one = balance.follow(old)
            found.append(one)
            if one.status == REACHED:
                states[row] = np.exp(one.log_x)
                fluxes[row] = compiled.rates(states[row], after[row])
                jacobians.append((row, balance.scaled_jacobian(states[row])))
            bar.update(1)
    per_hour = bound.reference.per_hour
    lambda_max = np.full(len(models), np.nan)
    if jacobians:
        rows = [row for row, _ in jacobians]
        independent = states[rows][:, network.conserved_pools.independent]
        scaled = torch.from_numpy(np.stack([matrix for _, matrix in jacobians]))
        leading = Accurate().lambda_max(scaled, torch.from_numpy(independent))
        lambda_max[rows] = leading.numpy() * per_hour
    status = np.array([one.status for one in found], dtype="U8")
    status[status == REACHED] = "unstable"
    status[lambda_max < 0] = "stable"
    return NewSteadyStates(
        models,
        status,
        np.array([one.reached for one in found]),
        network.variables,
        network.reaction_names,
        states,
        fluxes * per_hour,
        old,
        compiled.rates(old, before[0]) * per_hour,
        lambda_max,
        ensemble,
    )


class _Balance:
    """The equations of one model on its way from old to new parameters."""

    def __init__(
        self,
        bound: BoundKinetics,
        functions: tuple[FunctionAt, FunctionAt],
        before: Array,
        after: Array,
    ) -> None:
        pools = bound.network.conserved_pools
        self._independent, self._dependent = list(pools.independent), list(pools.dependent)
        self._amounts = pools.matrix / bound.network.volume_ratios
        self._response = bound.network.pool_response
        self._right_hand_side, self._jacobian = functions
        self._before, self._after = before, after
        same = (before > 0) & (after > 0)
        ratio = np.divide(after, before, out=np.ones_like(before), where=same)
        self._log_ratio, self._shift = np.log(ratio), np.where(same, 0.0, after - before)
        self._moving = bool((self._log_ratio != 0).any() or self._shift.any())

    @on_one_thread
    def follow(self, old: Array) -> Followed:
        """Follow the steady state from the old one."""
        if not self._moving:
            return Followed(REACHED, np.log(old), 1.0, 0)
        self._totals = self._amounts @ old
        return follow(Curve(self._residual, self._slopes), np.log(old))

    def scaled_jacobian(self, x: Array) -> Array:
        """Return `` `independent x independent` ``, J x_j / x_i, 1 per model time, at the end."""
        jacobian = self._jacobian(x, self._after)
        rows = jacobian[self._independent]
        reduced = rows[:, self._independent] - rows[:, self._dependent] @ self._response
        independent = x[self._independent]
        return reduced * independent / independent[:, None]

    def _parameters(self, tau: float) -> Array:
        return np.asarray(self._before * np.exp(tau * self._log_ratio) + tau * self._shift)

    def _residual(self, y: Array, tau: float) -> Array:
        x = np.exp(y)
        balance = self._right_hand_side(x, self._parameters(tau))[self._independent]
        return np.concatenate([balance, self._amounts @ x - self._totals])

    def _slopes(self, y: Array, tau: float) -> tuple[Array, Array]:
        x = np.exp(y)
        jacobian = self._jacobian(x, self._parameters(tau))[self._independent]
        slope = np.vstack([jacobian, self._amounts]) * x
        ends = [self._residual(y, tau + side * _HALF) for side in (1, -1)]
        return slope, (ends[0] - ends[1]) / (2 * _HALF)
