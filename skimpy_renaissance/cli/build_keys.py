"""Section [build] of the run file: from a constraint-based model to a kinetic one."""

# ruff: noqa: RUF009 - key is dataclasses.field with less to write
from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from skimpy_renaissance.analyses.build_task import BuildTask
from skimpy_renaissance.cli.kinds import (
    FILE_OR_NAME,
    NAMED,
    NAMED_NUMBERS,
    NAMED_RANGES,
    NAMES,
    RANGE,
)
from skimpy_renaissance.cli.section_key import key
from skimpy_renaissance.draft.draft import HELD, SMALL_MOLECULES

__all__ = ["BuildSettings"]

_BUILT: dict[str, Any] = {one.name: one.default for one in fields(BuildTask)}
_LOW, _HIGH = _BUILT["usual_concentrations"]


@dataclass(frozen=True)
class BuildSettings:
    """Building a kinetic model."""

    model: Path | str | None = key(
        "Constraint-based model: SBML, JSON, YAML or MATLAB as COBRApy reads it; or textbook, "
        "iJO1366, salmonella, which come with COBRApy.",
        None,
        "--model",
        "-m",
        kind=FILE_OR_NAME,
    )
    reactions: tuple[str, ...] | None = key(
        "Reactions to choose from, with the exchanges of their metabolites (default: all).",
        kind=NAMES,
    )
    growth: str | None = key(
        "Growth rate, 1/h, or its range: bounds of the biomass reaction (default: the model's).",
        None,
        "--growth",
        kind=RANGE,
    )
    bounds: tuple[str, ...] = key(
        "Fluxes or their ranges, mmol/gDW/h, as the model is written: uptake is negative "
        "(default: the model's bounds).",
        (),
        "--uptake",
        "--bounds",
        kind=NAMED_RANGES,
    )
    objective: str | None = key(
        "Reaction whose flux is largest within these bounds (default: the model's objective)."
    )
    fluxes: Path | None = key(
        "Measured or computed fluxes instead, exchanges included, CSV: reaction, flux."
    )
    laws: Path | None = key(
        "Rate laws to take in the place of SKiMPy's rules: laws.csv of another build, edited."
    )
    small_molecules: tuple[str, ...] = key(
        "Metabolites that push the equilibrium and bind no enzyme.", SMALL_MOLECULES, kind=NAMES
    )
    held: tuple[str, ...] = key(
        "Metabolites whose concentrations are constant, beside those of exchanges.",
        HELD,
        kind=NAMES,
    )
    excluded: tuple[str, ...] = key(
        "Metabolites left out of laws and balances, as water is.", (), kind=NAMES
    )
    irreversible: tuple[str, ...] = key(
        "Reactions from whose products nothing flows back.", (), kind=NAMES
    )
    unbalanced: tuple[str, ...] = key(
        "Reactions accepted although they gain or lose elements.", (), kind=NAMES
    )
    lump: bool = key("Whether linear paths become one reaction.", False)
    volumes: tuple[str, ...] = key(
        "Volumes of compartments over that of the cell (default 1).", (), kind=NAMED_NUMBERS
    )
    energies: Path | None = key(
        "Known energies, which win over estimates, CSV: reaction; dG0 (kJ/mol), k_eq or ln_k; "
        "error."
    )
    estimate: bool = key(
        "Whether other energies are estimated by eQuilibrator (extra 'thermo'); reactions "
        "without an energy are irreversible.",
        True,
    )
    compounds: tuple[str, ...] = key(
        "What eQuilibrator takes metabolites for that it does not find or knows badly, as "
        "q8=kegg:C00399.",
        (),
        kind=NAMED,
    )
    ph: tuple[str, ...] | None = key(
        "pH of each compartment (default c=7.5,e=7,p=7).", kind=NAMED_NUMBERS
    )
    ionic_strength: float = key("Ionic strength, mol/L.", 0.25)
    p_mg: float = key("-log10 of free magnesium, mol/L.", 3.0)
    potential: tuple[str, ...] | None = key(
        "Electric potential of compartments, mV, against those not named (default c=-150).",
        kind=NAMED_NUMBERS,
    )
    concentrations: Path | None = key(
        "Measured concentrations, CSV: metabolite, lower_mol_per_L, upper_mol_per_L."
    )
    usual_concentrations: str = key(
        "Range of all others, mol/L.",
        f"{_LOW:g}:{_HIGH:g}",
        kind=RANGE,
    )
    level: float = key("Probability of the ranges of energies.", _BUILT["level"])
    least_displacement: float = key(
        "Least distance of reactions from equilibrium, ln of the displacement.",
        _BUILT["least_displacement"],
    )
    number: int = key("Steady states that are sampled.", _BUILT["n_states"], "--number", "-n")
    judged: int = key(
        "Models drawn blindly at each, to choose the state where most are valid.",
        _BUILT["models_per_state"],
    )
