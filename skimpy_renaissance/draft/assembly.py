"""From rate laws to the kinetic network: ids, compartments, what is held constant.

Metabolites of exchanges are held constant, and so are those that the user names; volumes and Hill
coefficients are 1 unless stated, as in SKiMPy's files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from skimpy_renaissance.draft.cobra_models import WATER, exchanged_metabolites
from skimpy_renaissance.draft.rate_law_rules import RateLaw
from skimpy_renaissance.errors import MissingEntryError, NetworkError, did_you_mean, listed
from skimpy_renaissance.network import Compartment, KineticNetwork, build_reaction
from skimpy_renaissance.network.identifiers import sanitized, without_compartment

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["kinetic_ids", "kinetic_network", "named_metabolites", "water_of"]

_HILL = "hill_coefficient_"


def kinetic_ids(model: Model) -> dict[str, str]:
    """Return the identifiers that metabolites have in the kinetic model.

    Parameters
    ----------
    model
        The constraint-based model.

    Returns
    -------
    dict
        Its identifier to the kinetic model's.

    Raises
    ------
    NetworkError
        Two metabolites would have the same.
    """
    ids = {m.id: sanitized(m.id) for m in model.metabolites}
    taken: dict[str, str] = {}
    for own, kinetic in ids.items():
        if taken.setdefault(kinetic, own) != own:
            raise NetworkError(
                f"The metabolites {taken[kinetic]!r} and {own!r} would both be called {kinetic!r} "
                "in the kinetic model, where hyphens become underscores. Rename one of them."
            )
    return ids


def named_metabolites(
    model: Model, names: Collection[str], *, what: str, usual: Collection[str] = ()
) -> frozenset[str]:
    """Return the metabolites that are named, by identifier or by compound.

    Parameters
    ----------
    model
        The constraint-based model.
    names
        Identifiers (``"h_c"``) or compounds (``"h"``: in every compartment).
    what
        Names the argument in the message.
    usual
        Those that are taken where nothing is said; one that is absent names nothing.

    Returns
    -------
    frozenset of str
        Identifiers of the constraint-based model.

    Raises
    ------
    MissingEntryError
        One is unknown.
    """
    chosen = {names} if isinstance(names, str) else set(names)
    compounds = {without_compartment(m.id, m.compartment) for m in model.metabolites}
    known = {m.id for m in model.metabolites} | compounds
    if lost := sorted(chosen - known - set(usual)):
        raise MissingEntryError(
            f"{what} names {listed(lost)}, which {model.id!r} does not have"
            f"{did_you_mean(lost[0], known)}"
        )
    return frozenset(
        m.id
        for m in model.metabolites
        if m.id in chosen or without_compartment(m.id, m.compartment) in chosen
    )


def water_of(model: Model) -> frozenset[str]:
    """Return the metabolites that are water: by formula, or by name where there is no formula.

    Parameters
    ----------
    model
        The constraint-based model.

    Returns
    -------
    frozenset of str
    """
    return frozenset(
        m.id
        for m in model.metabolites
        if m.formula == WATER
        or (not m.formula and without_compartment(m.id, m.compartment).lower() == WATER.lower())
    )


def kinetic_network(
    name: str,
    laws: Mapping[str, RateLaw],
    model: Model,
    *,
    held: Collection[str],
    volumes: Mapping[str, float],
) -> KineticNetwork:
    """Put the reactions together.

    Parameters
    ----------
    name
        Of the kinetic model.
    laws
        Reaction to rate law, metabolites by their kinetic identifiers.
    model
        The constraint-based model; metabolites of its exchanges are held constant.
    held
        Further metabolites that are, by the identifiers of ``model``.
    volumes
        Compartment to volume, in volumes of the cell; 1 where it is not named.

    Returns
    -------
    KineticNetwork

    Raises
    ------
    NetworkError
        A rate law cannot be built, or a name is used twice.
    MissingEntryError
        A compartment is unknown.
    """
    reactions = tuple(
        build_reaction(reaction, law.mechanism(), modifiers=law.modifiers())
        for reaction, law in laws.items()
    )
    ids = kinetic_ids(model)
    used = {metabolite for reaction in reactions for metabolite in reaction.metabolites}
    boundaries = {ids[m] for m in (*exchanged_metabolites(model), *held) if m in ids} & used
    places = {ids[m.id]: m.compartment for m in model.metabolites if ids[m.id] in used}
    there = sorted({place for place in places.values() if place})
    lost = [place for place in volumes if place not in there]
    if lost:
        raise MissingEntryError(
            f"volumes names the compartment {lost[0]!r}{did_you_mean(lost[0], there)} The kinetic "
            f"model has {listed(there) or 'none'}."
        )
    network = KineticNetwork(
        name=name,
        reactions=reactions,
        boundaries=frozenset(boundaries),
        compartments={place: Compartment(place, volumes.get(place, 1.0), 1.0) for place in there},
        compartment_of=dict(sorted(places.items())),
    )
    hill = [n for n in network.parameter_names if n.startswith(_HILL)]
    return network.with_parameters(dict.fromkeys(hill, 1.0))
