"""Judging models here, by SKiMPy's own functions, and by a loop like that of the authors' code.

All take the same ln Km (uniform) to lambda_max: maximal rates from the fluxes, Jacobian,
eigenvalues. ``SKiMPy`` calls its compiled functions and ``dgeev`` set by set, as its
SimpleParameterSampler does; ``pool per candidate`` shares 100 sets of a candidate out among worker
processes that are started for each candidate and stopped after it, as RENAISSANCE's published
reward does (SKiMPy's functions are compiled once beforehand here, to its favour). Both compile
first. The rows below take the Jacobians from this package, and their eigenvalues by SciPy's and
torch's solvers and by the accurate route through LAPACK; then the accurate route in lanes, eight
models side by side from ln Km on, and last the verdict alone, a cheap test first.
``times as long`` is relative to the accurate route on one thread; ``apart`` is the median relative
difference from it. Needs SKiMPy; without it only this package's rows are printed.

    python -m benchmarks.peers [--case "E. coli core"] [--candidates 3]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import scipy.linalg
import torch

import skimpy_renaissance as sr
from benchmarks.cases import Case, all_cases, log_uniform
from skimpy_renaissance.errors import SkimpyImportError
from skimpy_renaissance.network.skimpy_live import require_skimpy
from skimpy_renaissance.spectrum import Accurate

PER_CANDIDATE = 100  # models, as in the paper
CORES = os.cpu_count() or 1


class Theirs:
    """A model of SKiMPy at a steady state, all its functions compiled."""

    def __init__(self, case: Case, folder: Path) -> None:
        from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
        from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415
        from sympy import Symbol  # noqa: PLC0415

        path = folder / "model.yml"
        sr.write_skimpy_yaml(case.kinetics.network, path)
        model = load_yaml_model(str(path))
        state = case.state
        concentrations = state.concentrations.to_dict()
        for reaction, value in state.equilibrium_constants.dropna().items():
            model.reactions[reaction].parameters.k_equilibrium.value = value
        model.prepare()
        model.compile_jacobian(ncpu=CORES)
        self.model, self.scale = model, state.stated_units().concentration_scaling
        self.fluxes = state.fluxes.to_dict()
        self.symbols = {Symbol(name): value for name, value in concentrations.items()}
        sampler = SimpleParameterSampler(SimpleParameterSampler.Parameters(n_samples=1))
        sampler._compile_sampling_functions(model, self.symbols, self.fluxes)
        self.flux_vector = [self.fluxes[reaction.name] for reaction in model.reactions.values()]
        self.x = np.array([concentrations[name] for name in model.variables])
        self.km = [model.parameters[name].symbol for name in case.kinetics.network.km_names]
        self.set = {p.symbol: p.value for p in model.parameters.values()}
        self.set |= {s: v for s, v in self.symbols.items() if str(s) in model.parameters}
        for reaction in model.reactions.values():
            self.set[reaction.parameters.vmax_forward.symbol] = 1

    def lambda_max(self, log_km: np.ndarray) -> float:
        """Judge one model, 1/h."""
        from scipy.linalg.lapack import dgeev  # noqa: PLC0415

        values = {**self.set, **dict(zip(self.km, self.scale * np.exp(log_km), strict=True))}
        self.model.flux_parameter_function(self.model, values, self.symbols, self.fluxes)
        jacobian = self.model.jacobian_fun(self.flux_vector, self.x, values)
        real, *_ = dgeev(jacobian.todense(), compute_vl=0, compute_vr=0)
        return float(real.max())

    def release(self) -> None:
        """Stop the worker processes that SKiMPy leaves running."""
        pool = getattr(self.model, "pool", None)
        if pool is not None:
            pool.terminate()


_judged: Any = None  # what forked workers find, as a closure over it could not be sent to them


def _one(log_km: np.ndarray) -> float:
    return float(_judged.lambda_max(log_km))


def by_pools(theirs: Theirs, log_km: np.ndarray) -> list[float]:
    """Judge a candidate after another, each by worker processes of its own."""
    global _judged  # noqa: PLW0603
    _judged = theirs
    found: list[float] = []
    for candidate in np.split(log_km, len(log_km) // PER_CANDIDATE):
        with multiprocessing.get_context("fork").Pool(CORES) as pool:
            found += pool.map(_one, list(candidate))
    return found


def rows(case: Case, n_candidates: int) -> Iterator[tuple[str, float, float, np.ndarray]]:
    """Yield name, seconds to compile, ms per model, and lambda_max of the same models."""
    log_km = log_uniform(case, PER_CANDIDATE * n_candidates, seed=0)
    try:
        require_skimpy()
    except SkimpyImportError:
        print("SKiMPy is not installed here: this package's rows only.")
    else:
        with TemporaryDirectory() as folder:
            before = os.getcwd()
            os.chdir(folder)  # SKiMPy leaves its log files where it runs
            try:
                begin = perf_counter()
                theirs = Theirs(case, Path(folder))
                compiled = perf_counter() - begin
                for name, way in {
                    "SKiMPy": lambda: [theirs.lambda_max(one) for one in log_km.numpy()],
                    f"pool per candidate, {CORES}": lambda: by_pools(theirs, log_km.numpy()),
                }.items():
                    begin = perf_counter()
                    found = np.array(way())
                    yield name, compiled, 1e3 * (perf_counter() - begin) / len(found), found
                theirs.release()
            finally:
                os.chdir(before)
    one, all_cores = (case.kinetics.at(case.state, threads=n) for n in (1, CORES))
    lapack = case.kinetics.at(case.state, threads=1, spectrum=Accurate("lapack"))
    criterion = sr.Validity(case.partition)
    scaled = one.scaled_jacobian

    def by_geev() -> np.ndarray:
        spectra = [scipy.linalg.eigvals(matrix) for matrix in scaled(log_km).numpy()]
        return np.array(spectra).real.max(-1)

    here: dict[str, Callable[[], np.ndarray]] = {
        "here, SciPy geev": by_geev,
        "here, torch eigvals": lambda: torch.linalg.eigvals(scaled(log_km)).real.amax(-1).numpy(),
        "here, LAPACK": lambda: lapack.lambda_max(log_km).numpy(),
        "here, accurate": lambda: one.lambda_max(log_km).numpy(),
        f"here, accurate, {CORES} threads": lambda: all_cores.lambda_max(log_km).numpy(),
        "here, verdict only": lambda: one.valid(log_km, criterion).numpy(),
    }
    for name, way in here.items():
        way()  # compiles what compiles at first use
        begin = perf_counter()
        found = way()
        spent = 1e3 * (perf_counter() - begin) / len(found)
        yield name, case.compile_seconds, spent, found


def report(*, case_name: str | None = None, n_candidates: int = 3) -> None:
    print(f"{'':<26}{'compile':>9}{'per model':>11}{'times as long':>15}{'apart':>9}")
    print(f"{'':<26}{'s':>9}{'ms':>11}")
    for case in all_cases():
        if case_name not in (None, case.name):
            continue
        measured = list(rows(case, n_candidates))
        by_name = {name: (spent, found) for name, _, spent, found in measured}
        unit, reference = by_name["here, accurate"]
        print(f"{case.name}, {len(reference)} models")
        for name, compiled, spent, found in measured:
            line = f"  {name:<24}{compiled:>9.1f}{spent:>11.2f}{spent / unit:>15.2f}"
            if found.dtype != bool:
                line += f"{np.nanmedian(np.abs(found / reference - 1)):>9.0e}"
            print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", choices=["E. coli core", "varma", "E. coli 1712", "yeast"])
    parser.add_argument("--candidates", type=int, default=3, help="of 100 models each")
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SKiMPy's dependencies, on their way out
        report(case_name=options.case, n_candidates=options.candidates)


if __name__ == "__main__":
    main()
