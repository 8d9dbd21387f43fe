"""Colours that remain distinct under the common forms of colour blindness.

References
----------
Wong, *Nature Methods* 8 (2011) 441, doi:10.1038/nmeth.1618 (the palette of Okabe and Ito).
"""

from __future__ import annotations

__all__ = ["BLACK", "BLUE", "GREEN", "ORANGE", "PURPLE", "SKY", "VERMILLION"]

BLACK = "#000000"
BLUE = "#0072B2"
GREEN = "#009E73"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILLION = "#D55E00"
