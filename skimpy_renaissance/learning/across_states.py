r"""Kinetics at many steady states, seen as one: what learns from one state learns from all.

The optimisers know models in a row. Here model :math:`i` of the row is at state :math:`i` modulo
the number of states, so that any whole number of models at each state is one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.judged import Kinetics, SmoothKinetics
from skimpy_renaissance.spectrum.smoothed import Smoothed

__all__ = ["AcrossStates", "Anchored", "anchors_of"]


@runtime_checkable
class Anchored(Protocol):
    """Kinetics at one or many states that know where saturation constants count from.

    Examples
    --------
    >>> from skimpy_renaissance.learning import Anchored
    >>> at_three: Anchored = sr.compile(network).at(states[:3])
    >>> at_three.n_states, at_three.log_km_anchors.shape
    (3, torch.Size([3, 159]))
    """

    @property
    def n_states(self) -> int | None:
        """Length of the `state` axis; ``None`` for a single state without that axis."""

    @property
    def log_km_anchors(self) -> Tensor:
        """`state x km`, float64, ln(mol/L): one row for a single state."""


@dataclass(frozen=True, eq=False)
class AcrossStates:
    """Kinetics bound to many states, as learning wants them.

    Parameters
    ----------
    at_states
        Takes `state x model x km` and returns results with the same two leading axes.
    n_states
        Length of the `state` axis.
    """

    at_states: Kinetics
    n_states: int

    @property
    def km_names(self) -> tuple[str, ...]:
        """Saturation constants, in the order of the `km` axis."""
        return self.at_states.km_names

    @property
    def log_km_bounds(self) -> Tensor:
        """`km x 2`, float64, ln(mol/L): lower and upper, NaN where open."""
        return self.at_states.log_km_bounds

    def lambda_max(self, log_km: Tensor) -> Tensor:
        """Return the largest real part of the eigenvalues of each model.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model`, float64, 1/h; NaN where the spectrum failed.
        """
        return self._in_a_row(self.at_states.lambda_max(self._by_state(log_km)))

    def smoothed_lambda_max(self, log_km: Tensor, *, sharpness: float) -> Smoothed:
        """Return the smoothed maximum of the real parts, and the maximum itself.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).
        sharpness
            The larger, the closer to the maximum.

        Returns
        -------
        Smoothed
            `model` each, float64, 1/h; NaN where the spectrum failed.

        Raises
        ------
        InputError
            The kinetics have no smoothed maximum.
        """
        if not isinstance(self.at_states, SmoothKinetics):
            raise InputError(f"{type(self.at_states).__name__} has no smoothed_lambda_max.")
        both = self.at_states.smoothed_lambda_max(self._by_state(log_km), sharpness=sharpness)
        return Smoothed(*(self._in_a_row(part) for part in both))

    def eigenvalues(self, log_km: Tensor) -> Tensor:
        """Return the eigenvalues of each model's Jacobian.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model x independent`, complex128, 1/h.
        """
        return self._in_a_row(self.at_states.eigenvalues(self._by_state(log_km)))

    def vmax(self, log_km: Tensor) -> Tensor:
        """Return the maximal rates that go with the steady states.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).

        Returns
        -------
        torch.Tensor
            `model x reaction`, float64, scaled concentration per time.
        """
        return self._in_a_row(self.at_states.vmax(self._by_state(log_km)))

    def _by_state(self, log_km: Tensor) -> Tensor:
        if len(log_km) % self.n_states:
            raise InputError(
                f"Over {self.n_states} states the number of models must be a multiple of that, "
                f"got {len(log_km)}."
            )
        return log_km.unflatten(0, (-1, self.n_states)).transpose(0, 1)

    @staticmethod
    def _in_a_row(result: Tensor) -> Tensor:
        return result.transpose(0, 1).flatten(0, 1)


def anchors_of(at: Anchored | Tensor) -> Tensor:
    """Return where relative values count from.

    Parameters
    ----------
    at
        Kinetics at one or many states; or anchors, `km` or `state x km`, float64, ln(mol/L).

    Returns
    -------
    torch.Tensor
        `km` for a single state, `state x km` for several, float64, ln(mol/L).

    Raises
    ------
    InputError
        It is neither.
    """
    if isinstance(at, Anchored):
        return at.log_km_anchors if at.n_states is not None else at.log_km_anchors[0]
    if isinstance(at, Tensor) and at.ndim in (1, 2) and at.dtype == torch.float64:
        return at
    given = f"{at.dtype} {tuple(at.shape)}" if isinstance(at, Tensor) else type(at).__name__
    raise InputError(
        "at must be kinetics bound to steady states, or their anchors, float64 with the axes "
        f"`km` or `state x km`, got {given}."
    )
