"""Published numbers of Fig. 3 beside those found, for the study of the landscape.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses import Finding
from skimpy_renaissance.landscape import Neighbourhood, fast_states

__all__ = ["PUBLISHED_SLOW", "SIGNIFICANT", "landscape_findings"]

PUBLISHED_SLOW = 0.184
"""Share of 5,000 states that never got below -2.5 1/h."""

SIGNIFICANT = 0.05
"""False discovery rate among metabolites, and level of the test in states held out."""


def landscape_findings(
    speed: NDArray[np.float64],
    near_fast: Neighbourhood,
    near_slow: Neighbourhood,
    rules: pd.DataFrame,
    new_speed: Mapping[str, NDArray[np.float64]],
    *,
    wanted: float,
    partition: float,
    n_confined: int,
) -> list[Finding]:
    """Return the numbers of Fig. 3, published and found.

    Parameters
    ----------
    speed
        `` `state` ``, 1/h: fastest reachable at each state of the landscape.
    near_fast, near_slow
        The two neighbourhoods.
    rules
        As :func:`~skimpy_renaissance.landscape.concentration_rules` returns them.
    new_speed
        ``"fast"``, ``"slow"``, ``"confined"`` to `` `state` ``, 1/h: of new states.
    wanted
        1/h: the partition of the organism.
    partition
        1/h: the one that parts fast from slow states here.
    n_confined
        Concentrations that were confined.

    Returns
    -------
    list of Finding
    """

    def percent_fast(values: NDArray[np.float64]) -> float:
        return 100 * float(fast_states(values, partition).mean())

    n_rules = int(rules["rule"].sum())
    biased = rules[rules["q_value"] <= SIGNIFICANT]
    at_cut = f"below {partition:.3g} 1/h"
    return [
        Finding(
            "states that never get below the partition",
            100 * PUBLISHED_SLOW,
            100 * float(np.mean(~fast_states(speed, wanted))),
            "%",
            f"{len(speed)} states, below {wanted:.3g} 1/h; paper: 918 of 5,000, below -2.5 1/h",
        ),
        Finding(
            f"neighbourhood of {len(near_fast.names)} fast states",
            "-8.5 to -3.8",
            _spelled(near_fast.lambda_max),
            "1/h",
            "paper: 22 states",
        ),
        Finding(
            "new states around the fast ones that are fast",
            100.0,
            percent_fast(new_speed["fast"]),
            "%",
            f"{len(new_speed['fast'])} states, {at_cut}; paper: 90, in the same range",
        ),
        Finding(
            "range of the new states around the fast ones",
            "-8.5 to -3.8",
            _spelled(new_speed["fast"]),
            "1/h",
            "fastest and slowest",
        ),
        Finding(
            f"fast among {len(near_slow.names)} states of the slow neighbourhood",
            None,
            percent_fast(near_slow.lambda_max),
            "%",
            at_cut,
        ),
        Finding(
            "new states around the slow ones that are fast",
            "similarly slow",
            percent_fast(new_speed["slow"]),
            "%",
            f"{len(new_speed['slow'])} states, {at_cut}",
        ),
        Finding(
            "metabolites with a concentration that allows no fast dynamics",
            30,
            n_rules,
            "",
            "paper: by visual inspection; here: a significant window with hardly any fast state",
        ),
        Finding(
            "metabolites with a concentration that allows fewer fast states",
            None,
            len(biased),
            "",
            "false discovery rate 5 %, among half of the states; those above included",
        ),
        Finding(
            "of these, confirmed in the other half of the states",
            None,
            int((biased["p_held_out"] <= SIGNIFICANT).sum()) if len(biased) else None,
            "",
            "one-sided Fisher test, p <= 0.05",
        ),
        Finding(
            "new states confined to such concentrations that are fast",
            "almost none",
            percent_fast(new_speed["confined"]) if "confined" in new_speed else None,
            "%",
            f"{len(new_speed.get('confined', ()))} states, {n_confined} concentrations confined; "
            "paper: 40 states, 30 concentrations",
        ),
    ]


def _spelled(values: NDArray[np.float64]) -> str:
    return f"{np.nanmin(values):.3g} to {np.nanmax(values):.3g}"
