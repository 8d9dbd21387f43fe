"""The public SBML semantic test suite: which cases are in scope, and which of them pass.

A case is in scope where ``read_sbml`` reads it; all others are counted by the reason given. What is
in scope is integrated and compared with the suite's results at its own tolerances, every variable
at every time.

    python -m benchmarks.sbml_suite --suite FOLDER [--failures] [--models FILE ... [--at-time 0]]

``FOLDER`` holds ``00001/00001-sbml-l3v2.xml`` and so on (``cases/semantic`` of
https://github.com/sbmlteam/sbml-test-suite). ``--models``: published models, whose steady state and
eigenvalues are compared with those of libRoadRunner's equations (its rates by finite differences).
"""

from __future__ import annotations

import argparse
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sympy
import torch

from skimpy_renaissance.dynamics import compile_system, network_system
from skimpy_renaissance.dynamics.integrators.integrate import default_integrator
from skimpy_renaissance.dynamics.integrators.integrator import Problem
from skimpy_renaissance.errors import RenaissanceError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.sbml.read_document import open_document
from skimpy_renaissance.sbml.read_laws import read_laws
from skimpy_renaissance.sbml.read_math import TIME
from skimpy_renaissance.sbml.read_quantities import read_values
from skimpy_renaissance.sbml.read_sbml import SbmlModel, read_sbml
from skimpy_renaissance.sbml.read_values import Values

VERSIONS = ("l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1")
REASONS = {
    "no reaction": "no reaction",
    "no kinetic law": "reactions without kinetic law",
    "rate rules": "rate rules",
    "events": "events",
    "algebraic rules": "algebraic rules",
    "submodels": "submodels",
    "fast reactions": "fast reactions",
    "no compartment": "no compartment",
    "changes its volume": "volumes that change",
    "change their volume": "volumes that change",
    "changes with": "stoichiometries that change",
    "depends on time": "laws of time",
    "delay": "delays or rateOf",
    "rateOf": "delays or rateOf",
    "depends on": "piecewise and other functions in laws",
}


@dataclass(frozen=True)
class Settings:
    """What a case asks for."""

    times: np.ndarray
    variables: tuple[str, ...]
    absolute: float
    relative: float
    amounts: frozenset[str]


def settings(folder: Path) -> Settings:
    """Read a case's settings."""
    text = next(folder.glob("*-settings.txt")).read_text()
    fields = dict(re.findall(r"^(\w+):[ \t]*(.*)$", text, re.MULTILINE))

    def names(field: str) -> list[str]:
        return [name.strip() for name in fields.get(field, "").split(",") if name.strip()]

    start, duration, steps = (float(fields[k]) for k in ("start", "duration", "steps"))
    return Settings(
        np.linspace(start, start + duration, int(steps) + 1),
        tuple(names("variables")),
        float(fields["absolute"]),
        float(fields["relative"]),
        frozenset(names("amount")),
    )


def course(model: SbmlModel, times: np.ndarray) -> dict[str, np.ndarray]:
    """Integrate a model from its beginning; metabolite to concentrations."""
    network = model.network
    compiled = compile_system(network_system(network))
    start = model.initial_concentrations
    values = {**network.values, **start[list(network.boundary_names)]}
    equations = compiled.model(np.array([values[n] for n in compiled.parameter_names]))
    initial = start[list(network.variables)].to_numpy()
    if not np.isfinite(equations.jacobian(initial)).all():
        initial = np.where(initial == 0, 1e-30, initial)  # x**n has no slope there at 0
    at = times if times[0] == 0 else np.concatenate([[0.0], times])
    states = np.repeat(initial[None, :], len(at), axis=0)
    if len(initial):
        atol = np.full(len(initial), 1e-14 * max(float(np.abs(initial).max()), 1e-8))
        problem = Problem(
            equations.right_hand_side, equations.jacobian, initial, at, 1e-9, atol, time_limit=60
        )
        states = default_integrator().run(problem).states
    late = states[len(at) - len(times) :]
    held = {name: np.full(len(times), start[name]) for name in network.boundary_names}
    return {**held, **{name: late[:, i] for i, name in enumerate(network.variables)}}


def quantity(
    name: str, found: dict[str, np.ndarray], values: Values, times: np.ndarray, *, amount: bool
) -> np.ndarray:
    """Evaluate an id along a course: a species, parameter, compartment, reaction or reference."""
    species = values.species.get(name)
    if name in found:
        x = found[name]
        return x * values.size(species.compartment) if amount else x
    counted = np.full(len(times), np.nan)
    if name in values.rules:
        formula = values.in_concentrations(values.rules[name])
        sizes = {
            s: values.size(str(s)) for s in formula.free_symbols if str(s) in values.compartments
        }
        formula = formula.xreplace({s: sympy.Float(v) for s, v in sizes.items()})
        arguments = sorted(formula.free_symbols, key=str)
        columns = [
            times if s == TIME else found.get(str(s), values.number(str(s))) for s in arguments
        ]
        counted = sympy.lambdify(arguments, formula, "numpy")(*columns)
    else:
        counted = values.number(name)
    if species is not None and species.in_amounts != amount:
        size = values.size(species.compartment)
        counted = counted * size if amount else counted / size
    return np.broadcast_to(np.asarray(counted, dtype=float), len(times))


def misses(case: Path, file: Path, model: SbmlModel) -> str:
    """Compare a course with the case's results; return what differs, empty where nothing does."""
    wanted = settings(case)
    expected = pd.read_csv(next(case.glob("*-results.csv")), skipinitialspace=True)
    document = open_document(file)
    values = read_values(document, read_laws(document), time=None)
    found = course(model, wanted.times)
    for name in wanted.variables:
        right = expected[name].to_numpy(dtype=float)
        ours = quantity(name, found, values, wanted.times, amount=name in wanted.amounts)
        allowed = wanted.absolute + wanted.relative * np.abs(right)
        wrong = ~(
            (np.abs(ours - right) <= allowed) | (ours == right) | (np.isnan(ours) & np.isnan(right))
        )
        if wrong.any():
            return f"{name} {ours[wrong][0]:.6g} instead of {right[wrong][0]:.6g}"
    return ""


def reason(error: Exception) -> str:
    """Name why a case is out of scope."""
    said = str(error)
    return next((told for words, told in REASONS.items() if words in said), said[:100])


def cases(suite: Path) -> Iterator[tuple[Path, Path]]:
    """Each case's folder and its newest file."""
    for folder in sorted(p for p in suite.iterdir() if p.is_dir()):
        files = [folder / f"{folder.name}-sbml-{version}.xml" for version in VERSIONS]
        newest = next((file for file in files if file.exists()), None)
        if newest is not None and list(folder.glob("*-settings.txt")):
            yield folder, newest


def suite_table(suite: Path, *, failures: bool) -> None:
    """Print what is in scope and what passes."""
    counts, passed, missed = Counter[str](), 0, []
    for case, file in cases(suite):
        told = next(case.glob("*-model.m")).read_text(errors="replace")
        if re.search(r"testType:\s*TimeCourse", told) is None:
            counts["flux balance, no time course"] += 1
            continue
        try:
            model = read_sbml(file)
        except RenaissanceError as error:
            counts[reason(error)] += 1
            continue
        try:
            said = misses(case, file, model)
        except Exception as error:  # a case that cannot be computed fails
            said = f"{type(error).__name__}: {str(error)[:200]}"
        passed += not said
        missed += [(case.name, said)] if said else []
    print(f"cases        {sum(counts.values()) + passed + len(missed)}")
    print(f"in scope     {passed + len(missed)}")
    print(f"passed       {passed}")
    for told, number in counts.most_common():
        print(f"  out of scope, {number:4d}: {told}")
    for name, said in missed if failures else []:
        print(f"  {name}: {said}")


def model_rows(files: list[Path], at_time: float | None) -> Iterator[str]:
    """Compare published models with libRoadRunner: what stands still, and the eigenvalues there."""
    import roadrunner  # noqa: PLC0415 - for development only

    for file in files:
        try:
            model, said = read_sbml(file), "as it is"
        except RenaissanceError:
            model, said = read_sbml(file, at_time=at_time), f"at time {at_time:g}"
        network, state = model.network, model.state
        names, x = list(network.variables), state.concentrations[list(network.variables)].to_numpy()
        simulator = roadrunner.RoadRunner(str(file))

        def slope(
            at: np.ndarray, simulator: Any = simulator, names: Sequence[str] = names
        ) -> np.ndarray:
            for name, value in zip(names, at, strict=True):
                simulator.setValue(f"[{name}]", float(value))
            simulator.model.setTime(at_time or 0.0)
            return np.array([simulator.getValue(f"{name}'") for name in names])

        rest = np.abs(slope(x)).max() / np.abs(state.fluxes).max()
        jacobian = np.empty((len(x), len(x)))
        for column, step in enumerate(1e-5 * x):
            ends = [slope(x + k * step * np.eye(len(x))[column]) for k in (1, -1, 2, -2)]
            jacobian[:, column] = (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * step)
        theirs = np.linalg.eigvals(jacobian)
        bound = compile_network(network).at(state)
        no_km = torch.zeros(1, len(bound.km_names), dtype=torch.float64)
        ours = bound.eigenvalues(no_km)[0].numpy() / bound.reference.per_hour
        apart = max(np.abs(theirs - value).min() / abs(value) for value in ours)
        yield (
            f"{network.name:<36}{said:<12}{len(network.reactions):>10}{len(names):>11}"
            f"{int((~model.laws.own_capacity).sum()):>8}{int(model.saturation.used.sum()):>5}"
            f"{rest:>12.1e}{ours.real.max():>14.6g}{apart:>14.1e}"
        )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", type=Path)
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--models", type=Path, nargs="*", default=[])
    parser.add_argument("--at-time", type=float, default=0.0, help="where laws depend on time")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.suite:
        suite_table(given.suite, failures=given.failures)
    if given.models:
        print(
            f"{'model':<36}{'read':<12}{'reactions':>10}{'variables':>11}{'factors':>8}{'Km':>5}"
            f"{'their dx/dt':>12}{'lambda_max':>14}{'eigenvalues':>14}"
        )
    for row in model_rows(given.models, given.at_time):
        print(row, flush=True)


if __name__ == "__main__":
    main()
