"""Numbers go to Escher's maps by the names that maps have; the page needs no network."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingExtraError,
    OutputError,
)
from skimpy_renaissance.plots import escher_data, escher_map

FLUXES = {"PFK": 3.5, "PGI": -1.25, "FAR": 1.0}


@pytest.fixture
def map_file(tmp_path):
    node = {"node_type": "metabolite", "x": 0, "y": 0, "label_x": 0, "label_y": 0}
    nodes = {
        "1": {**node, "bigg_id": "13dpg_c", "name": "</script>", "node_is_primary": True},
        "2": {**node, "bigg_id": "glc-D_c", "name": "", "node_is_primary": True},
    }
    reaction = {"name": "", "reversibility": True, "label_x": 0, "label_y": 0, "genes": []}
    reaction |= {"gene_reaction_rule": "", "metabolites": [], "segments": {}}
    reactions = {str(i): {**reaction, "bigg_id": name} for i, name in enumerate(("PFK", "PGI"))}
    body = {"reactions": reactions, "nodes": nodes, "text_labels": {}}
    body["canvas"] = {"x": 0, "y": 0, "width": 100, "height": 100}
    header = {"map_name": "m", "map_id": "m", "map_description": "", "homepage": "https://"}
    header["schema"] = "https://escher.github.io/escher/jsonschema/1-0-0#"
    path = tmp_path / "map.json"
    path.write_text(json.dumps([header, body]))
    return path


def test_json_and_csv_hold_the_numbers(tmp_path):
    escher_data(FLUXES, tmp_path / "r.json")
    escher_data(pd.Series(FLUXES), tmp_path / "r.csv")
    assert json.loads((tmp_path / "r.json").read_text()) == FLUXES
    table = pd.read_csv(tmp_path / "r.csv")
    assert list(table.columns) == ["id", "value"]
    assert dict(zip(table["id"], table["value"], strict=True)) == FLUXES


def test_of_a_population_medians_are_taken():
    table = pd.DataFrame({"vmax_forward_PFK": [1.0, 2.0, 9.0], "PGI": [0.0, np.nan, 1.0]})
    assert escher_data(table).to_dict() == {"PFK": 2.0, "PGI": 0.5}


def test_names_are_those_of_maps_and_what_has_no_number_is_left_out():
    given = {"_13dpg_c": 1.0, "f6p_c": np.nan, "h2o_c": 2}
    assert escher_data(given).to_dict() == {"13dpg_c": 1.0, "h2o_c": 2.0}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"PFK": np.nan}, "at least one finite number per reaction or metabolite, got none"),
        ({"PFK": "fast"}, "one number per name: Unable to parse"),
        ({"PFK": 1.0, "vmax_forward_PFK": 2.0}, "PFK occur more than once"),
    ],
)
def test_what_escher_cannot_take_is_named(values, message):
    with pytest.raises(InputError, match=message):
        escher_data(values)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"reads .json and .csv; 'r.xlsx' ends otherwise"):
        escher_data(FLUXES, tmp_path / "r.xlsx")
    with pytest.raises(OutputError, match="does not exist"):
        escher_data(FLUXES, tmp_path / "none" / "r.json")


def test_the_page_needs_no_other_file(map_file, tmp_path):
    pytest.importorskip("escher", reason="Escher (extra escher) is not installed")
    page = tmp_path / "map.html"
    missing = escher_map(
        map_file, page, reactions=FLUXES, metabolites={"_13dpg_c": 1e-3, "glc_D_c": 0.5}
    )
    text = page.read_text()
    assert missing == ("FAR",)
    assert '"PGI": -1.25' in text
    assert '"glc-D_c": 0.5' in text
    assert "<link" not in text
    assert "src=" not in text.split("</head>")[0].split("<script>")[0]
    assert len(text) > 300_000  # Escher itself is within
    assert '"name": "</script>"' not in text
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".html"] == ["map.html"]


def test_numbers_of_another_model_are_named(map_file, tmp_path):
    pytest.importorskip("escher", reason="Escher (extra escher) is not installed")
    with pytest.raises(InputError, match=r"None of the reactions is on the map .* got A; it has P"):
        escher_map(map_file, tmp_path / "m.html", reactions={"A": 1.0})
    assert not (tmp_path / "m.html").exists()


@pytest.mark.parametrize("text", ["", "[1, 2]", "{}", '[{}, {"reactions": [], "nodes": []}]'])
def test_another_file_is_no_map(text, tmp_path):
    pytest.importorskip("escher", reason="Escher (extra escher) is not installed")
    (tmp_path / "map.json").write_text(text)
    with pytest.raises(FileFormatError, match=r"map\.json .*Escher"):
        escher_map(tmp_path / "map.json", tmp_path / "m.html", reactions=FLUXES)


def test_without_numbers_or_escher_nothing_is_drawn(map_file, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="A map needs numbers"):
        escher_map(map_file, tmp_path / "m.html")
    monkeypatch.setitem(sys.modules, "escher", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[escher\]'"):
        escher_map(map_file, tmp_path / "m.html", reactions=FLUXES)
