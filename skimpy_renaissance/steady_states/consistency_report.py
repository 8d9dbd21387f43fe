"""What a comparison of steady states with their network found, as arrays and in words.

The criteria are those of :mod:`skimpy_renaissance.steady_states.consistency`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import listed

__all__ = ["ConsistencyReport"]

_AT_EQUILIBRIUM = 1e-9  # |ln displacement|: rounding reaches 1e-13


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class ConsistencyReport:
    """What ``check_consistency`` found; ``print(report)`` says it in words.

    Parameters
    ----------
    names, reaction_names, variable_names
        Labels of the axes.
    fluxes
        `` `state x reaction` ``, scaled concentration per model time, as given.
    imbalance
        `` `state x metabolite` ``, dimensionless: net production over throughput.
    net_production
        `` `state x metabolite` ``, mmol/gDW/h, without sign.
    log_displacement
        `` `state x reaction` ``, dimensionless: ln of the displacement; NaN where there is none.
    median_concentration
        `` `state` ``, mol/L.
    median_turnover
        `` `state` ``, h: amount of a metabolite over the flux through it, median.
    growth_reaction
        Known by its name; ``None`` where there is none, or more than one.
    growth
        `` `state` ``, 1/h: the flux of that reaction in mmol/gDW/h; NaN where there is none.
    growth_impossible
        `` `state` ``: neither that flux nor what it takes is that of a growing cell.
    growth_doubtful
        `` `state` ``: what the reaction takes makes a gram of cells, but hardly any grow so slowly.
    irreversible
        `` `reaction` ``: the rate law has no backward part.
    balance_tolerance
        Largest acceptable imbalance.
    balance_floor
        Net production that is acceptable in any case, mmol/gDW/h.
    plausible_median
        Acceptable range of the median concentration, mol/L.
    plausible_turnover
        Acceptable range of the median turnover time, h.

    Examples
    --------
    >>> from dataclasses import replace
    >>> more = np.where(np.array(network.reaction_names) == "PFK", 1.1, 1.0)  # 10 % through PFK
    >>> report = sr.check_consistency(network, replace(states[:1], fluxes=states.fluxes[:1] * more))
    >>> report
    0 of 1 steady states are consistent
    state '0': 4 metabolite(s) are not at steady state; worst is fdp_c with net ...
    >>> report.table().loc["0", "worst_metabolite"]
    'fdp_c'
    """

    names: tuple[str, ...]
    reaction_names: tuple[str, ...]
    variable_names: tuple[str, ...]
    fluxes: NDArray[np.float64]
    imbalance: NDArray[np.float64]
    net_production: NDArray[np.float64]
    log_displacement: NDArray[np.float64]
    median_concentration: NDArray[np.float64]
    median_turnover: NDArray[np.float64]
    growth_reaction: str | None
    growth: NDArray[np.float64]
    growth_impossible: NDArray[np.bool_]
    growth_doubtful: NDArray[np.bool_]
    irreversible: NDArray[np.bool_]
    balance_tolerance: float
    balance_floor: float
    plausible_median: tuple[float, float]
    plausible_turnover: tuple[float, float]

    @cached_property
    def unbalanced(self) -> NDArray[np.bool_]:
        """`` `state x metabolite` ``: net production exceeds the tolerance and the floor."""
        return self._beyond_tolerance & (self.net_production > self.balance_floor)

    @cached_property
    def within_floor(self) -> NDArray[np.bool_]:
        """`` `state x metabolite` ``: beyond the tolerance, yet no more than solvers let pass."""
        return self._beyond_tolerance & ~self.unbalanced

    @property
    def _beyond_tolerance(self) -> NDArray[np.bool_]:
        return self.imbalance > self.balance_tolerance

    @cached_property
    def zero_flux(self) -> NDArray[np.bool_]:
        """`` `state x reaction` ``: the flux is exactly zero."""
        return self.fluxes == 0

    @cached_property
    def against_direction(self) -> NDArray[np.bool_]:
        """`` `state x reaction` ``: the flux runs against its thermodynamic direction."""
        with_constant = ~np.isnan(self.log_displacement)
        uphill = with_constant & (self.fluxes * self.log_displacement >= 0)
        backward = self.irreversible & (self.fluxes < 0)
        return (uphill | backward) & ~self.zero_flux & ~self.at_equilibrium

    @cached_property
    def at_equilibrium(self) -> NDArray[np.bool_]:
        """`` `state x reaction` ``: there is a flux, but no displacement that drives it."""
        return (np.abs(self.log_displacement) < _AT_EQUILIBRIUM) & ~self.zero_flux

    @cached_property
    def implausible(self) -> NDArray[np.bool_]:
        """`` `state` ``: concentrations or fluxes point to wrong units."""
        return self._implausible_concentrations | self._implausible_fluxes

    @property
    def _implausible_concentrations(self) -> NDArray[np.bool_]:
        low, high = self.plausible_median
        return (self.median_concentration < low) | (self.median_concentration > high)

    @property
    def _implausible_fluxes(self) -> NDArray[np.bool_]:
        low, high = self.plausible_turnover
        return (
            (self.median_turnover < low)
            | ((self.median_turnover > high) & np.isfinite(self.median_turnover))
            | self.growth_impossible
        )

    @cached_property
    def passed(self) -> NDArray[np.bool_]:
        """`` `state` ``: nothing was found."""
        return ~(
            self.unbalanced.any(1)
            | self.zero_flux.any(1)
            | self.against_direction.any(1)
            | self.at_equilibrium.any(1)
            | self.implausible
        )

    @property
    def passed_names(self) -> tuple[str, ...]:
        """States in which nothing was found, for ``states.select``."""
        return tuple(name for name, good in zip(self.names, self.passed, strict=True) if good)

    def table(self) -> pd.DataFrame:
        """Return one row per state: worst imbalance and where, counts, verdict.

        Returns
        -------
        pandas.DataFrame
        """
        worst = self.imbalance.argmax(axis=1)
        return pd.DataFrame(
            {
                "passed": self.passed,
                "worst_imbalance": self.imbalance.max(axis=1),
                "worst_metabolite": [self.variable_names[i] for i in worst],
                "against_direction": self.against_direction.sum(axis=1),
                "at_equilibrium": self.at_equilibrium.sum(axis=1),
                "zero_flux": self.zero_flux.sum(axis=1),
                "median_mol_per_L": self.median_concentration,
                "median_turnover_h": self.median_turnover,
            },
            index=pd.Index(self.names, name="state"),
        )

    def problems(self, state: str) -> list[str]:
        """Return what is wrong with one state, a sentence each.

        Parameters
        ----------
        state
            Its name.

        Returns
        -------
        list of str
            Empty where the state passed.

        Raises
        ------
        MissingEntryError
            There is no state of that name.
        """
        require_names([state], self.names, what="steady state")
        row = self.names.index(state)
        found = []
        if self._implausible_concentrations[row]:
            low, high = self.plausible_median
            found.append(
                f"the median concentration is {self.median_concentration[row]:.3g} mol/L, outside "
                f"{low:g} to {high:g}: are the concentrations scaled as units says (not mol/L or "
                "logarithms, not scaled twice)?"
            )
        elif self._implausible_fluxes[row]:
            found.append(self._fluxes_of_no_cell(row))
        unbalanced = np.flatnonzero(self.unbalanced[row])
        if unbalanced.size:
            worst = int(unbalanced[self.imbalance[row, unbalanced].argmax()])
            found.append(
                f"{unbalanced.size} metabolite(s) are not at steady state; worst is "
                f"{self.variable_names[worst]} with net production "
                f"{self.imbalance[row, worst]:.3g} of its throughput (tolerance "
                f"{self.balance_tolerance:g}), {self.net_production[row, worst]:.3g} mmol/gDW/h "
                f"(floor {self.balance_floor:g}); a larger tolerance lets it pass "
                "(balance_tolerance=), steady_states.balance_fluxes changes the fluxes as little "
                "as makes them balanced"
            )
        zero = np.flatnonzero(self.zero_flux[row])
        if zero.size:
            found.append(
                "flux is zero, so elasticities are undefined, in "
                f"{listed(self.reaction_names[i] for i in zero)}; reactions that are off are left "
                "out with network.without"
            )
        resting = np.flatnonzero(self.at_equilibrium[row])
        if resting.size:
            found.append(
                "a flux passes at equilibrium, where nothing drives it and no Vmax is large enough "
                f"(|ln displacement| below {_AT_EQUILIBRIUM:g}): "
                f"{listed(self._flux_and_displacement(row, int(i)) for i in resting)}; keep free "
                "energies from zero when sampling (|DG| above 1e-3 RT, say)"
            )
        against = np.flatnonzero(self.against_direction[row])
        if against.size:
            found.append(
                "flux runs against its thermodynamic direction (v > 0 needs displacement < 1) in "
                + listed(self._flux_and_displacement(row, int(i)) for i in against)
            )
        return found

    @property
    def doubt(self) -> str:
        """What may be wrong, though it is possible; empty for nothing."""
        if not self.growth_doubtful.any():
            return ""
        row = int(self.growth_doubtful.argmax())
        return (
            f"{self.growth_reaction} means growth at {self.growth[row]:.3g} 1/h in state "
            f"{self.names[row]!r} ({self.growth_doubtful.sum()} state(s) in all below 0.01 1/h). "
            "Are fluxes in the unit that is stated (scaled once, per hour)?"
        )

    def _fluxes_of_no_cell(self, row: int) -> str:
        low, high = self.plausible_turnover
        text = f"metabolites turn over in {self.median_turnover[row]:.3g} h (median"
        text += f"; {low:g} to {high:g} h in cells)"
        if self.growth_reaction is not None:
            text += f", {self.growth_reaction} means growth at {self.growth[row]:.3g} 1/h"
        return f"{text}: are fluxes in the unit that is stated (scaled once, per hour)?"

    def _flux_and_displacement(self, row: int, reaction: int) -> str:
        label = f"{self.reaction_names[reaction]} (v = {self.fluxes[row, reaction]:.4g}, "
        if self.irreversible[reaction]:
            return label + "irreversible)"
        with np.errstate(over="ignore"):
            return label + f"displacement {np.exp(self.log_displacement[row, reaction]):.6g})"

    def __repr__(self) -> str:
        failed = [n for n, good in zip(self.names, self.passed, strict=True) if not good]
        lines = [
            f"{len(self.names) - len(failed)} of {len(self.names)} steady states are consistent"
        ]
        for name in failed[:10]:
            lines += [f"state {name!r}: {problem}" for problem in self.problems(name)]
        if len(failed) > 10:
            lines.append(f"and {len(failed) - 10} more states; see table()")
        return "\n".join(lines)
