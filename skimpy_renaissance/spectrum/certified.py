r"""The verdict on one model beyond any rounding: balls of hundreds of digits, for the few in doubt.

Whether every eigenvalue lies left of a limit :math:`c` takes no eigenvalues. With the
characteristic polynomial of :math:`A - cI`, its coefficients in two rows by turns, Routh's scheme

.. math::
    a_0\; a_2\; a_4 \ldots \qquad b_0 = a_1\; b_1 = a_3 \ldots, \qquad
    r_k = a_{k+1} - \frac{a_0}{b_0}\, b_{k+1}

goes on with the rows :math:`b, r`; all eigenvalues lie left of the limit where every row begins
with a positive number. Numbers are balls that hold the true value whatever was rounded, so that an
answer is a proof. A row whose sign is open is computed again with more digits: a mode *on* the
limit stays open for ever, and does not lie left of it.

References
----------
Gantmacher, *The Theory of Matrices*, vol. 2 (1959), chapter 15 (Routh's scheme); Johansson,
*IEEE Trans. Comput.* 66 (2017) 1281, doi:10.1109/TC.2017.2690633 (ball arithmetic, FLINT).
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from skimpy_renaissance.instructions import carry_out
from skimpy_renaissance.spectrum.route import SparseModels
from skimpy_renaissance.spectrum.validity import Validity

if TYPE_CHECKING:
    import flint

__all__ = ["certified_matrix", "certified_verdict"]

_BITS = (96, 384, 1536)  # of every number, times the number of variables
_PRECISION = Lock()  # that of flint is one for all threads


def certified_verdict(models: SparseModels, which: int, criterion: Validity) -> bool:
    """Return whether one model is valid in exact arithmetic.

    Parameters
    ----------
    models
        On the CPU. Their numbers, and the state's, are taken as exact.
    which
        Position of the model.
    criterion
        When a model counts as valid.

    Returns
    -------
    bool
    """
    import flint  # noqa: PLC0415 - takes a while

    verdict: bool | None = None
    for bits in _BITS:
        with _PRECISION, flint.ctx.workprec(bits * models.entries.elimination.n_rows):
            matrix = certified_matrix(models, which)
            verdict = _lies_left(matrix, criterion.partition)
            if verdict and criterion.fastest is not None:
                verdict = _lies_left(-matrix, -criterion.fastest)
        if verdict is not None:
            return verdict
    return False


def certified_matrix(models: SparseModels, which: int) -> flint.arb_mat:
    """Return the scaled Jacobian of a model, 1/h."""
    from flint import arb, arb_mat  # noqa: PLC0415 - takes a while

    entries, plan = models.entries, models.entries.elimination
    table = [arb(float(value)) for value in entries.table[:, 0]]
    numbers = models.numbers[which]
    table[: len(numbers)] = [arb(float(value)) for value in numbers]
    carry_out(entries.once, table)
    carry_out(entries.instructions, table)
    matrix = arb_mat(plan.n_rows, plan.n_rows)
    for e, (row, column) in enumerate(zip(plan.rows.tolist(), plan.columns.tolist(), strict=True)):
        for q in range(entries.pointers[e], entries.pointers[e + 1]):
            matrix[row, column] += arb(float(entries.coefficients[q])) * table[entries.sources[q]]
    return matrix


def _lies_left(matrix: flint.arb_mat, limit: float) -> bool | None:
    """Return whether all eigenvalues lie left of a limit; ``None`` where that is not certain."""
    from flint import arb  # noqa: PLC0415 - takes a while

    n, zero = matrix.nrows(), arb(0)
    shifted = matrix - arb(limit) * type(matrix)(np.eye(n, dtype=int).tolist())
    coefficients = shifted.charpoly().coeffs()
    coefficients += [zero] * (n + 1 - len(coefficients))
    first, second = coefficients[n::-2], coefficients[n - 1 :: -2] if n else []
    for _ in range(n):
        if not second[0] > 0:
            return False if second[0] < 0 else None
        ratio = first[0] / second[0]
        second.append(zero)
        remainder = [a - ratio * b for a, b in zip(first[1:], second[1:], strict=False)]
        first, second = second, remainder or [arb(1)]
    return True
