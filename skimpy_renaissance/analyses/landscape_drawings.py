"""Figures of the landscape, in the layout of Fig. 3.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from skimpy_renaissance.analyses.result import Drawing
from skimpy_renaissance.landscape import Embedding, Neighbourhood
from skimpy_renaissance.plots import (
    plot_concentration,
    plot_fastest,
    plot_landscape,
    plot_rules,
)
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["landscape_drawings", "resampling_drawings", "rule_drawings"]

Speeds = NDArray[np.float64]

_MOST = 30  # metabolites in one figure


def landscape_drawings(
    embedding: Embedding,
    speed: Speeds,
    partition: float,
    *,
    fast: Neighbourhood,
    slow: Neighbourhood,
    search: str,
) -> dict[str, Drawing]:
    """Return the map of all states and the distribution of their fastest dynamics.

    Parameters
    ----------
    embedding
        Where the states lie.
    speed
        `` `state` ``, 1/h: fastest reachable at each.
    partition
        1/h.
    fast, slow
        Neighbourhoods to mark, the fastest and the slowest one.
    search
        How far the search went, in words.

    Returns
    -------
    dict
        Name to drawing.
    """
    groups = {"fastest neighbourhood": fast.names, "slowest neighbourhood": slow.names}
    values = {
        "all states": speed,
        "fastest neighbourhood": fast.lambda_max,
        "slowest neighbourhood": slow.lambda_max,
    }
    return {
        "landscape": Drawing.on_axes(
            lambda ax: plot_landscape(embedding, speed, partition, groups=groups, ax=ax),
            "Each point is a steady state at its place in the plane (PCA, t-SNE), coloured by the "
            "fastest dynamics that were found there. As Fig. 3a, b, whose radius and angle are the "
            "columns of states.csv.",
        ),
        "fastest": Drawing.on_axes(
            lambda ax: plot_fastest(values, partition, search=search, ax=ax),
            "Distribution of the fastest dynamics over states. As Fig. 3c.",
            size=(6.4, 4.6),
        ),
    }


def resampling_drawings(
    magnified: Embedding,
    speed: Speeds,
    partition: float,
    *,
    n_members: int,
    everywhere: Speeds,
    search: str,
    new: Mapping[str, Speeds],
) -> dict[str, Drawing]:
    """Return the map of the fast neighbourhood with new states, and how fast new states are.

    Parameters
    ----------
    magnified
        Where the members, and after them the new states around them, lie.
    speed
        `` `state` ``, 1/h: fastest reachable at each.
    partition
        1/h.
    n_members
        How many of the states are members.
    everywhere
        `` `state` ``, 1/h: of all states.
    search
        How far the search went, in words.
    new
        ``"fast"``, ``"slow"``, ``"confined"`` to `` `state` ``, 1/h: of the new states around
        the fastest and the slowest neighbourhood, and of those with concentrations confined.

    Returns
    -------
    dict
        Name to drawing.
    """
    groups = {"members": magnified.names[:n_members], "new": magnified.names[n_members:]}
    labels = {
        "fast": "new, around the fastest",
        "slow": "new, around the slowest",
        "confined": "new, confined",
    }
    values = {
        "all states": everywhere,
        **{label: new[key] for key, label in labels.items() if key in new},
    }
    return {
        "neighbourhood": Drawing.on_axes(
            lambda ax: plot_landscape(magnified, speed, partition, groups=groups, ax=ax),
            "The fastest neighbourhood and new states from its Gaussian, in a plane of their own. "
            "As Fig. 3d, e.",
        ),
        "resampled": Drawing.on_axes(
            lambda ax: plot_fastest(values, partition, search=search, ax=ax),
            "Fastest dynamics of new states: around the fastest neighbourhood, around the slowest "
            "one, and around the fastest one with concentrations confined. As Fig. 3f, i.",
            size=(6.4, 4.8),
        ),
    }


def rule_drawings(
    states: SteadyStates, speed: Speeds, partition: float, *, rules: pd.DataFrame
) -> dict[str, Drawing]:
    """Return the fastest dynamics over four concentrations, and the windows of all.

    Parameters
    ----------
    states
        The steady states.
    speed
        `` `state` ``, 1/h: fastest reachable at each.
    partition
        1/h.
    rules
        As :func:`~skimpy_renaissance.landscape.concentration_rules` returns them.

    Returns
    -------
    dict
        Name to drawing.
    """

    def draw_concentrations(figure: Figure) -> object:
        return [
            plot_concentration(states, speed, str(name), partition=partition, rules=rules, ax=ax)
            for name, ax in zip(rules.index[:4], figure.subplots(2, 2).ravel(), strict=False)
        ]

    return {
        "concentrations": Drawing(
            draw_concentrations,
            "Fastest dynamics over the concentrations that bias them most; shaded: the window with "
            "fewest fast states. As Fig. 3g.",
            (8.0, 6.0),
        ),
        "rules": Drawing.on_axes(
            lambda ax: plot_rules(rules, states, most=_MOST, ax=ax),
            "Range of each concentration over all states, and the window with fewest fast states.",
            size=(6.4, 7.6),
        ),
    }
