"""Terms of the Systems Biology Ontology for what a kinetic model is made of.

References
----------
1. Courtot et al., *Mol. Syst. Biol.* 7 (2011) 543, doi:10.1038/msb.2011.77 (SBO, MIRIAM).
2. Liebermeister, Uhlendorf and Klipp, *Bioinformatics* 26 (2010) 1528,
   doi:10.1093/bioinformatics/btq141 (modular rate laws; convenience kinetics are the common one).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from skimpy_renaissance.network.reaction import Reaction

__all__ = ["PARTS", "law_term", "modifier_term", "parameter_term", "reaction_term"]

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "model": "SBO:0000293",  # non-spatial continuous framework
        "compartment": "SBO:0000290",  # physical compartment
        "metabolite": "SBO:0000247",  # simple chemical
        "substrate": "SBO:0000015",
        "product": "SBO:0000011",
    }
)
_RATE_LAW, _ENZYMATIC = "SBO:0000001", "SBO:0000268"
_REVERSIBLE_HILL, _MODULATED_HILL = "SBO:0000431", "SBO:0000426"
_LAWS = {
    "ReversibleMichaelisMenten": "SBO:0000326",  # non-modulated unireactant enzymes
    "RandBiBiReversibleMichaelisMenten": "SBO:0000429",  # multireactant enzymes
    "UniBiReversibleHill": _REVERSIBLE_HILL,
    "BiUniReversibleHill": _REVERSIBLE_HILL,
    "GeneralizedReversibleHill": _REVERSIBLE_HILL,
    "H1GeneralizedReversibleHill": _REVERSIBLE_HILL,
    "H1GeneralizedReversibleHillInhibited": _MODULATED_HILL,
    "IrreversibleHill": "SBO:0000192",  # Hill-type, generalised form
    "IrrevHillNM": "SBO:0000192",
    "Convenience": "SBO:0000528",  # common modular
    "ConvenienceInhibited": "SBO:0000527",  # modular
    "IrrevMassaction": "SBO:0000041",
    "RevMassaction": "SBO:0000042",
    "GeneralizedElementaryKinetics": "SBO:0000012",  # mass action
    "SimpleRegulatedGeneExpression": _RATE_LAW,
    "ExpressionBasedKinetics": _RATE_LAW,
}
# Irreversible Michaelis-Menten: one substrate (Henri), two, more.
_MICHAELIS_MENTEN = {1: "SBO:0000029", 2: "SBO:0000432"}
_MANY_SUBSTRATES = "SBO:0000150"
_PARAMETER = "SBO:0000002"
_BY_BEGINNING = {
    "km_": "SBO:0000027",  # Michaelis constant
    "ki_": "SBO:0000261",  # inhibitory constant
    "kd_": "SBO:0000282",  # dissociation constant
    "k_inhibition": "SBO:0000261",
    "k_activation": "SBO:0000363",  # activation constant
    "k_equilibrium": "SBO:0000281",
    "kcat": "SBO:0000025",  # catalytic rate constant
    "vmax": "SBO:0000186",  # maximal velocity
    "hill_coefficient": "SBO:0000190",
}
_RATE_CONSTANT = "SBO:0000153"  # forward rate constant
_MASS_ACTION = ("IrrevMassaction", "RevMassaction", "GeneralizedElementaryKinetics")
_ROLES = {"inhibitor": "SBO:0000020", "activator": "SBO:0000021", "enzyme": "SBO:0000460"}
_MODIFIER = "SBO:0000019"


def law_term(reaction: Reaction) -> str:
    """Return the term of a rate law: the general one where a modifier changes a special one.

    Parameters
    ----------
    reaction
        The reaction.

    Returns
    -------
    str
        For example ``"SBO:0000029"``.
    """
    if reaction.mechanism is None:
        return _RATE_LAW
    name = reaction.mechanism.class_name
    if any(local.startswith(("activator", "inhibitor_mod")) for local in reaction.names):
        return _ENZYMATIC
    if name == "IrrevMichaelisMenten":
        n = sum(role.startswith("substrate") for role in reaction.mechanism.stoichiometry)
        return _MICHAELIS_MENTEN.get(n, _MANY_SUBSTRATES)
    return _LAWS.get(name, _RATE_LAW)


def parameter_term(local: str, reaction: Reaction) -> str:
    """Return the term of a parameter.

    Parameters
    ----------
    local
        What the rate law calls it, for example ``"km_substrate1"``.
    reaction
        The reaction.

    Returns
    -------
    str
    """
    mechanism = reaction.mechanism
    if local.startswith("vmax") and mechanism is not None and mechanism.class_name in _MASS_ACTION:
        return _RATE_CONSTANT
    return next((t for start, t in _BY_BEGINNING.items() if local.startswith(start)), _PARAMETER)


def modifier_term(metabolite: str, reaction: Reaction) -> str:
    """Return the term of a metabolite that acts on a rate and is not balanced in it.

    Parameters
    ----------
    metabolite
        The metabolite.
    reaction
        The reaction.

    Returns
    -------
    str
    """
    roles = [local for local, name in reaction.names.items() if name == metabolite]
    return next((t for start, t in _ROLES.items() for r in roles if r.startswith(start)), _MODIFIER)


def reaction_term(places: set[str | None]) -> str:
    """Return the term of a reaction: transport where it crosses between compartments.

    Parameters
    ----------
    places
        Compartments of its substrates and products.

    Returns
    -------
    str
    """
    return "SBO:0000655" if len(places - {None}) > 1 else "SBO:0000176"
