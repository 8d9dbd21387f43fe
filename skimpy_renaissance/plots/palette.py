"""Colours that remain distinct under the common forms of colour blindness.

References
----------
Wong, *Nature Methods* 8 (2011) 441, doi:10.1038/nmeth.1618 (the palette of Okabe and Ito).
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "BACK",
    "BLACK",
    "BLIND",
    "BLUE",
    "COLOURS",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "REGION",
    "SKY",
    "SPEED",
    "TRAINED",
    "UNTRAINED",
    "VERMILLION",
    "WITHOUT_DATA",
    "WITH_DATA",
    "colours_of",
]

BLACK = "#000000"
BLUE = "#0072B2"
GREEN = "#009E73"
GREY = "#8C8C8C"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILLION = "#D55E00"

BLIND = GREY
"""Models drawn blindly, the prior, and what chance finds."""
UNTRAINED, TRAINED = ORANGE, GREEN
"""A generator's own models, before and after its training."""
REGION = BLUE
"""Models of the whole valid region."""
BACK = "#CFE8DF"
"""The band within which a deviation counts as gone."""
WITHOUT_DATA, WITH_DATA = SKY, VERMILLION
"""Models made without measured constants, and with them."""

#: All of them, in the order in which groups take them.
COLOURS = (BLUE, VERMILLION, ORANGE, GREEN, PURPLE, SKY, BLACK, GREY)
#: Position, 0 to 1, to colour: dark to light blue below the middle, yellow to brown above it.
SPEED = (
    (0.0, "#08306B"),
    (0.5, "#A6CEE3"),
    (0.5, "#FFE08A"),
    (1.0, "#8C4A00"),
)

_MEANINGS = {
    "blind draws": BLIND,
    "prior": BLIND,
    "untrained generator": UNTRAINED,
    "trained generator": TRAINED,
    "generator": TRAINED,
    "whole valid region": REGION,
    "whole region": REGION,
}
#: Of groups without a meaning of their own: colours that have one come last.
_OTHERS = (PURPLE, ORANGE, SKY, VERMILLION, BLACK, BLUE, GREEN, GREY)


def colours_of(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each group of models, the same for the same name in every figure.

    Parameters
    ----------
    names
        ``"blind draws"``, ``"untrained generator"``, ``"trained generator"`` and ``"whole valid
        region"`` have colours of their own; others take those that are left, in their order.

    Returns
    -------
    dict
        Name to colour, in the order of the names; colours recur after the eighth.
    """
    known = {name: _MEANINGS.get(name) for name in names}
    free = [colour for colour in _OTHERS if colour not in known.values()] or list(COLOURS)
    unknown = [name for name, colour in known.items() if colour is None]
    taken = {name: free[i % len(free)] for i, name in enumerate(unknown)}
    return {name: colour or taken[name] for name, colour in known.items()}
