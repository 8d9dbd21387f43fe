"""Identifiers are those that SKiMPy makes."""

import pytest

from skimpy_renaissance.network.identifiers import sanitized, without_compartment


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("13dpg_c", "_13dpg_c"),
        ("glc-D_e", "glc_D_e"),
        ("a-b-c_m", "a_b_c_m"),
        ("3-met_c", "_3-met_c"),
        ("_13dpg_c", "_13dpg_c"),
        ("atp_c", "atp_c"),
    ],
)
def test_ids_are_sanitized_as_skimpy_does(given, expected):
    assert sanitized(given) == expected
    assert sanitized(expected) == expected


def test_compounds_have_no_compartment():
    assert without_compartment("h_c", "c") == without_compartment("h[c]", "c") == "h"
    assert without_compartment("h_c", "e") == "h_c"
