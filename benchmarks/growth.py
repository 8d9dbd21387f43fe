"""How cost grows: with the network, the batch, the threads and the number of steady states.

Per judged model, from ln Km (uniform) to the verdict, as ratios within a table: ``accurate`` is
lambda_max, ``verdict`` the cheap tests first (numba), ``gradient`` lambda_max with its slope in
every ln Km. A row's columns are measured in turns, each the best of several rounds.

    python -m benchmarks.growth [--models 500] [--rounds 3] [--figure growth.svg]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import Tensor

import skimpy_renaissance as sr
from benchmarks.cases import Case, all_cases, bundled, e_coli, e_coli_states, log_uniform
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.plots.palette import BLUE, GREEN, VERMILLION

BATCHES = (1, 10, 100, 1000)
STATES = (1, 3, 10, 30)
COLOURS = {"accurate": BLUE, "verdict": GREEN, "gradient": VERMILLION}


def best(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the shortest time of each, s, all measured in turns."""
    found = dict.fromkeys(ways, float("inf"))
    for way in ways.values():
        way()  # compiles what compiles at first use
    for _ in range(rounds):
        for name, way in ways.items():
            begin = perf_counter()
            way()
            found[name] = min(found[name], perf_counter() - begin)
    return found


def slope(bound: BoundKinetics, log_km: Tensor) -> Tensor:
    leaf = log_km.clone().requires_grad_()
    (found,) = torch.autograd.grad(bound.lambda_max(leaf).nansum(), leaf)
    return found


def by_network(n_models: int, rounds: int) -> dict[str, list[float]]:
    """Print a row per model; return ms per judged model, and the variables."""
    print(
        f"{'model':<14}{'reactions':>10}{'variables':>10}{'Km':>6}{'compile':>9}{'accurate':>10}"
        f"{'verdict':>9}{'gradient':>10}\n{'':<40}{'s':>9}{'ms/model':>10}{'ms':>9}{'ms':>10}"
    )
    columns: dict[str, list[float]] = {"variables": [], **{name: [] for name in COLOURS}}
    for case in all_cases():
        bound = case.kinetics.at(case.state, threads=1)
        log_km, criterion = log_uniform(case, n_models, seed=0), sr.Validity(case.partition)
        ways = _ways(bound, log_km, criterion)
        spent = {name: 1e3 * s / n_models for name, s in best(ways, rounds).items()}
        network = case.kinetics.network
        n = len(network.conserved_pools.independent)
        print(
            f"{case.name:<14}{len(network.reaction_names):>10}{n:>10}{len(network.km_names):>6}"
            f"{case.compile_seconds:>9.2f}{spent['accurate']:>10.3f}{spent['verdict']:>9.3f}"
            f"{spent['gradient']:>10.3f}"
        )
        columns["variables"].append(n)
        for name, value in spent.items():
            columns[name].append(value)
    for name in COLOURS:
        if len(columns["variables"]) > 1:
            power, _ = np.polyfit(np.log(columns["variables"]), np.log(columns[name]), 1)
            print(f"  {name}: grows as variables to the power of {power:.1f}")
    return columns


def _ways(
    bound: BoundKinetics, log_km: Tensor, criterion: sr.Validity
) -> dict[str, Callable[[], object]]:
    return {
        "accurate": lambda: bound.lambda_max(log_km),
        "verdict": lambda: bound.valid(log_km, criterion),
        "gradient": lambda: slope(bound, log_km),
    }


def by_batch(case: Case, rounds: int) -> dict[str, list[float]]:
    """Print ms per model by how many are judged together."""
    bound, criterion = case.kinetics.at(case.state, threads=1), sr.Validity(case.partition)
    print(f"\n{case.name}: ms per model, by how many are judged together, one thread")
    print(f"{'':<12}" + "".join(f"{n:>10}" for n in BATCHES))
    columns: dict[str, list[float]] = {name: [] for name in COLOURS}
    for n in BATCHES:
        ways = _ways(bound, log_uniform(case, n, seed=1), criterion)
        for name, seconds in best(ways, max(rounds, 1000 // n // 10)).items():
            columns[name].append(1e3 * seconds / n)
    for name, values in columns.items():
        print(f"{name:<12}" + "".join(f"{value:>10.3f}" for value in values))
    return columns


def by_threads(case: Case, n_models: int, rounds: int) -> None:
    """Print how many times as fast more threads are than one."""
    log_km, criterion = log_uniform(case, n_models, seed=2), sr.Validity(case.partition)
    counts = [n for n in (1, 2, 4, 8, 16) if n <= max(2, torch.get_num_threads())]
    print(f"\n{case.name}: times as fast as one thread, {n_models} models")
    print(f"{'threads':<12}" + "".join(f"{n:>10}" for n in counts))
    bounds = {n: case.kinetics.at(case.state, threads=n) for n in counts}
    for name in COLOURS:
        ways = {str(n): _ways(bound, log_km, criterion)[name] for n, bound in bounds.items()}
        spent = best(ways, rounds)
        print(f"{name:<12}" + "".join(f"{spent['1'] / spent[str(n)]:>10.2f}" for n in counts))


def by_states(n_models: int, rounds: int) -> None:
    """Print what many states in one batch cost, against one after the other."""
    given = e_coli_states()
    name = "E. coli" if given else "E. coli core"
    network, states = given or sr.examples.e_coli_core()
    kinetics = sr.compile(network)
    rng = torch.Generator().manual_seed(3)
    shape = (n_models, len(network.km_names))
    log_km = -13.8 + 11.5 * torch.rand(shape, generator=rng, dtype=torch.float64)
    print(f"\n{name}: {n_models} models shared out among states, ms per model, one thread")
    print(f"{'states':<12}{'together':>10}{'in turns':>10}{'ratio':>8}")
    for n in STATES:
        some = states[:n]
        each = n_models // n
        blocks = log_km[: n * each].unflatten(0, (n, each))
        together = kinetics.at(some, threads=1)
        alone = [kinetics.at(state, threads=1) for state in some]
        spent = best(
            {
                "together": lambda t=together, b=blocks: t.lambda_max(b),
                "in turns": lambda a=alone, b=blocks: [
                    bound.lambda_max(block) for bound, block in zip(a, b, strict=True)
                ],
            },
            rounds,
        )
        per_model = {way: 1e3 * seconds / (n * each) for way, seconds in spent.items()}
        ratio = per_model["in turns"] / per_model["together"]
        print(f"{n:<12}{per_model['together']:>10.3f}{per_model['in turns']:>10.3f}{ratio:>8.2f}")


def draw(
    networks: Mapping[str, list[float]], batches: Mapping[str, list[float]], path: Path
) -> None:
    """Draw cost against size and batch, relative to the cheapest, so that machines compare."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for name, colour in COLOURS.items():
        style = {"color": colour, "marker": "o", "label": name}
        left.plot(
            networks["variables"], np.divide(networks[name], networks["accurate"][0]), **style
        )
        right.plot(BATCHES, np.divide(batches[name], batches["accurate"][-1]), **style)
    left.set(xlabel="independent variables", ylabel="time per model (relative)")
    right.set(xlabel="models judged together", ylabel="time per model (relative)")
    left.legend(frameon=False)
    for ax, at in ((left, (40, 60, 100, 200)), (right, BATCHES)):
        ax.set(xscale="log", yscale="log")
        ax.set_xticks(at, [f"{n:g}" for n in at])
        ax.minorticks_off()
        ax.spines[["top", "right"]].set_visible(False)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip("."), dpi=150)
    plt.close(figure)


def report(*, n_models: int = 500, rounds: int = 3, figure: Path | None = None) -> None:
    networks = by_network(n_models, rounds)
    case = e_coli() or bundled()
    batches = by_batch(case, rounds)
    by_threads(case, n_models, rounds)
    by_states(n_models, rounds)
    if figure is not None:
        draw(networks, batches, figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--figure", type=Path, help="SVG or PNG to draw the first two tables into")
    options = parser.parse_args()
    report(n_models=options.models, rounds=options.rounds, figure=options.figure)


if __name__ == "__main__":
    main()
