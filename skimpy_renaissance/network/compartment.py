"""A compartment of the cell and its share of the cell's volume, :math:`w = V_{cell} / V`."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from skimpy_renaissance.errors import NetworkError

__all__ = ["Compartment"]


@dataclass(frozen=True)
class Compartment:
    """A compartment and its volumes.

    Parameters
    ----------
    name
        Identifier, for example ``"c"``.
    volume
        Volume of the compartment, in any unit; ``None`` counts as the cell's.
    cell_volume
        Volume of the cell in the same unit.

    Raises
    ------
    NetworkError
        A volume is not positive.

    Examples
    --------
    >>> from skimpy_renaissance.network import Compartment
    >>> Compartment("m", volume=0.2, cell_volume=1.0).ratio  # a fifth of the cell
    5.0
    """

    name: str
    volume: float | None = None
    cell_volume: float | None = None

    def __post_init__(self) -> None:
        for label in ("volume", "cell_volume"):
            value = getattr(self, label)
            if value is not None and not (value > 0 and isfinite(value)):
                raise NetworkError(
                    f"Volumes must be positive; {label}_{self.name} is {value!r}. Correct it, or "
                    "leave it out to count as the cell's."
                )

    @property
    def ratio(self) -> float:
        """Cell volume over compartment volume, :math:`w`; 1 where no volume is given."""
        if self.volume is None or self.cell_volume is None:
            return 1.0
        return self.cell_volume / self.volume
