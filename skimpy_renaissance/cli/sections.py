"""Sections of the run file: a dataclass each, a key is a field with its kind, default and help.

Defaults are those of the objects that take the values, which are the paper's. Sections of an
optimiser or a reward are not here: their classes declare them.
"""

# ruff: noqa: RUF009 - key is dataclasses.field with less to write
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.kinds import (
    AIM,
    GROUPS,
    LABEL,
    NAMES,
    NUMBER_RANGE,
    WHOLE_RANGE,
    choice,
    number_or,
)
from skimpy_renaissance.cli.section_key import key
from skimpy_renaissance.design import NOMAD_ANTHRANILATE, NOMAD_COUMARATE, DesignLimits
from skimpy_renaissance.kinetic_data import RANGE_RULES
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
from skimpy_renaissance.steady_states import BALANCE_TOLERANCE
from skimpy_renaissance.tuning import Effort, SearchSpace

__all__ = [
    "ANY",
    "BUNDLED",
    "KNOCK_OUT",
    "PRESETS",
    "SBML_ENDINGS",
    "CriterionSettings",
    "DataSettings",
    "DesignSettings",
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

SBML_ENDINGS = frozenset({".xml", ".sbml"})
ANY, KNOCK_OUT = "any", "knock-out"
PRESETS = {"nomad-coumarate": NOMAD_COUMARATE, "nomad-anthranilate": NOMAD_ANTHRANILATE}
"""Published settings of strain designs, by name."""

_LIMITS = DesignLimits()
_HELD_OUT = HeldOut()
_ARCHITECTURE = Generator()
_SPACE = SearchSpace()
_EFFORT = Effort()


def _range(name: str) -> Any:
    """Return the key of a search range, as the optimiser declares it."""
    declared = options_of(NES)[name]
    assert declared.search is not None, name
    kind = WHOLE_RANGE if declared.type is int else NUMBER_RANGE
    search = declared.search
    return key(search.help, getattr(_SPACE, name), search.flag, kind=kind)


@dataclass(frozen=True)
class ModelSettings:
    """Kinetic model."""

    file: Path | None = key(
        f"Kinetic model: SKiMPy's YAML, SBML (.xml), or {BUNDLED}.", None, "--model", "-m"
    )
    saturation: tuple[str, ...] = key(
        "Saturation constants of an SBML model, KM or KM=SPECIES (default: found).", (), kind=NAMES
    )
    boundaries: tuple[str, ...] = key(
        "Species of an SBML model to hold constant besides its own.", (), kind=NAMES
    )
    at_time: float | None = key(
        "Time of an SBML model, in its unit, at which laws are taken that depend on time "
        "(default: they are refused)."
    )
    formulas: Path | None = key(
        "Formulas of mechanisms and modifiers that SKiMPy does not have, TOML."
    )
    conservation: Path | None = key(
        "Conserved pools, CSV of pool x metabolite (default: found from the model)."
    )
    approximate_pools: bool = key(
        "Whether those pools are held constant although reactions change them a little.", False
    )
    regulation: Path | None = key(
        "Regulation to add, CSV with columns reaction_id, regulator, regulation."
    )
    skip_unknown: bool = key(
        "Whether regulation is left out, and listed, whose reaction or regulator the model lacks.",
        False,
    )
    km_bounds: Path | None = key(
        "Bounds of single Km, CSV or Excel: km, low, high, unit (mM, ..., or model)."
    )
    drop: tuple[str, ...] = key(
        "Reactions to leave out, for example those knocked out (default: none).", (), kind=NAMES
    )
    redraw: bool = key(
        "Whether saturation constants to which the model gives values are drawn, too.", False
    )


@dataclass(frozen=True)
class UnitsSettings:
    """Units."""

    concentration_scaling: float | None = key(
        "Model concentration per mol/L: 1e3 for mM, 1e6 for uM."
    )
    density: float | None = key("Cell density, gram wet weight per litre.")
    gdw_gww_ratio: float | None = key("Gram dry weight per gram wet weight.")
    time_scaling: float | None = key(
        "Model time units per hour: 60 for minutes, 3600 for seconds (default 1)."
    )
    energy_unit: str | None = key("Unit of the DG_ columns of a CSV: kcal/mol (default) or kJ/mol.")
    temperature: float | None = key("Temperature, kelvin (default 298.15).")
    flux_unit: str | None = key(
        "Unit of the fluxes of a CSV, for example umol/gWW/min (default mmol/gDW/h)."
    )


@dataclass(frozen=True)
class StatesSettings:
    """Steady states."""

    file: Path | None = key(
        "Steady states: CSV of TFA samples, JSON of one state, or .npz.", None, "--states"
    )
    state: str | None = key(
        "Name of the steady state, or its position (the first is 0).", kind=LABEL
    )
    balance_tolerance: float = key(
        "Largest net production of a metabolite over its throughput that counts as none.",
        BALANCE_TOLERANCE,
    )
    balance_fluxes: bool = key(
        "Whether fluxes are balanced: the smallest relative change that keeps every direction.",
        False,
    )
    drop_zero_fluxes: bool = key(
        "Whether reactions are left out that are off in the chosen state (in all, where none is).",
        False,
    )


@dataclass(frozen=True)
class DataSettings:
    """Measurements and further files."""

    growth: str | None = key("Reaction whose flux is the growth rate (default: found by its name).")
    growth_scaling: float = key("Growth rate, 1/h, per flux of that reaction, mmol/gDW/h.", 1.0)
    many_states: Path | None = key("Further steady states, for the study of their landscape.")
    reactor: Path | None = key("Batch reactor, SKiMPy's YAML file.")
    experiments: Path | None = key("Folder of measured courses, experiments_QUANTITY.csv.")
    measured_km: Path | None = key(
        "Measured Km, CSV or Excel: metabolite, value, unit, and reaction or ec."
    )
    km_unit: str | None = key(
        "Unit of the measured Km where their table has no column unit: M, mM, uM or nM."
    )
    km_organism: tuple[str, ...] | None = key(
        "Organisms whose measured Km count (default: all).", kind=NAMES
    )
    km_ph: tuple[float, float] | None = key(
        "pH at which measured Km count (default: any).", kind=NUMBER_RANGE
    )
    km_temperature: tuple[float, float] | None = key(
        "Temperatures at which measured Km count, in the unit of their table (default: any).",
        kind=NUMBER_RANGE,
    )
    km_unstated: bool = key(
        "Whether measured Km count that do not state the organism, pH or temperature asked for.",
        False,
    )
    skip_unreadable: bool = key(
        "Whether rows of measured Km without a usable value are left out, and listed.", False
    )
    ec_pairs: Path | None = key("EC number of each reaction, CSV.")
    synonyms: Path | None = key("Names of metabolites, CSV: name, metabolite.")
    strict: bool = key(
        "Whether measurements that fit several Km are left out; otherwise they count for each.",
        False,
    )
    km_rule: str = key(
        "Range of several measurements of a Km: covering all, or around their mean as the paper.",
        next(iter(RANGE_RULES)),
        kind=choice(RANGE_RULES),
    )
    km_width: float = key(
        "Half width of the range of a measurement without uncertainty of its own, over its value.",
        0.2,
    )
    subsystems: Path | None = key(
        "Subsystem of each reaction, CSV; or a metabolic model, COBRApy's JSON."
    )
    proteomics: Path | None = key("Enzyme abundances, CSV.")
    tfa_model: Path | None = key(
        "pyTFA model, JSON: how uncertain equilibrium constants are, for the directions of designs."
    )
    designs: Path | None = key("Folder of published strain designs, designs_MODEL.csv.")
    design_gains: Path | None = key(
        "Published objective of each design in each model, CSV: model, design_ix, enzyme, nra_sol."
    )
    design_supports: Path | None = key(
        "Published designs that are known by their enzymes, CSV: columns EU_ENZYME and ED_ENZYME."
    )
    design_models: Path | None = key("Parameter sets that these were made for, HDF5.")
    design_state: Path | None = key("Steady state of these sets, JSON.")
    design_regulation: Path | None = key(
        "Regulated enzymes of these sets, CSV: reaction_id, regulator, regulation."
    )


@dataclass(frozen=True)
class CriterionSettings:
    """When a model is valid."""

    partition: float | None = key(
        "Largest real part of all eigenvalues lies below this, 1/h; check suggests five times "
        f"growth (default {Validity().partition:g}, that of one E. coli strain)."
    )
    fastest: float | None = key(
        "Every real part lies above this, 1/h: no mode is faster, as -1e7 (default: no limit)."
    )
    allow_unstable: bool = key(
        "Whether a partition above 0, which lets unstable models count as valid, is meant.", False
    )


@dataclass(frozen=True)
class TrainingSettings:
    """Training."""

    optimizer: str | None = key(
        "How generators are trained: evolution strategies as in the paper, the gradient of the "
        "slowest mode, or validity together with width.",
        kind=choice(OPTIMIZERS),
    )
    reward: str | None = key(
        "What training increases (default: incidence, or what the optimizer can follow instead).",
        kind=choice(REWARDS),
    )
    held_out: int | None = key(
        "Number of fresh models judged during training, written to history.csv (default: none)."
    )
    held_out_every: int | None = key(
        f"Generations between two such checks (default {_HELD_OUT.every})."
    )
    held_out_at_least: float | None = key(
        "Stop early when this share of them is valid (lower end of the 95 % interval), 0 to 1."
    )


@dataclass(frozen=True)
class GeneratorSettings:
    """Generator."""

    output: str = key(
        "How the network's output becomes Km: one by one, or rescaled by batch as in the paper.",
        "sigmoid",
        "--generator-output",
        kind=choice(OUTPUTS),
    )
    latent: int = key("Number of Gaussian inputs.", _ARCHITECTURE.latent)
    hidden: tuple[int, ...] = key("Units of each hidden layer.", _ARCHITECTURE.hidden)
    km_min: float = key("Smallest Km where the model sets no bounds, mol/L.", DEFAULT_KM_RANGE[0])
    km_max: float = key("Largest Km where the model sets no bounds, mol/L.", DEFAULT_KM_RANGE[1])
    relative: bool = key(
        "Whether Km are relative to the concentrations of the state; needs the output sigmoid.",
        _ARCHITECTURE.relative,
    )


@dataclass(frozen=True)
class TuneSettings:
    """Tuning."""

    trials: int = key("Number of trials, those of an earlier call included.", 30)
    budget: int = key("Models judged per training of a trial.", _EFFORT.budget)
    generations: int | None = key(
        "Generations of each training, instead of the budget.", None, "--trial-generations"
    )
    verified: int = key(
        "Fresh models on which the incidence of a trial is measured.", _EFFORT.verified
    )
    pruning: str = key(
        "Whether trials that fall behind are stopped early.",
        "median",
        kind=choice(("median", "none")),
    )
    n_candidates: tuple[int, int] = _range("n_candidates")
    models_per_candidate: tuple[int, int] = _range("models_per_candidate")
    search_radius: tuple[float, float] = _range("search_radius")
    learning_rate: tuple[float, float] = _range("learning_rate")
    decay: tuple[float, float] = _range("decay")
    hidden: tuple[tuple[int, ...], ...] = key(
        "Networks to choose from.", _SPACE.hidden, "--search-hidden"
    )


@dataclass(frozen=True)
class DesignSettings:
    """Strain design."""

    raises: tuple[str, ...] = key(
        "What is raised: a reaction or metabolite, or several; NAME=WEIGHT weighs its logarithm.",
        (),
        "--raise",
        kind=NAMES,
    )
    per: tuple[str, ...] = key(
        "Per what, for a yield or a ratio: a reaction or metabolite, or several.", (), kind=NAMES
    )
    aim: str = key(
        "What one design for all models raises: their mean, the worst, the mean of the worst "
        "share (cvar:0.3), or the mean where a share of them gains a factor (at-least:0.9:1.2).",
        "mean",
        kind=AIM,
    )
    within: float = key(
        "Share of the best logarithm by which designs may fall short and are listed.", 0.05
    )
    preset: str | None = key(
        "Published limits to start from; single ones are changed by the keys below.",
        kind=choice(PRESETS),
    )
    enzymes: int | None = key(f"Enzymes changed at most (default {_LIMITS.enzymes}).")
    up: float | None = key(f"Largest fold of an enzyme upwards (default {_LIMITS.up:g}).")
    down: float | str | None = key(
        f"Largest fold downwards, or {KNOCK_OUT} (default {_LIMITS.down:g}).",
        kind=number_or(KNOCK_OUT),
    )
    concentration_fold: float | str | None = key(
        f"Largest fold of a concentration, or {ANY} (default {_LIMITS.concentration_fold:g}).",
        kind=number_or(ANY),
    )
    flux_fold: float | str | None = key(
        f"Largest fold of a flux, or {ANY} (default {_LIMITS.flux_fold:g}).", kind=number_or(ANY)
    )
    least_growth: float | str | None = key(
        f"Growth that is kept, as a share, or {ANY} (default {_LIMITS.least_growth:g}).",
        kind=number_or(ANY),
    )
    directions: bool | None = key(
        "Whether reactions stay on their side of equilibrium (default yes)."
    )
    candidates: tuple[str, ...] | None = key(
        "Reactions whose enzymes may change (default: all but growth and maintenance).", kind=NAMES
    )
    forbidden: tuple[str, ...] | None = key("Reactions whose enzymes may not.", kind=NAMES)
    transports: bool | None = key(
        "Whether reactions between compartments count among all (default yes)."
    )
    tied: tuple[tuple[str, ...], ...] | None = key(
        "Reactions whose enzymes change alike, each one counted, as TKT1,TKT2.", kind=GROUPS
    )


@dataclass(frozen=True)
class RunSettings:
    """Run."""

    output: Path | None = key("Folder for the results; made if absent.", None, "--output", "-o")
    seed: int = key("Seed of all random numbers: same seed, same result.", 0, "--seed", "-s")
    repeats: int = key("Number of independent trainings, each with its own seed.", 1)
    threads: int | None = key("Processor cores to use (default: all).")
    processes: int | None = key(
        "Worker processes for repeats, chunks or combinations (default: one at a time)."
    )
    cluster: str | None = key("Ray cluster for them: auto, an address, or local to start one here.")
