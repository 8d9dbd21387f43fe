"""The value of a measurement: closed forms, and no more than chance where there is none."""

import numpy as np
import pandas as pd
import pytest

import skimpy_renaissance as sr
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import Design, ResponseProblem, value_of_information
from skimpy_renaissance.errors import InputError, MissingEntryError
from tests.design.test_rank_enzymes import with_gain


def table_of(values):
    """Columns x0, x1, ... of models m0, m1, ..."""
    rows = [f"m{i}" for i in range(len(values))]
    return pd.DataFrame(values, rows, [f"x{i}" for i in range(values.shape[1])])


def by(enzyme):
    """A design that changes one enzyme by a factor of e: its gain is the enzyme's."""
    return Design({enzyme: np.e}, 0.0, np.empty(0))


def test_the_variance_explained_is_that_of_the_closed_form(acetate):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (4000, 6))
    gain = 2 * x[:, 0] + x[:, 1] + rng.normal(0, 1, 4000)
    problem = with_gain(acetate, gain[:, None])
    table = value_of_information(problem, table_of(x), [by(acetate.enzymes[0])], permutations=60)
    assert table["constant"].tolist()[:2] == ["x0", "x1"]
    in_eight = 1 - 1 / 64  # of a uniform quantity that is known by its eighth
    variance = (4 + 1) / 3 + 1
    expected = in_eight * np.array([4, 1]) / 3 / variance
    np.testing.assert_allclose(table["explained"][:2], expected, atol=0.03)
    assert (table["explained"][2:] < table["explained_by_chance"][0]).all()
    assert table["explained"][1] > 5 * table["explained_by_chance"][0]


def test_a_decision_is_worth_what_the_closed_form_says(acetate):
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (4000, 2))
    problem = with_gain(acetate, x[:, :1])
    table = value_of_information(problem, table_of(x), [by(acetate.enzymes[0])], permutations=40)
    decision = table.set_index("constant")["decision"]
    assert decision["x0"] == pytest.approx(0.25, abs=0.02), "E max(x, 0): the design or none"
    assert abs(decision["x1"]) < table["decision_by_chance"][0] < 0.02


def test_what_is_better_in_every_model_needs_no_measurement(acetate):
    x = np.random.default_rng(2).uniform(0, 1, (400, 3))
    problem = with_gain(acetate, np.stack([x[:, 0] + 1, x[:, 0]], axis=1))
    designs = [by(name) for name in acetate.enzymes[:2]]
    table = value_of_information(problem, table_of(x), designs, permutations=20)
    np.testing.assert_allclose(table[["decision", "decision_by_chance"]], 0.0, atol=1e-12)
    assert table["explained"][0] > 0.9


@pytest.mark.slow
def test_without_any_effect_chance_is_exceeded_as_rarely_as_stated(acetate):
    rng = np.random.default_rng(3)
    exceeded = np.zeros(2)
    for seed in range(60):
        x, gain = rng.standard_normal((160, 12)), rng.standard_normal((160, 1)) ** 3
        table = value_of_information(
            with_gain(acetate, gain), table_of(x), [by(acetate.enzymes[0])],
            permutations=60, seed=seed,
        )  # fmt: skip
        for i, name in enumerate(("explained", "decision")):
            exceeded[i] += table[name].max() > table[f"{name}_by_chance"][0]
    assert (exceeded <= 9).all(), "3 expected"


def test_models_that_are_alike_count_as_what_they_are_worth(acetate):
    rng = np.random.default_rng(4)
    x = rng.uniform(-1, 1, (400, 5))
    gain = (x[:, 0] + rng.normal(0, 1, 400))[:, None]
    design = [by(acetate.enzymes[0])]
    once = value_of_information(with_gain(acetate, gain), table_of(x), design)
    x, gain = np.repeat(x, 4, axis=0), np.repeat(gain, 4, axis=0)
    often = value_of_information(with_gain(acetate, gain, worth=0.25), table_of(x), design)
    np.testing.assert_allclose(often["explained"][0], once["explained"][0], atol=0.01)
    for name in ("explained_by_chance", "decision_by_chance"):
        assert often[name][0] == pytest.approx(once[name][0], rel=0.4)


@pytest.mark.slow
def test_constants_of_the_bundled_model_have_labels_and_only_order_matters(core):
    network, state, *_, bound = core
    sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=120))
    population = sampler.sample(network, state, seed=3)
    control = control_coefficients(bound, population)
    problem = ResponseProblem.of(control, network, state, "ACt2r")
    designs = [by("ACt2r"), by("PPC")]
    table = value_of_information(problem, population, designs, network=network, permutations=20)
    assert set(table["constant"]) == {
        *(name for name in network.vmax_names if name),
        *network.km_names,
    }
    label = table.set_index("constant")["label"]
    assert label["vmax_forward_PFK"] == "Vmax of PFK"
    assert label["km_substrate1_PYK"] == "Km of pep_c in PYK"
    backwards = np.log(population.to_dataframe())[::-1]
    again = value_of_information(problem, backwards, designs, permutations=20)
    pd.testing.assert_frame_equal(again.drop(columns="label"), table.drop(columns="label"))


def test_what_cannot_be_told_is_refused_in_words(acetate):
    x = np.random.default_rng(5).uniform(0, 1, (100, 2))
    problem, known = with_gain(acetate, x[:, :1]), table_of(x)
    design = by(acetate.enzymes[0])
    with pytest.raises(
        InputError, match=r"at least 80 independent models, got 100 that are worth 50"
    ):
        value_of_information(with_gain(acetate, x[:, :1], worth=0.5), known, [design])
    with pytest.raises(InputError, match="give one at least"):
        value_of_information(problem, known, [])
    with pytest.raises(MissingEntryError, match="enzyme of the problem 'nothing'"):
        value_of_information(problem, known, [by("nothing")])
    with pytest.raises(MissingEntryError, match="model in the table of what is known 'm99'"):
        value_of_information(problem, known[:99], [design])
    with pytest.raises(InputError, match="one row per model"):
        value_of_information(problem, pd.concat([known, known]), [design])
    with pytest.raises(InputError, match="No parameter differs"):
        value_of_information(problem, known * 0 + 1, [design])
    with pytest.raises(InputError, match="must be finite, got other values of x1"):
        value_of_information(problem, known.assign(x1=np.nan), [design])
    with pytest.raises(InputError, match=r"All models gain the same by .*nothing to learn"):
        value_of_information(with_gain(acetate, np.ones((100, 1))), known, [design])
