r"""The states that resemble given states: an affine hull, and the ranges seen in it.

With features :math:`f` of mean :math:`\bar f` and the singular directions :math:`D` in which the
given states differ, every

.. math:: f = \bar f + D y

keeps whatever linear equation all of them satisfy: balanced fluxes, concentrations that are the
same everywhere, equilibrium constants that belong together. The inequalities
:math:`f_{min} \le f \le f_{max}` and :math:`\ln\Gamma_{min} \le \ln\Gamma \le \ln\Gamma_{max}`,
over the given states, keep directions and distances from equilibrium; narrower ranges of
concentrations can be asked for. All of it is a polytope in :math:`y`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape.features import Features

__all__ = ["Polytope", "polytope_around"]

Array = NDArray[np.float64]

_RANK = 1e-9  # of the largest singular value: directions below it are rounding errors
_CONSTANT = 1e-7  # of a feature's size: what varies less is the same everywhere
_INSIDE = 1e-9  # of a standard deviation


@dataclass(frozen=True, eq=False)
class Polytope:
    """Where new states may lie.

    Parameters
    ----------
    features
        Features of the given states.
    centre
        `` `feature` ``: their mean.
    directions
        `` `dimension x feature` ``: along each the given states have variance 1.
    normals, offsets
        `` `face x dimension` `` and `` `face` ``: inside is ``normals @ y <= offsets``.
    """

    features: Features
    centre: Array
    directions: Array
    normals: Array
    offsets: Array

    @property
    def n_dimensions(self) -> int:
        """In how many independent ways the given states differ."""
        return len(self.directions)

    def coordinates(self, matrix: Array) -> Array:
        """Return where states lie in the hull.

        Parameters
        ----------
        matrix
            `` `state x feature` ``.

        Returns
        -------
        numpy.ndarray
            `` `state x dimension` ``, dimensionless.
        """
        scale = _spread(self.features.matrix)
        moving = scale > 0
        away = (matrix - self.centre)[:, moving] / scale[moving]
        solved = np.linalg.lstsq((self.directions[:, moving] / scale[moving]).T, away.T)[0]
        return np.asarray(solved.T, dtype=np.float64)

    def to_features(self, coordinates: Array) -> Array:
        """Return the features at places in the hull.

        Parameters
        ----------
        coordinates
            `` `state x dimension` ``.

        Returns
        -------
        numpy.ndarray
            `` `state x feature` ``.
        """
        return self.centre + coordinates @ self.directions

    def contains(self, coordinates: Array) -> NDArray[np.bool_]:
        """Return which places are inside.

        Parameters
        ----------
        coordinates
            `` `state x dimension` ``.

        Returns
        -------
        numpy.ndarray
            `` `state` ``.
        """
        below = coordinates @ self.normals.T <= self.offsets + _INSIDE
        return np.asarray(below.all(axis=1))

    def within(self, ranges: Mapping[str, tuple[float, float]]) -> Polytope:
        """Return the part in which concentrations keep to ranges.

        Parameters
        ----------
        ranges
            Metabolite to (lower, upper), mol/L.

        Returns
        -------
        Polytope
            It may be empty; see :meth:`inner_point`.

        Raises
        ------
        MissingEntryError
            The states have no such metabolite.
        InputError
            A range is not one.
        """
        names = self.features.states.metabolite_names
        require_names(ranges, names, what="metabolite of the states")
        for name, (low, high) in ranges.items():
            if not 0 < low < high < np.inf:
                raise InputError(
                    f"The range of {name!r} must be 0 < lower < upper in mol/L, got "
                    f"({low!r}, {high!r})."
                )
        if not ranges:
            return self
        scaling = self.features.states.units.concentration_scaling
        columns = self.features.sizes[0] + np.array([names.index(name) for name in ranges])
        limits = np.log(np.array(list(ranges.values())) * scaling)
        rows = self.directions[:, columns].T
        above, below = limits[:, 1] - self.centre[columns], self.centre[columns] - limits[:, 0]
        return replace(
            self,
            normals=np.vstack([self.normals, rows, -rows]),
            offsets=np.concatenate([self.offsets, above, below]),
        )

    def inner_point(self) -> Array | None:
        """Return the point farthest from all faces; ``None`` where nothing is inside.

        Returns
        -------
        numpy.ndarray or None
            `` `dimension` ``: centre of the largest ball that fits in.
        """
        lengths = np.linalg.norm(self.normals, axis=1)
        if (self.offsets[lengths <= _INSIDE] < -_INSIDE).any():  # a range of what cannot move
            return None
        solved = linprog(
            np.append(np.zeros(self.n_dimensions), -1.0),
            A_ub=np.column_stack([self.normals, lengths]),
            b_ub=self.offsets,
            bounds=[(None, None)] * self.n_dimensions + [(None, 1.0)],
            method="highs",
        )
        if solved.x is None or solved.x[-1] <= _INSIDE:
            return None
        return np.asarray(solved.x[:-1])


def polytope_around(features: Features) -> Polytope:
    """Return the polytope of states like the given ones.

    Parameters
    ----------
    features
        Features of the given states; with more of them, more directions are known in which states
        can differ.

    Returns
    -------
    Polytope

    Raises
    ------
    InputError
        There are fewer than three states, or they do not differ.
    """
    matrix = features.matrix
    if len(matrix) < 3:
        raise InputError(
            f"Three steady states at least are needed to see how they vary, got {len(matrix)}. "
            "Read more of them."
        )
    scale = _spread(matrix)
    centre = matrix.mean(axis=0)
    away = np.divide(matrix - centre, scale, out=np.zeros_like(matrix), where=scale > 0)
    _, sizes, axes = np.linalg.svd(away, full_matrices=False)
    kept = sizes > _RANK * sizes[0]
    kept[len(matrix) - 1 :] = False  # around their mean, n states differ in n - 1 ways at most
    if not kept.any():
        raise InputError(f"All {len(matrix)} steady states are the same; nothing can vary.")
    directions = axes[kept] * sizes[kept, None] / np.sqrt(len(matrix) - 1) * scale
    displacement = features.log_displacement(matrix)
    moving = scale > 0
    values = np.hstack([matrix[:, moving], displacement])
    rows = np.hstack([directions[:, moving], features.log_displacement(directions)])
    middle = np.append(centre[moving], displacement.mean(axis=0))
    size = np.abs(rows).max(axis=0)  # so that a face is measured in standard deviations
    tight = size > _CONSTANT * np.abs(values).max(axis=0)
    rows, size, middle = rows[:, tight] / size[tight], size[tight], middle[tight]
    high = (values[:, tight].max(axis=0) - middle) / size
    low = (middle - values[:, tight].min(axis=0)) / size
    return Polytope(
        features, centre, directions, np.vstack([rows.T, -rows.T]), np.append(high, low)
    )


def _spread(matrix: Array) -> Array:
    """Return the standard deviation of each feature, zero where it is rounding error."""
    scale = matrix.std(axis=0)
    return np.where(scale > _CONSTANT * np.abs(matrix).max(axis=0), scale, 0.0)
