"""A kinetic model from an SBML file: network, constants, beginning, and its own steady state.

Level 2 and 3 with kinetic laws of any form. What was recognised, and how, is in tables; what a
network of rate laws cannot express is refused by name.

References
----------
1. Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
   Version 2).
2. Juty, Le Novere and Laibe, *Nucleic Acids Res.* 40 (2012) D580, doi:10.1093/nar/gkr1097
   (MIRIAM annotations).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.network import Compartment, KineticNetwork, free_constants
from skimpy_renaissance.sbml.read_annotations import Annotations, read_annotations
from skimpy_renaissance.sbml.read_constants import saturation_constants
from skimpy_renaissance.sbml.read_document import open_document
from skimpy_renaissance.sbml.read_laws import read_laws
from skimpy_renaissance.sbml.read_quantities import read_values
from skimpy_renaissance.sbml.read_reactions import (
    Law,
    capacities,
    cell_compartment,
    network_laws,
    reaction_of,
)
from skimpy_renaissance.sbml.read_steady_state import find_steady_state
from skimpy_renaissance.sbml.read_units import read_units
from skimpy_renaissance.sbml.read_values import Values
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["SbmlModel", "read_sbml"]


@dataclass(frozen=True, eq=False, repr=False)
class SbmlModel:
    """A kinetic model as its SBML file states it.

    Parameters
    ----------
    network
        Reactions with rate laws, and the value of every constant.
    initial_concentrations
        `` `metabolite` ``, model units: variables, then boundaries.
    units
        Scaling of concentrations and time; ``None`` where the file does not say.
    saturation
        One row per constant that saturates, or looks like it: ``constant``, ``reaction``,
        ``metabolite``, ``value``, ``how`` it was recognised, ``used`` (whether it is one of
        ``network.hooks``).
    laws
        One row per reaction: ``law`` as in the file, ``capacity``, ``own_capacity`` (whether the
        law has that parameter; else it is a factor of 1), ``parted`` (forward and backward rate).
    annotations
        Id to database to identifiers; the key ``sbo`` holds the term of the Systems Biology
        Ontology.
    level, version
        Of the file.

    Examples
    --------
    >>> others = [name for name in network.reaction_names if name not in ("PGI", "PFK")]
    >>> findings = sr.write_sbml(network.without(*others), state, population[0], path="two.xml")
    >>> model = sr.read_sbml("two.xml")
    >>> model.saturation[["constant", "how"]].tail(2)
              constant                   how
    4  km_substrate_PGI  form, SBO term, name
    5    km_product_PGI  form, SBO term, name
    >>> len(model.network.km_names), len(model.free().km_names)  # fixed, to be drawn
    (0, 6)
    """

    network: KineticNetwork
    initial_concentrations: pd.Series
    units: Units | None
    saturation: pd.DataFrame
    laws: pd.DataFrame
    annotations: Annotations
    level: int
    version: int

    def __repr__(self) -> str:
        kind = f"SBML Level {self.level} Version {self.version}"
        return f"<SbmlModel {self.network.name!r}, {kind}: {self.network!r}>"

    @cached_property
    def state(self) -> SteadyState:
        """The steady state that the model runs into from its beginning, with its own constants.

        Raises
        ------
        SteadyStateError
            It has none: it oscillates, grows without bound, uses something up, or stands still.
        """
        start = {str(name): float(x) for name, x in self.initial_concentrations.items()}
        return find_steady_state(self.network, start, units=self.units)

    def free(self, names: Iterable[str] | None = None) -> KineticNetwork:
        """Return the network with saturation constants to be drawn.

        Parameters
        ----------
        names
            Which; ``None``: all that were recognised.

        Returns
        -------
        KineticNetwork

        Raises
        ------
        MissingEntryError
            A name is no saturation constant of this model.
        """
        return free_constants(self.network, names)


def read_sbml(
    path: str | os.PathLike[str],
    *,
    saturation: Collection[str] | Mapping[str, str | None] | None = None,
    boundaries: Iterable[str] = (),
    cell: str | None = None,
    at_time: float | None = None,
    units: Units | None = None,
    density: float = 1.0,
    gdw_gww_ratio: float = 1.0,
) -> SbmlModel:
    """Read a kinetic model from an SBML file.

    Parameters
    ----------
    path
        SBML Level 2 or 3, plain or compressed.
    saturation
        Saturation constants, or constant to the metabolite that each is measured against (``None``
        for one to be found); nothing else counts as one then. ``None``: those recognised by form,
        SBO term or name.
    boundaries
        Species to hold constant besides those that the file does.
    cell
        Compartment whose volume rates refer to; by default the one that most laws are
        proportional to.
    at_time
        Time of the model at which laws that depend on time are taken; ``None`` refuses them.
    units
        Scaling of the model where the file does not state it.
    density, gdw_gww_ratio
        Gram wet weight per litre of cell, and gram dry per gram wet weight, which SBML does not
        state: with the default a flux in mmol/gDW/h is one in mmol per litre of cell and hour.

    Returns
    -------
    SbmlModel

    Raises
    ------
    FileFormatError
        The file is no SBML model.
    NetworkError
        It has what a network of rate laws cannot express, or contradicts itself.
    MissingEntryError
        A constant has no value, or a name given here is not in the model.
    UnitsError
        Its units contradict each other, or those given.

    Examples
    --------
    >>> found = sr.write_sbml(network, state, population.select([0]), path="core.xml")
    >>> model = sr.read_sbml("core.xml")
    >>> bound = sr.compile(model.free()).at(model.state)  # its constants unknown again
    >>> len(model.network.reactions), len(bound.km_names)
    (44, 159)
    """
    document = open_document(path)
    scaling = read_units(document, units=units, density=density, gdw_gww_ratio=gdw_gww_ratio)
    file_laws = read_laws(document)
    values = read_values(document, file_laws, time=at_time)
    held = list(boundaries)
    require_names(held, values.species, what=f"species of {document.name!r} called")
    values = replace(
        values,
        species={n: replace(s, held=s.held or n in held) for n, s in values.species.items()},
    )
    place = cell_compartment(document, values, cell)
    laws = network_laws(document, values, cell=place)
    annotations = read_annotations(document, file_laws)
    terms = {name: entry["sbo"][0] for name, entry in annotations.items() if "sbo" in entry}
    hooks, table = saturation_constants(laws, values, terms, chosen=saturation)
    chosen = capacities(laws, terms, set(hooks))
    network = _network(document.name, laws, values, hooks, chosen, place)
    start = {name: values.start(name) for name in network.metabolites}
    return SbmlModel(
        network,
        pd.Series(start, dtype=float),
        scaling,
        table,
        _law_table(laws, network, chosen),
        annotations,
        document.level,
        document.version,
    )


def _network(
    name: str,
    laws: list[Law],
    values: Values,
    hooks: Mapping[str, str],
    chosen: Mapping[str, str],
    cell: str,
) -> KineticNetwork:
    taken = {*values.given, *values.initial, *values.rules}
    reactions = tuple(
        reaction_of(law, capacity=chosen.get(law.reaction), hooks=hooks, taken=taken)
        for law in laws
    )
    metabolites = dict.fromkeys(m for reaction in reactions for m in reaction.metabolites)
    moved = {m for reaction in reactions for m in reaction.stoichiometry}
    held = {m for m in metabolites if values.species[m].held or m not in moved}
    numbers = {m: values.start(m) for m in held}
    for law, reaction in zip(laws, reactions, strict=True):
        numbers |= {p: values.number(p) for p in law.parameters}
        numbers.setdefault(str(reaction.capacity), 1.0)
    places = {values.species[m].compartment for m in metabolites} | {cell}
    return KineticNetwork(
        name,
        reactions,
        boundaries=frozenset(held),
        compartments={
            c: Compartment(c, values.size(c), values.size(cell))
            for c in values.compartments
            if c in places
        },
        compartment_of={m: values.species[m].compartment for m in metabolites},
        values=numbers,
    )


def _law_table(laws: list[Law], network: KineticNetwork, chosen: Mapping[str, str]) -> pd.DataFrame:
    rows = {
        law.reaction: (law.text, reaction.capacity, law.reaction in chosen, law.parted)
        for law, reaction in zip(laws, network.reactions, strict=True)
    }
    columns = ["law", "capacity", "own_capacity", "parted"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("reaction")
