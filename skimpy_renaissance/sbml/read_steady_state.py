r"""Where a kinetic model comes to rest: integrated from its own beginning, then Newton's method.

With independent metabolites :math:`x_i` and pools whose totals :math:`T` the beginning sets,

.. math:: B\,v(x) = 0, \qquad L\,\operatorname{diag}(1/w)\,x = T .

Time is let run through decades until nothing moves any more; a model that swings or grows for ever
has no steady state to be found so, and the message says which of its metabolites do.

References
----------
Reder, *J. Theor. Biol.* 135 (1988) 175, doi:10.1016/S0022-5193(88)80073-0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.equations.compiled_system import compile_system
from skimpy_renaissance.dynamics.equations.ode_system import network_system
from skimpy_renaissance.dynamics.integrators.integrate import default_integrator
from skimpy_renaissance.dynamics.integrators.integrator import Problem
from skimpy_renaissance.dynamics.integrators.outcome import Status
from skimpy_renaissance.errors import SteadyStateError, listed
from skimpy_renaissance.network import KineticNetwork, Reaction
from skimpy_renaissance.sbml.write_math import evaluated
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["find_steady_state"]

Array = NDArray[np.float64]
Function = Callable[[Array], Array]
_DECADES = 9  # of model time, from the fastest time scale at the beginning
_POINTS = 240  # along a decade
_AT_REST = 1e-5  # relative change over a decade from which Newton's method goes on
_CLOSE, _CORRECTIONS = 1e-13, 25
_FAR = 1e6  # times all that was there: it grows
_GONE = 1e-13  # of all that was there: it is used up
_NO_FLUX = 1e-9  # of what goes forward and backward
_KEPT, _TURNS = 0.5, 4  # of a swing, from one half of a time to the next
_SECONDS = 120.0


@dataclass(frozen=True, eq=False)
class _Equations:
    """Right-hand side, its slopes, and the pools that it keeps."""

    network: KineticNetwork
    right_hand_side: Function
    jacobian: Function
    rates: Function
    start: Array

    @property
    def floor(self) -> float:
        """The concentration below which nothing is told from zero."""
        return _GONE * max(float(np.abs(self.start).max(initial=0.0)), 1e-30)

    def refined(self, x: Array) -> Array | None:
        """Return the steady state beside a point, ``None`` where there is none."""
        pools = self.network.conserved_pools
        rows, amounts = list(pools.independent), pools.matrix / self.network.volume_ratios
        totals, size = amounts @ self.start, np.maximum(np.abs(x), self.floor)
        best = np.inf
        for _ in range(_CORRECTIONS):
            residual = np.concatenate([self.right_hand_side(x)[rows], amounts @ x - totals])
            matrix = np.vstack([self.jacobian(x)[rows], amounts]) * size
            scale = np.abs(matrix).max(axis=1)
            if not (np.isfinite(matrix).all() and np.isfinite(residual).all() and scale.all()):
                return None
            try:
                change = np.linalg.solve(matrix / scale[:, None], -residual / scale)
            except np.linalg.LinAlgError:
                return None
            moved = float(np.abs(change).max(initial=0.0))
            x = x + change * size
            if moved < _CLOSE or (moved < 1e-9 and moved > 0.2 * best):
                return x
            best = min(best, moved)
        return None

    def unstable_beside(self, x: Array) -> bool:
        """Return whether a positive, unstable steady state lies near a point."""
        found, pools = self.refined(x), self.network.conserved_pools
        if found is None or (found <= self.floor).any():
            return False
        rows = self.jacobian(found)[list(pools.independent)]
        follows = rows[:, list(pools.dependent)] @ self.network.pool_response
        modes = np.linalg.eigvals(rows[:, list(pools.independent)] - follows)
        return bool(modes.real.max() > 0)


@on_one_thread
def find_steady_state(
    network: KineticNetwork, start: Mapping[str, float], *, units: Units | None
) -> SteadyState:
    """Find the steady state that a model with all its constants runs into.

    Parameters
    ----------
    network
        The kinetic model; every parameter needs a value.
    start
        Metabolite to concentration at the beginning, model units.
    units
        Scaling of the state; ``None`` where it is not known.

    Returns
    -------
    SteadyState
        Fluxes and concentrations, boundaries among them.

    Raises
    ------
    SteadyStateError
        The model swings, grows without bound, uses a metabolite up, cannot be integrated, or has a
        reaction without flux there.
    """
    compiled = compile_system(network_system(network))
    values = {**network.values, **{m: start[m] for m in network.boundary_names if m in start}}
    missing = [name for name in compiled.parameter_names if values.get(name) is None]
    if missing:
        raise SteadyStateError(
            f"{network.name!r} has no value for {listed(missing)}; to settle it needs all its "
            "constants. Give them with network.with_parameters, or find the state before freeing "
            "constants."
        )
    model = compiled.model(np.array([values[name] for name in compiled.parameter_names]))
    begin = np.array([start[name] for name in network.variables], dtype=np.float64)
    equations = _Equations(network, model.right_hand_side, model.jacobian, model.rates, begin)
    with np.errstate(all="ignore"):
        x = _at_rest(equations)
        fluxes = model.rates(x)
    _require_usable(equations, x, fluxes)
    boundaries = [values[name] for name in network.boundary_names]
    return SteadyState(
        name="own",
        fluxes=pd.Series(fluxes, index=list(network.reaction_names), dtype=np.float64),
        concentrations=pd.Series([*x, *boundaries], index=list(network.metabolites), dtype=float),
        equilibrium_constants=pd.Series(np.nan, index=list(network.reaction_names), dtype=float),
        units=units,
    )


def _at_rest(equations: _Equations) -> Array:
    x, names = equations.start, equations.network.variables
    if not names:
        return x
    slopes = equations.jacobian(x)
    if not np.isfinite(slopes).all():  # x**n has no slope in the computer at 0
        x = np.maximum(x, equations.floor)
        slopes = equations.jacobian(x)
    speed = float(np.abs(slopes[np.isfinite(slopes)]).max(initial=0.0)) or 1.0
    begin, integrator, path = 0.0, default_integrator(), x[None, :]
    for decade in range(_DECADES):
        end = 10.0**decade / speed
        problem = Problem(
            equations.right_hand_side,
            equations.jacobian,
            x,
            np.linspace(begin, end, _POINTS + 1),
            1e-8,
            1e-10 * np.maximum(np.abs(x), equations.floor),
            time_limit=_SECONDS / _DECADES,
        )
        run = integrator.run(problem)
        path = run.states[np.isfinite(run.states).all(axis=1)]
        before, x = x, path[-1]
        _require_bounded(equations, path)
        if run.status is not Status.FINISHED:
            _require_no_swing(equations.network, path)
            raise SteadyStateError(
                f"{equations.network.name!r} cannot be integrated to a steady state: "
                f"{run.status.value} after {problem.times[len(path) - 1]:.4g} of its time. "
                f"{run.message} Its initial concentrations or constants may be far from what its "
                "author used."
            )
        moved = np.abs(x - before) / np.maximum(np.abs(x), equations.floor)
        if decade and float(moved.max()) < _AT_REST:
            found = equations.refined(x)
            if found is not None and np.allclose(found, x, rtol=1e-3, atol=equations.floor):
                return found
        if _swinging(path).any() and equations.unstable_beside(path[len(path) // 2 :].mean(axis=0)):
            break
        begin = end
    _require_no_swing(equations.network, path)
    drift = [n for n, m in zip(names, moved, strict=True) if m >= _AT_REST]
    raise SteadyStateError(
        f"{equations.network.name!r} has not come to rest after {end:.4g} of its time: "
        f"{listed(drift) or 'something'} still changes. A product that nothing takes up must be a "
        "boundary species (boundaries=[...])."
    )


def _require_bounded(equations: _Equations, path: Array) -> None:
    """Raise where something has grown far beyond all that was there."""
    limit = _FAR * max(float(np.abs(equations.start).max(initial=0.0)), 1e-12)
    last = path[-1]
    names = [n for n, x in zip(equations.network.variables, last, strict=True) if abs(x) > limit]
    if names:
        raise SteadyStateError(
            f"{equations.network.name!r} has no steady state: {listed(names)} grows without bound "
            f"(to {np.abs(last).max():.3g}). Where it is made and nothing takes it up, hold it "
            "constant: boundaries=[...]."
        )


def _swinging(path: Array) -> NDArray[np.bool_]:
    """Return which variables go up and down as far at the end as before."""
    late = path[len(path) // 3 :]
    if len(late) < 20:
        return np.zeros(path.shape[1], dtype=bool)
    swings = [half.max(axis=0) - half.min(axis=0) for half in np.array_split(late, 2)]
    turned = (np.diff(np.sign(np.diff(late, axis=0)), axis=0) != 0).sum(axis=0)
    visible = swings[1] > 1e-3 * np.abs(late).max(axis=0)
    return np.asarray((turned >= _TURNS) & (swings[1] > _KEPT * swings[0]) & visible)


def _require_no_swing(network: KineticNetwork, path: Array) -> None:
    swinging = _swinging(path)
    names = [n for n, swings in zip(network.variables, swinging, strict=True) if swings]
    if names:
        late = path[len(path) // 2 :]
        raise SteadyStateError(
            f"{network.name!r} does not settle: it oscillates ({_spread(names, late, network)}). "
            "Models are judged at a steady state: choose constants at which it has a stable one."
        )


def _spread(names: Sequence[str], half: Array, network: KineticNetwork) -> str:
    row = {name: i for i, name in enumerate(network.variables)}
    told = [
        f"{n} between {half[:, row[n]].min():.4g} and {half[:, row[n]].max():.4g}" for n in names
    ]
    return listed(told, most=3)


def _require_usable(equations: _Equations, x: Array, fluxes: Array) -> None:
    network = equations.network
    gone = [n for n, value in zip(network.variables, x, strict=True) if value <= equations.floor]
    if gone:
        raise SteadyStateError(
            f"At the steady state of {network.name!r} {listed(gone)} is used up (0, or below). "
            "Elasticities need positive concentrations: give the model an inflow, or leave out the "
            "reactions that are off (network.without)."
        )
    still = [
        reaction.name
        for reaction, flux in zip(network.reactions, fluxes, strict=True)
        if abs(flux) <= _NO_FLUX * _both_ways(reaction, network, x)
    ]
    if still:
        raise SteadyStateError(
            f"At the steady state of {network.name!r} {listed(still)} carries no flux: it is at "
            "equilibrium, or off. Models are judged relative to their fluxes: leave out what is "
            "off (network.without), and choose a model with a flow."
        )


def _both_ways(reaction: Reaction, network: KineticNetwork, x: Array) -> float:
    """Return forward plus backward rate."""
    known = {**network.values, **dict(zip(network.variables, x.tolist(), strict=True))}
    local = {role: known[name] for role, name in reaction.names.items()}
    return evaluated(reaction.rate.forward, local) + evaluated(reaction.rate.backward, local)
