"""What draws of a posterior cost: a mutant's growth and a control sign on the valid region.

Growth after PFK x 0.5 was measured as 0.90 +- 0.02 of the wild type's (a linear response), and PFK
controls growth positively, wrong with 5 %. ``independent``: draws of the valid region kept with the
probability that the likelihood has; ``moved``: sequential Monte Carlo and sweeps. Models judged for
each one wanted, and for an independent draw of the slowest constant, of the one in the middle, and
of the likelihood. ``weighted``: the evidence by weighting other independent draws of the valid
region.

    python -m benchmarks.posterior [--models 500] [--weighted 3000] [--cases core ecoli]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from math import exp, sqrt
from time import perf_counter

import skimpy_renaissance as sr
from benchmarks.cases import Case, bundled, e_coli
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.requirements import Control, Measured, Response, Sign
from skimpy_renaissance.valid_region import Datum, sample_valid_region
from skimpy_renaissance.valid_region.data import Data

GROWTH = {"core": "Biomass_Ecoli_core", "ecoli": "LMPD_biomass_c_1_420"}
HEADER = (
    f"{'model':<14}{'way':<13}{'n':>5}{'judged':>8}{'slowest':>9}{'median':>8}{'likelihood':>11}"
    f"{'s':>6}{'log evidence':>24}"
)
WAYS = {"independent": "rejection", "moved": "tempering"}


def data_on(growth: str) -> list[Datum]:
    """Return what was measured."""
    return [
        Sign(Control(flux=growth, enzyme="PFK"), "positive", wrong=0.05),
        Measured(Response({"PFK": 0.5}, flux=growth), 0.9, sd=0.02),
    ]


def rows(case: Case, growth: str, options: argparse.Namespace) -> Iterator[str]:
    bound = case.kinetics.at(case.state).on_threads(1)
    prior = Prior.log_uniform(bound.km_names, *map(exp, case.log_km_range))
    setup = {"criterion": sr.Validity(case.partition), "progress": False}
    n = options.models
    for way, method in WAYS.items():
        begin = perf_counter()
        found = sr.sample_posterior(
            bound, prior, data=data_on(growth), n=n, seed=1, method=method, **setup
        )
        seconds = perf_counter() - begin
        worth = found.effective_km
        low, high = found.log_evidence_interval
        yield (
            f"{case.name:<14}{way if found.chains is None else 'moved':<13}{n:>5}"
            f"{found.judged / n:>8.0f}{found.judged / worth.min().item():>9.0f}"
            f"{found.judged / worth.median().item():>8.0f}"
            f"{found.judged / found.effective_likelihood:>11.0f}{seconds:>6.0f}"
            f"{f'{found.log_evidence:.2f} ({low:.2f} to {high:.2f})':>24}"
        )
        if not found.enough:
            yield f"  {found.action}"
    blind = sample_valid_region(
        bound, prior, n=options.weighted, seed=77, method="rejection", **setup
    )
    data = Data.on(bound, data_on(growth))
    weight = data.log_likelihood(data.weigh(blind.log_km)).exp()
    error = (weight.std() / weight.mean()).item() / sqrt(len(weight))
    yield f"{case.name:<14}weighted: log evidence {weight.mean().log().item():.2f} +- {error:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--weighted", type=int, default=3000)
    parser.add_argument("--cases", nargs="+", choices=GROWTH, default=list(GROWTH))
    options = parser.parse_args()
    print(HEADER, flush=True)
    for name in options.cases:
        case = bundled() if name == "core" else e_coli()
        if case is None:
            print("ecoli: the reference data are not beside this checkout.")
            continue
        for text in rows(case, GROWTH[name], options):
            print(text, flush=True)


if __name__ == "__main__":
    main()
