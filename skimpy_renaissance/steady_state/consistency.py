r"""Checks that a steady state fits its network.

Checked per state:

* mass balance, relative to the throughput of each metabolite,
  :math:`|N v|_i \le \epsilon\,(|N|\,|v|)_i`;
* direction: :math:`v_r > 0` needs a displacement :math:`\Gamma_r < 1`, :math:`v_r < 0` needs
  :math:`\Gamma_r > 1` (else Vmax would be negative); a rate law without backward part needs
  :math:`v_r > 0`;
* no flux is zero (Vmax would be zero and the elasticities undefined);
* the median concentration is one a cell can have, else units were forgotten or applied twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import (
    MissingEntryError,
    SteadyStateError,
    UnitsError,
    listed,
)
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_state.displacement import log_displacement
from skimpy_renaissance.steady_state.steady_state import SteadyStates

__all__ = ["ConsistencyReport", "check_consistency", "require_consistent"]

_BALANCE_TOLERANCE = 1e-5
_PLAUSIBLE_MEDIAN = (1e-8, 0.3)  # mol/L


@dataclass(frozen=True, eq=False, kw_only=True)
class ConsistencyReport:
    """What :func:`check_consistency` found; ``print(report)`` says it in words.

    Parameters
    ----------
    names, reaction_names, variable_names
        Labels of the axes.
    fluxes
        `` `state x reaction` ``, scaled concentration per model time, as given.
    imbalance
        `` `state x metabolite` ``, dimensionless: net production over throughput.
    log_displacement
        `` `state x reaction` ``, dimensionless: ln of the displacement; NaN where there is none.
    median_concentration
        `` `state` ``, mol/L.
    irreversible
        `` `reaction` ``: the rate law has no backward part.
    balance_tolerance
        Largest acceptable imbalance.
    plausible_median
        Acceptable range of the median concentration, mol/L.
    """

    names: tuple[str, ...]
    reaction_names: tuple[str, ...]
    variable_names: tuple[str, ...]
    fluxes: NDArray[np.float64]
    imbalance: NDArray[np.float64]
    log_displacement: NDArray[np.float64]
    median_concentration: NDArray[np.float64]
    irreversible: NDArray[np.bool_]
    balance_tolerance: float
    plausible_median: tuple[float, float]

    @cached_property
    def unbalanced(self) -> NDArray[np.bool_]:
        """`` `state x metabolite` ``: net production exceeds the tolerance."""
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
        return (uphill | backward) & ~self.zero_flux

    @cached_property
    def implausible(self) -> NDArray[np.bool_]:
        """`` `state` ``: the median concentration points to wrong units."""
        low, high = self.plausible_median
        return (self.median_concentration < low) | (self.median_concentration > high)

    @cached_property
    def passed(self) -> NDArray[np.bool_]:
        """`` `state` ``: nothing was found."""
        return ~(
            self.unbalanced.any(1)
            | self.zero_flux.any(1)
            | self.against_direction.any(1)
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
                "zero_flux": self.zero_flux.sum(axis=1),
                "median_mol_per_L": self.median_concentration,
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
        if self.implausible[row]:
            low, high = self.plausible_median
            found.append(
                f"the median concentration is {self.median_concentration[row]:.3g} mol/L, outside "
                f"{low:g} to {high:g}: are the concentrations scaled as units says (not mol/L or "
                "logarithms, not scaled twice)?"
            )
        unbalanced = np.flatnonzero(self.unbalanced[row])
        if unbalanced.size:
            worst = int(self.imbalance[row].argmax())
            found.append(
                f"{unbalanced.size} metabolite(s) are not at steady state; worst is "
                f"{self.variable_names[worst]} with net production "
                f"{self.imbalance[row, worst]:.3g} of its throughput "
                f"(tolerance {self.balance_tolerance:g})"
            )
        zero = np.flatnonzero(self.zero_flux[row])
        if zero.size:
            found.append(
                "flux is zero, so elasticities are undefined, in "
                f"{listed(self.reaction_names[i] for i in zero)}"
            )
        against = np.flatnonzero(self.against_direction[row])
        if against.size:
            found.append(
                "flux runs against its thermodynamic direction (v > 0 needs displacement < 1) in "
                + listed(self._flux_and_displacement(row, int(i)) for i in against)
            )
        return found

    def _flux_and_displacement(self, row: int, reaction: int) -> str:
        label = f"{self.reaction_names[reaction]} (v = {self.fluxes[row, reaction]:.4g}, "
        if self.irreversible[reaction]:
            return label + "irreversible)"
        with np.errstate(over="ignore"):
            return label + f"displacement {np.exp(self.log_displacement[row, reaction]):.6g})"

    def __str__(self) -> str:
        failed = [n for n, good in zip(self.names, self.passed, strict=True) if not good]
        lines = [
            f"{len(self.names) - len(failed)} of {len(self.names)} steady states are consistent"
        ]
        for name in failed[:10]:
            lines += [f"state {name!r}: {problem}" for problem in self.problems(name)]
        if len(failed) > 10:
            lines.append(f"and {len(failed) - 10} more states; see table()")
        return "\n".join(lines)


def check_consistency(
    network: KineticNetwork,
    states: SteadyStates,
    *,
    balance_tolerance: float = _BALANCE_TOLERANCE,
    plausible_median: tuple[float, float] = _PLAUSIBLE_MEDIAN,
) -> ConsistencyReport:
    """Compare steady states with their network and report; raise only where they do not belong.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.
    balance_tolerance
        Largest acceptable net production of a metabolite, relative to its throughput.
    plausible_median
        Acceptable range of the median concentration of a state, mol/L.

    Returns
    -------
    ConsistencyReport

    Raises
    ------
    MissingEntryError
        The states are of another network, or a needed equilibrium constant is absent.

    Notes
    -----
    The displacement uses the stoichiometric exponents of the mass balance. SKiMPy's
    ``RevMassaction`` and ``H1GeneralizedReversibleHill`` ignore coefficients other than one.
    """
    _require_same_names(network, states)
    stoichiometry = network.stoichiometry
    net = np.abs(states.fluxes @ stoichiometry.T)
    throughput = np.abs(states.fluxes) @ np.abs(stoichiometry.T)
    imbalance = np.divide(net, throughput, out=np.zeros_like(net), where=throughput > 0)
    reversible = np.isin(states.reaction_names, network.reversible_reactions)
    constants = np.where(reversible, states.equilibrium_constants, np.nan)
    return ConsistencyReport(
        names=states.names,
        reaction_names=states.reaction_names,
        variable_names=network.variables,
        fluxes=states.fluxes,
        imbalance=imbalance,
        log_displacement=log_displacement(network, states.concentrations, constants),
        median_concentration=np.median(states.concentrations, axis=1)
        / states.units.concentration_scaling,
        irreversible=np.array(
            [r.equilibrium_constant is None and r.rate.backward == 0 for r in network.reactions]
        ),
        balance_tolerance=balance_tolerance,
        plausible_median=plausible_median,
    )


def require_consistent(
    network: KineticNetwork,
    states: SteadyStates,
    *,
    balance_tolerance: float = _BALANCE_TOLERANCE,
    plausible_median: tuple[float, float] = _PLAUSIBLE_MEDIAN,
) -> None:
    """Raise unless every state fits the network.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.
    balance_tolerance, plausible_median
        As in :func:`check_consistency`.

    Raises
    ------
    UnitsError
        The concentrations look unscaled or scaled twice.
    SteadyStateError
        A metabolite is not balanced, a flux is zero or runs against its direction.
    MissingEntryError
        The states are of another network, or a needed equilibrium constant is absent.
    """
    report = check_consistency(
        network, states, balance_tolerance=balance_tolerance, plausible_median=plausible_median
    )
    if report.passed.all():
        return
    error = UnitsError if report.implausible.any() else SteadyStateError
    raise error(
        f"{report}\nCorrect the input; or read it with check=False, look at "
        "check_consistency(network, states), and go on with "
        "states.select(report.passed_names)."
    )


def _require_same_names(network: KineticNetwork, states: SteadyStates) -> None:
    for what, needed, given in (
        ("reactions", network.reaction_names, states.reaction_names),
        ("metabolites", network.metabolites, states.metabolite_names),
    ):
        if needed != given:
            lost = [name for name in needed if name not in set(given)]
            raise MissingEntryError(
                f"The steady states are not of {network.name!r}: their {what} differ in "
                + (f"names (absent: {listed(lost)})." if lost else "order or number.")
                + " Read them again with this network."
            )
    for column, reaction in enumerate(network.reactions):
        absent = np.isnan(states.equilibrium_constants[:, column])
        if reaction.equilibrium_constant is not None and absent.any():
            raise MissingEntryError(
                f"Reaction {reaction.name!r} needs an equilibrium constant; state "
                f"{states.names[int(absent.argmax())]!r} has none. Add it to the profile, or fix "
                f"{reaction.equilibrium_constant!r} with network.with_parameters."
            )
