"""New steady states around the fast and the slow ones of a landscape, and how fast these can be.

The new states come from the Gaussian of a neighbourhood, cut to what the network allows. A third
group lies around the fast states too, with concentrations confined to the ranges that hold hardly
any fast state: if concentrations decide, these are slow (Fig. 3d-f, i).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.landscape import SIGNIFICANT, SPEED, SpeedSearch
from skimpy_renaissance.analyses.landscape_drawings import resampling_drawings
from skimpy_renaissance.analyses.result import AnalysisResult
from skimpy_renaissance.landscape import compatible_ranges, embed_states, resample_states
from skimpy_renaissance.landscape.concentration_ranges import windows_of
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["new_states"]


def new_states(
    states: SteadyStates,
    found: AnalysisResult,
    search: SpeedSearch,
    *,
    resampled: int = 90,
    confined: int = 40,
    n_rules: int = 30,
    walk: int = 1000,
) -> AnalysisResult:
    """Draw new states around those of a landscape, and search the fastest model at each.

    Parameters
    ----------
    states
        The steady states of the landscape.
    found
        What :func:`~skimpy_renaissance.analyses.landscape.landscape` says of them, with rules.
    search
        Searches the new states as those of the landscape were.
    resampled
        New states around the fast, and around the slow neighbourhood.
    confined
        New states around the fast neighbourhood with confined concentrations.
    n_rules
        Concentrations confined at most.
    walk
        Steps of the random walk behind each new state.

    Returns
    -------
    AnalysisResult
        Table ``new_states``.

    Raises
    ------
    SamplingError
        No new states can be drawn.
    """
    network, seed = search.kinetics.network, search.context.seed
    partition = float(found.numbers["partition"])  # type: ignore[arg-type]
    near: Mapping[str, list[str]] = found.numbers["neighbourhoods"]  # type: ignore[assignment]
    speed = found.tables["states"][SPEED]
    warnings: list[str] = []
    search_note: str = found.numbers["search"]  # type: ignore[assignment]
    windows = _windows(found.tables["rules"], n_rules, warnings)
    ranges = compatible_ranges(network, states, windows)
    if len(ranges) < len(windows):
        warnings.append(
            f"{len(ranges)} of {len(windows)} concentration windows go together in one state; "
            "the others were left free in the constrained sampling."
        )
    draws: dict[str, tuple[int, list[str], Mapping[str, tuple[float, float]]]] = {
        "fast": (resampled, near["fast"], {}),
        "slow": (resampled, near["slow"], {}),
    }
    if ranges:
        draws["confined"] = (confined, near["fast"], ranges)
    new = {
        label: resample_states(
            network,
            states,
            n,
            around=around,
            ranges=within,
            seed=seed + number,
            steps=walk,
            prefix=label,
        )
        for number, (label, (n, around, within)) in enumerate(draws.items(), start=1)
    }
    new_speed = {label: search(label, drawn.states).lambda_max for label, drawn in new.items()}
    close = SteadyStates.stack([*states.select(near["fast"]), *new["fast"].states])
    return AnalysisResult(
        tables={
            "new_states": pd.concat(
                pd.DataFrame(
                    {SPEED: values, "group": label},
                    index=pd.Index(new[label].states.names, name="state"),
                )
                for label, values in new_speed.items()
            )
        },
        drawings=resampling_drawings(
            embed_states(network, close, seed=seed),
            np.concatenate([speed[near["fast"]].to_numpy(), new_speed["fast"]]),
            partition,
            n_members=len(near["fast"]),
            everywhere=speed.to_numpy(),
            search=search_note,
            new=new_speed,
        ),
        numbers={
            "confined": {name: list(limits) for name, limits in ranges.items()},
            "resampling": {
                label: {
                    "drawn": drawn.drawn,
                    "rejected": dict(drawn.rejected),
                    "inside_without_truncation": drawn.inside,
                }
                for label, drawn in new.items()
            },
        },
        warnings=warnings,
    )


def _windows(rules: pd.DataFrame, most: int, warnings: list[str]) -> dict[str, tuple[float, float]]:
    """Return the windows to confine concentrations to: rules, else the most biased ones."""
    found = rules[rules["rule"]].head(most)
    if not len(found):
        found = rules[rules["q_value"] <= SIGNIFICANT].head(most)
        warnings.append(
            "No range of a single concentration excludes fast states here. "
            + (
                "States were confined to the windows with fewest of them instead, of "
                f"{len(found)} metabolite(s) with a significant bias."
                if len(found)
                else "Nor has any a significant bias, so no states were confined to it: there are "
                "too few states, or concentrations matter only together."
            )
        )
    return windows_of(found)
