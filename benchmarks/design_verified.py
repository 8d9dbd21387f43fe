r"""Published strain designs, checked in full: promised, new steady state, and in a batch.

For five *E. coli* models (anthranilate per glucose) and nine yeast models (p-coumaric acid per
glucose), each at the steady state that it was made for, the best of the published sets of enzymes
gets the folds that are best within the model's limits (to first order), and is then followed to its
new steady state and grown in a batch beside the wild type. Directions keep to the range of ln K
over the five *E. coli* states, to the bounds of the TFA model in yeast. All columns are logarithms
of the yield relative to the wild type's; biomass is relative. The published data must lie in
``../shared``.

    python -m benchmarks.design_verified [--only yeast]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

import skimpy_renaissance as sr
from benchmarks.cases import SHARED
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import (
    NOMAD_ANTHRANILATE,
    NOMAD_COUMARATE,
    Design,
    ResponseProblem,
    enumerate_designs,
    evaluate_designs,
    log_k_of_tfa,
    verify_designs,
    verify_in_batch,
)
from skimpy_renaissance.dynamics import BatchReactor, medium_at, read_reactor_yaml

E_COLI = (("1712", 6), ("1715", 6), ("2392", 6), ("4230", 7), ("4456", 7))
GROWTH = {"E. coli": "LMPD_biomass_c_1_420", "yeast": "LMPD_s_0450_c_1_256"}


@dataclass(frozen=True)
class Case:
    """A model, its problem, and published sets of enzymes with their directions."""

    organism: str
    bound: sr.BoundKinetics
    population: sr.ParameterPopulation
    problem: ResponseProblem
    published: list[Design]
    reactor: BatchReactor
    state: sr.SteadyState
    batch: Mapping[str, object]


def towards(signed: list[str]) -> Design:
    """Return a design with enzymes and directions alone, as EU_ and ED_ say."""
    folds = {name[3:]: 2.0 if name.startswith("EU_") else 0.5 for name in signed}
    return Design(folds, 0.0, np.empty(0))


def e_coli() -> Iterator[Case]:
    """Yield the published anthranilate models at their states."""
    folder = SHARED / "ecoli"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    table = pd.read_csv(folder / "allosteric_regulations.csv")
    present = table["reaction_id"].isin(network.reaction_names)
    present &= table["regulator"].isin(network.metabolites)
    network = sr.add_regulation(network, table[present], rate_laws=sr.CORRECTED)
    reactor = read_reactor_yaml(folder / "single_species.yaml", networks={"strain_1": network})
    flags = pd.read_csv(folder / "all_unique_designs.csv", index_col=0)
    published = [towards([n for n, flag in row.items() if flag]) for _, row in flags.iterrows()]
    states = {
        number: sr.read_steady_state(folder / f"steady_state_{number}.json", network)
        for number, _ in E_COLI
    }
    log_k = np.log(pd.DataFrame({n: s.equilibrium_constants for n, s in states.items()}).dropna())
    low, high = log_k.min(axis=1), log_k.max(axis=1)
    width = 0.05 * (high - low)
    ranges = {name: (low[name] - width[name], high[name] + width[name]) for name in low.index}
    for number, model in E_COLI:
        state = states[number]
        sets = folder / "kinetic_params_top_10_models.hdf5"
        population = sr.ParameterPopulation.load(sets, units=state.units)
        population = population.select([f"{number},{model}"])
        bound = sr.compile(network).at(state)
        problem = ResponseProblem.of(
            control_coefficients(bound, population),
            network,
            state,
            {"ANTHtex": 1, "GLCtex": -1},
            NOMAD_ANTHRANILATE,
            growth=GROWTH["E. coli"],
            log_k=ranges,
        )
        batch = {"inoculum": 0.037, "until": 50.0, "cell_mass": 0.28e-12}
        yield Case("E. coli", bound, population, problem, published, reactor, state, batch)


def yeast() -> Iterator[Case]:
    """Yield the published p-coumaric acid models."""
    folder = SHARED / "yeast"
    pools = folder / "ST10284_cons_relations_annotated.csv"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml", conservation=pools)
    state = sr.read_steady_state(folder / "steady_state_3191.json", network)
    sets = folder / "parameters_top_9_models.hdf5"
    population = sr.ParameterPopulation.load(sets, units=state.units)
    bound = sr.compile(network).at(state)
    problem = ResponseProblem.of(
        control_coefficients(bound, population),
        network,
        state,
        {"PCAtex": 1, "GLCt1": -1},
        NOMAD_COUMARATE,
        growth=GROWTH["yeast"],
        log_k=log_k_of_tfa(folder / "tfa_model.json", network, state),
    )
    reactor = read_reactor_yaml(folder / "single_species.yaml", networks={"strain_1": network})
    table = pd.read_csv(folder / "nra_sol_all_designs_all_models.csv", index_col=0)
    medium = {**medium_at(reactor, state), "glc__D_e": 0.11}
    batch = {"inoculum": 0.1, "until": 12.0, "medium": medium, "time_limit": 60.0}
    for place, name in enumerate(problem.models):
        rows = table[table["model"] == name]
        best = rows["design_ix"] == rows.loc[rows["nra_sol"].idxmax(), "design_ix"]
        published = [towards(list(rows.loc[best, "enzyme"]))]
        one = population.select([name])
        yield Case("yeast", bound, one, problem.select([place]), published, reactor, state, batch)


def best_design(case: Case) -> Design:
    """Return the best published enzymes with the folds that are best in the model."""
    best = 0
    if len(case.published) > 1:
        found = evaluate_designs(case.problem, case.published)
        best = int(found["design"][found["own"].idxmax()])
    names = case.published[best].folds
    few = case.problem.of_enzymes([name for name in case.problem.enzymes if name in names])
    return enumerate_designs(few, progress=False)[0]


def row_of(case: Case) -> dict[str, object]:
    """Return one row of the table."""
    design = best_design(case)
    options = {"progress": False}
    growth = GROWTH[case.organism]
    steady = verify_designs(
        case.bound, case.population, case.problem, [design], growth=growth, **options
    ).iloc[0]
    batch = verify_in_batch(
        case.reactor,
        case.population,
        case.problem,
        [design],
        state=case.state,
        n_processes=1,
        **{"product": None, "substrate": None, **case.batch},
        **options,
    ).iloc[0]
    return {
        "model": case.problem.models[0],
        "design": design.name,
        "promised": steady["promised"],
        "steady state": steady["reached"] if steady["status"] == "stable" else steady["status"],
        "growth": steady["growth"],
        "5 h": batch["yield_5h"],
        "end": batch["yield_end"],
        "titre, end": batch["titre_end"],
        "biomass, end": batch["biomass_end"],
        "batch": batch["status"],
        "implausible": batch["implausible"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=("ecoli", "yeast"))
    only = parser.parse_args().only
    for name, make in (("ecoli", e_coli), ("yeast", yeast)):
        if only in (None, name):
            for case in make():
                print(pd.Series(row_of(case)).to_string(), flush=True)
                print()


if __name__ == "__main__":
    main()
