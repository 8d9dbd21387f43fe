"""How fast models are judged: from ln Km (uniform) to lambda_max, route by route, in one run.

Per model: microseconds by the accurate route in lanes, on one thread, and how many times as long
take LAPACK (the accurate route without numba), ``torch.linalg.eigvals`` and SciPy's ``geev`` of the
same scaled Jacobians (one eigenvalue problem instead of an inverse and one), the gradient of
lambda_max in all Km, and the verdict on models of a trained generator; ``2 threads`` is the speed
gained by a second one. A row's columns are measured in turns, each the best of several rounds;
``eigvals`` and ``geev`` on fewer models.

    python -m benchmarks.judging [--models 2000] [--rounds 3]
"""

from __future__ import annotations

import argparse
from time import perf_counter

import scipy.linalg
import torch

import skimpy_renaissance as sr
from benchmarks.cascade import CUTS, trained
from benchmarks.cases import Case, all_cases, log_uniform
from benchmarks.growth import slope
from skimpy_renaissance.spectrum import Accurate

HEADER = (
    f"{'model':<14}{'independent':>12}{'Km':>6}{'us':>8}{'LAPACK':>9}{'eigvals':>9}{'geev':>7}"
    f"{'gradient':>10}{'trained':>9}{'2 threads':>11}"
)


def measure(case: Case, *, n_models: int, rounds: int) -> str:
    """Return the table's row of one model."""
    one, two = (case.kinetics.at(case.state, threads=n) for n in (1, 2))
    lapack = case.kinetics.at(case.state, threads=1, spectrum=Accurate("lapack"))
    torch.set_num_threads(1)
    log_km = log_uniform(case, n_models, seed=0)
    few = log_km[: n_models // 8]
    _, last = trained(case, two)
    good = last.generate(n_models, seed=2)
    criterion = sr.Validity(CUTS.get(case.name, (case.partition,))[0])
    ways = {
        "lanes": (log_km, one.lambda_max),
        "LAPACK": (few, lapack.lambda_max),
        "eigvals": (few, lambda models: torch.linalg.eigvals(one.scaled_jacobian(models))),
        "geev": (
            few,
            lambda models: [scipy.linalg.eigvals(m) for m in one.scaled_jacobian(models).numpy()],
        ),
        "gradient": (log_km, lambda models: slope(one, models)),
        "trained": (good, lambda models: one.valid(models, criterion)),
        "two": (log_km, two.lambda_max),
    }
    best = dict.fromkeys(ways, float("inf"))
    for models, way in ways.values():
        way(models[:100])
    for _ in range(rounds):
        for name, (models, way) in ways.items():
            begin = perf_counter()
            way(models)
            best[name] = min(best[name], (perf_counter() - begin) / len(models))
    unit, network = best["lanes"], case.kinetics.network
    return (
        f"{case.name:<14}{len(network.conserved_pools.independent):>12}{len(network.km_names):>6}"
        f"{1e6 * unit:>8.0f}{best['LAPACK'] / unit:>9.1f}{best['eigvals'] / unit:>9.1f}"
        f"{best['geev'] / unit:>7.1f}{best['gradient'] / unit:>10.2f}"
        f"{best['trained'] / unit:>9.2f}{unit / best['two']:>11.2f}"
    )


def report(*, n_models: int = 2000, rounds: int = 3) -> None:
    print(HEADER)
    for case in all_cases():
        count = n_models // 4 if case.name == "yeast" else n_models
        print(measure(case, n_models=count, rounds=rounds), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    report(n_models=options.models, rounds=options.rounds)


if __name__ == "__main__":
    main()
