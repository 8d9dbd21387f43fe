"""The generator that studies share is trained once, and its models are valid."""

from dataclasses import replace

import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.population.ensemble import NARROW, WHOLE
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.studies.valid_models import (
    ensemble_finding,
    own_models,
    shortfall,
    trained_at_reference,
    valid_models,
)


def test_the_second_study_finds_the_generator_of_the_first(case, tmp_path):
    first = trained_at_reference(case, RunContext(tmp_path))
    stamp = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    second = trained_at_reference(case, RunContext(tmp_path))
    assert second.weights.equal(first.weights)
    assert stamp == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_models_are_draws_of_the_whole_valid_region_and_kept(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    context = RunContext(tmp_path, seed=1)
    population = valid_models(case, trained, 40, context=context)
    assert len(population) == 40
    assert (population.lambda_max < case.criterion.partition).all()
    assert population.units == case.units
    finding = ensemble_finding(population)
    assert (finding.published, finding.ours) == ("a generator's own draws", WHOLE)
    assert finding.note.startswith("40 models, all independent; ")
    assert shortfall(population) == []
    kept = tmp_path / "valid_region_1_40"
    stamp = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    again = valid_models(case, trained, 40, context=context)
    assert (again.values == population.values).all()
    assert stamp == {path: path.stat().st_mtime_ns for path in kept.rglob("*")}


def test_what_draws_lack_is_a_warning_of_the_study(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    own = own_models(case, trained, 3, seed=1)
    missing = {"lacking": ["means of groups of chains still differ (R-hat 1.050)"]}
    (said,) = shortfall(replace(own, provenance=missing))
    assert said == (
        "The models are not yet draws of the whole valid region: means of groups of chains still "
        "differ (R-hat 1.050). Take more of them."
    )


def test_every_model_of_a_generator_is_valid_and_called_narrow(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    population = own_models(case, trained, 7, seed=1)
    assert len(population) == 7
    assert (population.lambda_max < case.criterion.partition).all()
    assert population.provenance["ensemble"] == NARROW


@pytest.mark.slow
def test_an_ensemble_that_cannot_be_had_says_how_few_were_valid(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    impossible = replace(case, criterion=Validity(-1e9))
    with pytest.raises(SamplingError, match=r"0 of \d+ models were valid"):
        own_models(impossible, trained, 5, seed=1)
    with pytest.raises(SamplingError, match=r"0 of \d+ models were valid"):
        valid_models(impossible, trained, 5, context=RunContext(tmp_path, seed=1))
