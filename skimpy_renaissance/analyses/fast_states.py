r"""At which of many steady states models are fast, and what these states have in common.

At every state the same models are drawn blindly, :math:`\ln K_m` uniform. The share of them that is
valid, :math:`\lambda_{max} < -5 \mu` at the state's growth rate :math:`\mu` unless stated, says how
easily the state is parametrised; its rank is what fluxes, concentrations and equilibrium constants
explain or not. Where no model is valid at any state, the fastest one that the gradient finds at
each ranks them instead.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
import pandas as pd

from skimpy_renaissance.design.value_of_information import variance_explained
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.landscape import fastest_dynamics
from skimpy_renaissance.learning import judge
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling.default_partition import suggested_partition
from skimpy_renaissance.sampling.log_uniform import log_uniform
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_states import SteadyState, SteadyStates

__all__ = ["Demand", "state_speeds", "what_speed_depends_on"]

_FAST = 0.1  # the quantile of lambda_max that ranks states where no model is valid


class Demand(NamedTuple):
    """When a blindly drawn model counts as valid.

    Parameters
    ----------
    partition
        1/h; ``None`` for five times the growth rate of each state.
    growth, growth_scaling
        Reaction whose flux is growth, by default found by its name, and 1/h per its flux.
    km_range
        Smallest and largest Km, mol/L.
    """

    partition: float | None
    growth: str | None
    growth_scaling: float
    km_range: tuple[float, float]

    @property
    def log_km_range(self) -> tuple[float, float]:
        """The range of Km, ln(mol/L)."""
        low, high = self.km_range
        return log(low), log(high)

    def at(self, network: KineticNetwork, state: SteadyState) -> Validity:
        """Return the criterion at a state.

        Parameters
        ----------
        network
            The kinetic model.
        state
            The steady state.

        Returns
        -------
        Validity
        """
        if self.partition is not None:
            return Validity(self.partition)
        suggested = suggested_partition(
            network, state, reaction=self.growth, scaling=self.growth_scaling
        )
        return Validity() if suggested is None else Validity(round(suggested, 6))


def state_speeds(
    network: KineticNetwork,
    states: SteadyStates,
    demand: Demand,
    *,
    n: int,
    seed: int = 0,
    threads: int | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Judge the same models, drawn blindly, at every steady state.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.
    demand
        When a model counts as valid.
    n
        Models at each state.
    seed
        Of the draws.
    threads
        Processor cores to use; ``None`` for all.
    progress
        Whether to show a bar; ``None`` on a terminal.

    Returns
    -------
    pandas.DataFrame
        Index ``state``, the one with the largest share of valid models first; columns
        ``partition`` (1/h), ``drawn``, ``stable``, ``valid`` (counts), ``share``, ``low_95``,
        ``high_95``, ``lambda_max_tenth`` (1/h): a tenth of the models is faster; and where no model
        is valid at any state ``lambda_max_fastest`` (1/h), that of the fastest model found through
        the gradient, by which the states are then ordered; else NaN.
    """
    kinetics = compile_network(network)
    rows = []
    with progress_bar(len(states), progress=progress, desc="states", unit="state") as bar:
        for state in states:
            bound = kinetics.at(state, threads=threads)
            space = KmSpace.of(
                bound.km_names,
                bound.log_km_bounds,
                default_range=demand.log_km_range,
            )
            criterion = demand.at(network, state)
            judged = judge(bound, log_uniform(space, n, seed=seed), criterion, whole=True)
            speeds = np.nan_to_num(judged.lambda_max.numpy(), nan=np.inf)
            share = Proportion(int(judged.valid.sum()), n)
            rows.append(
                {
                    "state": state.name,
                    "partition": criterion.partition,
                    "drawn": n,
                    "stable": int((speeds < 0).sum()),
                    "valid": share.hits,
                    "share": share.share,
                    "low_95": share.interval[0],
                    "high_95": share.interval[1],
                    "lambda_max_tenth": float(np.quantile(speeds, _FAST)),
                }
            )
            bar.update()
    table = pd.DataFrame(rows).set_index("state")
    table["lambda_max_fastest"] = np.nan
    if not table["valid"].any():  # blind draws tell nothing: follow the gradient at every state
        found = fastest_dynamics(
            kinetics,
            states,
            log_km_range=demand.log_km_range,
            seed=seed,
            threads=threads,
            progress=progress,
        )
        table["lambda_max_fastest"] = found.lambda_max
    order = ["valid", "lambda_max_fastest", "lambda_max_tenth"]
    return table.sort_values(order, ascending=[False, True, True], kind="stable")


def what_speed_depends_on(
    network: KineticNetwork, states: SteadyStates, speeds: pd.DataFrame, *, seed: int = 0
) -> pd.DataFrame:
    """Tell what of a steady state decides how fast models are: what to measure.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Independent ones.
    speeds
        Of :func:`state_speeds`.
    seed
        Of the permutations.

    Returns
    -------
    pandas.DataFrame
        Columns ``label``, ``kind``, ``name``, ``low``, ``high`` (range over the states: mol/L,
        mmol/gDW/h, mol/L to the power of the summed stoichiometry), ``explained`` and
        ``explained_by_chance``, as
        :func:`~skimpy_renaissance.design.value_of_information.variance_explained`, of the rank of
        a state.
    """
    quantities, ranges = _quantities(network, states)
    rank = pd.Series(np.arange(len(speeds), dtype=float), index=speeds.index)
    told = variance_explained(quantities, rank[list(states.names)].to_numpy(), seed=seed)
    return ranges.loc[told["constant"]].join(told.set_index("constant")).reset_index(drop=True)


def _quantities(network: KineticNetwork, states: SteadyStates) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a row per state with a column per quantity, and the range of each with its label."""
    units = states.units
    reversible = [network.reaction_names.index(name) for name in network.reversible_reactions]
    powers = network.full_stoichiometry[:, reversible].sum(axis=0)
    constants = states.equilibrium_constants[:, reversible]
    parts = (
        ("flux", "Flux of", network.reaction_names, states.fluxes / units.flux_factor),
        (
            "concentration",
            "Concentration of",
            network.metabolites,
            states.concentrations / units.concentration_scaling,
        ),
        (
            "equilibrium constant",
            "Energy of",
            network.reversible_reactions,
            constants / units.concentration_scaling**powers,
        ),
    )
    values, rows = {}, []
    for kind, words, names, numbers in parts:
        for name, column in zip(names, numbers.T, strict=True):
            label = f"{words} {name}"
            values[label] = column
            rows.append((label, kind, name, column.min(), column.max()))
    columns = ["label", "kind", "name", "low", "high"]
    ranges = pd.DataFrame(rows, columns=columns).set_index("label", drop=False)
    ranges.index.name = None
    return pd.DataFrame(values, index=list(states.names)), ranges
