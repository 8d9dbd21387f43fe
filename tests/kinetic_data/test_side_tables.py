"""Tables beside the measurements, as they are published."""

import json

import pandas as pd
import pytest

from skimpy_renaissance.errors import FileFormatError, MissingEntryError
from skimpy_renaissance.kinetic_data import read_ec_pairs, read_measured_km, read_subsystems


def test_headings_of_published_tables_are_recognised(tmp_path):
    (tmp_path / "km.csv").write_text("EC,Name,KM,met\n1.1.1.1,adh,0.5,nad\n")
    measured = read_measured_km(tmp_path / "km.csv", unit="mM")
    assert measured.table[["ec", "metabolite", "km"]].iloc[0].tolist() == ["1.1.1.1", "nad", 5e-4]


def test_an_expected_heading_wins_over_a_similar_one():
    frame = pd.DataFrame({"ec": ["1.1.1.1"], "metabolite": ["nad"], "value": [1.0], "KM": [2.0]})
    assert read_measured_km(frame, unit="M").table["km"].item() == 1.0


def test_bigg_identifiers_of_reactions_win_over_their_formulas(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("reaction,bigg_reaction,eccodes\na --> b,PGI,5.3.1.9\nc --> d,TPI,\n")
    assert read_ec_pairs(path).to_dict("list") == {"reaction": ["PGI"], "ec": ["5.3.1.9"]}


def test_subsystems_come_from_a_table_or_from_a_metabolic_model(tmp_path):
    (tmp_path / "s.csv").write_text("Reaction,Subsytem\nPGI,gly\nXYZ,\n")
    reactions = [
        {"id": "PGI", "subsystem": "sce00010  gly"},
        {"id": "XYZ"},
        {"id": "A", "subsystem": None},
    ]
    (tmp_path / "model.json").write_text(json.dumps({"reactions": reactions}))
    expected = {"reaction": ["PGI"], "subsystem": ["gly"]}
    assert read_subsystems(tmp_path / "s.csv").to_dict("list") == expected
    assert read_subsystems(tmp_path / "model.json").to_dict("list") == expected


def test_what_cannot_be_used_is_refused_with_its_name(tmp_path):
    (tmp_path / "s.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MissingEntryError, match=r"s\.csv needs the columns reaction, subsystem"):
        read_subsystems(tmp_path / "s.csv")
    (tmp_path / "empty.json").write_text('{"reactions": []}')
    with pytest.raises(MissingEntryError, match="No reaction"):
        read_subsystems(tmp_path / "empty.json")
    for name, content in (("other.json", "[1]"), ("broken.json", "{")):
        (tmp_path / name).write_text(content)
        with pytest.raises(FileFormatError, match=name):
            read_subsystems(tmp_path / name)
    with pytest.raises(FileFormatError, match=r"none\.csv"):
        read_ec_pairs(tmp_path / "none.csv")
