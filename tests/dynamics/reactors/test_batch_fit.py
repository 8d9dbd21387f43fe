"""Batches against measured courses: errors by hand, ranks, failures that stay, runs that go on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.dynamics import (
    CVODE,
    BatchQuantity,
    Measurement,
    fit_batch,
    most_changing,
    read_experiments,
    settling_times,
)
from skimpy_renaissance.dynamics.ensembles.trajectories import Trajectories
from skimpy_renaissance.dynamics.reactors import batch_fit
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.population import Ensemble, ParameterPopulation
from skimpy_renaissance.population.ensemble import NARROW, NarrowEnsembleWarning
from tests.dynamics.reactors.reactor_cases import KM, VMAX, monod_reactor, monod_state

GLUCOSE = 180.156  # g/mol
SPEEDS = (1.0, 1.5, 0.5)


@pytest.fixture(scope="module")
def reactor():
    return monod_reactor()


@pytest.fixture(scope="module")
def sets(reactor):
    table = pd.DataFrame(
        {
            "vmax_forward_growth": [VMAX * speed for speed in SPEEDS],
            "km_substrate1_growth": KM,
        },
        index=["true", "fast", "slow"],
    )
    return ParameterPopulation.from_dataframe(table, units=reactor.units)


@pytest.fixture(scope="module")
def grow(reactor, sets):
    def call(quantities, **options):
        given = {"hours": 10.0, "inoculum": 0.05, "n_times": 21, "n_processes": 1, **options}
        return fit_batch(reactor, sets, monod_state(), quantities=quantities, **given)

    return call


@pytest.fixture(scope="module")
def truth(grow):
    """What the first model does, measured without error every two hours."""
    plain = grow([BatchQuantity("biomass", "biomass", "gDW/L")])
    at = [int(np.flatnonzero(plain.runs.times == t)[0]) for t in (0, 2, 4, 6, 8, 10)]
    quantities = []
    for name, variable, unit, factor in (
        ("biomass", "biomass", "gDW/L", 1.0),
        ("glc", "glc_e", "g/L", GLUCOSE),
    ):
        course = plain.runs.biomass() if variable == "biomass" else plain.runs.molar(variable)
        points = [Measurement(variable, plain.runs.times[i], float(course[0, i])) for i in at]
        quantities.append(BatchQuantity(name, variable, unit, factor, tuple(points)))
    return quantities


@pytest.fixture(scope="module")
def found(grow, truth):
    return grow(truth)


def test_the_model_that_made_the_data_ranks_first_and_errors_are_shares_of_the_range(found, truth):
    table = found.table
    assert table["set"][0] == "true"
    assert table["misfit"][0] < 1e-6
    assert table["misfit"].is_monotonic_increasing
    points = truth[1].measured
    values = np.array([p.value for p in points])
    at = np.array(
        [np.interp(p.time, found.runs.times, found.runs.molar("glc_e")[1]) for p in points]
    )
    by_hand = np.sqrt(np.mean((at - values) ** 2)) / (values.max() - values.min())
    assert found.errors["glc"][1] == pytest.approx(by_hand)
    both = np.mean([found.errors[name][1] ** 2 for name in ("biomass", "glc")])
    assert found.misfit[1] == pytest.approx(np.sqrt(both))


def test_the_unit_shown_does_not_change_the_misfit(grow, truth, found):
    molar = BatchQuantity("glc", "glc_e", "mol/L", 1.0, truth[1].measured)
    assert grow([truth[0], molar]).misfit == pytest.approx(found.misfit)
    grams = found.courses["glc (g/L)"]
    assert grams == pytest.approx(GLUCOSE * found.runs.molar("glc_e"))


def test_the_closest_come_best_first_and_within_the_tolerance(found):
    assert [found.runs.status["set"][i] for i in found.closest()] == list(found.table["set"])
    middle = float(np.sort(found.misfit)[1])
    assert len(found.closest(tolerance=middle)) == 2
    assert list(found.closest(1)) == [0]
    assert list(found.select([2, 0]).runs.status["set"]) == ["true", "slow"]


def test_a_run_that_stops_is_counted_and_fits_nothing(grow, truth):
    stopped = grow(truth, integrator=CVODE(max_steps=3))
    assert len(stopped) == len(stopped.failures) == len(stopped.table) == 3
    assert np.isinf(stopped.misfit).all()
    assert not len(stopped.closest())
    assert most_changing(stopped.runs) == ()


def test_runs_are_kept_by_piece_and_not_repeated(grow, truth, found, tmp_path, monkeypatch):
    kept = grow(truth, folder=tmp_path / "b", piece=2)
    assert len(list((tmp_path / "b").glob("piece_*.npz"))) == 2
    monkeypatch.setattr(batch_fit, "simulate_reactor", lambda *_, **__: pytest.fail("again"))
    again = grow(truth, folder=tmp_path / "b", piece=2)
    for one in (kept, again):
        assert one.misfit == pytest.approx(found.misfit, rel=1e-6, abs=1e-9)
        assert list(one.runs.status["set"]) == ["true", "fast", "slow"]
    with pytest.raises(InputError, match="another set-up"):
        grow(truth, folder=tmp_path / "b", piece=2, inoculum=0.06)


def test_the_inoculum_and_length_are_those_measured(grow, truth):
    own = grow(truth, hours=None, inoculum=None)
    assert own.runs.biomass()[:, 0] == pytest.approx(0.05)
    assert own.runs.times[-1] == 10.0
    with pytest.raises(InputError, match="inoculum, gDW/L, must be given"):
        grow([truth[1]], inoculum=None)
    with pytest.raises(InputError, match="positive number of hours"):
        grow([BatchQuantity("biomass", "biomass", "gDW/L")], hours=None)


def test_points_after_the_end_do_not_count_and_one_value_has_no_range(grow, truth):
    assert max(p.time for p in grow(truth, hours=6.0).quantities[0].measured) == 6.0
    with pytest.raises(InputError, match="two different values"):
        grow(truth, hours=1.0)


def test_unknown_quantities_are_told(grow):
    with pytest.raises(MissingEntryError, match="neither 'biomass' nor in the medium"):
        grow([BatchQuantity("x", "x_e", "g/L")])


def test_without_measurements_nothing_is_ranked(grow):
    plain = grow([BatchQuantity("biomass", "biomass", "gDW/L")])
    assert "misfit" not in plain.table
    with pytest.raises(InputError, match="none were given"):
        plain.closest()
    assert [q.variable for q in most_changing(plain.runs)] == ["glc_e"]


def test_an_exponential_settles_when_95_percent_are_done():
    times = np.linspace(0, 20, 2001)
    rise = 3 * (1 - np.exp(-times))
    stopped = np.where(times < 5, rise, np.nan)
    found = settling_times(times, np.array([rise, 7 - rise, np.ones_like(times), stopped]))
    assert found[:2] == pytest.approx(np.log(20), abs=1e-4)
    assert np.isnan(found[2:]).all()


def test_experiments_are_read_in_their_units(tmp_path, reactor):
    (tmp_path / "experiments_glc.csv").write_text(
        "Time,mean,low,high\n0,1.80156,1.80156,1.80156\n4,0.90078,0.8,1.0\n"
    )
    (tmp_path / "experiments_biomass.csv").write_text("time,mean,sd\n0,0.1,0.01\n4,0.5,\n")
    biomass, glucose = read_experiments(tmp_path, reactor, molar_masses={"glc": GLUCOSE})
    assert [(p.value, p.sd) for p in biomass.measured] == [(0.1, 0.01), (0.5, None)]
    assert glucose.variable == "glc_e"
    assert [p.value for p in glucose.measured] == pytest.approx([0.01, 0.005])
    assert [p.sd for p in glucose.measured] == [None, pytest.approx(0.1 / GLUCOSE)]
    assert glucose.table["mean"].tolist() == pytest.approx([1.80156, 0.90078])
    (tmp_path / "experiments_glc.csv").write_text("time,mean,unit\n0,10,mmol/L\n4,5,mmol/L\n")
    again = read_experiments(tmp_path, reactor)[1]
    assert [p.value for p in again.measured] == pytest.approx([0.01, 0.005])
    assert again.label == "glc (mmol/L)"


@pytest.mark.parametrize(
    ("name", "text", "error", "said"),
    [
        ("glc", "time,mean\n0,1\n", InputError, "needs its molar mass"),
        ("glc", "time,mean,unit\n0,1,mM\n", InputError, "must be in g/L, mol/L"),
        ("biomass", "time,mean,unit\n0,1,g/L\n", InputError, "must be in gDW/L"),
        ("biomass", "time,mean\n0,much\n", InputError, "no number"),
        ("biomass", "time,value\n0,1\n", MissingEntryError, "lacks the columns mean"),
        ("ethanol", "time,mean\n0,1\n", MissingEntryError, "is not in the medium"),
    ],
)
def test_unusable_tables_are_refused(tmp_path, reactor, name, text, error, said):
    (tmp_path / f"experiments_{name}.csv").write_text(text)
    with pytest.raises(error, match=said):
        read_experiments(tmp_path, reactor)


def test_a_folder_without_tables_says_what_they_are_called(tmp_path, reactor):
    with pytest.raises(FileFormatError, match=r"experiments_QUANTITY\.csv"):
        read_experiments(tmp_path, reactor)


def test_trajectories_join_only_their_like(found):
    whole = found.runs.trajectories
    parts = [whole.select(np.arange(3) == i) for i in range(3)]
    joined = Trajectories.joined(parts)
    assert joined.concentrations == pytest.approx(whole.concentrations, nan_ok=True)
    assert joined.status.equals(whole.status)
    with pytest.raises(InputError, match="do not join"):
        Trajectories.joined([whole, whole.in_hours(2.0)])


def test_the_ends_are_averaged_with_their_errors(reactor, sets):
    narrow = replace(sets, provenance=Ensemble(NARROW, 0.5).to_dict())
    quantities = [BatchQuantity("biomass", "biomass", "gDW/L")]
    with pytest.warns(NarrowEnsembleWarning, match="narrow corner of the valid region"):
        found = fit_batch(
            reactor, narrow, monod_state(), quantities=quantities, hours=4.0, inoculum=0.05,
            n_times=3, n_processes=1,
        )  # fmt: skip
    last = found.runs.biomass()[:, -1]
    row = found.ends.loc["biomass"]
    assert row["n"] == len(SPEEDS)
    assert row["mean"] == pytest.approx(last.mean())
    assert row["p50"] == pytest.approx(np.median(last))
    assert row["error"] == pytest.approx(last.std(ddof=1) / np.sqrt(0.5 * len(SPEEDS)))
    assert 0 < row["p50_error"] <= np.ptp(last) / 2
    assert found.select([0]).ends.loc["biomass", "p50"] == last[0]
