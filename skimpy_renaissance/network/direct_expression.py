r"""A rate law given as text: ``k1*A*B/(Km + A)`` over metabolites and parameters.

.. math:: v_f = f(x, p), \qquad v_b = 0

Allowed are names, numbers, ``+ - * / **``, ``exp``, ``log`` and ``sqrt``; the text is parsed, never
executed. A name is a metabolite where the reaction gives that metabolite a role, otherwise a
parameter. Parameters carry no reaction's name, so two reactions that name the same one share it.
All symbols stand for positive numbers. The whole text is the forward rate, even where it subtracts
a backward part, and nothing in it is scaled to meet a reference flux.

SKiMPy 1.0.2 [1]_ differs in two points that no model can rely on: it splits names (``kf`` becomes
``k*f``, ``k1`` becomes ``k``), and it finds parameters by replacing metabolites in the *text*,
which tears apart a parameter such as ``k_A``. Its export drops the expression; here the model file
keeps it as ``rate_expression``.

References
----------
1. Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

import sympy

from skimpy_renaissance.errors import NetworkError
from skimpy_renaissance.network.reaction import Rate
from skimpy_renaissance.network.roles import Roles, symbol

__all__ = ["PARAMETER_PREFIX", "direct_expression", "expression_parameters", "translated"]

PARAMETER_PREFIX = "constant_"  # of local symbols, so that no parameter looks like a role

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS = ("exp", "log", "sqrt")
_UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)
_LARGEST_POWER = 500  # of a number: keeps 9**9**9**9 from running for ever


def direct_expression(r: Roles) -> Rate:
    """Return the rate that the text states, as forward rate."""
    roles: dict[str, str] = {}
    for role, metabolite in r.metabolites.items():
        roles.setdefault(metabolite, role)

    def symbol_of(name: str) -> sympy.Symbol:
        return symbol(roles.get(name, f"{PARAMETER_PREFIX}{name}"))

    rate = translated(r.expression, symbol_of)
    if not rate.free_symbols:
        raise _refusal(r.expression, f"it amounts to {rate}")
    return Rate(rate, sympy.Integer(0))


def translated(text: str, symbol_of: Callable[[str], sympy.Symbol]) -> sympy.Expr:
    """Return what a text states, over symbols.

    Parameters
    ----------
    text
        The formula.
    symbol_of
        Name to symbol.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    NetworkError
        It holds something else, or amounts to no finite number.
    """
    try:
        value = _translate(_tree(text).body, symbol_of)
    except (OverflowError, RecursionError) as error:
        raise _refusal(text, f"its numbers or its nesting are too large ({error})") from None
    if value.has(*_UNDEFINED):
        raise _refusal(text, f"it amounts to {value}")
    return value


def expression_parameters(r: Roles) -> tuple[str, ...]:
    """Return the local symbols of the parameters, in order of appearance in the text."""
    metabolites = set(r.metabolites.values())
    names = (node for node in ast.walk(_tree(r.expression)) if isinstance(node, ast.Name))
    in_order = sorted(names, key=lambda node: (node.lineno, node.col_offset))
    return tuple(
        dict.fromkeys(
            f"{PARAMETER_PREFIX}{node.id}"
            for node in in_order
            if node.id not in metabolites and node.id not in _FUNCTIONS
        )
    )


def _tree(text: str) -> ast.Expression:
    try:
        return ast.parse(text.strip(), mode="eval")
    except (RecursionError, MemoryError) as error:  # the latter is the parser's word for it too
        raise _refusal(text, f"it is nested too deeply to be parsed ({error})") from None
    except (SyntaxError, ValueError) as error:
        raise _refusal(text, f"it cannot be parsed ({error})") from None


def _translate(node: ast.expr, symbol_of: Callable[[str], sympy.Symbol]) -> sympy.Expr:
    def translated(part: ast.expr) -> sympy.Expr:
        return _translate(part, symbol_of)

    match node:
        case ast.Name(id=name):
            value = symbol_of(name)
        case ast.Constant(value=int() | float() as written) if not isinstance(written, bool):
            value = sympy.Float(_finite(written), 17)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = -translated(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            value = translated(operand)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            value = translated(base) ** _exponent(translated(exponent))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            value = _OPERATORS[type(op)](translated(left), translated(right))
        case ast.Call(func=ast.Name(id="exp"), args=[argument], keywords=[]):
            value = sympy.exp(_exponent(translated(argument)))
        case ast.Call(func=ast.Name(id="log"), args=[argument], keywords=[]):
            value = sympy.log(translated(argument))
        case ast.Call(func=ast.Name(id="sqrt"), args=[argument], keywords=[]):
            value = sympy.sqrt(translated(argument))
        case _:
            raise _refusal(ast.unparse(node), "it is none of these")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(float(value)):
        raise OverflowError(f"{value!r} is not finite")
    return float(value)


def _exponent(value: sympy.Expr) -> sympy.Expr:
    """Return an exponent; whole numbers become integers, too large ones are refused."""
    if not value.is_number:
        return value
    if value.has(*_UNDEFINED) or abs(value) > _LARGEST_POWER:
        raise OverflowError(f"{value} as an exponent")
    return sympy.Integer(int(value)) if value == int(value) else value


def _refusal(text: str, why: str) -> NetworkError:
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    return NetworkError(
        "A rate_expression may hold names of metabolites and parameters, numbers, + - * / **, exp, "
        f"log and sqrt; got {shown!r}: {why}. Write it like 'k1*A*B/(Km + A)'."
    )
