"""``overlap``: tables, figures and a record that say what the functions say."""

import json

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.kinetic_data import (
    km_ranges,
    match_km,
    overlap_scores,
    read_measured_km,
)

MEASURED = """ec,KM,metabolite,source
5.3.1.1,0.5,dhap,a
5.3.1.1,2.0,dhap,b
5.3.1.9,0.3,g6p,c
9.9.9.9,0.3,g6p,nobody
2.2.1.1,0.1,e4p,d
2.2.1.1,0.2,g3p,d
"""
PAIRS = """bigg_reaction,eccodes
TPI,5.3.1.1
PGI,5.3.1.9
TKT1,2.2.1.1
TKT2,2.2.1.1
"""
FLAGS = ("--km-unit", "mM")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two populations and the tables beside them."""
    folder = tmp_path_factory.mktemp("overlap")
    network, states = sr.examples.e_coli_core()
    for name, seed in (("one.h5", 1), ("other.h5", 2)):
        sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=20))
        sampler.sample(network, states[97], only_stable=False, seed=seed).save(folder / name)
    (folder / "km.csv").write_text(MEASURED)
    (folder / "pairs.csv").write_text(PAIRS)
    return folder


@pytest.fixture
def run(files, invoke, tmp_path):
    def call(*flags, output="out"):
        return invoke(
            "overlap",
            files / "one.h5",
            "--measured-km",
            files / "km.csv",
            "-m",
            "e_coli_core",
            "--partition",
            "-0.2",
            "-o",
            tmp_path / output,
            *flags,
        )

    return call


@pytest.mark.slow
def test_the_tables_hold_what_the_functions_return(run, files, tmp_path):
    result = run(*FLAGS, "--ec-pairs", files / "pairs.csv")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "out" / "overlap.csv", index_col="km")
    network = sr.examples.e_coli_core()[0]
    frame = pd.read_csv(files / "km.csv").rename(columns={"KM": "value"})
    pairs = pd.read_csv(files / "pairs.csv").set_axis(["reaction", "ec"], axis=1)
    match = match_km(read_measured_km(frame, unit="mM"), network, ec_of=pairs)
    one = sr.ParameterPopulation.load(files / "one.h5")
    scores = overlap_scores(one, km_ranges(match.accepting()))
    assert table.index.tolist() == scores.index.tolist()
    np.testing.assert_allclose(table["overlap"], scores["overlap"])
    np.testing.assert_allclose(table["observed_low"], scores["observed_low"])
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["results"]["matched"] == 4
    assert record["results"]["ambiguous"] == 1
    assert record["results"]["scored_km"] == len(table) == 5
    np.testing.assert_allclose(record["results"]["mean_after"], scores["overlap"].mean())
    assert record["units"] == one.units.to_dict()
    assert set(record["inputs"]) == {"model", "states", "population", "measured_km", "ec_pairs"}
    assert {"prior", "same_width", "only_narrower", "coverage", "crps", "region"} <= set(table)
    assert (table["region"] > 0).any()
    assert "whole valid region" in result.output
    assert "prior, as narrow as the population" in result.output
    unmatched = pd.read_csv(tmp_path / "out" / "unmatched.csv")
    assert unmatched["why"].tolist() == ["EC 9.9.9.9 is paired with no reaction"]
    assert "EC 9.9.9.9 is paired with no reaction" in result.output
    for name in ("overlap.png", "subsystems.png"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\x89PNG")


def test_two_populations_are_compared_constant_by_constant(run, files, tmp_path):
    pairs = ("--ec-pairs", files / "pairs.csv")
    result = run(*FLAGS, *pairs, "--before", files / "other.h5")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "out" / "overlap.csv")
    np.testing.assert_allclose(table["change"], table["after"] - table["before"])
    better, worse = (table["change"] > 0).sum(), (table["change"] < 0).sum()
    assert f"{better} Km overlap more than before, {worse} less." in result.output
    grouped = pd.read_csv(tmp_path / "out" / "subsystems.csv", index_col="subsystem")
    inside = table["reaction"].isin(["TPI", "PGI"])
    np.testing.assert_allclose(
        grouped.loc["Glycolysis/Gluconeogenesis", "after"], table.loc[inside, "after"].mean()
    )


@pytest.mark.slow
def test_without_states_the_prior_stands_beside_and_how_to_have_the_rest_is_said(
    files, invoke, tmp_path
):
    model = tmp_path / "mine.yml"
    sr.write_skimpy_yaml(sr.examples.e_coli_core()[0], model)
    flags = ("--measured-km", files / "km.csv", *FLAGS, "--ec-pairs", files / "pairs.csv")
    arguments = ("overlap", files / "one.h5", "-m", model, *flags)
    result = invoke(*arguments, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Give --states FILE, to have the scores of the whole valid region" in result.output
    wide = pd.read_csv(tmp_path / "out" / "overlap.csv")
    assert "region" not in wide
    narrow = invoke(*arguments, "-o", tmp_path / "b", "--km-min", "1e-6", "--km-max", "0.1")
    assert narrow.exit_code == 0, narrow.output
    assert (pd.read_csv(tmp_path / "b" / "overlap.csv")["prior"] > wide["prior"]).all()


def test_ambiguous_measurements_are_left_out_only_when_asked(run, files, tmp_path):
    result = run(*FLAGS, "--ec-pairs", files / "pairs.csv", "--strict")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "out" / "overlap.csv")
    assert len(table) == 3
    assert len(pd.read_csv(tmp_path / "out" / "ambiguous.csv")) == 2
    assert "left out" in result.output


@pytest.mark.slow
def test_the_folder_takes_the_same_run_again_and_no_other(run, files):
    pairs = ("--ec-pairs", files / "pairs.csv")
    assert run(*FLAGS, *pairs).exit_code == 0
    assert run(*FLAGS, *pairs).exit_code == 0
    other = run(*FLAGS, *pairs, "--share", "0.9")
    assert other.exit_code == 2
    assert "share" in other.output


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ((), "unit"),
        ((*FLAGS, "--column", "KM"), "YOURS=EXPECTED"),
        ((*FLAGS, "--column", "metabolite=what"), "lacks the column metabolite"),
        (("--km-unit", "mm"), "none of M, mM, uM, nM"),
        (FLAGS, "no pairing of EC numbers"),
        ((*FLAGS, "--ec-pairs", "nowhere.csv"), "nowhere.csv"),
        ((*FLAGS, "--km-width", "1.5"), "below 1"),
    ],
)
def test_mistakes_are_one_message_and_exit_code_2(run, flags, message):
    result = run(*flags)
    assert result.exit_code == 2
    assert message in result.output
    assert result.output.startswith("Error: ")


def test_measurements_can_stand_in_the_run_file(files, invoke, tmp_path):
    (tmp_path / "run.toml").write_text(
        f"""
        [model]
        file = "e_coli_core"
        [data]
        measured_km = "{files / "km.csv"}"
        km_unit = "mM"
        ec_pairs = "{files / "pairs.csv"}"
        [criterion]
        partition = -0.2
        [run]
        output = "out"
        """
    )
    result = invoke("overlap", files / "one.h5", "-c", tmp_path / "run.toml")
    assert result.exit_code == 0, result.output
    again = invoke("overlap", files / "one.h5", "-c", tmp_path / "out" / "resolved.toml")
    assert again.exit_code == 0, again.output
    unnamed = invoke("overlap", files / "one.h5", "-m", "e_coli_core", "-o", tmp_path / "x")
    assert unnamed.exit_code == 2
    assert "--measured-km" in unnamed.output


def test_sets_without_units_are_refused_until_units_are_stated(files, invoke, tmp_path):
    one = sr.ParameterPopulation.load(files / "one.h5")
    bare = sr.ParameterPopulation(one.names, one.values)
    bare.save(tmp_path / "bare.h5")
    arguments = ("overlap", tmp_path / "bare.h5", "--measured-km", files / "km.csv", *FLAGS)
    arguments += ("-m", "e_coli_core", "--ec-pairs", files / "pairs.csv", "-o", tmp_path / "out")
    arguments += ("--partition", "-0.2")
    refused = invoke(*arguments)
    assert refused.exit_code == 2
    assert "does not state the units" in refused.output
    assert not (tmp_path / "out").exists()
    stated = ("--concentration-scaling", "1e6", "--density", "1200", "--gdw-gww-ratio", "0.3")
    assert invoke(*arguments, *stated).exit_code == 0


RAW = """EC,KM,metabolite,Organism
5.3.1.1,>10,dhap,Escherichia coli
5.3.1.9,0.1-0.3,g6p,Escherichia coli
5.3.1.9,-999,g6p,Escherichia coli
5.3.1.9,2,g6p,Homo sapiens
"""


def test_a_raw_table_is_refused_row_by_row_and_used_where_bad_rows_are_skipped(
    files, invoke, tmp_path
):
    (tmp_path / "raw.csv").write_text(RAW)
    arguments = ("overlap", files / "one.h5", "-m", "e_coli_core", "-o", tmp_path / "out")
    arguments += ("--measured-km", tmp_path / "raw.csv", "--km-unit", "mM")
    arguments += ("--ec-pairs", files / "pairs.csv", "--partition", "-0.2")
    refused = invoke(*arguments)
    assert refused.exit_code == 2
    assert "row 2: value '-999' is a mark for 'no value'" in refused.output
    assert "--skip-unreadable" in refused.output
    done = invoke(*arguments, "--skip-unreadable", "--km-organism", "Escherichia coli")
    assert done.exit_code == 0, done.output
    assert "row 2 (-999): value '-999' is a mark for 'no value'" in done.output
    assert "row 3 (2.0): organism is Homo sapiens" in done.output
    skipped = pd.read_csv(tmp_path / "out" / "skipped.csv")
    assert skipped["row"].tolist() == [2, 3]
    table = pd.read_csv(tmp_path / "out" / "overlap.csv", index_col="km")
    ends = table[["observed_low", "observed_high"]]
    np.testing.assert_allclose(ends.loc["km_substrate_TPI"], [10e-3, np.inf])
    np.testing.assert_allclose(ends.loc["km_substrate_PGI"], [0.1e-3, 0.3e-3])


def test_the_rule_of_a_range_is_chosen_by_name(run, files, tmp_path):
    pairs = ("--ec-pairs", files / "pairs.csv")
    ends = {}
    for rule in ("covering", "around_mean"):
        result = run(*FLAGS, *pairs, "--km-rule", rule, output=rule)
        assert result.exit_code == 0, result.output
        table = pd.read_csv(tmp_path / rule / "overlap.csv", index_col="km")
        ends[rule] = table.loc["km_substrate_TPI", ["observed_low", "observed_high"]]
    np.testing.assert_allclose(ends["covering"].astype(float), [0.4e-3, 2.4e-3])
    np.testing.assert_allclose(ends["around_mean"].astype(float), [0.8e-3, 1.2e-3])
