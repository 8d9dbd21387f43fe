r"""A rate law parted into forward and backward rate, and its capacity found.

.. math:: v = v_f - v_b, \qquad v_f, v_b \ge 0, \qquad v(\lambda V) = \lambda\, v(V)

Signs are read off the expression, whose symbols are positive: a sum with a minus above the line has
two parts. What stands below the line belongs to both, whatever its signs. The net rate is the law
in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy

__all__ = ["degree", "split"]


def split(law: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Return forward and backward rate.

    Parameters
    ----------
    law
        An expression of positive symbols.

    Returns
    -------
    forward, backward : sympy.Expr
        Both non-negative where what stands below the line is positive; or ``None`` where signs do
        not tell.
    """
    if _non_negative(law):
        return law, sympy.Integer(0)
    if law.is_number:
        return (sympy.Integer(0), -law) if law.is_negative else None
    if isinstance(law, sympy.Add):
        pairs = _all_parted(law.args)
        if pairs is None:
            return None
        return sympy.Add(*(f for f, _ in pairs)), sympy.Add(*(b for _, b in pairs))
    if isinstance(law, sympy.Mul):
        return _product(law.args)
    return (law, sympy.Integer(0)) if _below(law) else None


def _product(factors: Sequence[sympy.Expr]) -> tuple[sympy.Expr, sympy.Expr] | None:
    common = [factor for factor in factors if _non_negative(factor) or _below(factor)]
    pairs = _all_parted([factor for factor in factors if factor not in common])
    if pairs is None:
        return None
    forward, backward = sympy.Mul(*common), sympy.Integer(0)
    for f, b in pairs:
        forward, backward = forward * f + backward * b, forward * b + backward * f
    return forward, backward


def _all_parted(terms: Iterable[sympy.Expr]) -> list[tuple[sympy.Expr, sympy.Expr]] | None:
    parts = [split(term) for term in terms]
    return None if None in parts else [part for part in parts if part is not None]


def _below(factor: sympy.Expr) -> bool:
    return isinstance(factor, sympy.Pow) and bool(factor.exp.could_extract_minus_sign())


def _non_negative(e: sympy.Expr) -> bool:
    if e.is_number:
        return bool(e.is_nonnegative)
    if isinstance(e, sympy.Symbol):
        return bool(e.is_positive)
    if isinstance(e, sympy.Add | sympy.Mul):
        return all(_non_negative(part) for part in e.args)
    if isinstance(e, sympy.Pow):
        even = e.exp.is_integer and e.exp.is_even
        return bool(even) or _non_negative(e.base)
    return isinstance(e, sympy.exp)


def degree(law: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr | None:
    """Return the power of a symbol that a law is proportional to.

    Parameters
    ----------
    law
        An expression.
    symbol
        One of its symbols.

    Returns
    -------
    sympy.Expr or None
        0 where it does not occur; ``None`` where the law is not proportional to a power of it.
    """
    if not law.has(symbol):
        return sympy.Integer(0)
    if law == symbol:
        return sympy.Integer(1)
    if isinstance(law, sympy.Mul):
        found = [degree(factor, symbol) for factor in law.args]
        return None if any(d is None for d in found) else sympy.Add(*found)
    if isinstance(law, sympy.Add):
        degrees = {degree(term, symbol) for term in law.args}
        return degrees.pop() if len(degrees) == 1 else None
    if isinstance(law, sympy.Pow) and not law.exp.has(symbol):
        of_base = degree(law.base, symbol)
        return None if of_base is None else of_base * law.exp
    return None
