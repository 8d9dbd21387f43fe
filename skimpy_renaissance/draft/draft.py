"""A kinetic model drafted from a constraint-based one: what is kept, which way, by which rate law.

In order: a model and a choice of its reactions; a flux state within the bounds, or one that is
given; what does not run is left out; linear paths are lumped; each reaction gets a rate law by
SKiMPy's rules, unless the user says another.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.draft.assembly import (
    kinetic_ids,
    kinetic_network,
    named_metabolites,
    water_of,
)
from skimpy_renaissance.draft.cobra_models import (
    add_sinks,
    exchanged_metabolites,
    fractional,
    one_sided,
    read_cobra_model,
    submodel,
)
from skimpy_renaissance.draft.elements import imbalances
from skimpy_renaissance.draft.flux_states import conditioned, directions
from skimpy_renaissance.draft.laws_table import Laws, edited_laws, laws_table, stated_laws
from skimpy_renaissance.draft.lumping import lump_linear_paths
from skimpy_renaissance.draft.pruning import idle_reactions
from skimpy_renaissance.draft.rate_law_rules import RateLaw, choose_law
from skimpy_renaissance.errors import NetworkError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states.stated_ranges import Ranges

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["HELD", "SMALL_MOLECULES", "Draft", "draft_from_cobra", "from_cobra"]

SMALL_MOLECULES = ("h", "co2")
"""Compounds that act on the displacement from equilibrium unless others are named."""

HELD = ("h",)
"""Compounds whose concentrations are constant unless others are named."""


@dataclass(frozen=True, eq=False, repr=False)
class Draft:
    """A kinetic network and how it came about.

    Parameters
    ----------
    network
        The kinetic network, without constants.
    laws
        The rate law of each reaction: a table to edit and give back (``laws=``), and the column
        ``imbalance`` with protons and charge that a reaction gains.
    removed
        Reactions that were left out, with the ``reason``.
    model
        The constraint-based model that is left, exchanges included, with bounds; its
        stoichiometry is that of the network, with water and whatever else is left out of laws.
    fluxes
        The flux state behind the choice, by reaction of ``model``, mmol/gDW/h; ``None`` where
        there is none.
    directions
        By reaction of ``model``: 1, -1, or 0 where bounds leave both.
    reversed_reactions
        Irreversible ones that run backward, written the other way round in ``model`` and network.
    lumps
        Lumped reaction to the reactions that it is the sum of, each with its multiplier; energies
        add up likewise.
    condition
        Where the fluxes come from, in words.
    equilibrium_constants
        By reaction, mol/L to the power of the summed stoichiometry; of a pyTFA model only.

    Examples
    --------
    >>> from skimpy_renaissance.draft import draft_from_cobra
    >>> draft = draft_from_cobra("textbook", ["PGI", "PFK", "FBA"], prune=False)
    >>> draft.laws["law"].to_dict()
    {'FBA': 'UniBiReversibleHill', 'PFK': 'H1GeneralizedReversibleHill', 'PGI': 'Rev...'}
    """

    network: KineticNetwork
    laws: pd.DataFrame
    removed: pd.DataFrame
    model: Model
    fluxes: pd.Series | None
    directions: pd.Series
    reversed_reactions: tuple[str, ...] = ()
    lumps: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    condition: str = ""
    equilibrium_constants: pd.Series | None = None

    def __repr__(self) -> str:
        counts = f"{len(self.network.reactions)} reactions, {len(self.removed)} left out"
        return f"<Draft {self.network.name!r}: {counts}; {self.condition}>"


def draft_from_cobra(
    model: Model | str | os.PathLike[str],
    reactions: Iterable[str] | None = None,
    *,
    bounds: Ranges | None = None,
    growth: float | tuple[float, float] | None = None,
    fluxes: Mapping[str, float] | pd.Series | None = None,
    objective: str | None = None,
    laws: Laws | None = None,
    small_molecules: Collection[str] = SMALL_MOLECULES,
    held: Collection[str] = HELD,
    irreversible: Collection[str] = (),
    excluded: Collection[str] = (),
    lump: bool | Collection[str] = False,
    prune: bool = True,
    unbalanced: Collection[str] = (),
    volumes: Mapping[str, float] | None = None,
    name: str | None = None,
) -> Draft:
    """Draft a kinetic model from a constraint-based one, with all that was decided on the way.

    Parameters
    ----------
    model
        A model of COBRApy; a file of one (SBML, JSON, YAML; ``.gz``); or the name of one that
        COBRApy ships: ``"textbook"``, ``"iJO1366"``, ``"salmonella"``. It is left as it is.
    reactions
        Which to keep; by default all. Exchanges of their metabolites come along.
    bounds
        Reaction to (lowest, highest) flux, or to one value, mmol/gDW/h, as the model is written:
        uptake is negative. Fluxes within them are found by parsimonious flux balance analysis.
    growth
        The same for the biomass reaction, 1/h.
    fluxes
        Reaction to flux, mmol/gDW/h, instead: balanced, exchanges included; what is not named
        is zero.
    objective
        Reaction whose flux is maximised within the bounds; by default the model's objective.
    laws
        Rate laws in place of those that the rules choose: the table of another draft, edited, its
        file, or reaction to law.
    small_molecules
        Metabolites (``"co2_c"``) or compounds (``"co2"``, in every compartment) that act on the
        displacement from equilibrium rather than saturate.
    held
        Metabolites or compounds whose concentrations are constant, beside those of exchanges.
        What a choice of reactions cuts off can be held; it then has a sink in ``Draft.model``.
    irreversible
        Reactions from whose products nothing flows back; reactions with coefficients that are not
        whole always are.
    excluded
        Metabolites or compounds left out of laws and balances, as water is.
    lump
        Whether linear paths become one reaction; or the metabolites that disappear by it.
    prune
        Whether what does not run is left out.
    unbalanced
        Reactions accepted although they gain or lose elements.
    volumes
        Compartment to volume over that of the cell, by default 1.
    name
        Of the kinetic model; by default that of ``model``.

    Returns
    -------
    Draft

    Raises
    ------
    FileFormatError
        The model cannot be found or read.
    MissingEntryError
        A name is not in the model, or there is no biomass reaction to set the growth of.
    SteadyStateError
        No fluxes are balanced within the bounds, or those given are not.
    NetworkError
        Nothing is left, a reaction loses elements, a law does not fit, or ids clash.
    InputError
        An argument or a cell of a table cannot be used.

    Notes
    -----
    Without ``bounds``, ``growth``, ``objective`` and ``fluxes`` nothing decides directions; left
    out are the reactions that the model's own bounds block.

    Examples
    --------
    >>> from skimpy_renaissance.draft import draft_from_cobra
    >>> condition = {"bounds": {"EX_glc__D_e": (-9, -8)}, "growth": (0.6, 0.7)}
    >>> draft_from_cobra("textbook", **condition).network
    <KineticNetwork 'e_coli_core': 43 reactions, 44 metabolites and 8 boundaries, 155 free Km>
    """
    whole = read_cobra_model(model)
    known = [r.id for r in whole.reactions]
    for label, names in (("irreversible", irreversible), ("unbalanced", unbalanced)):
        require_names(names, known, what=f"reaction for {label}= called")
    given = None if fluxes is None else dict(fluxes)
    require_names(given or (), known, what=f"reaction of {whole.id!r} called")
    own = submodel(whole, reactions)
    small = named_metabolites(own, small_molecules, what="small_molecules", usual=SMALL_MOLECULES)
    fixed = named_metabolites(own, held, what="held", usual=HELD)
    out = named_metabolites(own, excluded, what="excluded") | water_of(own)
    sinks = add_sinks(own, whole, fixed | out)
    state, condition = conditioned(
        own, bounds=bounds, growth=growth, fluxes=given, objective=objective, sinks=sinks
    )
    own, state, gone = _running(own, state) if prune else (own, state, {})
    loose = {r.id for r in own.reactions if one_sided(r) or fractional(r)}
    told = imbalances(own, loose, unbalanced)
    lumps: dict[str, dict[str, float]] = {}
    if lump:
        lumps, state = lump_linear_paths(
            own,
            state,
            kept={*small, *fixed, *out, *exchanged_metabolites(own)},
            apart=[r.id for r in own.reactions if fractional(r)],
            only=None if lump is True else set(lump),
        )
    stated = stated_laws(laws, [*known, *lumps])
    one_way = {*irreversible, *stated.index[stated["law"].astype(str).str.startswith("Irrev")]}
    one_way |= {joined for joined, parts in lumps.items() if one_way & parts.keys()}
    one_way |= {r.id for r in own.reactions if fractional(r)}
    state, turned = _turned(own, state, one_way)
    chosen = _chosen(own, small, out, one_way, turned)
    gone |= {
        r.id: "nothing takes part but water and what is excluded"
        for r in own.reactions
        if not one_sided(r) and r.id not in chosen
    }
    constant = {kinetic_ids(own)[m] for m in {*fixed, *exchanged_metabolites(own)}}
    still = [name for name, law in chosen.items() if constant >= law.balance.keys()]
    gone |= dict.fromkeys(still, "all that takes part is held constant")
    chosen = edited_laws({n: law for n, law in chosen.items() if n not in still}, stated)
    network = kinetic_network(
        name or own.id or "draft", chosen, own, held=fixed, volumes=volumes or {}
    )
    table = laws_table(chosen)
    table["imbalance"] = [told.get(reaction, "") for reaction in table.index]
    return Draft(
        network=network,
        laws=table,
        removed=_reasons({name: why for name, why in gone.items() if name not in sinks}),
        model=own,
        fluxes=state,
        directions=directions(own, state),
        reversed_reactions=turned,
        lumps=lumps,
        condition=condition,
    )


def from_cobra(
    model: Model | str | os.PathLike[str],
    reactions: Iterable[str] | None = None,
    **choices: Any,
) -> KineticNetwork:
    """Draft a kinetic model from a constraint-based one.

    Parameters
    ----------
    model
        A model of COBRApy; a file of one (SBML, JSON, YAML; ``.gz``); or the name of one that
        COBRApy ships: ``"textbook"``, ``"iJO1366"``, ``"salmonella"``.
    reactions
        Which to keep; by default all. Exchanges of their metabolites come along.
    **choices
        ``bounds``, ``growth``, ``fluxes``, ``laws``, ``lump`` and others of
        :func:`~skimpy_renaissance.draft.draft_from_cobra`, which also tells what was decided.

    Returns
    -------
    KineticNetwork

    Raises
    ------
    InputError
        As :func:`~skimpy_renaissance.draft.draft_from_cobra`, in its several kinds.

    Examples
    --------
    >>> import skimpy_renaissance as sr
    >>> sr.from_cobra("textbook", bounds={"EX_glc__D_e": (-9, -8)}, growth=(0.6, 0.7))
    <KineticNetwork 'e_coli_core': 43 reactions, 44 metabolites and 8 boundaries, 155 free Km>
    """
    return draft_from_cobra(model, reactions, **choices).network


def _running(
    model: Model, fluxes: pd.Series | None
) -> tuple[Model, pd.Series | None, dict[str, str]]:
    """Return the part of a model that runs, its fluxes, and why the rest does not."""
    gone = idle_reactions(model, fluxes)
    left = [r for r in model.reactions if r.id not in gone]
    if all(one_sided(r) for r in left):
        raise NetworkError(
            f"All {len(gone)} reactions of {model.id!r} were left out: "
            f"{listed([f'{n} ({why})' for n, why in gone.items()], most=3)}. Open bounds, choose "
            "more reactions, hold what they lack constant (held=[...]), or keep all with "
            "prune=False."
        )
    if not gone:
        return model, fluxes, gone
    running = submodel(model, [r.id for r in left], with_exchanges=False)
    return running, None if fluxes is None else fluxes.drop(list(gone)), gone


def _reasons(gone: Mapping[str, str]) -> pd.DataFrame:
    index = pd.Index(list(gone), name="reaction", dtype=object)
    return pd.DataFrame({"reason": list(gone.values())}, index=index, dtype=object)


def _turned(
    model: Model, fluxes: pd.Series | None, one_way: Collection[str]
) -> tuple[pd.Series | None, tuple[str, ...]]:
    """Write irreversible reactions that run backward the other way round, in place."""
    signs = directions(model, fluxes)
    turned = tuple(r.id for r in model.reactions if r.id in one_way and signs[r.id] < 0)
    for name in turned:
        reaction = model.reactions.get_by_id(name)
        reaction *= -1
    if fluxes is None:
        return None, turned
    return fluxes.where(~fluxes.index.isin(turned), -fluxes), turned


def _chosen(
    model: Model,
    small: Collection[str],
    out: Collection[str],
    one_way: Collection[str],
    turned: Collection[str],
) -> dict[str, RateLaw]:
    ids = kinetic_ids(model)
    laws = {}
    for reaction in model.reactions:
        if one_sided(reaction):
            continue
        stoichiometry = {
            ids[m.id]: float(n) for m, n in reaction.metabolites.items() if m.id not in out
        }
        law = choose_law(
            stoichiometry, {ids[m] for m in small if m in ids}, irreversible=reaction.id in one_way
        )
        if law is not None:
            note = "; runs backward, written the other way round"
            laws[reaction.id] = replace(law, why=law.why + note * (reaction.id in turned))
    return laws
