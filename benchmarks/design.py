"""Strain designs: HiGHS against the tree, published supports, and one design for many models.

``single``: every design within 5 % of the best of each published model of *E. coli* (anthranilate)
and of yeast (p-coumaric acid), by the tree and by HiGHS: processor seconds, nodes of the tree,
designs (+: not all, as time was up), and whether the lists are the same; of *E. coli* how many of
the designs are published. ``robust``: one design for 10, 100 and 1,000 stable models, drawn at
random, of the bundled model and of *E. coli*, for each aim: seconds, nodes, gap, peak memory, and
the price of sharing (mean and worst of ln: shared, the same enzymes with own folds, own enzymes).

    python -m benchmarks.design [--parts single robust] [--cases core ecoli yeast] [--single 2]
                                [--models 10 100 1000] [--limit 120]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from math import inf
from resource import RUSAGE_SELF, getrusage
from time import process_time

import numpy as np
import pandas as pd

import skimpy_renaissance as sr
from benchmarks.cases import SHARED, bundled, e_coli, e_coli_states
from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import (
    NOMAD_ANTHRANILATE,
    NOMAD_COUMARATE,
    Aim,
    AtLeast,
    DesignLimits,
    Designs,
    Mean,
    ResponseProblem,
    Worst,
    WorstShare,
    enumerate_designs,
    log_k_of_tfa,
    robust_design,
)
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.studies.published_supports import (
    read_supports,
    support,
    supports_problem,
)

E_COLI = ("1712,6", "1715,6", "2392,6", "4230,7", "4456,7")
ANTHRANILATE, COUMARATE = {"ANTHtex": 1, "GLCtex": -1}, {"PCAtex": 1, "GLCt1": -1}
GROWTH = "LMPD_biomass_c_1_420"


def anthranilate(names: tuple[str, ...] = E_COLI) -> ResponseProblem:
    """State the study's problem for published models of *E. coli*, each at its steady state."""
    folder, found = SHARED / "ecoli", e_coli_states()
    if found is None:
        raise FileNotFoundError(folder)
    network, states = found
    sets = folder / "kinetic_params_top_10_models.hdf5"
    population = sr.ParameterPopulation.load(sets, units=states.units)
    options = DesignOptions(ANTHRANILATE, NOMAD_ANTHRANILATE, growth=GROWTH)
    regulation = pd.read_csv(folder / "allosteric_regulations.csv")
    return supports_problem(network, states, population.select(list(names)), regulation, options)


def coumarate() -> ResponseProblem:
    """State the study's problem for published models of yeast."""
    folder = SHARED / "yeast"
    pools = folder / "ST10284_cons_relations_annotated.csv"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml", conservation=pools)
    state = sr.read_steady_state(folder / "steady_state_3191.json", network)
    sets = folder / "parameters_top_9_models.hdf5"
    control = control_coefficients(
        sr.compile(network).at(state), sr.ParameterPopulation.load(sets, units=state.units)
    )
    log_k = log_k_of_tfa(folder / "tfa_model.json", network, state)
    return ResponseProblem.of(
        control, network, state, COUMARATE, NOMAD_COUMARATE, growth="LMPD_s_0450_c_1_256",
        log_k=log_k,
    )  # fmt: skip


def ensemble(name: str, n: int) -> ResponseProblem:
    """State a problem of stable models drawn at random: acetate per glucose, or anthranilate."""
    case = bundled() if name == "core" else e_coli()
    if case is None:
        raise FileNotFoundError(SHARED / "ecoli")
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=n))
    population = sampler.sample(case.kinetics.network, case.state, seed=1)
    control = control_coefficients(case.kinetics.at(case.state), population)
    objective, limits = ({"ACt2r": 1, "GLCpts": -1}, DesignLimits())
    if name == "ecoli":
        objective, limits = ANTHRANILATE, NOMAD_ANTHRANILATE
    return ResponseProblem.of(control, case.kinetics.network, case.state, objective, limits)


def timed(problem: ResponseProblem, **options: object) -> tuple[Designs | None, float]:
    begin = process_time()
    try:
        found = enumerate_designs(problem, progress=False, **options)
    except SamplingError:
        found = None
    return found, process_time() - begin


def same(one: Designs, other: Designs) -> bool:
    return len(one) == len(other) and np.allclose(
        [d.log_gain for d in one], [d.log_gain for d in other], rtol=1e-6
    )


def single_rows(name: str, options: argparse.Namespace) -> Iterator[str]:
    problem = anthranilate(E_COLI[: options.single]) if name == "ecoli" else coumarate()
    seen: set[frozenset[str]] = set()
    for i in range(min(options.single, len(problem))):
        one = problem.select([i])
        tree, seconds = timed(one, time_limit=options.limit)
        highs, by_highs = timed(one, time_limit=options.limit, solver="highs")
        told = "-"
        if tree and highs and tree.complete and highs.complete:
            told = "yes" if same(tree, highs) else "no"
        n, best, nodes = (len(tree), tree[0].log_gain, tree.nodes) if tree else (0, -inf, 0)
        seen |= {support(d) for d in tree or ()}
        yield (
            f"{name:<7}{one.models[0]:<10}{best:>9.5f}{n:>9}{nodes:>8}{seconds:>8.0f}"
            f"{by_highs:>8.0f}{by_highs / seconds:>7.1f}{len(highs) if highs else 0:>9}"
            f"{'' if highs and highs.complete else '+':<2}{told:>6}"
        )
    if name == "ecoli":
        known = read_supports(SHARED / "ecoli" / "all_unique_designs.csv")
        yield f"ecoli: {len(seen)} designs, {len(seen & known)} of the {len(known)} published"


def robust_rows(name: str, options: argparse.Namespace) -> Iterator[str]:
    whole = ensemble(name, max(options.models))
    for n in options.models:
        problem = whole.select(slice(n))
        aims: list[Aim] = [Mean(), Worst(), WorstShare(0.3)]
        gain = None
        for aim in aims:
            text, gain = robust_row(name, problem, aim, options, gain)
            yield text
        if gain is not None:
            yield robust_row(name, problem, AtLeast(0.8, gain), options, gain)[0]


def robust_row(
    name: str,
    problem: ResponseProblem,
    aim: Aim,
    options: argparse.Namespace,
    gain: float | None,
) -> tuple[str, float | None]:
    """Return a line, and what half of the models gain with the design of the mean."""
    begin, n = process_time(), len(problem)
    label = f"{name:<7}{n:>6} {repr(aim)[:24]:<25}"
    try:
        if isinstance(aim, Mean):
            found = robust_design(
                problem, aim=aim, time_limit=options.limit, own=options.own,
                own_time_limit=options.limit / 4, progress=False,
            )  # fmt: skip
            designs, table = found.designs, found.summary
            gain = round(float(np.median(found.best.log_gains)), 4)
            price = "  ".join(
                f"{row['mean']:.3f} {row['worst']:.3f}" for _, row in table.iterrows()
            )
        else:
            designs = enumerate_designs(
                problem, aim=aim, time_limit=options.limit, progress=False
            )  # fmt: skip
            gains = designs[0].log_gains
            price = f"{gains.mean():.3f} {gains.min():.3f}"
    except SamplingError as error:
        return f"{label}  {error}", gain
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024**2
    return (
        f"{label}{process_time() - begin:>6.0f}{designs.nodes:>7}{len(designs):>5}"
        f"{designs.gap:>8.4f}{peak:>6.1f}  {price}  {designs[0].name}"
    ), gain


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--parts", nargs="+", choices=("single", "robust"), default=["single", "robust"]
    )
    parser.add_argument("--cases", nargs="+", default=["core", "ecoli", "yeast"])
    parser.add_argument("--single", type=int, default=5, help="published models of each")
    parser.add_argument("--models", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--own", type=int, default=10, help="models whose own designs are sought")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for each search")
    options = parser.parse_args()
    there = {
        "core": True,
        "ecoli": (SHARED / "ecoli").exists(),
        "yeast": (SHARED / "yeast").exists(),
    }
    cases = [name for name in options.cases if there[name]]
    if "single" in options.parts:
        print("case   model          best  designs   nodes    tree   HiGHS  ratio  designs    same")
        for name in [case for case in cases if case != "core"]:
            for text in single_rows(name, options):
                print(text, flush=True)
    if "robust" in options.parts:
        print("case   models aim                           s  nodes list     gap   GiB"
              "  shared; own folds; own enzymes (mean worst)")  # fmt: skip
        for name in [case for case in cases if case != "yeast"]:
            for text in robust_rows(name, options):
                print(text, flush=True)


if __name__ == "__main__":
    main()
