"""Eight models side by side against LAPACK, model by model: eigenvalues, lambda_max, verdicts.

Per model and set of parameters: the largest distance between the two routes' spectra (sorted by
real part; relative to the fastest mode), the median and the 99.9 % quantile of the relative
difference of lambda_max, how often a lane's work went to LAPACK, and how many verdicts differ.

    python -m benchmarks.accuracy [--models 20000] [--yeast 7000] [--cases varma ...]
"""

from __future__ import annotations

import argparse

import torch

import skimpy_renaissance as sr
from benchmarks.cascade import CUTS, sets
from benchmarks.cases import Case, all_cases
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.spectrum import Accurate
from skimpy_renaissance.spectrum.lane_spectra import lane_spectra

HEADER = (
    f"{'model':<14}{'set':<14}{'models':>8}{'spectrum':>10}{'median':>10}{'99.9 %':>10}"
    f"{'LAPACK':>8}{'valid':>8}{'wrong':>7}"
)


def row(case: Case, lanes: BoundKinetics, name: str, log_km: torch.Tensor) -> str:
    lapack = case.kinetics.at(case.state, threads=2, spectrum=Accurate("lapack"))
    ours, theirs = lanes.eigenvalues(log_km), lapack.eigenvalues(log_km)
    apart = (ours - theirs).abs().amax(-1) / theirs.abs().amax(-1)
    lambda_max = lapack.lambda_max(log_km)
    relative = (lanes.lambda_max(log_km) / lambda_max - 1).abs()
    (entries,) = lanes.sparse.at(lanes.reference)
    left = ~lane_spectra(lanes.reference.scaled(log_km).numpy(), entries, inverse=True).solved
    wrong = valid = 0
    for cut in CUTS.get(case.name, (case.partition, 0.0)):
        expected = sr.Validity(cut)(lambda_max)
        wrong += int((lanes.valid(log_km, sr.Validity(cut)) != expected).sum())
        wrong += int((sr.Validity(cut)(lanes.lambda_max(log_km)) != expected).sum())
        valid = max(valid, int(expected.sum()))
    return (
        f"{case.name:<14}{name:<14}{len(log_km):>8}{apart.max():>10.0e}{relative.median():>10.0e}"
        f"{relative.quantile(0.999):>10.0e}{int(left.sum()):>8}{valid:>8}{wrong:>7}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--yeast", type=int, default=7_000)
    parser.add_argument("--cases", nargs="*", default=[])
    options = parser.parse_args()
    print(HEADER)
    for case in all_cases():
        if options.cases and case.name not in options.cases:
            continue
        count = options.yeast if case.name == "yeast" else options.models
        bound = case.kinetics.at(case.state, threads=2)
        for name, log_km in sets(case, bound, count):
            if name != "half trained":
                print(row(case, bound, name, log_km), flush=True)


if __name__ == "__main__":
    main()
