"""How fast models are judged: from ln Km to lambda_max, by one thread and by two.

All columns of a row are measured in turns within the same minutes, so that a busy machine slows
them alike; each is the best of several rounds. ``eig`` is the share of processor time spent inside
the eigenvalue solver, ``plain`` the time of the plain route over that of the accurate one.

    python -m benchmarks.judging [--models 2000] [--rounds 3]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter, thread_time
from unittest.mock import patch

import torch

from benchmarks.cases import Case, all_cases, log_uniform
from skimpy_renaissance.spectrum import Plain

HEADER = (
    f"{'model':<14}{'independent':>12}{'Km':>6}{'compile':>10}{'1 thread':>12}{'2 threads':>12}"
    f"{'ratio':>7}{'eig':>7}{'plain':>7}"
)
UNITS = f"{'':<32}{'s':>10}{'models/s':>12}{'models/s':>12}{'':>7}{'%':>7}{'':>7}"


def measure(case: Case, *, n_models: int, rounds: int) -> str:
    """Return the table's row of one model."""
    log_km = log_uniform(case, n_models, seed=0)
    ways = {
        "one": case.kinetics.at(case.state, threads=1),
        "two": case.kinetics.at(case.state, threads=2),
        "plain": case.kinetics.at(case.state, threads=1, spectrum=Plain()),
    }
    best = dict.fromkeys(ways, float("inf"))
    for bound in ways.values():
        bound.lambda_max(log_km[:100])
    for _ in range(rounds):
        for name, bound in ways.items():
            begin = perf_counter()
            bound.lambda_max(log_km)
            best[name] = min(best[name], perf_counter() - begin)
    share = eigenvalue_share(lambda: ways["one"].lambda_max(log_km))
    network = case.kinetics.network
    return (
        f"{case.name:<14}{len(network.conserved_pools.independent):>12}{len(network.km_names):>6}"
        f"{case.compile_seconds:>10.2f}{n_models / best['one']:>12.0f}"
        f"{n_models / best['two']:>12.0f}{best['one'] / best['two']:>7.2f}{100 * share:>7.0f}"
        f"{best['plain'] / best['one']:>7.2f}"
    )


def eigenvalue_share(judge: Callable[[], object]) -> float:
    """Return the share of one judging thread's processor time inside ``torch.linalg.eigvals``."""
    solve, spent, marks = torch.linalg.eigvals, [], []

    def timed(matrices: torch.Tensor) -> torch.Tensor:
        begin = thread_time()
        values = solve(matrices)
        marks.append(thread_time())
        spent.append(marks[-1] - begin)
        return values

    with patch.object(torch.linalg, "eigvals", timed):
        judge()
    return sum(spent) / max(marks)  # the one thread's clock starts with its work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    report(n_models=options.models, rounds=options.rounds)


def report(*, n_models: int = 2000, rounds: int = 3) -> None:
    rows = [measure(case, n_models=n_models, rounds=rounds) for case in all_cases()]
    print(HEADER, UNITS, *rows, sep="\n")


if __name__ == "__main__":
    main()
