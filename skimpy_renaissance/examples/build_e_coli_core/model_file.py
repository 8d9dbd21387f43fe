"""A kinetic model in SKiMPy's YAML format, put together without SKiMPy.

References
----------
.. [1] Weilandt DR et al. (2023) Symbolic kinetic models in Python (SKiMPy): intuitive modeling of
   large-scale biological kinetic models. Bioinformatics 39:btac787.
   doi:10.1093/bioinformatics/btac787
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from skimpy_renaissance.examples.build_e_coli_core.rate_laws import RateLaw, rate_law, sanitise

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["CLAMPED", "dump_yaml", "model_document", "rate_laws"]

#: Inside the cell, yet held constant: the pH is taken as regulated.
CLAMPED = frozenset({"h_c"})


def rate_laws(model: Model) -> dict[str, RateLaw]:
    """Assign a rate law to every reaction that is not an exchange and not water transport.

    Parameters
    ----------
    model
        Network whose stoichiometry is final.

    Returns
    -------
    dict
        Reaction identifier to rate law, in the order of the model.
    """
    water = frozenset(met.id for met in model.metabolites if met.formula == "H2O")
    laws = {}
    for reaction in model.reactions:
        if reaction.boundary:
            continue
        law = rate_law({met.id: v for met, v in reaction.metabolites.items()}, water)
        if law is not None:
            laws[reaction.id] = law
    return laws


def _reaction(name: str, law: RateLaw) -> dict[str, Any]:
    mechanism: dict[str, Any] = {"class": law.mechanism, **law.reactants}
    if law.generic:
        mechanism["mechanism_stoichiometry"] = dict(law.stoichiometry)
    modifiers = {
        f"DSM_{met}": {
            "class": "DisplacementSmallMoleculeModifier",
            "small_molecule": met,
            "mechanism_stoichiometry": {"small_molecule": coefficient},
        }
        for met, coefficient in law.small_molecules.items()
    }
    return {"name": name, "enzyme": None, "mechanism": mechanism, "modifiers": modifiers}


def _parameters(
    laws: Mapping[str, RateLaw], boundaries: Iterable[str], compartments: Iterable[str]
) -> dict[str, float | None]:
    values: dict[str, float | None] = dict.fromkeys(boundaries)
    for name, law in laws.items():
        for parameter in law.parameters:
            values[f"{parameter}_{name}"] = 1.0 if parameter == "hill_coefficient" else None
    for compartment in compartments:
        values[f"volume_{compartment}"] = values[f"cell_volume_{compartment}"] = 1.0
    return values


def model_document(name: str, laws: Mapping[str, RateLaw], model: Model) -> dict[str, Any]:
    """Collect what SKiMPy's YAML format holds.

    Parameters
    ----------
    name
        Name of the kinetic model.
    laws
        As returned by :func:`rate_laws`.
    model
        Network; metabolites of its exchanges and :data:`CLAMPED` ones are held constant.

    Returns
    -------
    dict
        Plain data. Every value that a steady state or a sampler supplies is ``None``.
    """
    used = {met for law in laws.values() for met in (*law.reactants.values(), *law.small_molecules)}
    compartments = {sanitise(met.id): met.compartment for met in model.metabolites}
    exchanged = {sanitise(met.id) for rxn in model.boundary for met in rxn.metabolites}
    boundaries = sorted(used & (exchanged | CLAMPED))
    places = sorted({compartments[met] for met in used})
    return {
        "name": name,
        "reactions": {rxn: _reaction(rxn, law) for rxn, law in laws.items()},
        "reactants": {m: {"name": m, "compartment": compartments[m]} for m in sorted(used)},
        "parameters": _parameters(laws, boundaries, places),
        "compartments": {place: place for place in places},
        "boundary_conditions": {
            f"CC_{met}": {"class": "ConstantConcentration", "reactant": met} for met in boundaries
        },
        "constraints": {},
        "initial_conditions": {},
    }


def dump_yaml(document: Mapping[str, Any]) -> bytes:
    """Serialise a model with sorted keys and without aliases.

    Parameters
    ----------
    document
        As returned by :func:`model_document`.

    Returns
    -------
    bytes
        UTF-8 text; the same document always gives the same bytes.
    """
    return yaml.safe_dump(dict(document), sort_keys=True, default_flow_style=False).encode()
