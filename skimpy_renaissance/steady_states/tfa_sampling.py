r"""Steady states of one's own pyTFA model: uniform points of its thermodynamic polytope.

A thermodynamics-based flux model holds fluxes :math:`v`, log-concentrations and reaction energies,

.. math:: N v = 0, \qquad \Delta G_r\, v_r < 0, \qquad
          \Delta G_r = \Delta G_r^\circ + RT \sum_m n_{mr} \ln c_m .

Once each reaction's direction is fixed nothing in it is integer any more: what is left is a convex
polytope, in which hit-and-run draws uniform points [1]_
(:mod:`~skimpy_renaissance.steady_states.uniform_points`). pyTFA's own sampler works on a copy of
the model, which loses constraints that were added to the solver; this one works on the model
itself, with any solver that optlang knows.

References
----------
.. [1] Smith RL (1984) Efficient Monte Carlo procedures for generating points uniformly distributed
   over bounded regions. Oper. Res. 32:1296-1308. doi:10.1287/opre.32.6.1296
.. [2] Salvy et al., *Bioinformatics* 35 (2019) 167, doi:10.1093/bioinformatics/bty499 (pyTFA).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import null_space

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SteadyStateError
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.steady_states.uniform_points import uniform_points

if TYPE_CHECKING:
    from pytfa import ThermoModel

__all__ = ["sample_tfa_states"]

Array = NDArray[np.float64]

_FIXED = 1e-7  # narrower than the solver's tolerance: the variable cannot move


def sample_tfa_states(
    tmodel: ThermoModel,
    n: int,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw steady states uniformly from a pyTFA model.

    Parameters
    ----------
    tmodel
        A converted model (``tmodel.convert()``) with a solution. Reactions keep the direction that
        they have in the solution of its present objective. It is left as it was found.
    n
        Number of states.
    seed
        Seed of the random walk. The same seed gives the same states on a model built afresh; a
        solver that has solved other problems in between may start the walk elsewhere.

    Returns
    -------
    pandas.DataFrame
        `` `state x variable` ``, columns named as pyTFA writes them: ``R`` and ``R_reverse_xxxxx``
        (mmol/gDW/h, 1/h for growth), ``LC_met`` (ln mol/L), ``DG_R`` and ``DGo_R`` (the model's
        unit of energy). Written with ``to_csv`` it is what
        :func:`~skimpy_renaissance.steady_states.tfa_samples.read_tfa_samples` reads.

    Raises
    ------
    InputError
        A number is out of its range, or this is no converted pyTFA model.
    SteadyStateError
        The model has no solution.
    MissingExtraError
        cobra is absent: install the extra ``build``.

    Examples
    --------
    >>> import cobra
    >>> from skimpy_renaissance.steady_states import sample_tfa_states
    >>> def write_states(tmodel):  # a pytfa.ThermoModel, converted
    ...     sample_tfa_states(tmodel, 1000, seed=1).to_csv("states.csv.gz")
    >>> write_states(cobra.Model("without energies"))
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: A converted pyTFA model is needed, but this ...
    """
    require_whole("n", n)
    columns = _columns(tmodel)
    generator = np.random.default_rng(seed)
    with _directions_fixed(tmodel):
        origin, directions, bounds = _polytope(tmodel)
        n_variables = len(tmodel.variables)
        names = [variable.name for variable in tmodel.variables]
    if not directions.shape[1]:
        raise SteadyStateError("The model leaves a single state; there is nothing to sample.")
    moving = np.abs(directions).max(axis=1) > 0
    slopes, (low, high) = directions[moving], (end[moving] - origin[moving] for end in bounds)
    above, below = np.isfinite(high), np.isfinite(low)
    walked = uniform_points(
        (np.vstack([slopes[above], -slopes[below]]), np.append(high[above], -low[below])),
        np.zeros(directions.shape[1]),
        n,
        quantities=directions[:n_variables],
        generator=generator,
    )
    if not walked.enough:
        smallest = np.nanmin(walked.effective_sizes)
        warnings.warn(
            f"The states of the pyTFA model are correlated: they are worth {smallest:.0f} "
            f"independent ones of {n}. Sample more, or narrow bounds that are far apart.",
            stacklevel=2,
        )
    values = origin[:n_variables] + walked.points @ directions[:n_variables].T
    return pd.DataFrame(values, columns=names).loc[:, columns]


def _columns(tmodel: ThermoModel) -> list[str]:
    """Return the variables that make a state, in pyTFA's order."""
    names = [name for rxn in tmodel.reactions for name in (rxn.id, rxn.reverse_id)]
    for kind in ("log_concentration", "delta_g", "delta_gstd"):
        entries = getattr(tmodel, kind, None)
        if not entries:
            raise InputError(
                f"A converted pyTFA model is needed, but this {type(tmodel).__name__} has no "
                f"{kind}. Call tmodel.prepare() and tmodel.convert() first."
            )
        names += [variable.name for variable in entries]
    return names


@contextmanager
def _directions_fixed(tmodel: ThermoModel) -> Iterator[None]:
    """Fix integer variables at their values in the present solution, and undo it afterwards."""
    objective = tmodel.objective
    if tmodel.solver.optimize() != "optimal":
        raise SteadyStateError(
            f"The pyTFA model must have a solution, but it is {tmodel.solver.status}. Relax its "
            "flux bounds or concentration ranges (pytfa.optim.relaxation)."
        )
    integer = [v for v in tmodel.variables if v.type != "continuous"]
    before = [(v.type, v.lb, v.ub) for v in integer]
    values = [round(v.primal) for v in integer]
    try:
        for variable, value in zip(integer, values, strict=True):
            variable.type = "continuous"
            variable.set_bounds(value, value)
        yield
    finally:
        for variable, (kind, low, high) in zip(integer, before, strict=True):
            variable.set_bounds(low, high)
            variable.type = kind
        tmodel.objective = objective


def _extremes(tmodel: ThermoModel) -> Array:
    """Return the vertices at which each variable is largest and smallest, `vertex x variable`."""
    vertices = []
    for variable in tmodel.variables:
        for sense in ("min", "max"):
            tmodel.objective = tmodel.problem.Objective(variable, direction=sense)
            if tmodel.solver.optimize() != "optimal":
                raise SteadyStateError(
                    f"The model must leave some state, but the {sense}imum of {variable.name} "
                    f"is {tmodel.solver.status}. Widen the flux bounds or concentration ranges."
                )
            vertices.append([v.primal for v in tmodel.variables])
    return np.array(vertices)


def _polytope(tmodel: ThermoModel) -> tuple[Array, Array, tuple[Array, Array]]:
    """Return an inner point, the directions in which it can move, and bounds.

    The rows are the model's variables, then whatever inequalities can be met in moving.
    """
    cobra = import_extra("cobra.util.array", extra="build", needed_by="Sampling a pyTFA model")
    vertices = _extremes(tmodel)
    problem = cobra.constraint_matrices(tmodel)
    low, high = (problem.variable_bounds[:, side].copy() for side in (0, 1))
    width = np.ptp(vertices, axis=0)
    free = width > _FIXED
    equalities = problem.equalities[:, free] * width[free]
    basis = null_space(equalities, rcond=1e-11)
    directions = np.zeros((len(low), basis.shape[1]))
    directions[free] = basis * width[free, None]
    centre = np.where(free, vertices.mean(axis=0), low)
    gap = problem.b - problem.equalities @ centre
    centre[free] += width[free] * np.linalg.lstsq(equalities, gap, rcond=1e-11)[0]
    low, high = np.where(free, low, -np.inf), np.where(free, high, np.inf)
    if len(problem.inequalities):
        slopes = problem.inequalities @ directions
        movable = np.abs(slopes).max(axis=1, initial=0) > _FIXED
        directions = np.vstack([directions, slopes[movable]])
        centre = np.append(centre, (problem.inequalities @ centre)[movable])
        low = np.append(low, problem.bounds[movable, 0])
        high = np.append(high, problem.bounds[movable, 1])
    return centre, directions, (low, high)
