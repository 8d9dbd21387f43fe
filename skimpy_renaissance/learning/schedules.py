r"""Learning rates that change over a training: a factor per generation.

A schedule is any function :math:`(g, G) \to f` of the generation :math:`g = 0, 1, \dots, G - 1`
and their number; the learning rate is :math:`\alpha f`. Runs are described by its name.

References
----------
Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts* (2017),
arXiv:1608.03983.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

__all__ = ["Schedule", "cosine", "linear"]

Schedule = Callable[[int, int], float]


def cosine(generation: int, generations: int) -> float:
    r"""Fall slowly, fast, slowly: :math:`\frac12 (1 + \cos \pi g/G)`.

    Parameters
    ----------
    generation
        0, 1, ...
    generations
        How many there are.

    Returns
    -------
    float
        From 1 towards 0.

    Examples
    --------
    >>> from skimpy_renaissance.learning import cosine
    >>> [round(cosine(g, 4), 2) for g in range(4)]
    [1.0, 0.85, 0.5, 0.15]
    """
    return (1 + cos(pi * generation / generations)) / 2


def linear(generation: int, generations: int) -> float:
    r"""Fall evenly: :math:`1 - g/G`.

    Parameters
    ----------
    generation
        0, 1, ...
    generations
        How many there are.

    Returns
    -------
    float
        From 1 towards 0.

    Examples
    --------
    >>> from skimpy_renaissance.learning import linear
    >>> [linear(g, 4) for g in range(4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    return 1 - generation / generations
