"""Strain designs: which capacities change, by how much, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest

from skimpy_renaissance.dynamics.reactors.designs import (
    WILD_TYPE,
    StrainDesign,
    designs_from_flags,
    designs_from_nra,
    read_designs,
)
from skimpy_renaissance.errors import FileFormatError, InputError, MissingEntryError
from skimpy_renaissance.population import ParameterPopulation


@pytest.fixture
def population():
    names = ("vmax_forward_PFK", "km_substrate1_PFK", "vmax_forward_PYK")
    values = np.array([[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]])
    return ParameterPopulation(names, values, ("a", "b"), lambda_max=np.array([-1.0, -2.0]))


def test_a_design_multiplies_the_capacities_of_its_reactions_only(population):
    changed = StrainDesign("x", {"PFK": 10.0, "PYK": 0.5}).applied_to(population)
    assert changed.values.tolist() == [[20.0, 3.0, 2.5], [70.0, 11.0, 6.5]]
    assert population.values[0, 0] == 2.0
    assert changed.index == population.index


def test_eigenvalues_do_not_outlive_a_design(population):
    assert StrainDesign("x", {"PFK": 2.0}).applied_to(population).lambda_max is None


def test_a_design_and_its_inverse_undo_one_another(population):
    there = StrainDesign("x", {"PFK": 8.0}).applied_to(population)
    back = StrainDesign("y", {"PFK": 0.125}).applied_to(there)
    assert back.values.tolist() == population.values.tolist()


def test_the_wild_type_changes_nothing(population):
    assert WILD_TYPE.applied_to(population).values.tolist() == population.values.tolist()


def test_an_enzyme_that_is_not_there_is_named(population):
    with pytest.raises(MissingEntryError, match="ENO"):
        StrainDesign("x", {"ENO": 2.0}).applied_to(population)


@pytest.mark.parametrize("fold", [0.0, -2.0, math.inf, math.nan, True])
def test_a_fold_change_is_positive_and_finite(fold):
    with pytest.raises(InputError, match="PFK"):
        StrainDesign("x", {"PFK": fold})


def test_flags_become_folds_up_and_down():
    table = pd.DataFrame({"EU_PFK": [1, 0], "ED_PYK": [1, 1]}, index=[4, 4])
    first, second = designs_from_flags(table, fold=10.0)
    assert (first.name, second.name) == ("EU_PFK ED_PYK", "ED_PYK")
    assert first.fold_changes == pytest.approx({"PFK": 10.0, "PYK": 0.1})
    assert second.fold_changes == pytest.approx({"PYK": 0.1})


def test_a_column_of_row_numbers_is_not_taken_for_a_flag():
    table = pd.DataFrame({"Unnamed: 0": [0, 1, 2], "EU_PFK": [1, 0, 1]})
    with pytest.raises(InputError, match="index_col=0"):
        designs_from_flags(table, fold=10.0)


def test_an_unknown_prefix_is_refused():
    with pytest.raises(InputError, match="XX_PFK"):
        designs_from_flags(pd.DataFrame({"XX_PFK": [1]}), fold=10.0)


def test_one_enzyme_does_not_go_up_and_down():
    with pytest.raises(InputError, match="twice"):
        designs_from_flags(pd.DataFrame({"EU_PFK": [1], "ED_PFK": [1]}), fold=10.0)


@pytest.mark.parametrize("fold", [1.0, 0.5, math.nan])
def test_a_fold_for_flags_is_above_one(fold):
    with pytest.raises(InputError, match="above 1"):
        designs_from_flags(pd.DataFrame({"EU_PFK": [1]}), fold=fold)


def test_response_analysis_gives_logarithms():
    table = pd.DataFrame(
        {
            "model": ["m", "m", "n"],
            "design_ix": [0, 0, 0],
            "enzyme": ["EU_PFK", "ED_PYK", "ED_PFK"],
            "fold-change": [math.log(2.0), math.log(4.0), math.log(5.0)],
        }
    )
    designs = designs_from_nra(table)
    assert list(designs) == ["m", "n"]
    assert designs["m"][0].fold_changes == pytest.approx({"PFK": 2.0, "PYK": 0.25})
    assert designs["n"][0].fold_changes == pytest.approx({"PFK": 0.2})


def test_a_negative_logarithm_is_refused():
    row = {"model": ["m"], "design_ix": [0], "enzyme": ["ED_PYK"], "fold-change": [-0.7]}
    with pytest.raises(InputError, match="ED_"):
        designs_from_nra(pd.DataFrame(row))


def test_a_missing_column_is_named():
    with pytest.raises(MissingEntryError, match="fold-change"):
        designs_from_nra(pd.DataFrame({"model": [], "design_ix": [], "enzyme": []}))


def test_the_published_e_coli_designs_change_three_enzymes_each(shared_data):
    table = pd.read_csv(shared_data("ecoli", "all_unique_designs.csv"), index_col=0)
    designs = designs_from_flags(table, fold=10.0)
    assert len({d.name for d in designs}) == len(designs) == 41
    assert designs[0].fold_changes == pytest.approx({"DDPA": 10.0, "PFK": 10.0, "SHKK": 10.0})
    assert {len(d.fold_changes) for d in designs} == {3}


def test_the_published_yeast_designs_are_at_most_two_fold(shared_data):
    path = shared_data("yeast", "nra_sol_all_designs_all_models.csv")
    designs = designs_from_nra(pd.read_csv(path, index_col=0))
    folds = [f for ds in designs.values() for d in ds for f in d.fold_changes.values()]
    assert len(designs) == 9
    assert sum(map(len, designs.values())) == 351
    assert (min(folds), max(folds)) == pytest.approx((0.5, 2.0))


def test_a_written_table_of_designs_is_read_in_its_order(tmp_path):
    path = tmp_path / "designs.csv"
    path.write_text("design,enzyme,fold,log_gain\n7,PFK,2,0.1\n7,NA,0.5,0.1\n0,PYK,3,0.05\n")
    first, second = read_designs(path)
    assert first == StrainDesign("PFK x2, NA x0.5", {"PFK": 2.0, "NA": 0.5})
    assert second.fold_changes == {"PYK": 3.0}


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("design,enzyme\n0,PFK\n", MissingEntryError, "fold"),
        ("design,enzyme,fold\n", FileFormatError, "holds no design"),
        ("design,enzyme,fold\n0,PFK,2\n0,PFK,3\n", InputError, "changes 'PFK' twice"),
        ("design,enzyme,fold\n0,PFK,much\n", InputError, "positive fold change for 'PFK'"),
    ],
)
def test_a_table_of_designs_that_is_none_is_refused(tmp_path, text, error, said):
    path = tmp_path / "designs.csv"
    path.write_text(text)
    with pytest.raises(error, match=said):
        read_designs(path)
