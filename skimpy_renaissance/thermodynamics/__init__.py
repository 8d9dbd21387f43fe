"""Reaction energies with their errors: from component contribution, a table, or a pyTFA model.

In pipeline order: state the conditions of compartments, match metabolites to compounds, estimate
energies, hold them beside what has none, bring them to a kinetic model's constants, and say what
contradicts them.
"""

from skimpy_renaissance.thermodynamics.conditions import conditions_of
from skimpy_renaissance.thermodynamics.reaction_energies import ReactionEnergies
from skimpy_renaissance.thermodynamics.component_contribution import energies_from_equilibrator
from skimpy_renaissance.thermodynamics.energy_table import energies_from_table
from skimpy_renaissance.thermodynamics.pytfa_energies import energies_from_pytfa
from skimpy_renaissance.thermodynamics.infeasible import Infeasible, explain_infeasible

__all__ = [
    "conditions_of",
    "ReactionEnergies",
    "energies_from_equilibrator",
    "energies_from_table",
    "energies_from_pytfa",
    "Infeasible",
    "explain_infeasible",
]
