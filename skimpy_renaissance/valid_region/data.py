r"""What is known of the models beside validity: measurements with errors, and hard limits.

.. math:: \pi(\ln K) \propto p(\ln K)\,[\text{valid}]\,\prod_h [d_h(K) = 0]\,\prod_r L_r(K)

A measurement :math:`r` has a likelihood, a hard limit :math:`h` a shortfall :math:`d_h \ge 0`, 0
where it is kept to. Anything that has the form of :class:`Datum` serves: all requirements do, and
:class:`~skimpy_renaissance.requirements.Measured`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError, listed, repeated
from skimpy_renaissance.learning.judged import Kinetics

__all__ = ["Data", "Datum", "Weigher", "Weighing"]

Weigher = Callable[[Tensor], Tensor]
"""Valid models, `` `model x km` ``, ln(mol/L), to `` `model` ``, float64: log likelihoods, nats,
-inf for the impossible; of a hard limit the shortfalls, 0 where it is kept to."""


@runtime_checkable
class Datum(Protocol):
    """Something known of the models.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import Control, Measured
    >>> datum = Measured(Control(flux="GLCpts", enzyme="PFK"), 0.1, sd=0.05)
    >>> datum.label, datum.hard
    ('control of PFK over GLCpts = 0.1 +- 0.05', False)
    """

    @property
    def label(self) -> str:
        """In a few words, with units."""

    @property
    def description(self) -> Any:
        """All that decides what it says of a model, plain JSON."""

    @property
    def hard(self) -> bool:
        """Whether it is a limit, which a model keeps to or not."""

    @property
    def highest(self) -> float:
        """Log likelihood that no model exceeds, nats."""

    def weigher(self, kinetics: Kinetics) -> Weigher:
        """Check all names and compile.

        Parameters
        ----------
        kinetics
            A kinetic model at a steady state.

        Returns
        -------
        callable
        """


@dataclass(frozen=True, eq=False)
class Data:
    """Some data on one kinetic model, hard limits first.

    Parameters
    ----------
    items
        The data.
    weighers
        One each.
    """

    items: tuple[Datum, ...]
    weighers: tuple[Weigher, ...] = field(repr=False)

    @classmethod
    def on(cls, kinetics: Kinetics, data: Sequence[Datum]) -> Data:
        """Check all names and compile.

        Parameters
        ----------
        kinetics
            A kinetic model at a steady state.
        data
            The data, of which those listed first are asked first.

        Returns
        -------
        Data

        Raises
        ------
        InputError
            One is no datum, is given twice, or cannot be asked of these kinetics.
        """
        listable = isinstance(data, Sequence) and not isinstance(data, str)
        wrong = [one for one in data if not isinstance(one, Datum)] if listable else [data]
        if wrong:
            raise InputError(
                "data must be a list of requirements (hard limits) and of measurements with "
                f"errors, such as requirements.Measured; got {wrong[0]!r}."
            )
        twice = repeated(datum.label for datum in data)
        if twice:
            raise InputError(f"Data are given twice: {listed(twice)}. Keep one of each.")
        items = tuple(sorted(data, key=lambda datum: not datum.hard))
        return cls(items, tuple(datum.weigher(kinetics) for datum in items))

    @property
    def labels(self) -> tuple[str, ...]:
        """One per datum."""
        return tuple(datum.label for datum in self.items)

    @property
    def n_hard(self) -> int:
        """How many of the data are hard limits."""
        return sum(datum.hard for datum in self.items)

    @property
    def highest(self) -> float:
        """Log likelihood of all measurements together that no model exceeds, nats."""
        return sum(datum.highest for datum in self.items if not datum.hard)

    def shortfall(self, weights: Tensor) -> Tensor:
        """Return how far models are from the hard limits.

        Parameters
        ----------
        weights
            `` `datum x model` ``, from :meth:`weigh`.

        Returns
        -------
        torch.Tensor
            `` `model` ``; 0 where all are kept to.
        """
        return weights[: self.n_hard].sum(0)

    def log_likelihood(self, weights: Tensor) -> Tensor:
        """Return the log likelihood of all measurements together.

        Parameters
        ----------
        weights
            `` `datum x model` ``, from :meth:`weigh`.

        Returns
        -------
        torch.Tensor
            `` `model` ``, nats.
        """
        return weights[self.n_hard :].sum(0)

    @torch.no_grad()
    def weigh(
        self,
        log_km: Tensor,
        *,
        limit: float = torch.inf,
        least: Tensor | None = None,
        limits_only: bool = False,
    ) -> Tensor:
        """Ask one datum after the other, only of models that can still be good enough.

        Parameters
        ----------
        log_km
            `` `model x km` ``, float64, ln(mol/L): valid models.
        limit
            Shortfall from which a model is not asked about further.
        least
            `` `model` ``, nats: log likelihood below which a model is of no use; ``None``: none is.
        limits_only
            Whether hard limits alone are asked.

        Returns
        -------
        torch.Tensor
            `` `datum x model` ``, float64: shortfalls, then log likelihoods; infinitely bad where
            nothing was asked any more, 0 where nothing was to be asked.
        """
        weights = log_km.new_zeros(len(self.items), len(log_km))
        alive = torch.arange(len(log_km), device=log_km.device)
        left = self.highest
        for row, (datum, weigher) in enumerate(zip(self.items, self.weighers, strict=True)):
            if limits_only and not datum.hard:
                break
            worst = torch.inf if datum.hard else -torch.inf
            weights[row] = worst
            if not len(alive):
                continue
            found = weigher(log_km[alive]).to(weights)
            weights[row, alive] = torch.where(found.isnan(), worst, found)
            left -= 0.0 if datum.hard else datum.highest
            useful = within(self.shortfall(weights), limit)
            if least is not None:
                useful &= self.log_likelihood(weights) + left >= least
            alive = alive[useful[alive]]
        return weights


@dataclass(frozen=True, eq=False)
class Weighing:
    """How much data count while models are brought to them.

    Parameters
    ----------
    data
        On the kinetic model.
    power
        Of the likelihood, 0 to 1.
    limit
        Shortfall of the hard limits below which a model is kept; 0 asks for none.
    """

    data: Data
    power: float = 1.0
    limit: float = 0.0

    def chosen(self, log_km: Tensor, now: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        r"""Decide on moves: kept with probability :math:`\min(1, (L'/L)^\beta)`, within the limits.

        Parameters
        ----------
        log_km
            `` `model x km` ``, ln(mol/L): valid models that are proposed.
        now
            `` `datum x model` ``: weights of those that they would replace.
        chance
            `` `model` ``, uniform on 0 to 1.

        Returns
        -------
        kept : torch.Tensor
            `` `model` ``, bool.
        weights : torch.Tensor
            `` `datum x model` ``: of the proposed.
        """
        data, least = self.data, None
        if self.power > 0:
            least = data.log_likelihood(now) + chance.log() / self.power
        weights = data.weigh(log_km, limit=self.limit, least=least, limits_only=self.power == 0)
        kept = within(data.shortfall(weights), self.limit)
        if least is not None:
            kept &= data.log_likelihood(weights) >= least
        return kept, weights


def within(shortfall: Tensor, limit: float) -> Tensor:
    """Return which models are below a limit, or keep to all.

    Parameters
    ----------
    shortfall
        `` `model` ``.
    limit
        Below which; 0 asks that all hard limits are kept to.

    Returns
    -------
    torch.Tensor
        `` `model` ``, bool.
    """
    return (shortfall < limit) | (shortfall == 0)
