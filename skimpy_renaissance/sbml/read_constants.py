"""Saturation constants of all rate laws: recognised, or as the user lists them.

A constant that the displacement from equilibrium depends on, as those of a law with capacities for
both directions, is recognised but not used: drawn anew, it would change the equilibrium constant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd
import sympy

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import MissingEntryError
from skimpy_renaissance.network.roles import symbol
from skimpy_renaissance.sbml.read_reactions import Law
from skimpy_renaissance.sbml.read_saturation import Constant, Recognised, recognise
from skimpy_renaissance.sbml.read_values import Values

__all__ = ["saturation_constants"]


def saturation_constants(
    laws: Sequence[Law],
    values: Values,
    terms: Mapping[str, str],
    *,
    chosen: Collection[str] | Mapping[str, str | None] | None,
) -> tuple[dict[str, str], pd.DataFrame]:
    """Find the saturation constants.

    Parameters
    ----------
    laws
        All rate laws.
    values
        What ids stand for.
    terms
        Parameter to SBO term.
    chosen
        The user's list, or constant to metabolite, ``None`` for one to be found; ``None``: those
        recognised.

    Returns
    -------
    hooks : dict
        Constant to the metabolite that it is measured against.
    table : pandas.DataFrame
        Every constant that was recognised or chosen, and whether it is used.

    Raises
    ------
    MissingEntryError
        A chosen name is no parameter of a rate law, or what it is measured against is not known.
    """
    rows, hooks = [], dict[str, str]()
    known = dict.fromkeys(p for law in laws for p in law.parameters)
    if chosen is not None:
        require_names(chosen, known, what=f"parameter of a rate law of {values.model!r} called")
    pairs = chosen.items() if isinstance(chosen, Mapping) else ()
    stated = {name: metabolite for name, metabolite in pairs if metabolite is not None}
    for law in laws:
        of_equilibrium = _of_equilibrium(law)
        for one in _of_law(law, terms, stated, chosen):
            value = values.number(one.constant)
            usable = (
                one.metabolite is not None
                and value > 0
                and (chosen is None or one.constant in chosen)
            )
            how = one.how
            if one.metabolite is not None and values.species[one.metabolite].in_amounts:
                usable = usable and values.size(values.species[one.metabolite].compartment) == 1.0
                how = how if usable else f"{how}; measured in amounts"
            if chosen is None and usable and symbol(one.constant) in of_equilibrium:
                usable, how = False, f"{how}; the equilibrium follows from it"
            if usable:
                hooks.setdefault(one.constant, str(one.metabolite))
            rows.append((one.constant, law.reaction, one.metabolite, value, how, usable))
    columns = ["constant", "reaction", "metabolite", "value", "how", "used"]
    if chosen is not None:
        lost = [name for name in chosen if name not in hooks]
        if lost:
            raise MissingEntryError(
                f"What {lost[0]!r} is measured against cannot be told from its rate law. Say it: "
                f"saturation={{{lost[0]!r}: 'metabolite', ...}}."
            )
    return hooks, pd.DataFrame(rows, columns=columns)


def _of_equilibrium(law: Law) -> set[sympy.Symbol]:
    """Return what the displacement from equilibrium depends on: freed, it would turn reactions."""
    if law.backward == 0:
        return set()
    forward, backward = law.forward.as_powers_dict(), law.backward.as_powers_dict()
    bases = {base for base in {*forward, *backward} if forward[base] != backward[base]}
    return {s for base in bases for s in base.free_symbols}


def _of_law(
    law: Law,
    terms: Mapping[str, str],
    stated: Mapping[str, str],
    chosen: Collection[str] | Mapping[str, str | None] | None,
) -> list[Recognised]:
    constants = [Constant(p, terms.get(p, "")) for p in law.parameters]
    recognised = recognise(law.forward - law.backward, constants, law.metabolites)
    found = {one.constant: one for one in recognised}
    for name in law.parameters:
        if name in stated:
            require_names(
                [stated[name]], law.metabolites, what=f"species of {law.reaction!r} called"
            )
            found[name] = Recognised(name, stated[name], "stated")
        elif chosen is not None and name in chosen and name not in found:
            found[name] = Recognised(name, None, "stated")
    return [found[name] for name in law.parameters if name in found]
