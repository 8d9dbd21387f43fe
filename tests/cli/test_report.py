"""``report`` writes one page that says what a training was about and what came of it."""

import html
import re
import shlex
from dataclasses import replace

import pytest

from skimpy_renaissance.cli import report
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.report_sections import training_sections
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.trained_folder import open_trained
from skimpy_renaissance.held import held_file
from skimpy_renaissance.report import Folded, Picture, Text, Warn

PARTS = (
    "In short",
    "Training",
    "How fast the models are",
    "The generator's own models",
    "The whole valid region",
    "After a large push",
    "Kinetic model, steady state, units",
    "What to do next",
)


@pytest.fixture
def source(trained_once):
    return open_trained(trained_once, Given(None, {}))


def shown(page):
    """The page as it is read: without tags, styles and pictures."""
    body = page.read_text().split("<body", 1)[1].split(">", 1)[1]
    return html.unescape(re.sub(r"<[^>]*>", "", body))


@pytest.mark.slow
def test_the_page_holds_every_part_and_loads_nothing(
    invoke, trained_once, tmp_path, require_units, commands_of
):
    page = tmp_path / "page.html"
    result = invoke("report", trained_once, "-n", "40", "--runs", "2", "-o", page)
    assert result.exit_code == 0, result.output
    source, text = page.read_text(), shown(page)
    headings = re.findall("<h2>(.*?)</h2>", html.unescape(source))
    assert tuple(headings) == PARTS
    assert not re.search(r"""(src|href)=["'](?!data:|\#)""", source)
    assert source.count("<img") == 7
    assert re.search(r"In short\s+(Some|Most) models are valid.*: \d+ of 40 new models", text)
    assert "50 min after a small push at most 37 % of it is left, 250 min after it" in text
    assert "of 44 beyond plausible ranges" in text or "all 44 within plausible ranges" in text
    assert "implausible.csv" not in text
    require_units(page)
    assert commands_of(page) == ["train", "generate", "check", "robustness", "report"]


@pytest.mark.slow
def test_a_population_has_a_page_of_its_own(
    invoke, trained_once, tmp_path, require_units, commands_of
):
    population = tmp_path / "few.h5"
    made = invoke("generate", trained_once, "-n", "20", "--raw", "-o", population)
    assert made.exit_code == 0, made.output
    result = invoke("report", population, "--runs", "0")
    assert result.exit_code == 0, result.output
    page = tmp_path / "few.html"
    text = shown(page)
    assert "All models are valid: 20 of 20 parameter sets of few.h5" in text
    assert "The parameter sets of few.h5 are a narrow ensemble" in text
    assert "Draw from the whole region" in text
    require_units(page)
    assert commands_of(page) == ["check", "robustness"]
    refused = invoke("report", population, "--designs", tmp_path)
    assert refused.exit_code == 2
    assert "--designs goes with the folder of a training" in refused.output


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
def test_where_stability_is_all_that_is_asked_there_is_no_time_to_be_back_in(source):
    stable = source.trained.setup | {"criterion": {"partition": 0.0, "fastest": None}}
    only = replace(source, trained=replace(source.trained, setup=stable))
    sections = training_sections(only, bind_state(source.inputs), n_models=20, n_runs=2, seed=1)
    assert [section.title for section in sections] == [*PARTS[:5], *PARTS[6:]]


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
    assert [section.title for section in sections] == [*PARTS[:5], *PARTS[6:]], "no runs, no push"
    region = next(s for s in sections if s.title == "The whole valid region")
    first, *_ = (block.text for block in region.blocks if isinstance(block, Text))
    assert re.search(
        r"restricted to valid models: 300 models, all independent; [\d,]+ judged", first
    )
    (folded,) = (block for block in region.blocks if isinstance(block, Folded))
    (table,) = folded.blocks
    by_chance = float(re.search(r"chance alone would bring one to (\d+) %", table.caption)[1])
    assert by_chance == pytest.approx(100 * (1 - 2.5 * (0.2 / 300) ** 0.5), abs=1.1)
    relative = [float(row[-1]) for row in table.rows]
    assert relative == sorted(relative)
    assert relative[0] < by_chance
    assert not any(isinstance(block, Warn) for block in region.blocks[:2])


@pytest.mark.slow
def test_without_any_valid_model_there_is_no_region_to_tell_of(source):
    none = source.trained.setup | {"criterion": {"partition": -1e6, "fastest": None}}
    hopeless = replace(source, trained=replace(source.trained, setup=none))
    sections = training_sections(hopeless, bind_state(source.inputs), n_models=20, n_runs=2, seed=1)
    region, after = (sections[PARTS.index("The whole valid region")], sections[-1])
    assert region.title == "The whole valid region"
    assert sections[0].blocks[0].text.startswith("No model is valid: 0 of 20 new models")
    (steps,) = (block.steps for block in after.blocks)
    assert [shlex.split(line)[1] for line, _ in steps] == ["train", "check", "train"]
    assert [block.text for block in region.blocks] == [
        "No new model of any kind is valid, so there are none of the whole valid region."
    ]


def test_a_report_on_a_moved_model_is_refused(invoke, trained_once, tmp_path):
    result = invoke("report", trained_once, "--state", "0", "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert "trained on other inputs" in result.output
    assert not (tmp_path / "page.html").exists()
