"""Nonlinear runs by the Rosenbrock method, eight models side by side, against CVODE.

Stable parameter sets by ORACLE, each from one perturbation of +-50 % within its conserved pools,
for an hour. All take the exact Jacobian. CVODE runs one model after the other: as this package
calls it, with rates and Jacobians by the compiled instructions of the Rosenbrock method, and
``in Python``, with rate laws as Python functions. Times are processor time of one thread. Errors
are the largest deviation from CVODE at rtol 1e-11, relative to the steady state, over all variables
and 61 times: the median over models and the worst. ``same error`` divides the time of CVODE by that
of the Rosenbrock method at the tolerance with the same median error (interpolated between rows).

    python -m benchmarks.rosenbrock [--models 4000] [--compared 40] [--hours 1]
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from time import process_time

import numpy as np

import skimpy_renaissance as sr
from benchmarks.cases import Case, bundled, e_coli
from skimpy_renaissance.dynamics import (
    CVODE,
    CompiledSystem,
    Integrator,
    Problem,
    Rosenbrock,
    Trajectories,
    compile_system,
    network_system,
    perturb,
    run_ensemble,
)
from skimpy_renaissance.sparse import have_numba

ROSENBROCK = (1e-4, 1e-5, 1e-6, 1e-7)
CVODES = (1e-5, 1e-6, 1e-7)


@dataclass(frozen=True)
class Ensemble:
    """Runs of one system."""

    compiled: CompiledSystem
    initial: np.ndarray
    parameters: np.ndarray
    reference: np.ndarray
    times: np.ndarray

    def run(
        self, integrator: Integrator, *, n: int, rtol: float, atol: float = 1e-9
    ) -> tuple[Trajectories, float]:
        """Return n runs and their processor time, s."""
        begin = process_time()
        found = run_ensemble(
            self.compiled,
            self.initial[:n],
            self.parameters[:n],
            self.times,
            reference=self.reference,
            rtol=rtol,
            atol=atol * self.reference,
            integrator=integrator,
            n_processes=1,
        )
        return found, process_time() - begin


def ensemble(case: Case, n_models: int, hours: float) -> Ensemble:
    bound = case.kinetics.at(case.state, threads=1)
    compiled = compile_system(network_system(bound.network))
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=n_models))
    sets = sampler.sample(bound.network, case.state, seed=0).to_dataframe()
    return Ensemble(
        compiled,
        perturb(bound, n_models, seed=1).to_numpy(),
        sets[list(compiled.parameter_names)].to_numpy(),
        bound.reference.of_metabolites(bound.network.variables),
        np.linspace(0.0, hours, 61) * bound.reference.per_hour,
    )


def python_cvode(runs: Ensemble, *, n: int, rtol: float) -> tuple[np.ndarray, float]:
    """Return `run x time x variable` and the processor time, s."""
    states, begin = [], process_time()
    for initial, parameters in zip(runs.initial[:n], runs.parameters[:n], strict=True):
        problem = Problem(
            runs.compiled.model(parameters).right_hand_side,
            runs.compiled.model(parameters).jacobian,
            initial,
            runs.times,
            rtol,
            1e-9 * runs.reference,
        )
        states.append(CVODE().run(problem).states)
    return np.array(states), process_time() - begin


def errors(found: np.ndarray, truth: Trajectories, reference: np.ndarray) -> np.ndarray:
    n = len(truth)
    return np.abs((found[:n] - truth.concentrations) / reference).max(axis=(1, 2))


def report(*, n_models: int = 4000, compared: int = 40, hours: float = 1.0) -> None:
    if not have_numba():
        print("numba is not installed: pip install 'skimpy_renaissance[fast]'")
        return
    case = e_coli() or bundled()
    runs = ensemble(case, n_models, hours)
    truth, _ = runs.run(CVODE(max_steps=100_000), n=compared, rtol=1e-11, atol=1e-13)
    begin = process_time()
    runs.run(Rosenbrock(), n=8, rtol=1e-4)
    print(f"{case.name}: {n_models} runs of {hours:g} h; compile {process_time() - begin:.1f} s")
    print(f"{'':<12}{'rtol':>7}{'ms/run':>9}{'median error':>14}{'worst':>9}{'same error':>12}")
    side_by_side = {}
    for rtol in ROSENBROCK:
        found, seconds = runs.run(Rosenbrock(), n=max(compared, 200), rtol=rtol)
        error = errors(found.concentrations, truth, runs.reference)
        cost = seconds / len(found) * 1e3
        side_by_side[float(np.nanmedian(error))] = cost
        print(f"{'Rosenbrock':<12}{rtol:>7.0e}{cost:>9.2f}{_pair(error)}")
    for rtol in CVODES:
        found, seconds = runs.run(CVODE(), n=compared, rtol=rtol)
        states, slower = python_cvode(runs, n=compared, rtol=rtol)
        both = {"CVODE": (found.concentrations, seconds), "  in Python": (states, slower)}
        for name, (concentrations, spent) in both.items():
            error = errors(concentrations, truth, runs.reference)
            cost, own = spent / compared * 1e3, float(np.nanmedian(error))
            ratio = f"{cost / _at_error(side_by_side, own):.1f} x"
            print(f"{name:<12}{rtol:>7.0e}{cost:>9.2f}{_pair(error)}{ratio:>12}")
    found, seconds = runs.run(Rosenbrock(), n=n_models, rtol=1e-6)
    print(f"all {n_models} at rtol 1e-6: {seconds / n_models * 1e3:.2f} ms/run,", end=" ")
    print(dict(Counter(status.value for status in found.statuses)))
    for message, count in Counter(m for m in found.messages if m).most_common(5):
        print(f"  {count} x {message}")


def _at_error(costs: dict[float, float], error: float) -> float:
    """Interpolate the cost at an error, both on a logarithmic scale."""
    errors, values = np.log(sorted(costs.items())).T
    return float(np.exp(np.interp(np.log(error), errors, values)))


def _pair(error: np.ndarray) -> str:
    return f"{np.nanmedian(error):>14.0e}{np.nanmax(error):>9.0e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=4000)
    parser.add_argument("--compared", type=int, default=40)
    parser.add_argument("--hours", type=float, default=1.0)
    options = parser.parse_args()
    report(n_models=options.models, compared=options.compared, hours=options.hours)


if __name__ == "__main__":
    main()
