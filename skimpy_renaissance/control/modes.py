r"""Modes of a kinetic model: how fast each decays, and what takes part in it.

With right and left eigenvectors of the Jacobian of the logarithmic concentrations,
:math:`A v = \lambda v`, :math:`w^T A = \lambda w^T`, scaled to :math:`w^T v = 1`, and its factors
:math:`A = B E` (balance, elasticities),

.. math::
    \sum_i w_i v_i = 1, \qquad \sum_r (w^T B)_r (E v)_r = \lambda .

The terms of the first sum are the *participation factors* of metabolites, those of the second the
contributions of reactions: both are free of units. The rows of the *modal matrix* are the left
eigenvectors :math:`w_i/x_i` of the Jacobian itself, each one a combination of concentrations that
decays on its own. With the volume ratios :math:`\omega`, the rows
:math:`\sum_i (w_i/x_i)\,\omega_i N_{ir}` do so for combinations of fluxes.

References
----------
1. Heinrich and Schuster, *The Regulation of Cellular Systems* (1996),
   doi:10.1007/978-1-4613-1161-4, chapter 4.
2. Pérez-Arriaga, Verghese and Schweppe, *IEEE Trans. Power Appar. Syst.* 101 (1982) 3117,
   doi:10.1109/TPAS.1982.317524 (participation factors).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_whole
from skimpy_renaissance.control.rate_elasticities import (
    RateElasticities,
    compile_elasticities,
    of_net,
)
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.sampling.parameter_sets import Sets, log_km_and_names
from skimpy_renaissance.spectrum import eigenvectors

__all__ = ["SlowModes", "flux_modal_matrix", "modal_matrix", "slow_modes"]


@dataclass(frozen=True, eq=False, repr=False)
class SlowModes:
    """The slowest modes of each model; a complex pair counts as two.

    Parameters
    ----------
    eigenvalues
        `` `model x mode` ``, complex, 1/h, real parts descending; NaN where the spectrum failed.
    metabolite_participation
        `` `model x mode x independent` ``: :math:`|w_i v_i|`, normalised to the sum 1.
    reaction_participation
        `` `model x mode x reaction` ``: magnitudes of the contributions, normalised to the sum 1.
    reaction_contributions
        `` `model x mode x reaction` ``, 1/h: real parts of the contributions; their sum is the real
        part of the eigenvalue. Negative ones speed the decay, positive ones hold it up.
    metabolites
        Independent metabolites.
    reactions
        Reactions.
    samples
        `` `model` ``: names of the parameter sets.

    Examples
    --------
    >>> modes = sr.control.slow_modes(bound, population)
    >>> modes.eigenvalues.real[:, 0].round(2)  # 1/h
    array([-0.47, -1.46, -0.23, -3.12, -0.24])
    >>> modes.to_dataframe()["reaction"].iloc[0].nlargest(3).round(2)
    NH4t    0.22
    CS      0.14
    PPC     0.10
    Name: (0, 0), dtype: float64
    """

    eigenvalues: NDArray[np.complex128]
    metabolite_participation: NDArray[np.float64]
    reaction_participation: NDArray[np.float64]
    reaction_contributions: NDArray[np.float64]
    metabolites: tuple[str, ...]
    reactions: tuple[str, ...]
    samples: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return f"<SlowModes: {self.eigenvalues.shape[1]} modes of {len(self)} sets>"

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per (sample, mode): eigenvalue, then all participations."""
        n_modes = self.eigenvalues.shape[1]
        index = pd.MultiIndex.from_product([self.samples, range(n_modes)], names=["sample", "mode"])
        flat = self.eigenvalues.reshape(-1)
        blocks = {
            "eigenvalue": pd.DataFrame({"real": flat.real, "imag": flat.imag}, index=index),
            "metabolite": pd.DataFrame(
                self.metabolite_participation.reshape(len(flat), -1),
                index=index,
                columns=list(self.metabolites),
            ),
            "reaction": pd.DataFrame(
                self.reaction_participation.reshape(len(flat), -1),
                index=index,
                columns=list(self.reactions),
            ),
        }
        return pd.concat(blocks, axis=1)


def slow_modes(bound: BoundKinetics, sets: Sets, *, n: int = 1) -> SlowModes:
    """Return the slowest modes and what takes part in them: why a set is slow.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population, or `` `model x km` ``, ln(mol/L).
    n
        Number of modes, from the largest real part on.

    Returns
    -------
    SlowModes

    Raises
    ------
    InputError
        ``sets`` cannot be used, or ``n`` is not between 1 and the number of independent
        metabolites.

    Notes
    -----
    Participations of a repeated eigenvalue are not defined: any mixture of its modes is one.

    Examples
    --------
    >>> from skimpy_renaissance.control import slow_modes
    >>> slow_modes(bound, population)
    <SlowModes: 1 modes of 5 sets>
    """
    log_km, samples = log_km_and_names(bound, sets, what="Control analysis")
    metabolites = _independent(bound)
    if not is_whole(n) or not 1 <= n <= len(metabolites):
        raise InputError(
            f"n must be a whole number of modes from 1 to {len(metabolites)}, the number of "
            f"independent metabolites, got {n!r}."
        )
    parts = _parts(bound, log_km, n)
    weights, terms = parts[..., 1 : 1 + len(metabolites)], parts[..., 1 + len(metabolites) :]
    return SlowModes(
        parts[..., 0],
        _shares(weights),
        _shares(terms),
        terms.real.copy(),
        metabolites,
        bound.network.reaction_names,
        samples,
    )


def modal_matrix(bound: BoundKinetics, sets: Sets) -> pd.DataFrame:
    """Return the combinations of concentrations that decay on their own, for one model.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population of one set, or `` `1 x km` ``, ln(mol/L).

    Returns
    -------
    pandas.DataFrame
        As SKiMPy's ``modal_matrix``: one row per mode with the eigenvalue (1/h) as its name, one
        column per independent metabolite; rows of Euclidean length 1 whose largest entry is real
        and positive. Real parts descend; SKiMPy leaves rows in LAPACK's order, their sign open, and
        the rows of a complex pair exchanged.

    Raises
    ------
    InputError
        ``sets`` cannot be used, or is not one set.

    Examples
    --------
    >>> from skimpy_renaissance.control import modal_matrix
    >>> modal_matrix(bound, population.select([0])).shape
    (39, 39)
    """
    values, rows = _left_rows(bound, sets)
    return _modal_table(values, rows, _independent(bound))


def flux_modal_matrix(bound: BoundKinetics, sets: Sets) -> pd.DataFrame:
    """Return the combinations of fluxes that decay on their own, for one model.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    sets
        A population of one set, or `` `1 x km` ``, ln(mol/L).

    Returns
    -------
    pandas.DataFrame
        As SKiMPy's ``modal_matrix(..., flux_modes=True)``: one row per mode as in
        :func:`modal_matrix`, one column per reaction. SKiMPy adds rows for the eigenvalue 0,
        combinations of fluxes that no concentration changes; they are no modes and left out.

    Raises
    ------
    InputError
        ``sets`` cannot be used, or is not one set.

    Examples
    --------
    >>> table = sr.control.flux_modal_matrix(bound, population.select([0]))
    >>> table.shape
    (39, 44)
    >>> table.iloc[0].abs().idxmax()  # the flux that shows the slowest mode most
    'NH4t'
    """
    values, rows = _left_rows(bound, sets)
    return _modal_table(values, rows @ bound.network.balance, bound.network.reaction_names)


def _left_rows(
    bound: BoundKinetics, sets: Sets
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return the eigenvalues (1/h) of one model and, as rows, left eigenvectors w_i / x_i."""
    log_km, samples = log_km_and_names(bound, sets, what="Control analysis")
    if len(samples) != 1:
        raise InputError(f"A modal matrix takes one parameter set, got {len(samples)}.")
    net = _compiled(bound)
    with torch.no_grad():
        balance, slopes = _factors(bound, log_km, net)
        scaled = balance @ slopes
        x = bound.reference.independent
        values = bound.spectrum.eigenvalues(scaled, x)
        if not values.isfinite().all():
            raise InputError("The Jacobian of this set is not finite or not invertible.")
        left = torch.stack([_modes(scaled, value)[1] for value in values.unbind(-1)], dim=-2)[0]
    return values[0].cpu().numpy(), (left / x).cpu().numpy()


def _modal_table(
    values: NDArray[np.complex128], rows: NDArray[np.complex128], columns: Sequence[str]
) -> pd.DataFrame:
    """Scale rows to length 1 with a real, positive largest entry, and name them."""
    largest = np.take_along_axis(rows, np.abs(rows).argmax(-1)[:, None], axis=-1)
    rows = rows * (largest.conj() / np.abs(largest))
    rows /= np.linalg.norm(rows, axis=-1, keepdims=True)
    return pd.DataFrame(rows, index=pd.Index(values, name="eigenvalues"), columns=list(columns))


def _independent(bound: BoundKinetics) -> tuple[str, ...]:
    pools = bound.network.conserved_pools
    return pools.independent_first[: len(pools.independent)]


def _compiled(bound: BoundKinetics) -> RateElasticities:
    return compile_elasticities(bound, bound.network.conserved_pools.independent_first, of=of_net)


def _shares(terms: NDArray[np.complex128]) -> NDArray[np.float64]:
    size = np.abs(terms)
    shares: NDArray[np.float64] = size / size.sum(-1, keepdims=True)
    return shares


# -- the mathematics -------------------------------------------------------------------------------


def _parts(bound: BoundKinetics, log_km: torch.Tensor, n: int) -> NDArray[np.complex128]:
    """Return `` model x mode x (eigenvalue, w_i v_i, contributions) ``."""
    net = _compiled(bound)

    def judge(bound: BoundKinetics, log_km: torch.Tensor) -> torch.Tensor:
        balance, slopes = _factors(bound, log_km, net)
        scaled = balance @ slopes
        values = bound.spectrum.eigenvalues(scaled, bound.reference.independent)[..., :n]
        modes = [_of_mode(balance, slopes, scaled, value) for value in values.unbind(-1)]
        return torch.stack(modes, dim=-2)

    with torch.no_grad():
        parts: NDArray[np.complex128] = bound.batching.run(bound, log_km, judge).cpu().numpy()
    return parts


def _of_mode(
    balance: torch.Tensor, slopes: torch.Tensor, scaled: torch.Tensor, value: torch.Tensor
) -> torch.Tensor:
    right, left = _modes(scaled, value)
    overlap = (left * right).sum(-1, keepdim=True)
    weights = left * right / overlap
    arriving = (left[..., None, :] @ balance.to(left.dtype)).squeeze(-2)
    leaving = (slopes.to(right.dtype) @ right[..., None]).squeeze(-1)
    return torch.cat([value[..., None], weights, arriving * leaving / overlap], dim=-1)


def _modes(scaled: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return `` model x independent ``: v and w with A v = lambda v, w^T A = lambda w^T."""
    right, left = eigenvectors(scaled, value)
    return right, left.conj()


def _factors(
    bound: BoundKinetics, log_km: torch.Tensor, net: RateElasticities
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the balance B (1/h) and the elasticities E_i + E_d Q of the steady state."""
    reference = bound.reference
    elasticities = net(bound, reference.scaled(log_km))
    return reference.weighted_stoichiometry, reference.along_pools(elasticities)
