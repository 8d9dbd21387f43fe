"""One generator for many steady states, and the fastest dynamics of each.

A generator is trained over some of the states of the RENAISSANCE study's E. coli model (the
bundled model where ``../shared`` does not lie beside the checkout) and judged at the others; then
the search for the fastest dynamics of these others, from the generator and without it.

    python -m benchmarks.states [--seeds 3] [--generations 40] [--steps 30]

"Allowed" are states whose slowest pool is, on its own, at least as fast as the partition; "of
pool" is the speed found over that. Seconds and hours are of processor time, all threads together:
with two idle cores half of it passes.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from time import process_time

import numpy as np
import torch

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, e_coli_states
from skimpy_renaissance.kinetics import BoundKinetics, CompiledKinetics
from skimpy_renaissance.landscape import (
    FastestModels,
    fastest_dynamics,
    pool_speeds,
    train_for_speed,
)
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.steady_states import SteadyStates

MODELS = 100  # judged at each state that training has not seen


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    seeds: int = 3
    generations: int = 40
    steps: int = 30


@dataclass(frozen=True)
class Split:
    """States to train on and states to judge at."""

    name: str
    kinetics: CompiledKinetics
    seen: SteadyStates
    unseen: SteadyStates
    partition: float  # 1/h
    log_km_range: tuple[float, float]  # ln(mol/L)

    @property
    def criterion(self) -> sr.Validity:
        """When a model counts as valid."""
        return sr.Validity(self.partition)

    @property
    def allowed(self) -> np.ndarray:
        """`state`, bool: unseen states whose slowest pool is fast enough."""
        return pool_speeds(self.kinetics.network, self.unseen).fast_enough(self.criterion)


def split(seed: int) -> Split:
    """Choose two thirds of the states at random."""
    found = e_coli_states()
    if found is None:
        network, states = sr.examples.e_coli_core()
        name, partition, log_km_range = "E. coli core", -3.3, (-13.8, -2.3)
        states = states[::5]
    else:
        network, states = found
        name, partition, log_km_range = "E. coli", -2.5, (-25.0, 3.0)
    order = np.random.default_rng(seed).permutation(len(states))
    n_seen = 2 * len(states) // 3
    names = [states.names[i] for i in order]
    return Split(
        name,
        sr.compile(network),
        states.select(names[:n_seen]),
        states.select(names[n_seen:]),
        partition,
        log_km_range,
    )


def trained_over(case: Split, seen: BoundKinetics, options: Options, seed: int) -> TrainedGenerator:
    """Train at all seen states at once."""
    return sr.train(
        seen,
        criterion=case.criterion,
        generator=sr.Generator(relative=True, range=case.log_km_range),
        optimizer=sr.Gradient(
            models=128, generations=options.generations, decay=1.0, sharpness=5.0
        ),
        seed=seed,
    )


def report(options: Options) -> None:
    head = f"{'seed':<6}{'seen':>5}{'unseen':>7}{'allowed':>8}{'judged':>8}{'CPU s':>7}"
    print(f"{head}{'untrained':>11}{'trained':>9}{'worst state':>13}{'>= 95 %':>9}{'others':>8}")
    for seed in range(options.seeds):
        case = split(seed)
        seen, unseen = case.kinetics.at(case.seen), case.kinetics.at(case.unseen)
        begin = process_time()
        trained = trained_over(case, seen, options, seed)
        seconds = process_time() - begin
        start = trained_over(case, seen, Options(generations=0), seed)
        allowed = case.allowed
        before, after = (incidence(case, one, unseen) for one in (start, trained))
        good = int((after[allowed] >= 0.95).sum())
        print(
            f"{seed:<6}{len(case.seen):>5}{len(case.unseen):>7}{allowed.sum():>8}"
            f"{trained.history.judged[-1]:>8}{seconds:>7.0f}{100 * before[allowed].mean():>10.1f}%"
            f"{100 * after[allowed].mean():>8.1f}%{100 * after[allowed].min():>12.1f}%"
            f"{good:>5} of {allowed.sum()}{_mean(after[~allowed]):>8}",
            flush=True,
        )
        if seed == 0:
            first = case, train_for_speed(case.kinetics, case.seen, log_km_range=case.log_km_range)
    total = int(allowed.sum()) * MODELS
    low, _ = Proportion(total, total).interval
    print(f"{MODELS} models at each unseen state; all valid at all states: at least {low:.2%}\n")
    report_fastest(*first, options)


def incidence(case: Split, trained: TrainedGenerator, unseen: BoundKinetics) -> np.ndarray:
    """Judge fresh models at each unseen state: `state`."""
    with torch.no_grad():
        slowest = unseen.lambda_max(trained.generate(MODELS, seed=999, at=unseen))
    return case.criterion(slowest).double().mean(1).numpy()


def report_fastest(case: Split, fast: TrainedGenerator, options: Options) -> None:
    alone = pool_speeds(case.kinetics.network, case.unseen).slowest
    ways = {
        "generator, best of 10": {"generator": fast, "steps": 0},
        f"generator, {options.steps} steps": {"generator": fast, "steps": options.steps},
        f"Km near x, {options.steps} steps": {"steps": options.steps},
        f"Km near x, {2 * options.steps} steps": {"steps": 2 * options.steps},
        f"Km near x, 3 starts, {options.steps} steps": {
            "steps": options.steps,
            "starts_per_state": 3,
        },
    }
    print(f"{case.name}, {len(case.unseen)} states never seen in training")
    print(
        f"{'fastest dynamics':<32}{'judged':>7}{'CPU s':>7}{'median':>9}{'of pool':>11}"
        f"{'least':>7}{'valid':>8}{'CPU h, 5,000':>14}"
    )
    for name, how in ways.items():
        begin = process_time()
        found: FastestModels = fastest_dynamics(
            case.kinetics, case.unseen, log_km_range=case.log_km_range, **how
        )
        seconds = process_time() - begin
        reached = -found.lambda_max / alone
        valid = int(case.criterion(torch.from_numpy(found.lambda_max)).sum())
        print(
            f"{name:<32}{found.judged[0]:>7}{seconds:>7.1f}{np.median(found.lambda_max):>9.2f}"
            f"{100 * np.median(reached):>10.0f}%{100 * reached.min():>6.0f}%"
            f"{valid:>5}/{len(found)}{5000 * seconds / len(found) / 3600:>14.2f}",
            flush=True,
        )
    print(f"threads: {torch.get_num_threads()}")


def _mean(values: np.ndarray) -> str:
    return f"{100 * values.mean():.0f}%" if len(values) else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=Options.seeds)
    parser.add_argument("--generations", type=int, default=Options.generations)
    parser.add_argument("--steps", type=int, default=Options.steps)
    if not (SHARED / "ecoli").exists():
        print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model instead.")
    report(Options(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
