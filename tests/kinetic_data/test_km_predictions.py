"""Predicted constants as a prior: every way to state value and error, all bad rows at once."""

import math

import pandas as pd
import pytest

from skimpy_renaissance.errors import InputError, MissingEntryError
from skimpy_renaissance.kinetic_data import read_km_predictions
from skimpy_renaissance.priors import Prior

TPI = "km_substrate_TPI"
RANGE = (0.1e-3 / 3, 0.1e-3 * 3)


def table(**columns):
    return pd.DataFrame({name: [value] for name, value in columns.items()})


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"value": 0.1}, {"fold": 3.0}),
        ({"ln_value": math.log(0.1)}, {"sd_ln": math.log(3)}),
        ({"log10_value": -1.0}, {"sd_log10": math.log10(3)}),
        ({"value": "0.1"}, {"variance_ln": math.log(3) ** 2}),
        ({"value": 0.1}, {"variance_log10": math.log10(3) ** 2}),
    ],
    ids=lambda entry: next(iter(entry)),
)
def test_however_it_is_stated_it_is_one_log_normal(network, value, error):
    found = read_km_predictions(table(km=TPI, **value, **error), network, unit="mM")
    assert found == {TPI: pytest.approx(RANGE)}
    prior = Prior.log_uniform(network.km_names, 1e-9, 1.0).with_measured(found)
    law = prior.of_names([TPI]).laws[0][1]
    assert law.mean.exp().item() == pytest.approx(1e-4)
    assert law.std.exp().item() == pytest.approx(3.0)


def test_constants_are_found_by_reaction_and_metabolite_in_a_file(network, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("reaction,metabolite,value,fold,unit\nTPI,dhap,0.1,3,mM\nTPI,g3p_c,20,2,uM\n")
    found = read_km_predictions(path, network)
    assert found == {
        TPI: pytest.approx(RANGE),
        "km_product_TPI": pytest.approx((1e-5, 4e-5)),
    }


def test_all_rows_that_cannot_be_used_are_listed(network):
    rows = [
        (TPI, None, None, 0.1, 3.0, "mM"),
        (TPI, None, None, 0.1, 3.0, "mM"),
        ("km_substrate_TPP", None, None, 0.1, 3.0, "mM"),
        (None, "TPI", "atp", 0.1, 3.0, "mM"),
        ("km_product_TPI", None, None, 0.1, 3.0, "furlong"),
        ("km_product_TPI", None, None, 0.1, 1.0, "mM"),
        ("km_product_TPI", None, None, -0.1, 3.0, "mM"),
    ]
    columns = ["km", "reaction", "metabolite", "value", "fold", "unit"]
    with pytest.raises(InputError) as caught:
        read_km_predictions(pd.DataFrame(rows, columns=columns), network)
    assert str(caught.value).splitlines() == [
        "6 of 7 rows of predicted Km cannot be used:",
        f"  row 1: {TPI} has a prediction already",
        f"  row 2: 'km_substrate_TPP' is no saturation constant to be drawn; did you mean {TPI!r}?",
        "  row 3: 'atp' in 'TPI' has no constant to be drawn",
        "  row 4: unit 'furlong' is none of M, mM, uM, nM",
        "  row 5: fold must be above 1, got 1.0",
        "  row 6: value must be a positive, finite number, got -0.1",
    ]


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"km": TPI, "value": 1.0}, MissingEntryError, "one of the columns fold, sd_ln"),
        ({"km": TPI, "fold": 2.0}, MissingEntryError, "one of the columns value, ln_value"),
        ({"value": 1.0, "fold": 2.0}, MissingEntryError, "without the column 'km'"),
        ({"km": TPI, "value": 1, "fold": 2, "sd_ln": 1}, InputError, "fold, sd_ln, it has them"),
    ],
)
def test_columns_that_are_absent_or_twice_are_named(network, columns, error, message):
    with pytest.raises(error, match=message):
        read_km_predictions(table(**columns), network, unit="mM")
    with pytest.raises(MissingEntryError, match="unit='mM' or the like is not given"):
        read_km_predictions(table(km=TPI, value=1.0, fold=2.0), network)
