"""Axes to draw on: those given, or new ones; without the frame above and at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError

__all__ = ["grid", "one_panel", "panels", "shared_legend", "three_panels"]

_ENTRY = 1.3  # inches that an entry of a legend takes


def one_panel(given: Axes | None, *, size: tuple[float, float] = (6.4, 4.0)) -> Axes:
    """Return the axes that one panel is drawn on.

    Parameters
    ----------
    given
        Axes of the caller; by default those of a new figure.
    size
        Width and height of a new figure, inches.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=size, layout="constrained")[1] if given is None else given
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def panels(
    given: Sequence[Axes] | None, n: int, *, columns: int, size: tuple[float, float]
) -> list[Axes]:
    """Return the axes that several panels are drawn on.

    Parameters
    ----------
    given
        Axes of the caller, one per panel; by default those of a new figure.
    n
        Number of panels.
    columns
        Panels side by side in a new figure.
    size
        Width and height of a new figure, inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        As many axes as panels were not given.
    """
    if given is None:
        return grid(plt.figure(figsize=size, layout="constrained"), n, columns=columns)
    return _as_given(given, n)


def three_panels(given: Sequence[Axes] | None, *, size: tuple[float, float]) -> list[Axes]:
    """Return the axes of two panels beside each other and a wide one below.

    Parameters
    ----------
    given
        Axes of the caller, three; by default those of a new figure.
    size
        Width and height of a new figure, inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not three axes.
    """
    if given is None:
        figure = plt.figure(figsize=size, layout="constrained")
        given = list(figure.subplot_mosaic("ab;cc").values())
    return _as_given(given, 3)


def shared_legend(
    axes: Sequence[Axes], entries: Mapping[str, Artist], *, ncols: int | None = None
) -> None:
    """Explain several panels at once: above them, or in the first where others made the figure.

    Parameters
    ----------
    axes
        The panels.
    entries
        Label to what was drawn.
    ncols
        Entries beside each other; by default all.
    """
    figure = axes[0].get_figure(root=True)
    look: dict[str, Any] = {"frameon": False, "fontsize": "small"}
    if figure is not None and figure.get_layout_engine() is not None and figure.axes == list(axes):
        fitting = max(1, int(figure.get_figwidth() / _ENTRY))
        columns = min(len(entries) if ncols is None else ncols, fitting)
        figure.legend(
            entries.values(), entries.keys(), loc="outside upper center", ncols=columns, **look
        )
    else:
        axes[0].legend(entries.values(), entries.keys(), **look)


def _as_given(given: Sequence[Axes], n: int) -> list[Axes]:
    if len(given) != n:
        raise InputError(f"This figure needs {n} axes, got {len(given)}.")
    return [one_panel(ax) for ax in given]


def grid(figure: Figure, n: int, *, columns: int) -> list[Axes]:
    """Divide a figure into panels, row by row; places that are left over stay empty.

    Parameters
    ----------
    figure
        An empty figure.
    n
        Number of panels.
    columns
        Panels side by side.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    axes = figure.subplots(-(-n // columns), columns, squeeze=False).ravel().tolist()
    for spare in axes[n:]:
        spare.set_axis_off()
    return [one_panel(ax) for ax in axes[:n]]
