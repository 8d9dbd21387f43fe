"""One design for many models, and the price of sharing it."""

import numpy as np
import pytest

from skimpy_renaissance.design import Worst, enumerate_designs, evaluate_designs, robust_design
from skimpy_renaissance.errors import InputError


@pytest.fixture(scope="module")
def shared(acetate):
    return robust_design(acetate, within=0.2, own=6, progress=False)


@pytest.mark.slow
def test_the_price_is_what_each_model_would_gain_alone(acetate, shared):
    designs = enumerate_designs(acetate, within=0.2, progress=False)
    assert shared.best.folds == designs[0].folds
    table = evaluate_designs(acetate, [shared.best])
    np.testing.assert_allclose(shared.price["shared"], table["log_gain"], rtol=1e-9)
    np.testing.assert_allclose(shared.price["own_folds"], table["own"], rtol=1e-9)
    for m, model in enumerate(acetate.models):
        alone = enumerate_designs(acetate.select([m]), progress=False)
        assert shared.price["own_enzymes"][model] == pytest.approx(alone[0].log_gain, rel=1e-8)
    assert shared.price["proven"].all()


@pytest.mark.slow
def test_each_freedom_gains(shared):
    price = shared.price
    assert (price["shared"] <= price["own_folds"] + 1e-8).all()
    assert (price["own_folds"] <= price["own_enzymes"] + 1e-8).all()
    summary = shared.summary
    assert summary.loc["shared", "mean"] == pytest.approx(shared.best.log_gain)
    assert summary["models"].tolist() == [6, 6, 6]
    row = f"{summary.loc['own_enzymes', 'mean']:.3g}"
    assert f"with own enzymes {row} (worst" in repr(shared)
    assert "drawn" not in repr(shared)


@pytest.mark.slow
def test_of_many_models_some_are_drawn_and_said_so(acetate, shared):
    some, again = (robust_design(acetate, own=2, seed=3, progress=False) for _ in range(2))
    sought = some.price["own_enzymes"].notna()
    assert sought.sum() == 2
    assert sought.equals(again.price["own_enzymes"].notna())
    np.testing.assert_allclose(
        some.price["own_enzymes"][sought], shared.price["own_enzymes"][sought], rtol=1e-9
    )
    assert "(of 2 models drawn with seed 3)" in repr(some)


@pytest.mark.slow
def test_models_are_told_apart_by_place_not_by_name(acetate):
    turned = acetate.select([5, 0]).joined([acetate.select([5, 0]), acetate.select([0])])
    found = robust_design(turned, aim=Worst(), own=1, own_time_limit=30, progress=False)
    changes = np.array([np.log(found.best.folds.get(name, 1.0)) for name in turned.enzymes])
    np.testing.assert_allclose(found.price["shared"], turned.gain @ changes, rtol=1e-9)
    assert found.price["own_folds"].iloc[1] == found.price["own_folds"].iloc[2]
    assert (found.price["shared"] <= found.price["own_folds"] + 1e-8).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"own": 0}, "own"), ({"own_time_limit": -1.0}, "own_time_limit"), ({"within": 2}, "within")],
)
def test_unusable_options_are_refused(acetate, options, said):
    with pytest.raises(InputError, match=said):
        robust_design(acetate, progress=False, **options)
