"""What draws of a posterior cost: a mutant's growth and a control sign on the valid region.

Growth after PFK x 0.5 was measured as 0.90 +- 0.02 of the wild type's (a linear response), and PFK
controls growth positively, wrong with 5 %. ``region``: models judged for each one wanted, to reach
the valid region; ``data``: beyond it, to the data and to the end of the sweeps. Per effective draw:
models judged beyond the region for an independent draw of the slowest constant, of the one in the
middle, and of the likelihood. ``weighted``: the evidence by weighting independent draws of the
valid region, where rejection reaches it.

    python -m benchmarks.posterior [--models 500] [--weighted 3000] [--cases core ecoli]
"""

from __future__ import annotations

import argparse
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
    f"{'model':<14}{'n':>6}{'region':>8}{'data':>7}{'slowest':>9}{'median':>8}{'likelihood':>11}"
    f"{'s':>6}{'log evidence':>24}{'weighted':>18}"
)


def data_on(growth: str) -> list[Datum]:
    """Return what was measured."""
    return [
        Sign(Control(flux=growth, enzyme="PFK"), "positive", wrong=0.05),
        Measured(Response({"PFK": 0.5}, flux=growth), 0.9, sd=0.02),
    ]


def row(case: Case, growth: str, options: argparse.Namespace) -> str:
    bound = case.kinetics.at(case.state).on_threads(1)
    low, high = map(exp, case.log_km_range)
    prior = Prior.log_uniform(bound.km_names, low, high)
    criterion, n = sr.Validity(case.partition), options.models
    begin = perf_counter()
    found = sr.sample_posterior(
        bound, prior, data=data_on(growth), criterion=criterion, n=n, seed=1, progress=False
    )
    seconds = perf_counter() - begin
    beyond = found.judged - found.region.judged
    worth = found.effective_km
    low, high = found.log_evidence_interval
    text = (
        f"{case.name:<14}{n:>6}{found.region.judged / n:>8.0f}{beyond / n:>7.0f}"
        f"{beyond / worth.min().item():>9.0f}{beyond / worth.median().item():>8.0f}"
        f"{beyond / found.effective_likelihood:>11.0f}{seconds:>6.0f}"
        f"{f'{found.log_evidence:.2f} ({low:.2f} to {high:.2f})':>24}"
    )
    if found.region.method == "rejection":
        blind = sample_valid_region(
            bound, prior, criterion=criterion, n=options.weighted, seed=77, progress=False
        )
        data = Data.on(bound, data_on(growth))
        weight = data.log_likelihood(data.weigh(blind.log_km)).exp()
        error = (weight.std() / weight.mean()).item() / sqrt(len(weight))
        text += f"{f'{weight.mean().log().item():.2f} +- {error:.2f}':>18}"
    return text if found.enough else f"{text}\n  {found.action}"


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
        print(row(case, GROWTH[name], options), flush=True)


if __name__ == "__main__":
    main()
