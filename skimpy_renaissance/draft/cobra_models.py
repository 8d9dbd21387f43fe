"""Constraint-based models: read from a file or by the name of one that COBRApy ships, and cut.

Nothing is downloaded: names are those of the files inside the cobra package.

References
----------
Ebrahim et al., *BMC Syst. Biol.* 7 (2013) 74, doi:10.1186/1752-0509-7-74 (COBRApy).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import FileFormatError, InputError, did_you_mean, listed
from skimpy_renaissance.memory_limits import require_bounded_text
from skimpy_renaissance.storage import existing

if TYPE_CHECKING:
    from cobra import Metabolite, Model, Reaction

__all__ = [
    "WATER",
    "add_sinks",
    "exchanged_metabolites",
    "fractional",
    "one_sided",
    "read_cobra_model",
    "shipped_models",
    "submodel",
]

WATER = "H2O"
"""The formula by which water is known."""

_OPEN = 1000.0  # mmol/gDW/h
_SHIPPED = ".xml.gz"
_READERS = {
    ".xml": "read_sbml_model",
    ".sbml": "read_sbml_model",
    ".json": "load_json_model",
    ".yml": "load_yaml_model",
    ".yaml": "load_yaml_model",
    ".mat": "load_matlab_model",
}


def shipped_models() -> tuple[str, ...]:
    """Return the names of the models inside the cobra package.

    Returns
    -------
    tuple of str
        For example ``("iJO1366", "salmonella", "textbook")``.

    Examples
    --------
    >>> from skimpy_renaissance.draft import shipped_models
    >>> "textbook" in shipped_models()
    True
    """
    names = (entry.name for entry in files("cobra.data").iterdir())
    return tuple(sorted(n.removesuffix(_SHIPPED) for n in names if n.endswith(_SHIPPED)))


def read_cobra_model(model: Model | str | os.PathLike[str]) -> Model:
    """Return a constraint-based model.

    Parameters
    ----------
    model
        A model of COBRApy, which is returned; a file in SBML (``.xml``, ``.sbml``; ``.gz``,
        ``.bz2``), JSON, YAML or MATLAB format; or the name of a model that COBRApy ships.

    Returns
    -------
    cobra.Model

    Raises
    ------
    FileFormatError
        There is no such file or model, or it cannot be read.
    InputError
        ``model`` is something else.

    Examples
    --------
    >>> from skimpy_renaissance.draft import read_cobra_model
    >>> model = read_cobra_model("textbook")
    >>> model.id, len(model.reactions)
    ('e_coli_core', 95)
    """
    from cobra import Model  # noqa: PLC0415 - takes a second to import

    if isinstance(model, Model):
        return model
    if not isinstance(model, str | os.PathLike):
        raise InputError(
            "A model of COBRApy, a file (SBML, JSON, YAML) or the name of a model that COBRApy "
            f"ships is needed, got {type(model).__name__}."
        )
    name = os.fspath(model)
    shipped = shipped_models()
    if not Path(name).exists():
        if name in shipped:
            return _read(Path(str(files("cobra.data") / f"{name}{_SHIPPED}")))
        if not Path(name).suffix and not Path(name).parent.parts:
            raise FileFormatError(
                f"{name!r} is neither a file nor a model that COBRApy ships "
                f"({listed(shipped)}){did_you_mean(name, shipped)} Models of BiGG are not "
                "downloaded: save the file and give its path."
            )
    return _read(existing(name))


def _read(path: Path) -> Model:
    import cobra.io  # noqa: PLC0415

    ending = path.with_suffix("").suffix if path.suffix in (".gz", ".bz2") else path.suffix
    reader = _READERS.get(ending.lower())
    if reader is None:
        raise FileFormatError(
            f"{path} has the ending {ending!r}; constraint-based models are read from "
            f"{listed(_READERS, most=len(_READERS))} (SBML also as .xml.gz). Rename or convert it."
        )
    require_bounded_text(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # COBRApy tells of missing bounds and charges
            found: Model = getattr(cobra.io, reader)(str(path))
    except Exception as error:  # libSBML, ruamel and json raise what they like
        said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(" .")
        raise FileFormatError(
            f"{path} cannot be read as a constraint-based model ({ending}): {said}. Open it "
            "in COBRApy, or save it anew from there."
        ) from error
    if not found.reactions:
        raise FileFormatError(f"{path} holds no reactions; a constraint-based model has some.")
    return found


def one_sided(reaction: Reaction) -> bool:
    """Return whether a reaction exchanges metabolites with what is outside the model.

    Parameters
    ----------
    reaction
        Of a constraint-based model.

    Returns
    -------
    bool
        True for exchanges, demands and sinks, and for sources of several metabolites; false for a
        growth reaction that is written without products.
    """
    coefficients = list(reaction.metabolites.values())
    if len(coefficients) == 1:
        return True
    return all(value > 0 for value in coefficients)


def fractional(reaction: Reaction) -> bool:
    """Return whether some coefficient of a reaction is not whole, as of growth.

    Parameters
    ----------
    reaction
        Of a constraint-based model.

    Returns
    -------
    bool
    """
    return not all(float(n).is_integer() for n in reaction.metabolites.values())


def exchanged_metabolites(model: Model) -> frozenset[str]:
    """Return the metabolites of exchanges, demands and sinks.

    Parameters
    ----------
    model
        The constraint-based model.

    Returns
    -------
    frozenset of str
    """
    return frozenset(m.id for r in model.reactions if one_sided(r) for m in r.metabolites)


def submodel(
    model: Model, reactions: Iterable[str] | None, *, with_exchanges: bool = True
) -> Model:
    """Return a model of some reactions, and of the exchanges of their metabolites.

    Parameters
    ----------
    model
        The whole; it is left alone. Constraints that were added to its solver stay behind.
    reactions
        Identifiers; ``None`` for all.
    with_exchanges
        Whether exchanges of their metabolites come along.

    Returns
    -------
    cobra.Model
        With the objective as far as its reactions are there.

    Raises
    ------
    MissingEntryError
        There is no such reaction.
    """
    import cobra  # noqa: PLC0415
    from cobra.util.solver import linear_reaction_coefficients  # noqa: PLC0415

    kept = list(model.reactions)
    if reactions is not None:
        chosen = [reactions] if isinstance(reactions, str) else list(reactions)
        require_names(chosen, (r.id for r in kept), what=f"reaction of {model.id!r} called")
        inside = {m for name in chosen for m in model.reactions.get_by_id(name).metabolites}
        wanted = set(chosen)
        if with_exchanges:
            wanted |= {r.id for r in kept if one_sided(r) and inside.issuperset(r.metabolites)}
        kept = [r for r in kept if r.id in wanted]
    smaller = cobra.Model(model.id, name=model.name)
    smaller.solver = model.solver.interface
    copies = {m: _metabolite(m) for r in kept for m in r.metabolites}
    added = []
    for reaction in kept:
        copy = cobra.Reaction(reaction.id, reaction.name, reaction.subsystem, *reaction.bounds)
        copy.add_metabolites({copies[m]: n for m, n in reaction.metabolites.items()})
        copy.gene_reaction_rule = reaction.gene_reaction_rule
        copy.annotation = dict(reaction.annotation)
        added.append(copy)
    smaller.add_metabolites(list(copies.values()))  # first, which keeps their order in reactions
    smaller.add_reactions(added)
    smaller.compartments = {
        place: name for place, name in model.compartments.items() if isinstance(name, str)
    }
    there = {r.id for r in kept}
    smaller.objective = {
        smaller.reactions.get_by_id(r.id): n
        for r, n in linear_reaction_coefficients(model).items()
        if r.id in there
    }
    return smaller


def add_sinks(model: Model, whole: Model, unbalanced: Collection[str]) -> tuple[str, ...]:
    """Give metabolites that a choice of reactions cuts off, and that need no balance, a sink.

    Parameters
    ----------
    model
        The part; changed in place.
    whole
        What it is a part of.
    unbalanced
        Metabolites whose concentrations are constant, or that are left out of balances.

    Returns
    -------
    tuple of str
        The sinks, ``"SK_h_c"``: metabolites that left-out reactions have, and no exchange.
    """
    from cobra import Reaction  # noqa: PLC0415

    closed = set(unbalanced) - exchanged_metabolites(model)
    sinks = []
    for metabolite in list(model.metabolites):
        touching = whole.metabolites.get_by_id(metabolite.id).reactions
        if metabolite.id in closed and any(r.id not in model.reactions for r in touching):
            sink = Reaction(f"SK_{metabolite.id}", f"sink of {metabolite.id}", "", -_OPEN, _OPEN)
            sink.add_metabolites({metabolite: -1.0})
            sinks.append(sink)
    model.add_reactions(sinks)
    return tuple(sink.id for sink in sinks)


def _metabolite(metabolite: Metabolite) -> Metabolite:
    import cobra  # noqa: PLC0415

    copy = cobra.Metabolite(
        metabolite.id,
        metabolite.formula,
        metabolite.name,
        metabolite.charge,
        metabolite.compartment,
    )
    copy.annotation = dict(metabolite.annotation)
    return copy
