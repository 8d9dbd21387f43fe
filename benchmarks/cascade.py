"""Verdicts by a cheap test first, against eigenvalues of every model.

Per model, set of parameters and limit: the share of valid models, and how many times faster
``bound.valid`` is from ln Km to the verdict than (a) lambda_max in lanes, (b) lambda_max by LAPACK,
(c) ``torch.linalg.eigvals`` of the scaled Jacobians, (d) SciPy's ``eigvals`` (LAPACK geev, one call
per matrix) of the same. ``wrong`` counts verdicts that differ from those of (b). Processor time of
one thread, all columns in turns on the same models, the first models also warm the code up.

Sets: ln Km uniform; saturations uniform, as ORACLE draws; a wide generator on the way, at the first
generation that is half valid, and trained.

    python -m benchmarks.cascade [--models 20000] [--timed 1000] [--cases varma ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from time import process_time

import numpy as np
import scipy.linalg
import torch

import skimpy_renaissance as sr
from benchmarks.cases import Case, all_cases, log_uniform
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import HistogramGenerator, TrainedGenerator
from skimpy_renaissance.sparse import have_numba
from skimpy_renaissance.spectrum import Accurate

CUTS = {"yeast": (-0.4, 0.0), "varma": (-9.0, -2.5, 0.0)}
CHUNK = 128
HEADER = (
    f"{'model':<14}{'set':<14}{'cut':>6}{'valid':>7}{'models':>8}{'wrong':>6}{'us/model':>10}"
    f"{'lanes':>8}{'LAPACK':>8}{'eigvals':>9}{'geev':>7}"
)


def saturations(bound: BoundKinetics, n_models: int, *, seed: int) -> torch.Tensor:
    """Draw as ORACLE does, saturations between 0.001 and 0.999: `model x km`, ln(mol/L)."""
    x = bound.reference.of_metabolites(bound.network.hooks[name] for name in bound.km_names)
    sigma = np.random.default_rng(seed).uniform(0.001, 0.999, (n_models, len(x)))
    return torch.from_numpy(np.log(x * (1 - sigma) / sigma / bound.reference.concentration_scaling))


def trained(case: Case, bound: BoundKinetics) -> tuple[TrainedGenerator, TrainedGenerator]:
    """Return a wide generator at the first generation that is half valid, and at the last."""
    last = sr.train(
        bound,
        criterion=sr.Validity(CUTS.get(case.name, (case.partition,))[0]),
        optimizer=sr.Coverage(models=128, generations=40),
        generator=HistogramGenerator(range=case.log_km_range),
        seed=2,
        keep_snapshots=range(1, 40),
        progress=False,
    )
    half = int(np.argmax(last.history.incidence >= 0.5)) + 1
    return last.at(half), last


def sets(case: Case, bound: BoundKinetics, n_models: int) -> Iterator[tuple[str, torch.Tensor]]:
    yield "log-uniform", log_uniform(case, n_models, seed=0)
    yield "ORACLE", saturations(bound, n_models, seed=1)
    half, last = trained(case, bound)
    yield "half trained", half.generate(n_models, seed=2)
    yield "trained", last.generate(n_models, seed=2)


def timed(work: Callable[[torch.Tensor], object], models: torch.Tensor) -> float:
    begin = process_time()
    work(models)
    return process_time() - begin


def rows(case: Case, *, n_models: int, n_timed: int) -> Iterator[str]:
    bound = case.kinetics.at(case.state, threads=1)
    lapack = case.kinetics.at(case.state, threads=1, spectrum=Accurate("lapack"))
    for name, log_km in sets(case, bound, n_models):
        lambda_max = lapack.lambda_max(log_km)
        for cut in CUTS.get(case.name, (case.partition, 0.0)):
            criterion = sr.Validity(cut)
            wrong = int((bound.valid(log_km, criterion) != criterion(lambda_max)).sum())
            share = criterion(lambda_max).double().mean().item()
            seconds = compare(bound, lapack, log_km[:n_timed], criterion)
            ours = seconds.pop("valid")
            ratios = [value / ours for value in seconds.values()]
            yield (
                f"{case.name:<14}{name:<14}{cut:>6.1f}{share:>7.3f}{n_models:>8}{wrong:>6}"
                f"{ours / n_timed * 1e6:>10.0f}{ratios[0]:>8.1f}{ratios[1]:>8.1f}"
                f"{ratios[2]:>9.1f}{ratios[3]:>7.1f}"
            )


def compare(
    bound: BoundKinetics, lapack: BoundKinetics, log_km: torch.Tensor, criterion: sr.Validity
) -> dict[str, float]:
    """Return the processor time of each way, s; pieces of work in turns."""

    def plain(models: torch.Tensor) -> object:
        return torch.linalg.eigvals(bound.scaled_jacobian(models)).real.amax(-1)

    def geev(models: torch.Tensor) -> object:
        scaled = bound.scaled_jacobian(models).numpy()
        return [scipy.linalg.eigvals(matrix, check_finite=False) for matrix in scaled]

    ways = {
        "valid": lambda models: bound.valid(models, criterion),
        "lanes": bound.lambda_max,
        "LAPACK": lapack.lambda_max,
        "eigvals": plain,
        "geev": geev,
    }
    seconds = dict.fromkeys(ways, 0.0)
    for models in log_km.split(4 * CHUNK):
        for name, way in ways.items():
            seconds[name] += timed(way, models)
    return seconds


def report(*, n_models: int = 20_000, n_timed: int = 1000, cases: tuple[str, ...] = ()) -> None:
    print("numba:", "yes" if have_numba() else "no, dense tests")
    print(HEADER)
    torch.set_num_threads(1)
    for case in all_cases():
        if not cases or case.name in cases:
            for row in rows(case, n_models=n_models, n_timed=n_timed):
                print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--timed", type=int, default=1000)
    parser.add_argument("--cases", nargs="*", default=[])
    options = parser.parse_args()
    report(n_models=options.models, n_timed=options.timed, cases=tuple(options.cases))


if __name__ == "__main__":
    main()
