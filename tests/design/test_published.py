"""The published p-coumaric acid designs in yeast, number for number.

Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0.
"""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import (
    NOMAD_COUMARATE,
    Design,
    ResponseProblem,
    enumerate_designs,
    evaluate_designs,
    log_k_of_tfa,
)
from skimpy_renaissance.errors import FileFormatError

MODELS = (8, 42, 60, 61, 99, 104)


@pytest.fixture(scope="module")
def yeast(shared_data):
    folder = shared_data("yeast")
    pools = folder / "ST10284_cons_relations_annotated.csv"
    network = sr.read_skimpy_yaml(folder / "kinetic_model.yaml", conservation=pools)
    state = sr.read_steady_state(folder / "steady_state_3191.json", network)
    sets = folder / "parameters_top_9_models.hdf5"
    population = sr.ParameterPopulation.load(sets, units=state.units)
    control = control_coefficients(sr.compile(network).at(state), population)
    problem = ResponseProblem.of(
        control,
        network,
        state,
        {"PCAtex": 1, "GLCt1": -1},
        NOMAD_COUMARATE,
        growth="LMPD_s_0450_c_1_256",
        log_k=log_k_of_tfa(folder / "tfa_model.json", network, state),
    )
    return folder, control, problem


def design_of(signed):
    """A design with enzymes and directions alone, as EU_ and ED_ say."""
    folds = {name[3:]: 2.0 if name.startswith("EU_") else 0.5 for name in signed}
    return Design(folds, 0.0, np.empty(0))


def own_best(yeast, model, designs, **options):
    problem = yeast[2]
    one = problem.select([problem.models.index(model)])
    return evaluate_designs(one, designs, **options)["own"].to_numpy()


@pytest.mark.slow
def test_top_yield_control_coefficients(yeast):
    folder, control, _ = yeast
    for number in MODELS:
        known = pd.read_csv(folder / f"designs/top_yield_control_3191_{number}.csv")
        table = control.flux.slice_by("sample", f"3191,{number}")
        found = (table.loc["PCAtex"] - table.loc["GLCt1"])[known["parameter"]]
        np.testing.assert_allclose(found, known["0"], rtol=1e-8)


@pytest.mark.slow
def test_published_designs_reach_what_was_published(yeast):
    for number in MODELS:
        known = pd.read_csv(yeast[0] / f"designs/designs_3191_{number}.csv", index_col=0)
        signed = known.drop(columns="solution")
        designs = [design_of(row.dropna().index) for _, row in signed.iterrows()]
        found = own_best(yeast, f"3191,{number}", designs)
        np.testing.assert_allclose(found, known["solution"], rtol=1e-8)


@pytest.mark.slow
def test_every_design_in_every_model(yeast):
    path = yeast[0] / "nra_sol_all_designs_all_models.csv"
    known = pd.read_csv(path, index_col=0).groupby(["model", "design_ix"])
    pairs = known["nra_sol"].first()
    assert len(pairs) == 351
    for model, part in pairs.groupby(level="model"):
        names = [known.get_group((model, i))["enzyme"] for i in part.index.get_level_values(1)]
        found = own_best(yeast, model, [design_of(some) for some in names], least=1e-3)
        np.testing.assert_allclose(found, part, atol=1e-8)


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
