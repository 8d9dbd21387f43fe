"""Integrators solve problems with known answers, and stop in an orderly way."""

import time

import numpy as np
import pytest
import scipy.linalg

from skimpy_renaissance.dynamics import BDF, CVODE, Crossing, Problem, Rosenbrock, Status

ROSENBROCK = Rosenbrock(max_steps=20_000)
ALL = pytest.mark.parametrize(
    "integrator", [CVODE(), BDF(), ROSENBROCK], ids=["cvode", "bdf", "rosenbrock"]
)
STIFF = np.array([[-1000.0, 999.0, 0.0], [0.0, -1.0, 0.5], [0.0, 0.0, -0.1]])


def linear(**changes):
    given = {
        "right_hand_side": lambda x: STIFF @ x,
        "jacobian": lambda _: STIFF,
        "initial": np.array([1.0, 2.0, 3.0]),
        "times": np.linspace(0.0, 10.0, 11),
        "rtol": 1e-9,
        "atol": np.full(3, 1e-12),
    }
    return Problem(**{**given, **changes})


def growth(rate=1.0, **changes):
    """x' = rate x from 1."""
    return Problem(
        lambda x: rate * x,
        lambda _: np.array([[rate]]),
        np.array([1.0]),
        changes.pop("times", np.linspace(0.0, 5.0, 6)),
        1e-9,
        np.array([1e-12]),
        **changes,
    )


@ALL
def test_a_stiff_linear_system_follows_its_matrix_exponential(integrator):
    problem = linear()
    run = integrator.run(problem)
    expected = [scipy.linalg.expm(STIFF * t) @ problem.initial for t in problem.times]
    assert run.status is Status.FINISHED
    np.testing.assert_allclose(run.states, expected, rtol=1e-6)


@ALL
def test_the_jacobian_changes_the_way_not_the_result(integrator):
    exact, differences = integrator.run(linear()), integrator.run(linear(jacobian=None))
    np.testing.assert_allclose(exact.states, differences.states, rtol=1e-6)


@ALL
def test_a_recorded_event_has_its_time_and_the_run_goes_on(integrator):
    event = Crossing(lambda x: 10.0 - x[0], terminal=False, name="ten")
    run = integrator.run(growth(events=(event,)))
    assert run.status is Status.FINISHED
    assert run.event_times[0] == pytest.approx(np.log(10.0), rel=1e-7)


@ALL
def test_a_terminal_event_stops_the_run_and_leaves_nan_behind_it(integrator):
    events = (
        Crossing(lambda x: 10.0 - x[0], terminal=True, name="ten"),
        Crossing(lambda x: 11.0 - x[0], terminal=False, name="eleven"),
    )
    run = integrator.run(growth(events=events))
    assert run.status is Status.EVENT
    assert "ten" in run.message
    np.testing.assert_allclose(run.states[:3, 0], np.exp([0.0, 1.0, 2.0]), rtol=1e-6)
    assert np.isnan(run.states[3:]).all()
    assert np.isnan(run.event_times[1])


@ALL
def test_an_event_that_holds_at_the_start_happens_at_the_start(integrator):
    event = Crossing(lambda x: 0.5 - x[0], terminal=True, name="half")
    run = integrator.run(growth(events=(event,)))
    assert (run.status, run.event_times[0]) == (Status.EVENT, 0.0)


@ALL
def test_a_time_limit_keeps_what_was_reached(integrator):
    event = Crossing(lambda _: 1.0, terminal=False, name="never")

    calls = []

    def slow(x):
        calls.append(x)
        if len(calls) > 60:
            time.sleep(0.2)
        return x

    problem = Problem(
        slow,
        lambda _: np.eye(1),
        np.array([1.0]),
        np.linspace(0.0, 50.0, 51),
        1e-9,
        np.array([1e-12]),
        (event,),
        time_limit=0.15,
    )
    run = integrator.run(problem)
    assert run.status is Status.TIME_LIMIT
    assert "0.15 s" in run.message
    assert np.isnan(run.states[-1, 0])
    assert np.isfinite(run.states[0, 0])


@pytest.mark.slow
@ALL
def test_an_explosion_is_a_status_not_an_exception(integrator, capfd):
    problem = Problem(
        lambda x: x**2,
        lambda x: 2 * np.diag(x),
        np.array([1.0]),
        np.array([0.0, 0.5, 2.0]),
        1e-6,
        np.array([1e-9]),
    )
    run = integrator.run(problem)
    assert run.status in {Status.FAILED, Status.STEP_LIMIT, Status.NOT_FINITE, Status.DIVERGED}
    assert run.message
    assert run.states[1, 0] == pytest.approx(2.0, rel=1e-4)
    assert np.isnan(run.states[2, 0])
    assert capfd.readouterr() == ("", "")


@ALL
def test_equations_without_value_at_the_start_are_told(integrator):
    run = integrator.run(growth(rate=np.nan))
    assert run.status is Status.NOT_FINITE
    assert run.states[0, 0] == 1.0


@pytest.mark.parametrize(
    "integrator", [CVODE(max_steps=3), BDF(max_steps=3), Rosenbrock(max_steps=3)]
)
def test_too_many_steps_are_told(integrator):
    run = integrator.run(growth())
    assert run.status is Status.STEP_LIMIT


@ALL
@pytest.mark.parametrize("where", ["right_hand_side", "jacobian"])
def test_exceptions_of_the_equations_pass_through(integrator, where):
    calls = []

    def broken(x):
        calls.append(x)
        if len(calls) > (4 if where == "right_hand_side" else 0):
            raise KeyError("lost enzyme")
        return STIFF @ x

    with pytest.raises(KeyError, match="lost enzyme"):
        integrator.run(linear(**{where: broken}))


@ALL
def test_one_time_is_the_initial_state(integrator):
    run = integrator.run(growth(times=np.array([0.0])))
    assert run.status is Status.FINISHED
    assert run.states.tolist() == [[1.0]]
