r"""An axis of rates that span decades on both sides of zero, such as eigenvalues.

Valid models lie within a few 1/h of the partition, unstable ones anywhere up to 1e5 1/h. The axis
is therefore linear around zero and logarithmic beyond; where it changes, it is marked as axes are
that are broken, and what is logarithmic is shaded,

.. math:: u(\lambda) = \mathrm{sgn}(\lambda)\,\bigl(1 + \tfrac{1}{2}\log_{10}(|\lambda|/L)\bigr)
    \ \text{where}\ |\lambda| > L, \qquad u(\lambda) = \lambda/L\ \text{elsewhere}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

__all__ = ["BREAK", "LAMBDA_MAX", "RateAxis", "mark_breaks", "minus", "percent", "tick_label"]

LAMBDA_MAX = r"largest real part of the eigenvalues, $\lambda_{\mathrm{max}}$ (1/h)"
"""Label of an axis of the slowest modes."""
BREAK = "scale changes"
"""Name (gid) of what marks the places at which an axis changes from linear to logarithmic."""

_WHERE = "linear between the marks //, logarithmic where shaded"
_SHADE = "0.955"
_PER_DECADE = 0.5  # width of a decade, in units of the linear part's half width


@dataclass(frozen=True)
class RateAxis:
    """Linear within a limit, logarithmic beyond.

    Parameters
    ----------
    linear
        The limit :math:`L`, 1/h.
    """

    linear: float

    @classmethod
    def around(cls, partition: float) -> RateAxis:
        """Return an axis on which a partition lies well within the linear part.

        Parameters
        ----------
        partition
            1/h.

        Returns
        -------
        RateAxis
        """
        return cls(3 * abs(partition) or 1.0)

    def place(self, rates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where rates lie on the axis.

        Parameters
        ----------
        rates
            Any shape, 1/h.

        Returns
        -------
        numpy.ndarray
            1 at the end of the linear part.
        """
        size = np.abs(rates) / self.linear
        decades = np.log10(np.maximum(size, 1.0))
        return np.sign(rates) * (np.minimum(size, 1.0) + _PER_DECADE * decades)

    def rate(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rates that lie at places, the inverse of :meth:`place`.

        Parameters
        ----------
        places
            Any shape.

        Returns
        -------
        numpy.ndarray
            1/h.
        """
        size = np.abs(places)
        decades = np.maximum(size - 1.0, 0.0) / _PER_DECADE
        return np.sign(places) * self.linear * np.minimum(size, 1.0) * 10.0**decades

    def apply(self, ax: Axes, low: float, high: float) -> None:
        """Make this the horizontal axis of slowest modes, with ticks at round numbers.

        Parameters
        ----------
        ax
            Whose.
        low, high
            Its ends, 1/h.
        """
        ax.set_xscale("function", functions=(self.place, self.rate))
        ax.set_xlim(low, high)
        ax.xaxis.set_major_locator(FixedLocator(_ticks(low, high, self.linear)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
        marked = mark_breaks(ax, "x", self.linear)
        ax.set_xlabel(f"{LAMBDA_MAX}\n{_WHERE}" if marked else LAMBDA_MAX)


def mark_breaks(ax: Axes, which: Literal["x", "y"], linear: float, *, shade: bool = True) -> bool:
    """Mark where an axis changes from linear to logarithmic.

    Parameters
    ----------
    ax
        Its limits are set.
    which
        Axis.
    linear
        It is linear between minus this and this.
    shade
        Whether what is logarithmic is shaded.

    Returns
    -------
    bool
        Whether there is such a place within the limits.
    """
    along_x = which == "x"
    low, high = ax.get_xlim() if along_x else ax.get_ylim()
    transform = ax.get_xaxis_transform() if along_x else ax.get_yaxis_transform()
    found = False
    for place, end in ((-linear, low), (linear, high)):
        if not low < place < high:
            continue
        found = True
        if shade and along_x:
            ax.axvspan(place, end, color=_SHADE, linewidth=0, zorder=0, gid=BREAK)
        ax.annotate(
            "//",
            (place, 0.0) if along_x else (0.0, place),
            xycoords=transform,
            rotation=0 if along_x else 90,
            ha="center",
            va="center",
            fontsize=12,
            annotation_clip=False,
            zorder=10,
            gid=BREAK,
        )
    return found


def minus(number: str) -> str:
    """Return a number as text with a typographic minus.

    Parameters
    ----------
    number
        As Python writes it.

    Returns
    -------
    str
    """
    return number.replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """Return a share in percent, rounded to 100 only where it is.

    Parameters
    ----------
    share
        0 to 1.

    Returns
    -------
    str
    """
    return f"{100 * share:.1f} %" if share < 0.9995 or share == 1 else f"{100 * share:.2f} %"


def _ticks(low: float, high: float, linear: float) -> list[float]:
    """Round numbers in the linear part, every power of ten beyond it."""
    power = 10.0 ** np.floor(np.log10(linear))
    step = next(power * f for f in (0.2, 0.5, 1.0, 2.0, 5.0) if linear / (power * f) <= 3.001)
    inner = [step * k for k in range(-3, 4) if abs(step * k) <= linear]
    outer = [10.0**k for k in range(int(np.floor(np.log10(linear))) + 1, 40)]
    spaced = [value for value in outer if value >= 1.5 * max(inner)]
    return [v for v in [*(-value for value in spaced), *inner, *spaced] if low <= v <= high]


def tick_label(value: float) -> str:
    """Return a round number as text, a power of ten where it is large or small.

    Parameters
    ----------
    value
        Powers of ten alone may be 1,000 or more, or below 0.01.

    Returns
    -------
    str
    """
    if 0 < abs(value) < 0.01 or abs(value) >= 1e3:
        exponent = int(np.round(np.log10(abs(value))))
        return rf"${'-' if value < 0 else ''}10^{{{exponent}}}$"
    return minus(f"{value:g}")
