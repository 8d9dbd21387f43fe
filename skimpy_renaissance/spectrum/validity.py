r"""When a kinetic model counts as valid.

A model is *stable* when every eigenvalue of its Jacobian has a negative real part, and *valid* when
its slowest mode is also fast enough:

.. math:: \lambda_{max} = \max_k \operatorname{Re}\lambda_k < \lambda_{partition}.

Of a perturbation 37 % is left after one time constant :math:`-1/\lambda_{max}`, 0.7 % after five.
For the five to pass within a doubling time of 134 min, none may exceed 26.8 min; the study takes
24 min, -2.5 1/h, which leaves 0.4 % after a doubling.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
import torch

from skimpy_renaissance.errors import InputError

__all__ = ["Validity"]

_ZERO = 1e-9  # 1/h: what stands still, but for rounding


@dataclass(frozen=True)
class Validity:
    """The time scale that a kinetic model must keep.

    Parameters
    ----------
    partition
        Upper limit of every eigenvalue's real part, 1/h.
    fastest
        Lower limit of every eigenvalue's real part, 1/h: no mode may be faster, for example than
        proton diffusion. ``None`` sets no limit.
    allow_unstable
        Whether ``partition`` is meant to lie above 0, where unstable models count as valid.

    Raises
    ------
    InputError
        A limit is not finite, ``fastest`` is not below ``partition``, or ``partition`` is above 0
        and ``allow_unstable`` is not set.

    Examples
    --------
    >>> valid = sr.Validity(partition=-2.5)
    >>> valid(torch.tensor([-0.1, -4.0, float("nan")]))
    tensor([False,  True, False])
    """

    partition: float = -2.5
    fastest: float | None = None
    allow_unstable: bool = False

    def __post_init__(self) -> None:
        for name in ("partition", "fastest"):
            value = getattr(self, name)
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())
        if not isfinite(self.partition):
            raise InputError(f"partition must be a finite rate in 1/h, got {self.partition!r}.")
        if self.partition > _ZERO and not self.allow_unstable:
            raise InputError(
                "partition must be below 0 1/h: every eigenvalue of a stable model is; with "
                f"{self.partition:g} unstable models count as valid. Is it {-self.partition:g}? "
                "Else say that this is meant: allow_unstable=True."
            )
        if self.fastest is None:
            return
        if not (isfinite(self.fastest) and self.fastest < self.partition):
            raise InputError(
                f"fastest must be a finite rate below partition ({self.partition:g} 1/h), got "
                f"{self.fastest:g} 1/h. Leave it out for no limit."
            )

    @property
    def needs_lambda_min(self) -> bool:
        """Whether the verdict depends on the fastest mode too."""
        return self.fastest is not None

    @property
    def in_words(self) -> str:
        """For example ``"below -2.5 1/h"``, ``"between -1e+06 and -2.5 1/h"``."""
        if self.fastest is None:
            return f"below {self.partition:g} 1/h"
        return f"between {self.fastest:g} and {self.partition:g} 1/h"

    def __call__(
        self, lambda_max: torch.Tensor, lambda_min: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Return the verdict per model.

        Parameters
        ----------
        lambda_max
            `` ... ``, 1/h: largest real part per model; NaN counts as invalid.
        lambda_min
            Same shape, 1/h: smallest real part, needed where ``fastest`` is set.

        Returns
        -------
        torch.Tensor
            Same shape, bool.

        Raises
        ------
        InputError
            ``fastest`` is set but ``lambda_min`` is not given.
        """
        valid = lambda_max < self.partition
        if self.fastest is None:
            return valid
        if lambda_min is None:
            raise InputError(
                f"Validity(fastest={self.fastest:g} 1/h) needs lambda_min beside lambda_max; "
                "compute the whole spectrum, or leave fastest at None."
            )
        return valid & (lambda_min > self.fastest)
