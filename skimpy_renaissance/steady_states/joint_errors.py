r"""Equilibrium constants that err together: a box along axes of one's own.

.. math:: \ln K = \ln K^\circ + B t, \qquad |t_i| \le 1

With the pseudo-inverse :math:`B^+` and a basis :math:`Q` of what is orthogonal to all axes, these
are limits on sums: :math:`B^+ \ln K \in B^+ \ln K^\circ \pm 1` and :math:`Q^T \ln K = Q^T \ln
K^\circ`. The principal axes of a covariance make it the box around its ellipsoid, in which the
constants of reactions that make a cycle stay consistent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.linalg
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError

__all__ = ["half_widths", "joint_limits"]

Array = NDArray[np.float64]

_RANK = 1e-9


def half_widths(axes: pd.DataFrame) -> dict[str, float]:
    """Return how far each ln K can be from its middle.

    Parameters
    ----------
    axes
        `` `reaction x axis` ``, half axes of ln K, indexed by reaction.

    Returns
    -------
    dict
        Reaction to the sum of sizes along its row.
    """
    return {str(name): float(width) for name, width in axes.abs().sum(axis=1).items()}


def joint_limits(
    axes: pd.DataFrame, names: tuple[str, ...], middle: Array
) -> tuple[Array, Array, Array]:
    """Return sums of ln K and their limits.

    Parameters
    ----------
    axes
        `` `reaction x axis` ``, half axes of ln K, indexed by reaction.
    names
        Reactions with a constant.
    middle
        `` `reaction` ``, their ln K.

    Returns
    -------
    rows : numpy.ndarray
        `` `row x reaction` ``.
    least, most : numpy.ndarray
        `` `row` ``.

    Raises
    ------
    MissingEntryError
        There is no such reaction with a constant.
    InputError
        An entry is not finite, or an axis follows from others.
    """
    require_names(map(str, axes.index), names, what="reaction with an equilibrium constant")
    table = axes.to_numpy(dtype=float)
    if not np.isfinite(table).all():
        raise InputError("k_eq_error as a table, reaction x axis, must hold finite numbers only.")
    if (
        table.size
        and np.linalg.matrix_rank(table, tol=_RANK * np.abs(table).max()) < table.shape[1]
    ):
        raise InputError(
            f"k_eq_error as a table, reaction x axis, needs axes of which none follows from the "
            f"others; {table.shape[1]} axes over {table.shape[0]} reactions are fewer in truth. "
            "Take the principal axes of the covariance, energies.joint_error()."
        )
    places = [names.index(str(name)) for name in axes.index]
    inside = np.linalg.pinv(table)
    rest = scipy.linalg.null_space(table.T).T if table.size else np.eye(len(places))
    rows = np.zeros((len(inside) + len(rest), len(names)))
    rows[:, places] = np.vstack([inside, rest])
    half = np.append(np.ones(len(inside)), np.zeros(len(rest)))
    return rows, rows @ middle - half, rows @ middle + half
