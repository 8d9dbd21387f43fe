"""Sections of the run file: a dataclass each, a key is a field with its kind, default and help.

Defaults are those of the objects that take the values, which are the paper's. Sections of an
optimiser or a reward are not here: their classes declare them.
"""

# ruff: noqa: RUF009 - _key is dataclasses.field with less to write
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.kinds import (
    LABEL,
    LAYERS,
    NUMBER,
    NUMBER_RANGE,
    PATH,
    SWITCH,
    TEXT,
    WHOLE,
    WHOLE_RANGE,
    WHOLES,
    Kind,
    choice,
)
from skimpy_renaissance.learning import (
    NES,
    OPTIMIZERS,
    OUTPUTS,
    REWARDS,
    Generator,
    HeldOut,
    options_of,
)
from skimpy_renaissance.priors import DEFAULT_KM_RANGE
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.tuning import Effort, SearchSpace

__all__ = [
    "BUNDLED",
    "CriterionSettings",
    "DataSettings",
    "GeneratorSettings",
    "ModelSettings",
    "RunSettings",
    "StatesSettings",
    "TrainingSettings",
    "TuneSettings",
    "UnitsSettings",
]

BUNDLED = "e_coli_core"
"""In place of a file: the kinetic model and steady states that come with the package."""

_HELD_OUT = HeldOut()
_ARCHITECTURE = Generator()
_SPACE = SearchSpace()
_EFFORT = Effort()


def _key(kind: Kind, default: object, help: str, *flags: str) -> Any:
    return field(default=default, metadata={"kind": kind, "help": help, "flags": flags})


def _range(name: str) -> Any:
    """Return the key of a search range, as the optimiser declares it."""
    declared = options_of(NES)[name]
    assert declared.search is not None, name
    kind = WHOLE_RANGE if declared.type is int else NUMBER_RANGE
    return _key(kind, getattr(_SPACE, name), declared.search.help, declared.search.flag)


@dataclass(frozen=True)
class ModelSettings:
    """Kinetic model."""

    file: Path | None = _key(
        PATH, None, f"Kinetic model in SKiMPy's YAML format, or {BUNDLED}.", "--model", "-m"
    )
    conservation: Path | None = _key(
        PATH, None, "Conserved pools, CSV of pool x metabolite (default: found from the model)."
    )
    regulation: Path | None = _key(
        PATH, None, "Regulation to add, CSV with columns reaction_id, regulator, regulation."
    )


@dataclass(frozen=True)
class UnitsSettings:
    """Units."""

    concentration_scaling: float | None = _key(
        NUMBER, None, "Model concentration per mol/L: 1e3 for mM, 1e6 for uM."
    )
    density: float | None = _key(NUMBER, None, "Cell density, gram wet weight per litre.")
    gdw_gww_ratio: float | None = _key(NUMBER, None, "Gram dry weight per gram wet weight.")
    time_scaling: float | None = _key(
        NUMBER, None, "Model time units per hour: 60 for minutes, 3600 for seconds (default 1)."
    )
    energy_unit: str | None = _key(
        TEXT, None, "Unit of the DG_ columns of a CSV: kcal/mol (default) or kJ/mol."
    )
    temperature: float | None = _key(NUMBER, None, "Temperature, kelvin (default 298.15).")


@dataclass(frozen=True)
class StatesSettings:
    """Steady states."""

    file: Path | None = _key(
        PATH, None, "Steady states: CSV of TFA samples, JSON of one state, or .npz.", "--states"
    )
    state: str | None = _key(
        LABEL, None, "Name of the steady state, or its position (the first is 0)."
    )


@dataclass(frozen=True)
class DataSettings:
    """Measurements and further files, for studies."""

    growth: str | None = _key(
        TEXT, None, "Reaction whose flux is the growth rate (default: found by its name)."
    )
    growth_scaling: float = _key(
        NUMBER, 1.0, "Growth rate, 1/h, per flux of that reaction, mmol/gDW/h."
    )
    many_states: Path | None = _key(
        PATH, None, "Further steady states, for the study of their landscape."
    )
    reactor: Path | None = _key(PATH, None, "Batch reactor, SKiMPy's YAML file.")
    experiments: Path | None = _key(
        PATH, None, "Folder of measured courses, experiments_QUANTITY.csv."
    )
    measured_km: Path | None = _key(
        PATH, None, "Measured Km, CSV: metabolite, value, unit, and reaction or ec."
    )
    km_unit: str | None = _key(
        TEXT, None, "Unit of the measured Km where their table has no column unit: M, mM, uM or nM."
    )
    ec_pairs: Path | None = _key(PATH, None, "EC number of each reaction, CSV.")
    subsystems: Path | None = _key(
        PATH, None, "Subsystem of each reaction, CSV; or a metabolic model, COBRApy's JSON."
    )
    proteomics: Path | None = _key(PATH, None, "Enzyme abundances, CSV.")


@dataclass(frozen=True)
class CriterionSettings:
    """When a model is valid."""

    partition: float = _key(
        NUMBER, Validity().partition, "Largest real part of all eigenvalues lies below this, 1/h."
    )
    fastest: float | None = _key(
        NUMBER, None, "Smallest real part lies above this, 1/h (default: no limit)."
    )


@dataclass(frozen=True)
class TrainingSettings:
    """Training."""

    optimizer: str | None = _key(
        choice(OPTIMIZERS),
        None,
        "How generators are trained: evolution strategies as in the paper, the gradient of the "
        "slowest mode, or validity together with width.",
    )
    reward: str | None = _key(
        choice(REWARDS),
        None,
        "What training increases (default: incidence, or what the optimizer can follow instead).",
    )
    held_out: int | None = _key(
        WHOLE,
        None,
        "Number of fresh models judged during training, written to history.csv (default: none).",
    )
    held_out_every: int | None = _key(
        WHOLE, None, f"Generations between two such checks (default {_HELD_OUT.every})."
    )
    held_out_at_least: float | None = _key(
        NUMBER,
        None,
        "Stop early when this share of them is valid (lower end of the 95 % interval), 0 to 1.",
    )


@dataclass(frozen=True)
class GeneratorSettings:
    """Generator."""

    output: str = _key(
        choice(OUTPUTS),
        "sigmoid",
        "How the network's output becomes Km: one by one, or rescaled by batch as in the paper.",
        "--generator-output",
    )
    latent: int = _key(WHOLE, _ARCHITECTURE.latent, "Number of Gaussian inputs.")
    hidden: tuple[int, ...] = _key(WHOLES, _ARCHITECTURE.hidden, "Units of each hidden layer.")
    km_min: float = _key(
        NUMBER, DEFAULT_KM_RANGE[0], "Smallest Km where the model sets no bounds, mol/L."
    )
    km_max: float = _key(
        NUMBER, DEFAULT_KM_RANGE[1], "Largest Km where the model sets no bounds, mol/L."
    )
    relative: bool = _key(
        SWITCH,
        _ARCHITECTURE.relative,
        "Whether Km are relative to the concentrations of the state; needs the output sigmoid.",
    )


@dataclass(frozen=True)
class TuneSettings:
    """Tuning."""

    trials: int = _key(WHOLE, 30, "Number of trials, those of an earlier call included.")
    budget: int = _key(WHOLE, _EFFORT.budget, "Models judged per training of a trial.")
    generations: int | None = _key(
        WHOLE,
        None,
        "Generations of each training, instead of the budget.",
        "--trial-generations",
    )
    verified: int = _key(
        WHOLE, _EFFORT.verified, "Fresh models on which the incidence of a trial is measured."
    )
    pruning: str = _key(
        choice(("median", "none")), "median", "Whether trials that fall behind are stopped early."
    )
    n_candidates: tuple[int, int] = _range("n_candidates")
    models_per_candidate: tuple[int, int] = _range("models_per_candidate")
    search_radius: tuple[float, float] = _range("search_radius")
    learning_rate: tuple[float, float] = _range("learning_rate")
    decay: tuple[float, float] = _range("decay")
    hidden: tuple[tuple[int, ...], ...] = _key(
        LAYERS, _SPACE.hidden, "Networks to choose from.", "--search-hidden"
    )


@dataclass(frozen=True)
class RunSettings:
    """Run."""

    output: Path | None = _key(
        PATH, None, "Folder for the results; made if absent.", "--output", "-o"
    )
    seed: int = _key(
        WHOLE, 0, "Seed of all random numbers: same seed, same result.", "--seed", "-s"
    )
    repeats: int = _key(WHOLE, 1, "Number of independent trainings, each with its own seed.")
    threads: int | None = _key(WHOLE, None, "Processor cores to use (default: all).")
    processes: int | None = _key(
        WHOLE,
        None,
        "Worker processes for repeats, chunks or combinations (default: one at a time).",
    )
    cluster: str | None = _key(
        TEXT, None, "Ray cluster for them: auto, an address, or local to start one here."
    )
