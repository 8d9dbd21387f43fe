"""SKiMPy's mechanism classes: their roles, parameters and rate laws.

A class either fixes its roles (``ReversibleMichaelisMenten``: ``substrate``, ``product``) or is
generic: numbered roles with a coefficient each. ``SKIMPY`` holds what SKiMPy 1.0.2 computes,
``CORRECTED`` the published laws where SKiMPy departs from them: coefficients are exponents, each
role has its own constant, a Hill coefficient is no saturation constant.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from types import MappingProxyType

from skimpy_renaissance.network import rate_laws as law
from skimpy_renaissance.network.direct_expression import (
    PARAMETER_PREFIX,
    direct_expression,
    expression_parameters,
)
from skimpy_renaissance.network.reaction import Rate
from skimpy_renaissance.network.roles import Roles

__all__ = ["CORRECTED", "SKIMPY", "MechanismClass"]

_REVERSIBLE = ("vmax_forward", "kcat_forward", "k_equilibrium")
_IRREVERSIBLE = ("vmax_forward", "kcat_forward")
_ELEMENTARY = ("total_enzyme_concentration", "k1_fwd", "k1_bwd", "k2_fwd", "k2_bwd")
_TRANSCRIPTION = (
    "basal_transcription_rate",
    "transcription_rate_factor_1",
    "transcription_rate_factor_2",
    "transcription_rate_factor_1_factor_2",
    "hill_coefficient_factor_1",
    "hill_coefficient_factor_2",
    "kd_factor_1",
    "kd_factor_2",
    "cooperativity",
)


@dataclass(frozen=True)
class MechanismClass:
    """What a mechanism class needs and computes.

    Parameters
    ----------
    rate
        The rate law, over the symbols of the roles.
    parameters
        Declared parameters, in order; for a generic class those that stand before the constants of
        its roles.
    stoichiometry
        Role to coefficient for a class with fixed roles; empty for a generic class.
    saturation
        Saturation constant to role, for a class with fixed roles.
    per_substrate, per_product, per_regulator
        Parameters declared per role of a generic class, ``{}`` standing for the role.
    saturating
        Those of them that are saturation constants, drawn where they have no value.
    regulators
        Names that regulating roles take, in order, ``{}`` standing for their number; ``"*"``
        allows any name, ``""`` no regulator.
    fewest_regulators, most_regulators
        How many there may be.
    zero_coefficients
        Whether a substrate may have the coefficient 0.

    Examples
    --------
    >>> from skimpy_renaissance.network import CORRECTED
    >>> CORRECTED["IrreversibleHill"].stoichiometry, CORRECTED["IrreversibleHill"].saturation
    ({'substrate': -1.0, 'product': 1.0}, {'km_substrate': 'substrate'})
    """

    rate: Callable[[Roles], Rate]
    parameters: tuple[str, ...]
    stoichiometry: Mapping[str, float] = field(default_factory=dict)
    saturation: Mapping[str, str] = field(default_factory=dict)
    per_substrate: tuple[str, ...] = ("km_{}",)
    per_product: tuple[str, ...] = ("km_{}",)
    per_regulator: tuple[str, ...] = ("ki_{}",)
    saturating: tuple[str, ...] = ("km_{}", "ki_{}", "hill_coefficient_{}")
    regulators: str = ""
    fewest_regulators: int = 0
    most_regulators: float = inf
    zero_coefficients: bool = False

    @property
    def generic(self) -> bool:
        """Whether roles and coefficients come from the model file."""
        return not self.stoichiometry

    @property
    def by_expression(self) -> bool:
        """Whether the model file states the rate itself."""
        return self.rate is direct_expression

    def declared(self, roles: Roles) -> dict[str, str | None]:
        """Return parameter to the role it saturates with (``None`` for others), in order."""
        if self.by_expression:
            return dict.fromkeys(expression_parameters(roles))
        if not self.generic:
            return {name: self.saturation.get(name) for name in self.parameters}
        names: dict[str, str | None] = dict.fromkeys(self.parameters)
        for role in (*roles.stoichiometry, *roles.inhibitors):
            for pattern in self._patterns(role):
                names[pattern.format(role)] = role if pattern in self.saturating else None
        return names

    def has_constant(self, role: str) -> bool:
        """Whether the class declares constants for a role."""
        return role in self.stoichiometry or bool(self._patterns(role))

    def _patterns(self, role: str) -> tuple[str, ...]:
        if re.fullmatch(r"substrate\d+", role):
            return self.per_substrate
        return self.per_product if re.fullmatch(r"product\d+", role) else self.per_regulator

    def full_name(self, parameter: str, reaction: str) -> str:
        """Return the name that a declared parameter has in the model."""
        if self.by_expression:
            return parameter.removeprefix(PARAMETER_PREFIX)
        return f"{parameter}_{reaction}"


def _fixed(
    rate: Callable[[Roles], Rate],
    roles: str,
    before: tuple[str, ...],
    constants: str,
    after: tuple[str, ...] = ("vmax_backward",),
) -> MechanismClass:
    """Describe a class with fixed roles; each constant ends in the role it saturates with."""
    names = tuple(constants.split())
    stoichiometry = {role: -1.0 if role.startswith("sub") else 1.0 for role in roles.split()}
    return MechanismClass(
        rate=rate,
        parameters=(*before, *names, *after),
        stoichiometry=stoichiometry,
        saturation={name: name.split("_", 1)[1] for name in names},
    )


_HILL = (*_REVERSIBLE, "hill_coefficient")

SKIMPY: Mapping[str, MechanismClass] = MappingProxyType(
    {
        "ReversibleMichaelisMenten": _fixed(
            law.reversible_michaelis_menten,
            "substrate product",
            _REVERSIBLE,
            "km_substrate km_product",
            ("vmax_backward", *_ELEMENTARY),
        ),
        "RandBiBiReversibleMichaelisMenten": _fixed(
            law.random_bi_bi_michaelis_menten,
            "substrate1 substrate2 product1 product2",
            _REVERSIBLE,
            "ki_substrate1 ki_substrate2 km_substrate2 km_product1 ki_product1 ki_product2",
            ("vmax_backward", "total_enzyme_concentration"),
        ),
        "UniBiReversibleHill": _fixed(
            law.uni_bi_reversible_hill,
            "substrate product1 product2",
            _HILL,
            "km_substrate km_product1 km_product2",
        ),
        "BiUniReversibleHill": _fixed(
            law.bi_uni_reversible_hill,
            "substrate1 substrate2 product",
            _HILL,
            "km_substrate1 km_substrate2 km_product",
        ),
        "IrreversibleHill": _fixed(
            law.irreversible_hill,
            "substrate product",
            (*_IRREVERSIBLE, "hill_coefficient"),
            "km_substrate",
        ),
        "Convenience": MechanismClass(law.convenience, _REVERSIBLE),
        "ConvenienceInhibited": MechanismClass(
            law.convenience_inhibited, _REVERSIBLE, regulators="inhibitor{}", fewest_regulators=1
        ),
        "GeneralizedReversibleHill": MechanismClass(law.generalized_reversible_hill, _HILL),
        "H1GeneralizedReversibleHill": MechanismClass(law.h1_reversible_hill, _REVERSIBLE),
        "H1GeneralizedReversibleHillInhibited": MechanismClass(
            law.h1_reversible_hill_inhibited,
            _REVERSIBLE,
            regulators="inhibitor{}",
            fewest_regulators=1,
        ),
        "IrrevMichaelisMenten": MechanismClass(
            law.irreversible_michaelis_menten, _IRREVERSIBLE, per_product=()
        ),
        "IrrevHillNM": MechanismClass(
            law.irreversible_hill_n_m,
            _IRREVERSIBLE,
            per_substrate=("km_{}", "hill_coefficient_{}"),
            per_product=(),
            zero_coefficients=True,
        ),
        "IrrevMassaction": MechanismClass(
            law.irreversible_mass_action, ("vmax_forward",), per_substrate=(), per_product=()
        ),
        "RevMassaction": MechanismClass(
            law.reversible_mass_action,
            ("vmax_forward", "k_equilibrium"),
            per_substrate=(),
            per_product=(),
        ),
        "GeneralizedElementaryKinetics": MechanismClass(
            law.generalized_elementary,
            ("vmax_forward", "k_equilibrium", "beta_forward", "beta_reverse"),
            per_substrate=(),
            per_product=(),
            per_regulator=("alpha_forward_{}", "alpha_reverse_{}", "{}_0"),
            regulators="*",
        ),
        "SimpleRegulatedGeneExpression": MechanismClass(
            law.gene_expression,
            _TRANSCRIPTION,
            stoichiometry={"product": 1.0},
            regulators="factor_{}",
            most_regulators=2,
        ),
        "ExpressionBasedKinetics": MechanismClass(direct_expression, (), regulators="inhibitor{}"),
    }
)
"""Name of a mechanism class to what SKiMPy 1.0.2 computes.

>>> from skimpy_renaissance.network import CORRECTED, SKIMPY, Roles
>>> roles = Roles({}, {"substrate1": -2.0, "product1": 1.0})
>>> SKIMPY["IrrevMassaction"].rate(roles).forward
substrate1*vmax_forward
>>> CORRECTED["IrrevMassaction"].rate(roles).forward
substrate1**2*vmax_forward
"""

_PUBLISHED = {
    "UniBiReversibleHill": law.corrected_uni_bi_reversible_hill,
    "BiUniReversibleHill": law.corrected_bi_uni_reversible_hill,
    "H1GeneralizedReversibleHill": law.corrected_h1_reversible_hill,
    "IrrevMassaction": law.corrected_irreversible_mass_action,
    "RevMassaction": law.corrected_reversible_mass_action,
    "GeneralizedElementaryKinetics": law.corrected_generalized_elementary,
    "SimpleRegulatedGeneExpression": law.corrected_gene_expression,
}


def _corrected(name: str, mechanism: MechanismClass) -> MechanismClass:
    if mechanism.by_expression:
        return mechanism
    published = _PUBLISHED.get(name, mechanism.rate)
    return replace(
        mechanism,
        rate=lambda roles: published(roles.by_role()),
        saturating=("km_{}", "ki_{}"),
    )


CORRECTED: Mapping[str, MechanismClass] = MappingProxyType(
    {name: _corrected(name, mechanism) for name, mechanism in SKIMPY.items()}
)
"""Name of a mechanism class to the published law, where SKiMPy departs from it; else the same.

>>> sr.write_skimpy_yaml(network, "e_coli_core.yaml")
>>> corrected = sr.read_skimpy_yaml("e_coli_core.yaml", rate_laws=sr.CORRECTED)
>>> [one.name for one in corrected.reactions if one.rate != network.reaction(one.name).rate]
['ATPM', 'ATPS4r', 'FBA', 'PPC']
"""
