r"""Concentrations that allow no fast dynamics, as in Fig. 3g of [1]_.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.landscape import speed_colours
from skimpy_renaissance.plots.log_axis import plain_numbers
from skimpy_renaissance.plots.palette import BLACK, BLUE, ORANGE, VERMILLION
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["plot_concentration", "plot_rules"]

_PEACH = "#FBC9A6"
_MILLIMOLAR = 1e3
_SIGNIFICANT = 0.05  # q-value


def plot_concentration(
    states: SteadyStates,
    lambda_max: ArrayLike,
    metabolite: str,
    *,
    partition: float,
    rules: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the fastest dynamics of states over the concentration of one metabolite.

    Parameters
    ----------
    states
        Steady states.
    lambda_max
        `` `state` ``, 1/h: fastest reachable at each.
    metabolite
        One of the states' metabolites.
    partition
        1/h: states below it allow valid models.
    rules
        As :func:`~skimpy_renaissance.landscape.rules.concentration_rules` returns them; the window
        of the metabolite is shaded, grey where it may be chance (q > 0.05).
    ax
        Where to draw; by default a new figure of 6.4 x 4 inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        The states have no such metabolite.
    InputError
        There is not one value per state.

    Examples
    --------
    >>> speeds = -sr.landscape.pool_speeds(network, states).slowest  # 1/h, an estimate
    >>> ax = sr.plots.plot_concentration(states, speeds, "pyr_c", partition=-25.0)
    >>> ax.get_xlabel()
    'pyr_c (mM)'
    """
    values = np.asarray(lambda_max, dtype=float)
    if values.shape != (len(states),):
        raise InputError(f"{len(states)} states need a lambda_max each, got {values.shape}.")
    require_names([metabolite], states.metabolite_names, what="metabolite of the states")
    ax = one_panel(ax)
    column = states.metabolite_names.index(metabolite)
    molar = states.concentrations[:, column] / states.units.concentration_scaling
    colour_map, norm = speed_colours(values, partition)
    if rules is not None and metabolite in rules.index:
        rule = rules.loc[metabolite].to_dict()
        significant = bool(rule["q_value"] <= _SIGNIFICANT)
        ax.axvspan(
            float(rule["lower"]) * _MILLIMOLAR,
            float(rule["upper"]) * _MILLIMOLAR,
            color=_PEACH if significant else "0.9",
            zorder=0,
            label=f"{100 * rule['fast_inside']:.3g} % fast inside, "
            f"{100 * rule['fast_outside']:.3g} % outside"
            + ("" if significant else " (may be chance)"),
        )
    ax.scatter(
        molar * _MILLIMOLAR,
        values,
        c=values,
        cmap=colour_map,
        norm=norm,
        s=float(np.clip(4000 / len(states), 4, 16)),
        linewidth=0,
    )
    ax.axhline(partition, color=BLACK, linewidth=1.2)
    ax.annotate(
        "partition",
        (1, partition),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1},
    )
    if molar.max() > 20 * molar.min():
        ax.set_xscale("log")
        plain_numbers(ax.xaxis, molar.min(), molar.max())
    else:
        ax.locator_params(axis="x", nbins=4)
    ax.set(xlabel=f"{metabolite} (mM)", ylabel=r"fastest $\lambda_{\mathrm{max}}$ (1/h)")
    if rules is not None and metabolite in rules.index:
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return ax


def plot_rules(
    rules: pd.DataFrame, states: SteadyStates, *, most: int = 30, ax: Axes | None = None
) -> Axes:
    """Draw the range of each metabolite, and the window in which hardly any state is fast.

    Parameters
    ----------
    rules
        As :func:`~skimpy_renaissance.landscape.rules.concentration_rules` returns them.
    states
        The states in which they were found.
    most
        How many metabolites are drawn, the most significant ones.
    ax
        Where to draw; by default a new figure, higher the more metabolites there are.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        There is no metabolite to draw.

    Examples
    --------
    >>> fast = sr.landscape.pool_speeds(network, states).slowest > 30  # 1/h, an estimate
    >>> rules = sr.landscape.concentration_rules(states, fast)
    >>> ax = sr.plots.plot_rules(rules, states, most=3)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['glu__L_c', 'oaa_c', 'pi_c']
    """
    shown = rules.head(most)
    if not len(shown):
        raise InputError("plot_rules needs a table with at least one metabolite, got an empty one.")
    ax = one_panel(ax, size=(6.4, 1.4 + 0.22 * len(shown)))
    molar = states.concentrations / states.units.concentration_scaling * _MILLIMOLAR
    column = {name: i for i, name in enumerate(states.metabolite_names)}
    labelled: set[str] = set()
    for height, (name, rule) in enumerate(shown.iterrows()):
        seen = molar[:, column[str(name)]]
        ends = [seen.min(), seen.max()]  # marked, as a narrow range has no width on this axis
        ax.plot(ends, [height] * 2, color=BLUE, linewidth=5, alpha=0.35, marker="|", markersize=5)
        if rule["rule"]:
            label, colour = "hardly any fast state", VERMILLION
        elif rule["q_value"] <= _SIGNIFICANT:
            label, colour = "fewer fast states", ORANGE
        else:
            label, colour = "fewest, may be chance", "0.6"
        ax.plot(
            [rule["lower"] * _MILLIMOLAR, rule["upper"] * _MILLIMOLAR],
            [height] * 2,
            color=colour,
            linewidth=5,
            solid_capstyle="butt",
            label=None if label in labelled else label,
        )
        labelled.add(label)
    ax.plot([], [], color=BLUE, linewidth=5, alpha=0.35, label="range seen")
    ax.set_yticks(range(len(shown)), list(map(str, shown.index)), fontsize="small")
    ax.set(ylim=(len(shown) - 0.4, -0.6), xscale="log", xlabel="concentration (mM)")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    return ax
