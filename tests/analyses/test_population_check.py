"""A sample of a population is recomputed; what was edited is named by set and parameter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.population_check import check_population
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import StoredPopulation, save_columnar
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.sampling import log_uniform


@pytest.fixture(scope="module")
def bound() -> BoundKinetics:
    network, states = sr.examples.e_coli_core()
    return sr.compile(network).at(states[sr.examples.REFERENCE_STATE])


@pytest.fixture(scope="module")
def population(bound: BoundKinetics) -> sr.ParameterPopulation:
    log_km = bound.log_km_anchors.repeat(4, 1).clone()
    for row in range(4):
        log_km[row] += 0.3 * row
    return sr.parametrize(bound, log_km)


def edited(population: sr.ParameterPopulation, name: str, row: str, factor: float):
    table = population.to_dataframe(eigenvalues=True)
    table.loc[row, name] *= factor
    return sr.ParameterPopulation.from_dataframe(table, units=population.units)


def test_what_was_made_here_is_confirmed_in_every_part(bound, population) -> None:
    found = check_population(bound, population, criterion=sr.Validity(partition=-0.1))
    assert found.passed, str(found)
    assert found.sets == ("0", "1", "2", "3")
    assert [sentence.partition(":")[0] for sentence in found.confirmed] == [
        *("state", "lambda_max", "lambda_min", "validity", "Vmax", "other constants"),
        "steady state",
    ]
    assert "Vmax: 44 in each of 4 sets, as the steady state asks" in str(found)
    assert "N v = 0 in all 4" in str(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vmax_forward_PFK", "vmax_forward_PFK is {given:.8g} in set 2, and {needed:.8g} at the"),
        ("k_equilibrium_PGI", "k_equilibrium_PGI is {given:.8g} in set 2, and {needed:.8g} at"),
        ("lambda_max", "lambda_max of set 2 is {given:.10g} 1/h as stored, and {needed:.10g} 1/h"),
        ("lambda_min", "lambda_min of set 2 is {given:.10g} 1/h as stored, and {needed:.10g} 1/h"),
    ],
)
def test_an_edited_number_is_named_with_its_set(bound, population, name, message) -> None:
    needed = population.to_dataframe(eigenvalues=True).loc["2", name]
    changed = edited(population, name, "2", 1.0001)
    found = check_population(bound, changed)
    assert not found.passed
    expected = message.format(given=1.0001 * needed, needed=needed)
    assert any(problem.startswith(expected) for problem in found.problems), str(found)
    assert any("1 of 4 sets differ by more than 1e-06" in one for one in found.problems)
    assert check_population(bound, changed, tolerance=1e-3, balance_tolerance=1e-3).passed


def test_an_edited_km_is_found_by_what_follows_from_it(bound, population) -> None:
    name = bound.km_names[0]
    found = check_population(bound, edited(population, name, "1", 2.0))
    assert any(problem.startswith("lambda_max of set 1 is") for problem in found.problems)
    assert any("is at no steady state" in problem for problem in found.problems)


def test_a_capacity_that_was_changed_leaves_the_steady_state(bound, population) -> None:
    found = check_population(bound, edited(population, "vmax_forward_PFK", "3", 2.0))
    assert any(
        problem.startswith("set 3 is at no steady state: the rate of PFK differs from its flux")
        for problem in found.problems
    ), str(found)
    assert any("net production of" in problem for problem in found.problems)


def test_a_set_that_is_not_valid_is_named(bound, population) -> None:
    slowest = population.lambda_max.max()
    found = check_population(bound, population, criterion=sr.Validity(partition=slowest - 1e-3))
    row = int(population.lambda_max.argmax())
    assert found.problems[0].startswith(f"set {row} is not valid (below {slowest - 1e-3:g} 1/h)")


@pytest.mark.slow
def test_a_sample_is_drawn_by_its_seed_and_read_alone_from_a_columnar_file(
    bound, population, tmp_path: Path
) -> None:
    save_columnar(population, tmp_path / "p.h5")
    with StoredPopulation(tmp_path / "p.h5") as stored:
        some = check_population(bound, stored, n=2, seed=1)
        assert some.passed, str(some)
        assert (len(some.sets), some.n_sets) == (2, 4)
        assert some.sets == check_population(bound, population, n=2, seed=1).sets
    drawn = {check_population(bound, population, n=1, seed=seed).sets for seed in range(4)}
    assert len(drawn) > 1


def test_another_steady_state_is_told_by_its_hashes(bound, population) -> None:
    _, states = sr.examples.e_coli_core()
    found = check_population(sr.compile(bound.network).at(states[12]), population)
    assert found.problems[0].startswith("the population was made at another steady state: fluxes_")
    assert found.problems[1].startswith("the population was made at another steady state: conc")
    again = sr.ParameterPopulation.from_dataframe(population.to_dataframe(), units=population.units)
    assert "recorded SHA-256" not in str(check_population(bound, again))


def test_what_is_not_stored_is_said(bound, population) -> None:
    bare = replace(population, lambda_max=None, lambda_min=None)
    keep = [name for name in bare.names if not name.startswith("vmax")]
    table = bare.to_dataframe()[keep]
    found = check_population(bound, sr.ParameterPopulation.from_dataframe(table, units=bare.units))
    assert found.passed
    assert "lambda_max: not stored, so nothing to compare; recomputed" in str(found)
    assert "Vmax: none stored" in str(found)


def test_a_spectrum_that_failed_then_but_not_now_is_a_difference(bound, population) -> None:
    table = population.to_dataframe(eigenvalues=True)
    table.loc["0", "lambda_max"] = np.nan
    broken = sr.ParameterPopulation.from_dataframe(table, units=population.units)
    found = check_population(bound, broken)
    assert found.problems[0].startswith("lambda_max of set 0 is nan 1/h as stored")


def test_other_units_and_empty_populations_are_refused(bound, population) -> None:
    other = replace(population, units=sr.Units(1e3, density=1200.0, gdw_gww_ratio=0.3))
    with pytest.raises(UnitsError, match="concentration_scaling"):
        check_population(bound, other)
    with pytest.raises(InputError, match="holds no parameter sets"):
        check_population(bound, population.select([]))
    with pytest.raises(InputError, match="n must be a whole number"):
        check_population(bound, population, n=0)


@pytest.mark.slow
def test_an_eigenvalue_that_rounding_moves_is_no_false_alarm(shared_data) -> None:
    """Of yeast: the last digit of Km, lost in a file, moves lambda_max by over 1e-6 in some."""
    pools = shared_data("yeast", "ST10284_cons_relations_annotated.csv")
    network = sr.read_skimpy_yaml(shared_data("yeast", "kinetic_model.yaml"), conservation=pools)
    state = sr.read_steady_state(shared_data("yeast", "steady_state_0.json"), network)
    bound = sr.compile(network).at(state)
    space = KmSpace.of(
        bound.km_names, bound.log_km_bounds, default_range=(np.log(1.3e-11), np.log(20))
    )
    log_km = log_uniform(space, 110, seed=2)
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=log_km.shape)
    stored = bound.lambda_max(log_km).numpy()
    moved = bound.lambda_max(log_km + 4e-15 * torch.from_numpy(signs)).numpy()
    apart = np.where(np.abs(stored) > 1, np.abs(moved / stored - 1), 0)
    worst = int(apart.argmax())
    assert apart[worst] > 1e-6
    made = sr.parametrize(bound, log_km[worst : worst + 1])
    found = check_population(bound, replace(made, lambda_max=moved[[worst]]))
    assert found.passed, str(found)
    assert "where rounding of Km alone moves it as far" in str(found)
    assert not check_population(bound, replace(made, lambda_max=made.lambda_max * 1.1)).passed
