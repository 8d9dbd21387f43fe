"""``check``: what it says about good and bad models, and the exit codes."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

import skimpy_renaissance as sr
from skimpy_renaissance.steady_states import turnover_times, write_steady_state

DATA = Path(sr.examples.__file__).parent / "data"
TABLE = DATA / "e_coli_core_states.csv.gz"
UNITS = ("--concentration-scaling", "1e6", "--density", "1200", "--gdw-gww-ratio", "0.3")


@pytest.fixture
def model(tmp_path) -> Path:
    return Path(shutil.copy(DATA / "e_coli_core.yaml", tmp_path / "model.yml"))


@pytest.fixture
def state_file(tmp_path) -> Path:
    _, states = sr.examples.e_coli_core()
    write_steady_state(states[97], tmp_path / "state.json")
    return tmp_path / "state.json"


@pytest.mark.slow
def test_the_bundled_model_is_described_and_has_no_problems(invoke):
    result = invoke("check", "-m", "e_coli_core", "--draws", 40, "--partition", "-3.07")
    assert result.exit_code == 0, result.output
    text = re.sub(r"\s+", " ", result.output)
    for words in (
        "reactions 44, 42 with an equilibrium constant",
        "metabolites 44 balanced, 39 of them independent",
        "boundaries 8 held constant: h_c",
        "compartments c, e",
        "19 H1GeneralizedReversibleHill, 15 ReversibleMichaelisMenten",
        "conserved pools 5 adp_c + atp_c",
        "unknown Km 159 of 159",
        "fixed values 4 hill_coefficient",
        "consistent 200 of 200",
        "growth 0.6145",
        "displacement PTAr",
        "slowest turnover glu__L_c 0.1, gln__L_c 0.049",
        "ln Km uniform",
        "ORACLE",
        "No problems found.",
    ):
        assert words in text, words


def test_turnover_is_amount_over_flux_through_reaction_by_reaction():
    network, states = sr.examples.e_coli_core()
    state = states[97]
    times = turnover_times(network, state)
    for i, metabolite in enumerate(network.variables):
        made = sum(
            max(0.0, n * state.fluxes[reaction.name])
            for reaction in network.reactions
            for m, n in reaction.stoichiometry.items()
            if m == metabolite
        )
        # at steady state what is made is what is used, the half of their sum
        np.testing.assert_allclose(times[i], state.concentrations[metabolite] / made, rtol=1e-9)


def test_without_states_only_the_model_is_looked_at(invoke, model):
    result = invoke("check", "--model", model)
    assert result.exit_code == 0
    assert "--states FILE adds" in result.output
    assert "ORACLE" not in result.output


@pytest.mark.slow
def test_a_json_state_states_its_own_units(invoke, model, state_file):
    result = invoke("check", "--model", model, "--states", state_file, "--draws", 5)
    assert result.exit_code == 0, result.output
    assert "consistent           1 of 1" in result.output


def test_a_misspelled_parameter_is_a_problem(invoke, model):
    text = model.read_text().replace("parameters:\n", "parameters:\n  km_substrate1_PKF: 3.0\n", 1)
    model.write_text(text)
    result = invoke("check", "--model", model)
    assert result.exit_code == 1
    assert "PROBLEM: the file gives values to km_substrate1_PKF" in result.output


def test_a_value_that_belongs_to_no_rate_law_is_mentioned(invoke, model):
    text = model.read_text().replace("parameters:\n", "parameters:\n  k1_fwd_PGK: 3.0\n", 1)
    model.write_text(text)
    result = invoke("check", "--model", model)
    assert result.exit_code == 0
    assert "with a value: k1_fwd_PGK" in re.sub(r"\s+", " ", result.output)


def test_a_state_against_thermodynamics_is_a_problem_that_names_the_reaction(
    invoke, model, state_file
):
    text = state_file.read_text()
    value = re.search(r'"k_eq": \{[^}]*"PGI": ([^,\s}]+)', text)[1]
    state_file.write_text(text.replace(f'"PGI": {value}', '"PGI": 1e-12'))
    result = invoke("check", "--model", model, "--states", state_file)
    assert result.exit_code == 1
    assert "PROBLEM: state" in result.output
    assert "PGI" in result.output
    assert "No state can be judged" in result.output


@pytest.mark.slow
def test_a_model_without_unknown_km_is_judged_as_it_is(invoke, model, state_file):
    network, states = sr.examples.e_coli_core()
    log_km = torch.full((1, 159), np.log(1e-3), dtype=torch.float64)
    text = model.read_text()
    for name in network.km_names:
        text = text.replace(f"  {name}: null\n", f"  {name}: {1e-3 * 1e6}\n")
    model.write_text(text)
    result = invoke("check", "--model", model, "--states", state_file)
    assert result.exit_code == 0, result.output
    lambda_max = sr.compile(network).at(states[97]).lambda_max(log_km)
    assert f"lambda_max {lambda_max.item():.4g} 1/h" in result.output


@pytest.mark.slow
def test_the_verdict_depends_on_the_seed_alone(invoke):
    arguments = ("check", "-m", "e_coli_core", "--draws", 20, "--seed", 4)
    assert invoke(*arguments).output == invoke(*arguments, "--threads", 1).output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "{tmp}/none.yml"), "cannot be read"),
        (("--model", "{tmp}/text.yml"), "text.yml"),
        (("--model", "{model}", "--states", "{tmp}/table.csv"), "--concentration-scaling"),
        (
            ("--model", "{model}", "--states", "{tmp}/table.csv", *UNITS),
            "Sample all variables of the TFA model",
        ),
        (("--model", "{model}", "--states", "{tmp}/text.yml"), ".csv.gz"),
        (("--model", "{model}", "--states", "{tmp}"), "cannot be read: Is a directory"),
    ],
)
def test_unusable_files_are_named_with_exit_code_2(invoke, model, tmp_path, arguments, message):
    (tmp_path / "text.yml").write_text("just text\n")
    forward = ",".join(name for name in ("", "PGI", "PGI_reverse_12345"))
    (tmp_path / "table.csv").write_text(f"{forward}\n0,1,0\n")
    filled = [str(argument).format(tmp=tmp_path, model=model) for argument in arguments]
    result = invoke("check", *filled)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_missing_column_is_named(invoke, model, tmp_path):
    table = pd.read_csv(TABLE, index_col=0, nrows=2)
    table.drop(columns="LC_atp_c").to_csv(tmp_path / "table.csv")
    result = invoke("check", "--model", model, "--states", tmp_path / "table.csv", *UNITS)
    assert result.exit_code == 2
    assert "LC_atp_c" in result.output


@pytest.mark.slow
def test_as_a_process_it_exits_with_its_code_and_says_only_that_it_loads(process):
    done = process("check", "--model", "e_coli_core", "--draws", "3")
    assert (done.returncode, done.stderr) == (0, "check: loading libraries ...\n")
    assert "Kinetic model e_coli_core" in done.stdout


def test_published_models_are_read_without_problems(invoke, shared_data):
    result = invoke("check", "--model", shared_data("varma", "kin_varma.yml"))
    assert result.exit_code == 0
    text = re.sub(r"\s+", " ", result.output)
    assert "reactions 65" in text
    assert "25 parameters of the file occur in no rate law" in text


@pytest.fixture
def idle(model, state_file) -> tuple[Path, Path]:
    """The bundled model with a second PGI that is off."""
    document = yaml.safe_load(model.read_text())
    document["reactions"]["PGI2"] = {**document["reactions"]["PGI"], "name": "PGI2"}
    model.write_text(yaml.safe_dump(document, sort_keys=False))
    state = json.loads(state_file.read_text())
    state["fluxes"]["PGI2"] = 0.0
    state["k_eq"]["PGI2"] = state["k_eq"]["PGI"]
    state_file.write_text(json.dumps(state))
    return model, state_file


@pytest.mark.slow
def test_a_flux_of_zero_is_named_with_the_way_on(invoke, idle):
    result = invoke("check", "--model", idle[0], "--states", idle[1])
    assert result.exit_code == 1
    text = re.sub(r"\s+", " ", result.output)
    assert "undefined, in PGI2; reactions that are off are left out with" in text
    assert "--drop or --drop-zero-fluxes" in text


@pytest.mark.slow
@pytest.mark.parametrize("flags", [("--drop", "PGI2"), ("--drop-zero-fluxes",)])
def test_a_reaction_that_is_off_is_left_out_on_request(invoke, idle, flags):
    result = invoke("check", "--model", idle[0], "--states", idle[1], "--draws", 3, *flags)
    assert result.exit_code == 0, result.output
    assert "consistent           1 of 1" in result.output
    said = "Left out, their flux is zero: PGI2." in result.output
    assert said == (flags == ("--drop-zero-fluxes",))


def test_a_reaction_to_drop_that_is_not_there_is_refused(invoke, idle):
    result = invoke("check", "--model", idle[0], "--states", idle[1], "--drop", "PGI3")
    assert result.exit_code == 2
    assert "no reaction of 'e_coli_core' called 'PGI3'; did you mean 'PGI'?" in result.output


@pytest.fixture
def rounded(state_file) -> Path:
    """The state's fluxes with five digits, as tables print them."""
    state = json.loads(state_file.read_text())
    state["fluxes"] = {name: float(f"{v:.4g}") for name, v in state["fluxes"].items()}
    state_file.write_text(json.dumps(state))
    return state_file


@pytest.mark.slow
def test_rounded_fluxes_pass_with_a_tolerance_or_balanced(invoke, model, rounded):
    arguments = ("check", "--model", model, "--states", rounded, "--draws", 3)
    refused = invoke(*arguments)
    assert refused.exit_code == 1
    words = re.sub(r"\s+", " ", refused.output)
    assert "not at steady state" in words
    assert "--balance-tolerance" in words
    assert invoke(*arguments, "--balance-tolerance", "0.01").exit_code == 0
    balanced = invoke(*arguments, "--balance-fluxes")
    assert balanced.exit_code == 0, balanced.output
    assert "Fluxes of 1 steady state(s) balanced, directions kept" in balanced.output


def test_a_tolerance_below_zero_is_refused(invoke, model, rounded):
    result = invoke("check", "-m", model, "--states", rounded, "--balance-tolerance", "-1")
    assert result.exit_code == 2
    assert "--balance-tolerance must be 0 or more, got -1.0" in result.output


def test_a_flux_at_equilibrium_is_a_problem_that_names_it(invoke, model, state_file):
    state = json.loads(state_file.read_text())
    network, states = sr.examples.e_coli_core()
    column = network.reaction_names.index("PGI")
    log_gamma = sr.check_consistency(network, states[97:98]).log_displacement[0, column]
    state["k_eq"]["PGI"] *= float(np.exp(log_gamma))
    state_file.write_text(json.dumps(state))
    result = invoke("check", "--model", model, "--states", state_file)
    assert result.exit_code == 1
    assert re.search(r"at\s+equilibrium,\s+where\s+nothing.*PGI \(v = ", result.output, re.S)


def test_fluxes_in_mmol_taken_for_scaled_ones_are_a_problem(invoke, model, state_file):
    state = json.loads(state_file.read_text())
    factor = sr.examples.E_COLI_CORE_UNITS.flux_factor
    state["fluxes"] = {name: v / factor for name, v in state["fluxes"].items()}
    state_file.write_text(json.dumps(state))
    result = invoke("check", "--model", model, "--states", state_file)
    assert result.exit_code == 1
    text = re.sub(r"\s+", " ", result.output)
    assert "Biomass_Ecoli_core means growth at 1.71e-06 1/h" in text
    trained = invoke("train", "-m", model, "--states", state_file, "-o", state_file.parent / "run")
    assert trained.exit_code == 2
    assert "are fluxes in the unit that is stated" in trained.output


@pytest.mark.slow
def test_micromol_and_minutes_are_stated_once(invoke, model, tmp_path):
    table = pd.read_csv(TABLE, index_col=0, nrows=1)
    fluxes = [c for c in table if not c.startswith(("LC_", "DG"))]
    table[fluxes] *= 1e3 * 0.3 / 60  # mmol/gDW/h -> umol/gWW/min
    table.to_csv(tmp_path / "table.csv")
    arguments = ("check", "-m", model, "--states", tmp_path / "table.csv", *UNITS, "--draws", 3)
    stated = invoke(*arguments, "--flux-unit", "umol/gWW/min")
    usual = invoke("check", "-m", model, "--states", TABLE, "--state", "0", *UNITS, "--draws", 3)
    growth = re.search(r"growth +(\S+) 1/h", usual.output)[1]
    assert f"growth               {growth} 1/h" in stated.output
    assert stated.output.splitlines()[-4:] == usual.output.splitlines()[-4:]


@pytest.mark.slow
def test_a_pool_that_is_not_held_constant_is_named_and_its_table_is_taken(
    invoke, model, state_file, tmp_path
):
    network = sr.read_skimpy_yaml(model)
    every = network.conserved_pools.to_table()
    every.iloc[:-1].to_csv(tmp_path / "some.csv", index=False)
    arguments = ("check", "-m", model, "--states", state_file, *UNITS, "--draws", 20)
    some = ("--conservation", tmp_path / "some.csv")
    result = invoke(*arguments, *some, "--write-pools", tmp_path / "all.csv")
    assert result.exit_code == 1, result.output
    text = re.sub(r"\s+", " ", result.output)
    assert f"{every.index[-1]} is conserved, but is none of the pools in use" in text
    assert f"give --conservation {tmp_path / 'all.csv'}" in text
    assert "--approximate-pools" not in text
    written = pd.read_csv(tmp_path / "all.csv", index_col=0)
    assert set(written.index) == set(every.index)
    settled = invoke(*arguments, "--conservation", tmp_path / "all.csv")
    assert "none of the pools in use" not in settled.output
    model_alone = invoke("check", "-m", model, *some)
    assert "is conserved, but is none" in re.sub(r"\s+", " ", model_alone.output)


def test_a_nearly_conserved_pool_is_held_constant_on_request(invoke, model, state_file, tmp_path):
    (tmp_path / "pools.csv").write_text("adp_c,atp_c\n1,1.0001\n")
    arguments = ("check", "-m", model, "--conservation", tmp_path / "pools.csv")
    refused = invoke(*arguments)
    assert refused.exit_code == 2
    assert "--approximate-pools" in refused.output
    held = invoke(*arguments, "--approximate-pools")
    assert "Warning: 1 of 1 pools are held constant although they are not conserved" in held.output


@pytest.mark.slow
def test_regulation_that_the_model_has_no_use_for_is_left_out_and_said(invoke, tmp_path):
    rows = "reaction_id;regulator;regulation\nPGI;pep_c;inhibition\nXYZ;pep_c;inhibition\n"
    (tmp_path / "regulation.csv").write_text(rows)
    arguments = ("check", "-m", "e_coli_core", "--regulation", tmp_path / "regulation.csv")
    refused = invoke(*arguments, "--draws", 1)
    assert refused.exit_code == 2
    assert "--skip-unknown" in refused.output
    done = invoke(*arguments, "--skip-unknown", "--draws", 1)
    assert "Warning: 1 of 2 regulations are left out" in done.output
    assert "XYZ pep_c" in done.output
    assert "1 InhibitionModifier" in re.sub(r"\s+", " ", done.output)


def test_a_modifier_that_skimpy_does_not_have_is_taken_from_a_file_of_formulas(
    invoke, model, tmp_path
):
    text = model.read_text()
    one = "modifiers: {}"
    assert one in text
    model.write_text(text.replace(one, "modifiers: {X: {class: Potential, ion: h_c}}", 1))
    refused = invoke("check", "-m", model)
    assert refused.exit_code == 2
    assert "--formulas FILE" in refused.output
    formulas = tmp_path / "formulas.toml"
    formulas.write_text("[modifier.Potential]\nmetabolites = ['ion']\nbackward = 'ion**0.5'\n")
    done = invoke("check", "-m", model, "--formulas", formulas)
    assert done.exit_code == 0, done.output
    assert "1 Potential" in done.output


@pytest.mark.parametrize("flag", ["-m", "--states", "--conservation", "--regulation"])
def test_a_pointer_of_git_lfs_is_told_from_a_file(flag, invoke, tmp_path):
    (tmp_path / "data.csv").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    given = (flag, tmp_path / "data.csv")
    result = invoke("check", *(given if flag == "-m" else ("-m", "e_coli_core", *given)))
    assert result.exit_code == 2
    assert "git lfs pull" in result.output


@pytest.mark.slow
def test_check_leads_to_a_partition(invoke, model, state_file):
    arguments = ("check", "--model", model, "--states", state_file, "--draws", 2)
    bare = re.sub(r"\s+", " ", invoke(*arguments).output)
    assert "doubling in 67.7 min; five times faster is a partition of -3.07 1/h, with" in bare
    minutes = float(re.search(r"0\.7 % after ([\d.]+) min", bare)[1])
    assert minutes == pytest.approx(60 * 5 / 3.07, rel=0.01)
    assert "3 % of a perturbation is left after a doubling" in bare
    assert "no --partition was stated: the default is one E. coli's; state -3.07" in bare
    assert "no --partition" not in invoke(*arguments, "--partition", "-3").output
    other = invoke(*arguments, "--growth-scaling", "1e-6").output
    assert "which hardly any cell has: is it lumped" in re.sub(r"\s+", " ", other)
    named = invoke(*arguments, "--growth", "PGI", "--growth-scaling", "0.1").output
    assert "(flux of PGI), doubling in" in re.sub(r"\s+", " ", named)
    wrong = invoke(*arguments, "--growth", "PGX")
    assert wrong.exit_code == 2
    assert "did you mean 'PGM'?" in wrong.output
