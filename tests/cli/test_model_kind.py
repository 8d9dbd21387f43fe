"""What kind of model a file is, by what is in it; commands that need rate laws say what to do."""

import gzip
import shutil
from pathlib import Path

import pytest

from skimpy_renaissance.cli.model_kind import ModelKind, kind_of_model
from skimpy_renaissance.errors import FileFormatError
from tests.draft.conftest import small_cobra_model
from tests.sbml.read_models import chain

io = pytest.importorskip("cobra.io", reason="COBRApy is not installed")
WRITERS = {
    "json": io.save_json_model,
    "yml": io.save_yaml_model,
    "xml": io.write_sbml_model,
    "mat": io.save_matlab_model,
}
OLD_LAW = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level2" level="2" version="1"><model id="old">
<listOfCompartments><compartment id="c"/></listOfCompartments>
<listOfSpecies><species id="a" compartment="c"/></listOfSpecies>
<listOfReactions><reaction id="R"><listOfReactants><speciesReference species="a"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci> FLUX_VALUE </ci></math>
<listOfParameters><parameter id="UPPER_BOUND" value="10"/><parameter id="FLUX_VALUE" value="0"/>
</listOfParameters></kineticLaw></reaction></listOfReactions></model></sbml>
"""


@pytest.mark.parametrize("ending", WRITERS)
def test_constraint_based_models_are_known_in_every_format_and_refused_by_train(
    invoke, tmp_path, ending
):
    path = tmp_path / f"model.{ending}"
    WRITERS[ending](small_cobra_model(), str(path))
    assert kind_of_model(path) is ModelKind.CONSTRAINT_BASED
    refused = invoke("train", "-m", path, "-o", tmp_path / "run")
    assert refused.exit_code == 2
    assert "is a constraint-based model: it has fluxes, but no rate laws" in refused.output
    assert f"skimpy-renaissance build --model {path}" in refused.output
    assert not (tmp_path / "run").exists()


def test_yaml_without_tags_is_told_from_skimpys_by_its_lists(tmp_path):
    path = tmp_path / "model.yml"
    path.write_text("metabolites:\n- id: a_c\nreactions:\n- id: R\n")
    assert kind_of_model(path) is ModelKind.CONSTRAINT_BASED
    path.write_text("name: small\nreactions:\n  R:\n    mechanism: {}\n")
    assert kind_of_model(path) is ModelKind.YAML


def test_sbml_is_kinetic_where_it_has_laws_that_are_more_than_a_flux(tmp_path):
    plain = chain().write(tmp_path / "kinetic.xml")
    with plain.open("rb") as source, gzip.open(tmp_path / "kinetic.xml.gz", "wb") as packed:
        shutil.copyfileobj(source, packed)
    for path in (plain, tmp_path / "kinetic.xml.gz"):
        assert kind_of_model(path) is ModelKind.SBML
    (tmp_path / "old.xml").write_text(OLD_LAW)
    assert kind_of_model(tmp_path / "old.xml") is ModelKind.CONSTRAINT_BASED


def test_pytfa_models_are_known_by_their_thermodynamic_data(tmp_path):
    (tmp_path / "tfa.json").write_text('{"reactions": [], "kind": "ThermoModel"}')
    assert kind_of_model(tmp_path / "tfa.json") is ModelKind.PYTFA


def test_names_are_those_of_bundled_models():
    assert kind_of_model(Path("e_coli_core")) is ModelKind.YAML
    assert kind_of_model(Path("textbook")) is ModelKind.CONSTRAINT_BASED
    with pytest.raises(FileFormatError, match=r"no file 'texbook'.*did you mean 'textbook'"):
        kind_of_model(Path("texbook"))
