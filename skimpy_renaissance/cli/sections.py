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
    NUMBER_RANGE,
    PATH,
    TEXT,
    WHOLE,
    WHOLE_RANGE,
    WHOLES,
    Kind,
    choice,
)
from skimpy_renaissance.learning import NES, OUTPUTS, Generator
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.tuning import Effort, SearchSpace

__all__ = [
    "BUNDLED",
    "CriterionSettings",
    "DataSettings",
    "GeneratorSettings",
    "ModelSettings",
    "NesSettings",
    "RunSettings",
    "StatesSettings",
    "TuneSettings",
    "UnitsSettings",
]

BUNDLED = "e_coli_core"
"""In place of a file: the kinetic model and steady states that come with the package."""

_PAPER = NES()
_ARCHITECTURE = Generator()
_SPACE = SearchSpace()
_EFFORT = Effort()


def _key(kind: Kind, default: object, help: str, *flags: str) -> Any:
    return field(default=default, metadata={"kind": kind, "help": help, "flags": flags})


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


@dataclass(frozen=True)
class NesSettings:
    """Natural evolution strategies."""

    generations: int = _key(
        WHOLE, _PAPER.generations, "Generations of the training.", "--generations", "-g"
    )
    n_candidates: int = _key(WHOLE, _PAPER.n_candidates, "Candidates per generation.")
    models_per_candidate: int = _key(
        WHOLE, _PAPER.models_per_candidate, "Models that each candidate is judged by."
    )
    search_radius: float = _key(
        NUMBER, _PAPER.search_radius, "Standard deviation of candidates around their parent."
    )
    learning_rate: float = _key(NUMBER, _PAPER.learning_rate, "Step of the first generation.")
    decay: float = _key(NUMBER, _PAPER.decay, "Factor on the step after each generation.")


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
