r"""What is believed of the saturation constants before any model is judged.

A prior gives every :math:`K_m` a law of its own (:mod:`~skimpy_renaissance.priors.laws`), and is
their product,

.. math:: \ln p(\ln K) = \sum_k \ln p_k(\ln K_k) .

Where a constant lies in its law, and the same as a standard normal number, say nothing of the law:

.. math:: u_k = F_k(\ln K_k) \sim \mathcal{U}(0, 1), \qquad \ln K_k = F_k^{-1}(u_k)
          = F_k^{-1}\big(\Phi(y_k)\big), \quad y_k \sim \mathcal{N}(0, 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.priors.km_space import KmSpace
from skimpy_renaissance.priors.laws import LAWS, Law, LogNormal, LogUniform, Uniform
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.priors.standard_normal import normal_probability

__all__ = ["Prior"]


@dataclass(frozen=True, eq=False)
class Prior:
    """A law for each of some saturation constants, all independent.

    Parameters
    ----------
    names
        In the order of the ``km`` axis.
    laws
        Pairs of columns and the law of these columns; together they name every column once.

    Raises
    ------
    InputError
        A column has no law, or two, or a law is about another number of constants.

    Examples
    --------
    >>> prior = Prior.log_uniform(("km_a", "km_b"), 1e-6, 0.1)
    >>> prior = prior.with_measured({"km_b": (1e-4, 4e-4)})  # 0.2 mmol/L, within a factor of two
    >>> prior.sample(5, seed=0).shape
    torch.Size([5, 2])
    """

    names: tuple[str, ...]
    laws: tuple[tuple[tuple[int, ...], Law], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        ruled = [column for columns, _ in self.laws for column in columns]
        if sorted(ruled) != list(range(len(self.names))) or not self.names:
            raise InputError(
                f"Every one of {len(self.names)} saturation constants must have one law, got laws "
                f"for the columns {listed(sorted(ruled), most=10)}."
            )
        for columns, law in self.laws:
            if len(columns) != len(law):
                raise InputError(
                    f"A law must be about as many constants as it has columns: {law!r} is about "
                    f"{len(law)}, it has {len(columns)}."
                )

    @classmethod
    def of(cls, names: Sequence[str], law: Law) -> Prior:
        """Return the prior in which one law rules all constants.

        Parameters
        ----------
        names
            In the order of the ``km`` axis.
        law
            About as many constants, or about one that stands for each.

        Returns
        -------
        Prior
        """
        law = law.at([0] * len(names)) if len(law) == 1 else law
        return cls(tuple(names), ((tuple(range(len(names))), law),))

    @classmethod
    def log_uniform(cls, names: Sequence[str], lower: float, upper: float) -> Prior:
        """Return the prior in which every ln Km is uniform between the same bounds.

        Parameters
        ----------
        names
            In the order of the ``km`` axis.
        lower, upper
            mol/L.

        Returns
        -------
        Prior

        Raises
        ------
        InputError
            The bounds are not positive, or not in this order.
        """
        if not 0 < lower <= upper:
            raise InputError(
                f"log_uniform needs 0 < lower <= upper in mol/L, got {lower!r} and {upper!r}."
            )
        return cls.of(
            names, LogUniform(*torch.tensor([[log(lower)], [log(upper)]], dtype=torch.float64))
        )

    @classmethod
    def of_space(cls, space: KmSpace) -> Prior:
        """Return what a generator's bounds say: ln Km uniform, measured Km uniform.

        Parameters
        ----------
        space
            Bounds, and which constants are drawn from a measured range.

        Returns
        -------
        Prior
        """
        lower, upper = space.lower.cpu(), space.upper.cpu()
        prior = cls.of(space.names, LogUniform(lower, upper))
        measured = space.measured.nonzero().flatten().tolist()
        return prior._with(measured, Uniform(lower[measured], upper[measured]))

    def with_measured(self, measured: Mapping[str, tuple[float, float]]) -> Prior:
        """Return the prior with log-normal laws around measured values.

        Parameters
        ----------
        measured
            Name to (lower, upper) in mol/L, as training takes them: Km lies in this range with
            68 % probability.

        Returns
        -------
        Prior

        Raises
        ------
        MissingEntryError
            There is no such constant.
        InputError
            A range is not one, or open.
        """
        for name, (lower, upper) in measured.items():
            if not 0 < lower < upper < inf:
                raise InputError(
                    f"A measured constant needs a range with 0 < lower < upper in mol/L, got "
                    f"({lower!r}, {upper!r}) for {name!r}. A value and a factor are "
                    "(value/factor, value*factor)."
                )
        logs = torch.tensor(list(measured.values()), dtype=torch.float64).reshape(-1, 2).log()
        mean, std = logs.mean(-1), logs.diff(dim=-1).squeeze(-1) / 2
        return self._with(self._columns(measured), LogNormal(mean, std) if measured else None)

    def with_law(self, names: Sequence[str], law: Law) -> Prior:
        """Return the prior with another law for some constants.

        Parameters
        ----------
        names
            Which ones.
        law
            About as many constants, in this order.

        Returns
        -------
        Prior

        Raises
        ------
        MissingEntryError
            There is no such constant.
        """
        return self._with(self._columns(names), law)

    def of_names(self, names: Sequence[str]) -> Prior:
        """Return the prior of some of the constants.

        Parameters
        ----------
        names
            Which ones, in the order wanted.

        Returns
        -------
        Prior

        Raises
        ------
        MissingEntryError
            There is no such constant.
        """
        place = {column: new for new, column in enumerate(self._columns(names))}
        kept = []
        for columns, law in self.laws:
            inner = [i for i, column in enumerate(columns) if column in place]
            if inner:
                kept.append((tuple(place[columns[i]] for i in inner), law.at(inner)))
        return Prior(tuple(names), tuple(kept))

    def sample(self, n: int, *, seed: int) -> Tensor:
        """Draw models.

        Parameters
        ----------
        n
            How many.
        seed
            A whole number, 0 or more.

        Returns
        -------
        torch.Tensor
            `` `model x km` ``, float64, ln(mol/L), on the CPU.
        """
        rng = random_stream(seed, purpose="prior")
        shape = (n, len(self.names))
        return self.from_normal(torch.randn(shape, dtype=torch.float64, generator=rng))

    def log_density(self, log_km: Tensor) -> Tensor:
        """Return the density of models, over ln Km.

        Parameters
        ----------
        log_km
            `` `... x km` ``, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `...` ``, float64, nats; -inf outside the bounds.
        """
        parts = (law.log_density(log_km[..., list(cols)]).sum(-1) for cols, law in self._on(log_km))
        return torch.stack(list(parts)).sum(0)

    def from_normal(self, y: Tensor) -> Tensor:
        """Turn standard normal numbers into saturation constants; differentiable.

        Parameters
        ----------
        y
            `` `... x km` ``, float64, standard normal under the prior.

        Returns
        -------
        torch.Tensor
            `` `... x km` ``, float64, ln(mol/L).
        """
        return self._quantile(normal_probability(y), normal_probability(-y))

    def quantile(self, p: Tensor) -> Tensor:
        """Return the saturation constants below which a share of the prior lies; differentiable.

        Parameters
        ----------
        p
            `` `... x km` ``, float64, 0 to 1: uniform under the prior.

        Returns
        -------
        torch.Tensor
            `` `... x km` ``, float64, ln(mol/L).
        """
        return self._quantile(p, 1 - p)

    def probability(self, log_km: Tensor) -> Tensor:
        """Return how much of the prior lies below, constant by constant.

        Parameters
        ----------
        log_km
            `` `... x km` ``, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `` `... x km` ``, float64, 0 to 1: uniform under the prior.
        """
        return self._joined(
            law.probability(log_km[..., list(cols)])[0] for cols, law in self._on(log_km)
        )

    @classmethod
    def from_description(cls, described: Mapping[str, Any]) -> Prior:
        """Return the prior that a stored run describes.

        Parameters
        ----------
        described
            What :func:`~skimpy_renaissance.learning.description.describe` made of it.

        Returns
        -------
        Prior
        """
        laws = []
        for columns, entry in described["laws"]:
            numbers = {name: values for name, values in entry.items() if name != "class"}
            tensors = {k: torch.tensor(v, dtype=torch.float64) for k, v in numbers.items()}
            laws.append((tuple(columns), LAWS[entry["class"]](**tensors)))
        return cls(tuple(described["names"]), tuple(laws))

    def to(self, device: torch.device) -> Prior:
        """Return the same prior on a device.

        Parameters
        ----------
        device
            Where its numbers go.

        Returns
        -------
        Prior
        """
        return Prior(self.names, tuple((columns, law.to(device)) for columns, law in self.laws))

    def _columns(self, names: Iterable[str]) -> list[int]:
        place = {name: column for column, name in enumerate(self.names)}
        require_names(names, place, what="saturation constant in the prior")
        return [place[name] for name in names]

    def _with(self, columns: list[int], law: Law | None) -> Prior:
        if not columns or law is None:
            return self
        replaced, laws = set(columns), []
        for old_columns, old in self.laws:
            kept = [i for i, column in enumerate(old_columns) if column not in replaced]
            if kept:
                laws.append((tuple(old_columns[i] for i in kept), old.at(kept)))
        return Prior(self.names, (*laws, (tuple(columns), law)))

    def _on(self, tensor: Tensor) -> tuple[tuple[tuple[int, ...], Law], ...]:
        """Return the laws, after looking that the last axis is theirs."""
        if tensor.shape[-1] != len(self.names) or tensor.dtype != torch.float64:
            raise InputError(
                f"This prior needs float64 with {len(self.names)} saturation constants along the "
                f"last axis, got {tensor.dtype} of shape {tuple(tensor.shape)}."
            )
        return self.laws

    def _quantile(self, p: Tensor, q: Tensor) -> Tensor:
        return self._joined(
            law.quantile(p[..., list(cols)], q[..., list(cols)]) for cols, law in self._on(p)
        )

    def _joined(self, parts: Iterable[Tensor]) -> Tensor:
        return torch.cat(list(parts), dim=-1)[..., self._order]

    @cached_property
    def _order(self) -> Tensor:
        """`` `km` ``: where each column stands once the laws' columns are put side by side."""
        return torch.tensor([c for columns, _ in self.laws for c in columns]).argsort()
