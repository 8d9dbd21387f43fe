"""The checks that sampled steady-state profiles must pass.

A profile holds fluxes v, log-concentrations ln c and reaction energies DG with ::

    N v = 0,      DG v < 0,      DG = DGo + RT sum_m n_m ln c_m

Successive points of a random walk are correlated; how much is measured here, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skimpy_renaissance.errors import SteadyStateError

if TYPE_CHECKING:
    from pytfa import ThermoModel

__all__ = ["check_states", "lag_one_autocorrelation", "net_fluxes"]

_WATER = "H2O"
_PROTON = "H"


def net_fluxes(tfa: ThermoModel, states: pd.DataFrame) -> pd.DataFrame:
    """Subtract backward from forward fluxes.

    Parameters
    ----------
    tfa
        Model that names the columns.
    states
        As returned by :func:`~skimpy_renaissance.steady_states.tfa_sampling.sample_tfa_states`.

    Returns
    -------
    pandas.DataFrame
        `` `state x reaction` ``, mmol/gDW/h.
    """
    return pd.DataFrame({r.id: states[r.id] - states[r.reverse_id] for r in tfa.reactions})


def _imbalance(tfa: ThermoModel, fluxes: pd.DataFrame) -> float:
    balance = pd.DataFrame(0.0, index=[m.id for m in tfa.metabolites], columns=fluxes.columns)
    for reaction in tfa.reactions:
        for metabolite, coefficient in reaction.metabolites.items():
            balance.loc[metabolite.id, reaction.id] = coefficient
    return float(np.abs(balance.to_numpy() @ fluxes.to_numpy().T).max())


def _energy_residual(tfa: ThermoModel, states: pd.DataFrame) -> float:
    worst = 0.0
    for variable in tfa.delta_g:
        reaction = tfa.reactions.get_by_id(variable.id)
        energy = states[f"DGo_{reaction.id}"] - states[f"DG_{reaction.id}"]
        for metabolite, coefficient in reaction.metabolites.items():
            if metabolite.formula not in (_WATER, _PROTON):
                energy = energy + tfa.RT * coefficient * states[f"LC_{metabolite.id}"]
        worst = max(worst, float(energy.abs().max()))
    return worst


def check_states(tfa: ThermoModel, states: pd.DataFrame, *, tolerance: float = 1e-9) -> None:
    """Refuse profiles that are unbalanced, run uphill or contradict their own energies.

    Parameters
    ----------
    tfa
        Model that was sampled.
    states
        As returned by :func:`~skimpy_renaissance.steady_states.tfa_sampling.sample_tfa_states`.
    tolerance
        Largest absolute residual, in mmol/gDW/h and kcal/mol.

    Raises
    ------
    SteadyStateError
        If a check fails; the message names it and gives the residual.
    """
    fluxes = net_fluxes(tfa, states)
    if (residual := _imbalance(tfa, fluxes)) > tolerance:
        raise SteadyStateError(
            f"Mass balance must hold to {tolerance:g} mmol/gDW/h, but the largest residual is "
            f"{residual:g}. Sample again with another seed."
        )
    if (residual := _energy_residual(tfa, states)) > tolerance:
        raise SteadyStateError(
            f"DG = DGo + RT sum n ln c must hold to {tolerance:g} kcal/mol, but the largest "
            f"residual is {residual:g}. Sample again with another seed."
        )
    for variable in tfa.delta_g:
        if (states[f"DG_{variable.id}"] * fluxes[variable.id] >= 0).any():
            raise SteadyStateError(
                f"Flux and energy must have opposite signs, but reaction {variable.id} runs "
                "uphill in some state. Check its direction in the condition."
            )


def lag_one_autocorrelation(states: pd.DataFrame) -> pd.Series:
    """Correlate each variable with itself one state later.

    Parameters
    ----------
    states
        `` `state x variable` ``, in the order in which they were drawn.

    Returns
    -------
    pandas.Series
        One coefficient per variable that is not constant; near 0 for independent states.
    """
    moving = states.loc[:, states.std() > 1e-9]
    centred = moving - moving.mean()
    return (centred * centred.shift(-1)).sum() / (centred**2).sum()
