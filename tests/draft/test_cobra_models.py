"""Constraint-based models by name and from files; parts of them."""

import pytest

from skimpy_renaissance.draft.cobra_models import (
    add_sinks,
    read_cobra_model,
    shipped_models,
    submodel,
)
from skimpy_renaissance.errors import FileFormatError, InputError

cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")


def test_models_that_cobrapy_ships_are_known_by_name():
    assert {"textbook", "iJO1366"} <= set(shipped_models())
    assert len(read_cobra_model("textbook").reactions) == 95


@pytest.mark.parametrize("ending", ["json", "yml", "xml"])
def test_files_of_cobrapy_are_read(small_model, tmp_path, ending):
    path = tmp_path / f"model.{ending}"
    write = {
        "json": cobra.io.save_json_model,
        "yml": cobra.io.save_yaml_model,
        "xml": cobra.io.write_sbml_model,
    }[ending]
    write(small_model(), str(path))
    read = read_cobra_model(path)
    assert {r.id for r in read.reactions} == {r.id for r in small_model().reactions}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("texbook", None, "nor a model that COBRApy ships.*did you mean 'textbook'"),
        ("absent.xml", None, "does not exist"),
        ("broken.xml", "<sbml>", r"cannot be read as a constraint-based model \(.xml\)"),
        ("broken.json", "{", r"cannot be read as a constraint-based model \(.json\)"),
        ("model.txt", "x", "has the ending '.txt'; constraint-based models are read from .xml"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, monkeypatch, name, content, message):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(FileFormatError, match=message):
        read_cobra_model(name)


def test_a_model_of_something_else_is_refused():
    with pytest.raises(InputError, match="got int"):
        read_cobra_model(3)


def test_a_part_keeps_orders_bounds_objective_and_exchanges(small_model):
    model = small_model()
    part = submodel(model, ["GLCt", "HEX", "BIOMASS"])
    assert [r.id for r in part.reactions] == ["EX_glc_e", "GLCt", "HEX", "BIOMASS"]
    for reaction in part.reactions:
        own = model.reactions.get_by_id(reaction.id)
        assert [m.id for m in reaction.metabolites] == [m.id for m in own.metabolites]
        assert reaction.bounds == own.bounds
    assert part.reactions.BIOMASS.objective_coefficient == 1


def test_sinks_are_made_where_a_part_cuts_metabolites_off(small_model):
    model = small_model()
    part = submodel(model, ["GLCt", "HEX", "MID"])
    assert add_sinks(part, model, {"atp_c", "glc_c", "glc_e"}) == ("SK_atp_c",)
    assert add_sinks(submodel(model, None), model, {"atp_c"}) == ()
