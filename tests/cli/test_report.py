"""``report`` writes one page that says what a training was about and what came of it."""

import html
import re
from dataclasses import replace

import pytest

from skimpy_renaissance.cli import report
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.report_sections import training_sections
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.trained_folder import open_trained
from skimpy_renaissance.held import held_file
from skimpy_renaissance.report import Picture, Table, Text, Warn

PARTS = (
    "Inputs and units",
    "Kinetic model and steady state",
    "Training",
    "Eigenvalues: blind draws and trained generator",
    "The generator's own models",
    "The whole valid region",
    "Robustness",
)


@pytest.fixture
def source(trained_once):
    return open_trained(trained_once, Given(None, {}))


@pytest.mark.slow
def test_the_page_holds_every_part_and_loads_nothing(invoke, trained_once, tmp_path):
    page = tmp_path / "page.html"
    result = invoke("report", trained_once, "-n", "40", "--runs", "2", "-o", page)
    assert result.exit_code == 0, result.output
    text = page.read_text()
    assert all(f"<h2>{part}</h2>" in html.unescape(text) for part in PARTS)
    assert not re.search(r"""(src|href)=["'](?!data:|\#)""", text)
    assert text.count("<img") == 6
    assert "what validity depends on." not in text
    assert "judged models are valid" in text
    assert "of 44 beyond plausible ranges" in text or "all 44 within plausible ranges" in text
    assert "37 % of a perturbation is left after 50 min, 0.7 % after 250 min" in text


def test_a_place_that_cannot_be_written_is_told_before_any_work(
    invoke, trained_once, tmp_path, monkeypatch
):
    def work(*_, **__):
        pytest.fail("work began")

    monkeypatch.setattr(report, "training_sections", work)
    result = invoke("report", trained_once, "-o", tmp_path)
    assert result.exit_code == 2
    assert f"Cannot write {tmp_path}: it exists and is not a regular file" in result.output
    with held_file(tmp_path / "page.html"):
        result = invoke("report", trained_once, "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert "Another run is writing" in result.output


@pytest.mark.slow
def test_without_runs_there_is_no_part_on_robustness(source):
    sections = training_sections(source, bind_state(source.inputs), n_models=20, n_runs=0, seed=1)
    assert [section.title for section in sections] == list(PARTS[:-1])


@pytest.mark.slow
def test_where_stability_is_all_that_is_asked_there_is_no_time_to_be_back_in(source):
    stable = source.trained.setup | {"criterion": {"partition": 0.0, "fastest": None}}
    only = replace(source, trained=replace(source.trained, setup=stable))
    sections = training_sections(only, bind_state(source.inputs), n_models=20, n_runs=2, seed=1)
    assert [section.title for section in sections] == list(PARTS[:-1])


@pytest.mark.slow
def test_models_that_are_near_copies_are_called_so(source):
    """A generator whose head has shrunk to nothing returns the middle of every bound."""
    weights = source.trained.weights.clone()
    latent = source.trained.generator.latent + 1
    weights[: latent * 8] = 0.0  # no noise passes the first layer
    state = replace(source.trained.state, weights=weights)
    anything = source.trained.setup | {"criterion": {"partition": 1e6, "fastest": None}}
    copies = replace(source, trained=replace(source.trained, state=state, setup=anything))
    sections = training_sections(copies, bind_state(source.inputs), n_models=20, n_runs=0, seed=1)
    warnings = [b.text for s in sections for b in s.blocks if isinstance(b, Warn)]
    assert any("They are narrow: two of them differ by 0 %" in text for text in warnings)
    captions = [b.caption for s in sections for b in s.blocks if isinstance(b, Picture)]
    assert (
        sum(text.startswith("Narrow ensemble: a generator's own draws") for text in captions) == 1
    )
    assert any(f"generate {source.folder}" in text for text in warnings)


@pytest.mark.slow
def test_what_validity_restricts_is_told_from_draws_of_the_whole_region(source):
    sections = training_sections(source, bind_state(source.inputs), n_models=300, n_runs=0, seed=1)
    region = next(s for s in sections if s.title == "The whole valid region")
    first, *_ = (block.text for block in region.blocks if isinstance(block, Text))
    assert re.search(
        r"restricted to valid models: 300 models, all independent; [\d,]+ judged", first
    )
    (table,) = (block for block in region.blocks if isinstance(block, Table))
    by_chance = float(re.search(r"chance alone would bring one to ([\d.]+)\.", table.caption)[1])
    assert by_chance == pytest.approx(1 - 2.5 * (0.2 / 300) ** 0.5, abs=0.011)
    relative = [float(row[-1]) for row in table.rows]
    assert relative == sorted(relative)
    assert relative[0] < by_chance
    assert not any(isinstance(block, Warn) for block in region.blocks[:2])


@pytest.mark.slow
def test_without_any_valid_model_there_is_no_region_to_tell_of(source):
    none = source.trained.setup | {"criterion": {"partition": -1e6, "fastest": None}}
    hopeless = replace(source, trained=replace(source.trained, setup=none))
    *_, region = training_sections(
        hopeless, bind_state(source.inputs), n_models=20, n_runs=2, seed=1
    )
    assert region.title == "The whole valid region"
    assert [block.text for block in region.blocks] == [
        "No new model of any kind is valid, so there are none of the whole valid region."
    ]


def test_a_report_on_a_moved_model_is_refused(invoke, trained_once, tmp_path):
    result = invoke("report", trained_once, "--state", "0", "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert "trained on other inputs" in result.output
    assert not (tmp_path / "page.html").exists()
