"""Figures written to files, without a window and without pyplot's list of open figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.atomic import atomic_path

__all__ = ["save_figure", "save_panels", "save_whole_figure"]


def save_figure(
    path: Path, draw: Callable[[Axes], object], *, size: tuple[float, float] = (6.4, 4.0)
) -> None:
    """Draw on new axes and write them, atomically.

    Parameters
    ----------
    path
        The file; its suffix decides the format.
    draw
        Draws on the axes it is given.
    size
        Width and height, inches.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    save_whole_figure(path, lambda figure: draw(figure.add_subplot()), size=size)


def save_whole_figure(
    path: Path, draw: Callable[[Figure], object], *, size: tuple[float, float]
) -> None:
    """Draw on a new figure and write it, atomically.

    Parameters
    ----------
    path
        The file; its suffix decides the format.
    draw
        Draws on the figure it is given.
    size
        Width and height, inches.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    figure = Figure(figsize=size, layout="constrained")
    draw(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=150)


def save_panels(
    path: Path, draw: Callable[[list[Axes]], object], *, n: int, columns: int = 2
) -> None:
    """Draw on several new axes and write them, atomically.

    Parameters
    ----------
    path
        The file; its suffix decides the format.
    draw
        Draws on the axes it is given.
    n
        How many axes.
    columns
        Panels beside each other, at most.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    columns = min(columns, n)
    rows = -(-n // columns)

    def panels(figure: Figure) -> None:
        axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
        for spare in axes[n:]:
            spare.set_axis_off()
        draw(axes[:n])

    save_whole_figure(path, panels, size=(3.4 * columns + 0.4, 2.7 * rows + 0.2))
