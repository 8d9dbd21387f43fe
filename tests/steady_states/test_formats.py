"""Files of steady states, read by the ending of their name."""

import gzip
from importlib.resources import files

import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.errors import FileFormatError, UnitsError
from skimpy_renaissance.steady_states import (
    STATE_FORMATS,
    read_states_file,
    save_steady_states,
    write_steady_state,
)


@pytest.fixture(scope="module")
def bundled():
    return sr.examples.e_coli_core()


def test_every_format_gives_the_same_states(bundled, tmp_path):
    network, states = bundled
    packed = (files(sr.examples) / "data" / "e_coli_core_states.csv.gz").read_bytes()
    (tmp_path / "states.csv.gz").write_bytes(packed)
    (tmp_path / "states.csv").write_bytes(gzip.decompress(packed))
    write_steady_state(states[0], tmp_path / "states.json")
    save_steady_states(states, tmp_path / "states.npz")
    for ending in STATE_FORMATS:
        read = read_states_file(tmp_path / f"states{ending}", network, units=states.units)
        assert read[0].fluxes.to_dict() == pytest.approx(states[0].fluxes.to_dict(), rel=1e-12)
        assert read.units == states.units


def test_an_unknown_ending_names_those_that_are_known(bundled, tmp_path):
    with pytest.raises(FileFormatError, match=r"\.csv, \.csv\.gz, \.json, \.npz, got 'a\.xml'"):
        read_states_file(tmp_path / "a.xml", bundled[0], units=None)


def test_samples_without_units_say_that_units_are_needed(bundled, tmp_path):
    (tmp_path / "samples.csv").write_text("a\n1\n")
    with pytest.raises(UnitsError, match=r"samples\.csv does not state its units"):
        read_states_file(tmp_path / "samples.csv", bundled[0], units=None)
