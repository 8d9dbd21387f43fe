"""The fastest dynamics of thousands of steady states: from one generator, and from Km = x.

States are made from the 30 of the RENAISSANCE study's E. coli model (from the bundled model's 200
where ``../shared`` does not lie beside the checkout): convex combinations with seeded Dirichlet
weights, of fluxes and of the logarithms of concentrations and equilibrium constants. Fluxes stay
balanced, and ln of the displacement from equilibrium is linear in both logarithms, so that a
reaction that runs in one direction in all the states combined still may; what does not pass
``check_consistency`` is left out.

    python -m benchmarks.landscape [--states 5000] [--steps 50] [--processes N]
        [--nes-generations 50]

The first row trains a generator for speed at 32 of the states and follows gradients from its
models; the second follows gradients from Km near x, at least as many models judged, those of the
training included. Both in chunks, each on one thread, N at a time. Then one training by natural
evolution strategies for the fastest dynamics of a single state, on one thread, as the study carried
out for every state: its time for all states, N at a time, over that of the first row.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 3; Methods,
eq. 3).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import ceil
from time import perf_counter

import numpy as np
import torch

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, e_coli_states
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.landscape import FastestModels, fastest_dynamics, train_for_speed
from skimpy_renaissance.landscape.features import features_of
from skimpy_renaissance.learning.rewards import FastestDynamics
from skimpy_renaissance.steady_states import SteadyStates, check_consistency
from skimpy_renaissance.tasks import Processes, Runner

FEW = 0.05  # of Dirichlet's law: a state is made of a few of the given ones
SHARPNESS = 10.0  # as in the study of the landscape


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    states: int = 5000
    steps: int = 50
    processes: int | None = None
    nes_generations: int = 50
    seed: int = 0

    @property
    def runner(self) -> Runner | None:
        """Where chunks of states are searched."""
        return None if self.processes is None else Processes(self.processes)


@dataclass(frozen=True)
class Landscape:
    """A model, many of its states, and when one counts as fast."""

    name: str
    kinetics: CompiledKinetics
    states: SteadyStates
    partition: float  # 1/h
    log_km_range: tuple[float, float]  # ln(mol/L)


def landscape(options: Options) -> Landscape:
    """Combine the given states into as many as wanted, less the inconsistent ones."""
    found = e_coli_states()
    if found is None:
        print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model instead.")
        network, given = sr.examples.e_coli_core()
        name, partition, log_km_range = "E. coli core", -3.0725, (-13.8, -2.3)
    else:
        network, given = found
        name, partition, log_km_range = "E. coli", -2.5, (-25.0, 3.0)
    states = combined(network, given, options.states, seed=options.seed)
    report = check_consistency(network, states)
    print(
        f"{name}: {len(states)} combinations of {len(given)} states, {report.passed.sum()} pass "
        f"check_consistency (unbalanced {report.unbalanced.any(1).sum()}, against direction "
        f"{report.against_direction.any(1).sum()}, without flux {report.zero_flux.any(1).sum()}; "
        f"imbalance {report.imbalance.max():.0e} at most)"
    )
    consistent = states.select(report.passed_names)
    return Landscape(name, sr.compile(network), consistent, partition, log_km_range)


def combined(network: sr.KineticNetwork, given: SteadyStates, n: int, *, seed: int) -> SteadyStates:
    """Return convex combinations: fluxes linear, concentrations and constants in logarithms."""
    features = features_of(network, given)
    weights = np.random.default_rng(seed).dirichlet(np.full(len(given), FEW), size=n)
    return features.to_states(weights @ features.matrix, [f"mixed_{i}" for i in range(n)])


def report(options: Options) -> None:
    case = landscape(options)
    n_states = len(case.states)
    how = {
        "log_km_range": case.log_km_range,
        "sharpness": SHARPNESS,
        "seed": options.seed,
        "threads": 1,
        "runner": options.runner,
    }
    begin = perf_counter()
    generator = train_for_speed(
        case.kinetics,
        case.states,
        log_km_range=case.log_km_range,
        seed=options.seed,
        threads=1,
    )
    trained = int(generator.history.judged[-1])
    from_generator = fastest_dynamics(
        case.kinetics,
        case.states,
        steps=options.steps,
        generator=generator,
        candidates_per_state=1,
        **how,
    )
    seconds = perf_counter() - begin
    more = options.steps + ceil(trained / n_states)
    begin = perf_counter()
    from_x = fastest_dynamics(case.kinetics, case.states, steps=more, **how)
    seconds_from_x = perf_counter() - begin
    print(
        f"{'':<32}{'judged':>9}{'seconds':>9}{'states/s':>10}{f'< {case.partition:.3g}/h':>10}"
        f"{'fastest':>10}{'median':>9}"
    )
    label = f"generator, then {options.steps} steps"
    show(label, from_generator, case, seconds=seconds, trained=trained)
    show(f"Km near x, {more} steps", from_x, case, seconds=seconds_from_x)
    gain = np.arcsinh(from_x.lambda_max) - np.arcsinh(from_generator.lambda_max)
    print(
        f"from the generator: faster by over 1 % at {100 * np.nanmean(gain > 0.01):.1f} % of the "
        f"states, slower at {100 * np.nanmean(gain < -0.01):.1f} %, median gain in asinh "
        f"{np.nanmedian(gain):+.3f}"
    )
    report_published(case, options, seconds, from_generator)


def show(
    label: str, found: FastestModels, case: Landscape, *, seconds: float, trained: int = 0
) -> None:
    speed = found.lambda_max
    print(
        f"{label:<32}{found.judged.sum() + trained:>9}{seconds:>9.0f}{len(found) / seconds:>10.2f}"
        f"{100 * np.mean(speed < case.partition):>9.1f}%{np.nanmin(speed):>10.2f}"
        f"{np.nanmedian(speed):>9.2f}",
        flush=True,
    )


def report_published(
    case: Landscape, options: Options, seconds: float, found: FastestModels
) -> None:
    """Measure one training per state, as the study had 5,000, at the median state."""
    row = int(np.argsort(found.lambda_max)[len(found) // 2])
    bound = case.kinetics.at(case.states[row], threads=1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    begin = perf_counter()
    trained = sr.train(
        bound,
        criterion=sr.Validity(case.partition),
        optimizer=sr.NES(generations=options.nes_generations),
        generator=sr.Generator(output="batch_minmax", range=case.log_km_range),
        reward=FastestDynamics(),
        seed=options.seed,
    )
    of_one = perf_counter() - begin
    torch.set_num_threads(threads)
    at_a_time = options.processes or 1
    of_all = of_one * len(found) / at_a_time
    print(
        f"one training of {options.nes_generations} generations ({trained.history.judged[-1]} "
        f"models): {of_one:.0f} s; fastest {trained.history.lambda_fastest.min():.2f} 1/h, where "
        f"the search found {found.lambda_max[row]:.2f} 1/h with {found.judged[row]} models"
    )
    print(
        f"for {len(found)} states, {at_a_time} at a time: {of_all / 3600:.1f} h, "
        f"{of_all / seconds:.0f} times the first row"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--states", type=int, default=Options.states)
    parser.add_argument("--steps", type=int, default=Options.steps)
    parser.add_argument("--processes", type=int, default=Options.processes)
    parser.add_argument("--nes-generations", type=int, default=Options.nes_generations)
    parser.add_argument("--seed", type=int, default=Options.seed)
    report(Options(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
