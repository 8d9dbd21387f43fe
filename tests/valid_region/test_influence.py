"""What redrawing a reaction costs is learnt from moves that were accepted or not."""

import numpy as np
import pytest

from skimpy_renaissance.valid_region.influence import fit_influence

KNOWN = np.array([0.0, 0.0, 0.05, 0.1, 0.3, 0.6, 1.2, 2.5])


def moves(n, seed=0):
    rng = np.random.default_rng(seed)
    members = rng.random((n, len(KNOWN))) < 0.3
    return members, rng.random(n) < np.exp(-(members @ KNOWN))


def test_a_known_influence_comes_back():
    members, accepted = moves(60_000)
    fitted = fit_influence(members, accepted)
    np.testing.assert_allclose(fitted, KNOWN, atol=0.02, rtol=0.05)


def test_the_fit_is_the_closed_form_where_moves_redraw_one_reaction_each():
    reaction = np.repeat(np.arange(3), [400, 500, 600])
    members = reaction[:, None] == np.arange(3)
    accepted = np.concatenate([np.arange(m) < k for m, k in ((400, 100), (500, 400), (600, 600))])
    expected = -np.log([0.25, 0.8, 1.0])
    np.testing.assert_allclose(fit_influence(members, accepted), expected, atol=2e-3)


def test_reactions_that_no_move_redrew_have_none():
    members, accepted = moves(2000)
    members[:, 3] = False
    assert fit_influence(members, accepted)[3] == 0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_moves_that_are_all_accepted_or_all_refused_have_an_answer(share):
    members, _ = moves(500)
    fitted = fit_influence(members, np.full(500, share == 1.0))
    assert np.isfinite(fitted).all()
    assert fitted.max() < 1e-3 if share else fitted.min() > 1
