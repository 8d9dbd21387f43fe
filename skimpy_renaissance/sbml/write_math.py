r"""Rate laws as SBML's mathematics.

The net rate is written with what both directions share taken out,

.. math:: v = v_f - v_b = \frac{V}{D}\,(a_f - a_b) .
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.reaction import Rate

__all__ = ["evaluated", "net_rate", "syntax_tree"]

_LARGEST_INTEGER = 2**31 - 1
_FUNCTIONS = {"exp": math.exp, "log": math.log}


def net_rate(rate: Rate) -> sympy.Expr:
    """Return the net rate, with the factors that both directions share taken out.

    Parameters
    ----------
    rate
        Forward and backward rate.

    Returns
    -------
    sympy.Expr
    """
    if rate.backward == 0:
        return rate.forward
    forward = Counter(sympy.Mul.make_args(rate.forward))
    backward = Counter(sympy.Mul.make_args(rate.backward))
    shared = forward & backward
    rest = _product(forward - shared) - _product(backward - shared)
    return sympy.Mul(_product(shared), rest, evaluate=False) if shared else rest


def _product(factors: Counter[sympy.Expr]) -> sympy.Expr:
    return sympy.Mul(*factors.elements())


def evaluated(expression: sympy.Expr, values: Mapping[str, float]) -> float:
    """Return the value of an expression.

    Parameters
    ----------
    expression
        A rate law in local symbols.
    values
        Local symbol to value.

    Returns
    -------
    float
        NaN where there is none (a division by 0, a number too large).

    Raises
    ------
    NetworkError
        As for :func:`syntax_tree`.
    """
    try:
        return _value(expression, values)
    except NetworkError:
        raise
    except (ArithmeticError, ValueError, TypeError):
        return math.nan


def _value(expression: sympy.Expr, values: Mapping[str, float]) -> float:
    if expression.is_Symbol:
        return values[str(expression)]
    if expression.is_number and not expression.args:
        return float(expression)
    parts = [_value(part, values) for part in expression.args]
    if expression.is_Add:
        return math.fsum(parts)
    if expression.is_Mul:
        return _multiplied(parts)
    if expression.is_Pow:
        return float(parts[0] ** parts[1])
    return _FUNCTIONS[_function_name(expression)](*parts)


def _multiplied(factors: Iterable[float]) -> float:
    """Return a product that may be large or small on the way, though it is not in the end."""
    mantissa, power = 1.0, 0
    for factor in factors:
        mantissa, more = math.frexp(mantissa * factor)
        power += more
    return math.ldexp(mantissa, power)


def _function_name(expression: sympy.Expr) -> str:
    name = type(expression).__name__
    if name not in _FUNCTIONS:
        raise NetworkError(f"it takes {expression}, which cannot be written; use exp and log")
    return name


def syntax_tree(expression: sympy.Expr, ids: Mapping[str, str], *, libsbml: Any) -> Any:
    """Return an expression as libSBML's syntax tree.

    Parameters
    ----------
    expression
        A rate law in local symbols.
    ids
        Local symbol to SBML identifier.
    libsbml
        The library.

    Returns
    -------
    libsbml.ASTNode
        Numbers carry the unit ``dimensionless``.

    Raises
    ------
    NetworkError
        There is a function in it other than exp and log; the message is the second half of a
        sentence.
    """

    def joined(kind: str, children: Iterable[Any]) -> Any:
        made = libsbml.ASTNode(getattr(libsbml, f"AST_{kind}"))
        for child in children:
            made.addChild(child)
        return made

    def node(kind: str, *children: sympy.Expr) -> Any:
        return joined(kind, map(tree, children))

    def number(value: float) -> Any:
        whole = float(value).is_integer() and abs(value) <= _LARGEST_INTEGER
        made = node("INTEGER" if whole else "REAL")
        made.setValue(int(value) if whole else float(value))
        made.setUnits("dimensionless")
        return made

    def leaf(part: sympy.Expr) -> Any:
        if part.is_Symbol:
            made = node("NAME")
            made.setName(ids[str(part)])
            return made
        return number(float(part))

    def tree(part: sympy.Expr) -> Any:
        if part.is_Symbol or (part.is_number and not part.args):
            return leaf(part)
        if part.is_Mul:
            return of_product(part)
        if part.is_Pow:
            below = part.exp == -1
            return (
                node("DIVIDE", sympy.Integer(1), part.base) if below else node("POWER", *part.args)
            )
        if part.is_Add:
            return of_sum(part)
        kinds = {"exp": "FUNCTION_EXP", "log": "FUNCTION_LN"}
        return node(kinds[_function_name(part)], *part.args)

    def of_sum(part: sympy.Expr) -> Any:
        terms = sorted(part.args, key=_is_negative)
        made = tree(terms[0])
        plain = [term for term in terms[1:] if not _is_negative(term)]
        if plain:
            made = joined("PLUS", [made, *map(tree, plain)])
        for term in terms[1 + len(plain) :]:
            made = joined("MINUS", [made, tree(-term)])
        return made

    def of_product(part: sympy.Expr) -> Any:
        quotients, above, below = _paired(part.args)
        factors = [divided(tree(over), tree(under)) for over, under in quotients]
        if below:
            over = multiplied([tree(one) for one in above or [sympy.Integer(1)]])
            factors.append(divided(over, multiplied([tree(one) for one in below])))
        else:
            factors += [tree(one) for one in above]
        return multiplied(factors)

    def multiplied(factors: list[Any]) -> Any:
        return factors[0] if len(factors) == 1 else joined("TIMES", factors)

    def divided(over: Any, under: Any) -> Any:
        return joined("DIVIDE", [over, under])

    return tree(expression)


def _is_negative(term: sympy.Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _paired(
    factors: Iterable[sympy.Expr],
) -> tuple[list[tuple[sympy.Expr, sympy.Expr]], list[sympy.Expr], list[sympy.Expr]]:
    """Return quotients s/K and s/(s + K), what else stands above the line, and what below.

    The concentrations of a lumped reaction multiplied with one another can be too large a number.
    """
    listed = list(factors)
    above = [factor for factor in listed if not _is_below(factor)]
    below = [1 / factor for factor in listed if _is_below(factor)]
    quotients = []
    for over in list(above):
        own = {over, sympy.Symbol(f"km_{over}", positive=True)}
        under = next((one for one in below if over.is_Symbol and one.free_symbols <= own), None)
        if under is not None:
            quotients.append((over, under))
            above.remove(over)
            below.remove(under)
    return quotients, above, below


def _is_below(factor: sympy.Expr) -> bool:
    """Tell whether a factor stands below the line."""
    return bool(factor.is_Pow and factor.exp.is_number and factor.exp.is_negative)
