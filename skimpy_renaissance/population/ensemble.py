r"""What the sets of a population stand for, and how sure averages over them are.

Models of a trained generator come from a corner of the valid region: averages over them are as sure
as that corner is small, and say nothing of the rest. Draws of the whole valid region may still be
alike; the population then says which share :math:`e` of its :math:`n` sets it is worth in
independent ones, for the constant of which it is worth least. Averages have the standard errors

.. math:: s_{\bar y} = \frac{s_y}{\sqrt{e\,n}}, \qquad
          s_{y_p} = \tfrac{1}{2}\left(y_{p + \delta} - y_{p - \delta}\right),
          \quad \delta = \sqrt{\frac{p\,(1 - p)}{e\,n}}

of a mean, and of a quantile :math:`y_p`, below which the share :math:`p` of the models lies.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError

__all__ = [
    "NARROW",
    "WHOLE",
    "Ensemble",
    "NarrowEnsembleWarning",
    "ensemble_of",
    "warn_where_narrow",
]

WHOLE, NARROW = "the whole valid region", "narrow, the generator's own draws"
_KEYS = ("ensemble", "effective_share")


class NarrowEnsembleWarning(UserWarning):
    """Averages are taken over a corner of the valid region only."""


@dataclass(frozen=True)
class Ensemble:
    """What sets stand for.

    Parameters
    ----------
    what
        ``WHOLE``, ``NARROW``, or empty where nobody said.
    effective_share
        Independent draws that a set is worth, above 0 and at most 1.

    Raises
    ------
    InputError
        It is another share.

    Examples
    --------
    >>> from skimpy_renaissance.population import Ensemble
    >>> of_region = Ensemble.of_region(worth=50, n=200)  # 200 sets, worth 50 independent ones
    >>> of_region.effective_share
    0.25
    >>> values = np.linspace(0.0, 1.0, 200)
    >>> round(float(of_region.error_of_mean(values)), 3)  # twice that of 200 independent ones
    0.041
    """

    what: str = ""
    effective_share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.effective_share <= 1:
            raise InputError(
                f"effective_share must be above 0 and at most 1, got {self.effective_share!r}."
            )

    @classmethod
    def of_region(cls, worth: float, n: int) -> Ensemble:
        """Return what draws of the whole valid region stand for.

        Parameters
        ----------
        worth
            Independent draws that they are worth.
        n
            How many they are.

        Returns
        -------
        Ensemble
        """
        return cls(WHOLE, min(max(worth, 1.0) / max(n, 1), 1.0))

    @property
    def narrow(self) -> bool:
        """Whether the sets are a generator's own draws."""
        return self.what == NARROW

    @property
    def warning(self) -> str:
        """What to know of averages over narrow sets, and what to do; empty for others."""
        if not self.narrow:
            return ""
        return (
            "The parameter sets are a generator's own draws, a narrow corner of the valid region: "
            "averages and ranges over them look surer than they are. Draw from the whole region: "
            "skimpy-renaissance generate without --raw, or refresh='enough' in Python."
        )

    def to_dict(self) -> dict[str, str | float]:
        """Return what goes into the provenance of a population."""
        return dict(zip(_KEYS, (self.what, self.effective_share), strict=True))

    def error_of_mean(self, values: NDArray[np.float64], *, axis: int = 0) -> NDArray[np.float64]:
        """Return the Monte-Carlo standard error of the mean over models.

        Parameters
        ----------
        values
            Any axes, one of them `` `model` ``; NaN for models without a value.
        axis
            Which one.

        Returns
        -------
        numpy.ndarray
            Without this axis, in the unit of the values; NaN for fewer than two models.
        """
        n = np.isfinite(values).sum(axis=axis)
        known = np.where(np.isfinite(values), values, 0.0)
        mean = known.sum(axis=axis, keepdims=True) / np.expand_dims(np.maximum(n, 1), axis)
        apart = np.where(np.isfinite(values), known - mean, 0.0)
        variance = (apart**2).sum(axis=axis) / np.maximum(n - 1, 1)
        error = np.sqrt(variance / (self.effective_share * np.maximum(n, 1)))
        return np.where(n > 1, error, np.nan)

    def error_of_quantile(
        self, values: NDArray[np.float64], shares: Sequence[float], *, axis: int = 0
    ) -> NDArray[np.float64]:
        """Return the Monte-Carlo standard errors of quantiles over models.

        Parameters
        ----------
        values
            Any axes, one of them `` `model` ``; NaN for models without a value.
        shares
            0 to 1: which quantiles.
        axis
            Which one.

        Returns
        -------
        numpy.ndarray
            `` `share` `` first, then the other axes; NaN where no model has a value.
        """
        some = np.moveaxis(np.asarray(values, dtype=float), axis, 0)
        flat = some.reshape(len(some), int(np.prod(some.shape[1:])))
        errors = np.full((len(shares), flat.shape[1]), np.nan)
        for n in np.unique(counts := np.isfinite(flat).sum(axis=0)):
            if not n:
                continue
            columns = counts == n
            for row, p in enumerate(shares):
                delta = sqrt(p * (1 - p) / (self.effective_share * n))
                ends = [max(p - delta, 0.0), min(p + delta, 1.0)]
                low, high = np.nanquantile(flat[:, columns], ends, axis=0)
                errors[row, columns] = (high - low) / 2
        return errors.reshape(len(shares), *some.shape[1:])

    def effective_draws(self, groups: Sequence[object] | NDArray) -> float:
        """Return how many independent draws runs are worth at least.

        Parameters
        ----------
        groups
            `` `run` ``: the model of each run; several runs of one model count as one draw.

        Returns
        -------
        float
        """
        return self.effective_share * len(set(groups))


def ensemble_of(provenance: Mapping[str, object]) -> Ensemble:
    """Return what the provenance of a population says of its sets.

    Parameters
    ----------
    provenance
        Of joined populations, what holds for all of them: narrow as soon as one is.

    Returns
    -------
    Ensemble
        What is not said, or not as it should be, counts as unknown.

    Examples
    --------
    >>> from skimpy_renaissance.population import ensemble_of
    >>> ensemble_of(population.provenance).effective_share
    1.0
    """
    if isinstance(parts := provenance.get("joined"), list):
        found = [ensemble_of(part) for part in parts if isinstance(part, Mapping)]
        kinds = {one.what for one in found}
        what = NARROW if NARROW in kinds else "" if len(kinds) != 1 else kinds.pop()
        return Ensemble(what, min((one.effective_share for one in found), default=1.0))
    said, share = (provenance.get(key) for key in _KEYS)
    usable = isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1
    return Ensemble(
        str(said) if said in (WHOLE, NARROW) else "",
        float(share) if usable else 1.0,  # type: ignore[arg-type]
    )


def warn_where_narrow(provenance: Mapping[str, object], *, stacklevel: int = 3) -> Ensemble:
    """Return what the sets stand for, with a warning where they are a narrow corner.

    Parameters
    ----------
    provenance
        Of a population.
    stacklevel
        As for :func:`warnings.warn`; 3 is the caller of the caller.

    Returns
    -------
    Ensemble
    """
    ensemble = ensemble_of(provenance)
    if ensemble.warning:
        warnings.warn(ensemble.warning, NarrowEnsembleWarning, stacklevel=stacklevel)
    return ensemble
