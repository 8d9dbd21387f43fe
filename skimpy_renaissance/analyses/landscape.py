r"""How fast each of many steady states can be, and which concentrations decide it (Fig. 3).

.. math:: \lambda^*(s) = \min_{K_m} \lambda_{max}(K_m; s)

is searched for every state :math:`s`; then each state gets its place on a plane, states that lie
together and are fastest, or slowest, are found, and per metabolite the range of concentrations
with fewest fast states.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.landscape_drawings import landscape_drawings, rule_drawings
from skimpy_renaissance.analyses.result import AnalysisResult
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.landscape import (
    FastestModels,
    Neighbourhood,
    allowed_ranges,
    concentration_rules,
    embed_states,
    fast_states,
    fastest_dynamics,
    fastest_neighbourhood,
    pool_speeds,
    slowest_neighbourhood,
)
from skimpy_renaissance.landscape.concentration_ranges import ranges_table
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.sampling.pool_speed import SLOWEST
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["SIGNIFICANT", "SPEED", "SpeedSearch", "landscape", "search_told"]

SPEED = "fastest lambda_max (1/h)"
"""Column of the table ``states``."""

SIGNIFICANT = 0.05
"""False discovery rate among metabolites, and level of the test in states held out."""

_TELLING = 0.05  # share of fast, and of slow states with which they can be compared
_ENOUGH = 20  # of each, however small a share they are
_SHARPNESS = 10.0  # of the smoothed maximum; where one pool limits, 5 would stop short


@dataclass(frozen=True, eq=False)
class SpeedSearch:
    """The fastest dynamics at some states, each search kept in a folder of its own.

    A search begins at the generator's model; where that leads to none below the partition, another
    begins near :math:`K_m = x`, as what counts is that *no* model is fast. Without a generator
    there is the latter search only.

    Parameters
    ----------
    kinetics
        The compiled kinetic model.
    partition
        1/h: valid models lie below it.
    log_km_range
        Lower and upper ln Km, ln(mol/L), where the network gives no bounds.
    steps
        Gradients followed at each state.
    context
        Holds the searches, and carries out their chunks.
    generator
        Trained for speed; ``None`` starts near :math:`K_m = x`.
    """

    kinetics: CompiledKinetics
    partition: float
    log_km_range: tuple[float, float]
    steps: int
    context: RunContext
    generator: TrainedGenerator | None = None

    def __call__(self, name: str, states: SteadyStates) -> FastestModels:
        """Search some states.

        Parameters
        ----------
        name
            Folder of the search within that of the context.
        states
            Where to search.

        Returns
        -------
        FastestModels
        """
        if self.generator is None:
            return self._search(name, states)
        first = self._search(name, states, generator=self.generator, sharpness=_SHARPNESS)
        fast = fast_states(first.lambda_max, self.partition)
        slow = [state for state, reached in zip(states.names, fast, strict=True) if not reached]
        if not slow:
            return first
        return first.improved_by(self._search(f"{name}_again", states.select(slow)))

    def _search(self, name: str, states: SteadyStates, **options: object) -> FastestModels:
        if self.generator is not None:
            options["candidates_per_state"] = 1  # it has little spread
        return fastest_dynamics(
            self.kinetics,
            states,
            steps=self.steps,
            log_km_range=self.log_km_range,
            seed=self.context.seed,
            threads=self.context.threads,
            runner=self.context.runner,
            progress=self.context.progress,
            folder=self.context.folder / name,
            **options,  # type: ignore[arg-type]
        )


def landscape(
    network: KineticNetwork,
    states: SteadyStates,
    fastest: FastestModels,
    *,
    partition: float,
    members: int = 22,
    slow_share: float | None = None,
    seed: int = 0,
) -> AnalysisResult:
    """Say which steady states can be fast, and which concentrations decide it.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states.
    fastest
        The fastest model found at each of them.
    partition
        1/h: a state counts as fast where its fastest model lies below it.
    members
        States of a neighbourhood.
    slow_share
        Where hardly any state is fast, or hardly any slow, the states count as fast below the
        value that this share of them does not reach; ``None`` keeps the partition.
    seed
        Seed of the plane and of the states held out.

    Returns
    -------
    AnalysisResult
        Tables ``states``, and where fast and slow states can be compared ``rules`` and
        ``allowed_ranges`` (mol/L, for pyTFA).

    Raises
    ------
    InputError
        No spectrum could be computed at any state, or there are too few states.
    """
    speed = fastest.lambda_max
    if not np.isfinite(speed).any():
        raise InputError("No spectrum could be computed at any state. Look at them with check.")
    warnings: list[str] = []
    if slow_share is not None:
        partition = _telling_partition(speed, partition, slow_share, warnings)
    fast = fast_states(speed, partition)
    embedding = embed_states(network, states, seed=seed)
    ranked = np.where(np.isfinite(speed), speed, np.nanmax(speed))  # failed ones count as slow
    near_fast = fastest_neighbourhood(embedding, ranked, size=members)
    near_slow = slowest_neighbourhood(embedding, ranked, size=members)
    pools = pool_speeds(network, states)
    table = fastest.to_dataframe().assign(fast=fast, **{SLOWEST: pools.slowest})
    table["slowest pool"] = list(pools.slowest_pool)
    tables = {"states": pd.concat([table, embedding.to_dataframe()], axis=1)}
    told = search_told(fastest, partition)
    drawings = landscape_drawings(
        embedding, speed, partition, fast=near_fast, slow=near_slow, search=told
    )
    numbers: dict[str, object] = {
        "partition": partition,
        "states": len(states),
        "fast": int(fast.sum()),
        "models_judged": int(fastest.judged.sum()),
        "still_improving": fastest.status.count("improving"),
        "search": told,
        "principal_components": embedding.n_components,
        "neighbourhoods": {"fast": list(near_fast.names), "slow": list(near_slow.names)},
    }
    summary = [
        ("steady states", str(len(states))),
        ("fast", f"{fast.sum()} ({100 * fast.mean():.1f} %)"),
        ("not below the partition", told),
        ("fastest, median, slowest", _spelled(np.nanquantile(speed, [0, 0.5, 1]), " ")),
        *(
            (f"{label} neighbourhood", _of_neighbourhood(near, partition))
            for label, near in (("fastest", near_fast), ("slowest", near_slow))
        ),
    ]
    try:
        rules = concentration_rules(states, fast, seed=seed)
    except InputError as error:  # all states are fast, or none is
        warnings.append(f"No rules: {error}")
    else:
        ranges = allowed_ranges(rules, states)
        tables |= {"rules": rules, "allowed_ranges": ranges_table(ranges)}
        drawings |= rule_drawings(states, speed, partition, rules=rules)
        biased = rules.index[rules["q_value"] <= SIGNIFICANT]
        numbers |= {"rules": int(rules["rule"].sum()), "biased": list(biased)}
        summary += [
            (f"metabolites with a bias (q <= {SIGNIFICANT:g})", str(len(biased))),
            ("  with a range of hardly any fast state", str(rules["rule"].sum())),
            ("  ranges that pyTFA can apply", str(len(ranges))),
        ]
    return AnalysisResult(
        tables=tables, drawings=drawings, numbers=numbers, warnings=warnings, summary={"": summary}
    )


def _telling_partition(
    speed: NDArray[np.float64], wanted: float, slow_share: float, warnings: list[str]
) -> float:
    """Return the partition, or one that parts the states where that one does not."""
    is_slow = ~fast_states(speed, wanted)
    slow, fewest = float(is_slow.mean()), min(is_slow.sum(), (~is_slow).sum())
    if fewest >= min(_ENOUGH, _TELLING * len(speed)):
        return wanted
    other = float(np.nanquantile(speed, 1 - slow_share))
    warnings.append(
        f"At {100 * slow:.1f} % of the states no model below the partition of {wanted:.3g} 1/h was "
        f"found, so it does not tell states apart. Here states count as fast below {other:.3g} "
        f"1/h, which {100 * slow_share:.1f} % of them, as many as in the paper, do not reach."
    )
    return other


def search_told(fastest: FastestModels, partition: float) -> str:
    """Return in words how far the search went where it found nothing below the partition.

    Parameters
    ----------
    fastest
        The fastest model found at each state.
    partition
        1/h: valid models lie below it.

    Returns
    -------
    str
    """
    slow = ~fast_states(fastest.lambda_max, partition)
    if not slow.any():
        return "at all states models below the partition were found"
    judged = fastest.judged[slow]
    improving = int((np.array(fastest.status) == "improving")[slow].sum())
    models = f"{judged.min()}" if judged.min() == judged.max() else f"{judged.min()}-{judged.max()}"
    return (
        f"{slow.sum()} of {len(slow)} not below after {models} models each, {improving} of these "
        "still improving"
    )


def _of_neighbourhood(near: Neighbourhood, partition: float) -> str:
    below = int(fast_states(near.lambda_max, partition).sum())
    return f"{_spelled(near.range, ' to ')}, {below} of {len(near.names)} below the partition"


def _spelled(speeds: Iterable[float], separator: str) -> str:
    return separator.join(f"{speed:.3g}" for speed in speeds) + " 1/h"
