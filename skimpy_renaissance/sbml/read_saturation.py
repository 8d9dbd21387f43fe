r"""Which constants of a rate law saturate: Km, Ki, Ka, and the metabolite each is measured against.

A constant :math:`K` saturates with :math:`x` where a sum below the line, or a sum with 1, has two
terms whose quotient is

.. math:: (x/K)^n, \qquad n > 0,

as in :math:`K + x`, :math:`1 + x/K`, :math:`1 + (x/K)^n`, :math:`K_A B + K_B A + A B`. Terms of the
Systems Biology Ontology [1]_ and names (``Km_S``, ``KmGLKATP``) decide where the form does not.

References
----------
.. [1] Courtot et al., *Mol. Syst. Biol.* 7 (2011) 543, doi:10.1038/msb.2011.77 (SBO).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import sympy

__all__ = ["SATURATION_TERMS", "Constant", "Recognised", "recognise"]

SATURATION_TERMS = frozenset(
    f"SBO:{n:07d}"
    for n in (
        *(27, 322, 323, 370, 371, 372, 373),  # Michaelis constants
        *(191, 194, 423, 424, 282, 287, 288),  # Hill, dissociation, EC50, IC50
        *(261, 422, 363),  # inhibition, activation
    )
)
_GENERAL_TERMS = frozenset(f"SBO:{n:07d}" for n in (2, 9, 193, 256, 308, 309))
_NAME = re.compile(r"k_?(m|i|a|d|s|eff)?(?![a-z])|k(m|i|a)", re.IGNORECASE)
_NOT = re.compile(r"k_?eq|equil|^n|hill|k_?cat|^v_?m", re.IGNORECASE)


@dataclass(frozen=True)
class Constant:
    """A parameter of a rate law.

    Parameters
    ----------
    name
        Its id.
    term
        Its SBO term, ``"SBO:0000027"``; empty for none.
    """

    name: str
    term: str = ""


@dataclass(frozen=True)
class Recognised:
    """A saturation constant, or one that looks like it.

    Parameters
    ----------
    constant
        The parameter.
    metabolite
        What it is measured against; ``None`` where that cannot be told.
    how
        ``"form"``, ``"SBO term"``, ``"name"``, or several with ``", "``.
    """

    constant: str
    metabolite: str | None
    how: str


def recognise(
    law: sympy.Expr,
    constants: Sequence[Constant],
    metabolites: Sequence[str],
) -> list[Recognised]:
    """Find the saturation constants of one rate law.

    Parameters
    ----------
    law
        The rate, in symbols named as parameters and metabolites.
    constants
        Its parameters.
    metabolites
        Its metabolites.

    Returns
    -------
    list of Recognised
        In the order of ``constants``.
    """
    forms, odd = _by_form(law, {c.name for c in constants}, set(metabolites))
    found = []
    for constant in constants:
        if _something_else(constant):
            continue
        of_form = forms.get(constant.name)
        how = ["form"] if of_form else []
        how += ["SBO term"] if constant.term in SATURATION_TERMS else []
        how += ["name"] if _looks_like_one(constant.name) else []
        if not of_form and "SBO term" not in how and not _surely(constant.name):
            continue
        metabolite = of_form or _beside(law, constant.name, set(metabolites))
        if metabolite is None and constant.name in odd:
            how.append("added to a power of a concentration")
        elif metabolite is None:
            metabolite = _named(constant.name, metabolites)
        found.append(Recognised(constant.name, metabolite, ", ".join(how)))
    return found


def _something_else(constant: Constant) -> bool:
    """Whether its term, or else its name, says that it does not saturate."""
    if constant.term and constant.term not in _GENERAL_TERMS:
        return constant.term not in SATURATION_TERMS
    return _NOT.search(constant.name) is not None


def _looks_like_one(name: str) -> bool:
    return _NAME.match(name) is not None


def _surely(name: str) -> bool:
    """Whether a name says Km, Ki or Ka, not only K."""
    return re.match(r"k_?(m|i|a)(?![a-z])|k(m|i|a)(?=[A-Z_\d]|$)|Km|Ki", name) is not None


def _named(name: str, metabolites: Sequence[str]) -> str | None:
    """Return the longest metabolite that a constant's name holds, else the only one there is."""
    inside = [m for m in metabolites if len(m) > 1 and m.lower() in name.lower()]
    if inside:
        return max(inside, key=len)
    return metabolites[0] if len(metabolites) == 1 else None


def _beside(law: sympy.Expr, constant: str, metabolites: set[str]) -> str | None:
    """Return the one metabolite that stands over the constant in all terms of inner sums."""
    shared: set[str] = set()
    for term in {term for total in law.atoms(sympy.Add) - {law} for term in total.args}:
        powers = {str(base): e for base, e in term.as_powers_dict().items()}
        below = powers.pop(constant, sympy.Integer(0))
        over = {name for name, e in powers.items() if name in metabolites and e == -below}
        if _negative(below) and over:
            shared = shared & over if shared else over
    return shared.pop() if len(shared) == 1 else None


def _by_form(
    law: sympy.Expr, constants: set[str], metabolites: set[str]
) -> tuple[dict[str, str], set[str]]:
    """Return constant to metabolite, and constants that are no concentrations: K of K + x**n."""
    found: dict[str, str] = {}
    odd: set[str] = set()
    below = _denominators(law)
    for total in sorted(law.atoms(sympy.Add), key=sympy.default_sort_key):
        terms = total.args
        if total not in below and not any(term.is_number for term in terms):
            continue
        for one, other in permutations(terms, 2):
            constant, metabolite, alike = _quotient(one, other, constants, metabolites)
            if constant and alike:
                found.setdefault(constant, metabolite)
            elif constant:
                odd.add(constant)
    return found, odd - found.keys()


def _denominators(law: sympy.Expr) -> set[sympy.Basic]:
    """Return the sums below a line, wherever in the law."""
    found: set[sympy.Basic] = set()
    for power in law.atoms(sympy.Pow):
        if power.exp.could_extract_minus_sign():
            found |= power.base.atoms(sympy.Add)
    return found


def _quotient(
    one: sympy.Expr, other: sympy.Expr, constants: set[str], metabolites: set[str]
) -> tuple[str, str, bool]:
    """Return constant, metabolite, n == m where ``one / other`` is metabolite**n / constant**m."""
    powers: Mapping[sympy.Expr, sympy.Expr] = sympy.expand_power_base(one / other).as_powers_dict()
    of_symbols = {str(b): e for b, e in powers.items() if isinstance(b, sympy.Symbol)}
    below = [name for name, e in of_symbols.items() if name in constants and _negative(e)]
    above = [name for name, e in of_symbols.items() if name in metabolites and not _negative(e)]
    if len(of_symbols) != 2 or len(below) != 1 or len(above) != 1:
        return "", "", False
    powers_differ = sympy.expand(of_symbols[below[0]] + of_symbols[above[0]]) != 0
    return below[0], above[0], not powers_differ


def _negative(exponent: sympy.Expr) -> bool:
    return bool(exponent.could_extract_minus_sign())
