"""Effective sizes and R-hat, against chains whose memory is known."""

import numpy as np

from skimpy_renaissance.steady_states.walk_diagnostics import effective_sizes, nested_r_hat


def _autoregressive(memory, n_draws=40, n_walks=300, seed=0):
    rng = np.random.default_rng(seed)
    trace = np.empty((n_draws, n_walks, 1))
    trace[0] = rng.standard_normal((n_walks, 1))
    for step in range(1, n_draws):
        noise = rng.standard_normal((n_walks, 1))
        trace[step] = memory * trace[step - 1] + np.sqrt(1 - memory**2) * noise
    return trace


def test_the_effective_size_is_that_of_the_autocorrelation():
    for memory, least in ((0.0, 0.98), (0.5, 0.85), (0.8, 0.6)):  # short walks: rather too few
        share = effective_sizes(_autoregressive(memory))[0] / (40 * 300)
        assert least < share / ((1 - memory) / (1 + memory)) < 1.15


def test_what_does_not_vary_has_no_effective_size():
    trace = np.concatenate([_autoregressive(0.2), np.ones((40, 300, 1))], axis=2)
    assert np.isnan(effective_sizes(trace)[1])
    assert np.isnan(nested_r_hat(trace, np.arange(300) % 4)[1])


def test_r_hat_tells_groups_that_stayed_apart_and_walks_that_drift():
    groups = np.arange(300) % 4
    trace = _autoregressive(0.3)
    assert nested_r_hat(trace, groups)[0] < 1.01
    assert nested_r_hat(trace + 0.5 * groups[None, :, None], groups)[0] > 1.1
    drift = np.linspace(0, 2, 40)[:, None, None]
    assert nested_r_hat(trace + drift, groups)[0] > 1.1
