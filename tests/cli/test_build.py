"""``build``: from a constraint-based model to a kinetic one from which training goes on."""

import json

import numpy as np
import pandas as pd
import pytest
import tomllib

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.fast_states import Demand, state_speeds, what_speed_depends_on
from skimpy_renaissance.cli.kinds import NAMED, NAMED_NUMBERS, NAMED_RANGES, RANGE
from skimpy_renaissance.design.value_of_information import variance_explained
from skimpy_renaissance.priors import KmSpace
from skimpy_renaissance.sampling.log_uniform import log_uniform
from skimpy_renaissance.steady_states import load_steady_states

CONDITION = ("--model", "textbook", "--growth", 0.6, "--uptake", "EX_glc__D_e=-9:-8")
RANGE_OF_KM = (np.log(1e-6), np.log(0.1))
QUICK = ("--no-estimate", "--number", 3, "--judged", 4)


@pytest.fixture(scope="module")
def built(tmp_path_factory, invoke):
    pytest.importorskip("equilibrator_api", reason="the extra 'thermo' is not installed")
    folder = tmp_path_factory.mktemp("build") / "my_model"
    done = invoke("build", *CONDITION, "--number", 80, "--judged", 40, "-o", folder)
    assert done.exit_code == 0, done.output
    return folder, done.output


@pytest.mark.slow
def test_textbook_becomes_a_model_with_states_at_which_blind_models_are_valid(
    built, require_units, commands_of
):
    folder, said = built
    network = sr.read_skimpy_yaml(folder / "model.yaml")
    laws = pd.read_csv(folder / "laws.csv", index_col="reaction")
    assert list(laws.index) == list(network.reaction_names)
    energies = pd.read_csv(folder / "energies.csv", index_col="reaction")
    assert set(energies.index) == set(network.reversible_reactions)
    states = pd.read_csv(folder / "states.csv", index_col="state")
    assert len(states) == 80
    assert states["valid"].iloc[0] > 4
    assert f"State {states.index[0]}: {states['valid'].iloc[0]} of 40 models drawn" in said
    measure = pd.read_csv(folder / "measure.csv")
    assert measure["explained"].is_monotonic_decreasing
    page = (folder / "report.html").read_text()
    for heading in ("What was assumed", "What is uncertain", "What to measure"):
        assert heading in page
    assert "no ensemble of valid models has been drawn yet" in page
    require_units(folder / "report.html")
    assert commands_of(folder / "report.html") == ["train", "report", "generate", "check"]


@pytest.mark.slow
def test_training_goes_on_from_its_run_file_and_check_finds_no_problem(built, invoke, tmp_path):
    folder, said = built
    assert f"train --config {folder / 'run.toml'}" in said
    settings = tomllib.loads((folder / "run.toml").read_text())
    assert (settings["model"]["file"], settings["criterion"]["partition"]) == ("model.yaml", -3.0)
    checked = invoke("check", "--config", folder / "run.toml", "--draws", 20)
    assert checked.exit_code == 0, checked.output
    assert "optimizer" not in settings["training"]
    few = ("--generations", 2, "--n-candidates", 3, "--models-per-candidate", 20)
    trained = invoke("train", "--config", folder / "run.toml", *few)
    assert trained.exit_code == 0, trained.output
    assert len(sr.load_generator(folder / "training").generate(5, seed=0)) == 5


@pytest.mark.slow
def test_the_bundled_model_has_the_same_laws(built):
    laws = pd.read_csv(built[0] / "laws.csv", index_col="reaction")["law"]
    network, _ = sr.examples.e_coli_core()
    bundled = {r.name: r.mechanism.class_name for r in network.reactions if r.name in laws.index}
    assert len(bundled) >= 30
    assert laws[list(bundled)].to_dict() == bundled


@pytest.mark.slow
def test_a_law_that_is_edited_and_a_stated_energy_hold(invoke, tmp_path):
    energies = "reaction,k_eq,error\nPGI,0.4,0.1\nENO,5,0\nRPI,0.5,0.1\n"
    (tmp_path / "energies.csv").write_text(energies)
    (tmp_path / "laws.csv").write_text("reaction,law\nRPI,IrrevMichaelisMenten\n")
    files = ("--energies", tmp_path / "energies.csv", "--laws", tmp_path / "laws.csv")
    done = invoke("build", *CONDITION, *QUICK, *files, "-o", tmp_path / "a")
    assert done.exit_code in (0, 1), done.output
    network = sr.read_skimpy_yaml(tmp_path / "a" / "model.yaml")
    assert set(network.reversible_reactions) == {"PGI", "ENO"}
    assert "have no energy and are written as irreversible" in done.output
    state = load_steady_states(tmp_path / "a" / "states.npz", network)[0]
    assert state.equilibrium_constants["ENO"] == pytest.approx(5)
    run = tomllib.loads((tmp_path / "a" / "run.toml").read_text())
    speeds = pd.read_csv(tmp_path / "a" / "states.csv")
    assert (run["training"].get("optimizer") == "gradient") == (speeds["valid"].sum() == 0)
    assert speeds["lambda_max_fastest"].notna().all() == (speeds["valid"].sum() == 0)
    record = json.loads((tmp_path / "a" / "run.json").read_text())
    assert record["results"]["no_energy"] == len(pd.read_csv(tmp_path / "a" / "no_energy.csv"))
    again = invoke("build", *CONDITION, *QUICK, *files, "--seed", 1, "-o", tmp_path / "a")
    assert again.exit_code == 2
    assert "seed in [run]" in again.output


REFUSED = {
    "no model": (["--growth", 0.6], "Name it with --model FILE"),
    "unknown name": (["--model", "texbook"], "textbook"),
    "no such file": (["--model", "nowhere.xml"], "nowhere.xml"),
    "bounds that exclude one another": (
        ["--model", "textbook", "--growth", 5, "--uptake", "EX_glc__D_e=-1"],
        "These exclude one another",
    ),
    "unknown exchange": (["--model", "textbook", "--uptake", "EX_glc_e=-9:-8"], "EX_glc__D_e"),
    "a range upside down": (
        ["--model", "textbook", "--uptake", "EX_glc__D_e=-8:-9"],
        "--uptake must be names with a number or a range",
    ),
    "a name twice": (
        ["--model", "textbook", "--uptake", "EX_o2_e=-9", "--uptake", "EX_o2_e=-8"],
        "--uptake names EX_o2_e twice",
    ),
    "growth that is no number": (["--model", "textbook", "--growth", "fast"], "--growth must be"),
    "an unknown reaction": (["--model", "textbook", "--reactions", "PGI,PFKK"], "PFK"),
    "fluxes that are not balanced": (
        ["--model", "textbook", "--fluxes", "fluxes.csv"],
        "Fluxes must balance every metabolite",
    ),
    "fluxes and bounds": (
        ["--model", "textbook", "--fluxes", "fluxes.csv", "--growth", 0.6],
        "not both",
    ),
    "a law that does not exist": (
        ["--model", "textbook", "--growth", 0.6, "--laws", "laws.csv"],
        "Hills",
    ),
    "an energy below zero": (
        ["--model", "textbook", "--growth", 0.6, "--energies", "energies.csv"],
        "k_eq",
    ),
    "concentrations upside down": (
        ["--model", "textbook", "--growth", 0.6, "--concentrations", "concentrations.csv"],
        "atp_c",
    ),
    "no states": (["--model", "textbook", "--growth", 0.6, "--number", 0], "number"),
    "a potential of no compartment": (
        [*CONDITION, "--potential", "x=-150", "--estimate", "--number", 3],
        "There is no compartment, of which potential is stated, 'x'",
    ),
    "contradicting energies": (
        [*CONDITION, "--energies", "steep.csv"],
        "These exclude one another, and each is needed for that",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_built_is_told_in_terms_of_flags(case, invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fluxes.csv").write_text("reaction,flux\nPGI,4.5\n")
    (tmp_path / "laws.csv").write_text("reaction,law\nPGI,Hills\n")
    (tmp_path / "energies.csv").write_text("reaction,k_eq\nPGI,-0.4\n")
    (tmp_path / "steep.csv").write_text("reaction,ln_k\nPGI,-40\nENO,1\n")
    (tmp_path / "concentrations.csv").write_text(
        "metabolite,lower_mol_per_L,upper_mol_per_L\natp_c,1e-3,1e-4\n"
    )
    given, expected = REFUSED[case]
    done = invoke("build", *given, *(() if "--number" in given else QUICK), "-o", tmp_path / "out")
    assert done.exit_code == 2, done.output
    assert expected in " ".join(done.output.split())
    assert not (tmp_path / "out" / "model.yaml").exists()


def test_ranges_and_pairs_mean_the_same_as_text_and_in_toml():
    text = NAMED_RANGES.read("EX_glc__D_e=-9:-8, EX_o2_e=-15")
    assert text == NAMED_RANGES.read({"EX_glc__D_e": [-9, -8], "EX_o2_e": -15})
    assert text == NAMED_RANGES.read(["EX_glc__D_e=-9:-8", "EX_o2_e=-15"])
    assert NAMED_NUMBERS.read("c=7.5,e=7") == NAMED_NUMBERS.read({"c": 7.5, "e": 7})
    assert NAMED.read("q8=kegg:C00399") == ("q8=kegg:C00399",)
    assert RANGE.read(0.6) == "0.6"
    for kind, wrong in ((NAMED_RANGES, "EX_o2_e"), (NAMED_NUMBERS, "c=warm"), (RANGE, "2:1")):
        with pytest.raises(ValueError, match=r"^"):
            kind.read(wrong)


@pytest.mark.slow
def test_the_share_of_valid_models_is_that_of_lambda_max_below_five_times_growth():
    network, states = sr.examples.e_coli_core()
    some = states.select(states.names[:3])
    speeds = state_speeds(network, some, Demand(None, None, 1.0, (1e-6, 0.1)), n=40)
    kinetics = sr.compile(network)
    for name, row in speeds.iterrows():
        bound = kinetics.at(some[name])
        space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=RANGE_OF_KM)
        slowest = bound.lambda_max(log_uniform(space, 40, seed=0)).numpy()
        growth = some[name].fluxes["Biomass_Ecoli_core"] / some.units.flux_factor
        assert row["partition"] == pytest.approx(-5 * growth, rel=1e-5)
        assert row["valid"] == (slowest < row["partition"]).sum()
    assert speeds["valid"].is_monotonic_decreasing
    with pytest.raises(sr.errors.InputError, match="at least 80 independent"):
        what_speed_depends_on(network, some, speeds)


def test_a_quantity_explains_what_it_decides_and_noise_no_more_than_chance():
    rng = np.random.default_rng(0)
    known = pd.DataFrame(rng.normal(size=(400, 4)), columns=list("abcd"))
    outcome = (known["a"] > 0).to_numpy(dtype=float) + 0.2 * rng.normal(size=400)
    told = variance_explained(known, outcome).set_index("constant")
    share = 0.25 / (0.25 + 0.04)  # of a coin in a coin with noise
    assert told.loc["a", "explained"] == pytest.approx(share, abs=0.1)
    assert (told["explained"].drop("a") < told["explained_by_chance"].drop("a")).all()
