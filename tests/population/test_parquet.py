"""Populations as Parquet: columns and metadata of others' readers, and back; blocks; damage."""

import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, InputError, MissingExtraError, UnitsError
from skimpy_renaissance.population import (
    ParameterPopulation,
    StoredPopulation,
    save_columnar,
    write_parquet,
)
from skimpy_renaissance.units import Units
from tests.population.test_columnar import NAMES, assert_same, make

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow (extra parquet) is not installed")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("n_models", [0, 1, 3000])
def test_a_population_comes_back(n_models, named, tmp_path):
    population = make(n_models, named=named)
    population.to_parquet(tmp_path / "p.parquet")
    assert_same(ParameterPopulation.load(tmp_path / "p.parquet"), population)


def test_other_programs_see_a_column_per_parameter_and_what_it_is(tmp_path):
    population = make(30, named=True)
    population.to_parquet(tmp_path / "p.parquet")
    frame = pd.read_parquet(tmp_path / "p.parquet")
    assert list(frame.columns) == ["parameter_set", *NAMES, "lambda_max", "lambda_min"]
    np.testing.assert_array_equal(frame["km_3"], population.values[:, 3])
    schema = parquet.read_schema(tmp_path / "p.parquet")
    assert schema.field("lambda_max").metadata[b"unit"] == b"1/h"
    stated = json.loads(schema.metadata[b"skimpy_renaissance"])
    assert stated["provenance"] == population.provenance
    assert Units.from_dict(stated["units"]) == population.units


def test_blocks_pass_through_in_row_groups(tmp_path):
    population = make(5000, named=False)
    save_columnar(population, tmp_path / "p.h5")
    with StoredPopulation(tmp_path / "p.h5") as stored:
        write_parquet(stored.blocks(2048), tmp_path / "p.parquet")
    assert parquet.ParquetFile(tmp_path / "p.parquet").num_row_groups == 3
    assert_same(ParameterPopulation.load(tmp_path / "p.parquet"), population)


def test_a_table_that_another_program_wrote_is_read(tmp_path):
    table = pd.DataFrame({"km_a": [0.1, 0.2], "vmax_b": [1.0, 2.0]})
    table.to_parquet(tmp_path / "t.parquet", index=False)
    units = make(1, named=True).units
    found = ParameterPopulation.load(tmp_path / "t.parquet", units=units)
    assert found.names == ("km_a", "vmax_b")
    assert found.units == units
    assert found.provenance == {}


def test_what_cannot_be_written_is_said_and_leaves_no_file(tmp_path):
    one, path = make(5, named=True), tmp_path / "p.parquet"
    other = replace(one, units=replace(one.units, density=900.0))
    for blocks, message in (
        ([], "at least one population, got none"),
        ([one, other], "All blocks must have the units of the first.*block 1"),
        ([one, replace(one, lambda_max=None)], "Block 1 lacks lambda_max"),
        ([ParameterPopulation(("lambda_max",), np.ones((2, 1)))], "name of another column"),
    ):
        with pytest.raises(InputError, match=message):
            write_parquet(blocks, path)
    assert not list(tmp_path.iterdir())


def test_truncated_files_and_those_of_other_versions_are_refused(tmp_path):
    path = tmp_path / "p.parquet"
    make(50, named=True).to_parquet(path)
    table, content = parquet.read_table(path), path.read_bytes()
    path.write_bytes(content[:-200])
    with pytest.raises(FileFormatError, match="not a complete, readable Parquet file"):
        ParameterPopulation.load(path)
    for metadata, message in (
        (b'{"schema_version": 9}', "schema version 9"),
        (b"[]", "schema version None"),
        (b"{", "metadata of .* are not JSON"),
        (b'{"schema_version": 1, "units": 3}', "'units' in .* must be a mapping"),
    ):
        parquet.write_table(table.replace_schema_metadata({b"skimpy_renaissance": metadata}), path)
        with pytest.raises(FileFormatError, match=message):
            ParameterPopulation.load(path)


def test_columns_of_text_constants_below_zero_and_other_units_are_refused(tmp_path):
    path = tmp_path / "p.parquet"
    pd.DataFrame({"km_a": ["x"]}).to_parquet(path, index=False)
    with pytest.raises(FileFormatError, match=r"one column of numbers per parameter.*km_a"):
        ParameterPopulation.load(path)
    pd.DataFrame({"km_a": [-1.0]}).to_parquet(path, index=False)
    with pytest.raises(FileFormatError, match="km_a"):
        ParameterPopulation.load(path)
    make(2, named=True).to_parquet(path)
    other = Units(concentration_scaling=1.0, density=1000.0, gdw_gww_ratio=0.3)
    with pytest.raises(UnitsError, match=r"stored in .*p\.parquet"):
        ParameterPopulation.load(path, units=other)


def test_without_pyarrow_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[parquet\]'"):
        make(2, named=True).to_parquet(tmp_path / "p.parquet")
