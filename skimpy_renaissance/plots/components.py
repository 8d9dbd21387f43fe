"""Populations of Michaelis constants in two principal components, as in Fig. 5f of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from matplotlib.axes import Axes

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.principal_components import KmComponents
from skimpy_renaissance.plots.palette import COLOURS
from skimpy_renaissance.plots.panels import one_panel

__all__ = ["plot_components"]

_MARKERS = "osD^vP"


def plot_components(components: KmComponents, ax: Axes | None = None) -> Axes:
    """Draw each model as a point, each group in a colour of its own.

    Parameters
    ----------
    components
        Two components at least; the first group is blue.
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are fewer than two components, or more groups than can be told apart.

    Examples
    --------
    >>> log_km = population.log_km(bound.km_names)
    >>> groups = {"first": log_km[:2], "others": log_km[2:]}
    >>> ax = sr.plots.plot_components(sr.kinetic_data.km_components(groups))
    >>> ax.get_xlabel()
    'PC1 of ln Km (29 % of the variance)'
    """
    groups = list(dict.fromkeys(components.table["group"]))
    most = len(COLOURS) * len(_MARKERS)
    if len(components.explained) < 2 or len(groups) > most:
        raise InputError(
            f"The figure needs two components and at most {most} groups; there are "
            f"{len(components.explained)} components and {len(groups)} groups."
        )
    ax = one_panel(ax)
    for i, group in enumerate(groups):
        points = components.table[components.table["group"] == group]
        ax.scatter(
            points["PC1"],
            points["PC2"],
            s=9,
            marker=_MARKERS[(i // len(COLOURS) + i) % len(_MARKERS)],
            color=COLOURS[i % len(COLOURS)],
            alpha=0.6,
            linewidths=0,
            label=group,
        )
    for name, axis, share in zip(
        ("PC1", "PC2"), (ax.xaxis, ax.yaxis), components.explained, strict=False
    ):
        axis.set_label_text(f"{name} of ln Km ({100 * share:.0f} % of the variance)")
    legend = ax.legend(
        frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5)
    )
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_alpha(1.0)
    return ax
