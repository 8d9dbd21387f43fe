r"""Jacobians from a function compiled elsewhere, one parameter set at a time.

SKiMPy compiles :math:`J(v, x, p)` of any of its models, also of those whose rate laws this package
does not know. Called set by set and stacked, its Jacobians go the same way as this package's own:

.. math:: \lambda = \operatorname{eig} J(v, x, p_k), \quad k = 1, \dots, m .

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import issparse

from skimpy_renaissance.errors import InputError

__all__ = ["jacobian_from_skimpy"]


def jacobian_from_skimpy(
    jacobian_fun: Callable[[Any, Any, Any], Any],
    fluxes: Any,
    concentrations: Any,
    *,
    parameter_sets: Iterable[Any],
) -> torch.Tensor:
    """Evaluate a compiled Jacobian for every parameter set and stack the results.

    Parameters
    ----------
    jacobian_fun
        As ``model.jacobian_fun`` after SKiMPy's ``compile_jacobian``: a function of fluxes,
        concentrations and one parameter set that returns a matrix, dense or sparse.
    fluxes, concentrations
        What ``jacobian_fun`` expects, handed on as they are; in SKiMPy `` `reaction` `` and
        `` `metabolite` ``, scaled units, in the model's order.
    parameter_sets
        `` model `` many parameter sets, for example a ``ParameterValuePopulation``'s.

    Returns
    -------
    torch.Tensor
        `` `model x independent x independent` ``, 1 per model time, float64.

    Raises
    ------
    InputError
        ``jacobian_fun`` is not callable, there is no parameter set, or what it returns is not one
        square matrix of the same size for every set; the set is named by its position.

    Examples
    --------
    >>> from skimpy_renaissance.kinetics import jacobian_from_skimpy
    >>> def jacobian_fun(fluxes, concentrations, parameters):  # in the place of a model's own
    ...     return -np.diag(fluxes / (concentrations + parameters["km"]))
    >>> v, x, sets = np.array([2.0, 1.0]), np.array([1.0, 1.0]), [{"km": 0.0}, {"km": 1.0}]
    >>> jacobians = jacobian_from_skimpy(jacobian_fun, v, x, parameter_sets=sets)
    >>> torch.linalg.eigvals(jacobians).real.amax(-1).tolist()
    [-1.0, -0.5]
    """
    if not callable(jacobian_fun):
        raise InputError(
            "jacobian_fun must be a function of (fluxes, concentrations, parameters), got "
            f"{type(jacobian_fun).__name__}. In SKiMPy call model.prepare() and "
            "model.compile_jacobian() first, then pass model.jacobian_fun."
        )
    jacobians: list[NDArray[np.float64]] = []
    for position, parameters in enumerate(parameter_sets):
        jacobian = _dense(jacobian_fun(fluxes, concentrations, parameters), position)
        if jacobians and jacobian.shape != jacobians[0].shape:
            raise InputError(
                "jacobian_fun must return matrices of one size, got "
                f"{jacobians[0].shape} for parameter set 0 and {jacobian.shape} for {position}."
            )
        jacobians.append(jacobian)
    if not jacobians:
        raise InputError("jacobian_from_skimpy needs at least one parameter set, got none.")
    return torch.from_numpy(np.stack(jacobians))


def _dense(matrix: Any, position: int) -> NDArray[np.float64]:
    dense = np.array(matrix.toarray() if issparse(matrix) else matrix, dtype=np.float64)
    if dense.ndim != 2 or dense.shape[0] != dense.shape[1]:
        raise InputError(
            f"jacobian_fun must return one square matrix, got the shape {dense.shape} for "
            f"parameter set {position}."
        )
    return dense
