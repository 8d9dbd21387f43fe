"""Sections of the run file: a dataclass each, a key is a field with its kind, default and help.

Defaults are those of the objects that take the values, which are the paper's.
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
    NUMBER_PAIR,
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
    Coverage,
    Generator,
    Gradient,
    HeldOut,
)
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.tuning import Effort, SearchSpace

__all__ = [
    "BUNDLED",
    "CoverageSettings",
    "CriterionSettings",
    "DataSettings",
    "GeneratorSettings",
    "GradientSettings",
    "ModelSettings",
    "NesSettings",
    "RunSettings",
    "StatesSettings",
    "TrainingSettings",
    "TuneSettings",
    "UnitsSettings",
]

BUNDLED = "e_coli_core"
"""In place of a file: the kinetic model and steady states that come with the package."""

_PAPER = NES()
_GRADIENT = Gradient()
_COVERAGE = Coverage()
_HELD_OUT = HeldOut()
_ARCHITECTURE = Generator()
_SPACE = SearchSpace()
_EFFORT = Effort()


def _key(kind: Kind, default: object, help: str, *flags: str) -> Any:
    return field(default=default, metadata={"kind": kind, "help": help, "flags": flags})


# keys that several optimisers have under one name share a flag, which sets that of the chosen one
def _generations(default: int) -> Any:
    return _key(WHOLE, default, "Generations of the training.", "--generations", "-g")


def _models(default: int) -> Any:
    return _key(WHOLE, default, "Models generated and judged per generation.")


def _learning_rate(default: float) -> Any:
    return _key(NUMBER, default, "Step of the first generation.")


def _decay(default: float) -> Any:
    return _key(NUMBER, default, "Factor on the step after each generation.")


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
        TEXT, None, "Of the DG_ columns of a CSV: kcal/mol (default) or kJ/mol."
    )
    temperature: float | None = _key(NUMBER, None, "Kelvin (default 298.15).")


@dataclass(frozen=True)
class StatesSettings:
    """Steady states."""

    file: Path | None = _key(
        PATH, None, "Steady states: CSV of TFA samples, JSON of one state, or .npz.", "--states"
    )
    state: str | None = _key(
        LABEL, None, "Which state: its name, or else its position (the first is 0)."
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
        PATH, None, "Steady states beside the reference, for the study of their landscape."
    )
    reactor: Path | None = _key(PATH, None, "Batch reactor, SKiMPy's YAML file.")
    experiments: Path | None = _key(
        PATH, None, "Folder of measured courses, experiments_QUANTITY.csv."
    )
    measured_km: Path | None = _key(
        PATH, None, "Measured Km, CSV: metabolite, value, unit, and reaction or ec."
    )
    km_unit: str | None = _key(
        TEXT, None, "Of measured Km whose table has no column unit: M, mM, uM or nM."
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
        choice(*OPTIMIZERS),
        None,
        "How generators are trained: evolution strategies as in the paper, the gradient of the "
        "slowest mode, or validity together with width.",
    )
    held_out: int | None = _key(
        WHOLE,
        None,
        "Judge so many fresh models now and then, written to history.csv (default: none).",
    )
    held_out_every: int | None = _key(
        WHOLE, None, f"Generations between two such checks (default {_HELD_OUT.every})."
    )
    held_out_at_least: float | None = _key(
        NUMBER,
        None,
        "End early once so many of them are valid, 0 to 1: the lower end of the 95 % interval.",
    )


@dataclass(frozen=True)
class GeneratorSettings:
    """Generator."""

    output: str = _key(
        choice(*OUTPUTS),
        "sigmoid",
        "How values become Km: each by itself, or rescaled by batch as in the paper's code.",
        "--generator-output",
    )
    latent: int = _key(WHOLE, _ARCHITECTURE.latent, "Number of Gaussian inputs.")
    hidden: tuple[int, ...] = _key(WHOLES, _ARCHITECTURE.hidden, "Units of each hidden layer.")
    km_min: float = _key(NUMBER, 1.3e-11, "Smallest Km without bounds of its own, mol/L.")
    km_max: float = _key(NUMBER, 20.0, "Largest Km without bounds of its own, mol/L.")
    relative: bool = _key(
        SWITCH,
        _ARCHITECTURE.relative,
        "Whether Km are counted from the concentrations of the state; needs the output sigmoid.",
    )


@dataclass(frozen=True)
class NesSettings:
    """Natural evolution strategies."""

    generations: int = _generations(_PAPER.generations)
    n_candidates: int = _key(WHOLE, _PAPER.n_candidates, "Candidates per generation.")
    models_per_candidate: int = _key(
        WHOLE, _PAPER.models_per_candidate, "Models that each candidate is judged by."
    )
    search_radius: float = _key(
        NUMBER, _PAPER.search_radius, "Standard deviation of candidates around their parent."
    )
    learning_rate: float = _learning_rate(_PAPER.learning_rate)
    decay: float = _decay(_PAPER.decay)


@dataclass(frozen=True)
class GradientSettings:
    """Gradient of the slowest mode."""

    generations: int = _generations(_GRADIENT.generations)
    models: int = _models(_GRADIENT.models)
    learning_rate: float = _learning_rate(_GRADIENT.learning_rate)
    decay: float = _decay(_GRADIENT.decay)
    minibatches: int = _key(
        WHOLE,
        _GRADIENT.minibatches,
        "Steps per generation, each with its share of the models.",
    )
    sharpness: float | None = _key(
        NUMBER,
        _GRADIENT.sharpness,
        "Follow all slow modes together, sharpened by this, about 5 (default: the slowest alone).",
    )


@dataclass(frozen=True)
class CoverageSettings:
    """Validity together with width."""

    generations: int = _generations(_COVERAGE.generations)
    models: int = _models(_COVERAGE.models)
    learning_rate: float = _learning_rate(_COVERAGE.learning_rate)
    decay: float = _decay(_COVERAGE.decay)
    weight: tuple[float, float] = _key(
        NUMBER_PAIR,
        _COVERAGE.weight,
        "Nats that an invalid model pays, in the beginning and in the end: more gives a higher "
        "incidence and a narrower generator.",
    )
    width: tuple[float, float] = _key(
        NUMBER_PAIR,
        _COVERAGE.width,
        "How softly that begins at the partition, in the beginning and in the end.",
    )
    sharpening: float = _key(
        NUMBER,
        _COVERAGE.sharpening,
        "Share of the generations after which both have their last values.",
    )


@dataclass(frozen=True)
class TuneSettings:
    """Tuning."""

    trials: int = _key(WHOLE, 30, "Hyper-parameters to try, those of an earlier call included.")
    budget: int = _key(WHOLE, _EFFORT.budget, "Models judged per training of a trial.")
    generations: int | None = _key(
        WHOLE,
        None,
        "Generations of each training, in the place of the budget.",
        "--trial-generations",
    )
    verified: int = _key(
        WHOLE, _EFFORT.verified, "Fresh models that the incidence of a trial is measured on."
    )
    pruning: str = _key(
        choice("median", "none"), "median", "Whether trials that fall behind are ended early."
    )
    n_candidates: tuple[int, int] = _key(
        WHOLE_RANGE, _SPACE.n_candidates, "Range of candidates.", "--search-candidates"
    )
    models_per_candidate: tuple[int, int] = _key(
        WHOLE_RANGE,
        _SPACE.models_per_candidate,
        "Range of models per candidate.",
        "--search-models",
    )
    search_radius: tuple[float, float] = _key(
        NUMBER_RANGE, _SPACE.search_radius, "Range of search radii.", "--search-radii"
    )
    learning_rate: tuple[float, float] = _key(
        NUMBER_RANGE, _SPACE.learning_rate, "Range of first steps.", "--search-learning-rates"
    )
    decay: tuple[float, float] = _key(
        NUMBER_RANGE, _SPACE.decay, "Range of decay factors.", "--search-decays"
    )
    hidden: tuple[tuple[int, ...], ...] = _key(
        LAYERS, _SPACE.hidden, "Networks to choose from.", "--search-hidden"
    )


@dataclass(frozen=True)
class RunSettings:
    """Run."""

    output: Path | None = _key(
        PATH, None, "Folder for the results; made if absent.", "--output", "-o"
    )
    seed: int = _key(WHOLE, 0, "Of every random number: same seed, same result.", "--seed", "-s")
    repeats: int = _key(WHOLE, 1, "Independent trainings, each with a seed of its own.")
    threads: int | None = _key(WHOLE, None, "Processor cores to use (default: all).")
    processes: int | None = _key(
        WHOLE, None, "Repeats, chunks or combinations at a time, a process each (default: one)."
    )
    cluster: str | None = _key(
        TEXT, None, "Ray to spread them over: auto, an address, or local to start it here."
    )
