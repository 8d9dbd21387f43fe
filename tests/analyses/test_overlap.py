"""Scores of populations, as tables, and as the rows that a person reads."""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses.observations import (
    matched_ranges,
    subsystem_of_km,
    subsystem_table,
)
from skimpy_renaissance.analyses.overlap import overlap
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import match_km, overlap_scores, read_measured_km

MEASURED = pd.DataFrame(
    {
        "reaction": ["TPI", "TPI", "PGI"],
        "metabolite": ["dhap_c", "g3p_c", "g6p_c"],
        "value": [0.5, 0.2, 0.3],
        "unit": ["mM"] * 3,
    }
)


@pytest.fixture(scope="module")
def core():
    return sr.examples.e_coli_core()


@pytest.fixture(scope="module")
def match(core):
    return match_km(read_measured_km(MEASURED), core[0])


def _drawn(core, seed):
    network, states = core
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=20))
    return sampler.sample(network, states[97], only_stable=False, seed=seed)


@pytest.mark.slow
def test_scores_of_two_populations_stand_side_by_side(core, match):
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    one, other = (_drawn(core, seed) for seed in (1, 2))
    found = overlap(
        one, match, ranges, network=network, before=other, subsystems=subsystem_table(network)
    )
    table = found.tables["overlap"].set_index("km")
    np.testing.assert_allclose(table["after"], overlap_scores(one, ranges)["overlap"])
    np.testing.assert_allclose(table["before"], overlap_scores(other, ranges)["overlap"])
    assert found.numbers["improved"] == (table["after"] > table["before"]).sum()
    grouped = found.tables["subsystems"].set_index("subsystem")
    assert grouped.loc["Glycolysis/Gluconeogenesis", "n"] == len(table)
    rows = list(found.summary.values())[-1]
    assert [row[:2] for row in rows[1:]] == [("before", "20"), ("population", "20")]


def test_one_population_has_no_change_and_unknown_subsystems_no_table(core, match):
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    found = overlap(_drawn(core, 1), match, ranges, network=network)
    assert "overlap" in found.tables["overlap"]
    assert "change" not in found.tables["overlap"]
    assert set(found.drawings) == {"overlap"}


def test_where_nothing_fits_the_first_reason_is_said(core):
    nowhere = match_km(read_measured_km(MEASURED.assign(reaction="X")), core[0])
    with pytest.raises(InputError, match=r"None of 3 measurements .* first reason is: "):
        matched_ranges(nowhere, core[0], relative=0.2)


def test_the_subsystem_of_a_constant_is_that_of_its_reaction(core):
    network, _ = core
    table = pd.DataFrame({"reaction": ["TPI"], "subsystem": ["mine"]})
    own = subsystem_of_km(network, table)
    assert own["km_substrate_TPI"] == "mine"
    assert own.value_counts()["unassigned"] == len(own) - 2
