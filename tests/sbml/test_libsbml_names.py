"""Identifiers are valid, different and near the names; a missing libSBML is said."""

import re
import sys

import pytest

from skimpy_renaissance.errors import MissingExtraError
from skimpy_renaissance.sbml.libsbml_names import consistency, import_libsbml, sbml_ids


def test_names_that_can_be_identifiers_stay():
    names = ["atp_c", "km_substrate1_PFK", "_x", "A1"]
    assert sbml_ids(names) == dict(zip(names, names, strict=True))


def test_other_names_become_different_identifiers():
    names = ["3pg_c", "glc-D_c", "glc D_c", "glc_D_c", "_3pg_c", "time", "é", ""]
    ids = sbml_ids(names)
    assert list(ids) == names
    assert len(set(ids.values())) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", one, re.ASCII) for one in ids.values())
    assert (ids["glc_D_c"], ids["glc-D_c"], ids["glc D_c"]) == ("glc_D_c", "glc_D_c_2", "glc_D_c_3")
    assert (ids["_3pg_c"], ids["3pg_c"], ids["time"]) == ("_3pg_c", "_3pg_c_2", "time_2")


def test_without_libsbml_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(MissingExtraError, match=r"Writing SBML needs libSBML.*comes with COBRApy"):
        import_libsbml(needed_by="Writing SBML")


def test_the_findings_of_the_check_have_code_and_line(libsbml):
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" '
        'level="3" version="2"><model><listOfCompartments><compartment id="c" constant="true"/>'
        '</listOfCompartments><listOfSpecies><species id="x" compartment="none" '
        'hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>'
        "</listOfSpecies></model></sbml>"
    )
    findings = consistency(libsbml.readSBMLFromString(text))
    worst = findings[findings["severity"] == "Error"]
    assert "'none'" in worst["message"].iloc[0]
    assert (worst["code"].iloc[0], worst["line"].iloc[0]) == (20601, 1)
