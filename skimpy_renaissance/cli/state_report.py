"""What steady states say before any model is built: the second part of ``check``.

The turnover time of a metabolite is about how long it takes to follow a change where enzymes are
far from equilibrium: pools slower than the partition asks make valid models rare.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.sampling.default_partition import suggested_partition
from skimpy_renaissance.spectrum.time_scales import doubling_time, settling_time, share_left
from skimpy_renaissance.steady_states import (
    ConsistencyReport,
    SteadyState,
    SteadyStates,
    check_consistency,
    growth_rate,
    growth_reaction,
    turnover_times,
)

__all__ = ["describe_state", "describe_states"]

_SHOWN = 5


def describe_states(report: ConsistencyReport, states: SteadyStates, *, source: str) -> Findings:
    """Say whether steady states fit their network.

    Parameters
    ----------
    report
        Consistency of all states.
    states
        The states.
    source
        Where they were read from.

    Returns
    -------
    Findings
    """
    passed = int(report.passed.sum())
    row, column = np.unravel_index(report.imbalance.argmax(), report.imbalance.shape)
    entries = {
        "consistent": f"{passed} of {len(report.names)}",
        "worst balance": f"{report.variable_names[column]} in state {report.names[row]}: net "
        f"production {report.imbalance[row, column]:.2g} of its throughput (accepted up to "
        f"{report.balance_tolerance:g})",
        "within tolerance": _within_floor(report),
        "concentrations": f"median {_in_range(report.median_concentration)} mol/L",
    }
    problems = [*_duplicates(states), *([report.doubt] if report.doubt else [])]
    failed = [name for name, good in zip(report.names, report.passed, strict=True) if not good]
    problems += [
        f"state {name}: {problem}." for name in failed[:_SHOWN] for problem in report.problems(name)
    ]
    if len(failed) > _SHOWN:
        problems.append(f"and so on: {len(failed)} states in all, {listed(failed, most=10)}.")
    return Findings(f"Steady states, from {source}", entries, problems=tuple(problems))


def _duplicates(states: SteadyStates) -> list[str]:
    """Name states that are the same in every number, to seven digits."""
    table = np.hstack([states.fluxes, states.concentrations, np.log(states.equilibrium_constants)])
    alike: dict[bytes, list[str]] = {}
    for name, row in zip(states.names, table, strict=True):
        alike.setdefault(row.astype(np.float32).tobytes(), []).append(name)
    groups = [" = ".join(names) for names in alike.values() if len(names) > 1]
    if not groups:
        return []
    return [
        f"{len(states) - len(alike)} of {len(states)} states are copies of others: "
        f"{listed(groups)}. Was the sampler stuck, or a table joined twice?"
    ]


def _edited_constants(network: KineticNetwork, state: SteadyState) -> list[str]:
    """Name equilibrium constants that differ between file and state where the others agree."""
    pairs = {
        r.name: (network.values[r.equilibrium_constant], state.equilibrium_constants[r.name])
        for r in network.reactions
        if r.equilibrium_constant is not None and r.equilibrium_constant in network.values
    }
    differ = {n: p for n, p in pairs.items() if not np.isclose(p[0], p[1], rtol=1e-3, atol=0)}
    if not differ or len(differ) > len(pairs) / 2:  # none, or the file holds placeholders
        return []
    shown = (f"{n} ({file:.4g} in the file, {own:.4g})" for n, (file, own) in differ.items())
    return [
        f"equilibrium constants of the model file differ from those of the state, which count, for "
        f"{listed(shown)}, while {len(pairs) - len(differ)} others agree. Were they edited after "
        "sampling?"
    ]


def _within_floor(report: ConsistencyReport) -> str:
    """Name what is balanced to a solver's tolerance only: empty, and not shown, for nothing."""
    rows, columns = np.nonzero(report.within_floor)
    if not len(rows):
        return ""
    names = dict.fromkeys(report.variable_names[i] for i in columns)
    return (
        f"{listed(names)} in {len(set(rows))} state(s): net production below "
        f"{report.balance_floor:g} mmol/gDW/h, as solvers leave it; --balance-fluxes removes it"
    )


def describe_state(
    network: KineticNetwork, states: SteadyStates, state: SteadyState, *, settings: Settings
) -> Findings:
    """Say what is particular about one steady state.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Where the state is from.
    state
        The state.
    settings
        For the time scale that is asked for, and the growth reaction.

    Returns
    -------
    Findings
    """
    one = states.select([state.name])
    entries = {}
    entries["growth"] = _growth(network, state, settings)
    partition = settings.to_criterion().partition
    entries["near equilibrium"] = _nearest_to_equilibrium(network, one)
    times = turnover_times(network, state)
    slowest = np.argsort(-times)[:_SHOWN]
    turnover = ", ".join(f"{network.variables[i]} {times[i]:.2g}" for i in slowest) + " (h)"
    if partition < 0:
        n_slow = int((times > -1 / partition).sum())
        turnover += f"\n{n_slow or 'none'} slower than the partition asks, {-1 / partition:.2g} h"
    entries["slowest turnover"] = turnover
    problems = tuple(_edited_constants(network, state))
    return Findings(f"Steady state {state.name}", entries, problems=problems)


def _growth(network: KineticNetwork, state: SteadyState, settings: Settings) -> str:
    """Say how fast the cells grow and which partition that suggests."""
    data = settings.data
    name = data.growth or growth_reaction(network)
    growth = growth_rate(network, state, reaction=name, scaling=data.growth_scaling)
    suggested = suggested_partition(network, state, reaction=name, scaling=data.growth_scaling)
    if growth is None:
        text = "no reaction is growth by its name; --growth names it"
    elif suggested is None:  # lumped reactions can be scaled
        text = f"{growth:.3g} 1/h by the flux of {name}, which hardly any cell has: is it lumped "
        text += "(--growth-scaling, growth over this flux), or are fluxes in another unit?"
    else:
        doubling = doubling_time(growth)
        text = (
            f"{growth:.4g} 1/h (flux of {name}), doubling in {60 * doubling:.3g} min; five times "
        )
        text += f"faster is a partition of {suggested:.3g} 1/h, with which "
        text += f"{100 * share_left(suggested, doubling):.0f} % of a perturbation is left after a "
        text += f"doubling, 0.7 % after {60 * float(settling_time(suggested)):.3g} min"
    if settings.criterion.partition is None:
        advice = "five times growth" if suggested is None else f"{suggested:.3g}"
        text += f"\nno --partition was stated: the default is one E. coli's; state {advice}"
    return text


def _nearest_to_equilibrium(network: KineticNetwork, one: SteadyStates) -> str:
    logs = check_consistency(network, one).log_displacement[0]
    if np.isnan(logs).all():
        return "no reaction has an equilibrium constant"
    nearest = np.argsort(np.abs(logs))[:3]
    described = (
        f"{network.reaction_names[i]} {np.exp(logs[i]):.7g}"
        for i in nearest
        if not np.isnan(logs[i])
    )
    return f"displacement {', '.join(described)} (1 is equilibrium)"


def _in_range(values: NDArray[np.float64]) -> str:
    low, high = values.min(), values.max()
    return f"{low:.2g}" if np.isclose(low, high) else f"{low:.2g} to {high:.2g}"
