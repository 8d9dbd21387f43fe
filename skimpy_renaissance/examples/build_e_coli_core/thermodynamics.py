"""From formation energies to a thermodynamic flux model whose directions are fixed.

For every reaction with known energies pyTFA adds, with n_m the stoichiometric coefficients::

    DG = DGo + RT sum_m n_m ln c_m,      ln(Gamma) = DG / RT,      sign(DG) = -sign(v)

DGo follows from group-contribution formation energies [1]_ corrected to the pH, ionic strength and
membrane potential of the compartments [2]_, and may move within the error of the groups that the
reaction changes. Here each sign is known beforehand, so the binary variables are fixed and the
problem becomes a convex polytope that can be sampled.

References
----------
.. [1] Jankowski MD, Henry CS, Broadbelt LJ, Hatzimanikatis V (2008) Group contribution method for
   thermodynamic analysis of complex metabolic networks. Biophys. J. 95:1487-1499.
   doi:10.1529/biophysj.107.124784
.. [2] Salvy P et al. (2019) pyTFA and matTFA: a Python package and a Matlab toolbox for
   thermodynamics-based flux analysis. Bioinformatics 35:167-169.
   doi:10.1093/bioinformatics/bty499
"""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from skimpy_renaissance.examples.build_e_coli_core.condition import direction

if TYPE_CHECKING:
    from cobra import Model
    from pytfa import ThermoModel

__all__ = [
    "COMPARTMENTS",
    "MIN_DISPLACEMENT",
    "confine",
    "read_energies",
    "thermo_database",
    "thermodynamic_model",
]

#: pH, ionic strength (mol/L), membrane potential towards another compartment (mV), and the
#: concentration range (mol/L) of a metabolite that no table row confines.
COMPARTMENTS: dict[str, dict[str, Any]] = {
    "c": {
        "symbol": "c", "name": "cytosol", "pH": 7.5, "ionicStr": 0.25,
        "membranePot": {"c": 0.0, "e": 150.0}, "c_min": 1e-7, "c_max": 0.1,
    },
    "e": {
        "symbol": "e", "name": "medium", "pH": 7.0, "ionicStr": 0.25,
        "membranePot": {"c": -150.0, "e": 0.0}, "c_min": 1e-7, "c_max": 0.1,
    },
}  # fmt: skip

#: Least |ln Gamma|: no reaction is closer to equilibrium than 10 %.
MIN_DISPLACEMENT = 0.1


def read_energies(path: Path) -> pd.DataFrame:
    """Read the table of formation energies.

    Parameters
    ----------
    path
        ``formation_energies.csv``: one row per compound; columns ``seed_id, name, formula, charge,
        hydrogens, formation_energy`` and its ``_error`` (kcal/mol), ``pka`` (blank-separated),
        ``groups`` (blank-separated ``group:count``), ``shift`` (kcal/mol) and ``shift_reason``.

    Returns
    -------
    pandas.DataFrame
        Indexed by compound, the BiGG identifier without its compartment.
    """
    return pd.read_csv(path, index_col="compound", keep_default_na=False)


def _compound(row: pd.Series) -> dict[str, Any]:
    groups = (item.rsplit(":", 1) for item in row["groups"].split())
    return {
        "id": row["seed_id"],
        "name": row["name"],
        "formula": row["formula"],
        "charge_std": int(row["charge"]),
        "nH_std": int(row["hydrogens"]),
        "deltaGf_std": float(row["formation_energy"]) + float(row["shift"]),
        "deltaGf_err": float(row["formation_energy_error"]),
        "pKa": [float(value) for value in row["pka"].split()],
        "struct_cues": {group: int(count) for group, count in groups},
        "mass_std": 0.0,  # stored by pyTFA, used nowhere in its equations
        "error": "Nil",
        "other_names": [],
    }


def thermo_database(energies: pd.DataFrame, groups: pd.DataFrame) -> dict[str, Any]:
    """Put the two tables into the form of a pyTFA thermodynamic database.

    Parameters
    ----------
    energies
        As returned by :func:`read_energies`. The column ``shift`` is added to the formation energy.
    groups
        Indexed by structural group, columns ``energy`` and ``error`` (kcal/mol); the errors give
        the uncertainty of a reaction's energy.

    Returns
    -------
    dict
        What ``pytfa.io.load_thermoDB`` returns for a database file.
    """
    compounds = [_compound(row) for _, row in energies.iterrows()]
    return {
        "name": "e_coli_core",
        "units": "kcal/mol",
        "metabolites": {compound["id"]: compound for compound in compounds},
        "cues": {
            str(name): {"energy": float(row["energy"]), "error": float(row["error"])}
            for name, row in groups.iterrows()
        },
    }


def thermodynamic_model(
    model: Model, energies: pd.DataFrame, database: dict[str, Any]
) -> ThermoModel:
    """Build the pyTFA model: energies, log-concentrations, displacements, use variables.

    Parameters
    ----------
    model
        Network in its growth condition; its metabolites are annotated in place with SEED ids.
    energies
        Table whose index covers every metabolite of ``model``.
    database
        As returned by :func:`thermo_database`.

    Returns
    -------
    pytfa.ThermoModel
        Prepared and converted. pyTFA replaces formulae by those of the database and balances
        protons, so its stoichiometry, not cobra's, is the one to go on with.
    """
    from pytfa import ThermoModel  # noqa: PLC0415 - extra "build", needed here only

    for metabolite in model.metabolites:
        compound = metabolite.id.rsplit("_", 1)[0]
        metabolite.annotation["seed_id"] = energies.at[compound, "seed_id"]
    tfa = ThermoModel(database, model, name="e_coli_core")
    tfa.logger.setLevel(logging.WARNING)
    tfa.compartments = COMPARTMENTS
    tfa.solver = "optlang-glpk"
    tfa.prepare()
    tfa.convert(add_displacement=True, verbose=False)
    return tfa


def _confine_reaction(tfa: ThermoModel, reaction_id: str) -> None:
    forward = direction(reaction_id) > 0
    for kind, on in ((tfa.forward_use_variable, forward), (tfa.backward_use_variable, not forward)):
        use = kind.get_by_id(reaction_id).variable
        use.type = "continuous"
        use.lb = use.ub = float(on)
    if reaction_id in tfa.thermo_displacement:
        displacement = tfa.thermo_displacement.get_by_id(reaction_id).variable
        if forward:
            displacement.ub = -MIN_DISPLACEMENT
        else:
            displacement.lb = MIN_DISPLACEMENT


def confine(tfa: ThermoModel, ranges: pd.DataFrame) -> None:
    """Fix all directions and set concentration ranges, in place.

    Parameters
    ----------
    tfa
        As returned by :func:`thermodynamic_model`; afterwards it has no integer variable.
    ranges
        Indexed by metabolite, columns ``low`` and ``high`` in mol/L.
    """
    for metabolite, row in ranges.iterrows():
        variable = tfa.log_concentration.get_by_id(metabolite).variable
        variable.lb, variable.ub = math.log(row["low"]), math.log(row["high"])
    for reaction in tfa.reactions:
        _confine_reaction(tfa, reaction.id)
    tfa.repair()
