"""The figure of a search: one panel of importance, one per hyper-parameter that varied."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_tuning
from skimpy_renaissance.tuning import PUBLISHED, Hyperparameters, Tuning
from skimpy_renaissance.tuning.search_space import as_parameters

mpl.use("agg")


@pytest.fixture
def tuning():
    choices = {
        0: PUBLISHED,
        1: Hyperparameters(30, 100, 0.02, 1e-3, 0.9, (64, 64)),
        2: Hyperparameters(8, 100, 0.05, 3e-3, 0.99, (64, 64)),
    }
    incidences = [0.3, 0.8, np.nan]
    rows = [
        {"trial": n, "state": "pruned" if np.isnan(i) else "complete", "incidence": i}
        | as_parameters(choices[n])
        for n, i in enumerate(incidences)
    ]
    curves = pd.DataFrame({"trial": [2, 2], "share": [0.25, 0.3], "incidence": [0.0, 0.1]})
    importance = pd.Series({"search_radius": 0.7, "decay": 0.3})
    return Tuning(pd.DataFrame(rows), curves, importance, choices)


def test_there_is_a_panel_per_hyperparameter_that_varied(tuning):
    axes = plot_tuning(tuning, Figure())
    labels = [ax.get_xlabel() for ax in axes]
    assert labels[0] == "importance (%)"
    assert "models per candidate" not in labels  # the same in all trials
    assert labels[1:] == [
        "candidates",
        "search radius",
        "learning rate",
        "decay of the rate",
        "hidden layers",
    ]


@pytest.mark.slow
def test_pruned_trials_stand_hollow_where_their_curve_ends(tuning):
    ax = plot_tuning(tuning, Figure())[1]
    marks = {c.get_label(): c.get_offsets().tolist() for c in ax.collections}
    assert marks["trial"] == [[20, 30], [30, 80]]
    assert marks["pruned (incidence when ended)"] == [[8, 10]]
    assert marks["published"] == [[20, 30]]
    assert marks["best found"] == [[30, 80]]


def test_without_trials_there_is_nothing_to_draw(tuning):
    empty = Tuning(tuning.trials.iloc[:0], tuning.curves, tuning.importance, {})
    with pytest.raises(InputError, match="one finished trial"):
        plot_tuning(empty, Figure())
