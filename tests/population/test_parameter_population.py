"""A population is a checked, immutable table with units."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
import torch

from skimpy_renaissance.errors import InputError, MissingEntryError, UnitsError
from skimpy_renaissance.population import ParameterPopulation, assemble_population
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.units import Units

MICROMOLAR = Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
MILLIMOLAR = replace(MICROMOLAR, concentration_scaling=1e3)
NAMES = ("km_substrate1_PFK", "vmax_forward_PFK", "km_product1_PFK")


@pytest.fixture
def population() -> ParameterPopulation:
    values = np.exp(np.random.default_rng(0).normal(size=(4, 3)))
    return ParameterPopulation(
        NAMES,
        values,
        ("3191,8", "3191,42", "7", "17"),
        lambda_max=np.array([-3.0, -1.0, np.nan, -5.0]),
        lambda_min=np.array([-1e9, -1e8, np.nan, -1e12]),
        units=MICROMOLAR,
        provenance={"seed": 3},
    )


# -- what is accepted ------------------------------------------------------------------------------


def test_later_changes_to_the_callers_array_do_not_reach_the_population() -> None:
    values = np.ones((2, 3))
    population = ParameterPopulation(NAMES, values)
    values[:] = 7.0
    assert (population.values == 1.0).all()


def test_nothing_in_a_population_can_be_changed(population: ParameterPopulation) -> None:
    with pytest.raises(ValueError, match="read-only"):
        population.values[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        population.lambda_max[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        population.units = None


def test_values_are_float64_whatever_comes_in() -> None:
    for values in ([[1, 2, 3]], np.ones((1, 3), np.float32), torch.ones(1, 3)):
        assert ParameterPopulation(NAMES, values).values.dtype == np.float64


def test_sets_are_numbered_where_no_names_are_given() -> None:
    assert ParameterPopulation(NAMES, np.ones((3, 3))).index == ("0", "1", "2")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ("a", "b", "a")}, r"Parameter names must be unique; used twice: 'a'"),
        ({"names": ("a", "b", "")}, "non-empty text, got ''"),
        ({"names": ("a", "b", None)}, "non-empty text, got None"),
        ({"names": "abc"}, "got the single string 'abc'"),
        ({"names": ("a", "b")}, r"with 2 columns, .* got shape \(4, 3\)"),
        ({"values": np.ones(3)}, r"model x parameter .* got shape \(3,\)"),
        ({"values": np.ones((4, 3), complex)}, "real numbers .*complex128"),
        ({"values": [["x", 1, 2]] * 4}, "real numbers"),
        ({"values": [[1, 2, 3], [1, 2]]}, "real numbers in a regular table"),
        ({"index": ("a", "b", "a", "c")}, r"parameter sets must be unique; used twice: 'a'"),
        ({"index": ("a", "b")}, "each of the 4 parameter sets; got 2"),
        ({"lambda_max": np.zeros(3)}, r"lambda_max needs .*shape \(4,\); got shape \(3,\)"),
        ({"lambda_min": np.zeros((4, 1))}, r"lambda_min needs .*got shape \(4, 1\)"),
        ({"provenance": {"when": object()}}, "provenance must be made of"),
    ],
)
def test_a_malformed_population_is_refused_with_its_reason(
    population: ParameterPopulation, change: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        replace(population, **change)


def test_a_value_missing_in_some_sets_only_is_refused_by_name(
    population: ParameterPopulation,
) -> None:
    values = population.values.copy()
    values[1, 2] = np.nan
    with pytest.raises(
        InputError, match=r"'km_product1_PFK' has no value in set '3191,42'.*1 of 4"
    ):
        replace(population, values=values)


def test_a_parameter_without_value_in_any_set_is_kept_until_it_is_left_out() -> None:
    population = ParameterPopulation(NAMES, [[1.0, None, 3.0], [4.0, None, 6.0]])
    assert np.isnan(population.values[:, 1]).all()
    kept = population.without_missing()
    assert kept.names == ("km_substrate1_PFK", "km_product1_PFK")
    np.testing.assert_array_equal(kept.values, [[1.0, 3.0], [4.0, 6.0]])


def test_an_empty_population_misses_no_parameter() -> None:
    assert ParameterPopulation(NAMES, np.empty((0, 3))).without_missing().names == NAMES


# -- what it gives ---------------------------------------------------------------------------------


def test_a_set_is_found_by_name_and_by_position(population: ParameterPopulation) -> None:
    by_name, by_position = population["17"], population[3]
    assert by_name["vmax_forward_PFK"] == population.values[3, 1]
    pd.testing.assert_series_equal(by_name, by_position)
    assert by_name.name == "17"
    assert "17" in population
    assert "18" not in population


def test_iterating_gives_every_set_in_order(population: ParameterPopulation) -> None:
    sets = list(population)
    assert [s.name for s in sets] == list(population.index)
    np.testing.assert_array_equal(
        np.array([list(s.to_dict().values()) for s in sets]), population.values
    )


@pytest.mark.parametrize("key", ["18", 4, -5])
def test_an_unknown_set_is_named(population: ParameterPopulation, key: str | int) -> None:
    with pytest.raises(MissingEntryError, match=str(key)):
        population[key]


def test_several_sets_are_not_one(population: ParameterPopulation) -> None:
    with pytest.raises(InputError, match="see select"):
        population[["17", "7"]]


@pytest.mark.parametrize(
    ("which", "rows"),
    [
        (np.array([True, False, False, True]), [0, 3]),
        ([True, False, False, True], [0, 3]),
        (pd.Series([False, False, True, False]), [2]),
        ([3, 0], [3, 0]),
        ([-1], [3]),
        (["17", "3191,8"], [3, 0]),
        ("7", [2]),
        (slice(1, None, 2), [1, 3]),
        ([], []),
        (np.zeros(4, bool), []),
    ],
)
def test_select_takes_the_same_rows_of_everything(
    population: ParameterPopulation, which: object, rows: list[int]
) -> None:
    chosen = population.select(which)
    np.testing.assert_array_equal(chosen.values, population.values[rows])
    np.testing.assert_array_equal(chosen.lambda_max, population.lambda_max[rows])
    np.testing.assert_array_equal(chosen.lambda_min, population.lambda_min[rows])
    assert chosen.index == tuple(population.index[row] for row in rows)
    assert (chosen.units, chosen.provenance) == (population.units, population.provenance)


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ([True], "one entry per parameter set, 4; got 1"),
        ([4], "from 0 to 3 .* got 4"),
        (["8", "17"], "no parameter set '8'.* Names look like 3191,8"),
        ([1, 1], "used twice: '3191,42'"),
        ([0.5], "dtype float64"),
        ([[0], [1]], r"shape \(2, 1\)"),
    ],
)
def test_a_selection_that_means_nothing_is_refused(
    population: ParameterPopulation, which: object, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        population.select(which)


def test_where_valid_keeps_what_the_criterion_accepts_and_drops_failed_spectra(
    population: ParameterPopulation,
) -> None:
    assert population.where_valid(lambda high, _low: high < -2.5).index == ("3191,8", "17")
    assert population.where_valid(Validity(partition=-2.5)).index == ("3191,8", "17")
    assert population.where_valid(Validity(partition=-2.5, fastest=-1e10)).index == ("3191,8",)


def test_where_valid_needs_eigenvalues_and_a_verdict_per_set(
    population: ParameterPopulation,
) -> None:
    with pytest.raises(InputError, match="lambda_max is unknown"):
        replace(population, lambda_max=None).where_valid(lambda high, _low: high < 0)
    with pytest.raises(InputError, match="4 booleans"):
        population.where_valid(lambda high, _low: high)


# -- pandas ----------------------------------------------------------------------------------------


def test_a_table_comes_back_as_the_same_population(population: ParameterPopulation) -> None:
    frame = population.to_dataframe(eigenvalues=True)
    assert list(frame.columns) == [*NAMES, "lambda_max", "lambda_min"]
    assert list(frame.index) == list(population.index)
    again = ParameterPopulation.from_dataframe(frame, units=MICROMOLAR, provenance={"seed": 3})
    for name in ("values", "lambda_max", "lambda_min"):
        np.testing.assert_array_equal(getattr(again, name), getattr(population, name))
    assert (again.names, again.index) == (population.names, population.index)


def test_changing_a_table_leaves_the_population(population: ParameterPopulation) -> None:
    before = population.values.copy()
    frame = population.to_dataframe()
    frame.loc["17", "vmax_forward_PFK"] = -1.0
    np.testing.assert_array_equal(population.values, before)


def test_row_numbers_of_a_table_become_set_names() -> None:
    population = ParameterPopulation.from_dataframe(pd.DataFrame({"a": [1, 2], "b": [None, None]}))
    assert population.index == ("0", "1")
    assert population.without_missing().names == ("a",)


def test_a_text_column_is_named() -> None:
    with pytest.raises(InputError, match="Column 'note' must hold numbers"):
        ParameterPopulation.from_dataframe(pd.DataFrame({"a": [1.0], "note": ["good one"]}))


def test_eigenvalue_columns_are_refused_where_they_are_unknown() -> None:
    with pytest.raises(InputError, match="lambda_max is unknown"):
        ParameterPopulation(NAMES, np.ones((1, 3))).to_dataframe(eigenvalues=True)


# -- units and assembly ----------------------------------------------------------------------------


def test_log_km_does_not_depend_on_the_unit_the_values_are_kept_in() -> None:
    molar = np.array([[1e-6, 2.0, 5e-3]])
    expected = np.log(molar[:, [2, 0]])
    for units in (MICROMOLAR, MILLIMOLAR):
        population = ParameterPopulation(NAMES, molar * units.concentration_scaling, units=units)
        got = population.log_km(["km_product1_PFK", "km_substrate1_PFK"])
        np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_log_km_refuses_to_guess(population: ParameterPopulation) -> None:
    with pytest.raises(UnitsError, match="units are unknown"):
        replace(population, units=None).log_km(NAMES[:1])
    with pytest.raises(MissingEntryError, match=r"no parameter 'km_PGI'.* Names look like"):
        population.log_km(["km_PGI"])
    negative = population.values.copy()
    negative[2, 0] = -1.0
    with pytest.raises(InputError, match=r"'km_substrate1_PFK' of set '7' is -1\.0"):
        replace(population, values=negative).log_km(NAMES[:1])


def test_assembled_blocks_give_back_the_log_km_they_were_made_from() -> None:
    generator = torch.Generator().manual_seed(1)
    log_km = -10 + 3 * torch.randn(5, 2, generator=generator, dtype=torch.float64)
    vmax = torch.rand(5, 1, generator=generator, dtype=torch.float64)
    constants = {
        "k_equilibrium_PFK": 12.0,
        "vmax_forward_PFK": 99.0,
        "km_a": None,
        "km_b": None,
        "unknown": None,
    }
    population = assemble_population(
        [(["vmax_forward_PFK"], vmax)],
        log_km=(["km_b", "km_a"], log_km),
        constants=constants,
        units=MILLIMOLAR,
        index=list("vwxyz"),
    )
    assert population.names == tuple(constants)
    np.testing.assert_allclose(population.log_km(["km_b", "km_a"]), log_km.numpy(), rtol=1e-14)
    frame = population.to_dataframe()
    np.testing.assert_array_equal(frame["vmax_forward_PFK"], vmax[:, 0].numpy())
    assert (frame["k_equilibrium_PFK"] == 12.0).all()
    assert frame["unknown"].isna().all()


@pytest.mark.parametrize(
    ("blocks", "log_km", "message"),
    [
        ([(["a"], np.ones((2, 1))), (["a"], np.ones((2, 1)))], None, "used twice: 'a'"),
        ([(["a"], np.ones((2, 1))), (["b"], np.ones((3, 1)))], None, r"here 2 x 1.*\(3, 1\)"),
        ([(["a", "b"], np.ones((2, 1)))], None, r"here 2 x 2.*shape \(2, 1\)"),
        ([(["a"], np.float64(1.0))], None, r"shape \(\)"),
        ([], None, "at least one block"),
        ([], (["km"], np.zeros((1, 1))), "log_km is in ln"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(
    blocks: list, log_km: tuple | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        assemble_population(blocks, log_km=log_km)


# -- joining ---------------------------------------------------------------------------------------


def test_joined_populations_keep_every_set_under_its_name(population: ParameterPopulation) -> None:
    first, second = population.select([0, 1]), population.select([2, 3])
    shuffled = ParameterPopulation.from_dataframe(
        second.to_dataframe(eigenvalues=True)[[*NAMES[::-1], "lambda_max", "lambda_min"]],
        units=MICROMOLAR,
        provenance={"seed": 3},
    )
    joined = first.concat(shuffled)
    pd.testing.assert_frame_equal(
        joined.to_dataframe(eigenvalues=True), population.to_dataframe(eigenvalues=True)
    )
    assert joined.provenance == {"seed": 3}


def test_joining_keeps_both_provenances(population: ParameterPopulation) -> None:
    other = replace(population, index=tuple("abcd"), provenance={"seed": 4})
    assert population.concat(other).provenance == {"joined": [{"seed": 3}, {"seed": 4}]}


def test_joining_asks_where_names_units_or_eigenvalues_disagree(
    population: ParameterPopulation,
) -> None:
    with pytest.raises(InputError, match=r"used twice: '3191,8', '3191,42'"):
        population.concat(population)
    assert population.concat(population, index=range(8)).index == tuple("01234567")
    other = replace(population, index=tuple("abcd"))
    with pytest.raises(UnitsError, match="concentration_scaling"):
        population.concat(replace(other, units=MILLIMOLAR))
    with pytest.raises(UnitsError, match="the other does not"):
        population.concat(replace(other, units=None))
    with pytest.raises(InputError, match="lambda_min is known for 1 of 2"):
        population.concat(replace(other, lambda_min=None))
    with pytest.raises(InputError, match="km_PGI, km_substrate1_PFK"):
        population.concat(replace(other, names=("km_PGI", *NAMES[1:])))
