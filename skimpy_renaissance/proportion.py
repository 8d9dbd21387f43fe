r"""A share estimated from draws, with Wilson's score interval.

.. math:: \frac{1}{1 + z^2/n}\left(\hat p + \frac{z^2}{2n}
    \pm z\sqrt{\frac{\hat p(1 - \hat p)}{n} + \frac{z^2}{4n^2}}\right), \qquad z = 1.96

It stays within 0 and 1 and says something even where no model, or every model, is valid.

References
----------
Wilson, *J. Am. Stat. Assoc.* 22 (1927) 209, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

__all__ = ["Proportion"]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class Proportion:
    """How many of some draws had a property.

    Parameters
    ----------
    hits
        Draws that had it.
    draws
        All draws, at least one.
    worth
        How many independent draws these are worth, where they are alike; ``None``: all.
    """

    hits: int
    draws: int
    worth: float | None = None

    @property
    def share(self) -> float:
        """The fraction that had it."""
        return self.hits / self.draws

    @property
    def interval(self) -> tuple[float, float]:
        """Limits that contain the true share with 95 % confidence."""
        n, p = self.draws if self.worth is None else self.worth, self.share
        centre = p + _Z**2 / (2 * n)
        half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        # at either end the exact limit is 0 or 1; rounding must not say otherwise
        low = (centre - half) / scale if self.hits else 0.0
        high = (centre + half) / scale if self.hits < self.draws else 1.0
        return low, high

    @property
    def in_percent(self) -> str:
        """For example ``"98.9 %"``."""
        return f"{_rounded(self.share)} %"

    @property
    def interval_in_percent(self) -> str:
        """For example ``"98.3 to 99.3 %"``."""
        low, high = self.interval
        return f"{_rounded(low)} to {_rounded(high)} %"

    def to_dict(self) -> dict[str, float | int | list[float]]:
        """Return counts, share and interval for JSON."""
        return {
            "valid": self.hits,
            "drawn": self.draws,
            "share": self.share,
            "interval_95": list(self.interval),
        }


def _rounded(share: float) -> str:
    """Round to a tenth of a percent, but round nothing to 0 or 100 that is not."""
    near_edge = 0 < share < 0.0005 or 0.9995 <= share < 1
    return f"{100 * share:.3f}" if near_edge else f"{100 * share:.1f}"
