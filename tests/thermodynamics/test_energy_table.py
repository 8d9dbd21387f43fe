"""Energies of a table: three ways to state one, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.thermodynamics import energies_from_table

RT = 8.314462618e-3 * 298.15


def _table(column, values, **more):
    return pd.DataFrame({"reaction": ["PGI", "PFK"], column: values, **more})


@pytest.mark.parametrize(
    ("column", "values", "errors"),
    [
        ("dG0 (kJ/mol)", [2.6, -17.8], [0.4, 0.7]),
        ("dG0 (kcal/mol)", [2.6 / 4.184, -17.8 / 4.184], [0.4 / 4.184, 0.7 / 4.184]),
        ("k_eq", [np.exp(-2.6 / RT), np.exp(17.8 / RT)], [0.4 / RT, 0.7 / RT]),
        ("ln_k", [-2.6 / RT, 17.8 / RT], [0.4 / RT, 0.7 / RT]),
    ],
)
def test_energies_and_constants_say_the_same(column, values, errors):
    found = energies_from_table(_table(column, values, error=errors))
    np.testing.assert_allclose(found.table["dG0"], [2.6, -17.8], rtol=1e-12)
    np.testing.assert_allclose(found.table["dG0_error"], [0.4, 0.7], rtol=1e-12)
    assert np.count_nonzero(found.covariance) == 2


def test_a_file_is_read_and_the_unit_stated_beside_it(tmp_path):
    _table("dG0", [1.0, 2.0]).to_csv(tmp_path / "e.csv", index=False)
    found = energies_from_table(tmp_path / "e.csv", unit="kcal/mol")
    np.testing.assert_allclose(found.table["dG0"], [4.184, 8.368])
    assert str(tmp_path / "e.csv") in str(found)


def test_a_row_without_a_value_is_missing_not_zero():
    found = energies_from_table(_table("ln_k", [1.0, None]))
    assert found.reactions == ("PGI",)
    assert found.missing["reason"].to_dict() == {"PFK": "no value in a table"}


@pytest.mark.parametrize(
    ("kind", "table", "message"),
    [
        (InputError, _table("dG0", [1, 2]), "need their unit, 'kJ/mol' or 'kcal/mol'"),
        (InputError, _table("dG0 (J/mol)", [1, 2]), r"the column is 'dG0 \(J/mol\)', unit=None"),
        (
            InputError,
            _table("dG0 (kJ/mol)", [1, 2], k_eq=[1, 2]),
            r"once, but has the columns dG0 \(kJ/mol\), k_eq",
        ),
        (InputError, _table("k_eq", [1, 0]), "k_eq of 'PFK' must be positive, got 0"),
        (InputError, _table("k_eq", [-2, 1]), "k_eq of 'PGI' must be positive, got -2"),
        (InputError, _table("ln_k", [1, 2], error=[0, -1]), "error of 'PFK' must be .* got -1"),
        (InputError, _table("ln_k", [1, "much"]), "'ln_k' of 'PFK' must be a number, got 'much'"),
        (MissingEntryError, _table("energy", [1, 2]), "needs a column 'dG0"),
        (MissingEntryError, pd.DataFrame({"ln_k": [1.0]}), "needs the columns reaction"),
        (
            InputError,
            pd.DataFrame({"reaction": ["PGI", "PGI"], "ln_k": [1, 2]}),
            "PGI stands there several times",
        ),
    ],
)
def test_what_is_no_table_of_energies_is_refused(kind, table, message):
    with pytest.raises(kind, match=message):
        energies_from_table(table)


def test_two_units_that_differ_are_refused():
    with pytest.raises(InputError, match="unit='kcal/mol'"):
        energies_from_table(_table("dG0 (kJ/mol)", [1, 2]), unit="kcal/mol")
