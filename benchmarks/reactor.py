"""One batch reactor, here and in SKiMPy, side by side: same model, same start, same tolerance.

Both compile, then integrate with CVODE; the rows say how long each took and how far apart the end
points are (largest relative difference over all variables, of those above the absolute tolerance).
Without SKiMPy only this package's times are printed.

    python -m benchmarks.reactor [--case "E. coli core"] [--tolerance 1e-6]
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd
import torch
import yaml

import skimpy_renaissance as sr
from benchmarks.cases import SHARED
from skimpy_renaissance.dynamics.ensembles.ensemble import run_ensemble
from skimpy_renaissance.dynamics.equations.compiled_system import compile_system
from skimpy_renaissance.dynamics.equations.one_model import functions_of_one
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.reading import read_reactor_yaml
from skimpy_renaissance.dynamics.reactors.starting_point import (
    initial_conditions,
    medium_at,
    parameter_values,
)
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.errors import SkimpyImportError
from skimpy_renaissance.network.skimpy_live import require_skimpy

HEADER = (
    f"{'model':<14}{'variables':>10}{'tolerance':>11}{'compile':>10}{'run':>9}"
    f"{'SKiMPy: compile':>17}{'run':>9}{'ratio: run':>12}{'both':>8}{'apart':>10}"
)


@dataclass(frozen=True)
class Case:
    """A reactor of one strain with every constant, and where it starts."""

    name: str
    reactor: BatchReactor
    state: sr.SteadyState
    medium: dict[str, float]  # mol/L
    biomass: float  # gDW/L
    hours: float


def with_sets(reactor: BatchReactor, values: dict[str, float]) -> BatchReactor:
    """Return the reactor with the strain's constants in its network."""
    ((name, strain),) = reactor.strains.items()
    network = strain.network
    known = {n: v for n, v in values.items() if n in network.parameters and "volume_" not in n}
    filled = Strain(network.with_parameters(known), strain.growth_reaction, strain.biomass_scaling)
    return BatchReactor(
        {name: filled},
        units=reactor.units,
        volume=reactor.volume,
        medium=reactor.medium,
        constant=reactor.constant,
    )


def core() -> Case:
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=1))
    values = sampler.sample(network, state, seed=11)[0].to_dict()
    held = frozenset({"h_e", "o2_e", "co2_e", "strain_1_h_c"})
    reactor = BatchReactor(
        {"strain_1": Strain(network, "Biomass_Ecoli_core")},
        units=state.units,
        volume=1e12,
        constant=held,
    )
    medium = {**medium_at(reactor, state), "glc__D_e": 0.02, "nh4_e": 0.05}
    return Case("E. coli core", with_sets(reactor, values), state, medium, 0.05, 12.0)


def e_coli() -> Case:
    """Return the study's scaffold with its published Km and the Vmax that fit them."""
    folder = SHARED / "ecoli"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    state = sr.read_steady_state(folder / "steady_state_1712.json", network)
    population = sr.ParameterPopulation.load(
        folder / "kinetic_params_top_10_models.hdf5", units=state.units
    )
    bound = sr.compile(network).at(state)
    published = population["1712,6"].to_dict()
    km = {name: published[name] for name in network.km_names if name in published}
    scale = state.stated_units().concentration_scaling
    default = {name: state.concentrations[m] for name, m in network.hooks.items()}
    filled = [km.get(name, default[name]) for name in network.km_names]
    log_km = torch.tensor([filled], dtype=torch.float64).div(scale).log()
    values = dict(zip(network.km_names, filled, strict=True))
    vmax = bound.vmax(log_km)[0].tolist()
    values |= {n: v for n, v in zip(network.vmax_names, vmax, strict=True) if n is not None}
    constants = state.equilibrium_constants.dropna()
    values |= {f"k_equilibrium_{reaction}": value for reaction, value in constants.items()}
    reactor = read_reactor_yaml(folder / "single_species.yaml", networks={"strain_1": network})
    reactor = with_sets(reactor, values)
    return Case("E. coli 1712", reactor, state, dict(reactor.medium), 0.037, 50.0)


def yeast() -> Case:
    folder = SHARED / "yeast"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml")
    state = sr.read_steady_state(folder / "steady_state_0.json", network)
    values = sr.ParameterPopulation.load(folder / "parameters_sample_0.hdf5")[0].to_dict()
    reactor = read_reactor_yaml(folder / "single_species.yaml", networks={"strain_1": network})
    medium = {**medium_at(reactor, state), "glc__D_e": 0.11}
    return Case("yeast", with_sets(reactor, values), state, medium, 0.1, 24.0)


def cases(chosen: str | None) -> Iterator[Case]:
    makers = {"E. coli core": core}
    if SHARED.exists():
        makers |= {"E. coli 1712": e_coli, "yeast": yeast}
    for name, make in makers.items():
        if chosen in (None, name):
            yield make()


def here(case: Case, times: np.ndarray, tolerance: float) -> tuple[float, float, pd.DataFrame]:
    """Return seconds to compile, seconds to run, and the course `time x variable`.

    Loading the compiled instructions, once in a process, counts as compiling.
    """
    begin = perf_counter()
    compiled = compile_system(case.reactor.system)
    parameters, _ = parameter_values(case.reactor, None, {})
    for function in functions_of_one(compiled, np.asarray(parameters)[0]):
        function(start(case))
    middle = perf_counter()
    runs = run_ensemble(
        compiled,
        start(case)[None],
        parameters,
        times=times,
        rtol=tolerance,
        atol=tolerance,
        n_processes=1,
    )
    end = perf_counter()
    if not runs.finished[0]:
        raise SystemExit(f"{case.name}: {runs.statuses[0].value}: {runs.messages[0]}")
    course = pd.DataFrame(runs.concentrations[0], columns=list(case.reactor.variables))
    return middle - begin, end - middle, course


def start(case: Case) -> np.ndarray:
    given = {"biomass": case.biomass, "medium": case.medium}
    return initial_conditions(case.reactor, case.state, 1, **given)[0]


def skimpy(case: Case, times: np.ndarray, tolerance: float) -> tuple[float, float, pd.DataFrame]:
    """Do the same with SKiMPy, from a reactor file."""
    from skimpy.simulations.reactor import make_batch_reactor  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        path = write_reactor_file(case.reactor, Path(folder))
        before = os.getcwd()
        os.chdir(folder)  # SKiMPy leaves its log files where it runs
        try:
            begin = perf_counter()
            reactor = make_batch_reactor(str(path))
            reactor.compile_ode(add_dilution=False)
            middle = perf_counter()
            for name, value in zip(case.reactor.variables, start(case), strict=True):
                reactor.initial_conditions[name] = value
            solution = reactor.solve_ode(
                times, solver_type="cvode", rtol=tolerance, atol=tolerance, max_steps=int(1e9)
            )
            end = perf_counter()
        finally:
            os.chdir(before)
        course = solution.concentrations[list(case.reactor.variables)]
        reactor.pool.terminate()
        reactor.pool.join()
    return middle - begin, end - middle, course


def write_reactor_file(reactor: BatchReactor, folder: Path) -> Path:
    """Write SKiMPy's reactor file and its models."""
    units = reactor.units
    document = {
        "models": {},
        "biomass": {name: s.growth_reaction for name, s in reactor.strains.items()},
        "biomass_scaling": {name: s.biomass_scaling for name, s in reactor.strains.items()},
        "extracellular_compartment": reactor.extracellular,
        "initial_medium": dict(reactor.medium),
        "reactor_volume": reactor.volume,
        "scaling": {
            "concentration": units.concentration_scaling,
            "density": units.density,
            "gDW_gWW": units.gdw_gww_ratio,
            "time": units.time_scaling,
        },
        "boundary_conditions": {
            f"CC_{name}": {"class": "ConstantConcentration", "reactant": name}
            for name in sorted(reactor.constant)
        },
    }
    for name, strain in reactor.strains.items():
        document["models"][name] = str(folder / f"{name}.yml")
        sr.write_skimpy_yaml(strain.network, folder / f"{name}.yml")
    path = folder / "reactor.yml"
    path.write_text(yaml.safe_dump(document))
    return path


def measure(case: Case, tolerance: float, *, with_skimpy: bool) -> str:
    times = np.linspace(0, case.hours, 51)
    compile_here, run_here, course = here(case, times, tolerance)
    row = (
        f"{case.name:<14}{len(case.reactor.variables):>10}{tolerance:>11.0e}{compile_here:>10.2f}"
        f"{run_here:>9.2f}"
    )
    if not with_skimpy:
        return row
    compile_there, run_there, other = skimpy(case, times, tolerance)
    end, theirs = course.iloc[-1].to_numpy(), other.iloc[-1].to_numpy()
    size = np.abs(other.to_numpy()).max(axis=0)
    apart = np.max(np.abs(end - theirs) / np.maximum(size, 1e-3))
    both = (compile_there + run_there) / (compile_here + run_here)
    return (
        f"{row}{compile_there:>17.2f}{run_there:>9.2f}{run_there / run_here:>12.1f}{both:>8.1f}"
        f"{apart:>10.1e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", choices=["E. coli core", "E. coli 1712", "yeast"])
    parser.add_argument("--tolerance", type=float, default=1e-6)
    options = parser.parse_args()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SKiMPy's dependencies deprecate one another
            require_skimpy()
        with_skimpy = True
    except SkimpyImportError:
        with_skimpy = False
    print(HEADER, f"{'':<35}{'s':>10}{'s':>9}{'s':>17}{'s':>9}", sep="\n", flush=True)
    for case in cases(options.case):
        print(measure(case, options.tolerance, with_skimpy=with_skimpy), flush=True)


if __name__ == "__main__":
    main()
