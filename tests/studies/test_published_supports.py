"""Designs that are published by their enzymes: found again, each in its model at its own state."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.design import DesignLimits
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.studies.design import STUDY, DesignStudySettings
from skimpy_renaissance.studies.published_supports import ranges_of_log_k, read_supports

LIMITS = DesignLimits(enzymes=1, candidates=("PDH", "PGI", "PFK"))


@pytest.fixture(scope="module")
def published(case, tmp_path_factory):
    """A case whose published design is the best one of a model, and one that is not."""
    folder = tmp_path_factory.mktemp("published")
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=1))
    sets = sampler.sample(case.network, case.state, seed=1)
    named = replace(sets, index=(f"{case.state.name},1",))
    named.save(folder / "sets.h5")
    pd.DataFrame(columns=["reaction_id", "regulator", "regulation"]).to_csv(
        folder / "regulation.csv", index=False
    )
    pd.DataFrame({"EU_PDH": [1, 0], "ED_PDH": [0, 1], "EU_PFK": [0, 0]}).to_csv(
        folder / "supports.csv"
    )
    files = {"supports": "supports.csv", "regulation": "regulation.csv", "models": "sets.h5"}
    return replace(
        case,
        design=DesignOptions({"ACt2r": 1.0, "GLCpts": -1.0}, LIMITS),
        data={f"design_{role}": folder / name for role, name in files.items()},
    )


@pytest.mark.slow
def test_designs_found_are_compared_with_published_ones(published, tmp_path):
    result = STUDY.run(published, DesignStudySettings(), RunContext(tmp_path, seed=1))
    table, (of_model, whole) = result.tables["designs"], result.findings
    known = {"EU_PDH", "ED_PDH"}
    assert table["published"].tolist() == [one in known for one in table["enzymes"]]
    assert of_model.ours == table["published"].sum() == whole.ours
    assert whole.published == 2
    assert list(tmp_path.glob("search_*.npz"))


def test_models_need_a_state_of_their_name(published, tmp_path):
    population = sr.ParameterPopulation.load(published.data["design_models"], units=published.units)
    replace(population, index=("elsewhere",)).save(tmp_path / "sets.h5")
    other = replace(published, data={**published.data, "design_models": tmp_path / "sets.h5"})
    with pytest.raises(InputError, match=r"None of the models elsewhere has a steady state"):
        STUDY.run(other, DesignStudySettings(), RunContext(tmp_path))


def test_a_table_without_enzymes_is_refused(tmp_path):
    pd.DataFrame({"PDH": [1]}).to_csv(tmp_path / "a.csv")
    with pytest.raises(FileFormatError, match="no columns EU_enzyme and ED_enzyme"):
        read_supports(tmp_path / "a.csv")


def test_ranges_hold_every_state_with_a_margin(case):
    ranges = ranges_of_log_k(case.states)
    for name in case.states.names:
        log_k = np.log(case.states[name].equilibrium_constants.astype(float))
        for reaction, (low, high) in ranges.items():
            assert low <= log_k[reaction] <= high
