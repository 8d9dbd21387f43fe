"""The generator that studies share is trained once, and its models are valid."""

from dataclasses import replace

import pytest

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.studies import trained_at_reference, valid_models


def test_the_second_study_finds_the_generator_of_the_first(case, tmp_path):
    first = trained_at_reference(case, RunContext(tmp_path))
    stamp = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    second = trained_at_reference(case, RunContext(tmp_path))
    assert second.weights.equal(first.weights)
    assert stamp == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}


def test_every_model_of_the_ensemble_is_valid(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    population = valid_models(case, trained, 7, seed=1)
    assert len(population) == 7
    assert (population.lambda_max < case.criterion.partition).all()
    assert population.units == case.units


def test_an_ensemble_that_cannot_be_had_says_how_few_were_valid(case, tmp_path):
    trained = trained_at_reference(case, RunContext(tmp_path), generations=1)
    impossible = replace(case, criterion=Validity(-1e9))
    with pytest.raises(SamplingError, match=r"0 of \d+ models were valid"):
        valid_models(impossible, trained, 5, seed=1)
