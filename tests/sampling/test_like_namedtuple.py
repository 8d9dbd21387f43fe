"""Settings do what SKiMPy's named tuples do."""

from collections import namedtuple

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import InputError

SAMPLERS = [sr.OracleSampler, sr.RenaissanceSampler]


@pytest.mark.parametrize("kind", SAMPLERS)
def test_fields_are_replaced_listed_and_unpacked(kind):
    settings = kind.Parameters(n_samples=7)
    assert settings._replace(n_samples=8) == kind.Parameters(n_samples=8)
    assert settings.n_samples == settings[0] == 7
    n_samples, partition, *_ = settings
    assert (n_samples, partition) == settings[:2] == (7, settings.eigenvalue_partition)
    assert len(settings) == len(settings._fields) == len(settings._asdict())
    assert settings._fields[0] == "n_samples"
    assert kind.Parameters(**settings._asdict()) == kind.Parameters(*settings) == settings


@pytest.mark.parametrize("kind", SAMPLERS)
def test_skimpys_own_settings_are_taken(kind):
    theirs = namedtuple("Parameters", ["n_samples"])
    assert kind(theirs(5)).parameters == kind.Parameters(n_samples=5)
    assert kind(theirs(None)).parameters == kind().parameters == kind.Parameters()


@pytest.mark.parametrize("kind", SAMPLERS)
def test_what_cannot_be_settings_is_named(kind):
    with pytest.raises(InputError, match=r"Parameters\(n_samples=...\), got int"):
        kind(5)
    other = namedtuple("Parameters", ["n_samples", "n_parents"])
    with pytest.raises(InputError, match="'n_parents'"):
        kind(other(5, 2))
