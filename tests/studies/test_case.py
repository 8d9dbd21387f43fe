"""An organism knows its kinetics, its growth and its files, or says what it lacks."""

from dataclasses import replace
from math import log
from pathlib import Path

import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.learning import Gradient


def test_growth_is_the_flux_of_the_growth_reaction_in_per_hour(case):
    assert case.growth_rate(case.state) == pytest.approx(0.6145, abs=1e-3)
    assert replace(case, growth=None).growth_rate(case.state) is None


def test_kinetics_are_those_of_the_reference_state(case):
    assert case.bound.n_states is None
    assert case.bound.reference.units == case.units
    assert case.generator.range[1] < log(1)


def test_an_unknown_reference_or_growth_reaction_is_refused_by_name(case):
    with pytest.raises(MissingEntryError, match="nowhere"):
        replace(case, reference="nowhere")
    with pytest.raises(MissingEntryError, match="GROWTH"):
        replace(case, growth="GROWTH")


def test_a_missing_file_is_named_with_the_flag_that_gives_it(case):
    with pytest.raises(InputError, match=r"--measured-km.*measured_km in \[data\]"):
        case.file("measured_km", needed_for="Overlap")
    given = replace(case, data={"reactor": Path("reactor.yaml")})
    assert given.file("reactor", needed_for="Fermentation") == Path("reactor.yaml")


def test_the_optimiser_takes_another_number_of_generations(case):
    assert case.optimizer_over(None) is case.optimizer
    assert case.optimizer_over(7) == replace(case.optimizer, generations=7)
    by_gradient = replace(case, optimizer=Gradient(models=30))
    assert by_gradient.optimizer_over(7) == Gradient(models=30, generations=7)


def test_an_optimiser_that_cannot_be_changed_says_so(case):
    class Fixed:
        generations = 3

    with pytest.raises(InputError, match="takes 7 generations"):
        replace(case, optimizer=Fixed()).optimizer_over(7)
