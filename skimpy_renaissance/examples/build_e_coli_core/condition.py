"""The textbook network of *E. coli* in one condition: aerobic batch growth on glucose.

Every reaction that is kept has one direction and a flux bounded away from zero, so that the
thermodynamic problem built on it has no integer left to decide.

References
----------
.. [1] Orth JD, Fleming RMT, Palsson BO (2010) Reconstruction and use of microbial metabolic
   networks: the core Escherichia coli metabolic model as an educational guide. EcoSal Plus 4.
   doi:10.1128/ecosalplus.10.2.1
.. [2] Varma A, Palsson BO (1994) Stoichiometric flux balance models quantitatively predict growth
   and metabolic by-product secretion in wild-type Escherichia coli W3110.
   Appl. Environ. Microbiol. 60:3724-3731. doi:10.1128/aem.60.10.3724-3731.1994
.. [3] Haverkorn van Rijsewijk BRB et al. (2011) Large-scale 13C-flux analysis reveals distinct
   transcriptional control of respiratory and fermentative metabolism in Escherichia coli.
   Mol. Syst. Biol. 7:477. doi:10.1038/msb.2011.9
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["BACKWARD", "BIOMASS", "FLUX_BOUNDS", "REMOVED", "direction", "load_condition"]

BIOMASS = "Biomass_Ecoli_core"

#: Reactions left out, by reason.
REMOVED: dict[str, tuple[str, ...]] = {
    "fermentation and anaerobic respiration": (
        "ACALD", "ACALDt", "ALCD2x", "ETOHt2r", "LDH_D", "D_LACt2", "PFL", "FORt2", "FORti", "FRD7",
    ),
    "futile or reverse partner of a kept reaction": (
        "FBP", "PPS", "PPCK", "GLUN", "NADTRHD", "ADK1",
    ),
    "optional route": ("ICL", "MALS", "ME1", "ME2", "GLUSy"),
    "uptake or export of a compound that is not exchanged here": (
        "AKGt2r", "FRUpts2", "FUMt2_2", "GLNabc", "GLUt2r", "MALt2_2", "PYRt2", "SUCCt2_2",
        "SUCCt3",
    ),
}  # fmt: skip

#: Reactions that run against the direction in which the textbook model writes them.
BACKWARD = frozenset({
    "PGK", "PGM", "SUCOAS", "RPI", "GLUDy", "ACKr", "ACt2r", "CO2t", "H2Ot",
    "EX_glc__D_e", "EX_nh4_e", "EX_o2_e", "EX_pi_e",
})  # fmt: skip

#: Net flux (mmol/gDW/h; 1/h for growth): the measured physiology around which states are drawn.
FLUX_BOUNDS: dict[str, tuple[float, float]] = {
    BIOMASS: (0.60, 0.68),
    "EX_glc__D_e": (-9.5, -8.0),
    "EX_ac_e": (3.0, 6.0),
    "EX_o2_e": (-18.0, -0.05),
    "G6PDH2r": (1.2, 3.2),
    "ATPM": (3.15, 1000.0),
}

MIN_FLUX = 0.05
MAX_FLUX = 1000.0
#: Water and protons close the balance: a direction, but no least flux.
FREE = frozenset({"EX_h_e", "EX_h2o_e", "H2Ot"})


def direction(reaction_id: str) -> int:
    """Return +1 for a reaction that runs as written, -1 for one that runs backward.

    Parameters
    ----------
    reaction_id
        Identifier in the textbook model.

    Returns
    -------
    int
        Sign of the net flux.
    """
    return -1 if reaction_id in BACKWARD else 1


def _bounds(reaction_id: str) -> tuple[float, float]:
    if reaction_id in FLUX_BOUNDS:
        return FLUX_BOUNDS[reaction_id]
    least = 0.0 if reaction_id in FREE else MIN_FLUX
    return (least, MAX_FLUX) if direction(reaction_id) > 0 else (-MAX_FLUX, -least)


def load_condition() -> Model:
    """Load COBRApy's textbook model and confine it to the growth condition.

    Returns
    -------
    cobra.Model
        53 reactions (8 of them exchanges) and 54 metabolites, every reaction with bounds of one
        sign.

    Notes
    -----
    ``load_model("textbook")`` reads a file inside the cobra package; nothing is downloaded.
    Exchanges whose metabolite is touched by no other reaction go with the transporters that are
    removed.

    References
    ----------
    The network is the core model of [1]_ as shipped with COBRApy; the bounds are placed around
    [2]_ and [3]_ (see the module's reference list).
    """
    from cobra.io import load_model  # noqa: PLC0415 - slow to import, needed here only

    model = load_model("textbook")
    names = [name for group in REMOVED.values() for name in group]
    model.remove_reactions([model.reactions.get_by_id(name) for name in names], remove_orphans=True)
    idle = [rxn for rxn in model.exchanges if len(rxn.reactants[0].reactions) == 1]
    model.remove_reactions(idle, remove_orphans=True)
    for reaction in model.reactions:
        reaction.bounds = _bounds(reaction.id)
    return model
