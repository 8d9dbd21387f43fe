"""Four generators, one answer: biology from their own draws, and from the whole valid region.

Trained by NES, by the gradient and for coverage, or not at all (blind draws of the prior that
happen to be valid). From each come two ensembles: its own valid draws, and the whole region,
reached by chains that start at them (from blind draws: by rejection). Of every ensemble, with
Monte-Carlo errors: growth after an enzyme is halved (integrated to the new steady state), its
control over growth, and a batch: when the sugar is gone and how many cells there are. The last
column is the largest difference between any two answers in joint standard errors; by chance two of
four differ by up to 2.6 in 95 % of the cases.

    python -m benchmarks.one_answer [--case e_coli] [--models 400] [--batches 100]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import exp, hypot

import numpy as np
import torch
from numpy.typing import NDArray

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, Case, bundled, e_coli
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.dynamics import (
    BatchReactor,
    StrainDesign,
    read_reactor_yaml,
    simulate,
    simulate_reactor,
)
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import HistogramGenerator, Optimizer
from skimpy_renaissance.population import Ensemble, ParameterPopulation, ensemble_of
from skimpy_renaissance.population.ensemble import NARROW
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.sampling import log_uniform_prior, parametrize
from skimpy_renaissance.valid_region import ValidRegionSample, sample_valid_region

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Organism:
    """A model with what is asked of it."""

    case: Case
    growth: str
    enzyme: str
    reactor: BatchReactor
    sugar: str
    inoculum: float  # gDW/L
    hours: float


def organism(name: str) -> Organism:
    case = e_coli() if name == "e_coli" else bundled()
    if case is None:
        print(f"No {SHARED.parent.name}/ beside the checkout: the bundled model instead.")
        case = bundled()
    network, state = case.kinetics.network, case.state
    if case.name == "E. coli core":
        reactor = sr.examples.e_coli_core_reactor(network, state)
        return Organism(case, "Biomass_Ecoli_core", "PFK", reactor, "glc__D_e", 0.05, 10.0)
    reactor = read_reactor_yaml(SHARED / "ecoli" / "single_species.yaml", networks=network)
    return Organism(case, "LMPD_biomass_c_1_420", "PFK", reactor, "glc_D_e", 0.037, 20.0)


TRAININGS = {
    "NES": sr.NES(generations=30),
    "gradient": sr.Gradient(),
    "coverage": sr.Coverage(),
}


def starts_of(
    optimizer: Optimizer,
    case: Case,
    bound: BoundKinetics,
    criterion: sr.Validity,
    n: int,
    seed: int,
) -> torch.Tensor:
    """Return valid draws of a generator that was trained in this way."""
    made = HistogramGenerator if isinstance(optimizer, sr.Coverage) else sr.Generator
    generator = made(range=case.log_km_range)
    trained = sr.train(
        bound, criterion=criterion, seed=seed, optimizer=optimizer, generator=generator
    )
    draws = trained.generate(20 * n, seed=seed + 1)
    return draws[bound.valid(draws, criterion)][:n]


def ensembles(
    subject: Organism, *, n: int, seed: int, trainings: Mapping[str, Optimizer] = TRAININGS
) -> tuple[BoundKinetics, dict[str, dict[str, ParameterPopulation]]]:
    """Return the own draws of each start, and the whole region from there."""
    case = subject.case
    bound, criterion = case.kinetics.at(case.state), sr.Validity(case.partition)
    low, high = case.log_km_range
    prior = log_uniform_prior(bound, km_range=(exp(low), exp(high)))

    def whole(prior: Prior, seed: int, starts: torch.Tensor | None) -> ValidRegionSample:
        method = "rejection" if starts is None else "chains"
        return sample_valid_region(
            bound, prior, criterion=criterion, n=n, seed=seed, starts=starts, method=method
        )

    def population(log_km: torch.Tensor, stands_for: Ensemble) -> ParameterPopulation:
        return parametrize(bound, log_km, provenance=stands_for.to_dict())

    own, region = {}, {}
    for place, (how, optimizer) in enumerate(trainings.items()):
        starts = starts_of(optimizer, case, bound, criterion, n, seed)
        own[how] = population(starts, Ensemble(NARROW))
        found = whole(prior, seed + 10 + place, starts)
        region[how] = population(found.log_km, stands_for(found))
        print(f"{how:<10} {found}")
    found = whole(prior, seed + 9, None)
    region["blind"] = population(found.log_km, stands_for(found))
    print(f"{'blind':<10} {found}")
    return bound, {"the generators' own valid draws": own, "the whole valid region": region}


def stands_for(found: ValidRegionSample) -> Ensemble:
    return Ensemble.of_region(found.effective_km.min().item(), len(found))


def growth_after(subject: Organism, bound: BoundKinetics, sets: ParameterPopulation) -> Array:
    """Return `model`: growth at the steady state with half of the enzyme, relative to before."""
    half = StrainDesign("half", {subject.enzyme: 0.5}).applied_to(sets)
    runs = simulate(bound, half, [0.0, 30.0])
    growth = runs.relative_rates[:, -1, runs.reactions.index(subject.growth)]
    return np.where(runs.finished, growth, np.nan)


def control(subject: Organism, bound: BoundKinetics, sets: ParameterPopulation) -> Array:
    """Return `model`: control of the enzyme over growth."""
    network = bound.network
    enzyme = network.vmax_names[network.reaction_names.index(subject.enzyme)]
    return (
        control_coefficients(bound, sets, [enzyme])
        .flux.slice_by("parameter", enzyme)
        .loc[subject.growth]
        .to_numpy()
    )


def batch(subject: Organism, sets: ParameterPopulation, n: int) -> tuple[Array, Array]:
    """Return `model`: when the sugar is gone, h, and the cells at the end, gDW/L."""
    runs = simulate_reactor(
        subject.reactor,
        sets.select(slice(n)),
        subject.case.state,
        times=np.linspace(0, subject.hours, 101),
        biomass=subject.inoculum,
    )
    done = runs.trajectories.finished
    gone = np.asarray(runs.time_below(subject.sugar, 1e-3), dtype=float)
    return np.where(done, gone, np.nan), np.where(done, runs.biomass()[:, -1], np.nan)


def answers(
    subject: Organism, bound: BoundKinetics, sets: ParameterPopulation, *, batches: int
) -> dict[str, Array]:
    found = {
        f"growth, {subject.enzyme} x 0.5": growth_after(subject, bound, sets),
        f"control of {subject.enzyme} over growth": control(subject, bound, sets),
    }
    if batches:
        gone, cells = batch(subject, sets, batches)
        found |= {"sugar gone (h)": gone, "cells at the end (gDW/L)": cells}
    return found


def median_with_error(ensemble: Ensemble, values: Array) -> tuple[float, float]:
    return float(np.nanmedian(values)), float(ensemble.error_of_quantile(values, [0.5])[0])


def mean_with_error(ensemble: Ensemble, values: Array) -> tuple[float, float]:
    return float(np.nanmean(values)), float(ensemble.error_of_mean(values))


def furthest(found: dict[str, tuple[float, float]]) -> float:
    """Return the largest difference between two answers, in joint standard errors."""
    pairs = combinations(found.values(), 2)
    return max(abs(a - b) / hypot(sa, sb) for (a, sa), (b, sb) in pairs)


def report(options: argparse.Namespace) -> None:
    subject = organism(options.case)
    print(f"{subject.case.name}, valid below {subject.case.partition:g} 1/h, seed {options.seed}")
    bound, found = ensembles(subject, n=options.models, seed=options.seed)
    for what, populations in found.items():
        print(f"\n{what}\n{'':<34}" + "".join(f"{name:>20}" for name in populations) + f"{'z':>7}")
        asked = {
            name: answers(subject, bound, sets, batches=options.batches)
            for name, sets in populations.items()
        }
        for quantity in next(iter(asked.values())):
            table(quantity, {name: asked[name][quantity] for name in asked}, populations)


def table(
    quantity: str, values: dict[str, Array], populations: dict[str, ParameterPopulation]
) -> None:
    """Print mean and median with their errors, and the range of the models."""
    of: dict[str, Callable] = {"mean": mean_with_error, "median": median_with_error}
    for word, average in of.items():
        told = {
            name: average(ensemble_of(populations[name].provenance), some)
            for name, some in values.items()
        }
        cells = "".join(f"{f'{value:.4f} +- {error:.4f}':>20}" for value, error in told.values())
        print(f"{f'{quantity}, {word}':<34}{cells}{furthest(told):>7.1f}")
    ends = [np.nanquantile(some, [0.05, 0.95]) for some in values.values()]
    cells = "".join(f"{f'{low:.3f} to {high:.3f}':>20}" for low, high in ends)
    print(f"{'  5 to 95 % of the models':<34}{cells}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", choices=["bundled", "e_coli"], default="bundled")
    parser.add_argument("--models", type=int, default=400)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    report(parser.parse_args())


if __name__ == "__main__":
    main()
