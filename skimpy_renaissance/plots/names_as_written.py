"""Names in figures, drawn as they are written, the longest cut short.

matplotlib takes what stands between two ``$`` for a formula. Formulas of this package's own figures
are known; any other ``$`` came with a name or a label, and is drawn as a dollar.
"""

from __future__ import annotations

import re

from matplotlib.figure import Figure
from matplotlib.text import Text

__all__ = ["names_as_written", "shortened"]

_FORMULAS = re.compile(
    r"\\lambda_\{\\mathrm\{max\}\}|(\\ln )?K_m|"
    r"-?10\^\{-?\d+\}|\\mathdefault\{[-+0-9.e^{}\u2212\\times ]*\}"
)


def names_as_written(figure: Figure) -> Figure:
    """Have names drawn as they are written; call it before a figure is saved.

    Parameters
    ----------
    figure
        Changed: texts with a ``$`` that is no formula of this package are no formulas.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.
    """
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            axis.get_ticklabels()  # gives the labels of ticks their texts
    for text in figure.findobj(Text):
        formulas = text.get_text().split("$")[1::2]
        if not all(map(_FORMULAS.fullmatch, formulas)):
            text.set_parse_math(False)
    return figure


def shortened(name: str, most: int) -> str:
    """Cut a name that is too long for its place.

    Parameters
    ----------
    name
        Of a constant or a reaction.
    most
        Letters that have room.

    Returns
    -------
    str
        With an ellipsis where something was cut.
    """
    return name if len(name) <= most else name[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
