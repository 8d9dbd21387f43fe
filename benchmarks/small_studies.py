"""The command line, with studies that take seconds: what :mod:`benchmarks.kills` kills."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from skimpy_renaissance.cli import reproduce
from skimpy_renaissance.cli.main import main
from skimpy_renaissance.learning import Gradient
from skimpy_renaissance.report import studies as report_studies
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.tuning import SearchSpace

SIZES = {
    "incidence": {"generations": 5, "snapshots": 2, "models": 50, "blind": 100},
    "robustness": {"models": 8, "generations": 5},
    "fermentation": {"models": 2, "generations": 5},
    "landscape": {
        **{"n_states": 60, "generator_generations": 3, "steps": 4, "members": 6},
        **{"n_resampled": 5, "n_constrained": 3, "walk": 20},
    },
    "kinetic-data": {
        **{"n_models": 20, "runs": 2, "subsystems": 1, "permutations": 5, "trainings": 2},
        "optimizer": Gradient(models=30, generations=5),
    },
    "requirements": {"generations": 5, "batch": 30, "models": 40},
    "tuning": {
        **{"trials": 3, "budget": 800, "confirmed": 1, "verified": 100},
        "space": SearchSpace(hidden=((64,), (32, 32))),
    },
}


def command_line(arguments: list[str], folder: Path) -> None:
    """Run the command line in a folder, what it says kept beside that."""
    with told_in(folder).open("wb") as told:
        for stream in (1, 2):
            os.dup2(told.fileno(), stream)
    os.chdir(folder)
    sys.argv = ["skimpy-renaissance", *arguments]
    small = {
        name: replace(study, quick=replace(study.quick, **SIZES[name]))
        for name, study in STUDIES.items()
    }
    for module in (reproduce, report_studies):
        module.STUDIES = MappingProxyType(small)
    main()


def told_in(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")
