"""Made-up runs that are those of cells, and some that are not."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.dynamics import Extremes, Status, Trajectories
from skimpy_renaissance.dynamics.ensembles.plausible import (
    implausible,
    implausible_by_run,
    implausible_in_words,
)
from skimpy_renaissance.steady_states.concentration_classes import concentration_range

NAMES = ("nh4_c", "atp_c", "h2o_c")
TIMES = np.array([0.0, 1.0, 2.0])


def extremes(*runs, reference=None):
    """Runs as ammonium and ATP, mmol/L at three times; water 55 mol/L; scaled to umol/L."""
    values = np.array([[*np.array(run, dtype=float), [55e3] * 3] for run in runs])
    values = 1e3 * values.transpose(0, 2, 1)  # run x time x variable
    start = values[:, 0] if reference is None else 1e3 * np.array([[*reference, 55e3]] * len(runs))
    trajectories = Trajectories(
        labels=pd.DataFrame({"model": range(len(runs))}),
        variables=NAMES,
        reactions=(),
        times=TIMES,
        concentrations=values,
        rates=np.zeros((len(runs), 3, 0)),
        reference=start,
        reference_rates=np.zeros((len(runs), 0)),
        statuses=(Status.FINISHED,) * len(runs),
        messages=("",) * len(runs),
        events=(),
        event_times=np.zeros((len(runs), 0)),
        seconds=np.zeros(len(runs)),
    )
    return Extremes.of(trajectories, concentration_scaling=1e6)


RANGES = {name: concentration_range(name) for name in NAMES}
CELL = ([1, 2, 3], [5, 6, 5])
FULL_OF_AMMONIUM = ([1, 900, 30], [5, 6, 5])


def test_a_cell_is_not_flagged():
    found = implausible(extremes(CELL, CELL), RANGES)
    assert len(found) == 0
    assert implausible_in_words(found) == []


def test_a_cell_with_0_9_molar_ammonium_is_flagged_with_value_range_and_time():
    found = implausible(extremes(CELL, FULL_OF_AMMONIUM), RANGES)
    (row,) = found.to_dict(orient="records")
    assert (row["metabolite"], row["what"], row["runs"], row["of"]) == ("nh4_c", "rises", 1, 2)
    assert row["value (mol/L)"] == pytest.approx(0.9)
    (text,) = implausible_in_words(found)
    assert "nh4_c rises to 0.9 mol/L after 1 h (1 of 2 models)" in text
    assert "plausible are 1e-07 to 0.1 mol/L (ammonium" in text


def test_where_a_run_was_put_is_not_its_fault_but_a_steady_state_out_of_range_is_said():
    pushed = extremes(([120, 60, 60], [5, 5, 5]), reference=(80, 5))
    assert len(implausible(pushed, RANGES)) == 0
    (text,) = implausible_in_words(
        implausible(extremes(([900, 900, 900], [5, 5, 5])), RANGES), run="runs"
    )
    assert "nh4_c is 0.9 mol/L from the beginning (1 of 1 runs)" in text


def test_what_runs_out_comes_after_what_piles_up_and_is_told_once():
    starved = ([1, 900, 30], [5, 1e-9, 1e-12])
    found = implausible(extremes(starved), RANGES)
    assert found["what"].tolist() == ["rises", "falls"]
    much, little = implausible_in_words(found)
    assert "nh4_c rises" in much
    assert "Next to nothing is left of atp_c" in little


def test_a_run_that_stopped_is_judged_as_long_as_it_went():
    stopped = extremes(([1, 900, np.nan], [5, 5, np.nan]), ([np.nan] * 3, [np.nan] * 3))
    found = implausible(stopped, RANGES)
    assert found[["metabolite", "runs"]].to_numpy().tolist() == [["nh4_c", 1]]


def test_ones_own_range_decides():
    own = RANGES | {"nh4_c": concentration_range("nh4_c", own={"nh4_c": (0.0, 1.0)})}
    assert len(implausible(extremes(FULL_OF_AMMONIUM), own)) == 0


def test_pieces_join():
    whole = extremes(CELL, FULL_OF_AMMONIUM)
    joined = Extremes.joined([extremes(CELL), extremes(FULL_OF_AMMONIUM)])
    assert joined.highest == pytest.approx(whole.highest)
    assert joined.highest_at == pytest.approx(whole.highest_at)


def test_run_by_run_is_the_same():
    both = extremes(CELL, FULL_OF_AMMONIUM)
    assert implausible_by_run(both, RANGES) == [frozenset(), frozenset({"nh4_c"})]
