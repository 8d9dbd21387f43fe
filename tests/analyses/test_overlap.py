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
from skimpy_renaissance.kinetic_data import (
    match_km,
    overlap_scores,
    prior_space,
    read_measured_km,
    scores_beside_prior,
)

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


@pytest.fixture(scope="module")
def space(core):
    default = (np.log(1e-6), np.log(0.1))
    return prior_space(core[0], sr.examples.E_COLI_CORE_UNITS, default_range=default)


@pytest.mark.slow
def test_scores_of_two_populations_stand_side_by_side(core, match, space):
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    one, other = (_drawn(core, seed) for seed in (1, 2))
    found = overlap(
        one,
        match,
        ranges,
        network=network,
        space=space,
        before=other,
        subsystems=subsystem_table(network),
    )
    table = found.tables["overlap"].set_index("km")
    np.testing.assert_allclose(table["after"], overlap_scores(one, ranges)["overlap"])
    np.testing.assert_allclose(table["before"], overlap_scores(other, ranges)["overlap"])
    assert found.numbers["improved"] == (table["after"] > table["before"]).sum()
    grouped = found.tables["subsystems"].set_index("subsystem")
    assert grouped.loc["Glycolysis/Gluconeogenesis", "n"] == len(table)
    rows = list(found.summary.values())[-1]
    assert [row[0] for row in rows[1:]] == [
        "before", "population", "prior", "prior, as narrow as the population"
    ]  # fmt: skip


def test_one_population_has_no_change_and_unknown_subsystems_no_table(core, match, space):
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    found = overlap(_drawn(core, 1), match, ranges, network=network, space=space)
    assert "overlap" in found.tables["overlap"]
    assert "change" not in found.tables["overlap"]
    assert set(found.drawings) == {"overlap"}


def test_a_narrow_population_stands_beside_the_prior_and_the_valid_region(core, match, space):
    """A fiftieth of the prior's width at 0.5 mM, which is right for one of three constants."""
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    names, units = ranges.km_names, sr.examples.E_COLI_CORE_UNITS
    width = (np.log(0.1) - np.log(1e-6)) / 50

    def sets(low, high):
        values = np.exp(np.linspace(low, high, 200))[:, None] * units.concentration_scaling
        return sr.ParameterPopulation(names, np.repeat(values, len(names), axis=1), units=units)

    narrow = sets(np.log(0.5e-3) - width / 2, np.log(0.5e-3) + width / 2)
    whole = sets(np.log(1e-6), np.log(0.1))
    found = overlap(narrow, match, ranges, network=network, space=space, region=whole)
    table = found.tables["overlap"].set_index("km")
    own = scores_beside_prior(narrow, ranges, space)
    np.testing.assert_allclose(table["skill"], own["skill"])
    np.testing.assert_allclose(table["region"], table["prior"], rtol=1e-6)
    assert found.numbers["mean_region"] == pytest.approx(found.numbers["mean_prior"])
    assert found.numbers["above_prior"] == 1
    assert found.numbers["only_narrower"] == 0  # at the measured value, which few places are
    rows = {row[0]: row for row in list(found.summary.values())[-1]}
    assert set(rows) >= {"population", "prior", "whole valid region"}
    assert rows["population"][1] == f"{own['overlap'].mean():.3g}"
    assert rows["prior"][1] == f"{own['prior'].mean():.3g}"


def test_a_score_that_width_alone_explains_is_warned_of(core, match, space):
    network, _ = core
    ranges = matched_ranges(match, network, relative=0.2)
    names, units = ranges.km_names, sr.examples.E_COLI_CORE_UNITS
    values = np.geomspace(2e-5, 2e-3, 200)[:, None] * units.concentration_scaling
    fortieth = sr.ParameterPopulation(names, np.repeat(values, len(names), axis=1), units=units)
    found = overlap(fortieth, match, ranges, network=network, space=space)
    assert found.numbers["only_narrower"] == found.numbers["above_prior"] == 3
    (warning,) = found.warnings
    assert "3 of 3 Km overlap more than the prior does, 3 of them only because" in warning
    assert "go by skill in overlap.csv" in warning


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
