"""``design``: from a population to designs, verified and exported; wrong input told in words."""

import json
from math import inf, log

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.design_task import DesignOptions, DesignTask
from skimpy_renaissance.cli.design_section import design_section
from skimpy_renaissance.cli.design_settings import aim_of, limits_of, objective_of
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import DesignSettings
from skimpy_renaissance.design import (
    NOMAD_COUMARATE,
    AtLeast,
    DesignLimits,
    Mean,
    Worst,
    WorstShare,
)
from skimpy_renaissance.design.tree import Tree
from skimpy_renaissance.dynamics import read_designs
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.report import Picture

YIELD = ("--raise", "ACt2r", "--per", "GLCpts")
FEW = ("--enzymes", "2", "--candidates", "PDH,PGI,ATPM,PYK,PFK", "--within", "0.4", "--threads", 1)


@pytest.fixture(scope="module")
def population(tmp_path_factory):
    folder = tmp_path_factory.mktemp("population")
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=3))
    sampler.sample(network, state, seed=4).save(folder / "population.h5")
    (folder / "resolved.toml").write_text(
        f'[model]\nfile = "e_coli_core"\n\n[states]\nstate = "{state.name}"\n'
    )
    return folder / "population.h5"


@pytest.fixture(scope="module")
def done(population, invoke, tmp_path_factory):
    folder = tmp_path_factory.mktemp("designs")
    result = invoke("design", population, *YIELD, *FEW, "--verify", 2, "-o", folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.mark.slow
def test_tables_figures_record_and_words_agree(done):
    folder, output = done
    designs, gains = (pd.read_csv(folder / f"{name}.csv") for name in ("designs", "gains"))
    record = json.loads((folder / "run.json").read_text())
    assert record["status"] == "complete"
    assert set(record["inputs"]) == {"model", "states", "population"}
    found = record["results"]
    assert found["objective"] == "ln ACt2r - ln GLCpts"
    assert found["designs"] == designs["design"].nunique() > 2
    assert designs["log_gain"].max() == designs["log_gain"][0]
    assert found["best_log_gain"] == pytest.approx(designs["log_gain"][0])
    assert gains.groupby("design").size().to_list() == [3, 3]
    means = gains.groupby("design")["promised"].mean()
    np.testing.assert_allclose(means, designs.groupby("design")["log_gain"].first()[:2])
    assert (gains["own"] >= gains["promised"] - 1e-9).all()
    assert gains["kept"].all()
    works = gains.groupby("name")["works"].sum()
    assert found["works"] == works.to_dict()
    assert f"Best of {found['designs']}: {found['best']}" in " ".join(output.split())
    assert "all within 40 % of the best are listed" in " ".join(output.split())
    for name in ("gains.png", "enzymes.png", "promised_reached.png"):
        assert (folder / name).stat().st_size > 5000


@pytest.mark.slow
def test_the_reactor_grows_an_exported_strain(done, population, invoke, tmp_path):
    table = done[0] / "designs.csv"
    strain = read_designs(table)[1]
    rows = pd.read_csv(table).query("design == 1")
    assert dict(strain.fold_changes) == dict(zip(rows["enzyme"], rows["fold"], strict=True))
    flags = ("--hours", 0.2, "--inoculum", 0.05, "--threads", 1, "-n", 1)
    grown = ("reactor", population, *flags, "--strain-designs", table)
    result = invoke(*grown, "--design", 1, "-o", tmp_path / "batch")
    assert result.exit_code == 0, result.output
    assert f"the strain {strain.name}" in result.output
    record = json.loads((tmp_path / "batch" / "run.json").read_text())
    assert record["results"]["options"]["strain"] == dict(strain.fold_changes)
    assert "strain_designs" in record["inputs"]
    result = invoke(*grown, "--design", 99, "-o", tmp_path / "none")
    assert result.exit_code == 2
    assert "designs, of which 0 is the first; --design 99 is asked for" in result.output


@pytest.mark.slow
def test_a_report_has_a_section_on_the_designs(done):
    folder, output = done
    section = design_section(folder)
    text, table, *others = section.blocks
    assert section.title == "Strain designs"
    assert text.text.startswith("5 designs raise ln ACt2r - ln GLCpts in 3 models (Mean()); all")
    assert all(row[0] in output for row in table.rows)
    assert sum(isinstance(one, Picture) for one in others) == 3


@pytest.mark.slow
def test_a_folder_without_complete_designs_is_no_section(trained_once):
    with pytest.raises(FileFormatError, match="no complete designs, but the complete results of"):
        design_section(trained_once)


@pytest.mark.slow
def test_ctrl_c_keeps_the_search_and_the_same_command_goes_on(
    done, population, invoke, tmp_path, monkeypatch
):
    branch, calls = Tree._branch, []

    def interrupted(self, *node):
        calls.append(node)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return branch(self, *node)

    monkeypatch.setattr(Tree, "_branch", interrupted)
    command = ("design", population, *YIELD, *FEW, "--verify", 0, "-o", tmp_path / "d")
    stopped = invoke(*command)
    assert stopped.exit_code == 130, stopped.output
    assert "nodes, the best design at" in stopped.output
    assert "Repeat the command to resume" in stopped.output
    assert json.loads((tmp_path / "d" / "run.json").read_text())["status"] == "stopped"
    monkeypatch.undo()
    assert invoke(*command).exit_code == 0
    again, whole = (pd.read_csv(folder / "designs.csv") for folder in (tmp_path / "d", done[0]))
    pd.testing.assert_frame_equal(again, whole)
    other = invoke(*command, "--up", 4)
    assert other.exit_code == 2
    assert "up in [design]: None stored, 4.0 now" in other.output


@pytest.mark.slow
def test_a_search_that_runs_out_of_time_with_nothing_is_kept(population, invoke, tmp_path):
    flags = ("--aim", "worst", "--time-limit", 0.001, "--threads", 1)
    result = invoke("design", population, *YIELD, *flags, "-o", tmp_path / "d")
    assert result.exit_code == 2
    assert "The search is kept: repeat the command to go on." in result.output
    assert (tmp_path / "d" / "search.npz").exists()


@pytest.mark.slow
def test_what_nothing_helps_leaves_the_folder_for_other_limits(population, invoke, tmp_path):
    command = ("design", population, *YIELD, "--threads", 1, "-n", 1, "-o", tmp_path / "d")
    result = invoke(*command, "--candidates", "PDH", "--up", 1, "--down", 1)
    assert result.exit_code == 2
    assert "raises ln ACt2r - ln GLCpts within the limits. Allow more" in result.output
    result = invoke(*command, "--enzymes", 1, "--candidates", "PDH", "--verify", 0)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "--raise PRODUCT --per UPTAKE"),
        (("--raise", "ACt2r=much"), "--raise takes NAME or NAME=WEIGHT"),
        (("--raise", "ACt2r", "--per", "ACt2r"), "--raise and --per name ACt2r twice"),
        ((*YIELD, "--tied", "PFK,PYK;PYK,FBA"), "'PYK' is tied twice"),
        ((*YIELD, "--preset", "nomad"), "--preset must be one of nomad-coumarate"),
        ((*YIELD, "--down", "0.5"), "For a knock-out, --down knock-out"),
        ((*YIELD, "--down", "off"), "--down must be a number or knock-out, got 'off'"),
        ((*YIELD, "--up", "0.5"), "up is a fold change of 1 or more, got 0.5"),
        ((*YIELD, "--least-growth", "2"), "--least-growth any sets no limit"),
        ((*YIELD, "--aim", "cvar"), "--aim must be mean, worst, cvar:SHARE or at-least"),
        ((*YIELD, "--aim", "cvar:3"), "--aim cvar:3 needs a share of the models"),
        ((*YIELD, "--aim", "at-least:1:0"), "needs a factor above 0, got 0; 1.2 is a gain of 20 %"),
        ((*YIELD, "--number", "9"), "holds 3 sets, 9 are asked for"),
        ((*YIELD, "--tfa-model", "none.json"), "none.json"),
    ],
)
def test_wrong_settings_are_told_before_a_folder_is_made(population, invoke, tmp_path, flags, said):
    result = invoke("design", population, *flags, "-o", tmp_path / "d")
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "d").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--raise", "ACt2"), "balanced metabolite 'ACt2'; did you mean 'ACt2r'?"),
        ((*YIELD, "--tied", "PFK,PYK", "--forbidden", "PYK"), "PYK cannot change, but is tied"),
        ((*YIELD, "--state", "3"), "steady state whose control coefficients are taken"),
    ],
)
def test_names_that_do_not_fit_the_model_are_told(population, invoke, tmp_path, flags, said):
    result = invoke("design", population, *flags, "-n", 1, "-o", tmp_path / "d")
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "d").exists()


@pytest.mark.slow
def test_models_without_control_coefficients_are_left_out_and_named(population):
    network, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    good = sr.ParameterPopulation.load(population)
    saturated = np.array([name.startswith("km_") for name in good.names])
    bound = sr.compile(network).at(state)
    options = DesignOptions({"ACt2r": 1.0}, DesignLimits(enzymes=1, candidates=("PDH",)))

    def task(broken):
        values = good.values.copy()
        values[np.ix_(broken, saturated)] = 1e-300  # nothing responds to a concentration
        models = sr.ParameterPopulation(good.names, values, good.index, units=good.units)
        return DesignTask.of(bound, models, state, options)

    one = task([1])
    assert one.left_out == ("1",)
    assert one.problem.models == ("0", "2")
    with pytest.raises(InputError, match="None of the 3 models has control coefficients"):
        task([0, 1, 2])


def test_the_section_of_the_run_file_states_limits_and_aim(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(
        '[design]\nraises = ["ACt2r=2"]\nper = ["GLCpts"]\npreset = "nomad-coumarate"\n'
        'down = "knock-out"\nconcentration_fold = "any"\naim = "at-least:0.9:1.2"\n'
        'tied = [["PFK", "PYK"]]\n'
    )
    found = Given(path, {"design.enzymes": "5"}).settings().design
    limits = limits_of(found)
    assert objective_of(found) == {"ACt2r": 2.0, "GLCpts": -1.0}
    assert (limits.enzymes, limits.up, limits.down) == (5, NOMAD_COUMARATE.up, inf)
    assert (limits.concentration_fold, limits.tied) == (None, (("PFK", "PYK"),))
    assert limits.as_published
    assert aim_of(found) == AtLeast(0.9, log(1.2))
    assert limits_of(DesignSettings()) == DesignLimits()
    aims = [aim_of(DesignSettings(aim=text)) for text in ("mean", "worst", "cvar:0.3")]
    assert aims == [Mean(), Worst(), WorstShare(0.3)]


def test_a_folder_for_results_is_asked_for_before_work_starts(population, invoke):
    result = invoke("design", population, *YIELD)
    assert result.exit_code == 2
    assert "A folder for the results is needed. Name it with --output" in result.output
    assert "Control coefficients" not in result.output
