"""An archive holds the model, every set by SBML identifier, and says what is in it."""

import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError, OutputError, UnitsError
from skimpy_renaissance.sbml import write_omex
from tests.sbml.kinetic_models import complete_set


@pytest.fixture
def population(small):
    network, state, _ = small
    frame = pd.DataFrame([complete_set(network, state, seed=seed) for seed in range(3)])
    frame.index = ["a", "b", "c"]
    return sr.ParameterPopulation.from_dataframe(frame, units=state.units)


@pytest.fixture
def archive(small, population, libsbml, tmp_path):
    network, state, _ = small
    path = tmp_path / "ensemble.omex"
    write_omex(network, state, population, path=path, reference="b")
    with zipfile.ZipFile(path) as file:
        yield file


def test_the_manifest_names_what_is_there(archive):
    manifest = ElementTree.fromstring(archive.read("manifest.xml"))
    contents = {one.get("location"): one.attrib for one in manifest}
    there = {f"./{name}" for name in archive.namelist()}
    assert set(contents) == {".", *there}
    assert contents["./model.xml"]["format"].endswith("/sbml.level-3.version-2")
    assert [name for name, one in contents.items() if one.get("master")] == ["./model.xml"]


def test_the_table_holds_every_set_by_identifier(archive, population, libsbml):
    with archive.open("sets.csv") as file:
        table = pd.read_csv(file, index_col="set", float_precision="round_trip")
    document = libsbml.readSBMLFromString(archive.read("model.xml").decode())
    parameters = {one.getId(): one.getValue() for one in document.getModel().getListOfParameters()}
    assert list(table.columns) == list(parameters)
    assert list(table.index) == ["a", "b", "c"]
    shared = [name for name in table if name in population.names]
    np.testing.assert_array_equal(table[shared], population.to_dataframe()[shared])
    assert table.loc["b"].to_dict() == pytest.approx(parameters, rel=1e-14)  # libSBML: 15 digits
    assert "Parameter set: b, one of 3" in document.getModel().getNotesString()


def test_boundaries_that_differ_are_columns(small, population, libsbml, tmp_path):
    network, state, _ = small
    frame = population.to_dataframe()
    frame["f_e"] *= [1.0, 1.0001, 1.0]
    other = sr.ParameterPopulation.from_dataframe(frame, units=state.units)
    write_omex(network, state, other, path=tmp_path / "e.omex")
    with zipfile.ZipFile(tmp_path / "e.omex") as archive, archive.open("sets.csv") as file:
        table = pd.read_csv(file, float_precision="round_trip")
    assert "h_c" not in table
    np.testing.assert_array_equal(table["f_e"], frame["f_e"])


def test_equal_contents_make_equal_files(small, population, libsbml, tmp_path):
    network, state, _ = small
    for name in ("1", "2"):
        write_omex(network, state, population, path=tmp_path / name)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda p: {"population": p.to_dataframe()}, InputError, "holds a ParameterPopulation"),
        (lambda p: {"population": p.select([])}, InputError, "of one set or more, got <Param"),
        (lambda _: {"reference": "z"}, MissingEntryError, "'z'"),
        (
            lambda p: {"population": replace(p, units=sr.Units(1e6, 1000.0, 0.3))},
            UnitsError,
            "the population must have the same units",
        ),
        (
            lambda p: {"population": p.with_changes({"IN": 1.0}), "path": "none/e.omex"},
            OutputError,
            "does not exist",
        ),
    ],
)
def test_bad_input_is_named(small, population, libsbml, tmp_path, change, error, message):
    network, state, _ = small
    given = {"population": population, "path": "e.omex", **change(population)}
    sets, path = given.pop("population"), tmp_path / given.pop("path")
    with pytest.raises(error, match=message):
        write_omex(network, state, sets, path=path, **given)
    assert list(tmp_path.iterdir()) == []
