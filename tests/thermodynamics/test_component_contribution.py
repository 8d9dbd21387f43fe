"""Component contribution: textbook energies, transports in closed form, what has no energy.

Needs the extra ``thermo`` and its data, which are read once.
"""

import sys

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError, MissingExtraError
from skimpy_renaissance.thermodynamics import component_contribution, energies_from_equilibrator

RT = 8.314462618e-3 * 298.15
ZONES = {"ph": {"c": 7.5, "e": 7.0}, "potential": {"c": -150.0}}
FARADAY = 96.485  # kJ/mol/V


def test_a_missing_extra_is_named(monkeypatch):
    cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")
    monkeypatch.setitem(sys.modules, "equilibrator_cache_data", None)
    unread = component_contribution._component_contribution.__wrapped__
    monkeypatch.setattr(component_contribution, "_component_contribution", unread)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[thermo\]'"):
        energies_from_equilibrator(cobra.io.load_model("textbook"), ph=7.0)


def test_what_is_no_model_is_refused():
    with pytest.raises(InputError, match=r"those of a COBRApy model's reactions, got str"):
        energies_from_equilibrator("textbook", ph=7.0)


@pytest.fixture(scope="module")
def textbook():
    pytest.importorskip("equilibrator_cache_data", reason="the extra 'thermo' is not installed")
    cobra = pytest.importorskip("cobra", reason="COBRApy is not installed")
    return cobra.io.load_model("textbook")


@pytest.fixture(scope="module")
def energies(textbook):
    return energies_from_equilibrator(textbook, **ZONES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reaction", "energy", "error"),
    [
        ("PGI", 2.6, 0.4),
        ("PFK", -17.8, 0.7),
        ("SUCOAS", -1.2, 1.3),
        ("GAPD", 1.2, 0.4),
        ("PTAr", 8.7, 0.6),
    ],
)
def test_textbook_energies(energies, reaction, energy, error):
    """eQuilibrator's own answers at pH 7.5, ionic strength 0.25 mol/L, pMg 3."""
    row = energies.table.loc[reaction]
    assert row["dG0"] == pytest.approx(energy, abs=0.051)
    assert row["dG0_error"] == pytest.approx(error, abs=0.051)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reaction", "protons", "charge"),
    [
        ("O2t", 0, 0),
        ("D_LACt2", 1, 0),  # with lactate
        ("FORti", 0, 1),  # formate leaves, as though a charge of +1 entered
        ("SUCCt2_2", 2, 0),  # with succinate
        ("FUMt2_2", 2, 0),
    ],
)
def test_a_transport_costs_its_protons_and_its_charge(energies, reaction, protons, charge):
    """A proton that enters from pH 7.0 to 7.5 gains RT ln 10 / 2, a charge F x 150 mV."""
    closed = -protons * RT * np.log(10) * 0.5 - charge * FARADAY * 0.150
    found = energies.table.loc[reaction]
    assert found["dG0"] == pytest.approx(closed, abs=0.05)  # dissociation at either pH
    assert found["dG0_error"] == 0.0


@pytest.mark.slow
def test_atp_synthase_is_hydrolysis_and_four_protons(energies):
    """They are taken up outside, and three of them arrive: the fourth is bound in ATP."""
    hydrolysis = energies.table.loc["ATPM", "dG0"]
    driven = 4 * (RT * np.log(10) * 0.5 + FARADAY * 0.150)
    found = energies.table.loc["ATPS4r", "dG0"]
    assert found == pytest.approx(-hydrolysis - driven, abs=0.1)


@pytest.mark.slow
def test_compartments_agree_with_equilibrators_own_method(energies):
    """Its sum of two half reactions, at one ionic strength: for NADH16, THD2 and GLCpts."""
    from equilibrator_api import Q_  # noqa: PLC0415

    contribution = component_contribution._component_contribution()
    contribution.p_h, contribution.p_mg = Q_(7.5), Q_(3.0)
    contribution.ionic_strength = Q_("0.25 M")
    kegg = {"nad": "C00003", "nadh": "C00004", "nadp": "C00006", "nadph": "C00005", "h": "C00080"}
    inner = f"kegg:{kegg['nadp']} + kegg:{kegg['nadh']} = kegg:{kegg['nadph']} + kegg:{kegg['nad']}"
    inside = contribution.parse_reaction_formula(inner)
    outside = contribution.parse_reaction_formula(f"2 kegg:{kegg['h']} = ")
    inside.add_stoichiometry(contribution.ccache.proton, 2)
    theirs = contribution.multicompartmental_standard_dg_prime(
        inside,
        outside,
        e_potential_difference=Q_("-0.150 V"),
        p_h_outer=Q_(7.0),
        ionic_strength_outer=Q_("0.25 M"),
        p_mg_outer=Q_(3.0),
    )
    found = energies.table.loc["THD2"]
    assert found["dG0"] == pytest.approx(theirs.value.m_as("kJ/mol"), abs=1e-3)
    assert found["dG0_error"] == pytest.approx(theirs.error.m_as("kJ/mol"), abs=1e-3)


@pytest.mark.slow
def test_a_proton_keeps_its_energy_between_ionic_strengths(textbook):
    """Glucose has no charge: what it costs to move does not depend on the ions there."""
    moved = energies_from_equilibrator(
        textbook, ph=7.0, ionic_strength={"c": 0.25, "e": 0.02}, reactions=["ETOHt2r", "O2t"]
    )
    assert moved.missing.loc["ETOHt2r", "reason"] == (
        "it moves a charge of +1 into compartment c, and no potential is stated"
    )
    stated = energies_from_equilibrator(
        textbook,
        ph=7.0,
        ionic_strength={"c": 0.25, "e": 0.02},
        potential={},
        reactions=["GLCpts", "PGI"],
    )
    same = energies_from_equilibrator(textbook, ph=7.0, potential={}, reactions=["GLCpts"])
    expected = same.table.loc["GLCpts", "dG0"]  # but for what of glucose is dissociated
    assert stated.table.loc["GLCpts", "dG0"] == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
def test_errors_are_joint(energies):
    """PFK and FBP together are the hydrolysis of ATP, which is known better than either."""
    names = ["PFK", "FBP", "ATPM"]
    part = energies.only(names)
    np.testing.assert_allclose(part.log_k[:2].sum(), part.log_k[2], atol=1e-9)
    sums = np.array([1.0, 1.0, -1.0])
    assert sums @ part.covariance @ sums == pytest.approx(0.0, abs=1e-9)
    assert part.error[2] < part.error[0]


@pytest.mark.slow
def test_what_was_matched_and_what_has_no_energy_is_a_table(energies):
    assert set(energies.matches["how"]) == {"BiGG"}
    assert energies.matches.loc["atp_c"].tolist() == ["metanetx.chemical:MNXM3", "BiGG", "atp"]
    assert energies.missing.index.tolist() == ["Biomass_Ecoli_core"]
    assert energies.missing["reason"].iloc[0].startswith("not balanced: -42.5555 C")
    assert energies.protons == {"h_c": 7.5, "h_e": 7.0}
    assert "h2o_c" not in energies.stoichiometry["ENO"]
    assert "none for 1: Biomass_Ecoli_core" in str(energies)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("annotation", "how"),
    [
        ({"kegg.compound": ["C00031", "C00267"]}, "KEGG"),
        ({"metanetx.chemical": "MNXM41"}, "MetaNetX"),
        ({"chebi": [["is", "4167"]]}, "ChEBI"),
        ({"chebi": "CHEBI:4167"}, "ChEBI"),
        ({"seed.compound": "cpd00027"}, "SEED"),
        ({"inchi_key": "WQZGKKKJIJFFOK-GASJEMHNSA-N"}, "InChIKey"),
        ({"bigg.metabolite": "http://identifiers.org/bigg.metabolite/glc__D"}, "BiGG"),
        ({}, "BiGG, by its name"),
    ],
)
def test_every_kind_of_annotation_finds_glucose(textbook, annotation, how):
    model = textbook.copy()
    model.metabolites.glc__D_e.annotation = annotation
    found = energies_from_equilibrator(model, **ZONES, reactions=["GLCpts"])
    assert found.matches.loc["glc__D_e", "how"] == how
    assert found.table.loc["GLCpts", "dG0"] == pytest.approx(-45.4, abs=0.1)


@pytest.mark.slow
def test_a_metabolite_without_a_compound_is_a_reason(textbook):
    model = textbook.copy()
    for metabolite, annotation in (("g6p_c", {"kegg.compound": "C00031"}), ("f6p_c", {})):
        model.metabolites.get_by_id(metabolite).annotation = annotation
        model.metabolites.get_by_id(metabolite).id = metabolite.replace("6p", "xx")
    found = energies_from_equilibrator(model, **ZONES, reactions=["PGI", "PFK", "TPI"])
    assert found.reactions == ("TPI",)
    assert found.missing.loc["PGI", "reason"] == (
        "gxx_c: of another formula than C6H11O9P: KEGG C00031 is C6H12O6"
    )
    assert found.missing.loc["PFK", "reason"] == "fxx_c: no annotation that is known"


@pytest.mark.slow
def test_a_compound_may_be_stated(textbook, energies):
    """Ubiquinone-8 is told from groups, and 50 kJ/mol off; ubiquinone-2 was measured."""
    stated = energies_from_equilibrator(
        textbook,
        **ZONES,
        reactions=["SUCDi"],
        compounds={"q8": "kegg:C00399", "q8h2_c": "kegg:C00390"},
    )
    assert stated.table.loc["SUCDi", "dG0"] == pytest.approx(-24.1, abs=0.3)
    assert energies.table.loc["SUCDi", "dG0"] == pytest.approx(-73.6, abs=0.3)
    assert stated.matches.loc["q8_c"].tolist()[1:] == ["as stated", "kegg:C00399"]
    with pytest.raises(MissingEntryError, match=r"compound of 'q8_c' must be .* got 'kegg:C9'"):
        energies_from_equilibrator(textbook, **ZONES, compounds={"q8": "kegg:C9"})
    with pytest.raises(MissingEntryError, match="no metabolite of these reactions 'q9'"):
        energies_from_equilibrator(textbook, **ZONES, compounds={"q9": "kegg:C00399"})


@pytest.mark.slow
def test_nothing_is_downloaded(textbook, monkeypatch):
    """A compound that only the full database has counts as not found."""
    cache = component_contribution._component_contribution().ccache

    def refuse(*_):
        raise AssertionError("it would download the full database")

    monkeypatch.setattr(type(cache), "_escalate", refuse)
    outside = next(a for a in ("C20351", "C21386", "C22285") if a in cache._index)
    model = textbook.copy()
    model.metabolites.g6p_c.annotation = {"kegg.compound": outside, "hmdb": outside}
    model.metabolites.g6p_c.id = "nothing_c"
    found = energies_from_equilibrator(model, **ZONES, reactions=["PGI"])
    assert found.missing.index.tolist() == ["PGI"]


@pytest.mark.slow
def test_what_cannot_be_is_refused(textbook):
    with pytest.raises(MissingEntryError, match=r"ph needs a value .* none for e"):
        energies_from_equilibrator(textbook, ph={"c": 7.5})
    with pytest.raises(MissingEntryError, match="no reaction of the model 'PGJ'"):
        energies_from_equilibrator(textbook, ph=7.5, reactions=["PGJ"])
