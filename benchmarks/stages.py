"""Where the time of a judgement goes: the stages of the accurate route in lanes, per model.

``rates`` gathers constants and computes rates, elasticities and the Jacobian's entries;
``factors`` is the sparse elimination with its check; then the inverse, balancing, Hessenberg form
and QR iteration. ``torch`` and ``inv`` are ``torch.linalg.eigvals`` of the same inverses and
``torch.linalg.inv``. Processor time of one thread, microseconds, the median of several rounds over
the same register of eight models. ``kB`` is what one model occupies while it is reduced (matrix and
reflections), ``GB/s`` what the Hessenberg form reads and writes of it, and ``once`` what a kernel
that does nothing else reads and writes of as much memory: the bandwidth of the cache that holds it;
``GFLOP/s`` counts 10/3 n^3 operations for that form, as LAPACK does.

    python -m benchmarks.stages [--rounds 60]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import thread_time_ns

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.cases import Case, all_cases, log_uniform
from skimpy_renaissance.sparse.compiling import LANES, kernel, lane_rows
from skimpy_renaissance.sparse.inverse_kernels import invert
from skimpy_renaissance.sparse.lane_type import fill, load, store
from skimpy_renaissance.sparse.lu_kernels import backward_error, factor, solve
from skimpy_renaissance.spectrum import lane_spectrum_kernels as kernels
from skimpy_renaissance.spectrum.balance_kernels import ABOVE, balance, width_of
from skimpy_renaissance.spectrum.entry_kernels import fill_matrix
from skimpy_renaissance.spectrum.hessenberg_kernels import hessenberg
from skimpy_renaissance.spectrum.qr_kernels import qr_iteration

STAGES = ("rates", "factors", "inverse", "balance", "Hessenberg", "QR", "inv", "torch")


def stages(case: Case, rounds: int) -> tuple[int, dict[str, float], float]:
    """Return the number of variables, us per model of each stage, and bytes of one model."""
    bound = case.kinetics.at(case.state, threads=1)
    (entries,) = bound.sparse.at(bound.reference)
    lists, table, n = entries.lists, entries.new_table(), entries.elimination.n_rows
    numbers = bound.reference.scaled(log_uniform(case, LANES, seed=0)).numpy()
    room, width = kernels.SpectrumRoom.of(n), width_of(n)
    small = kernels.FactorRoom.of(n, entries.elimination.n_factors)
    order = (lists.starts, lists.columns, lists.diagonal)
    dense = bound.scaled_jacobian(log_uniform(case, LANES, seed=0))
    inverses = torch.linalg.inv(dense)

    def factors() -> None:
        small.factors[:], small.x[:] = small.matrix, small.b
        factor(small.factors, *order, small.work)
        solve(small.factors, *order, small.x)
        backward_error(small.matrix, lists.starts, lists.columns, small.x, small.b, small.errors)

    work: dict[str, Callable[[], object]] = {
        "rates": lambda: fill_matrix(numbers, 0, lists, table, small.matrix),
        "factors": factors,
        "inverse": lambda: invert(small.factors, *order, room.matrix, ABOVE * width, width),
        "balance": lambda: balance(room.matrix, n),
        "Hessenberg": lambda: hessenberg(room.matrix, n, room.reflections, room.vectors),
        "QR": lambda: qr_iteration(room.matrix, n, room.qr),
        "inv": lambda: torch.linalg.inv(dense),
        "torch": lambda: torch.linalg.eigvals(inverses),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds + 1):
        for name, do in work.items():
            begin = thread_time_ns()
            do()
            times[name].append((thread_time_ns() - begin) / 1e3 / LANES)
    median = {name: float(np.median(values[1:])) for name, values in times.items()}
    return n, median, (room.matrix.nbytes + room.reflections.nbytes) / LANES


def bandwidth(size: int, rounds: int) -> float:
    """Return GB/s of reading and writing ``size`` bytes over and over."""
    memory, times = lane_rows(size // (8 * LANES)), []
    for _ in range(rounds):
        begin = thread_time_ns()
        _add_one(memory, 10)
        times.append((thread_time_ns() - begin) / 10)
    return 2 * memory.nbytes / float(np.median(times))


@kernel
def _add_one(memory: NDArray[np.float64], times: int) -> None:
    for _ in range(times):
        for p in range(len(memory)):
            store(memory, p, load(memory, p) + fill(1.0))


def report(*, rounds: int = 60) -> None:
    torch.set_num_threads(1)
    names = "".join(f"{name:>11}" for name in STAGES)
    print(f"{'model':<14}{'n':>5}{names}{'kB':>7}{'GB/s':>7}{'once':>7}{'GFLOP/s':>9}")
    for case in all_cases():
        n, spent, size = stages(case, rounds)
        moved = sum(2 * 8 * (n - k) ** 2 for k in range(n))  # read and written once per step
        print(
            f"{case.name:<14}{n:>5}"
            + "".join(f"{spent[name]:>11.1f}" for name in STAGES)
            + f"{size / 1e3:>7.0f}{moved / spent['Hessenberg'] / 1e3:>7.0f}"
            + f"{bandwidth(int(size) * LANES, rounds):>7.0f}"
            + f"{10 / 3 * n**3 / spent['Hessenberg'] / 1e3:>9.0f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=60)
    report(rounds=parser.parse_args().rounds)


if __name__ == "__main__":
    main()
