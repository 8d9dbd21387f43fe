r"""From a kinetic law, amount per time, to a reaction of a network.

.. math:: v = \frac{\text{law}}{V_{cell}}, \qquad
    \frac{dx_i}{dt} = \frac{V_{cell}}{V_i} \sum_r N_{ir}\, v_r

with the volume :math:`V_{cell}` of the compartment that stands for the cell. The capacity is a
parameter of its own that the law is proportional to; where a law has none, a factor
``vmax_forward_<reaction>`` with the value 1 is put before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from skimpy_renaissance.errors import NetworkError, listed
from skimpy_renaissance.network.direct_expression import PARAMETER_PREFIX
from skimpy_renaissance.network.reaction import Rate, Reaction
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.sbml.read_document import Document
from skimpy_renaissance.sbml.read_math import TIME, foreign_functions, undefined
from skimpy_renaissance.sbml.read_split import degree, split
from skimpy_renaissance.sbml.read_values import Values

__all__ = ["Law", "capacities", "cell_compartment", "network_laws", "reaction_of"]

_CAPACITY_TERMS = ("SBO:0000186", "SBO:0000324", "SBO:0000350", "SBO:0000025")


@dataclass(frozen=True, eq=False)
class Law:
    """One rate law over concentrations.

    Parameters
    ----------
    reaction
        Its id.
    text
        The law as the file has it.
    forward, backward
        Rates per volume of the cell, in positive symbols named as species and parameters.
    parted
        Whether signs told forward from backward.
    stoichiometry
        Species to signed coefficient, zeros left out; rules and unknown species left out.
    metabolites
        Species of the reaction and of its rate, those that only modify last.
    parameters
        Parameters of the rate, in order of appearance.
    """

    reaction: str
    text: str
    forward: sympy.Expr
    backward: sympy.Expr
    parted: bool
    stoichiometry: Mapping[str, float]
    metabolites: tuple[str, ...]
    parameters: tuple[str, ...]


def cell_compartment(document: Document, values: Values, cell: str | None) -> str:
    """Return the compartment whose volume rates refer to.

    Parameters
    ----------
    document, values
        The model.
    cell
        The user's choice; ``None``: the one that most laws are proportional to, of these the one
        with most species that reactions change.

    Returns
    -------
    str

    Raises
    ------
    NetworkError
        There is none of that name.
    """
    if not values.compartments:
        raise NetworkError(
            f"SBML model {document.name!r} has no compartment, and so no species whose "
            "concentration could change. Choose a model with species."
        )
    if cell is not None and cell not in values.compartments:
        raise NetworkError(
            f"SBML model {document.name!r} has no compartment {cell!r} (cell=); it has "
            f"{listed(values.compartments)}."
        )
    if cell is not None:
        return cell
    free = Counter(s.compartment for s in values.species.values() if not s.held)
    reactions = [r.getId() for r in document.model.getListOfReactions()]
    of_laws = {
        name: sum(degree(values.rules[r], sympy.Symbol(name)) == 1 for r in reactions)
        for name in values.compartments
    }
    return max(values.compartments, key=lambda name: (of_laws[name], free[name]))


def network_laws(document: Document, values: Values, *, cell: str) -> list[Law]:
    """Return every reaction's rate law over concentrations.

    Parameters
    ----------
    document
        The model.
    values
        What its ids stand for.
    cell
        Compartment whose volume rates refer to.

    Returns
    -------
    list of Law
        Reactions whose law is zero left out.

    Raises
    ------
    NetworkError
        A law depends on time, has a function such as ``piecewise``, or an undefined value; a
        stoichiometric coefficient changes.
    """
    return [
        law
        for reaction in document.model.getListOfReactions()
        if (law := _law(reaction, values, cell)) is not None
    ]


def _law(reaction: Any, values: Values, cell: str) -> Law | None:
    import libsbml  # noqa: PLC0415 - takes a tenth of a second

    name, math = reaction.getId(), reaction.getKineticLaw().getMath()
    text = libsbml.formulaToL3String(math)
    where = f"the kinetic law of {name!r}"
    assigned = frozenset(s for s in values.species if s in values.rules)
    law = values.in_concentrations(values.rules[name], keep=assigned) / sympy.Symbol(cell)
    law = values.settled(law, where=where)
    rules = {
        symbol(s): _positive(values.settled(values.in_concentrations(values.rules[s]), where=where))
        for s in assigned & {str(one) for one in law.free_symbols}
    }
    whole = _positive(law)
    parts = split(whole)
    forward, backward = (part.xreplace(rules) for part in parts or (whole, sympy.Integer(0)))
    _require_usable(forward - backward, name, text, values.model)
    if forward == backward == 0:
        return None
    free = {str(s) for s in forward.free_symbols | backward.free_symbols}
    in_text = _names(math)
    rank = {n: i for i, n in enumerate(in_text)}
    parameters = sorted(free - values.species.keys(), key=lambda p: (_rank(p, name, rank), p))
    stoichiometry, sides = _stoichiometry(reaction, values)
    modifiers = [m.getSpecies() for m in reaction.getListOfModifiers()]
    acting = [n for n in (*modifiers, *in_text, *sorted(free)) if n in values.species and n in free]
    metabolites = tuple(n for n in dict.fromkeys((*sides, *acting)) if n not in assigned)
    return Law(
        name,
        text,
        forward,
        backward,
        parts is not None,
        stoichiometry,
        metabolites,
        tuple(parameters),
    )


def _positive(law: sympy.Expr) -> sympy.Expr:
    return law.xreplace({s: symbol(str(s)) for s in law.free_symbols - {TIME}})


def _require_usable(law: sympy.Expr, reaction: str, text: str, model: str) -> None:
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    foreign = foreign_functions(law)
    if foreign:
        advice = (
            "Fix the time with at_time=."
            if foreign == ("time",)
            else "Write it without, or leave the reaction out."
        )
        raise NetworkError(
            f"SBML model {model!r}: the rate of {reaction!r} depends on {listed(foreign)} "
            f"({shown!r}). Rate laws may hold concentrations, constants, + - * / **, exp, log and "
            f"sqrt. {advice}"
        )
    if undefined(law):
        raise NetworkError(
            f"SBML model {model!r}: the rate of {reaction!r} amounts to {law} ({shown!r}). Correct "
            "it, or the constants in it."
        )


def _names(math: Any) -> list[str]:
    """Return the names in a formula, in the order of the text."""
    inner = [n for i in range(math.getNumChildren()) for n in _names(math.getChild(i))]
    return list(dict.fromkeys(([math.getName()] if math.isName() else []) + inner))


def _rank(parameter: str, reaction: str, rank: Mapping[str, int]) -> int:
    return rank.get(parameter, rank.get(parameter.removesuffix(f"_{reaction}"), len(rank)))


def _stoichiometry(reaction: Any, values: Values) -> tuple[dict[str, float], list[str]]:
    """Return species to coefficient, and all that the reaction lists on its two sides."""
    balance: dict[str, float] = {}
    sides = []
    for sign, side in ((-1, reaction.getListOfReactants()), (1, reaction.getListOfProducts())):
        for reference in side:
            species = values.species[reference.getSpecies()]
            sides.append(species.name)
            if species.name in values.rules:
                continue
            factor = values.number(species.factor) if species.factor else 1.0
            number = sign * factor * _coefficient(reference, reaction.getId(), values)
            balance[species.name] = balance.get(species.name, 0.0) + number
    return {name: number for name, number in balance.items() if number != 0}, sides


def _coefficient(reference: Any, reaction: str, values: Values) -> float:
    name = reference.getId()
    if name in values.rules:
        changing = values.written_out(values.rules[name]).free_symbols & values.moving
        if changing:
            raise NetworkError(
                f"SBML model {values.model!r}: the coefficient of {reference.getSpecies()!r} in "
                f"{reaction!r} changes with {listed(sorted(map(str, changing)))}. Stoichiometries "
                "of a kinetic network are constant."
            )
    if name and (name in values.rules or name in values.initial):
        return values.number(name)
    if not reference.isSetStoichiometry():
        raise NetworkError(
            f"SBML model {values.model!r}: {reference.getSpecies()!r} has no coefficient in "
            f"{reaction!r}. Give it a stoichiometry."
        )
    return float(reference.getStoichiometry())


def capacities(
    laws: Sequence[Law], terms: Mapping[str, str], saturating: set[str]
) -> dict[str, str]:
    """Choose the parameter that scales each rate, where a law has one of its own.

    Parameters
    ----------
    laws
        All rate laws.
    terms
        Parameter to SBO term.
    saturating
        Saturation constants, which are none.

    Returns
    -------
    dict
        Reaction to parameter; those without are left out.
    """
    used = Counter(p for law in laws for p in law.parameters)
    found = {}
    for law in laws:
        own = [
            p
            for p in law.parameters
            if used[p] == 1 and p not in saturating and _scales(law, symbol(p))
        ]
        if own:
            found[law.reaction] = min(own, key=lambda p: _unlikely(p, terms.get(p, "")))
    return found


def _scales(law: Law, parameter: sympy.Symbol) -> bool:
    parts = [part for part in (law.forward, law.backward) if part != 0]
    return all(degree(part, parameter) == 1 for part in parts)


def _unlikely(parameter: str, term: str) -> int:
    if term in _CAPACITY_TERMS:
        return 0
    name = parameter.lower()
    starts = (("vm", "v_m", "rmax"), ("kcat", "k_cat"), ("v", "r"), ("k",))
    return next((i for i, some in enumerate(starts, start=1) if name.startswith(some)), 9)


def reaction_of(
    law: Law, *, capacity: str | None, hooks: Mapping[str, str], taken: Container[str] = ()
) -> Reaction:
    """Return the reaction of a rate law, in local symbols.

    Parameters
    ----------
    law
        The rate law.
    capacity
        The parameter it is proportional to; ``None`` puts a factor before it.
    hooks
        Saturation constant to metabolite; those of other laws are passed over.
    taken
        Ids that the factor cannot have.

    Returns
    -------
    Reaction
    """
    own = capacity or f"vmax_forward_{law.reaction}"
    while capacity is None and own in taken:
        own = f"{own}_factor"
    local = {own: "vmax_forward"}
    local |= {m: f"species{i}" for i, m in enumerate(law.metabolites, start=1)}
    others = [p for p in law.parameters if p != own]
    local |= {p: f"{PARAMETER_PREFIX}{i}" for i, p in enumerate(others, start=1)}
    factor = sympy.Integer(1) if capacity else symbol("vmax_forward")
    renamed = {symbol(name): symbol(role) for name, role in local.items()}
    rate = Rate(*(factor * part.xreplace(renamed) for part in (law.forward, law.backward)))
    used = {str(s) for s in rate.forward.free_symbols | rate.backward.free_symbols}
    return Reaction(
        name=law.reaction,
        rate=rate,
        names={role: name for name, role in local.items() if role in used},
        metabolites=law.metabolites,
        stoichiometry=law.stoichiometry,
        declared=(
            *((name, False) for name in (own, *others)),
            *((metabolite, True) for metabolite in law.metabolites),
        ),
        hooks={k: m for k, m in hooks.items() if k in law.parameters and m in law.metabolites},
        capacity=own,
        equilibrium_constant=None,
    )
