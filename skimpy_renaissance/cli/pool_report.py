r"""Pools that stand still, or nearly: why no model is fast, and the table that holds them constant.

A pool of weights :math:`L` is turned over in

.. math:: \tau = \sum_i |L_i|\, x_i / w_i \Big/ \tfrac{1}{2} \sum_r |(LN)_r|\, |v_r| .

Elasticities above 1 make the mode of the Jacobian that belongs to it some ten times faster; where
:math:`\tau` is a thousand times what the partition asks, no choice of Michaelis constants helps.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skimpy_renaissance.atomic import write_text
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.errors import listed
from skimpy_renaissance.network import KineticNetwork, NearPool, near_pools
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["describe_pools"]

_SHOWN = 5
_TOO_SLOW = 1e3  # times the time that the partition asks for
_ROUNDED = 1e-9  # share of a change that is rounding, where no fluxes say how fast it is


def describe_pools(
    network: KineticNetwork,
    state: SteadyState | None = None,
    *,
    partition: float,
    table: Path | None = None,
) -> Findings | None:
    """Say which pools make models slow that the kinetic model does not hold constant.

    Parameters
    ----------
    network
        The kinetic model.
    state
        A steady state; without one only pools that are conserved to rounding are found.
    partition
        Time scale asked for, 1/h.
    table
        Where all pools are written as ``--conservation`` takes them; ``None`` writes nothing.

    Returns
    -------
    Findings or None
        ``None`` where there is nothing to say.

    Raises
    ------
    OutputError
        The table cannot be written.
    """
    fluxes = None if state is None else state.fluxes[list(network.reaction_names)]
    found = near_pools(network.stoichiometry, network.conserved_pools, fluxes=fluxes)
    hours = [_turnover(network, state, pool) for pool in found]
    asked = 1 / max(-partition, 1e-6)
    slow = [
        (pool, time)
        for pool, time in zip(found, hours, strict=True)
        if (pool.share <= _ROUNDED if time is None else time > _TOO_SLOW * asked)
    ]
    pools = network.conserved_pools
    if slow:
        pools = pools.with_further(np.array([pool.weights for pool, _ in slow]))
    entries = {}
    if table is not None:
        write_text(table, pools.to_table().to_csv())
        entries["written"] = f"{table}: {len(pools)} pools"
    if not slow:
        return Findings("Pools", entries) if entries else None
    lost = pools.changed_by(network.stoichiometry, reactions=network.reaction_names)
    flags = f"--conservation {table or 'pools.csv'}{' --approximate-pools' if lost else ''}"
    entries["to hold them"] = (
        f"{'' if table else 'check --write-pools pools.csv writes them with the known ones; '}"
        f"give {flags}"
    )
    problems = [_problem(network, pool, time) for pool, time in slow[:_SHOWN]]
    if len(slow) > _SHOWN:
        names = [pools.described(pool.weights) for pool, _ in slow[_SHOWN:]]
        problems.append(f"and so on: {len(slow)} pools in all, also {listed(names, most=10)}.")
    title = "Pools that no reaction turns over in time"
    return Findings(title, entries, problems=tuple(problems))


def _turnover(network: KineticNetwork, state: SteadyState | None, pool: NearPool) -> float | None:
    """Return how long a pool takes to be turned over, in hours."""
    if state is None or pool.change == 0:
        return None
    x = state.concentrations[list(network.variables)].to_numpy(dtype=float)
    amount = float(np.abs(pool.weights) @ (x / network.volume_ratios))
    per_hour = 1.0 if state.units is None else state.units.time_scaling
    return amount / (pool.change * per_hour)


def _problem(network: KineticNetwork, pool: NearPool, hours: float | None) -> str:
    name = network.conserved_pools.described(pool.weights)
    if pool.share == 0:
        return (
            f"{name} is conserved, but is none of the pools in use: every model has a mode that "
            "stands still."
        )
    time = "" if hours is None else f", and needs {hours:.2g} h to turn it over"
    return (
        f"{name} is nearly conserved: what changes it, most of all "
        f"{network.reaction_names[pool.reaction]}, is {pool.share:.2g} of what flows through it"
        f"{time}: every model has a mode that nearly stands still."
    )
