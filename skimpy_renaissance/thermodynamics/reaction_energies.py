r"""Energies of reactions with their joint errors, and the equilibrium constants that follow.

.. math::

    \ln K'_r = -\frac{\Delta G'^{\circ}_r}{RT}, \qquad
    \frac{\Delta G'_r}{RT} = \sum_m n_{mr} \ln x_m - \ln K'_r

over the metabolites :math:`m` but protons and water, with concentrations :math:`x_m` in mol/L:
energies are apparent, at constant pH and pMg of each compartment [1]_.

Errors are normal. Steady states are drawn from a polytope, which the ellipsoid of a normal law is
not: the box along its principal axes stands for it, :math:`\ln K = \ln K^\circ + z \sum_i t_i
\sqrt{\lambda_i} w_i` with :math:`|t_i| \le 1`, so that the constants of reactions which make a
cycle stay consistent.

References
----------
.. [1] Alberty, *Thermodynamics of Biochemical Reactions* (2003), doi:10.1002/0471332607.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from skimpy_renaissance.checks import is_finite_number, require_names
from skimpy_renaissance.errors import InputError, listed, repeated
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.thermodynamics.network_constants import log_k_of_difference

__all__ = ["GAS_CONSTANT", "ReactionEnergies", "missing_table", "standard_errors"]

Array = NDArray[np.float64]

GAS_CONSTANT = 8.314462618e-3
"""kJ/mol/K."""

_ROUNDING = 1e-10  # of the largest principal variance


def missing_table(reasons: Mapping[str, str]) -> pd.DataFrame:
    """Return the table of reactions without an energy.

    Parameters
    ----------
    reasons
        Reaction to the reason.

    Returns
    -------
    pandas.DataFrame
        Index ``reaction``, column ``reason``.
    """
    index = pd.Index(list(reasons), name="reaction", dtype=object)
    return pd.DataFrame({"reason": list(reasons.values())}, index=index, dtype=object)


def _no_matches() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["compound", "how", "identifier"], index=pd.Index([], name="metabolite")
    )


@dataclass(frozen=True, eq=False, repr=False)
class ReactionEnergies:
    """Apparent equilibrium constants with their errors, and what has none.

    Parameters
    ----------
    reactions
        Names.
    log_k
        `` `reaction` ``, apparent ln K: mol/L, without protons and water.
    covariance
        `` `reaction x reaction` ``, of ln K.
    source
        Where they are from.
    protons
        Proton of a compartment, ``"h_c"``, to its pH.
    stoichiometry
        Reaction to its metabolites (protons included, water not) and their coefficients; empty
        where it is not known.
    conditions
        Index ``compartment``; columns ``ph``, ``ionic_strength``, ``p_mg``, ``potential``.
    matches
        Index ``metabolite``; columns ``compound``, ``how``, ``identifier``.
    missing
        Index ``reaction``; column ``reason``: reactions without an estimate.
    temperature
        Kelvin.

    Raises
    ------
    InputError
        A reaction is named twice, a shape does not fit, a number is not finite, or the covariance
        is none.

    Examples
    --------
    >>> from skimpy_renaissance.thermodynamics import energies_from_table
    >>> stated = {"reaction": ["PGI", "TPI"], "ln_k": [-1.0, -2.3], "error": [0.2, 0.3]}
    >>> energies = energies_from_table(pd.DataFrame(stated))
    >>> energies.table.round(2)  # kJ/mol, then ln K
               dG0  dG0_error  ln_k  ln_k_error
    reaction
    PGI       2.48       0.50  -1.0         0.2
    TPI       5.70       0.74  -2.3         0.3
    """

    reactions: tuple[str, ...]
    log_k: Array
    covariance: Array
    source: str
    protons: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stoichiometry: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    conditions: pd.DataFrame = field(default_factory=pd.DataFrame)
    matches: pd.DataFrame = field(default_factory=_no_matches)
    missing: pd.DataFrame = field(default_factory=lambda: missing_table({}))
    temperature: float = 298.15

    def __post_init__(self) -> None:
        n = len(self.reactions)
        twice = repeated(self.reactions)
        if twice:
            raise InputError(f"Each reaction has one energy, but {listed(twice)} has several.")
        if self.log_k.shape != (n,) or self.covariance.shape != (n, n):
            raise InputError(
                f"{n} reactions need {n} ln K and a covariance of {n} x {n}, got shapes "
                f"{self.log_k.shape} and {self.covariance.shape}."
            )
        wrong = ~(np.isfinite(self.log_k) & np.isfinite(self.covariance).all(axis=1))
        if wrong.any():
            raise InputError(
                "ln K and its covariance must be finite; they are not for "
                f"{listed(self.reactions[i] for i in np.flatnonzero(wrong))}. List them as missing."
            )
        if n and np.linalg.eigvalsh(self.covariance).min() < -1e-6 * np.trace(self.covariance):
            raise InputError(
                "The covariance of ln K must have no negative eigenvalue, but has one."
            )

    def __repr__(self) -> str:
        return f"<ReactionEnergies of {len(self.reactions)} reactions, {self.source}>"

    def __str__(self) -> str:
        errors = self.error * self.thermal_energy
        text = f"Energies of {len(self.reactions)} reactions, {self.source}"
        if len(errors):
            text += f"; standard errors {errors.min():.2g} to {errors.max():.2g} kJ/mol"
        if len(self.missing):
            text += f"; none for {len(self.missing)}: {listed(self.missing.index)}"
        return text

    @property
    def thermal_energy(self) -> float:
        """:math:`RT`, kJ/mol."""
        return GAS_CONSTANT * self.temperature

    @property
    def error(self) -> Array:
        """`` `reaction` ``: standard error of ln K."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def table(self) -> pd.DataFrame:
        """Index ``reaction``; columns ``dG0``, ``dG0_error`` (kJ/mol), ``ln_k``, ``ln_k_error``."""
        return pd.DataFrame(
            {
                "dG0": -self.log_k * self.thermal_energy,
                "dG0_error": self.error * self.thermal_energy,
                "ln_k": self.log_k,
                "ln_k_error": self.error,
            },
            index=pd.Index(self.reactions, name="reaction"),
        )

    @property
    def k_eq(self) -> dict[str, float]:
        """Reaction to apparent equilibrium constant, mol/L, without protons and water."""
        return dict(zip(self.reactions, np.exp(self.log_k).tolist(), strict=True))

    def half_width(self, level: float = 0.95) -> dict[str, float]:
        """Return half of the interval of each ln K, each by itself.

        Parameters
        ----------
        level
            Probability that ln K is inside.

        Returns
        -------
        dict
            Reaction to half width, dimensionless: ``k_eq_error`` of ``sample_steady_states``.

        Raises
        ------
        InputError
            ``level`` is not between 0 and 1.
        """
        widths = standard_errors(level) * self.error
        return dict(zip(self.reactions, widths.tolist(), strict=True))

    def joint_error(self, level: float = 0.95) -> pd.DataFrame:
        r"""Return half axes of the box in which all ln K move together.

        Parameters
        ----------
        level
            Probability along each principal axis.

        Returns
        -------
        pandas.DataFrame
            `` `reaction x axis` ``: :math:`z \sqrt{\lambda_i} w_i`, the largest first, none that is
            rounding: ``k_eq_error`` of ``sample_steady_states``.

        Raises
        ------
        InputError
            ``level`` is not between 0 and 1.
        """
        width = standard_errors(level)
        variances, axes = np.linalg.eigh(self.covariance)
        kept = variances > _ROUNDING * variances.max(initial=0.0)
        half = width * axes[:, kept] * np.sqrt(variances[kept])
        return pd.DataFrame(half[:, ::-1], index=pd.Index(self.reactions, name="reaction"))

    def only(self, reactions: Iterable[str]) -> ReactionEnergies:
        """Return the energies of some reactions, in the order given.

        Parameters
        ----------
        reactions
            Names, each of which has an energy.

        Returns
        -------
        ReactionEnergies

        Raises
        ------
        MissingEntryError
            One has none.
        """
        names = tuple(reactions)
        require_names(names, self.reactions, what="reaction with an energy")
        rows = [self.reactions.index(name) for name in names]
        return replace(
            self,
            reactions=names,
            log_k=self.log_k[rows],
            covariance=self.covariance[np.ix_(rows, rows)],
            stoichiometry={n: v for n, v in self.stoichiometry.items() if n in names},
        )

    def updated(self, other: ReactionEnergies) -> ReactionEnergies:
        """Return these energies with others in their place, or beside them.

        Parameters
        ----------
        other
            Of reactions whose values are better known, or that have none here; their errors are
            taken to be independent of those here.

        Returns
        -------
        ReactionEnergies
        """
        kept = self.only(name for name in self.reactions if name not in other.reactions)
        n, total = len(kept.reactions), len(kept.reactions) + len(other.reactions)
        covariance = np.zeros((total, total))
        covariance[:n, :n], covariance[n:, n:] = kept.covariance, other.covariance
        still = [name not in other.reactions for name in self.missing.index]
        return replace(
            kept,
            reactions=kept.reactions + other.reactions,
            log_k=np.append(kept.log_k, other.log_k),
            covariance=covariance,
            source=f"{self.source}; {len(other.reactions)} of {other.source}",
            protons={**other.protons, **self.protons},
            stoichiometry={**kept.stoichiometry, **other.stoichiometry},
            missing=self.missing[still],
        )

    def log_k_in(
        self, network: KineticNetwork, *, held: Mapping[str, float] | None = None
    ) -> pd.Series:
        """Return ln K as a kinetic model has them.

        Parameters
        ----------
        network
            The kinetic model. Its protons have the pH of these energies.
        held
            Metabolites that the kinetic model leaves out to their constant concentrations, mol/L.

        Returns
        -------
        pandas.Series
            Reaction to ln K (mol/L), for its reversible reactions that have an energy.

        Raises
        ------
        InputError
            A reaction of the kinetic model has other metabolites, or others coefficients, or a
            proton of which no pH is known.
        """
        known = [name for name in network.reversible_reactions if name in self.reactions]
        values = {
            name: self.log_k[self.reactions.index(name)]
            + log_k_of_difference(
                name,
                network.reaction(name).stoichiometry,
                self.stoichiometry.get(name),
                protons=self.protons,
                held=held or {},
            )
            for name in known
        }
        return pd.Series(values, dtype=float).rename_axis("reaction")

    def for_sampling(
        self,
        network: KineticNetwork,
        *,
        level: float = 0.95,
        joint: bool = True,
        held: Mapping[str, float] | None = None,
    ) -> dict[str, Any]:
        """Return what ``sample_steady_states`` takes of a kinetic model's constants.

        Parameters
        ----------
        network
            The kinetic model.
        level
            Probability of the ranges, see :meth:`half_width` and :meth:`joint_error`.
        joint
            Whether errors are joint, so that cycles of reactions stay consistent, or each by
            itself.
        held
            Metabolites that the kinetic model leaves out to their concentrations, mol/L.

        Returns
        -------
        dict
            ``k_eq`` and ``k_eq_error``.

        Raises
        ------
        InputError
            The reactions of the kinetic model are others, or ``level`` is not between 0 and 1.
        """
        log_k = self.log_k_in(network, held=held)
        part = self.only(log_k.index)
        k_eq = dict(zip(part.reactions, np.exp(log_k.to_numpy()).tolist(), strict=True))
        error = part.joint_error(level) if joint else part.half_width(level)
        return {"k_eq": k_eq, "k_eq_error": error}


def standard_errors(level: float) -> float:
    """Return the half width of a normal interval.

    Parameters
    ----------
    level
        Probability inside.

    Returns
    -------
    float
        In standard errors: 1.96 for 0.95.

    Raises
    ------
    InputError
        It is not between 0 and 1.
    """
    if not (is_finite_number(level) and 0 < level < 1):
        raise InputError(f"level must be a probability between 0 and 1, got {level!r}.")
    return float(norm.ppf((1 + level) / 2))
