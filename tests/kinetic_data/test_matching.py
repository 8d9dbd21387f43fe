"""Measurements find their constant, or it is said why not; none is lost."""

import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import km_ranges, match_km, read_measured_km


def _measured(*rows):
    frame = pd.DataFrame(rows, columns=["reaction", "ec", "metabolite"])
    return read_measured_km(frame.assign(value=1.0), unit="mM")


@pytest.mark.parametrize("name", ["3pg", "_3pg", "3pg_c", "_3pg_c", "3-Phosphoglycerate"])
def test_a_metabolite_is_found_by_any_of_its_spellings(network, name):
    synonyms = {"3-phosphoglycerate": "3pg"}
    match = match_km(_measured(("PGK", "", name)), network, metabolite_names=synonyms)
    assert network.hooks[match.matched["km"].item()] == "_3pg_c"
    assert match.matched["km_reaction"].item() == "PGK"


@pytest.mark.parametrize("name", ["glu-L", "glu__L", "glu_L_c"])
def test_dashes_and_double_underscores_do_not_matter(network, name):
    match = match_km(_measured(("GLUDy", "", name)), network)
    assert network.hooks[match.matched["km"].item()] == "glu__L_c"


def test_a_compartment_decides_between_the_sides_of_a_transporter(network):
    rows = [("ACt2r", "", "ac"), ("ACt2r", "", "ac_e")]
    match = match_km(_measured(*rows), network)
    assert match.matched["km"].tolist() == ["km_substrate_ACt2r"]
    assert match.ambiguous["km"].tolist() == ["km_substrate_ACt2r", "km_product_ACt2r"]
    assert set(match.ambiguous["why"]) == {"a reaction has several constants for the metabolite"}


def test_an_enzyme_of_two_reactions_is_ambiguous_until_accepted(network):
    rows = [("", "EC 2.2.1.1", "xu5p__D"), ("", "2.2.1.1", "e4p")]
    pairs = pd.DataFrame({"reaction": ["TKT1", "TKT2"], "ec": ["2.2.1.1", "2.2.1.1"]})
    match = match_km(_measured(*rows), network, ec_of=pairs)
    assert match.km_names == ("km_substrate2_TKT2",)
    assert match.matched["row"].tolist() == [1]
    assert match.ambiguous["km_reaction"].tolist() == ["TKT1", "TKT2"]
    assert set(match.ambiguous["why"]) == {"it fits 2 reactions"}
    every = match.accepting()
    assert every.summary().to_dict() == {
        "matched": 2,
        "ambiguous": 0,
        "unmatched": 0,
        "matched_km": 3,
        "ambiguous_km": 0,
    }
    one = match.accepting([match.ambiguous["km"][0]])
    assert (one.matched["km_reaction"] == "TKT1").sum() == 1
    assert len(one.ambiguous) == 0
    with pytest.raises(MissingEntryError, match="km_substrate_TPI"):
        match.accepting(["km_substrate_TPI"])


def test_every_measurement_without_a_constant_says_why(network):
    fixed = network.with_parameters({"km_substrate_TPI": 1.0})
    rows = [
        ("XYZ", "", "g6p"),
        ("", "9.9.9.9", "g6p"),
        ("", "1.2.3.4", "g6p"),
        ("", "", "g6p"),
        ("PGI", "", ""),
        ("PGI", "", "atp"),
        ("PGI", "", "g6p_e"),
        ("TPI", "", "dhap"),
    ]
    match = match_km(_measured(*rows), fixed, ec_of={"OUTSIDE": "1.2.3.4", "PGI": ["5.3.1.9"]})
    assert match.unmatched["why"].tolist() == [
        "the network has no reaction XYZ",
        "EC 9.9.9.9 is paired with no reaction",
        "EC 1.2.3.4 is paired with OUTSIDE, not in the network",
        "neither reaction nor EC number is given",
        "no metabolite is given",
        "PGI has no Michaelis constant for atp",
        "PGI has g6p_c, in another compartment than g6p_e",
        "km_substrate_TPI has a value in the network already",
    ]
    without_pairs = match_km(_measured(("", "5.3.1.9", "g6p")), network)
    assert "ec_of" in without_pairs.unmatched["why"].item()


@pytest.mark.parametrize(
    ("name", "reaction", "metabolite"),
    [("NAD+", "MDH", "nad_c"), ("Phosphate", "GAPD", "pi_c"), ("ATP", "PGK", "atp_c")],
)
def test_common_names_of_cofactors_are_known(network, name, reaction, metabolite):
    match = match_km(_measured((reaction, "", name)), network)
    assert match.matched["km_metabolite"].tolist() == [metabolite]
    own = match_km(_measured((reaction, "", name)), network, metabolite_names={name: "h2o"})
    assert len(own.matched) == 0


def test_a_name_that_the_network_does_not_know_is_told_from_a_constant_that_it_lacks(network):
    match = match_km(_measured(("PGI", "", "glucose-6-P"), ("PGI", "", "g6pp")), network)
    why = match.unmatched["why"].tolist()
    assert why[0].startswith("the network has no metabolite glucose-6-P")
    assert why[1] == "the network has no metabolite g6pp; did you mean 'g6p'?"
    assert match_km(_measured(("PGI", "", "atp")), network).unmatched["why"].item() == (
        "PGI has no Michaelis constant for atp"
    )


def test_inhibition_constants_are_no_michaelis_constants(network):
    table = pd.DataFrame(
        [("TPI", "pep_c", "inhibition")], columns=["reaction_id", "regulator", "regulation"]
    )
    regulated = sr.add_regulation(network, table)
    assert any(m == "pep_c" for m in regulated.reaction("TPI").hooks.values())
    match = match_km(_measured(("TPI", "", "pep"), ("TPI", "", "dhap")), regulated)
    assert match.matched["km"].tolist() == ["km_substrate_TPI"]
    assert match.unmatched["metabolite"].tolist() == ["pep"]


def test_a_synonym_of_two_metabolites_and_tables_without_columns_are_refused(network):
    measured = _measured(("PGI", "", "g6p"))
    with pytest.raises(InputError, match="'sugar' stands for f6p, g6p"):
        match_km(measured, network, metabolite_names={"Sugar": "g6p", "sugar": "f6p"})
    with pytest.raises(MissingEntryError, match="lacks ec"):
        match_km(measured, network, ec_of=pd.DataFrame({"reaction": ["PGI"]}))


@pytest.mark.slow
def test_the_curated_measurements_of_yeast_find_the_yeast_models_constants(shared_data):
    """BRENDA's values for S. cerevisiae: 837 rows, of which 611 name a metabolite."""
    yeast = sr.read_skimpy_yaml(shared_data("yeast", "kinetic_model.yaml"))
    columns = {"EC": "ec", "KM": "value", "met": "metabolite"}
    curated = shared_data("yeast", "kms_in_our_model_manual_curation_.csv")
    measured = read_measured_km(curated, unit="mM", columns=columns)
    pairs = pd.read_csv(shared_data("yeast", "reaction_ec_pairing.csv")).drop(columns="reaction")
    pairs = pairs.rename(columns={"bigg_reaction": "reaction", "eccodes": "ec"})
    synonyms = {"ru5p": "ru5p__D", "xu5p": "xu5p__D"}
    match = match_km(measured, yeast, ec_of=pairs, metabolite_names=synonyms)
    assert match.summary().to_dict() == {
        "matched": 448,
        "ambiguous": 134,
        "unmatched": 255,
        "matched_km": 101,
        "ambiguous_km": 86,
    }
    assert len(measured) == 448 + 134 + 255
    assert (match.unmatched["why"] == "no metabolite is given").sum() == 226
    ranges = km_ranges(match.accepting())
    assert len(ranges) == 187

    published = pd.read_csv(shared_data("yeast", "kms_brenda_vs_model.csv"))
    stems = ranges.table["metabolite"].str.rsplit("_", n=1).str[0].str.lstrip("_")
    ours = set(zip(ranges.table["reaction"], stems, strict=True))
    theirs = set(zip(published["reaction"], published["met"], strict=True))
    assert len(theirs) == 161
    # products of reactions that the model holds irreversible have no constant
    assert theirs - ours == {
        ("D_LACDcm", "focytc"),
        ("D_LACDm", "focytc"),
        ("L_LACD2cm", "focytc"),
        ("L_LACD2cm", "pyr"),
    }
    nanomolar = sr.Units(concentration_scaling=1e9, density=1200.0, gdw_gww_ratio=0.3)
    bounded = yeast.with_bounds(ranges.bounds(nanomolar))
    assert set(ranges.km_names) <= set(bounded.bounds) & set(yeast.km_names)
