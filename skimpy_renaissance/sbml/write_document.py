r"""A kinetic model as an SBML document.

SBML counts amounts :math:`n_i = V_i\,x_i`, and a reaction changes them by the amount that it turns
over in the whole cell,

.. math:: \frac{dn_i}{dt} = \sum_r N_{ir}\, V_{cell}\, v_r, \qquad V_i = \frac{V_{cell}}{w_i},

for one litre of cells: :math:`V_{cell} = 1`. A compartment as large as the cell stands for it in
the kinetic laws; where there is none, one called ``cell`` is added.

References
----------
Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
Version 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from skimpy_renaissance._version import __version__
from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.network.reaction import Reaction
from skimpy_renaissance.sbml.libsbml_names import import_libsbml, sbml_ids
from skimpy_renaissance.sbml.write_annotations import annotate
from skimpy_renaissance.sbml.write_math import net_rate, syntax_tree
from skimpy_renaissance.sbml.write_terms import (
    PARTS,
    law_term,
    modifier_term,
    parameter_term,
    reaction_term,
)
from skimpy_renaissance.sbml.write_units import (
    Dimension,
    define_units,
    parameter_dimensions,
    unit_id,
)
from skimpy_renaissance.sbml.write_values import ModelValues

__all__ = ["LEVEL", "document_ids", "sbml_document"]

LEVEL = (3, 2)
_CELL = "cell"


def document_ids(network: KineticNetwork, values: ModelValues) -> dict[tuple[str, str], str]:
    """Return the SBML identifier of every part of a model.

    Parameters
    ----------
    network
        The kinetic model.
    values
        Its numbers.

    Returns
    -------
    dict
        (kind, name) to identifier; kinds are ``metabolite``, ``parameter``, ``reaction``,
        ``compartment`` and ``model``. Where parts of two kinds share a name, later ones get their
        kind in front.
    """
    kinds = {
        "metabolite": network.metabolites,
        "parameter": tuple(values.parameters),
        "reaction": network.reaction_names,
        "compartment": _compartments(network)[0],
        "model": (network.name,),
    }
    unique: dict[str, tuple[str, str]] = {}
    for kind, names in kinds.items():
        for name in names:
            label = f"{kind}_{name}" if name in unique else name
            while label in unique:
                label += "_"
            unique[label] = (kind, name)
    return {unique[label]: found for label, found in sbml_ids(unique).items()}


def _compartments(network: KineticNetwork) -> tuple[dict[str, float], str]:
    """Return compartment to volume, in cells, and the one that stands for the cell."""
    volumes = {key: 1.0 / place.ratio for key, place in network.compartments.items()}
    used = Counter(network.compartment_of.get(name) for name in network.variables)
    as_cell = [key for key, volume in volumes.items() if volume == 1.0 and used[key]]
    homeless = any(network.compartment_of.get(name) is None for name in network.metabolites)
    if as_cell and not homeless:
        return volumes, max(as_cell, key=lambda key: used[key])
    cell = _CELL
    while cell in volumes:
        cell += "_"
    return {**volumes, cell: 1.0}, cell


def sbml_document(
    network: KineticNetwork,
    values: ModelValues,
    *,
    annotations: Mapping[str, Mapping[str, tuple[str, ...]]],
    notes: tuple[str, ...] = (),
) -> Any:
    """Return a kinetic model as an SBML document.

    Parameters
    ----------
    network
        The kinetic model.
    values
        Its numbers.
    annotations
        Metabolite or reaction to database to identifiers.
    notes
        Paragraphs for the notes of the model.

    Returns
    -------
    libsbml.SBMLDocument

    Raises
    ------
    NetworkError
        A rate law has no formula in SBML.
    """
    return _Writer(network, values, annotations).document(notes)


class _Writer:
    """Parts of one document, written one after another."""

    def __init__(
        self,
        network: KineticNetwork,
        values: ModelValues,
        annotations: Mapping[str, Mapping[str, tuple[str, ...]]],
    ) -> None:
        self.libsbml = import_libsbml(needed_by="Writing SBML")
        self.network, self.values, self.annotations = network, values, annotations
        self.volumes, self.cell = _compartments(network)
        self.ids = document_ids(network, values)

    def document(self, notes: tuple[str, ...]) -> Any:
        document = self.libsbml.SBMLDocument(*LEVEL)
        model = document.createModel()
        self._name(model, "model", self.network.name)
        dimensions = self._dimensions()
        define_units(model, self.values.units, set(dimensions.values()), libsbml=self.libsbml)
        for name, volume in self.volumes.items():
            self._compartment(model, name, volume)
        for name, concentration in self.values.concentrations.items():
            self._species(model, name, concentration)
        terms = self._parameter_terms()
        for name, value in self.values.parameters.items():
            parameter = model.createParameter()
            self._name(parameter, "parameter", name, term=terms[name])
            parameter.setValue(value)
            parameter.setConstant(True)
            if name in dimensions:
                parameter.setUnits(unit_id(dimensions[name]))
        for reaction in self.network.reactions:
            self._reaction(model, reaction)
        paragraphs = [*notes, *self._pools(), f"Written by skimpy_renaissance {__version__}."]
        body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
        model.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{body}</body>')
        return document

    def _name(self, element: Any, kind: str, name: str, *, term: str = "") -> None:
        element.setId(self.ids[kind, name])
        element.setName(name)
        element.setSBOTerm(term or PARTS[kind])

    def _dimensions(self) -> dict[str, Dimension]:
        """Parameter to dimension; not where two rate laws that share it disagree."""
        metabolites = frozenset(self.network.metabolites)
        known = {**self.values.parameters, **self.values.concentrations}
        found: dict[str, set[Dimension]] = {}
        for reaction in self.network.reactions:
            own = parameter_dimensions(reaction, known, metabolites=metabolites)
            for local, dimension in own.items():
                found.setdefault(reaction.names[local], set()).add(dimension)
        return {name: min(all_of) for name, all_of in found.items() if len(all_of) == 1}

    def _parameter_terms(self) -> dict[str, str]:
        return {
            name: parameter_term(local, reaction)
            for reaction in reversed(self.network.reactions)
            for local, name in reaction.names.items()
        }

    def _compartment(self, model: Any, name: str, volume: float) -> None:
        compartment = model.createCompartment()
        self._name(compartment, "compartment", name)
        compartment.setSpatialDimensions(3)
        compartment.setSize(volume)
        compartment.setUnits("volume")
        compartment.setConstant(True)

    def _species(self, model: Any, name: str, concentration: float) -> None:
        constant = name in self.network.boundaries
        species = model.createSpecies()
        self._name(species, "metabolite", name)
        place = self.network.compartment_of.get(name) or self.cell
        species.setCompartment(self.ids["compartment", place])
        species.setInitialConcentration(concentration)
        species.setSubstanceUnits("substance")
        species.setHasOnlySubstanceUnits(False)
        species.setBoundaryCondition(constant)
        species.setConstant(constant)
        annotate(species, self.annotations.get(name, {}), libsbml=self.libsbml)

    def _reaction(self, model: Any, reaction: Reaction) -> None:
        made = model.createReaction()
        places = {self.network.compartment_of.get(m) for m in reaction.stoichiometry}
        self._name(made, "reaction", reaction.name, term=reaction_term(places))
        made.setReversible(reaction.rate.backward != 0)
        if LEVEL[1] == 1:
            made.setFast(False)
        for metabolite, coefficient in reaction.stoichiometry.items():
            side = made.createReactant() if coefficient < 0 else made.createProduct()
            side.setSpecies(self.ids["metabolite", metabolite])
            side.setStoichiometry(abs(coefficient))
            side.setConstant(True)
            side.setSBOTerm(PARTS["substrate" if coefficient < 0 else "product"])
        acting = dict.fromkeys(n for n in reaction.names.values() if n in self.network.metabolites)
        for metabolite in acting:
            if metabolite not in reaction.stoichiometry:
                modifier = made.createModifier()
                modifier.setSpecies(self.ids["metabolite", metabolite])
                modifier.setSBOTerm(modifier_term(metabolite, reaction))
        law = made.createKineticLaw()
        law.setSBOTerm(law_term(reaction))
        law.setMath(self._law(reaction))
        annotate(made, self.annotations.get(reaction.name, {}), libsbml=self.libsbml)

    def _law(self, reaction: Reaction) -> Any:
        local_ids = {
            local: self.ids[self._kind(name), name] for local, name in reaction.names.items()
        }
        try:
            rate = syntax_tree(net_rate(reaction.rate), local_ids, libsbml=self.libsbml)
        except NetworkError as error:
            raise NetworkError(
                f"The rate law of {reaction.name!r} has no formula in SBML: {error}."
            ) from None
        cell = self.libsbml.ASTNode(self.libsbml.AST_NAME)
        cell.setName(self.ids["compartment", self.cell])
        product = self.libsbml.ASTNode(self.libsbml.AST_TIMES)
        product.addChild(cell)
        product.addChild(rate)
        return product

    def _kind(self, name: str) -> str:
        return "metabolite" if name in self.values.concentrations else "parameter"

    def _pools(self) -> list[str]:
        pools = self.network.conserved_pools
        return [f"Conserved amount: {pools.described(weights)}." for weights in pools.matrix]
