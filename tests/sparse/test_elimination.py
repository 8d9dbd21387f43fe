"""One order of elimination for all matrices of a pattern."""

import numpy as np

from skimpy_renaissance.sparse import eliminate
from tests.sparse.test_solving import network_like


def test_the_order_of_an_arrow_leaves_its_head_to_the_end():
    """Eliminating the head first would fill the whole matrix."""
    arrow = np.eye(6, dtype=bool)
    arrow[0, :] = arrow[:, 0] = True
    plan = eliminate(arrow)
    assert plan.n_factors == arrow.sum()
    assert 0 in plan.order[-2:]


def test_the_factors_have_a_place_for_every_entry_that_elimination_creates():
    pattern, matrices = network_like(1, 25)
    plan = eliminate(pattern)
    left = matrices[0][np.ix_(plan.order, plan.order)].copy()
    filled = left != 0
    for k in range(25):
        left[k + 1 :, k] /= left[k, k]
        left[k + 1 :, k + 1 :] -= np.outer(left[k + 1 :, k], left[k, k + 1 :])
        filled |= left != 0
    rows = np.repeat(np.arange(25), np.diff(plan.starts))
    planned = np.zeros_like(filled)
    planned[rows, plan.factor_columns] = True
    assert (planned | ~filled).all()
    assert (plan.factor_columns[plan.diagonal] == np.arange(25)).all()
