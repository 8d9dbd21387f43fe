"""What requirements cost one another: who satisfies which, and which pull apart."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.plots.palette import BLACK, colours_of
from skimpy_renaissance.requirements.trade_off import ALL, TradeOff

__all__ = ["plot_trade_off", "trade_off_size"]


def plot_trade_off(trade_off: TradeOff, figure: Figure | None = None) -> list[Axes]:
    """Draw the share of models that satisfy each requirement, and how requirements correlate.

    Parameters
    ----------
    trade_off
        Grades of up to three groups of models; correlations are those of the last.
    figure
        Where to draw; by default a new one.

    Returns
    -------
    list of matplotlib.axes.Axes
        Shares, correlations.

    Examples
    --------
    >>> wanted = sr.requirements.Requirements([
    ...     sr.requirements.EigenvalueWindow(slowest_below=-1.0),
    ...     sr.requirements.ControlCoefficient("positive", flux="GLCpts", enzyme="PFK"),
    ... ])
    >>> drawn = {"stable": torch.tensor(population.log_km(bound.km_names))}
    >>> cost = sr.requirements.trade_off(wanted.on(bound), drawn, kinetics=bound)
    >>> shares, correlations = sr.plots.plot_trade_off(cost)
    >>> [label.get_text() for label in shares.get_yticklabels()]
    ['1  slowest mode < -1 1/h', '2  control of PFK over GLCpts positive', 'all at once']
    """
    names = list(dict.fromkeys(trade_off.table["requirement"]))
    if figure is None:
        figure = plt.figure(figsize=trade_off_size(len(names)), layout="constrained")
    shares, correlations = figure.subplots(2, 1)
    _draw_shares(trade_off, names, shares)
    _draw_correlation(trade_off, correlations)
    return [shares, correlations]


def trade_off_size(n: int) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_trade_off` fills well.

    Parameters
    ----------
    n
        Requirements, all of them at once among them.

    Returns
    -------
    tuple of float
        Width and height, inches.

    Examples
    --------
    >>> np.round(sr.plots.trade_off_size(3), 1)
    array([6.4, 4.5])
    """
    return 6.4, 0.7 * n + 2.4


def _draw_shares(trade_off: TradeOff, names: list[str], ax: Axes) -> None:
    groups = list(dict.fromkeys(trade_off.table["group"]))
    place = np.arange(len(names))[::-1]
    columns = [100 * trade_off.satisfied(group).reindex(names).to_numpy() for group in groups]
    if len(columns) > 1:
        ax.hlines(place, columns[0], columns[-1], color="0.75", linewidth=2, zorder=1)
    for (group, colour), values in zip(colours_of(groups).items(), columns, strict=True):
        ax.scatter(values, place, s=55, color=colour, edgecolor=BLACK, label=group, zorder=3)
    numbered = (f"{i}  {name}" for i, name in enumerate(names, start=1))
    ax.set_yticks(place, [name if name[3:] != ALL else ALL for name in numbered])
    ax.set(ylim=(-0.6, len(names) - 0.4), xlim=(-4, 104), xlabel="models that satisfy it (%)")
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(
        frameon=False,
        fontsize="small",
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(groups),
    )


def _draw_correlation(trade_off: TradeOff, ax: Axes) -> None:
    group = trade_off.table["group"].iloc[-1]
    rows = trade_off.correlation[trade_off.correlation["group"] == group]
    names = list(dict.fromkeys(rows["requirement"]))
    matrix = rows.pivot(index="requirement", columns="other", values="correlation")
    matrix = matrix.reindex(index=names, columns=names)
    values = matrix.to_numpy(dtype=float)
    shown = np.where(np.tri(len(names), k=-1, dtype=bool), values, np.nan)
    image = ax.imshow(shown, cmap="PuOr", vmin=-1, vmax=1, aspect="auto")
    for i in range(len(names)):
        for j in range(i):
            known = np.isfinite(values[i, j])
            text = f"{values[i, j]:.2f}" if known else "same\ngrade"
            dark = known and abs(values[i, j]) > 0.6
            colour = "white" if dark else BLACK
            ax.text(j, i, text, ha="center", va="center", color=colour, fontsize="small")
    ax.set_yticks(range(len(names)), [str(i) for i in range(1, len(names) + 1)])
    ax.set_xticks(range(len(names)), [str(i) for i in range(1, len(names) + 1)])
    ax.set_title(f"how grades go together, {group}", fontsize="medium")
    ax.figure.colorbar(image, ax=ax, label="rank correlation")
