r"""Which constants know about which others, or about what a model does: information, and by chance.

Over models that are independent draws of the valid region, each quantity is cut into :math:`B`
parts of equal count. With the shares :math:`p_{ab}` of models in part :math:`a` of one quantity
and :math:`b` of another,

.. math::
    I = \sum_{ab} p_{ab} \ln \frac{p_{ab}}{p_a\, p_b} - \frac{(B - 1)^2}{2n},
    \qquad
    \eta^2 = 1 - \frac{n - 1}{n - B}\,\frac{E[\operatorname{Var}(r \mid a)]}{\operatorname{Var}(r)}

are the mutual information in nats, without the bias of few models [1]_, and the share of the
variance of the other's rank :math:`r` that the one explains; for normal quantities a correlation of
0.2 is 0.02 nats and 4 % of the variance. The information that a measurement of one
holds about the other is what a prediction of the other gains in logarithmic score, on average over
whatever the measurement says.

What is found by chance is told by permuting models of one side: of every permutation the largest of
all pairs is kept, so that a pair is called informed with all others in mind.

References
----------
.. [1] Miller, *Note on the bias of information estimates* (1955); Paninski, *Neural Comput.* 15
   (2003) 1191, doi:10.1162/089976603321780272.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.priors.randomness import require_seed

__all__ = ["Information", "information"]

_BINS = 8
_FEWEST = 10 * _BINS**2  # models: ten for each pair of parts
_AT_ONCE = 64  # quantities side by side


@dataclass(frozen=True, eq=False)
class Information:
    """What some quantities know about others.

    Parameters
    ----------
    known, asked
        Names of the quantities that are known, and of those asked about.
    nats
        `` `known x asked` ``: mutual information, less its bias, so that it may be below 0; NaN for
        pairs that were left out.
    explained
        `` `known x asked` ``: share of the variance of the rank, less its bias.
    largest_by_chance
        `` `resample` ``: largest ``nats`` of all pairs.
    total_by_chance
        `` `resample` ``: sum of ``nats`` over all pairs.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import information
    >>> rng = np.random.default_rng(0)
    >>> known, noise = rng.normal(size=(2, 1000))
    >>> found = information({"a": known}, {"b": known + 0.1 * noise, "c": noise}, permutations=50)
    >>> found.nats.round(1).tolist(), bool(found.nats[0, 1] < found.chance)
    ([[1.5, -0.0]], True)
    """

    known: tuple[str, ...]
    asked: tuple[str, ...]
    nats: NDArray[np.float64] = field(repr=False)
    explained: NDArray[np.float64] = field(repr=False)
    largest_by_chance: NDArray[np.float64] = field(repr=False)
    total_by_chance: NDArray[np.float64] = field(repr=False)

    @property
    def chance(self) -> float:
        """Nats that the largest of all pairs reaches by chance in 1 of 20 cases."""
        return float(np.quantile(self.largest_by_chance, 0.95))

    @property
    def p_values(self) -> NDArray[np.float64]:
        """`` `known x asked` ``: share of permutations whose largest pair knows as much."""
        as_large = (self.largest_by_chance[:, None, None] >= self.nats).sum(0)
        p = (1 + as_large) / (1 + len(self.largest_by_chance))
        return np.asarray(np.where(np.isnan(self.nats), np.nan, p))

    @property
    def p_value_of_total(self) -> float:
        """Share of permutations that hold as much information in all."""
        as_large = int((self.total_by_chance >= np.nansum(self.nats)).sum())
        return (1 + as_large) / (1 + len(self.total_by_chance))

    def table(self) -> pd.DataFrame:
        """Return a row per pair, most information first.

        Returns
        -------
        pandas.DataFrame
            Columns ``known``, ``asked``, ``nats``, ``explained`` and ``p_value``; without the pairs
            that were left out.
        """
        one, other = np.meshgrid(self.known, self.asked, indexing="ij")
        table = pd.DataFrame(
            {
                "known": one.ravel(),
                "asked": other.ravel(),
                "nats": self.nats.ravel(),
                "explained": self.explained.ravel(),
                "p_value": self.p_values.ravel(),
            }
        )
        table = table.dropna(subset=["nats"]).sort_values("nats", ascending=False, kind="stable")
        return table.reset_index(drop=True)


def information(
    known: Mapping[str, ArrayLike],
    asked: Mapping[str, ArrayLike],
    *,
    leaving_out: Sequence[tuple[str, str]] = (),
    permutations: int = 200,
    seed: int = 0,
) -> Information:
    """Find which quantities know about which others.

    Parameters
    ----------
    known
        Name to `` `model` ``: for example ln Km, any monotone scale.
    asked
        Name to `` `model` ``, of the same models.
    leaving_out
        Pairs (known, asked) that are not looked at; a quantity is never asked about itself.
    permutations
        How often models are permuted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    Information
        Its chances hold for independent models.

    Raises
    ------
    InputError
        Fewer than 640 models, quantities of different models or that are not finite, or nothing to
        compare.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import information
    >>> rng = np.random.default_rng(0)
    >>> known, noise = rng.normal(size=(2, 1000))
    >>> found = information({"a": known}, {"b": known + 0.1 * noise, "c": noise}, permutations=50)
    >>> found.table().round(2)
      known asked  nats  explained  p_value
    0     a     b  1.48       0.96     0.02
    1     a     c -0.01       0.00     1.00
    """
    require_whole("permutations", permutations)
    first, second = _stacked("known", known), _stacked("asked", asked)
    n = len(first)
    if n != len(second) or n < _FEWEST:
        raise InputError(
            f"Information needs at least {_FEWEST} models, the same on both sides; got {n} and "
            f"{len(second)}."
        )
    one, other = _parts(first), _parts(second)
    skipped = set(leaving_out)
    used = torch.tensor([[k != a and (k, a) not in skipped for a in asked] for k in known])
    if not used.any():
        raise InputError("There is no pair of two different quantities to look at.")
    nats, explained = _of_tables(one, other)
    rng = np.random.default_rng(require_seed(seed))
    largest, total = [], []
    for _ in range(permutations):
        by_chance, _ = _of_tables(one, other[torch.from_numpy(rng.permutation(n))])
        largest.append(by_chance[used].max().item())
        total.append(by_chance[used].sum().item())
    return Information(
        tuple(known),
        tuple(asked),
        torch.where(used, nats, torch.nan).numpy(),
        torch.where(used, explained, torch.nan).numpy(),
        np.array(largest),
        np.array(total),
    )


def _stacked(what: str, quantities: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    columns = [np.asarray(values, dtype=float) for values in quantities.values()]
    if not columns or len({column.shape for column in columns}) != 1 or columns[0].ndim != 1:
        raise InputError(
            f"{what} must hold at least one quantity, each one number per model; got shapes "
            f"{sorted({column.shape for column in columns})}."
        )
    table = np.stack(columns, axis=1)
    if not np.isfinite(table).all():
        raise InputError(f"{what} must be finite; leave out the models that have no value.")
    return table


def _parts(table: NDArray[np.float64]) -> Tensor:
    """Return `` `model x name x bin` ``, float32: 1 in the part that a model is in."""
    ranks = table.argsort(0, kind="stable").argsort(0, kind="stable")
    place = torch.from_numpy(ranks * _BINS // len(table))
    return torch.nn.functional.one_hot(place, _BINS).float()


def _of_tables(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Return information and explained variance, `` `known x asked` ``, from counts of pairs."""
    n, n_known, n_asked = len(one), one.shape[1], other.shape[1]
    flat = other.reshape(n, -1)
    score = torch.arange(_BINS, dtype=torch.float64)
    nats, explained = [], []
    for start in range(0, n_known, _AT_ONCE):
        some = one[:, start : start + _AT_ONCE].reshape(n, -1)
        counts = (some.T @ flat).view(-1, _BINS, n_asked, _BINS).transpose(1, 2).double()
        p = counts / n
        a, b = p.sum(-1, keepdim=True), p.sum(-2, keepdim=True)
        plug_in = torch.where(p > 0, p * (p / (a * b)).log(), 0.0).sum((-1, -2))
        nats.append(plug_in - (_BINS - 1) ** 2 / (2 * n))
        mean = (b[..., 0, :] * score).sum(-1)
        variance = (b[..., 0, :] * score**2).sum(-1) - mean**2
        conditional = (p * score).sum(-1) / a[..., 0]
        between = (a[..., 0] * (conditional - mean[..., None]) ** 2).sum(-1)
        left = (1 - between / variance) * (n - 1) / (n - _BINS)
        explained.append(1 - left)
    return torch.cat(nats), torch.cat(explained)
