"""The table of settings: complete, free of clashes, and the same as the objects it feeds."""

import math
from dataclasses import fields, replace

import pytest

from skimpy_renaissance.cli.commands import _COMMANDS, _load
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import (
    GeneratorSettings,
    TrainingSettings,
    UnitsSettings,
)
from skimpy_renaissance.cli.settings import Settings, all_settings
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.learning import (
    NES,
    OPTIMIZERS,
    REWARDS,
    Coverage,
    Generator,
    Gradient,
    HeldOut,
    HistogramGenerator,
)
from skimpy_renaissance.learning.rewards import Hinge
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.units import Units


def test_a_flag_is_used_once_or_is_that_of_a_key_that_optimisers_share():
    keys = {}
    for setting in all_settings():
        place = setting.section if setting.family is None else setting.family.key
        for flag in setting.flags:
            keys.setdefault(flag, set()).add((place, setting.key, setting.flags))
    shared = {flag: used for flag, used in keys.items() if len(used) > 1}
    assert set(shared) == {"--model", "-m", "--growth"}  # build has those of another model
    assert all("build" in {place for place, *_ in used} for used in shared.values())


def test_no_command_has_a_flag_twice():
    for name in _COMMANDS:
        flags = [flag for option in _load(name).params for flag in option.opts]
        assert len(flags) == len(set(flags)), name


def test_every_setting_says_what_it_is():
    for setting in all_settings():
        assert setting.help.endswith("."), setting.name
        assert setting.flags[0].startswith("--"), setting.name


def test_units_and_optimiser_offer_exactly_the_fields_of_what_they_feed():
    for ours, theirs in (
        (UnitsSettings, Units),
        (Settings().criterion, Validity),
    ):
        assert {f.name for f in fields(ours)} == {f.name for f in fields(theirs)}
    for name, theirs in (("nes", NES), ("coverage", Coverage)):
        assert set(Settings().optimizers[name]) == {f.name for f in fields(theirs)}


def choosing(optimizer, **sections):
    return Settings(training=TrainingSettings(optimizer=optimizer), **sections)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimiser_has_its_own_defaults_and_its_section_reaches_it(name):
    chosen = choosing(name)
    assert chosen.to_optimizer() == OPTIMIZERS[name]()
    given = Given(None, {"training.optimizer": name, f"{name}.generations": "7"}).settings()
    assert given.to_optimizer() == replace(OPTIMIZERS[name](), generations=7)
    assert type(chosen.to_generator()) is type(chosen.to_optimizer().default_generator)


def test_a_gradient_follows_what_its_section_says():
    flags = {"training.optimizer": "gradient", "gradient.models": "60", "gradient.minibatches": "3"}
    expected = Gradient(models=60, minibatches=3, sharpness=5.0)
    assert Given(None, {**flags, "gradient.sharpness": "5"}).settings().to_optimizer() == expected


def test_a_shared_flag_sets_the_chosen_optimiser_alone():
    flags = {f"{name}.decay": "0.5" for name in OPTIMIZERS}
    settings = Given(None, {"training.optimizer": "coverage", **flags}).settings()
    assert settings.optimizers["coverage"]["decay"] == 0.5
    untouched = Settings().optimizers
    assert {**settings.optimizers, "coverage": None} == {**untouched, "coverage": None}


@pytest.mark.parametrize(
    ("optimizer", "name", "words"),
    [
        (None, "gradient.sharpness", "--sharpness is for optimizer 'gradient' and"),
        ("gradient", "nes.search_radius", "--search-radius is for optimizer 'nes' and"),
        ("gradient", "coverage.weight", "--weight is for optimizer 'coverage' and"),
        ("coverage", "generator.hidden", "--hidden is for optimizer 'nes' or 'gradient' and"),
        ("coverage", "generator.relative", "--relative is for optimizer 'nes' or 'gradient' and"),
        ("nes", "gradient.models", "--models is for optimizer 'gradient' or 'coverage' and"),
        ("nes", "margin.offset", "--reward-offset is for reward 'margin' and has no effect"),
    ],
)
def test_a_flag_without_effect_is_refused(optimizer, name, words):
    flags = {name: "1"} | ({} if optimizer is None else {"training.optimizer": optimizer})
    with pytest.raises(InputError, match=words):
        Given(None, flags).settings()


def test_a_key_of_the_run_file_without_effect_is_told(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text("[nes]\ndecay = 0.5\n[generator]\nlatent = 3\n")
    assert Given(path, {}).settings().without_effect == ()
    by_gradient = Given(path, {"training.optimizer": "gradient"}).settings()
    assert by_gradient.without_effect == ("nes.decay",)
    by_coverage = Given(path, {"training.optimizer": "coverage"}).settings()
    assert by_coverage.without_effect == ("generator.latent", "nes.decay")


@pytest.mark.parametrize("name", REWARDS)
def test_every_reward_is_reached_by_its_name(name):
    assert Given(None, {"training.reward": name}).settings().to_reward() == REWARDS[name]()
    assert Settings().to_reward() is None


def test_a_shared_flag_sets_the_chosen_reward_alone():
    flags = {f"{name}.weight": "7" for name in ("fastest_dynamics", "hinge", "soft_step")}
    settings = Given(None, {"training.reward": "hinge", **flags}).settings()
    assert settings.to_reward() == Hinge(weight=7.0)
    assert settings.rewards["soft_step"] == Settings().rewards["soft_step"]


@pytest.mark.parametrize(
    ("optimizer", "reward"),
    [("gradient", "incidence"), ("coverage", "slowest_mode"), ("coverage", "fastest_dynamics")],
)
def test_a_reward_that_the_optimiser_cannot_follow_is_refused(optimizer, reward):
    flags = {"training.optimizer": optimizer, "training.reward": reward}
    with pytest.raises(InputError, match=f"cannot follow {REWARDS[reward].__name__}"):
        Given(None, flags).settings()


def test_a_relative_generator_needs_a_sigmoid_and_a_network():
    relative = GeneratorSettings(relative=True)
    assert choosing("gradient", generator=relative).to_generator() == Generator(relative=True)
    with pytest.raises(InputError, match="needs output='sigmoid', got output='batch_minmax'"):
        Settings(generator=replace(relative, output="batch_minmax")).to_generator()
    with pytest.raises(InputError, match="relative=True needs a network"):
        choosing("coverage", generator=relative).to_generator()


def test_a_wide_generator_has_the_range_of_the_settings():
    wide = choosing("coverage", generator=GeneratorSettings(km_min=1e-6, km_max=0.1)).to_generator()
    assert isinstance(wide, HistogramGenerator)
    assert wide.range == (math.log(1e-6), math.log(0.1))


def test_held_out_models_are_judged_where_they_are_asked_for():
    assert Settings().to_held_out() is None
    asked = Settings(training=TrainingSettings(held_out=200, held_out_at_least=0.9))
    assert asked.to_held_out() == HeldOut(models=200, at_least=0.9)
    with pytest.raises(InputError, match="--held-out-every needs --held-out"):
        Settings(training=TrainingSettings(held_out_every=3)).to_held_out()


def test_defaults_are_those_of_the_library():
    settings = Settings()
    assert settings.to_optimizer() == NES()
    assert settings.to_generator() == Generator()
    assert settings.to_criterion() == Validity()
    assert settings.to_units() is None


def test_half_stated_units_are_refused_with_the_flags_to_add():
    settings = Settings(units=UnitsSettings(density=1200.0))
    with pytest.raises(UnitsError, match="--concentration-scaling, --gdw-gww-ratio"):
        settings.to_units()


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        ({"generator.km_min": "1", "generator.km_max": "0.1"}, "km_min"),
        ({"run.seed": "-1"}, "seed"),
        ({"run.repeats": "0"}, "repeats"),
        ({"run.threads": "0"}, "threads"),
        ({"nes.n_candidates": "1"}, "n_candidates"),
        ({"criterion.fastest": "0"}, "fastest"),
        (
            {"units.density": "-5", "units.gdw_gww_ratio": "1", "units.concentration_scaling": "1"},
            "density",
        ),
    ],
)
def test_values_that_make_no_sense_are_refused_by_name(flags, word):
    with pytest.raises(InputError, match=word):
        Given(None, flags).settings()
