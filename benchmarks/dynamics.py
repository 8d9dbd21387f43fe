"""Nonlinear dynamics: a thousand models, each from one perturbation of +-50 %, for an hour.

Stable sets by ORACLE at the steady state, one perturbation within its conserved pools, CVODE with
relative tolerance 1e-6. The exact Jacobian is compared with finite differences on some of the same
runs in turns, within the same minute.

    python -m benchmarks.dynamics [--models 1000] [--hours 1] [--compared 20]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from time import perf_counter

import numpy as np

import skimpy_renaissance as sr
from benchmarks.cases import Case, bundled, e_coli
from skimpy_renaissance.dynamics import (
    CVODE,
    CompiledSystem,
    Problem,
    Run,
    compile_system,
    network_system,
    perturb,
    simulate,
)
from skimpy_renaissance.population import ParameterPopulation

TIME_LIMIT = 60.0  # s per run


def stable_sets(case: Case, n_models: int) -> ParameterPopulation:
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=n_models))
    return sampler.sample(case.kinetics.network, case.state, seed=0)


def compare_jacobians(case: Case, population: ParameterPopulation, hours: float) -> str:
    """Return how much faster CVODE is with the exact Jacobian, over runs of single models."""
    bound = case.kinetics.at(case.state)
    compiled = compile_system(network_system(bound.network))
    reference = bound.reference.of_metabolites(bound.network.variables)
    start = perturb(bound, 1, seed=1).to_numpy()[0]
    table = population.to_dataframe()[list(compiled.parameter_names)].to_numpy()
    times = np.linspace(0.0, hours, 61)
    ratios, worst = [], 0.0
    for parameters in table:
        runs = {}
        for exact in (True, False):
            problem = _problem(compiled, parameters, start, times, reference, exact=exact)
            runs[exact] = _timed(CVODE().run, problem)
        ratios.append(runs[False].seconds / runs[True].seconds)
        difference = runs[True].states / runs[False].states - 1
        worst = max(worst, float(np.nanmax(np.abs(difference))))
    low, middle, high = np.percentile(ratios, [5, 50, 95])
    return (
        f"finite differences take {middle:.2f} times as long as the exact Jacobian "
        f"(5 % {low:.2f}, 95 % {high:.2f}; {len(ratios)} models; states differ by {worst:.0e})"
    )


def _timed(run: Callable[[Problem], Run], problem: Problem) -> Run:
    return min((run(problem) for _ in range(2)), key=lambda one: one.seconds)


def _problem(
    compiled: CompiledSystem,
    parameters: np.ndarray,
    start: np.ndarray,
    times: np.ndarray,
    reference: np.ndarray,
    *,
    exact: bool,
) -> Problem:
    return Problem(
        compiled.model(parameters).right_hand_side,
        compiled.model(parameters).jacobian if exact else None,
        start,
        times,
        1e-6,
        1e-9 * reference,
        time_limit=TIME_LIMIT,
    )


def report(*, n_models: int = 1000, hours: float = 1.0, compared: int = 20) -> None:
    case = e_coli() or bundled()
    population = stable_sets(case, n_models)
    bound = case.kinetics.at(case.state)
    begin = perf_counter()
    trajectories = simulate(
        bound,
        population,
        np.linspace(0.0, hours, 61),
        initial=perturb(bound, 1, seed=1),
        time_limit=TIME_LIMIT,
        progress=True,
    )
    seconds = perf_counter() - begin
    per_run = trajectories.seconds
    print(f"{'model':<14}{'runs':>6}{'hours':>7}{'seconds':>9}{'s per run':>11}{'slowest':>9}")
    print(
        f"{case.name:<14}{len(trajectories):>6}{hours:>7g}{seconds:>9.1f}"
        f"{np.median(per_run):>11.3f}{per_run.max():>9.2f}"
    )
    for status, count in Counter(trajectories.statuses).items():
        print(f"{status.value:<14}{count:>6}")
    messages = Counter(m for m in trajectories.messages if m)
    for message, count in messages.most_common(3):
        print(f"  {count} x {message}")
    few = population.select(np.arange(min(compared, len(population))))
    print(compare_jacobians(case, few, hours))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--compared", type=int, default=20)
    options = parser.parse_args()
    report(n_models=options.models, hours=options.hours, compared=options.compared)


if __name__ == "__main__":
    main()
