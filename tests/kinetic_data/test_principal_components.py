"""Principal components: what is known of them in closed form."""

import numpy as np
import pytest

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import km_components


def test_two_groups_that_differ_in_one_constant_lie_apart_on_the_first_component():
    rng = np.random.default_rng(0)
    one = rng.normal(0, 0.1, (50, 6))
    other = rng.normal(0, 0.1, (40, 6)) + np.array([0, 0, 8.0, 0, 0, 0])
    found = km_components({"one": one, "other": other})
    means = found.table.groupby("group")["PC1"].mean()
    np.testing.assert_allclose(abs(means["one"] - means["other"]), 8.0, rtol=0.02)
    assert found.table["group"].value_counts().to_dict() == {"one": 50, "other": 40}
    assert found.explained[0] > 0.98


def test_components_keep_distances_and_explain_the_variance_of_the_singular_values():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(30, 4)) * [3, 2, 1, 0.5]
    found = km_components({"a": values}, n_components=4)
    points = found.table.drop(columns="group").to_numpy()
    before = np.linalg.norm(values[:, None] - values[None], axis=-1)
    np.testing.assert_allclose(np.linalg.norm(points[:, None] - points[None], axis=-1), before)
    singular = np.linalg.svd(values - values.mean(0), compute_uv=False) ** 2
    np.testing.assert_allclose(found.explained, singular / singular.sum())


def test_groups_of_different_constants_or_too_few_models_are_refused():
    with pytest.raises(InputError, match="same constants"):
        km_components({"a": np.zeros((3, 2)), "b": np.zeros((3, 4))})
    with pytest.raises(InputError, match="same constants"):
        km_components({})
    with pytest.raises(InputError, match="2 components"):
        km_components({"a": np.zeros((1, 5))})
