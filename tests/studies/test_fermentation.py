"""The study of a fermentation: courses drawn, or compared where there are experiments."""

from dataclasses import replace

import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.dynamics.reactors import batch_fit
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.population.ensemble import WHOLE
from skimpy_renaissance.studies.fermentation import STUDY, FermentationSettings

SMALL = FermentationSettings(models=2, hours=8.0)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fermentation")


@pytest.fixture(scope="module")
def result(case, place):
    return STUDY.run(replace(case, threads=1), SMALL, RunContext(place, seed=1))


@pytest.mark.slow
def test_without_experiments_courses_are_drawn_and_it_says_so(result, draw):
    assert any("No experiments are given" in warning for warning in result.warnings)
    figure = draw(result.drawings["batch"])
    labels = [ax.get_ylabel() for ax in figure.axes]
    assert labels[0] == "biomass (gDW/L)"
    assert "glc__D_e (mmol/L)" in labels
    assert "misfit" not in result.tables["models"]
    assert {f.quantity for f in result.findings} >= {"biomass has settled", "glc__D_e has settled"}
    assert all(0 < f.ours < 8 for f in result.findings if f.unit == "h")


@pytest.fixture
def experiments(result, tmp_path):
    """Write what the first model did, as if it had been measured."""
    table = result.tables["courses"]
    first = table[table["set"] == table["set"].iloc[0]]
    for quantity, name in (("biomass", "biomass"), ("glc__D_e", "glc")):
        some = first[first["quantity"] == quantity].iloc[::8]
        measured = some[["time", "value"]].rename(columns={"value": "mean"})
        unit = {"biomass": "gDW/L", "glc": "mmol/L"}[name]
        measured.assign(unit=unit).to_csv(tmp_path / f"experiments_{name}.csv", index=False)
    return tmp_path


@pytest.mark.slow
def test_a_model_fits_its_own_courses_and_is_counted(case, experiments, result, place, draw):
    measured = replace(case, threads=1, data={"experiments": experiments})
    again = STUDY.run(
        measured, replace(SMALL, tolerance=1e-3), RunContext(place / "measured", seed=1)
    )
    ensemble, close, *_ = again.findings
    assert ensemble.ours == WHOLE
    assert (close.quantity, close.published) == ("models that closely fit the experiments", 13.0)
    fits = again.tables["models"]["misfit"]
    assert fits[0] < 1e-4
    assert close.ours == (fits <= 1e-3).sum() >= 1
    glucose = next(f for f in again.findings if f.quantity == "glucose uptake has halted")
    assert glucose.published == 20.0
    assert "measured, by the same rule" in glucose.note
    draw(again.drawings["batch"])
    assert set(again.tables["measured"]["quantity"]) == {"biomass", "glc"}


def test_called_again_it_reads_what_the_folder_holds(case, place, result, monkeypatch):
    monkeypatch.setattr(batch_fit, "simulate_reactor", lambda *_, **__: pytest.fail("grown again"))
    again = STUDY.run(replace(case, threads=1), SMALL, RunContext(place, seed=1))
    assert again.tables["courses"].equals(result.tables["courses"])


def test_a_case_without_a_reactor_is_refused(case, tmp_path):
    other = replace(case, network=replace(case.network, name="another"))
    with pytest.raises(InputError, match="--reactor"):
        STUDY.run(other, SMALL, RunContext(tmp_path))
    assert not list(tmp_path.iterdir())
