"""``build``: a kinetic model and its steady states from a constraint-based model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from skimpy_renaissance.analyses import AnalysisResult, RunContext
from skimpy_renaissance.analyses.build import BuiltModel, build_model
from skimpy_renaissance.analyses.build_result import MODEL, STATES, TABLES, build_result
from skimpy_renaissance.cli.analysis_command import run_analysis
from skimpy_renaissance.cli.build_page import build_sections
from skimpy_renaissance.cli.build_settings import CELL, FILES, assumptions, task_of, with_units
from skimpy_renaissance.cli.console import PROBLEMS, say, tell
from skimpy_renaissance.cli.input_files import InputFile, fingerprint, hashes_of
from skimpy_renaissance.cli.next_steps import after_build
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import Record, require_output
from skimpy_renaissance.cli.run_file import Given, to_toml
from skimpy_renaissance.cli.sections import CriterionSettings, ModelSettings, StatesSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.train import train_as
from skimpy_renaissance.report import write_page
from skimpy_renaissance.report.studies import REPORT

__all__ = ["EXAMPLE", "build_command"]

EXAMPLE = (
    "Example: skimpy-renaissance build --model textbook --growth 0.6 --uptake "
    "EX_glc__D_e=-9:-8 -o my_model; then: skimpy-renaissance train --config my_model/run.toml"
)

_RUN_FILE = "run.toml"
_TRAINING = "training"


@dataclass(frozen=True, eq=False)
class _Sources:
    """What a model is built from, as a record needs to know it."""

    settings: Settings
    input_files: Mapping[str, InputFile]

    @property
    def identity(self) -> dict[str, Any]:
        """Hashes of the files, and units."""
        units = self.settings.to_units()
        assert units is not None, "completed"
        return {**hashes_of(self.input_files), "units": units.to_dict()}

    def identity_as_in(self, _stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the identity; no earlier version had another form."""
        return self.identity


@with_settings(
    "build",
    "units",
    "criterion.partition",
    "data.growth_scaling",
    "generator.km_min",
    "generator.km_max",
    "run.output",
    "run.seed",
    "run.threads",
    shown={f"units.{name}": f"{value:g}, E. coli's" for name, value in CELL.items()},
)
def build_command(
    given: Given,
    train: Annotated[
        bool,
        typer.Option("--train", help="Train a generator on it at once, as run.toml says."),
    ] = False,
) -> int:
    """Build a kinetic model with steady states from a COBRA model, for training to go on from.

    Fluxes within the bounds decide what runs and which way; every reaction gets a rate law by
    SKiMPy's rules, and its energy from eQuilibrator or your table; what has none is written as
    irreversible. Steady states are sampled within fluxes, concentrations and errors of energies,
    and models drawn blindly at each tell where they are fast. The output folder holds model.yaml
    (SKiMPy reads it), states.npz, run.toml from which train goes on, report.html (what was
    assigned, what is uncertain, what to measure), and tables: laws (edit it and give it back with
    --laws), removed, energies, no_energy, compounds, states, measure.
    """
    stated = given.settings()
    settings = with_units(stated)
    folder = require_output(settings)
    task = task_of(settings)
    assumed = assumptions(stated)
    say("\n".join(["Assumed, as nobody states it:", *(f"  {line}" for line in assumed)]))
    built: list[BuiltModel] = []

    def analyse(context: RunContext) -> AnalysisResult:
        built.append(
            build_model(
                task,
                seed=context.seed,
                threads=context.threads,
                progress=context.progress,
                tell=tell,
            )
        )
        result = build_result(built[0])
        run_file = to_toml(_to_train(settings, built[0], folder), folder=folder)
        return replace(
            result,
            files={
                **result.files,
                REPORT: lambda path: write_page(
                    path,
                    build_sections(built[0], result, assumed, steps=after_build(folder, _RUN_FILE)),
                    title=f"A kinetic model of {built[0].network.name}",
                    subtitle=built[0].draft.condition,
                ),
                _RUN_FILE: lambda path: path.write_text(run_file, encoding="utf-8"),
            },
        )

    found = run_analysis(
        Record("build", _Sources(settings, _input_files(settings))),
        analyse,
        resumes=None,
        files=(
            *(MODEL, STATES, REPORT, _RUN_FILE, "states.png", "measure.png"),
            *(f"{name}.csv" for name in TABLES),
        ),
    )
    best = built[0].speeds.iloc[0]
    say(
        f"State {found.numbers['state']}: {best['valid']:.0f} of {best['drawn']:.0f} models drawn "
        f"blindly are valid (lambda_max below {built[0].partition:g} 1/h)."
    )
    run_file = folder / _RUN_FILE
    if train:
        return train_as(Given(config=run_file, flags={}))
    say(f"Next: skimpy-renaissance train --config {run_file}")
    if not best["valid"]:
        tell("No model drawn blindly is valid at any state: see the note above.")
        return PROBLEMS
    return 0


def _input_files(settings: Settings) -> dict[str, InputFile]:
    given = settings.build
    paths = {"cobra_model": given.model, **{name: getattr(given, name) for name in FILES}}
    return {
        role: fingerprint(path, role=role) for role, path in paths.items() if isinstance(path, Path)
    }


def _to_train(settings: Settings, built: BuiltModel, folder: Path) -> Settings:
    """Return the settings with which a generator is trained on what was built.

    Where no blind model is valid, evolution strategies would have nothing to begin with.
    """
    blind = built.speeds["valid"].iloc[0] > 0
    return replace(
        settings,
        training=replace(settings.training, optimizer=None if blind else "gradient"),
        model=ModelSettings(file=folder / MODEL),
        states=StatesSettings(file=folder / STATES, state=built.state.name),
        criterion=CriterionSettings(partition=built.partition),
        run=replace(settings.run, output=folder / _TRAINING),
    )
