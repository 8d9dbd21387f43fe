"""Colours that remain distinct under the common forms of colour blindness.

References
----------
Wong, *Nature Methods* 8 (2011) 441, doi:10.1038/nmeth.1618 (the palette of Okabe and Ito).
"""

from __future__ import annotations

__all__ = [
    "BLACK",
    "BLUE",
    "COLOURS",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "SKY",
    "SPEED",
    "VERMILLION",
]

BLACK = "#000000"
BLUE = "#0072B2"
GREEN = "#009E73"
GREY = "#8C8C8C"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILLION = "#D55E00"

#: All of them, in the order in which groups take them.
COLOURS = (BLUE, VERMILLION, ORANGE, GREEN, PURPLE, SKY, BLACK, GREY)
#: Position, 0 to 1, to colour: dark to light blue below the middle, yellow to brown above it.
SPEED = (
    (0.0, "#08306B"),
    (0.5, "#A6CEE3"),
    (0.5, "#FFE08A"),
    (1.0, "#8C4A00"),
)
