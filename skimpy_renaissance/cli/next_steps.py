"""The end of a report: commands for this very input, each with what it is for."""

from __future__ import annotations

from pathlib import Path
from shlex import join

from skimpy_renaissance.cli.record import RECORD, RESOLVED, read_record
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.report import Commands
from skimpy_renaissance.report.verdict import Outcome
from skimpy_renaissance.spectrum.time_scales import settling_time
from skimpy_renaissance.studies.catalogue import STUDIES
from skimpy_renaissance.studies.written_study import MANIFEST

__all__ = ["after_build", "after_population", "after_studies", "after_training"]

_ALL, _QUICK = "all", "--quick"  # of reproduce
_RAW = "--raw"  # of generate
_ENOUGH = 0.9  # share of valid models from which more training is not worth its time


def after_training(source: TrainedFolder, outcome: Outcome) -> Commands:
    """Return what to do with a trained generator.

    Parameters
    ----------
    source
        Its folder.
    outcome
        What came of the training.

    Returns
    -------
    Commands
    """
    folder, share = source.folder, outcome.models.share
    population = folder / "population.h5"
    steps: list[tuple[str, str]] = []
    run_file = next((p / RESOLVED for p in (folder, folder.parent) if (p / RESOLVED).is_file()), "")
    if share < _ENOUGH and run_file:
        generations = 2 * max(source.trained.state.generation, 1)
        again = ("train", "--config", run_file, "--generations", generations)
        place = folder.with_name(f"{folder.name}_longer")
        steps.append((_line(*again, "-o", place), "Train for twice as many generations."))
    if not share and run_file:
        through = ("train", "--config", run_file, "--optimizer", "gradient")
        steps += [
            (
                _line("check", "--config", run_file),
                "See what keeps models slow at this steady state: pools that turn over slowly, "
                "reactions near equilibrium.",
            ),
            (
                _line(*through, "-o", folder.with_name(f"{folder.name}_gradient")),
                "Train through the gradient, which needs no valid model to begin with.",
            ),
        ]
    if outcome.region or share:
        steps.append(
            (
                _line("generate", folder, "-n", 1000),
                "Draw 1,000 models of the whole valid region, for averages, ranges and shares.",
            )
        )
        steps += after_population(population, partition=outcome.partition).steps
    return Commands(steps)


def after_population(path: Path, *, partition: float, checked: bool = False) -> Commands:
    """Return what to do with a population of valid models.

    Parameters
    ----------
    path
        The file.
    partition
        1/h: how fast its models are.
    checked
        Whether the page at hand is the report on it.

    Returns
    -------
    Commands
    """
    hours = float(settling_time(-abs(partition))) if partition else 1.0
    beside = path.parent
    steps = [
        (_line("check", path), "Recompute some of its models: does the file hold what it says?"),
        (
            _line("robustness", path, "--horizon", f"{hours:.2g}", "-o", beside / "robustness"),
            f"Push them by up to 50 %, follow them for {60 * hours:.0f} min, and count those that "
            "come back.",
        ),
    ]
    if not checked:
        steps.append((_line("report", path), "A page like this one on these models."))
    elif (record := path.with_suffix(".json")).is_file():
        called = list(map(str, read_record(record).get("arguments", [])))
        if called[:1] == ["generate"] and _RAW in called:
            wide = _elsewhere(called, _RAW, "--overwrite")
            line = _line(*wide, "-o", path.with_name("whole_region.h5"))
            steps.insert(0, (line, "Draw from the whole valid region instead."))
    return Commands(steps)


def after_build(folder: Path, run_file: str) -> Commands:
    """Return what to do with a kinetic model that was built.

    Parameters
    ----------
    folder
        Its folder.
    run_file
        Name of the run file in it.

    Returns
    -------
    Commands
    """
    config, training = folder / run_file, folder / "training"
    return Commands(
        [
            (_line("train", "--config", config), "Train a generator whose models are valid."),
            (
                _line("report", training),
                "A page like this one on that training.",
            ),
            (_line("generate", training, "-n", 1000), "Draw 1,000 valid models."),
            (
                _line("check", "--config", config),
                "See more of the model and its chosen steady state first: conserved pools, slow "
                "ones, reactions near equilibrium.",
            ),
        ]
    )


def after_studies(folder: Path) -> Commands:
    """Return what to do with a folder of studies.

    Parameters
    ----------
    folder
        Written by ``reproduce``.

    Returns
    -------
    Commands
        With the arguments of the last call, where its record has them.
    """
    steps = []
    if (folder / RECORD).is_file():
        called = list(map(str, read_record(folder / RECORD).get("arguments", [])))
        if called[:1] == ["reproduce"]:
            steps = _again(called, folder)
    again = (_line("report", folder), "Write this page again, for example after more studies.")
    return Commands([*steps, again])


def _again(called: list[str], folder: Path) -> list[tuple[str, str]]:
    """Return the last call, made larger: all studies, and more models in a folder of its own."""
    studies = {*STUDIES, _ALL}
    steps = []
    if any(not (folder / name / MANIFEST).exists() for name in STUDIES):
        every = [_ALL if word in studies else word for word in called]
        steps.append((_line(*every), "The other studies, too; those that are there are kept."))
    if _QUICK in called:
        full = _elsewhere(called, _QUICK)
        place = folder.with_name(f"{folder.name.removesuffix('_quick')}_full")
        steps.append((_line(*full, "-o", place), "With as many models and repeats as the paper."))
    return steps


def _elsewhere(called: list[str], *flags: str) -> list[str]:
    """Return a call without these flags, and without where it wrote."""
    kept = [word for word in called if word not in flags]
    for flag in ("--output", "-o"):
        if flag in kept[:-1]:
            del kept[kept.index(flag) : kept.index(flag) + 2]
    return kept


def _line(*words: object) -> str:
    return join(["skimpy-renaissance", *map(str, words)])
