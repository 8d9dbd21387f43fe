"""Pools that are nearly conserved are found, by rounding or by a trickle, and nothing else is."""

import numpy as np
import pytest

from skimpy_renaissance.network import find_pools, near_pools
from tests.network.test_conservation import NAMES, STOICHIOMETRY


def _described(stoichiometry, names, **options):
    known = options.pop("known", None) or find_pools(stoichiometry, names)
    found = near_pools(stoichiometry, known, **options)
    return [(known.described(pool.weights), pool) for pool in found]


def test_a_rounded_coefficient_hides_a_pool():
    rounded = STOICHIOMETRY.copy()
    rounded[1, 2] += 1e-4
    ((text, pool),) = _described(rounded, NAMES)
    assert text == "atp_c + adp_c"
    scaled = np.abs(rounded[:2]) / np.abs(rounded).max(axis=0)
    assert pool.share == pytest.approx(1e-4 / 59.8101 / scaled.sum())
    assert pool.reaction == 2


def test_a_trickle_of_synthesis_and_dilution_hides_a_pool():
    names = ("nad", "nadh", "x")
    #                 redox, back, synthesis, dilution
    stoichiometry = np.array([[-1.0, 1, 1, -1], [1, -1, 0, 0], [1, -1, 0, 0]])
    known = find_pools(stoichiometry, names)
    assert known.describe() == ("nadh - x",)
    fluxes = [10.0, 10.0, 1e-3, 1e-3]
    ((text, pool),) = _described(stoichiometry, names, known=known, fluxes=fluxes)
    assert text in ("nad + nadh", "nad + x")
    assert pool.change == pytest.approx(1e-3)
    assert pool.share == pytest.approx(2e-3 / (40 + 2e-3))
    assert _described(stoichiometry, names, known=known, fluxes=[10.0, 10.0, 1.0, 1.0]) == []


def test_a_pool_that_a_table_left_out_is_found_as_conserved():
    one = find_pools(STOICHIOMETRY[:2], NAMES[:2]).matrix
    known = find_pools(np.eye(5), NAMES).with_further(np.hstack([one, np.zeros((1, 3))]))
    ((text, pool),) = _described(STOICHIOMETRY, NAMES, known=known)
    assert text == "nad_c + nadh_c"
    assert pool.share == 0


def test_a_network_without_them_has_none():
    assert _described(STOICHIOMETRY, NAMES) == []
    assert _described(np.eye(3), ("a", "b", "c")) == []
