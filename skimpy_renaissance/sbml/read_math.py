"""MathML to SymPy: formulas of an SBML model as expressions in the ids they name.

Everything that SBML's mathematics has a value for is translated, so that constants may be computed
in any way; what a *rate law* may hold is narrower (``+ - * / **``, ``exp``, ``log``, ``sqrt``) and
checked where laws are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, reduce
from itertools import pairwise
from typing import Any

import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.roles import exact

__all__ = ["TIME", "foreign_functions", "translated_math", "undefined"]

TIME = sympy.Symbol("simulation time")
_AVOGADRO = 6.02214179e23  # as SBML Level 3 defines it
_LAW_FUNCTIONS = ("exp", "log")
_UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)

Terms = Sequence[Any]


def translated_math(node: Any, *, where: str) -> sympy.Expr:
    """Return a formula as an expression.

    Parameters
    ----------
    node
        libSBML's tree, without calls of function definitions.
    where
        What the formula belongs to, for messages.

    Returns
    -------
    sympy.Expr
        In the symbols of the ids, and ``TIME``.

    Raises
    ------
    NetworkError
        There is no formula, or it has a delay, a rate of change or a function unknown to SBML.
    """
    if node is None:
        raise NetworkError(f"{where} has no formula. Give it one, or remove it.")
    return _as_number(_translated(node, where))


def undefined(value: sympy.Expr) -> bool:
    """Return whether an expression amounts to no finite number: 1/0, log(0), sqrt(-1).

    Parameters
    ----------
    value
        An expression.

    Returns
    -------
    bool
    """
    return bool(value.has(*_UNDEFINED))


def foreign_functions(law: sympy.Expr) -> tuple[str, ...]:
    """Return what a rate law may not hold: ``piecewise``, ``sin``, time.

    Parameters
    ----------
    law
        An expression.

    Returns
    -------
    tuple of str
        Names as in SBML, in order.
    """
    allowed = {getattr(sympy, name) for name in _LAW_FUNCTIONS}
    kinds = (sympy.core.function.Application, sympy.core.relational.Relational)
    found = {type(part) for part in law.atoms(*kinds)} - allowed
    names = {"Abs": "abs", "ceiling": "ceil"}
    told = {names.get(kind.__name__, kind.__name__.lower()) for kind in found}
    if "piecewise" in told:  # with the comparisons in it
        told = {"piecewise"} | {name for name in told if name in ("sin", "cos", "tan", "tanh")}
    return (*(["time"] if law.has(TIME) else []), *sorted(told))


@cache
def _operators() -> dict[int, Callable[[Terms], Any]]:
    """Give, for a kind of node of libSBML, what it computes from its operands."""
    import libsbml as s  # noqa: PLC0415 - takes a tenth of a second

    def plain(function: Any) -> Callable[[Terms], Any]:
        return lambda terms: function(*terms)

    table: dict[int, Callable[[Terms], Any]] = {
        s.AST_PLUS: lambda terms: sympy.Add(*terms),
        s.AST_MINUS: lambda terms: -terms[0] if len(terms) == 1 else terms[0] - terms[1],
        s.AST_TIMES: lambda terms: sympy.Mul(*terms),
        s.AST_DIVIDE: lambda terms: terms[0] / terms[1],
        s.AST_POWER: lambda terms: terms[0] ** _whole(terms[1]),
        s.AST_FUNCTION_POWER: lambda terms: terms[0] ** _whole(terms[1]),
        s.AST_FUNCTION_ROOT: lambda terms: terms[-1] ** (1 / _whole(_degree(terms))),
        s.AST_FUNCTION_LOG: lambda terms: sympy.log(terms[-1]) / sympy.log(_base(terms)),
        s.AST_FUNCTION_LN: plain(sympy.log),
        s.AST_FUNCTION_EXP: plain(sympy.exp),
        s.AST_FUNCTION_ABS: plain(sympy.Abs),
        s.AST_FUNCTION_FLOOR: plain(sympy.floor),
        s.AST_FUNCTION_CEILING: plain(sympy.ceiling),
        s.AST_FUNCTION_FACTORIAL: plain(sympy.factorial),
        s.AST_FUNCTION_PIECEWISE: _piecewise,
        s.AST_RELATIONAL_EQ: _chained(sympy.Eq),
        s.AST_RELATIONAL_NEQ: plain(sympy.Ne),
        s.AST_RELATIONAL_LT: _chained(sympy.Lt),
        s.AST_RELATIONAL_LEQ: _chained(sympy.Le),
        s.AST_RELATIONAL_GT: _chained(sympy.Gt),
        s.AST_RELATIONAL_GEQ: _chained(sympy.Ge),
        s.AST_LOGICAL_AND: _logical(sympy.And),
        s.AST_LOGICAL_OR: _logical(sympy.Or),
        s.AST_LOGICAL_NOT: _logical(sympy.Not),
        s.AST_LOGICAL_XOR: _logical(sympy.Xor),
        s.AST_LOGICAL_IMPLIES: _logical(sympy.Implies),
        s.AST_FUNCTION_MIN: plain(sympy.Min),
        s.AST_FUNCTION_MAX: plain(sympy.Max),
        s.AST_FUNCTION_QUOTIENT: lambda terms: _toward_zero(terms[0] / terms[1]),
        s.AST_FUNCTION_REM: lambda terms: terms[0] - terms[1] * _toward_zero(terms[0] / terms[1]),
    }
    for name in ("sin", "cos", "tan", "sec", "csc", "cot"):
        for spelled, ours in ((name, name), (f"{name}h", f"{name}h")):
            table[getattr(s, f"AST_FUNCTION_{spelled.upper()}")] = plain(getattr(sympy, ours))
            inverse = getattr(s, f"AST_FUNCTION_ARC{spelled.upper()}")
            table[inverse] = plain(getattr(sympy, f"a{ours}"))
    return table


@cache
def _numbers() -> dict[int, sympy.Basic]:
    import libsbml as s  # noqa: PLC0415

    return {
        s.AST_NAME_TIME: TIME,
        s.AST_NAME_AVOGADRO: exact(_AVOGADRO),
        s.AST_CONSTANT_E: sympy.E,
        s.AST_CONSTANT_PI: sympy.pi,
        s.AST_CONSTANT_TRUE: sympy.true,
        s.AST_CONSTANT_FALSE: sympy.false,
    }


def _translated(node: Any, where: str) -> Any:
    import libsbml as s  # noqa: PLC0415

    kind = node.getType()
    if kind == s.AST_NAME:
        return sympy.Symbol(node.getName())
    if kind == s.AST_INTEGER:
        return sympy.Integer(node.getInteger())
    if kind == s.AST_RATIONAL:
        return sympy.Rational(node.getNumerator(), node.getDenominator())
    if kind in (s.AST_REAL, s.AST_REAL_E):
        return _finite(node.getReal(), where)
    if kind in _numbers():
        return _numbers()[kind]
    if kind in _operators():
        terms = [_translated(node.getChild(i), where) for i in range(node.getNumChildren())]
        return _operators()[kind](terms if kind in _of_truths() else [_as_number(t) for t in terms])
    shown = node.getName() or s.formulaToL3String(node) or f"node type {kind}"
    what = {s.AST_FUNCTION_DELAY: "a delay", s.AST_FUNCTION_RATE_OF: "a rate of change (rateOf)"}
    raise NetworkError(
        f"{where} has {what.get(kind, f'the function {shown!r}')}, which a kinetic network cannot "
        "express. Write it without."
    )


def _finite(value: float, where: str) -> sympy.Expr:
    if value - value != 0:
        raise NetworkError(f"{where} has the number {value}; numbers must be finite. Correct it.")
    return exact(value)


def _whole(exponent: Any) -> Any:
    """Return an exponent, as integer where it is one."""
    if isinstance(exponent, sympy.Float) and float(exponent).is_integer():
        return sympy.Integer(int(exponent))
    return exponent


def _degree(terms: Terms) -> Any:
    return terms[0] if len(terms) == 2 else sympy.Integer(2)


def _base(terms: Terms) -> Any:
    return terms[0] if len(terms) == 2 else sympy.Integer(10)


def _toward_zero(value: Any) -> Any:
    return sympy.sign(value) * sympy.floor(sympy.Abs(value))


@cache
def _of_truths() -> frozenset[int]:
    """Return the kinds of node whose operands may be true or false."""
    import libsbml as s  # noqa: PLC0415

    logical = ("AND", "OR", "NOT", "XOR", "IMPLIES")
    kinds = (getattr(s, f"AST_LOGICAL_{name}") for name in logical)
    return frozenset([*kinds, s.AST_FUNCTION_PIECEWISE])


def _as_number(value: Any) -> Any:
    """Return 1 for true and 0 for false, as SBML Level 3 Version 2 reads them in a sum."""
    if isinstance(value, sympy.Symbol) or not isinstance(value, sympy.logic.boolalg.Boolean):
        return value
    return sympy.Piecewise((sympy.Integer(1), value), (sympy.Integer(0), sympy.true))


def _as_truth(value: Any) -> Any:
    if isinstance(value, sympy.logic.boolalg.Boolean) and not isinstance(value, sympy.Symbol):
        return value
    return sympy.Ne(value, 0)


def _logical(function: Any) -> Callable[[Terms], Any]:
    return lambda terms: function(*(_as_truth(term) for term in terms))


def _piecewise(terms: Terms) -> Any:
    pairs = [(_as_number(terms[i]), _as_truth(terms[i + 1])) for i in range(0, len(terms) - 1, 2)]
    if len(terms) % 2:
        pairs.append((_as_number(terms[-1]), sympy.true))
    return sympy.Piecewise(*pairs)


def _chained(relation: Any) -> Callable[[Terms], Any]:
    def both(left: Any, right: Any) -> Any:
        return sympy.And(left, right)

    return lambda terms: reduce(both, (relation(a, b) for a, b in pairwise(terms)), sympy.true)
