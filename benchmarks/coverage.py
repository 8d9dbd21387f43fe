"""How many judged models a draw of the whole valid region costs, by each way: against brute force.

On varma (partition -9 1/h) or the study's E. coli model, else the bundled one. Valid models found
by rejection from the prior are the truth; means of every ln Km and of lambda_max are compared with
theirs, for tempering from the prior and for chains from the valid draws of wide generators. Means
count as agreeing where the difference is within the joint 95 % interval: of many Km one in twenty
may lie outside by chance, so the table gives the number outside, the number expected, and the
smallest p-value after Bonferroni's correction. Judged models include everything, first draws too.

    python -m benchmarks.coverage [--case e_coli] [--folder DIR] [--valid 5000] [--trainings 3]

``--trainings 0`` leaves the generators out. What is in the folder goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import torch
from scipy import stats

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, Case, bundled, compiled, e_coli
from skimpy_renaissance.learning import HistogramGenerator
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import log_uniform_prior
from skimpy_renaissance.valid_region import (
    Refreshed,
    Rejection,
    ValidRegionSample,
    refresh,
    report_coverage,
    sample_valid_region,
)

STEPS = (20, 40, 60, 120, 240)


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    folder: Path
    valid: int = 5000
    chains: int = 1000
    trainings: int = 3
    repeats: int = 3
    seed: int = 0
    case: str = "varma"


def varma() -> Case | None:
    folder = SHARED / "varma"
    if not folder.exists():
        return None
    network = sr.read_skimpy_yaml(folder / "kin_varma.yml")
    state = sr.read_steady_state(folder / "steady_state_0.json", network)
    return compiled("varma", network, state, log_km_range=(log(1.3e-11), log(20.0)), partition=-9.0)


def report(options: Options) -> None:
    case = varma() if options.case == "varma" else e_coli()
    if case is None:
        print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model instead.")
        case = bundled()
    bound, criterion = case.kinetics.at(case.state), sr.Validity(case.partition)
    low, high = case.log_km_range
    prior = log_uniform_prior(bound, km_range=(exp(low), exp(high)))
    print(f"{case.name}: {len(bound.km_names)} Km, ln Km uniform on {low:.1f} to {high:.1f}")
    print(f"valid where lambda_max < {case.partition:g} 1/h; chains and draws: seed {options.seed}")

    reference = brute_force(bound, prior, criterion, options)
    report_ways(bound, prior, criterion, reference, options)
    if options.trainings:
        report_chains(case, bound, prior, criterion, reference, options)


def report_ways(bound, prior, criterion, reference: ValidRegionSample, options: Options) -> None:
    """Draw by rejection once, and by tempering with several seeds."""
    print(
        f"\n{'way, seed':<15}{'judged per':>11}{'... worth one of':>22}{'CPU s':>8}"
        f"{'means of Km':>13}{'log volume':>18}"
    )
    print(f"{'':<15}{'model':>11}{'most Km':>10}{'slowest':>12}{'':>8}{'outside':>13}")
    ways = [("rejection", options.seed)]
    ways += [("tempering", options.seed + i) for i in range(options.repeats)]
    for method, seed in ways:
        begin = process_time()
        drawn = sample_valid_region(
            bound, prior, criterion=criterion, n=options.chains, seed=seed + 1, method=method
        )
        seconds = process_time() - begin
        low, high = drawn.log_volume_interval
        worth = drawn.effective_km
        print(
            f"{f'{method}, {seed}':<15}{drawn.judged / len(drawn):>11.1f}"
            f"{drawn.judged / worth.median():>10.1f}{drawn.judged / worth.min():>12.1f}"
            f"{seconds:>8.1f}{outside(drawn.log_km, reference):>13}"
            f"{drawn.log_volume:>8.2f} ({low:.2f} to {high:.2f})"
        )
    least, most = chance(bound)
    print(f"outside by chance {0.05 * len(bound.km_names):.1f}, from {least:.0f} to {most:.0f}")


def report_chains(case, bound, prior, criterion, reference, options: Options) -> None:
    """Train wide generators, and move valid draws of the first."""
    print(f"\n{'wide, seed':<12}{'incidence':>11}{'entropy':>10}{'judged':>9}")
    draws, valid = report_training(case, bound, options, seed=options.seed)
    for seed in range(options.seed + 1, options.seed + options.trainings):
        report_training(case, bound, options, seed=seed)
    start = draws[valid][: options.chains]
    chains = {}
    for steps in STEPS:  # one run of the chains, looked at on the way
        kept = options.folder / f"chains_{steps}.npz"
        if chains and not kept.exists():
            shutil.copy(options.folder / f"chains_{max(chains)}.npz", kept)
        chains[steps] = refresh(
            bound,
            start,
            prior,
            criterion=criterion,
            steps=steps,
            seed=options.seed,
            checkpoint=kept,
        )
    report_marginals(bound, start, chains, reference)
    for steps in STEPS[-4:]:
        report_means(bound.km_names, chains[steps], reference)
    report_memory(chains[max(STEPS)])
    enough = refresh(bound, start, prior, criterion=criterion, seed=options.seed)
    print(f"\nenough by the diagnostics after {enough.steps:.0f} judged per chain")
    report_means(bound.km_names, enough, reference)


def report_training(case: Case, bound, options: Options, *, seed: int):
    """Train a wide generator; return draws of it, and which are valid."""
    criterion = sr.Validity(case.partition)
    trained = sr.train(
        bound,
        criterion=criterion,
        optimizer=sr.Coverage(),
        generator=HistogramGenerator(range=case.log_km_range),
        seed=seed,
        checkpoint=options.folder / f"wide_{seed}",
        checkpoint_every=10,
    )
    draws = trained.generate(5000, seed=seed + 1)
    valid = bound.valid(draws, criterion)
    least, most = Proportion(int(valid.sum()), len(valid)).interval
    print(
        f"{seed:<12}{100 * valid.double().mean():>9.1f} %{trained.entropy:>10.1f}"
        f"{trained.history.judged[-1]:>9}   ({100 * least:.1f} to {100 * most:.1f} %)"
    )
    return draws, valid


def brute_force(bound, prior, criterion, options: Options) -> ValidRegionSample:
    """Draw from the prior until enough are valid, kept in the folder."""
    found = sample_valid_region(
        bound,
        prior,
        criterion=criterion,
        n=options.valid,
        seed=options.seed + 1000,
        method="rejection",
        checkpoint=options.folder / "truth",
    )
    low, high = found.log_volume_interval
    print(
        f"brute force: {len(found)} valid, one of {found.judged / len(found):.0f} drawn, log "
        f"volume {found.log_volume:.2f} nats ({low:.2f} to {high:.2f})"
    )
    return found


def outside(log_km: torch.Tensor, reference: ValidRegionSample) -> int:
    """Count means of ln Km outside their joint 95 % interval."""
    tests = stats.ttest_ind(log_km.numpy(), reference.log_km.numpy(), equal_var=False)
    return int((tests.pvalue < 0.05).sum())


def chance(bound) -> tuple[float, float]:
    of_chance = stats.binom(len(bound.km_names), 0.05)
    return of_chance.ppf(0.025), of_chance.ppf(0.975)


def report_marginals(
    bound,
    start: torch.Tensor,
    chains: dict[int, Refreshed],
    reference: ValidRegionSample,
) -> None:
    prior, criterion = chains[STEPS[0]].prior, chains[STEPS[0]].criterion
    ensembles = {"valid draws, 0": start}
    ensembles |= {f"refreshed, {steps}": done.log_km for steps, done in chains.items()}
    truth = Rejection(reference.log_km, reference.lambda_max, reference.judged)
    table = report_coverage(bound, ensembles, prior, criterion=criterion, reference=truth).ensembles
    print(
        f"\n{'judged per set':<18}{'marginal KL':>14}{'+-':>7}{'lambda median':>16}{'distance':>10}"
    )
    for name, row in table.iterrows():
        print(
            f"{name:<18}{row['marginal_kl']:>14.2f}{row['marginal_kl_error']:>7.2f}"
            f"{row['lambda_median']:>16.2f}{row['distance']:>10.3f}"
        )
    print(f"brute force: lambda median {reference.lambda_max.median().item():.2f} 1/h")


def report_means(names, done: Refreshed, reference: ValidRegionSample) -> None:
    """Compare means of every ln Km, and of lambda_max, by Welch's test."""
    tests = stats.ttest_ind(done.log_km.numpy(), reference.log_km.numpy(), equal_var=False)
    outside = int((tests.pvalue < 0.05).sum())
    slow = stats.ttest_ind(done.lambda_max.numpy(), reference.lambda_max.numpy(), equal_var=False)
    upper = stats.binom(len(names), 0.05).ppf(0.975)
    least = tests.pvalue.min()
    print(
        f"\n{done.steps:.0f} judged per set: {outside} of {len(names)} means of ln Km outside "
        f"their joint 95 % interval (by chance {0.05 * len(names):.1f}, up to {upper:.0f}); "
        f"smallest p {least:.2g}, times {len(names)}: {min(1, len(names) * least):.2g}"
    )
    print(
        f"mean lambda_max {done.lambda_max.mean():.2f} against "
        f"{reference.lambda_max.mean():.2f} 1/h, p = {slow.pvalue:.2g}"
    )


def report_memory(done: Refreshed) -> None:
    print(f"\nacceptance {np.mean(done.acceptance[-20:]):.2f} at the end; sweeps of memory:")
    print(done.autocorrelation_times.round(1).to_string())
    for text in done.warnings:
        print(f"warning: {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--valid", type=int, default=Options.valid)
    parser.add_argument("--chains", type=int, default=Options.chains)
    parser.add_argument("--repeats", type=int, default=Options.repeats)
    parser.add_argument("--trainings", type=int, default=Options.trainings)
    parser.add_argument("--case", choices=["varma", "e_coli"], default=Options.case)
    parser.add_argument("--seed", type=int, default=Options.seed)
    given = vars(parser.parse_args())
    with TemporaryDirectory() as temporary:
        folder = given.pop("folder") or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report(Options(folder=folder, **given))


if __name__ == "__main__":
    main()
