r"""Eigenvalues of Jacobians whose spectrum spans ten to sixteen orders of magnitude.

An eigensolver's error is about :math:`\epsilon\,|\lambda|_{fastest}` for every eigenvalue alike, so
the slow modes, which decide validity, drown where :math:`|\lambda|_{fastest}/|\lambda|_{slowest}`
nears :math:`1/\epsilon`. The *accurate* route uses that the slow modes of :math:`A` are the large
ones of :math:`A^{-1}`, where they have full precision:

.. math::
    A_{ij} = J_{ij}\, x_j / x_i, \qquad R = \operatorname{diag}(1/\max_j |A_{ij}|), \qquad
    A^{-1} = (R A)^{-1} R, \qquad \lambda = 1/\mu .

With relative errors :math:`\epsilon|\lambda|_f/|\lambda|` (direct) and
:math:`\epsilon|\lambda|/|\lambda|_s` (inverse) the two are equally good at
:math:`\sqrt{|\lambda|_f |\lambda|_s}`: slower modes come from the inverse, faster ones from
:math:`A` itself. The *plain* route, ``torch.linalg.eigvals(J)``, is what SKiMPy does.

References
----------
1. Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), section 7.2.
2. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed. (2002),
   doi:10.1137/1.9780898718027, chapter 7 (row equilibration).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import have_numba
from skimpy_renaissance.spectrum.lane_spectra import eigenvalues_of_matrices, lane_spectra
from skimpy_renaissance.spectrum.lapack import eigvals, equilibrated_inverse, radius_bound
from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries

__all__ = ["Accurate", "Plain", "SparseModels", "SpectralRoute", "doubtful_spectra"]

_WIDEST = 1e13  # fastest mode over slowest: the inverse knows the former to a few per mille


class SpectralRoute(Protocol):
    """A way from Jacobians to eigenvalues.

    All methods take the scaled Jacobian :math:`A` (`` ... x independent x independent ``, 1/h) and
    the concentrations :math:`x` (`` ... x independent ``, broadcast). A model whose Jacobian is not
    finite or not invertible gets NaN, never an exception.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Accurate, Plain, SpectralRoute
    >>> def slowest(route: SpectralRoute) -> float:
    ...     scaled = bound.scaled_jacobian(bound.log_km_anchors)
    ...     return route.lambda_max(scaled, bound.reference.independent).item()
    >>> [round(slowest(route), 3) for route in (Accurate(), Plain())]  # 1/h
    [-1.705, -1.705]
    """

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... x independent ``, complex128, 1/h, real parts descending."""

    def leading(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... ``, complex128, 1/h: the eigenvalue with the largest real part."""
        return self.eigenvalues(scaled, concentrations)[..., 0]

    def lambda_max(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return `` ... ``, 1/h: the largest real part."""
        return self.leading(scaled, concentrations).real


@dataclass(frozen=True, eq=False)
class SparseModels:
    """Models whose scaled Jacobians nobody has formed.

    Parameters
    ----------
    numbers
        `` `model x number` ``.
    entries
        How Jacobians follow from them.
    jacobians
        Numbers, `` model x number ``, to scaled Jacobians, `` model x independent x independent ``,
        differentiable.
    """

    numbers: NDArray[np.float64]
    entries: MatrixEntries
    jacobians: Callable[[torch.Tensor], torch.Tensor]

    def part(self, chosen: torch.Tensor) -> SparseModels:
        """Return some of the models, by their positions."""
        return replace(self, numbers=self.numbers[chosen.numpy()])

    def dense(self, chosen: torch.Tensor) -> torch.Tensor:
        """Return the scaled Jacobians of some models, by their positions."""
        return self.jacobians(torch.from_numpy(self.numbers[chosen.numpy()]))


@dataclass(frozen=True)
class Accurate(SpectralRoute):
    """Slow modes from the inverse, fast modes from the Jacobian itself.

    Parameters
    ----------
    backend
        ``"lanes"``: eight matrices side by side in compiled code, on the CPU. ``"lapack"``: one by
        one, ``torch.linalg``. ``None``: lanes where numba is installed and matrices are on the CPU.

    Raises
    ------
    InputError
        There is no such backend, or it needs numba and that is missing.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Accurate
    >>> jacobian = torch.tensor([[-1.0, 0.0], [3.0, -2.0]], dtype=torch.float64)
    >>> Accurate().eigenvalues(jacobian, torch.ones(2, dtype=torch.float64)).real.tolist()
    [-1.0, -2.0]
    """

    backend: str | None = None

    def __post_init__(self) -> None:
        if self.backend not in (None, "lanes", "lapack"):
            raise InputError(f"backend must be 'lanes', 'lapack' or None, got {self.backend!r}.")
        if self.backend == "lanes" and not have_numba():
            raise InputError("backend='lanes' needs numba: pip install numba.")

    def in_lanes(self, device: torch.device) -> bool:
        """Return whether matrices on a device are worked on side by side."""
        return self.backend != "lapack" and device.type == "cpu" and have_numba()

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the whole spectrum; see :class:`SpectralRoute`."""
        del concentrations  # A is similar to J
        return _merged(self._eigvals(scaled), self._inverse_spectrum(scaled))

    def leading(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the leading eigenvalue; see :class:`SpectralRoute`.

        The inverse decides alone, unless it shows an unstable mode so fast that the Jacobian's own
        eigenvalues resolve it better, or may have missed one: such models get the whole spectrum.
        """
        inverse = self._inverse_spectrum(scaled)
        leading = _largest_real(inverse)
        doubtful = doubtful_spectra(inverse, radius_bound(scaled))
        if not doubtful.any():
            return leading
        resolved = self.eigenvalues(scaled[doubtful], concentrations)[..., 0]
        return leading.masked_scatter(doubtful, resolved)

    def eigenvalues_of(self, models: SparseModels) -> torch.Tensor:
        """Return the whole spectrum of each model.

        Parameters
        ----------
        models
            On the CPU, with numba.

        Returns
        -------
        torch.Tensor
            `` model x independent ``, complex128, 1/h, real parts descending.
        """
        direct, inverse = (
            lane_spectra(models.numbers, models.entries, inverse=which) for which in (False, True)
        )
        merged = _merged(torch.from_numpy(direct.values), 1 / torch.from_numpy(inverse.values))
        again = torch.from_numpy(direct.usable & ~(direct.solved & inverse.solved)).nonzero()[:, 0]
        if len(again):
            scaled = models.dense(again)
            merged[again] = self.eigenvalues(scaled, scaled.new_ones(scaled.shape[-1]))
        return merged

    def ranked_of(self, models: SparseModels, *, rank: int) -> torch.Tensor:
        """Return one eigenvalue of each model, by its rank among descending real parts.

        Parameters
        ----------
        models
            On the CPU, with numba.
        rank
            Position; below zero, from the end.

        Returns
        -------
        torch.Tensor
            `` model ``, complex128, 1/h.
        """
        return self.eigenvalues_of(models)[:, rank]

    def leading_of(self, models: SparseModels) -> torch.Tensor:
        """Return the leading eigenvalue of each model, as :meth:`leading`.

        Parameters
        ----------
        models
            On the CPU, with numba.

        Returns
        -------
        torch.Tensor
            `` model ``, complex128, 1/h.
        """
        found = lane_spectra(models.numbers, models.entries, inverse=True)
        inverse = 1 / torch.from_numpy(found.values)
        leading = _largest_real(inverse)
        doubtful = doubtful_spectra(inverse, torch.from_numpy(found.radius)).nonzero()[:, 0]
        if len(doubtful):
            leading[doubtful] = self.eigenvalues_of(models.part(doubtful))[:, 0]
        again = torch.from_numpy(found.usable & ~found.solved).nonzero()[:, 0]
        if len(again):
            scaled = models.dense(again)
            leading[again] = self.leading(scaled, scaled.new_ones(scaled.shape[-1]))
        return leading

    def _inverse_spectrum(self, scaled: torch.Tensor) -> torch.Tensor:
        return 1 / self._eigvals(equilibrated_inverse(scaled))

    def _eigvals(self, matrices: torch.Tensor) -> torch.Tensor:
        if not self.in_lanes(matrices.device) or (
            torch.is_grad_enabled() and matrices.requires_grad
        ):
            return eigvals(matrices)  # torch follows their gradient
        flat = matrices.detach().reshape(-1, *matrices.shape[-2:])
        values, solved = map(torch.from_numpy, eigenvalues_of_matrices(flat.numpy()))
        if not solved.all():
            values[~solved] = eigvals(flat[~solved])
        return values.reshape(matrices.shape[:-1])


@dataclass(frozen=True)
class Plain(SpectralRoute):
    """Eigenvalues of the unscaled Jacobian in one step, as SKiMPy computes them.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Plain
    >>> as_skimpy = sr.compile(network).at(state, spectrum=Plain())
    >>> round(as_skimpy.lambda_max(as_skimpy.log_km_anchors).item(), 3)  # 1/h
    -1.705
    """

    def eigenvalues(self, scaled: torch.Tensor, concentrations: torch.Tensor) -> torch.Tensor:
        """Return the whole spectrum; see :class:`SpectralRoute`."""
        jacobian = scaled * concentrations[..., :, None] / concentrations[..., None, :]
        values = eigvals(jacobian)
        return _sorted_by(values, -values.real)


def _merged(direct: torch.Tensor, inverse: torch.Tensor) -> torch.Tensor:
    """Take slow modes from the inverse, fast ones from the Jacobian; real parts descending."""
    switch = (direct.abs().amax(-1) * inverse.abs().amin(-1)).sqrt()
    n_slow = (inverse.abs() <= switch[..., None]).sum(-1, keepdim=True)
    rank = torch.arange(direct.shape[-1], device=direct.device)
    slow, fast = (_sorted_by(values, values.abs()) for values in (inverse, direct))
    merged = torch.where((rank < n_slow) | slow.isnan(), slow, fast)
    return _sorted_by(merged, -merged.real)


def doubtful_spectra(inverse: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
    r"""Return which spectra need the Jacobian's own eigenvalues too.

    Those with an unstable mode so fast that the Jacobian resolves it better, and those so wide that
    the inverse may have missed one: where :math:`|\lambda|_f/|\lambda|_s` nears
    :math:`1/\epsilon`, it loses even the sign of the fastest real parts.

    Parameters
    ----------
    inverse
        `` ... x independent ``, complex128, 1/h: the spectrum from the inverse.
    radius
        `` ... ``, 1/h: a bound on the modulus of the fastest mode.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool.
    """
    switch = (radius * inverse.abs().amin(-1)).sqrt()
    fast_unstable = ((inverse.real > 0) & (inverse.abs() > switch[..., None])).any(-1)
    return fast_unstable | (radius > _WIDEST * inverse.abs().amin(-1))


def _largest_real(values: torch.Tensor) -> torch.Tensor:
    return values.gather(-1, values.real.argmax(-1, keepdim=True)).squeeze(-1)


def _sorted_by(values: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    return values.gather(-1, key.argsort(dim=-1, stable=True))
