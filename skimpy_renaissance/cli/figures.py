"""Figures written to files, without a window and without pyplot's list of open figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from skimpy_renaissance.atomic import atomic_path

__all__ = ["save_figure"]


def save_figure(path: Path, draw: Callable[[Axes], object]) -> None:
    """Draw on new axes and write them, atomically.

    Parameters
    ----------
    path
        The file; its suffix decides the format.
    draw
        Draws on the axes it is given.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    draw(figure.add_subplot())
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=150)
