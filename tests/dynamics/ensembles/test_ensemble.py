"""Many runs: in order, whatever the number of processes; failures are data."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

from skimpy_renaissance.dynamics import (
    BDF,
    CVODE,
    LeavesBounds,
    OdeSystem,
    ReachesTolerance,
    Status,
    Trajectories,
    compile_system,
    run_ensemble,
)
from skimpy_renaissance.dynamics.ensembles import ensemble as module
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.network.reaction import Rate, Reaction

TIMES = np.linspace(0.0, 2.0, 5)


def decay_system():
    """x' = -k x, at rate k x."""
    x, k = sympy.symbols("substrate1 km_substrate1", positive=True)
    reaction = Reaction(
        name="decay",
        rate=Rate(k * x, sympy.Integer(0)),
        names={"substrate1": "x", "km_substrate1": "k"},
        metabolites=("x",),
        stoichiometry={"x": -1.0},
        declared=(),
        hooks={},
        capacity="k",
        equilibrium_constant=None,
    )
    return compile_system(OdeSystem(("x",), (reaction,), np.array([[-1.0]])))


def decays(k, *, n_processes=1, **others):
    k = np.asarray(k, dtype=float)[:, None]
    initial = 1 + np.arange(len(k), dtype=float)[:, None]
    return run_ensemble(decay_system(), initial, k, TIMES, n_processes=n_processes, **others)


class DiesOnNegative:
    """An integrator that takes its process with it where x falls with a negative constant."""

    def run(self, problem):
        if problem.right_hand_side(problem.initial)[0] > 0:
            os._exit(1)
        return BDF().run(problem)


def test_each_run_has_its_own_parameters_and_initial_state():
    k = np.array([0.5, 1.0, 2.0])
    found = decays(k, rtol=1e-9)
    expected = (1 + np.arange(3))[:, None] * np.exp(-k[:, None] * TIMES)
    np.testing.assert_allclose(found.concentrations[:, :, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(found.rates[:, :, 0], k[:, None] * expected, rtol=1e-6)
    np.testing.assert_allclose(found.deviations[:, 0], 0.0)
    np.testing.assert_allclose(found.relative_rates[:, 0], 1.0)
    assert found.finished.all()


@pytest.mark.slow
def test_processes_change_nothing_and_a_dying_one_loses_only_its_run():
    k = [1.0, 2.0, -1.0, 0.5, 0.25]
    alone = decays(np.abs(k), integrator=BDF())
    found = decays(k, integrator=DiesOnNegative(), n_processes=2)
    assert [s is Status.LOST for s in found.statuses] == [False, False, True, False, False]
    assert "died" in found.messages[2]
    assert np.isnan(found.concentrations[2]).all()
    np.testing.assert_array_equal(
        found.select(found.finished).concentrations, alone.select(found.finished).concentrations
    )


def test_a_run_that_raises_fails_alone():
    class Raises:
        def run(self, problem):
            if problem.initial[0] == 2.0:
                raise ZeroDivisionError("here")
            return CVODE().run(problem)

    found = decays([1.0, 1.0, 1.0], integrator=Raises())
    assert [s.value for s in found.statuses] == ["finished", "failed", "finished"]
    assert found.messages[1] == "ZeroDivisionError: here"


def test_events_compare_with_the_reference():
    events = [
        LeavesBounds(0.5, 2.0, terminal=False),
        ReachesTolerance(0.1, variables=("x",), terminal=True),
    ]
    found = decays([1.0, 2.0], reference=[0.3], events=events, rtol=1e-9)
    expected = np.log([1 / 0.33, 2 / 0.33]) / [1.0, 2.0]
    np.testing.assert_allclose(found.event_times[:, 1], expected, rtol=1e-6)
    assert found.event_times[:, 0].tolist() == [0.0, 0.0]  # both begin outside
    assert set(found.statuses) == {Status.EVENT}
    assert list(found.status.columns)[-2:] == ["leaves bounds", "reaches tolerance"]


def test_an_event_of_an_unknown_variable_is_refused_before_any_run():
    with pytest.raises(MissingEntryError, match="pyr_c"):
        decays([1.0], events=[LeavesBounds(variables=("pyr_c",))])


def test_an_event_without_positive_reference_is_refused():
    with pytest.raises(InputError, match="positive"):
        decays([1.0], reference=[0.0], events=[LeavesBounds()])


def test_tables_are_tidy_and_in_the_form_of_skimpy():
    found = decays([1.0, 2.0])
    tidy = found.to_dataframe()
    assert list(tidy.columns) == ["run", "time", "x"]
    assert tidy["time"].tolist() == [*TIMES, *TIMES]
    assert list(found.fluxes().columns) == ["run", "time", "decay"]
    theirs = found.to_skimpy()
    assert list(theirs.columns) == ["solution_id", "time", "x"]
    assert theirs["solution_id"].tolist() == [0] * 5 + [1] * 5
    assert theirs.index.tolist() == [*range(5), *range(5)]


def test_a_saved_ensemble_comes_back(tmp_path):
    found = decays([1.0, np.nan], events=[ReachesTolerance()])
    found.save(tmp_path / "runs.npz")
    back = Trajectories.load(tmp_path / "runs.npz")
    assert (back.statuses, back.messages, back.events) == (
        found.statuses,
        found.messages,
        found.events,
    )
    np.testing.assert_array_equal(back.concentrations, found.concentrations)
    assert back.status.equals(found.status)
    assert back.statuses[1] is Status.NOT_FINITE
    assert list(tmp_path.iterdir()) == [tmp_path / "runs.npz"]


def test_another_file_is_not_an_ensemble(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(1))
    with pytest.raises(FileFormatError, match=r"Trajectories\.save"):
        Trajectories.load(tmp_path / "other.npz")
    with pytest.raises(FileFormatError, match="none"):
        Trajectories.load(tmp_path / "none.npz")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"initial": [1.0]}, "initial must be run x 1"),
        ({"parameters": [[1.0, 2.0]]}, "parameters must be 1 x 1"),
        ({"times": [0.0, 0.0]}, "ascending"),
        ({"rtol": 0.0}, "rtol must be positive"),
        ({"atol": -1.0}, "atol must be positive"),
        ({"n_processes": 0}, "n_processes must be"),
        ({"labels": {"model": ["a", "b"]}}, "labels"),
        ({"reference": [1.0, 2.0]}, "reference must have"),
    ],
)
def test_what_does_not_fit_is_told(changes, message):
    given = {"initial": [[1.0]], "parameters": [[1.0]], "times": TIMES, **changes}
    with pytest.raises(InputError, match=message):
        run_ensemble(decay_system(), **given)


def test_no_run_is_an_empty_result():
    found = run_ensemble(decay_system(), np.empty((0, 1)), np.empty((0, 1)), TIMES)
    assert len(found) == 0
    assert found.concentrations.shape == (0, 5, 1)


def test_absolute_tolerance_follows_the_reference(monkeypatch):
    seen = []
    monkeypatch.setattr(module, "Work", lambda *row: seen.append(row[2]) or row)
    monkeypatch.setattr(module, "_one_by_one", lambda *_, **__: [])
    decays([1.0, 1.0], reference=[200.0])
    np.testing.assert_allclose(seen, [[2e-7], [2e-7]])


UNGUARDED = """
import numpy as np
import sys
sys.path.insert(0, {folder!r})
from test_ensemble import decay_system, TIMES
from skimpy_renaissance.dynamics import run_ensemble
run_ensemble(decay_system(), np.ones((4, 1)), np.ones((4, 1)), TIMES, n_processes=2)
"""


@pytest.mark.slow
def test_a_program_that_processes_cannot_import_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED.format(folder=str(Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, str(script)], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode != 0
    assert "n_processes=1" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"times": np.array(["x"])}, "'times' .* must be numbers with decimals along time"),
        ({"seconds": np.zeros(3)}, "'seconds' .* has 3 entries along its axis 'run'"),
        ({"statuses": np.array(["x", "y"])}, "not a valid Status"),
        ({"concentrations": np.zeros(4)}, "'concentrations' .* along run x time x variable"),
    ],
)
def test_an_ensemble_of_other_arrays_is_refused(tmp_path, changed, message):
    path = tmp_path / "runs.npz"
    decays([1.0, np.nan]).save(path)
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **{**arrays, **changed})
    with pytest.raises(FileFormatError, match=message):
        Trajectories.load(path)
