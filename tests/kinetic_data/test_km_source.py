"""Files of measurements and the conditions under which they count, read in one call."""

import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import KmSource

KM = """EC,KM,met,Organism
5.3.1.9,0.3,glucose 6-phosphate,Escherichia coli
5.3.1.9,0.4,g6p,Homo sapiens
5.3.1.9,-999,g6p,Escherichia coli
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "km.csv").write_text(KM)
    (tmp_path / "ec.csv").write_text("reaction;ec\nPGI;5.3.1.9\n")
    (tmp_path / "names.csv").write_text("name,metabolite\nGlucose 6-phosphate,g6p\n")
    return KmSource(
        tmp_path / "km.csv",
        unit="mM",
        skip_unreadable=True,
        ec_pairs=tmp_path / "ec.csv",
        synonyms=tmp_path / "names.csv",
        organism=("Escherichia coli",),
    )


def test_the_match_is_that_of_the_measurements_that_count(source, network):
    match = source.match(network)
    assert match.matched[["row", "km", "km_molar"]].values.tolist() == [
        [0, "km_substrate_PGI", 0.3e-3]
    ]
    assert match.skipped["why"].to_dict() == {
        2: "value '-999' is a mark for 'no value'",
        1: "organism is Homo sapiens",
    }


def test_files_and_conditions_identify_a_source(source):
    assert set(source.files) == {"measured_km", "ec_pairs", "synonyms"}
    assert set(KmSource(source.file).files) == {"measured_km"}
    assert source.conditions["organism"] == ("Escherichia coli",)
    assert "file" not in source.conditions


def test_without_skipping_bad_rows_are_refused(source, network):
    with pytest.raises(InputError, match="row 2: value '-999'"):
        KmSource(source.file, unit="mM", ec_pairs=source.ec_pairs).match(network)
