"""The published p-coumaric acid designs in yeast, number for number.

Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0.
"""

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.cli.case import named_case, read_case
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import enumerate_designs, log_k_of_tfa
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.studies.design import published_comparison, published_task

MODELS = (8, 42, 60, 61, 99, 104)


@pytest.fixture(scope="module")
def published(shared_data):
    case = read_case(named_case("yeast", shared_data("yeast"))).case
    return case, published_task(case)


@pytest.fixture
def yeast(published, shared_data):
    task = published[1]
    control = control_coefficients(task.bound, task.population)
    return shared_data("yeast"), control, task.problem


@pytest.mark.slow
def test_top_yield_control_coefficients(yeast):
    folder, control, _ = yeast
    for number in MODELS:
        known = pd.read_csv(folder / f"designs/top_yield_control_3191_{number}.csv")
        table = control.flux.slice_by("sample", f"3191,{number}")
        found = (table.loc["PCAtex"] - table.loc["GLCt1"])[known["parameter"]]
        np.testing.assert_allclose(found, known["0"], rtol=1e-8)


@pytest.mark.slow
def test_the_study_finds_every_published_objective(published):
    result = published_comparison(*published)
    table = result.tables["published"]
    of_models = table[table["of"] == "of the designs of a model"]
    assert of_models["model"].unique().tolist() == [f"3191,{number}" for number in MODELS]
    np.testing.assert_allclose(of_models["found"], of_models["published"], rtol=1e-8)
    in_models = table.drop(of_models.index)
    assert len(in_models) == 351
    np.testing.assert_allclose(in_models["found"], in_models["published"], atol=1e-8)
    agree = {finding.published: finding.ours for finding in result.findings[:2]}
    assert agree == {351: 351, len(of_models): len(of_models)}
    assert len(result.findings) == 2 + len(table)


@pytest.mark.slow
def test_a_whole_enumeration_among_the_enzymes_that_were_found(yeast):
    folder, _, problem = yeast
    known = pd.read_csv(folder / "designs/designs_3191_42.csv", index_col=0)
    names = {name[3:] for name in known.columns.drop("solution")}
    one = problem.select([problem.models.index("3191,42")])
    kept = [i for i, name in enumerate(one.enzymes) if name in names]
    few = one.of_enzymes([one.enzymes[i] for i in kept])
    designs = enumerate_designs(few, progress=False)
    counted = known["solution"][known["solution"] >= 0.95 * known["solution"].max()]
    np.testing.assert_allclose([d.log_gain for d in designs][: len(counted)], counted, rtol=1e-8)
    assert designs.complete


def test_what_is_no_pytfa_model_is_refused(core, tmp_path):
    path = tmp_path / "model.json"
    path.write_text('{"variables": 3}')
    with pytest.raises(FileFormatError, match="must be a pyTFA model"):
        log_k_of_tfa(path, *core[:2])
