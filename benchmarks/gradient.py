"""Judged models and seconds until 92 % and 99 % of fresh models are valid: NES and the gradient.

After every generation models that take no part in training are judged; neither their number nor
the time for them is counted. NES has the paper's hyper-parameters and output; the gradient follows
the slowest mode alone, or all slow modes together (smoothed), with values relative to
concentrations or not.

    python -m benchmarks.gradient [--seeds 3] [--generations 50] [--held-out 500] [--bundled]

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import torch

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, bundled, e_coli
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import HeldOut, History

TARGETS = (0.92, 0.99)


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    seeds: int = 3
    generations: int = 50
    held_out: int = 500
    bundled: bool = False


@dataclass(frozen=True)
class Method:
    """A way to train."""

    name: str
    optimizer: sr.NES | sr.Gradient
    generator: sr.Generator


def methods(log_km_range: tuple[float, float], generations: int) -> list[Method]:
    """Return NES as published, then the gradient."""
    absolute = sr.Generator(range=log_km_range)
    relative = sr.Generator(range=log_km_range, relative=True)
    published = sr.Generator(output="batch_minmax", range=log_km_range)
    small = {"models": 64, "decay": 1.0, "generations": 40}
    return [
        Method("NES", sr.NES(generations=generations), published),
        Method("gradient", sr.Gradient(**small), absolute),
        Method("gradient, smoothed", sr.Gradient(**small, sharpness=5.0), absolute),
        Method("gradient, ln(Km/x)", sr.Gradient(**small), relative),
        Method("gradient, smoothed, ln(Km/x)", sr.Gradient(**small, sharpness=5.0), relative),
    ]


def train(
    bound: BoundKinetics, method: Method, *, partition: float, seed: int, n_held_out: int
) -> History:
    """Train until practically all fresh models are valid, or the generations are used up."""
    held_out = HeldOut(models=n_held_out, every=1, at_least=0.98)  # the interval's lower limit
    return sr.train(
        bound,
        criterion=sr.Validity(partition),
        optimizer=method.optimizer,
        generator=method.generator,
        held_out=held_out,
        seed=seed,
    ).history


def cost(history: History, target: float) -> tuple[float, float]:
    """Return judged models and seconds at the first check that met a target; NaN if none did."""
    met = np.flatnonzero(history.held_out >= target)
    if len(met) == 0:
        return float("nan"), float("nan")
    return float(history.judged[met[0]]), float(history.seconds[met[0]])


def report(options: Options) -> None:
    case = None if options.bundled else e_coli()
    if case is None:
        if not options.bundled:
            print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model instead.")
        case = bundled()
    bound = case.kinetics.at(case.state)
    print(
        f"{case.name}, valid below {case.partition} 1/h, {options.held_out} fresh models per check"
    )
    print(f"{'':<34}{'to 92 %':>18}{'to 99 %':>18}{'best':>9}")
    print(f"{'method':<30}{'seed':>4}{'judged':>10}{'s':>8}{'judged':>10}{'s':>8}{'%':>9}")
    found: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(options.seeds):  # interleaved: all methods meet the same machine
        for method in methods(case.log_km_range, options.generations):
            history = train(
                bound, method, partition=case.partition, seed=seed, n_held_out=options.held_out
            )
            numbers = (*cost(history, TARGETS[0]), *cost(history, TARGETS[1]))
            found.setdefault(method.name, []).append(numbers)
            print(row(method.name, str(seed), numbers, np.nanmax(history.held_out)), flush=True)
    print("\nmedian over seeds (a seed that never got there counts as infinite), NES = 1")
    medians = {
        name: np.median(np.nan_to_num(rows, nan=np.inf), axis=0) for name, rows in found.items()
    }
    reference = medians["NES"]
    for name, numbers in medians.items():
        ratios = [_ratio(ours, theirs) for ours, theirs in zip(numbers, reference, strict=True)]
        print(f"{name:<34}{ratios[0]:>10}{ratios[1]:>8}{ratios[2]:>10}{ratios[3]:>8}")
    print(f"threads: {torch.get_num_threads()}")


def row(name: str, seed: str, numbers: tuple[float, ...], best: float) -> str:
    judged_92, s_92, judged_99, s_99 = (_number(value) for value in numbers)
    return f"{name:<30}{seed:>4}{judged_92:>10}{s_92:>8}{judged_99:>10}{s_99:>8}{100 * best:>9.1f}"


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _ratio(ours: float, theirs: float) -> str:
    if not np.isfinite(ours):
        return "never"
    return f"1/{theirs / ours:.0f}" if np.isfinite(theirs) and theirs > ours else (
        "1" if theirs == ours else "reached"
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=Options.seeds)
    parser.add_argument("--generations", type=int, default=Options.generations)
    parser.add_argument("--held-out", type=int, default=Options.held_out)
    parser.add_argument("--bundled", action="store_true", help="the bundled model in any case")
    report(Options(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
