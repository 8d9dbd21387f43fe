"""Requirements in a run file: every mistake named before anything is computed."""

from pathlib import Path

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.requirements import (
    KINDS,
    ControlCoefficient,
    Declared,
    EigenvalueWindow,
    EnzymeResponse,
    KmPrior,
    requirements_of,
)

HERE = Path("here")


def declared(**table):
    return Declared.read(table, where="requirement 1", folder=HERE)


def test_each_kind_becomes_its_class(core):
    bound, state = core
    tables = [
        declared(kind="eigenvalues", slowest_below=-3, weight=2),
        declared(kind="control", flux="PYK", enzyme="PFK", sign="positive"),
        declared(kind="response", enzymes={"PFK": 2.0}, flux="PYK", at_least=1.0),
        declared(kind="km_prior", values={"km_substrate1_PFK": 1e-4}),
    ]
    built = requirements_of(tables, bound.network, state, criterion=sr.Validity(-1.0)).parts
    assert [type(part) for part in built] == [
        EigenvalueWindow,
        ControlCoefficient,
        EnzymeResponse,
        KmPrior,
    ]
    assert set(KINDS.values()) >= {type(part) for part in built}


def test_validity_is_required_where_no_eigenvalues_are(core):
    bound, state = core
    table = declared(kind="km_prior", values={"km_substrate1_PFK": 1e-4})
    first = requirements_of([table], bound.network, state, criterion=sr.Validity(-1.0, -1e6))
    assert first.parts[0] == EigenvalueWindow(slowest_below=-1.0, fastest_above=-1e6)


def test_paths_start_from_the_folder_of_the_run_file():
    one = declared(kind="fermentation", reactor="r.yaml", measured="/m.csv", biomass=0.1)
    assert one.values["reactor"] == HERE / "r.yaml"
    assert one.values["measured"] == Path("/m.csv")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"kind": "contrl"}, "did you mean 'control'"),
        ({}, "needs a kind, got None"),
        ({"kind": "control", "fluks": "PYK"}, "no key 'fluks'; did you mean 'flux'"),
        ({"kind": "control", "flux": "PYK"}, "needs sign"),
        ({"kind": "fermentation", "reactor": "r.yaml"}, "needs measured, biomass"),
        ({"kind": "fermentation", "state": "0"}, "no key 'state'"),
    ],
)
def test_kinds_and_keys_that_do_not_exist_are_met_with_the_nearest(table, message):
    with pytest.raises(MissingEntryError, match=message):
        declared(**table)


def test_what_is_no_table_or_no_path_is_refused():
    with pytest.raises(InputError, match=r"must be a table, written \[\[requirement\]\]"):
        Declared.read("fast", where="requirement 1", folder=HERE)
    with pytest.raises(InputError, match="reactor must be a path"):
        declared(kind="fermentation", reactor=3, measured="m.csv", biomass=0.1)
