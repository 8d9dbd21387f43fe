"""Steady-state profiles: points of the thermodynamic polytope, drawn by hit-and-run.

A profile holds fluxes v, log-concentrations ln c and reaction energies DG with ::

    N v = 0,      DG v < 0,      DG = DGo + RT sum_m n_m ln c_m

Successive points of a random walk are correlated, so many steps are skipped between two profiles
that are kept, and the first profiles are discarded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import null_space

from skimpy_renaissance.errors import SteadyStateError
from skimpy_renaissance.examples.build_e_coli_core.hit_and_run import hit_and_run, rounded

if TYPE_CHECKING:
    from pytfa import ThermoModel

__all__ = ["check_states", "lag_one_autocorrelation", "sample_states"]

Array = NDArray[np.float64]

_FIXED = 1e-7  # narrower than the solver's tolerance: the variable cannot move
_WATER = "H2O"
_PROTON = "H"


def _columns(tfa: ThermoModel) -> list[str]:
    names = [name for rxn in tfa.reactions for name in (rxn.id, rxn.reverse_id)]
    for kind in (tfa.log_concentration, tfa.delta_g, tfa.delta_gstd):
        names += [variable.name for variable in kind]
    return names


def _extremes(tfa: ThermoModel) -> Array:
    """Return the vertices at which each variable is largest and smallest, `vertex x variable`."""
    vertices = []
    for variable in tfa.variables:
        for sense in ("min", "max"):
            tfa.objective = tfa.problem.Objective(variable, direction=sense)
            if tfa.solver.optimize() != "optimal":
                raise SteadyStateError(
                    f"The condition must leave some state, but the {sense}imum of {variable.name} "
                    f"is {tfa.solver.status}. Widen the flux bounds or the concentration ranges."
                )
            vertices.append([v.primal for v in tfa.variables])
    return np.array(vertices)


def _polytope(tfa: ThermoModel) -> tuple[Array, Array, tuple[Array, Array]]:
    """Return an inner point, the directions in which it can move, and the variables' bounds."""
    from cobra.util.array import constraint_matrices  # noqa: PLC0415 - extra "build"

    vertices = _extremes(tfa)
    problem = constraint_matrices(tfa)
    low, high = (problem.variable_bounds[:, side].copy() for side in (0, 1))
    width = np.ptp(vertices, axis=0)
    free = width > _FIXED
    equalities = problem.equalities[:, free] * width[free]
    basis = null_space(equalities, rcond=1e-11)
    directions = np.zeros((len(low), basis.shape[1]))
    directions[free] = basis * width[free, None]
    centre = np.where(free, vertices.mean(axis=0), low)
    gap = problem.b - problem.equalities @ centre
    centre[free] += width[free] * np.linalg.lstsq(equalities, gap, rcond=1e-11)[0]
    return centre, directions, (np.where(free, low, -np.inf), np.where(free, high, np.inf))


def sample_states(
    tfa: ThermoModel, *, states: int, thinning: int, discard: int, seed: int
) -> pd.DataFrame:
    """Draw steady-state profiles uniformly from the thermodynamic polytope.

    Parameters
    ----------
    tfa
        Model without integer variables; its objective is overwritten.
    states
        Number of profiles to keep.
    thinning
        Steps of the walk between two profiles.
    discard
        Profiles thrown away at the start.
    seed
        Seed of the walk.

    Returns
    -------
    pandas.DataFrame
        `` `state x variable` ``, columns named as pyTFA writes them: ``R`` and ``R_reverse_xxxxx``
        (mmol/gDW/h, 1/h for growth), ``LC_met`` (ln mol/L), ``DG_R`` and ``DGo_R`` (kcal/mol).
        The variables that pyTFA adds for its own use (``LnGamma_``, ``FU_``, ``BU_``) are left out.
    """
    generator = np.random.default_rng(seed)
    origin, directions, bounds = _polytope(tfa)
    origin, directions = rounded(origin, directions, bounds, rounds=4, generator=generator)
    walk = hit_and_run(
        origin,
        directions,
        bounds,
        states=discard + states,
        thinning=thinning,
        generator=generator,
    )
    drawn = pd.DataFrame(
        origin + walk[discard:] @ directions.T, columns=[v.name for v in tfa.variables]
    )
    return drawn.loc[:, _columns(tfa)]


def net_fluxes(tfa: ThermoModel, states: pd.DataFrame) -> pd.DataFrame:
    """Subtract backward from forward fluxes.

    Parameters
    ----------
    tfa
        Model that names the columns.
    states
        As returned by :func:`sample_states`.

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
        As returned by :func:`sample_states`.
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
            f"{residual:g}. Sample again with a smaller thinning or another seed."
        )
    if (residual := _energy_residual(tfa, states)) > tolerance:
        raise SteadyStateError(
            f"DG = DGo + RT sum n ln c must hold to {tolerance:g} kcal/mol, but the largest "
            f"residual is {residual:g}. Sample again with a smaller thinning or another seed."
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
