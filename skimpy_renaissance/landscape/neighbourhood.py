r"""Neighbourhoods of the landscape: states that lie together and are fastest, or slowest.

Distances are those on the plane, which in polar form are

.. math:: d^2 = r_1^2 + r_2^2 - 2\, r_1 r_2 \cos(\theta_1 - \theta_2),

so that angles just below :math:`\pi` and just above :math:`-\pi` are neighbours. Each state with
its nearest ones is a candidate; the fastest neighbourhood is the one whose slowest member is
fastest, the slowest one that whose fastest member is slowest. Whether they are fast, or slow, by
some partition is another question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape.embedding import Embedding

__all__ = ["Neighbourhood", "fastest_neighbourhood", "neighbourhood_of", "slowest_neighbourhood"]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """States that lie together.

    Parameters
    ----------
    centre
        Name of the state in the middle.
    names
        Names of all members, the centre first, then by distance.
    lambda_max
        `` `state` ``, 1/h: fastest reachable of each member.

    Examples
    --------
    >>> near = sr.landscape.Neighbourhood("97", ("97", "12"), np.array([-40.0, -25.0]))
    >>> near.range  # 1/h
    (-40.0, -25.0)
    """

    centre: str
    names: tuple[str, ...]
    lambda_max: NDArray[np.float64]

    @property
    def range(self) -> tuple[float, float]:
        """Fastest and slowest member, 1/h."""
        return float(self.lambda_max.min()), float(self.lambda_max.max())


def fastest_neighbourhood(
    embedding: Embedding, lambda_max: ArrayLike, *, size: int = 22
) -> Neighbourhood:
    """Return the neighbourhood whose slowest member is fastest.

    Parameters
    ----------
    embedding
        Where the states lie.
    lambda_max
        `` `state` ``, 1/h: fastest reachable at each.
    size
        Number of members.

    Returns
    -------
    Neighbourhood

    Raises
    ------
    InputError
        There are fewer states than members, or a value is absent.

    Examples
    --------
    >>> plane = np.array([[0.0, 0.0], [0.0, 0.1], [5.0, 0.0], [5.0, 0.2]])
    >>> embedding = sr.landscape.Embedding(("a", "b", "c", "d"), plane, 2, 0.99)
    >>> fastest = [-30.0, -20.0, -50.0, -2.0]  # 1/h: c is the fastest, but its neighbour is slow
    >>> sr.landscape.fastest_neighbourhood(embedding, fastest, size=2).names
    ('a', 'b')
    """
    members, values = _candidates(embedding, lambda_max, size)
    return _members(embedding, values, members[int(values[members].max(axis=1).argmin())])


def slowest_neighbourhood(
    embedding: Embedding, lambda_max: ArrayLike, *, size: int = 22
) -> Neighbourhood:
    """Return the neighbourhood whose fastest member is slowest.

    Parameters
    ----------
    embedding
        Where the states lie.
    lambda_max
        `` `state` ``, 1/h: fastest reachable at each.
    size
        Number of members.

    Returns
    -------
    Neighbourhood

    Raises
    ------
    InputError
        There are fewer states than members, or a value is absent.

    Examples
    --------
    >>> plane = np.array([[0.0, 0.0], [0.0, 0.1], [5.0, 0.0], [5.0, 0.2]])
    >>> embedding = sr.landscape.Embedding(("a", "b", "c", "d"), plane, 2, 0.99)
    >>> near = sr.landscape.slowest_neighbourhood(embedding, [-30.0, -20.0, -9.0, -2.0], size=2)
    >>> near.names, near.range
    (('c', 'd'), (-9.0, -2.0))
    """
    members, values = _candidates(embedding, lambda_max, size)
    return _members(embedding, values, members[int(values[members].min(axis=1).argmax())])


def neighbourhood_of(
    embedding: Embedding, lambda_max: ArrayLike, centre: str, *, size: int = 22
) -> Neighbourhood:
    """Return a state and those nearest to it.

    Parameters
    ----------
    embedding
        Where the states lie.
    lambda_max
        `` `state` ``, 1/h: fastest reachable at each.
    centre
        Name of the state.
    size
        Number of members.

    Returns
    -------
    Neighbourhood

    Raises
    ------
    InputError
        There are fewer states than members, or a value is absent.
    MissingEntryError
        There is no such state.

    Examples
    --------
    >>> plane = np.array([[0.0, 0.0], [0.0, 0.1], [5.0, 0.0], [5.0, 0.2]])
    >>> embedding = sr.landscape.Embedding(("a", "b", "c", "d"), plane, 2, 0.99)
    >>> near = sr.landscape.neighbourhood_of(embedding, [-30.0, -20.0, -9.0, -2.0], "b", size=3)
    >>> near.names, near.range
    (('b', 'a', 'd'), (-30.0, -2.0))
    """
    (row,) = embedding.rows((centre,))
    members, values = _candidates(embedding, lambda_max, size)
    return _members(embedding, values, members[row])


def _candidates(
    embedding: Embedding, lambda_max: ArrayLike, size: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return each state with its nearest ones, `` `state x member` ``, and the values."""
    values = np.asarray(lambda_max, dtype=np.float64)
    n_states = len(embedding.names)
    if values.shape != (n_states,) or np.isnan(values).any():
        raise InputError(
            f"lambda_max needs a number for each of {n_states} states, got the shape "
            f"{values.shape} with {int(np.isnan(values).sum())} NaN. Leave those states out."
        )
    if not 2 <= size <= n_states:
        raise InputError(f"A neighbourhood has 2 to {n_states} (all) states, got {size!r}.")
    # Imported here: it takes a second, and the other commands do without.
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    near = NearestNeighbors(n_neighbors=size - 1).fit(embedding.plane)
    others = near.kneighbors(return_distance=False)
    members = np.column_stack([np.arange(n_states), others])
    return members, values


def _members(
    embedding: Embedding, values: NDArray[np.float64], rows: NDArray[np.intp]
) -> Neighbourhood:
    names = tuple(embedding.names[row] for row in rows)
    return Neighbourhood(centre=names[0], names=names, lambda_max=values[rows])
