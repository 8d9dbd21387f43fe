"""Published numbers of Fig. 3 beside those found, for the study of the landscape.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Sized

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding
from skimpy_renaissance.analyses.landscape import SIGNIFICANT, SPEED
from skimpy_renaissance.errors import listed
from skimpy_renaissance.landscape import fast_states
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling.pool_speed import SLOWEST
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["PUBLISHED_RULE", "PUBLISHED_SLOW", "landscape_findings"]

PUBLISHED_SLOW = 0.184
"""Share of 5,000 states that never got below -2.5 1/h."""

PUBLISHED_RULE = ("_3pg_c", 2e-6, 3e-6)
"""Metabolite, and window of concentrations that allows hardly any fast dynamics, mol/L."""


def landscape_findings(
    found: AnalysisResult, states: SteadyStates, *, wanted: float
) -> list[Finding]:
    """Return the numbers of Fig. 3, published and found.

    Parameters
    ----------
    found
        The landscape with its new states.
    states
        Its steady states.
    wanted
        1/h: the partition of the organism.

    Returns
    -------
    list of Finding
    """
    speed, rules = found.tables["states"][SPEED], found.tables["rules"]
    new = found.tables["new_states"].groupby("group")[SPEED]
    partition: float = found.numbers["partition"]  # type: ignore[assignment]
    confined: Sized = found.numbers["confined"]  # type: ignore[assignment]
    near = found.numbers["neighbourhoods"]
    near_fast, near_slow = (speed[near[kind]] for kind in ("fast", "slow"))  # type: ignore[index]
    new_speed = {str(group): values for group, values in new}

    def percent_fast(values: pd.Series) -> float:
        return 100 * float(fast_states(values, partition).mean())

    def fast_among(
        quantity: str, published: float | str | None, speeds: pd.Series, paper: str = ""
    ) -> Finding:
        note = f"{len(speeds)} states, below {partition:.3g} 1/h{paper}"
        return Finding(quantity, published, percent_fast(speeds), "%", note)

    search = str(found.numbers["search"])
    biased = rules[rules["q_value"] <= SIGNIFICANT]
    return [
        Finding(
            "states with no model found below the partition",
            100 * PUBLISHED_SLOW,
            100 * float(np.mean(~fast_states(speed, wanted))),
            "%",
            f"{len(speed)} states, below {wanted:.3g} 1/h"
            + (f" ({search})" if wanted == partition else "")
            + "; paper: 918 of 5,000, below -2.5 1/h",
        ),
        *_given(found, wanted),
        Finding(
            f"fastest neighbourhood, {len(near_fast)} states",
            "-8.5 to -3.8",
            _spelled(near_fast),
            "1/h",
            f"{int(fast_states(near_fast, partition).sum())} below {partition:.3g} 1/h; paper: 22 "
            "states",
        ),
        fast_among(
            "new states around the fastest ones that are fast",
            100.0,
            new_speed["fast"],
            "; paper: 90, in the same range",
        ),
        Finding(
            "range of the new states around the fastest ones",
            "-8.5 to -3.8",
            _spelled(new_speed["fast"]),
            "1/h",
            "fastest and slowest",
        ),
        fast_among(f"slowest neighbourhood, {len(near_slow)} states: fast ones", None, near_slow),
        fast_among(
            "new states around the slowest ones that are fast", "similarly slow", new_speed["slow"]
        ),
        Finding(
            "metabolites with a concentration that allows no fast dynamics",
            30,
            int(rules["rule"].sum()),
            note="paper: by visual inspection; here: a significant window with hardly any fast "
            "state",
        ),
        Finding(
            "metabolites with a concentration that allows fewer fast states",
            None,
            len(biased),
            note="false discovery rate 5 %, among half of the states; those above included",
        ),
        Finding(
            "of these, confirmed in the other half of the states",
            None,
            int((biased["p_held_out"] <= SIGNIFICANT).sum()) if len(biased) else None,
            note="one-sided Fisher test, p <= 0.05",
        ),
        *_pools(found, partition),
        *_published_window(found, states, partition),
        Finding(
            "new states confined to such concentrations that are fast",
            "almost none",
            percent_fast(new_speed["confined"]) if "confined" in new_speed else None,
            "%",
            f"{len(new_speed.get('confined', ()))} states, {len(confined)} concentration(s) "
            "confined; paper: 40 states, 30 concentrations",
        ),
    ]


def _given(found: AnalysisResult, wanted: float) -> list[Finding]:
    """Return the same share among the states that were given, where others were sampled."""
    if "given_states" not in found.tables:
        return []
    given = found.tables["given_states"][SPEED]
    slow = Proportion(int((~fast_states(given, wanted)).sum()), len(given))
    return [
        Finding(
            "the same among the given states",
            None,
            100 * slow.share,
            "%",
            f"{slow.hits} of {slow.draws}; 95 % interval {slow.interval_in_percent}",
        )
    ]


def _pools(found: AnalysisResult, partition: float) -> list[Finding]:
    """Return how many slow states have a pool that is too slow on its own, and which."""
    states = found.tables["states"]
    slow = states[~fast_states(states[SPEED], partition)]
    if not len(slow):
        return []
    limited = slow[slow[SLOWEST] < -partition]
    pools = limited["slowest pool"].value_counts()
    return [
        Finding(
            "slow states with a pool that is as slow on its own",
            None,
            100 * len(limited) / len(slow),
            "%",
            f"estimate of its flux over its amount below {-partition:.3g} 1/h, which is so at "
            f"{int((states[SLOWEST] < -partition).sum())} states in all; "
            + (listed(f"{pool} ({count})" for pool, count in pools.items()) or "none"),
        )
    ]


def _published_window(
    found: AnalysisResult, states: SteadyStates, partition: float
) -> list[Finding]:
    """Return what is found of the rule that the paper gives as its example."""
    name, low, high = PUBLISHED_RULE
    if name not in states.metabolite_names:
        return []
    molar = states.concentrations[:, states.metabolite_names.index(name)]
    molar = molar / states.units.concentration_scaling
    inside = (molar >= low) & (molar <= high)
    fast = fast_states(found.tables["states"][SPEED], partition)
    note = f"{1e3 * molar.min():.3g} to {1e3 * molar.max():.3g} mM in these states; "
    if inside.any():
        ours: float | str = 100 * float(fast[inside].mean())
        note += f"{inside.sum()} in the window, {100 * fast.mean():.1f} % of all are fast"
    else:
        ours = "none there"
        note += "none in the window"
    unit = "%" if inside.any() else ""
    return [Finding("fast states with 3pg at 0.002 to 0.003 mM", "hardly any", ours, unit, note)]


def _spelled(values: pd.Series) -> str:
    return f"{values.min():.3g} to {values.max():.3g}"
