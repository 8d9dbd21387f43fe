r"""From a genome-scale model to a trained generator, by three commands: build, train, report.

Of iJO1366, growing aerobically on glucose, the reactions with a flux stay (parsimonious flux
balance analysis). Branches that end in biomass alone are cut back to where they branch off: a
product which nothing but growth consumes has no feedback in these rate laws, and no generator can
make its pool fast. All that is cut off becomes one reaction, the sum at its fluxes :math:`v` per
growth :math:`\mu`,

.. math:: \mathrm{growth}: \quad n_m = \frac{1}{\mu} \sum_{r\ \text{cut off}} N_{mr} v_r ,

whose coefficients are rounded so that what the core conserves stays conserved exactly: a pool that
drifts by rounding alone would be a mode that stands still.

    python -m benchmarks.genome_scale_core [--least 1e-3] [--states 40] [--output FOLDER]

Needs the extra ``thermo``. The table counts reactions, constants and models; times and memory are
those of the machine. The folder holds the model, its states, the generator and both reports.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Collection, Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import cobra
import sympy
from cobra.flux_analysis import pfba

from skimpy_renaissance.draft import read_cobra_model

GROWTH = "growth_lumped"
RATE = 0.6  # 1/h
UPTAKE = {"EX_glc__D_e": (-9.0, -8.0)}
OFF = ("GLCDpp", "F6PA", "POR5")  # without a cofactor E. coli makes, or not expressed here
DIGITS = 6  # of the coefficients of growth

Reactions = list[cobra.Reaction]
Coefficients = dict[cobra.Metabolite, float]


def running_part(model: cobra.Model) -> tuple[Reactions, dict[str, float]]:
    """Bring the model into its condition; return what runs, and the fluxes, mmol/gDW/h."""
    for name, bounds in UPTAKE.items():
        model.reactions.get_by_id(name).bounds = bounds
    for name in OFF:
        model.reactions.get_by_id(name).bounds = (0, 0)
    (biomass,) = (r for r in model.reactions if r.objective_coefficient)
    biomass.bounds = (RATE, RATE)
    fluxes = pfba(model).fluxes.to_dict()
    return [r for r in model.reactions if abs(fluxes[r.id]) > 1e-9], fluxes


def exchanges(running: Reactions, core: Reactions) -> Reactions:
    """Return the exchanges of the core's metabolites."""
    inside = {m for r in core for m in r.metabolites}
    return [r for r in running if r.boundary and inside >= r.metabolites.keys()]


def cut_back(running: Reactions, core: Reactions) -> Reactions:
    """Return the core without branches that end in something growth alone takes or gives."""
    while True:
        inside = {*core, *exchanges(running, core)}
        ends = {
            only
            for m in {m for r in core for m in r.metabolites}
            for only in m.reactions & inside
            if m.formula != "H2O" and len(m.reactions & inside) == 1 and not only.boundary
        }
        if not ends:
            return core
        core = [r for r in core if r not in ends]


def lumped(rest: Reactions, fluxes: Mapping[str, float]) -> Coefficients:
    """Return the coefficients of all that is cut off, per growth."""
    net: Coefficients = {}
    for reaction in rest:
        for metabolite, n in reaction.metabolites.items():
            net[metabolite] = net.get(metabolite, 0.0) + n * fluxes[reaction.id] / RATE
    return {m: n for m, n in net.items() if abs(n) > 10**-DIGITS}


def conserving(net: Coefficients, core: Collection[cobra.Reaction]) -> Coefficients:
    """Return rounded coefficients that change nothing which the core conserves."""
    metabolites = sorted(
        {m for r in core for m in r.metabolites}, key=lambda m: (m not in net, m.id)
    )
    matrix = sympy.Matrix(
        [[sympy.Rational(str(r.metabolites.get(m, 0))) for m in metabolites] for r in core]
    )
    pools, pivots = sympy.Matrix.hstack(*matrix.nullspace()).T.rref()
    exact = {m: Fraction(f"{n:.{DIGITS}f}") for m, n in net.items()}
    for row, pivot in zip(pools.tolist(), pivots, strict=True):
        others = (
            Fraction(int(weight.p), int(weight.q)) * exact.get(m, Fraction(0))
            for i, (m, weight) in enumerate(zip(metabolites, row, strict=True))
            if i != pivot
        )
        exact[metabolites[pivot]] = -sum(others, Fraction(0))
    return {m: float(n) for m, n in exact.items() if n}


def core_model(least: float) -> cobra.Model:
    """Return the core of iJO1366: reactions with at least this flux, cut back, and growth."""
    running, fluxes = running_part(read_cobra_model("iJO1366"))
    core = cut_back(
        running,
        [
            r
            for r in running
            if not (r.boundary or r.objective_coefficient) and abs(fluxes[r.id]) >= least
        ],
    )
    kept = {*core, *exchanges(running, core)}
    net = conserving(lumped([r for r in running if r not in kept], fluxes), kept)
    model = cobra.Model("iJO1366_core")
    growth = cobra.Reaction(GROWTH, name="growth, with all that is cut off")
    model.add_reactions([*(r.copy() for r in running if r in kept), growth])
    growth.add_metabolites({model.metabolites.get_by_id(m.id): n for m, n in net.items()})
    model.objective = GROWTH
    return model


def command(*arguments: object) -> None:
    """Carry out one command of the package."""
    run = [sys.executable, "-m", "skimpy_renaissance", *map(str, arguments)]
    if subprocess.run(run, check=False).returncode not in (0, 1):
        sys.exit(f"{' '.join(run)} failed")


def measured(folder: Path, *, least: float, states: int) -> dict[str, object]:
    """Build, train and report in a folder; return what is told of it."""
    started = perf_counter()
    file = folder / "core.json"
    cobra.io.save_json_model(core_model(least), file)
    built = folder / "model"
    km = ("--km-min", 1e-6, "--km-max", 0.1)
    wide = f"{RATE - 0.02:g}:{RATE + 0.02:g}"
    command("build", "-m", file, "--growth", wide, "-n", states, "--judged", 60, *km, "-o", built)
    command("train", "-c", built / "run.toml", "--held-out", 500)
    command("report", built / "training", "--runs", 0, "-n", 200)
    about = json.loads((built / "run.json").read_text())["results"]
    trained = json.loads((built / "training" / "run.json").read_text())["results"]
    wanted = ("reactions", "metabolites", "unknown_km", "energies", "no_energy", "states")
    return {
        **{name: about[name] for name in (*wanted, "states_with_valid_models", "valid_blindly")},
        **{name: trained[name][-1] for name in ("incidence", "held_out", "judged")},
        "seconds in all": round(perf_counter() - started),
        "GiB, largest": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20, 2),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--least", type=float, default=1e-3, help="smallest flux, mmol/gDW/h")
    parser.add_argument("--states", type=int, default=40)
    parser.add_argument("--output", type=Path, help="keep the folder here")
    given = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = given.output or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in measured(folder, least=given.least, states=given.states).items():
            print(f"{name:>28}  {value}")


if __name__ == "__main__":
    main()
