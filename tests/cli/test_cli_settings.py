"""The table of settings: complete, free of clashes, and the same as the objects it feeds."""

from dataclasses import fields

import pytest

from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import UnitsSettings
from skimpy_renaissance.cli.settings import Settings, all_settings
from skimpy_renaissance.errors import InputError, UnitsError
from skimpy_renaissance.learning import NES, Generator
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.units import Units


def test_every_flag_is_used_once():
    flags = [flag for setting in all_settings() for flag in setting.flags]
    assert len(flags) == len(set(flags))


def test_every_setting_says_what_it_is():
    for setting in all_settings():
        assert setting.help.endswith("."), setting.name
        assert setting.flags[0].startswith("--"), setting.name


def test_units_and_optimiser_offer_exactly_the_fields_of_what_they_feed():
    for ours, theirs in (
        (UnitsSettings, Units),
        (Settings().nes, NES),
        (Settings().criterion, Validity),
    ):
        assert {f.name for f in fields(ours)} == {f.name for f in fields(theirs)}


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
