r"""Mechanisms and modifiers of one's own, as formulas in a file.

SKiMPy's users add classes to its code; here a TOML file states the formula. A modifier multiplies
both directions by factors over its metabolites and parameters:

.. code-block:: toml

   [modifier.MembranePotentialModifier]
   metabolites = ["inside_ion", "outside_ion"]    # roles, as the model file calls them
   parameters = ["charge", "potential"]           # read from the model: charge_<key>_<reaction>
   backward = "(outside_ion/inside_ion)**charge*exp(charge*potential)"

A mechanism is the rate itself, with ``vmax_forward`` and ``k_equilibrium`` where it has them:

.. code-block:: toml

   [mechanism.PingPong]
   stoichiometry = { substrate = -1, product = 1 }
   saturation = { km_substrate = "substrate" }    # drawn where they have no value
   forward = "vmax_forward*substrate/(km_substrate + substrate)"
   backward = "vmax_forward*product/k_equilibrium/(km_substrate + substrate)"

Formulas are those of :mod:`~skimpy_renaissance.network.direct_expression`: parsed, never executed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sympy

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import FileFormatError, NetworkError, listed
from skimpy_renaissance.network.direct_expression import translated
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.modifiers import MODIFIERS, ModifierClass
from skimpy_renaissance.network.reaction import Rate
from skimpy_renaissance.network.roles import Roles, symbol
from skimpy_renaissance.storage import refuse_pointer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Formulas", "read_formulas"]

_CAPACITY, _EQUILIBRIUM = "vmax_forward", "k_equilibrium"
_ROLE = re.compile(r"(substrate|product)\d*")
_OF_MODIFIER = ("metabolites", "parameters", "saturation", "forward", "backward")
_OF_MECHANISM = ("stoichiometry", "parameters", "saturation", "forward", "backward")


@dataclass(frozen=True)
class Formulas:
    """Classes that are given by formulas, beside those of SKiMPy.

    Parameters
    ----------
    mechanisms
        Class name to mechanism.
    modifiers
        Class name to modifier.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.network import read_formulas
    >>> pull = '''
    ... [modifier.Pull]
    ... metabolites = ["outside"]
    ... backward = "outside**2"
    ... '''
    >>> _ = Path("pull.toml").write_text(pull)
    >>> formulas = read_formulas("pull.toml")
    >>> formulas.modifiers["Pull"].role
    'outside'
    """

    mechanisms: Mapping[str, MechanismClass] = field(default_factory=dict)
    modifiers: Mapping[str, ModifierClass] = field(default_factory=dict)


def read_formulas(path: str | os.PathLike[str]) -> Formulas:
    """Read mechanisms and modifiers from a file of formulas.

    Parameters
    ----------
    path
        TOML file with the tables ``[mechanism.NAME]`` and ``[modifier.NAME]``.

    Returns
    -------
    Formulas

    Raises
    ------
    FileFormatError
        The file cannot be read as TOML.
    NetworkError
        A class is SKiMPy's already, lacks an entry, or its formula cannot be used.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skimpy_renaissance.network import read_formulas
    >>> law = '''
    ... [mechanism.Saturated]
    ... stoichiometry = { substrate = -1, product = 1 }
    ... saturation = { km_substrate = "substrate" }
    ... forward = "vmax_forward*substrate/(km_substrate + substrate)"
    ... '''
    >>> _ = Path("laws.toml").write_text(law)
    >>> list(read_formulas("laws.toml").mechanisms)
    ['Saturated']
    """
    refuse_pointer(path)
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileFormatError(
            f"{os.fspath(path)} cannot be read as a TOML file of formulas: {error}."
        ) from error
    kinds: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
        "mechanism": _mechanism,
        "modifier": _modifier,
    }
    unknown = [name for name in document if name not in kinds]
    if unknown or not all(_is_table_of_tables(table) for table in document.values()):
        raise FileFormatError(
            f"{os.fspath(path)} must hold tables [mechanism.NAME] and [modifier.NAME], got "
            f"{listed(unknown or document)}."
        )
    read = {
        kind: {
            name: make(f"{os.fspath(path)}: {kind} {name!r}", {**table, "name": name})
            for name, table in document.get(kind, {}).items()
        }
        for kind, make in kinds.items()
    }
    return Formulas(read["mechanism"], read["modifier"])


def _is_table_of_tables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())


@dataclass(frozen=True)
class _Factors:
    """A modifier's formulas, applied to a rate."""

    role: str
    forward: sympy.Expr
    backward: sympy.Expr

    def __call__(
        self, rate: Rate, m: sympy.Symbol, _: sympy.Expr, symbols: Mapping[str, sympy.Symbol]
    ) -> Rate:
        places = {symbol(name): s for name, s in {**symbols, self.role: m}.items()}
        return Rate(
            rate.forward * self.forward.xreplace(places),
            rate.backward * self.backward.xreplace(places),
        )


@dataclass(frozen=True)
class _Law:
    """A mechanism's formulas, over the roles of a reaction."""

    forward: sympy.Expr
    backward: sympy.Expr

    def __call__(self, roles: Roles) -> Rate:
        places = {symbol(_CAPACITY): roles.V}
        return Rate(self.forward.xreplace(places), self.backward.xreplace(places))


def _modifier(where: str, table: Mapping[str, Any]) -> ModifierClass:
    _require_entries(where, table, _OF_MODIFIER, MODIFIERS)
    metabolites = _names(where, "metabolites", table.get("metabolites"))
    if not metabolites:
        raise NetworkError(f"{where} needs metabolites, the roles that the model file fills.")
    saturation = _saturation(where, table, metabolites)
    if len(saturation) > 1 or set(saturation.values()) - {metabolites[0]}:
        raise NetworkError(
            f"{where} may have one saturation constant, of its first metabolite "
            f"{metabolites[0]!r}; got {dict(saturation)}."
        )
    constants = (*saturation, *_names(where, "parameters", table.get("parameters", [])))
    factors = _expressions(where, table, {*metabolites, *constants}, otherwise=1)
    return ModifierClass(
        metabolites[0],
        _Factors(metabolites[0], *factors),
        constants,
        further_roles=metabolites[1:],
        saturating=bool(saturation),
        by_formula=True,
    )


def _mechanism(where: str, table: Mapping[str, Any]) -> MechanismClass:
    _require_entries(where, table, _OF_MECHANISM, SKIMPY)
    stoichiometry = table.get("stoichiometry")
    if not isinstance(stoichiometry, dict) or not all(
        _ROLE.fullmatch(role) and is_finite_number(n) and (n < 0) == role.startswith("s")
        for role, n in stoichiometry.items()
    ):
        raise NetworkError(
            f"{where} needs stoichiometry = {{ substrate = -1, product = 1 }}, with roles called "
            f"substrate and product or substrate1, product1, ...; got {stoichiometry!r}."
        )
    saturation = _saturation(where, table, tuple(stoichiometry))
    others = _names(where, "parameters", table.get("parameters", []))
    known = {*stoichiometry, *saturation, *others, _CAPACITY, _EQUILIBRIUM}
    forward, backward = _expressions(where, table, known, otherwise=0)
    if forward == 0:
        raise NetworkError(f"{where} needs a formula called forward.")
    capacity = symbol(_CAPACITY)
    used = (forward - backward).free_symbols
    rest = ((forward - backward) / capacity).expand()
    if capacity in used and sympy.simplify(rest).has(capacity):
        raise NetworkError(
            f"{where}: the rate must be proportional to {_CAPACITY}, which is found from the flux."
        )
    before = (_CAPACITY, "kcat_forward") if capacity in used else ()
    equilibrium = (_EQUILIBRIUM,) if symbol(_EQUILIBRIUM) in used else ()
    return MechanismClass(
        _Law(forward, backward),
        (*before, *equilibrium, *saturation, *others),
        {role: float(n) for role, n in stoichiometry.items()},
        saturation,
    )


def _require_entries(
    where: str, table: Mapping[str, Any], known: tuple[str, ...], taken: Mapping[str, object]
) -> None:
    if table["name"] in taken:
        raise NetworkError(f"{where} is a class of SKiMPy already. Give it another name.")
    unknown = [key for key in table if key not in (*known, "name")]
    if unknown:
        raise NetworkError(f"{where} has {listed(unknown)}; its entries are {listed(known)}.")


def _names(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(name, str) and name.isidentifier() for name in value
    ):
        raise NetworkError(f"{where}: {key} must be a list of names, got {value!r}.")
    return tuple(value)


def _saturation(where: str, table: Mapping[str, Any], roles: tuple[str, ...]) -> dict[str, str]:
    given = table.get("saturation", {})
    if not isinstance(given, dict) or not all(role in roles for role in given.values()):
        raise NetworkError(
            f"{where}: saturation must name constants and the role of each, among "
            f"{listed(roles)}; got {given!r}."
        )
    return dict(given)


def _expressions(
    where: str, table: Mapping[str, Any], known: set[str], *, otherwise: int
) -> tuple[sympy.Expr, sympy.Expr]:
    def read(key: str) -> sympy.Expr:
        if key not in table:
            return sympy.Integer(otherwise)
        try:
            expression = translated(str(table[key]), symbol)
        except NetworkError as error:
            raise NetworkError(f"{where}, {key}: {error}") from None
        unknown = sorted(str(s) for s in expression.free_symbols if str(s) not in known)
        if unknown:
            raise NetworkError(
                f"{where}, {key}: {listed(unknown)} is none of its metabolites and parameters, "
                f"{listed(sorted(known), most=12)}."
            )
        return expression

    return read("forward"), read("backward")
