r"""Rodas5P for several models side by side, each with its own step (compiled by numba).

All lanes take one step together: the same instructions with eight models' numbers. A lane whose run
is over takes the next run. Variables stand in the order of elimination; see
:mod:`~skimpy_renaissance.dynamics.integrators.rodas5p` for the method.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.integrators.rodas5p import (
    GAMMA,
    GROWTH,
    ORDER,
    SAFETY,
    SHRINKAGE,
    STAGES,
)
from skimpy_renaissance.instructions.program_kernels import assemble, execute
from skimpy_renaissance.sparse.compiling import LANES, kernel
from skimpy_renaissance.sparse.lane_type import absolute, fill, load, maximum, sqrt, store
from skimpy_renaissance.sparse.lu_kernels import factor, solve

__all__ = ["Equations", "Lanes", "Limits", "Runs", "advance", "rates_along"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Terms = tuple[Indices, Indices, Array, Indices]
WAITING, FINISHED, STEP_LIMIT, DIVERGED, TOO_SMALL, NOT_FINITE = 0, 1, 2, 3, 4, 5


class Equations(NamedTuple):
    """A ``LaneSystem`` and the method's numbers."""

    once: tuple[Indices, ...]
    rates: tuple[Indices, ...]
    rates_and_slopes: tuple[Indices, ...]
    right: Terms
    jacobian: Terms
    order: Indices
    places: Indices
    starts: Indices
    columns: Indices
    diagonal: Indices
    rate_rows: Indices
    a: Array
    c: Array
    d: Array


class Runs(NamedTuple):
    """What is to be done (`run x variable`, `run x parameter`, `time`), and what came of it."""

    initial: Array
    parameters: Array
    atol: Array
    scale: Array
    times: Array
    states: Array  # run x time x variable
    outcome: Indices
    steps: Indices
    reached: Array


class Limits(NamedTuple):
    """When a step is accepted and when a run is given up."""

    rtol: float
    first_step: float
    smallest_step: float
    most_steps: int
    diverged: float
    lowest: float  # below zero, in absolute tolerances


class Lanes(NamedTuple):
    """Where each lane stands; `row x lane`, or `lane`."""

    run: Indices  # -1 for none
    next_time: Indices
    steps: Indices
    rejected: Indices
    t: Array
    h: Array
    inverse_h: Array  # one row
    table: Array
    y: Array
    new: Array
    u: Array  # so many stages times row x lane
    right: Array
    atol: Array
    inverse_scale: Array
    entries: Array
    factors: Array
    work: Array
    measures: Array  # error, lowest, highest


@kernel
def advance(
    equations: Equations, runs: Runs, limits: Limits, lanes: Lanes, queue: Indices, n_steps: int
) -> int:
    """Take steps; return how many lanes still work. ``queue[0]`` is the next run to begin."""
    active = 0
    for _ in range(n_steps):
        active = _begin_runs(equations, runs, limits, lanes, queue)
        if active == 0:
            break
        _step(equations, lanes, limits.rtol)
        for lane in range(LANES):
            if lanes.run[lane] >= 0:
                _judge_step(equations, runs, limits, lanes, lane)
    return active


@kernel
def _begin_runs(
    equations: Equations, runs: Runs, limits: Limits, lanes: Lanes, queue: Indices
) -> int:
    """Give idle lanes their next run; return how many lanes have one."""
    n, active, new = len(equations.order), 0, False
    for lane in range(LANES):
        if lanes.run[lane] < 0 and queue[0] < len(runs.outcome):
            run = queue[0]
            queue[0] += 1
            new = True
            lanes.run[lane], lanes.next_time[lane] = run, 1
            lanes.steps[lane], lanes.rejected[lane] = 0, 0
            lanes.t[lane] = runs.times[0]
            lanes.h[lane] = limits.first_step
            for i in range(n):
                lanes.y[i, lane] = runs.initial[run, i]
                lanes.atol[i, lane] = runs.atol[run, i]
                lanes.inverse_scale[i, lane] = 1.0 / runs.scale[run, i]
            for k in range(runs.parameters.shape[1]):
                lanes.table[n + k, lane] = runs.parameters[run, k]
        active += lanes.run[lane] >= 0
    if new:
        execute(equations.once, lanes.table)
    return active


@kernel
def _slope(equations: Equations, lanes: Lanes, y: Array, instructions: tuple[Indices, ...]) -> None:
    """Set ``lanes.right`` to the right-hand side at ``y``."""
    for i in range(len(equations.order)):
        store(lanes.table, equations.order[i], load(y, i))
    execute(instructions, lanes.table)
    assemble(equations.right, lanes.table, lanes.right)


@kernel
def _step(equations: Equations, lanes: Lanes, rtol: float) -> None:
    """Compute ``lanes.new``, the stages ``lanes.u`` and the ``lanes.measures`` of the step."""
    n = len(equations.order)
    starts, columns, diagonal = equations.starts, equations.columns, equations.diagonal
    for lane in range(LANES):
        lanes.inverse_h[0, lane] = 1.0 / lanes.h[lane]
    inverse_h = load(lanes.inverse_h, 0)

    _slope(equations, lanes, lanes.y, equations.rates_and_slopes)
    assemble(equations.jacobian, lanes.table, lanes.entries)
    lanes.factors[:] = 0.0
    for e in range(len(equations.places)):
        store(lanes.factors, equations.places[e], fill(0.0) - load(lanes.entries, e))
    shift = inverse_h * fill(1.0 / GAMMA)
    for i in range(n):
        store(lanes.factors, diagonal[i], load(lanes.factors, diagonal[i]) + shift)
    factor(lanes.factors, starts, columns, diagonal, lanes.work)

    for stage in range(STAGES):
        if stage > 0:
            for i in range(n):
                y = load(lanes.y, i)
                for j in range(stage):
                    y += fill(equations.a[stage, j]) * load(lanes.u, j * n + i)
                store(lanes.new, i, y)
            _slope(equations, lanes, lanes.new, equations.rates)
        for i in range(n):
            from_stages = fill(0.0)
            for j in range(stage):
                from_stages += fill(equations.c[stage, j]) * load(lanes.u, j * n + i)
            store(lanes.right, i, load(lanes.right, i) + inverse_h * from_stages)
        solve(lanes.factors, starts, columns, diagonal, lanes.right)
        for i in range(n):
            store(lanes.u, stage * n + i, load(lanes.right, i))

    squares, undershoot, highest = fill(0.0), fill(0.0), fill(0.0)
    for i in range(n):
        y, new, u = (
            load(lanes.y, i),
            load(lanes.new, i) + load(lanes.right, i),
            load(lanes.right, i),
        )
        store(lanes.new, i, new)
        tolerance = load(lanes.atol, i)
        error = u / (tolerance + fill(rtol) * maximum(absolute(y), absolute(new)))
        squares += error * error
        undershoot = maximum(fill(0.0) - new / tolerance, undershoot)
        highest = maximum(absolute(new) * load(lanes.inverse_scale, i), highest)
    store(lanes.measures, 0, sqrt(squares / fill(float(n))))
    store(lanes.measures, 1, undershoot)
    store(lanes.measures, 2, highest)


@kernel
def _judge_step(equations: Equations, runs: Runs, limits: Limits, lanes: Lanes, lane: int) -> None:
    """Accept or reject one lane's step, write its outputs, end its run where it is over."""
    run, h = lanes.run[lane], lanes.h[lane]
    error = lanes.measures[0, lane]
    lanes.steps[lane] += 1
    outcome = WAITING
    if lanes.measures[1, lane] > limits.lowest or not error < np.inf:  # negative, or NaN
        factor_of_step, accepted = SHRINKAGE, False
    else:
        factor_of_step = GROWTH if error == 0.0 else SAFETY * error ** (-1.0 / ORDER)
        factor_of_step = min(GROWTH, max(SHRINKAGE, factor_of_step))
        accepted = error <= 1.0
    if accepted:
        outcome = _accept(equations, runs, lanes, lane)
        if lanes.rejected[lane] == 1:
            factor_of_step = min(1.0, factor_of_step)
        if lanes.measures[2, lane] > limits.diverged and outcome == WAITING:
            outcome = DIVERGED
    lanes.rejected[lane] = 0 if accepted else 1
    h *= factor_of_step
    left = runs.times[-1] - lanes.t[lane]
    if outcome == WAITING and h < limits.smallest_step:
        outcome = NOT_FINITE if not error < np.inf else TOO_SMALL
    if outcome == WAITING and lanes.steps[lane] >= limits.most_steps:
        outcome = STEP_LIMIT
    lanes.h[lane] = left if 0.0 < left < 1.01 * h else h
    if outcome != WAITING:
        runs.outcome[run], runs.steps[run] = outcome, lanes.steps[lane]
        runs.reached[run] = lanes.t[lane]
        lanes.run[lane] = -1
        for i in range(len(equations.order)):  # an idle lane stays where it was
            lanes.y[i, lane] = runs.initial[run, i]
        lanes.h[lane] = limits.first_step


@kernel
def _accept(equations: Equations, runs: Runs, lanes: Lanes, lane: int) -> int:
    """Move one lane on and write the requested times that it passed."""
    n, run, h = len(equations.order), lanes.run[lane], lanes.h[lane]
    after = lanes.t[lane] + h
    if abs(after - runs.times[-1]) < 1e-12 * h:
        after = runs.times[-1]
    row = lanes.next_time[lane]
    while row < len(runs.times) and runs.times[row] <= after:
        s = (runs.times[row] - lanes.t[lane]) / h
        for i in range(n):
            between = 0.0
            for j in range(STAGES):
                weight = equations.d[0, j] + s * (equations.d[1, j] + s * equations.d[2, j])
                between += weight * lanes.u[j * n + i, lane]
            there = lanes.new[i, lane] + (1.0 - s) * between
            runs.states[run, row, i] = (1.0 - s) * lanes.y[i, lane] + s * there
        row += 1
    lanes.next_time[lane], lanes.t[lane] = row, after
    for i in range(n):
        lanes.y[i, lane] = lanes.new[i, lane]
    return FINISHED if row == len(runs.times) else WAITING


@kernel
def rates_along(
    equations: Equations, table: Array, states: Array, parameters: Array, rates: Array
) -> None:
    """Fill ``rates`` (`run x time x reaction`) along trajectories, eight times side by side.

    ``states`` is `run x time x variable`, variables in the system's own order.
    """
    n_times, n = states.shape[1], states.shape[2]
    for run in range(len(states)):
        for k in range(parameters.shape[1]):
            for lane in range(LANES):
                table[n + k, lane] = parameters[run, k]
        execute(equations.once, table)
        for first in range(0, n_times, LANES):
            for lane in range(LANES):
                time = min(first + lane, n_times - 1)
                for i in range(n):
                    table[i, lane] = states[run, time, i]
            execute(equations.rates, table)
            for lane in range(min(LANES, n_times - first)):
                for r in range(rates.shape[2]):
                    rates[run, first + lane, r] = table[equations.rate_rows[r], lane]
