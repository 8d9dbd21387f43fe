"""Identifiers of databases come from a COBRA model or a mapping, and stand in the file."""

from types import SimpleNamespace

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sbml.write_annotations import annotations_from


def test_one_identifier_or_several_per_database():
    given = {"a": {"kegg.compound": "C1", "chebi": ["CHEBI:1", "CHEBI:2", "CHEBI:1"]}}
    assert annotations_from(given) == {
        "a": {"kegg.compound": ("C1",), "chebi": ("CHEBI:1", "CHEBI:2")}
    }
    assert annotations_from(None) == {}


def test_a_cobra_model_is_read_under_its_names_and_skimpys():
    metabolite = SimpleNamespace(id="13dpg_c", annotation={"kegg.compound": ["C00236"]})
    reaction = SimpleNamespace(id="PGK", annotation={"ec-code": [["is", "2.7.2.3"]]})
    found = annotations_from(SimpleNamespace(metabolites=[metabolite], reactions=[reaction]))
    assert found["13dpg_c"] == found["_13dpg_c"] == {"kegg.compound": ("C00236",)}
    assert found["PGK"] == {"ec-code": ("2.7.2.3",)}


def test_the_textbook_model_is_read():
    cobra_io = pytest.importorskip("cobra.io", reason="COBRApy is not installed")
    found = annotations_from(cobra_io.load_model("textbook"))
    assert "C00074" in found["pep_c"]["kegg.compound"]
    assert found["PYK"]["bigg.reaction"] == ("PYK",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": "C00002"}, "annotation of 'a' must map databases to identifiers"),
        ({"a": {"kegg.compound": 2}}, "'a' has 2 for 'kegg.compound'"),
        ({"a": {"kegg.compound": "C 1"}}, "a text without blanks; 'a' has 'C 1'"),
        ({"a": {"my database": "1"}}, "prefix of identifiers.org .*'a' has 'my database'"),
        (["a"], "must be a COBRA model, or a mapping"),
    ],
)
def test_other_forms_are_refused(given, message):
    with pytest.raises(InputError, match=message):
        annotations_from(given)


def test_they_stand_in_the_file(small, libsbml, tmp_path):
    given = {
        "a_c": {"kegg.compound": "C00002", "sbo": "SBO:0000245"},
        "IN": {"ec-code": ["1.1.1.1"], "rhea": "1"},
        "elsewhere": {"rhea": "2"},
    }
    path = tmp_path / "model.xml"
    findings = sr.write_sbml(*small, path=path, annotations=given)
    assert len(findings) == 0
    model = libsbml.readSBMLFromFile(str(path)).getModel()
    species = model.getSpecies("a_c")
    assert species.getSBOTermID() == "SBO:0000245"
    assert species.getCVTerm(0).getResourceURI(0) == "https://identifiers.org/kegg.compound/C00002"
    terms = {
        term.getResourceURI(0): term.getBiologicalQualifierType()
        for term in (model.getReaction("IN").getCVTerm(i) for i in range(2))
    }
    assert terms == {
        "https://identifiers.org/rhea/1": libsbml.BQB_IS,
        "https://identifiers.org/ec-code/1.1.1.1": libsbml.BQB_IS_VERSION_OF,
    }
