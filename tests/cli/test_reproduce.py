"""``reproduce`` carries out studies, keeps what is complete, and says what it lacks."""

import json
from types import MappingProxyType

import pandas as pd
import pytest

from skimpy_renaissance.analyses import AnalysisResult, Finding
from skimpy_renaissance.cli import case as case_module
from skimpy_renaissance.cli import reproduce
from skimpy_renaissance.cli.case import CASES, named_case, read_case
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.held import held
from skimpy_renaissance.report import studies as report_studies
from skimpy_renaissance.studies import Study


def _count(case, settings, context):
    """How many constants are unknown?"""
    counter = context.folder / "calls"
    counter.write_text(f"{counter.read_text() if counter.exists() else ''}x")
    return AnalysisResult(findings=[Finding("unknown Km", 384, len(case.bound.km_names))])


def _stop(case, settings, context):
    raise KeyboardInterrupt


def _fail(case, settings, context):
    case.file("measured_km", needed_for="This study")


@pytest.fixture
def studies(monkeypatch):
    """Three studies that take no time, in place of the paper's."""

    def use(**runs):
        made = {
            name: Study(name, "Fig. 0", "How many?", full=None, quick=None, run=run)
            for name, run in runs.items()
        }
        for module in (reproduce, report_studies):
            monkeypatch.setattr(module, "STUDIES", MappingProxyType(made))

    return use


@pytest.mark.slow
def test_a_study_on_the_bundled_model_is_written_with_report_and_comparison(
    invoke, studies, tmp_path
):
    studies(count=_count)
    result = invoke("reproduce", "count", "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "384" in result.output
    assert "159" in result.output
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert table.loc[0, ["published", "ours"]].tolist() == [384, 159]
    assert "unknown Km" in (tmp_path / "out" / "report.html").read_text()
    assert (tmp_path / "out" / "workplace").is_dir(), "earlier versions' studies resume from it"
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["status"] == "complete"
    assert record["units"]["density"] == 1200.0


@pytest.mark.slow
def test_a_complete_study_is_not_carried_out_again(invoke, studies, tmp_path):
    studies(count=_count)
    arguments = ("reproduce", "count", "--output", tmp_path / "out")
    assert "earlier call" not in invoke(*arguments).output
    assert "finished in an earlier call: count." in invoke(*arguments).output
    assert (tmp_path / "out" / "workplace" / "calls").read_text() == "x"


@pytest.mark.slow
def test_a_folder_with_the_study_of_another_seed_is_refused(invoke, studies, tmp_path):
    studies(count=_count)
    invoke("reproduce", "count", "--output", tmp_path / "out")
    result = invoke("reproduce", "count", "--output", tmp_path / "out", "--seed", "1")
    assert result.exit_code == 2
    assert "seed: 0 stored, 1 now" in result.output


def test_model_and_states_are_read_once_whatever_the_number_of_studies(
    reads, invoke, studies, tmp_path
):
    studies(count=_count, again=_count)
    result = invoke("reproduce", "all", "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert reads == ["read_skimpy_yaml", "read_states_file"]


def test_ctrl_c_leaves_what_is_complete_and_says_how_to_go_on(invoke, studies, tmp_path):
    studies(count=_count, stop=_stop)
    result = invoke("reproduce", "all", "--output", tmp_path / "out")
    assert result.exit_code == 130
    assert "Repeat the command to resume" in result.output
    assert (tmp_path / "out" / "count" / "study.json").exists()


def test_a_study_without_its_data_does_not_take_the_others_along(invoke, studies, tmp_path):
    studies(fail=_fail, count=_count)
    result = invoke("reproduce", "all", "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "measured_km" in result.output
    assert (tmp_path / "out" / "count" / "study.json").exists()


def test_two_processes_do_not_write_into_one_folder(invoke, studies, tmp_path):
    studies(count=_count)
    with held(tmp_path / "out"):
        result = invoke("reproduce", "count", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "Another run is writing into" in result.output
    assert "Choose another with --output" in result.output
    assert not (tmp_path / "out" / "count").exists()


def test_an_unknown_study_or_case_is_named_with_those_that_exist(invoke, studies, tmp_path):
    studies(count=_count)
    result = invoke("reproduce", "cuont", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "count" in result.output
    result = invoke("reproduce", "count", "--case", "mouse", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "e_coli_core" in result.output


def test_the_bundled_partition_is_five_times_growth():
    case = read_case(named_case("e_coli_core", None)).case
    assert case.criterion.partition == pytest.approx(-5 * case.growth_rate(case.state), rel=1e-3)


def test_a_case_with_files_asks_for_their_folder(tmp_path):
    with pytest.raises(InputError, match="--data FOLDER"):
        named_case("e_coli", None)
    with pytest.raises(FileFormatError, match=r"kinetic_model\.yaml"):
        named_case("e_coli", tmp_path)
    with pytest.raises(InputError, match="takes no --data"):
        named_case("e_coli_core", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "folder"), [("e_coli", "ecoli"), ("yeast", "yeast")])
def test_the_cases_of_the_studies_are_read_from_their_data(name, folder, shared_data):
    found = read_case(named_case(name, shared_data(folder)), name=CASES[name])
    case = found.case
    assert case.reference == case.state.name
    assert len(case.states) == {"e_coli": 30, "yeast": 100}[name]  # the reference is among them
    assert case.growth_rate(case.state) == pytest.approx(
        {"e_coli": 0.31, "yeast": 0.284}[name], rel=1e-2
    )
    assert set(found.identity["data_sha256"]) == set(case.data)


def test_every_case_has_its_run_file():
    names = {path.name for path in case_module._FOLDER.iterdir()}
    assert {f"{name}.toml" for name in CASES} == names


def _optimizer(case, settings, context):
    """Which optimiser trains?"""
    kind = type(case.optimizer).__name__
    return AnalysisResult(
        findings=[Finding(f"{kind}, chosen: {case.optimizer_chosen}", None, None)]
    )


@pytest.mark.parametrize(
    ("text", "flags", "found"),
    [
        ("", (), "NES, chosen: False"),
        ("", ("--optimizer", "nes"), "NES, chosen: True"),
        ("", ("--optimizer", "coverage"), "Coverage, chosen: True"),
        ('[training]\noptimizer = "gradient"\n', (), "Gradient, chosen: True"),
    ],
)
def test_run_file_and_flag_choose_the_optimiser_of_a_study(
    invoke, studies, run_file, tmp_path, text, flags, found
):
    studies(which=_optimizer)
    run_file.write_text(run_file.read_text() + text)
    arguments = ("reproduce", "which", "-c", run_file, "--output", tmp_path / "out")
    result = invoke(*arguments, *flags)
    assert result.exit_code == 0, result.output
    assert found in result.output
    assert ("Not used by" in result.output) == ("NES" not in found)
    assert "finished in an earlier call" in invoke(*arguments, *flags).output


def test_a_study_by_another_optimiser_is_another_study(invoke, studies, tmp_path):
    studies(which=_optimizer)
    invoke("reproduce", "which", "--output", tmp_path / "out")
    result = invoke("reproduce", "which", "--output", tmp_path / "out", "--optimizer", "nes")
    assert result.exit_code == 2
    assert "optimizer_chosen: False stored, True now" in result.output
