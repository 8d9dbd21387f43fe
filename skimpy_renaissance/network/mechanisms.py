"""SKiMPy's mechanism classes: their roles, parameters and rate laws.

A class either fixes its roles (``ReversibleMichaelisMenten``: ``substrate``, ``product``) or is
generic: numbered roles with a coefficient each. ``SKIMPY`` holds what SKiMPy 1.0.2 computes,
``CORRECTED`` the same with the published laws where SKiMPy departs from them.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from skimpy_renaissance.network import rate_laws as law
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
    per_substrate, per_product
        Parameters declared per role of a generic class, as prefixes of the role.
    inhibitors
        Whether competitive inhibitors or other regulators take roles of their own.
    capacity
        Whether the rate is proportional to ``vmax_forward`` (or ``kcat_forward`` x enzyme).
    """

    rate: Callable[[Roles], Rate]
    parameters: tuple[str, ...]
    stoichiometry: Mapping[str, float] = field(default_factory=dict)
    saturation: Mapping[str, str] = field(default_factory=dict)
    per_substrate: tuple[str, ...] = ("km",)
    per_product: tuple[str, ...] = ("km",)
    inhibitors: bool = False
    capacity: bool = True

    @property
    def generic(self) -> bool:
        """Whether roles and coefficients come from the model file."""
        return not self.stoichiometry

    def declared(self, roles: Roles) -> dict[str, str | None]:
        """Return parameter to the role it saturates with (``None`` for others), in order."""
        if not self.generic:
            return {name: self.saturation.get(name) for name in self.parameters}
        names: dict[str, str | None] = dict.fromkeys(self.parameters)
        for role in roles.stoichiometry:
            prefixes = self.per_substrate if role in roles.substrates else self.per_product
            names.update({f"{prefix}_{role}": role for prefix in prefixes})
        for role in roles.inhibitors:
            names.update(self._of_inhibitor(role))
        return names

    @staticmethod
    def _of_inhibitor(role: str) -> dict[str, str | None]:
        if role.startswith("inhibitor"):
            return {f"ki_{role}": role}
        return dict.fromkeys((f"alpha_forward_{role}", f"alpha_reverse_{role}", f"{role}_0"))


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
            law.convenience_inhibited, _REVERSIBLE, inhibitors=True
        ),
        "GeneralizedReversibleHill": MechanismClass(law.generalized_reversible_hill, _HILL),
        "H1GeneralizedReversibleHill": MechanismClass(law.h1_reversible_hill, _REVERSIBLE),
        "H1GeneralizedReversibleHillInhibited": MechanismClass(
            law.h1_reversible_hill_inhibited, _REVERSIBLE, inhibitors=True
        ),
        "IrrevMichaelisMenten": MechanismClass(
            law.irreversible_michaelis_menten, _IRREVERSIBLE, per_product=()
        ),
        "IrrevHillNM": MechanismClass(
            law.irreversible_hill_n_m,
            _IRREVERSIBLE,
            per_substrate=("km", "hill_coefficient"),
            per_product=(),
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
            inhibitors=True,
        ),
        "SimpleRegulatedGeneExpression": MechanismClass(
            law.gene_expression,
            _TRANSCRIPTION,
            stoichiometry={"product": 1.0},
            inhibitors=True,
            capacity=False,
        ),
    }
)

_PUBLISHED = {
    "UniBiReversibleHill": law.corrected_uni_bi_reversible_hill,
    "BiUniReversibleHill": law.corrected_bi_uni_reversible_hill,
    "ConvenienceInhibited": law.corrected_convenience_inhibited,
    "IrrevMassaction": law.corrected_irreversible_mass_action,
    "RevMassaction": law.corrected_reversible_mass_action,
    "SimpleRegulatedGeneExpression": law.corrected_gene_expression,
}

CORRECTED: Mapping[str, MechanismClass] = MappingProxyType(
    {
        **SKIMPY,
        **{name: replace(SKIMPY[name], rate=rate) for name, rate in _PUBLISHED.items()},
    }
)
