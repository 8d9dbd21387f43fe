"""Places on the plane: polar form, reproducible, alike states together."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.landscape import (
    Embedding,
    embed_states,
    fastest_neighbourhood,
    neighbourhood_of,
    resample_states,
    slowest_neighbourhood,
)
from skimpy_renaissance.steady_states import SteadyStates


@pytest.fixture(scope="module")
def embedding(network, states):
    return embed_states(network, states[:60], seed=1)


def test_radius_and_angle_are_the_polar_form_of_the_plane(embedding):
    r, theta = embedding.radius, embedding.angle
    np.testing.assert_allclose(
        np.column_stack([r * np.sin(theta), r * np.cos(theta)]), embedding.plane, atol=1e-12
    )
    table = embedding.to_dataframe()
    assert list(table.columns) == ["tsne_1", "tsne_2", "radius", "angle"]
    assert tuple(table.index) == embedding.names


def test_the_components_hold_the_variance_asked_for(network, states, embedding):
    assert 0.99 <= embedding.explained < 1
    fewer = embed_states(network, states[:60], variance=0.5, seed=1)
    assert fewer.n_components < embedding.n_components


def test_the_seed_decides(network, states, embedding):
    again = embed_states(network, states[:60], seed=1)
    np.testing.assert_array_equal(again.plane, embedding.plane)


def test_two_clusters_of_states_stay_apart(network, states):
    parts = [
        resample_states(network, states, 15, around=names, seed=0, steps=100).states
        for names in (states.names[:2], states.names[-2:])
    ]
    renamed = [
        SteadyStates.stack([_named(state, f"{i}_{state.name}") for state in part])
        for i, part in enumerate(parts)
    ]
    both = SteadyStates.stack([*renamed[0], *renamed[1]])
    plane = embed_states(network, both, perplexity=5).plane
    distances = np.linalg.norm(plane[:, None] - plane[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    first = np.arange(30) < 15
    assert (first[distances.argmin(axis=1)] == first).all()


def _named(state, name):
    from dataclasses import replace  # noqa: PLC0415

    return replace(state, name=name)


def test_too_few_or_odd_input_is_refused(network, states):
    with pytest.raises(InputError, match="five"):
        embed_states(network, states[:3])
    with pytest.raises(InputError, match="variance"):
        embed_states(network, states[:10], variance=1.5)
    with pytest.raises(InputError, match="perplexity"):
        embed_states(network, states[:10], perplexity=0)


def _ring(n=40):
    """States on a ring, so that neighbours are known."""
    turn = 2 * np.pi * np.arange(n) / n
    names = tuple(f"s{i}" for i in range(n))
    plane = np.column_stack([np.sin(turn), np.cos(turn)])
    return Embedding(names=names, plane=plane, n_components=2, explained=1.0)


def test_the_fast_neighbourhood_is_where_all_members_are_fast():
    ring = _ring()
    speed = np.full(40, -1.0)
    speed[8:13] = -9.0  # five in a row
    speed[30] = -99.0  # one alone
    found = fastest_neighbourhood(ring, speed, size=5)
    assert found.centre == "s10"
    assert set(found.names) == {"s8", "s9", "s10", "s11", "s12"}
    assert found.range == (-9.0, -9.0)


def test_the_slow_neighbourhood_is_where_all_members_are_slow():
    speed = np.full(40, -9.0)
    speed[18:23] = -1.0
    found = slowest_neighbourhood(_ring(), speed, size=5)
    assert set(found.names) == {"s18", "s19", "s20", "s21", "s22"}


def test_neighbours_are_found_across_the_jump_of_the_angle():
    ring = _ring()
    seam = int(np.abs(np.abs(ring.angle) - np.pi).argmin())
    found = neighbourhood_of(ring, np.zeros(40), f"s{seam}", size=3)
    assert set(found.names) == {f"s{seam - 1}", f"s{seam}", f"s{seam + 1}"}
    assert found.names[0] == found.centre == f"s{seam}"
    angles = ring.angle[ring.rows(found.names)]
    assert np.ptp(angles) > 6  # far apart as numbers, side by side as places


def test_a_neighbourhood_can_be_all_states_but_no_more():
    ring = _ring(6)
    assert len(neighbourhood_of(ring, np.zeros(6), "s0", size=6).names) == 6
    with pytest.raises(InputError, match="2 to 6"):
        neighbourhood_of(ring, np.zeros(6), "s0", size=7)
    with pytest.raises(InputError, match="NaN"):
        fastest_neighbourhood(ring, np.full(6, np.nan), size=2)
    with pytest.raises(MissingEntryError, match="no state"):
        neighbourhood_of(ring, np.zeros(6), "s9", size=2)
