"""A small constraint-based model: glucose to lactate and biomass, with carriers, in COBRApy."""

from collections.abc import Callable
from typing import Any

import pytest

REACTIONS = {
    "EX_glc_e": ("glc_e -->", (-10, 1000)),
    "EX_lac_e": ("lac_e -->", (0, 1000)),
    "EX_h_e": ("h_e -->", (-1000, 1000)),
    "EX_h2o_e": ("h2o_e -->", (-1000, 1000)),
    "GLCt": ("glc_e --> glc_c", (0, 1000)),
    "HEX": ("glc_c + atp_c --> g6p_c + adp_c + h_c", (0, 1000)),
    "LOW": ("4 adp_c + 2 pi_c + 2 h_c + tri_c --> 2 lac_c + 4 atp_c + 2 h2o_c", (-1000, 1000)),
    "MID": ("g6p_c <=> f6p_c", (-1000, 1000)),
    "UP": ("f6p_c + atp_c --> tri_c + adp_c + h_c", (0, 1000)),
    "LACt": ("lac_e + h_e <=> lac_c + h_c", (-1000, 1000)),
    "H2Ot": ("h2o_c <=> h2o_e", (-1000, 1000)),
    "ATPM": ("atp_c + h2o_c --> adp_c + pi_c + h_c", (0, 1000)),
    "BIOMASS": ("0.5 g6p_c + 1.5 atp_c + 1.5 h2o_c --> 1.5 adp_c + 2 pi_c + 1.5 h_c", (0, 1000)),
    "IDLE": ("g6p_c <=> dead_c", (-1000, 1000)),
}


def small_cobra_model() -> Any:
    """Make a model: 14 reactions, formulas for water alone."""
    import cobra  # noqa: PLC0415

    model = cobra.Model("small")
    names = sorted({w for text, _ in REACTIONS.values() for w in text.split() if "_" in w})
    model.add_metabolites(
        [
            cobra.Metabolite(n, formula="H2O" if n[:3] == "h2o" else "", compartment=n[-1])
            for n in names
        ]
    )
    for name, (text, bounds) in REACTIONS.items():
        reaction = cobra.Reaction(name)
        model.add_reactions([reaction])
        reaction.build_reaction_from_string(text)
        reaction.bounds = bounds
    model.objective = "BIOMASS"
    return model


@pytest.fixture
def small_model() -> Callable[[], Any]:
    """Make the model afresh."""
    pytest.importorskip("cobra", reason="COBRApy is not installed")
    return small_cobra_model
