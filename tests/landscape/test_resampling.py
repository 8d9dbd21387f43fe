"""New steady states are steady states, like those they were drawn from."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.landscape import compatible_ranges, resample_states
from skimpy_renaissance.landscape.features import features_of
from skimpy_renaissance.landscape.polytope import polytope_around
from skimpy_renaissance.steady_states import check_consistency
from skimpy_renaissance.steady_states.displacement import log_displacement


@pytest.fixture(scope="module")
def resampled(network, states):
    return resample_states(network, states, 60, seed=1, steps=300)


def _molar(states):
    return states.concentrations / states.units.concentration_scaling


def test_every_new_state_is_balanced_and_runs_downhill(network, resampled):
    report = check_consistency(network, resampled.states, balance_tolerance=1e-9)
    assert report.passed.all()
    assert resampled.drawn >= len(resampled.states) == 60


def test_nothing_leaves_the_range_in_which_it_was_seen(network, states, resampled):
    for label in ("fluxes", "concentrations", "equilibrium_constants"):
        seen, new = getattr(states, label), getattr(resampled.states, label)
        tolerance = 1e-7 * np.abs(seen).max(axis=0)
        known = ~np.isnan(seen).any(axis=0)
        assert (new >= seen.min(axis=0) - tolerance)[:, known].all()
        assert (new <= seen.max(axis=0) + tolerance)[:, known].all()
    gamma = [
        log_displacement(network, s.concentrations, s.equilibrium_constants)
        for s in (states, resampled.states)
    ]
    assert np.nanmin(np.abs(gamma[1])) >= np.nanmin(np.abs(gamma[0])) - 1e-7


def test_what_all_states_share_is_kept(states, resampled):
    fixed = np.ptp(states.concentrations, axis=0) == 0
    assert fixed.any()  # protons
    np.testing.assert_allclose(
        resampled.states.concentrations[:, fixed],
        np.broadcast_to(states.concentrations[0, fixed], (60, fixed.sum())),
        rtol=1e-12,
    )


def test_linear_equations_among_equilibrium_constants_are_kept(network, states, resampled):
    before, after = features_of(network, states), features_of(network, resampled.states)
    centred = before.matrix - before.matrix.mean(axis=0)
    scale = np.where(centred.std(axis=0) > 0, centred.std(axis=0), 1.0)
    _, sizes, axes = np.linalg.svd(centred / scale)
    null = axes[np.count_nonzero(sizes > 1e-9 * sizes[0]) :]
    away = (after.matrix - before.matrix.mean(axis=0)) / scale
    assert np.abs(away @ null.T).max() < 1e-6


def test_states_around_a_few_lie_closer_to_them_than_states_around_all(network, states, resampled):
    chosen = states.names[:22]
    near = resample_states(network, states, 60, around=chosen, seed=1, steps=300).states
    polytope = polytope_around(features_of(network, states))
    centre = polytope.coordinates(features_of(network, states.select(chosen)).matrix).mean(axis=0)

    def distance(new):
        return np.linalg.norm(
            polytope.coordinates(features_of(network, new).matrix) - centre, axis=1
        )

    assert distance(near).mean() < distance(resampled.states).mean()


def test_concentrations_keep_to_ranges(network, states):
    column = states.metabolite_names.index("pep_c")
    seen = _molar(states)[:, column]
    window = (float(np.quantile(seen, 0.85)), float(np.quantile(seen, 0.95)))
    new = resample_states(network, states, 20, ranges={"pep_c": window}, seed=2, steps=300)
    values = _molar(new.states)[:, column]
    assert (values >= window[0] * (1 - 1e-9)).all()
    assert (values <= window[1] * (1 + 1e-9)).all()
    assert check_consistency(network, new.states).passed.all()


def test_the_seed_decides(network, states):
    draw = [
        resample_states(network, states, 3, seed=seed, steps=50).states.fluxes for seed in (5, 5, 6)
    ]
    np.testing.assert_array_equal(draw[0], draw[1])
    assert not np.allclose(draw[0], draw[2])


def test_ranges_that_exclude_one_another_are_named_and_sorted_out(network, states):
    molar = dict(zip(states.metabolite_names, _molar(states).T, strict=True))
    outside = (float(molar["atp_c"].max() * 2), float(molar["atp_c"].max() * 3))
    inside = (float(np.quantile(molar["pep_c"], 0.3)), float(np.quantile(molar["pep_c"], 0.7)))
    ranges = {"pep_c": inside, "atp_c": outside}
    with pytest.raises(InputError, match="pep_c, atp_c"):
        resample_states(network, states, 2, ranges=ranges)
    assert compatible_ranges(network, states, ranges) == {"pep_c": inside}


def test_unknown_names_and_odd_numbers_are_refused(network, states):
    with pytest.raises(MissingEntryError, match="no_such"):
        resample_states(network, states, 2, ranges={"no_such": (1e-3, 1e-2)})
    with pytest.raises(InputError, match="atp_c"):
        resample_states(network, states, 2, ranges={"atp_c": (1e-2, 1e-3)})
    with pytest.raises(InputError, match="two states"):
        resample_states(network, states, 2, around=states.names[:1])
    with pytest.raises(InputError, match="Three"):
        resample_states(network, states[:2], 2)
    with pytest.raises(InputError, match="whole number >= 1"):
        resample_states(network, states, 0)
