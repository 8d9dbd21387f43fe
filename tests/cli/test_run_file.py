"""Run files: precedence, relative paths, round trip, and every way to get one wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from skimpy_renaissance.cli.kinds import SWITCH
from skimpy_renaissance.cli.run_file import Given, as_tables, to_toml, with_run_file
from skimpy_renaissance.cli.settings import Settings, all_settings
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.learning import REWARDS


@pytest.fixture
def write(tmp_path):
    def call(text: str) -> Path:
        path = tmp_path / "study" / "run.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return call


def test_flags_win_over_the_run_file_and_the_run_file_over_defaults(write):
    path = write("[nes]\ngenerations = 7\ndecay = 0.5\n")
    settings = Given(path, {"nes.generations": "9"}).settings()
    nes = settings.optimizers["nes"]
    assert (nes["generations"], nes["decay"], nes["n_candidates"]) == (9, 0.5, 20)


def test_every_key_can_be_set_in_the_file_and_by_its_flag(write):
    values = {
        "PATH": "x.csv",
        "NAME": "3",
        "TEXT": "kJ/mol",
        "NUMBER": "0.5",
        "INTEGER": "3",
        "INTEGERS": "4,5",
        "NAMES": "a,b",
        "LOW,HIGH": "2,3",
        "FIRST,LAST": "2,3",
        "nes|gradient|coverage": "coverage",
        "|".join(REWARDS): "margin",
        "LAYERS;LAYERS": "4,5;6",
        "sigmoid|batch_minmax": "batch_minmax",
        "median|none": "none",
        "covering|around_mean": "around_mean",
        "NUMBER|any": "4",
        "NUMBER|knock-out": "4",
        "nomad-coumarate|nomad-anthranilate": "nomad-coumarate",
        "AIM": "cvar:0.3",
        "NAMES;NAMES": "a,b",
        "FILE|NAME": "x.csv",
        "LOW:HIGH": "2:3",
        "NAME=LOW:HIGH": "a=2:3,b=4",
        "NAME=NUMBER": "a=2",
        "NAME=NAME": "a=b:c",
    }
    quoted = {k for k in values if "|" in k} | {"PATH", "NAME", "NAMES", "TEXT", "AIM"}
    quoted |= {"NAMES;NAMES", *(k for k in values if "=" in k or ":" in k)}
    for setting in all_settings():
        if setting.kind is SWITCH:
            continue
        value = values[setting.kind.metavar]
        if setting.name == "criterion.fastest":
            value = "-20"
        toml = f'"{value}"' if setting.kind.metavar in quoted else value
        listed = ("INTEGERS", "LOW,HIGH", "FIRST,LAST")
        toml = f"[{value}]" if setting.kind.metavar in listed else toml
        toml = "[[4, 5], [6]]" if setting.kind.metavar == "LAYERS;LAYERS" else toml
        of_file = with_run_file(Settings(), write(f"[{setting.section}]\n{setting.key} = {toml}\n"))
        read = of_file.value(setting)
        assert read == setting.kind.read(value) or read.name == "x.csv"
        assert of_file != Settings() or read == setting.default


def test_a_switch_is_true_or_false_in_the_file_and_on_or_off_as_a_flag(write):
    path = write("[generator]\nrelative = true\n")
    assert Given(path, {}).settings().generator.relative is True
    assert Given(path, {"generator.relative": False}).settings().generator.relative is False
    with pytest.raises(InputError, match="true or false, got 'yes'"):
        with_run_file(Settings(), write('[generator]\nrelative = "yes"\n'))


def test_relative_paths_are_relative_to_the_file_or_to_where_one_stands(write):
    path = write('[model]\nfile = "m.yml"\n[run]\noutput = "../out"\n')
    of_file = Given(path, {}).settings()
    assert of_file.model.file == path.parent / "m.yml"
    assert of_file.run.output == path.parent / "../out"
    of_flag = Given(path, {"model.file": "m.yml"}).settings()
    assert of_flag.model.file == Path("m.yml")


def test_the_word_for_the_bundled_model_is_no_path(write):
    settings = Given(write('[model]\nfile = "e_coli_core"\n'), {}).settings()
    assert settings.model.file == Path("e_coli_core")


def test_what_is_written_reads_back_as_the_same_settings(tmp_path):
    base = Settings()
    settings = replace(
        base,
        model=replace(
            base.model, file=tmp_path / "a b" / 'm"\\\N{LATIN SMALL LETTER U WITH DIAERESIS}.yml'
        ),
        training=replace(base.training, optimizer="gradient", reward="margin", held_out=50),
        generator=replace(base.generator, hidden=(3, 4), km_min=1.3e-11, relative=True),
        optimizers={
            **base.optimizers,
            "gradient": {**base.optimizers["gradient"], "sharpness": 5.0},
            "coverage": {**base.optimizers["coverage"], "weight": (2.0, 30.0)},
        },
        rewards={**base.rewards, "margin": {"sharpness": 1.0, "offset": 0.25}},
        states=replace(base.states, state="strain\t1\x7f"),
        run=replace(base.run, output=tmp_path / "out", threads=2),
    )
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "again.toml").write_text(to_toml(settings, folder=folder), encoding="utf-8")
    again = with_run_file(Settings(), folder / "again.toml")
    assert again.model.file.resolve() == settings.model.file
    assert again.run.output.resolve() == settings.run.output
    plain, plain_again = as_tables(settings), as_tables(again)
    for tables in (plain, plain_again):
        del tables["model"]["file"], tables["run"]["output"]
    assert plain == plain_again


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            "[nes]\ngeneration = 3\n",
            MissingEntryError,
            r"\[nes\] has no key 'generation'; did you mean 'generations'",
        ),
        ("[nse]\ngenerations = 3\n", MissingEntryError, r"no section \[nse\]; did you mean 'nes'"),
        ("[zzz]\n", MissingEntryError, r"no section \[zzz\]. Sections are \[model\]"),
        (
            "seed = 3\n",
            MissingEntryError,
            r"'seed' stands outside any section; it belongs into \[run\]",
        ),
        ("output = 3\n", MissingEntryError, r"belongs into \[generator\], \[run\]"),
        ("nes = 3\n", InputError, "'nes' must be a section"),
        (
            "[nes]\ngenerations = 3.5\n",
            InputError,
            r"generations in \[nes\] must be a whole number, got 3.5",
        ),
        ("[nes]\ngenerations = true\n", InputError, "whole number, got True"),
        ("[nes]\ndecay = nan\n", InputError, "finite number, got nan"),
        (
            f"[nes]\ndecay = 1{'0' * 400}\n",
            InputError,
            r"decay in \[nes\] must be a finite number, got 10",
        ),
        (f"[nes]\ndecay = {'9' * 5000}\n", FileFormatError, "must be a TOML file, but"),
        (f"nes = {'[' * 100_000}\n", FileFormatError, "must be a TOML file, but"),
        ("[model]\nfile = 3\n", InputError, "a path, got 3"),
        ("[generator]\nhidden = 8\n", InputError, "whole numbers"),
        ('[generator]\noutput = "tanh"\n', InputError, "one of sigmoid, batch_minmax"),
        (
            '[training]\noptimizer = "adam"\n',
            InputError,
            r"optimizer in \[training\] must be one of nes, gradient, coverage, got 'adam'",
        ),
        ("[states]\nstate = 1.5\n", InputError, "a name or a whole number"),
        ("[model]\nfile = model.yml\n", FileFormatError, "needs quotes"),
    ],
)
def test_mistakes_in_a_run_file_are_named(write, text, error, message):
    with pytest.raises(error, match=message):
        with_run_file(Settings(), write(text))


def test_an_absent_run_file_is_named(tmp_path):
    with pytest.raises(FileFormatError, match=r"no\.toml cannot be read: No such file"):
        with_run_file(Settings(), tmp_path / "no.toml")


def test_a_mistaken_flag_is_named_as_it_was_typed():
    with pytest.raises(InputError, match="--generations must be a whole number, got 'fifty'"):
        Given(None, {"nes.generations": "fifty"}).settings()
