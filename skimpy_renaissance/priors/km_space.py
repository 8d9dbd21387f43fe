r"""Which saturation constants are generated, and between which bounds.

Each :math:`K_m` lies in its own bounds where the kinetic model has some, and in the generator's
range elsewhere. A *measured* :math:`K_m` is not generated: it is drawn uniformly from its measured
range, in training as in generating, and the network's head shrinks by one,

.. math:: \ln K_m = \ln\bigl(a + (b - a)\,U\bigr), \qquad U \sim \mathcal{U}(0, 1).

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Methods,
"Integration of experimental kinetic data").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, log

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, listed, repeated

__all__ = ["DEFAULT_KM_RANGE", "DEFAULT_LOG_KM_RANGE", "KmSpace"]

DEFAULT_KM_RANGE = (1.3e-11, 20.0)
"""Lowest and highest saturation constant where a kinetic model gives no bounds, mol/L.

>>> from skimpy_renaissance.priors import DEFAULT_KM_RANGE
>>> lowest, highest = DEFAULT_KM_RANGE
>>> round(math.sqrt(lowest * highest) * 1e6, 1)  # umol/L: half of what is drawn lies below
16.1
"""

DEFAULT_LOG_KM_RANGE = (log(DEFAULT_KM_RANGE[0]), log(DEFAULT_KM_RANGE[1]))
"""The same, ln(mol/L).

>>> from skimpy_renaissance.priors import DEFAULT_LOG_KM_RANGE
>>> [round(bound, 1) for bound in DEFAULT_LOG_KM_RANGE]
[-25.1, 3.0]
"""


@dataclass(frozen=True, eq=False)
class KmSpace:
    """Names, bounds and status of the saturation constants.

    Parameters
    ----------
    names
        In the order of the ``km`` axis.
    lower, upper
        `km`, float64, ln(mol/L).
    measured
        `km`, bool: drawn from its range instead of generated.

    Raises
    ------
    InputError
        No name or a name used twice, a bound that is not finite, a lower bound above the upper
        one, or nothing left to generate.

    Examples
    --------
    >>> from skimpy_renaissance.priors import DEFAULT_LOG_KM_RANGE, KmSpace
    >>> space = KmSpace.of(
    ...     bound.km_names,
    ...     bound.log_km_bounds,
    ...     default_range=DEFAULT_LOG_KM_RANGE,
    ...     measured={"km_substrate1_PFK": (1e-5, 1e-4)},
    ... )
    >>> space.n_generated, space.n_measured
    (158, 1)
    """

    names: tuple[str, ...]
    lower: Tensor
    upper: Tensor
    measured: Tensor

    def __post_init__(self) -> None:
        twice = repeated(self.names)
        if not self.names or twice:
            raise InputError(
                f"Names of saturation constants must be present and unique; there are "
                f"{len(self.names)}, used twice: {listed(twice) or 'none'}."
            )
        for name, low, high in zip(
            self.names, self.lower.tolist(), self.upper.tolist(), strict=True
        ):
            if not (isfinite(low) and isfinite(high) and low <= high):
                raise InputError(
                    f"Bounds of {name!r} must be finite with lower <= upper, got {low!r} and "
                    f"{high!r} ln(mol/L). Where only one side is given, the generator's range "
                    "fills the other: widen the range, or give both."
                )
        if bool(self.measured.all()):
            raise InputError(
                f"All {len(self.names)} saturation constants are measured: nothing is left to "
                "generate. Draw from the ranges directly, or leave some out."
            )

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        bounds: Tensor,
        *,
        default_range: tuple[float, float],
        measured: Mapping[str, tuple[float, float]] | None = None,
    ) -> KmSpace:
        """Combine a kinetic model's bounds, the generator's range and measured ranges.

        Parameters
        ----------
        names
            In the order of the ``km`` axis.
        bounds
            `km x 2`, float64, ln(mol/L), NaN or infinite where open.
        default_range
            Lower and upper, ln(mol/L), used where ``bounds`` is open.
        measured
            Name to (lower, upper) in mol/L, replacing the bounds. A constant whose range is open
            (lower 0 or upper infinite) is generated on the other side of what was measured.

        Returns
        -------
        KmSpace

        Raises
        ------
        InputError
            The bounds have another shape, or a range cannot be used.
        MissingEntryError
            A measured name is not among ``names``.
        """
        if bounds.shape != (len(names), 2):
            raise InputError(
                f"log_km_bounds must be `km x 2` = {(len(names), 2)}, got {tuple(bounds.shape)}."
            )
        ranges = bounds.new_tensor(default_range, dtype=torch.float64)
        # 0 mol/L from below and infinity from above limit nothing: open, like NaN
        open_ended = torch.isnan(bounds) | (bounds == bounds.new_tensor([-torch.inf, torch.inf]))
        filled = torch.where(open_ended, ranges, bounds.to(torch.float64))
        is_measured = torch.zeros(len(names), dtype=torch.bool, device=bounds.device)
        column = {name: i for i, name in enumerate(names)}
        require_names(measured or (), names, what="saturation constant")
        for name, (low, high) in (measured or {}).items():
            if not 0 <= low <= high or high == 0 or low == inf:
                raise InputError(
                    f"The measured range of {name!r} must satisfy 0 < lower <= upper in mol/L, "
                    f"got ({low!r}, {high!r})."
                )
            ends = filled[column[name]]
            if low > 0:
                ends[0] = log(low)
            if high < inf:
                ends[1] = log(high)
            is_measured[column[name]] = low > 0 and high < inf
        return cls(tuple(names), filled[:, 0].clone(), filled[:, 1].clone(), is_measured)

    @cached_property
    def generated(self) -> Tensor:
        """`km`, bool: what the network returns."""
        return ~self.measured

    @cached_property
    def n_generated(self) -> int:
        """Width of the network's head."""
        return int(self.generated.sum())

    @property
    def n_measured(self) -> int:
        """How many are drawn from a measured range."""
        return len(self.names) - self.n_generated

    def draw(self, *shape: int, rng: torch.Generator) -> Tensor:
        """Draw the uniform numbers that place measured constants in their ranges.

        Parameters
        ----------
        *shape
            Leading axes, for example candidates and models.
        rng
            The caller's random stream, on the CPU.

        Returns
        -------
        torch.Tensor
            `... x measured`, float64, between 0 and 1.
        """
        uniform = torch.rand(*shape, self.n_measured, dtype=torch.float64, generator=rng)
        return uniform.to(self.lower.device)

    def complete(self, generated: Tensor, uniform: Tensor) -> Tensor:
        """Join generated and measured constants in the order of the ``km`` axis.

        Parameters
        ----------
        generated
            `... x generated`, float64, ln(mol/L).
        uniform
            `... x measured`, float64, as :meth:`draw` returns.

        Returns
        -------
        torch.Tensor
            `... x km`, float64, ln(mol/L).
        """
        if self.n_measured == 0:
            return generated
        low, high = self.lower[self.measured], self.upper[self.measured]
        drawn = (low.exp() + (high.exp() - low.exp()) * uniform).log()
        log_km = generated.new_empty(*generated.shape[:-1], len(self.names))
        log_km[..., self.generated] = generated
        log_km[..., self.measured] = torch.clamp(drawn, low, high)
        return log_km
