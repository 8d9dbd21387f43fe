r"""Checks that a steady state fits its network.

Checked per state:

* mass balance, :math:`|N v|_i \le \max(\epsilon\,(|N|\,|v|)_i, \epsilon_0)`: relative to the
  throughput of each metabolite, or below what a solver lets pass;
* direction: :math:`v_r > 0` needs a displacement :math:`\Gamma_r < 1`, :math:`v_r < 0` needs
  :math:`\Gamma_r > 1` (else Vmax would be negative); a rate law without backward part needs
  :math:`v_r > 0`;
* no reaction with a flux stands at equilibrium, :math:`|\ln\Gamma_r| < 10^{-9}` (Vmax would have no
  bound, and rounding its sign);
* no flux is zero (Vmax would be zero and the elasticities undefined);
* median concentration, median turnover time and growth are those of a cell, else units were
  forgotten or applied twice.
"""

from __future__ import annotations

import warnings

import numpy as np

from skimpy_renaissance.errors import (
    InputError,
    MissingEntryError,
    SteadyStateError,
    UnitsError,
    listed,
)
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.steady_states.consistency_report import ConsistencyReport
from skimpy_renaissance.steady_states.displacement import log_displacement
from skimpy_renaissance.steady_states.plausibility import (
    PLAUSIBLE_TURNOVER,
    growth_out_of_range,
    turnover_times,
)
from skimpy_renaissance.steady_states.steady_state import SteadyStates

__all__ = [
    "BALANCE_FLOOR",
    "BALANCE_TOLERANCE",
    "check_consistency",
    "require_consistent",
]

BALANCE_TOLERANCE = 1e-5
"""Net production that counts as none, relative to the throughput.

>>> from skimpy_renaissance.steady_states import BALANCE_TOLERANCE
>>> bool((sr.check_consistency(network, states).imbalance < BALANCE_TOLERANCE).all())
True
"""

BALANCE_FLOOR = 1e-9
"""Net production that counts as none, mmol/gDW/h: to this solvers balance metabolites.

>>> from skimpy_renaissance.steady_states import BALANCE_FLOOR
>>> bool((sr.check_consistency(network, states).net_production < BALANCE_FLOOR).all())
True
"""

_PLAUSIBLE_MEDIAN = (1e-8, 0.3)  # mol/L


def check_consistency(
    network: KineticNetwork,
    states: SteadyStates,
    *,
    balance_tolerance: float = BALANCE_TOLERANCE,
    balance_floor: float = BALANCE_FLOOR,
    plausible_median: tuple[float, float] = _PLAUSIBLE_MEDIAN,
    plausible_turnover: tuple[float, float] = PLAUSIBLE_TURNOVER,
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
    balance_floor
        Net production that is acceptable whatever the throughput, mmol/gDW/h: what a solver's
        tolerance leaves.
    plausible_median
        Acceptable range of the median concentration of a state, mol/L.
    plausible_turnover
        Acceptable range of the median over metabolites of amount over flux, h.

    Returns
    -------
    ConsistencyReport

    Raises
    ------
    MissingEntryError
        The states are of another network, or a needed equilibrium constant is absent.
    InputError
        A tolerance is negative.

    Notes
    -----
    The displacement uses the stoichiometric exponents of the mass balance. SKiMPy's
    ``RevMassaction`` and ``H1GeneralizedReversibleHill`` ignore coefficients other than one.

    Examples
    --------
    >>> report = sr.check_consistency(network, states)
    >>> len(report.passed_names)
    200
    """
    for name, value in (("tolerance", balance_tolerance), ("floor", balance_floor)):
        if not value >= 0:
            raise InputError(f"balance_{name} must be 0 or more, got {value!r}.")
    _require_same_names(network, states)
    stoichiometry = network.stoichiometry
    net = np.abs(states.fluxes @ stoichiometry.T)
    throughput = np.abs(states.fluxes) @ np.abs(stoichiometry.T)
    imbalance = np.divide(net, throughput, out=np.zeros_like(net), where=throughput > 0)
    reversible = np.isin(states.reaction_names, network.reversible_reactions)
    constants = np.where(reversible, states.equilibrium_constants, np.nan)
    growth_name, growth, growth_impossible, growth_doubtful = growth_out_of_range(network, states)
    return ConsistencyReport(
        names=states.names,
        reaction_names=states.reaction_names,
        variable_names=network.variables,
        fluxes=states.fluxes,
        imbalance=imbalance,
        net_production=states.units.mmol_per_gdw_h(net),
        log_displacement=log_displacement(network, states.concentrations, constants),
        median_concentration=np.median(states.concentrations, axis=1)
        / states.units.concentration_scaling,
        median_turnover=np.median(turnover_times(network, states), axis=1),
        growth_reaction=growth_name,
        growth=growth,
        growth_impossible=growth_impossible,
        growth_doubtful=growth_doubtful,
        irreversible=np.array(
            [r.equilibrium_constant is None and r.rate.backward == 0 for r in network.reactions]
        ),
        balance_tolerance=balance_tolerance,
        balance_floor=balance_floor,
        plausible_median=plausible_median,
        plausible_turnover=plausible_turnover,
    )


def require_consistent(
    network: KineticNetwork,
    states: SteadyStates,
    *,
    balance_tolerance: float = BALANCE_TOLERANCE,
    balance_floor: float = BALANCE_FLOOR,
    plausible_median: tuple[float, float] = _PLAUSIBLE_MEDIAN,
    plausible_turnover: tuple[float, float] = PLAUSIBLE_TURNOVER,
) -> None:
    """Raise unless every state fits the network; warn of growth slower than that of most cells.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.
    balance_tolerance, balance_floor, plausible_median, plausible_turnover
        As in :func:`check_consistency`.

    Raises
    ------
    UnitsError
        The concentrations or fluxes look unscaled or scaled twice.
    SteadyStateError
        A metabolite is not balanced, a flux is zero, runs against its direction or passes at
        equilibrium.
    MissingEntryError
        The states are of another network, or a needed equilibrium constant is absent.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from skimpy_renaissance.steady_states import require_consistent
    >>> require_consistent(network, states)
    >>> require_consistent(network, replace(states, fluxes=-states.fluxes))  # all backward
    Traceback (most recent call last):
    skimpy_renaissance.errors.SteadyStateError: 0 of 200 steady states are consistent ...
    """
    report = check_consistency(
        network,
        states,
        balance_tolerance=balance_tolerance,
        balance_floor=balance_floor,
        plausible_median=plausible_median,
        plausible_turnover=plausible_turnover,
    )
    if report.passed.all():
        if report.doubt:
            warnings.warn(report.doubt, stacklevel=3)
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
