"""Conserved pools: exact, complete, unique; tables that do not conserve are refused."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import sympy

from skimpy_renaissance.errors import FileFormatError, MissingEntryError, NetworkError
from skimpy_renaissance.network import find_pools, pools_from_table, read_pools

NAMES = ("atp_c", "adp_c", "nad_c", "nadh_c", "x_c")
STOICHIOMETRY = np.array(
    [
        [-1, 1, -59.81, 0],
        [1, -1, 59.81, 0],
        [1, 0, -3.547, 0],
        [-1, 0, 3.547, 0],
        [0, 0, 1e-3, -1],
    ]
)
REACTIONS = ("redox", "synthesis", "growth", "dilution")


def _names(n: int) -> tuple[str, ...]:
    return tuple(f"m{i}" for i in range(n))


def test_decimal_coefficients_neither_hide_nor_invent_a_pool():
    pools = find_pools(STOICHIOMETRY, NAMES)
    assert pools.describe() == ("atp_c + adp_c", "nad_c + nadh_c")
    assert pools.dependent.tolist() == [0, 2]
    assert pools.independent.tolist() == [1, 3, 4]
    broken = STOICHIOMETRY.copy()
    broken[1, 2] += 1e-9
    assert find_pools(broken, NAMES).describe() == ("nad_c + nadh_c",)


@pytest.mark.parametrize("seed", range(10))
def test_pools_are_sympys_reduced_left_null_space(seed):
    rng = np.random.default_rng(seed)
    n_metabolites, n_reactions = 8, 9
    tenths = rng.integers(-20, 21, (n_metabolites - 3, n_reactions)) / 10
    dependent = rng.integers(-2, 3, (3, n_metabolites - 3)) @ tenths
    matrix = np.round(np.vstack([tenths, dependent]), 10)[rng.permutation(n_metabolites)]
    pools = find_pools(matrix, _names(n_metabolites))
    exact = sympy.Matrix([[sympy.Rational(str(v)) for v in row] for row in matrix])
    null_space = exact.T.nullspace()
    echelon, pivots = sympy.Matrix.hstack(*null_space).T.rref()
    assert tuple(pools.dependent) == pivots
    np.testing.assert_array_equal(pools.matrix, np.array(echelon.tolist(), dtype=float))


@pytest.mark.parametrize("seed", range(5))
def test_the_number_of_pools_is_the_rank_deficit(seed):
    rng = np.random.default_rng(seed)
    factors = rng.integers(-3, 4, (12, 5)), rng.integers(-3, 4, (5, 20))
    pools = find_pools(factors[0] @ factors[1], _names(12))
    assert len(pools) == 12 - np.linalg.matrix_rank((factors[0] @ factors[1]).astype(float))


def test_pools_are_conserved_exactly_in_rational_arithmetic():
    pools = find_pools(STOICHIOMETRY, NAMES)
    for weights in pools.matrix:
        for column in STOICHIOMETRY.T:
            pairs = zip(weights, column, strict=True)
            total = sum(Fraction(repr(float(w))) * Fraction(repr(float(n))) for w, n in pairs)
            assert total == 0


def test_a_network_without_pools_has_none():
    pools = find_pools(np.eye(3), _names(3))
    assert len(pools) == 0
    assert pools.matrix.shape == (0, 3)
    assert pools.independent.tolist() == [0, 1, 2]


def test_pools_in_another_order_of_metabolites_span_the_same_space():
    pools = find_pools(STOICHIOMETRY, NAMES)
    order = [4, 3, 2, 1, 0]
    turned = pools.reordered([NAMES[i] for i in order])
    assert turned == find_pools(STOICHIOMETRY[order], [NAMES[i] for i in order])
    assert turned.reordered(NAMES) == pools
    assert turned != pools


def test_a_table_gives_the_pools_that_the_stoichiometry_gives():
    table = pd.DataFrame(
        {"nadh_c": [1, 1], "nad_c": [1.0, 1.0], "atp_c": [0, 2], "adp_c": [0, 2], "h2o_c": [0, 0]}
    )
    pools = pools_from_table(table, NAMES)
    assert pools == find_pools(STOICHIOMETRY, NAMES)
    pools.require_conserved(STOICHIOMETRY, NAMES, reactions=REACTIONS)


def test_rounding_in_the_last_digits_passes_and_a_wrong_weight_does_not():
    rounded = pools_from_table(pd.DataFrame({"atp_c": [1.0], "adp_c": [1.0 + 1e-7]}), NAMES)
    rounded.require_conserved(STOICHIOMETRY, NAMES, reactions=REACTIONS)
    wrong = pools_from_table(pd.DataFrame({"atp_c": [1.0], "adp_c": [1.0 + 1e-5]}), NAMES)
    message = (
        r"1 of 1 given pools are not conserved: reaction 'growth' changes the pool atp_c \+ 1.00001"
    )
    with pytest.raises(NetworkError, match=message):
        wrong.require_conserved(STOICHIOMETRY, NAMES, reactions=REACTIONS)


def test_pools_may_be_held_constant_although_a_reaction_changes_them():
    table = pd.DataFrame({"nad_c": [1.0], "atp_c": [1.0]})
    with pytest.raises(NetworkError, match="approximate_pools=True"):
        pools_from_table(table, NAMES).require_conserved(STOICHIOMETRY, NAMES, reactions=REACTIONS)
    held = pools_from_table(table, NAMES, approximate=True)
    held.require_conserved(STOICHIOMETRY, NAMES, reactions=REACTIONS)
    changed = held.changed_by(STOICHIOMETRY, reactions=REACTIONS)
    assert changed == ("reaction 'growth' changes the pool atp_c + nad_c by -63.357",)
    assert held.reordered(NAMES[::-1]).approximate


def test_pools_of_other_metabolites_are_refused():
    pools = find_pools(STOICHIOMETRY, NAMES)
    with pytest.raises(NetworkError, match=r"over 5 metabolites .* lists them in another order"):
        pools.require_conserved(STOICHIOMETRY, NAMES[::-1], reactions=REACTIONS)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (pd.DataFrame({"q_c": [1.0]}), MissingEntryError, "has weights for q_c, which"),
        (pd.DataFrame({"atp_c": ["x"]}), NetworkError, "pool 0, metabolite 'atp_c' holds 'x'"),
        (pd.DataFrame({"atp_c": [np.nan]}), NetworkError, "finite numbers; pool 0"),
        (
            pd.DataFrame([[1.0, 1.0]], columns=["atp_c", "atp_c"]),
            NetworkError,
            "names atp_c twice",
        ),
        (
            pd.DataFrame({"atp_c": [1.0, 2.0], "adp_c": [1.0, 2.0]}),
            NetworkError,
            "lists 2 conserved pools of which only 1 are linearly",
        ),
        (pd.DataFrame({"atp_c": [0.0]}), NetworkError, "of which only 0 are linearly"),
    ],
)
def test_a_bad_table_is_refused(table, error, message):
    with pytest.raises(error, match=message):
        pools_from_table(table, NAMES)


def test_a_file_gives_its_table(tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text("pool,adp_c,atp_c\nadenylates,1,1\n")
    assert read_pools(path, NAMES).describe() == ("atp_c + adp_c",)


@pytest.mark.parametrize(
    "text",
    [
        "adp_c,atp_c\n1,1\n",
        "atp_c,adp_c,x_c\n1,1,0\n",
        ",adp_c,atp_c\n0,1,1\n",
        "Unnamed: 0,adp_c,atp_c\n7,1,1\n",
        "pool,adp_c,atp_c\n1,1,1\n",
        "pool;adp_c;atp_c\nadenylates;1;1\n",
        "h2o_c,adp_c,atp_c\n0,1,1\n",
    ],
)
def test_a_first_column_of_labels_may_be_there_or_not(text, tmp_path):
    (tmp_path / "pools.csv").write_text(text)
    assert read_pools(tmp_path / "pools.csv", NAMES).describe() == ("atp_c + adp_c",)


def test_a_first_column_that_is_an_unknown_metabolite_is_no_label(tmp_path):
    (tmp_path / "pools.csv").write_text("h2o_c,adp_c,atp_c\n2,1,1\n")
    with pytest.raises(MissingEntryError, match="weights for h2o_c"):
        read_pools(tmp_path / "pools.csv", NAMES)


def test_metabolites_may_be_called_as_in_pytfa(tmp_path):
    (tmp_path / "pools.csv").write_text(",atp_c,3pg_c,lac-D_c\n0,0,1,2\n")
    pools = read_pools(tmp_path / "pools.csv", ("lac_D_c", "_3pg_c", "atp_c"))
    assert pools.describe() == ("lac_D_c + 0.5 _3pg_c",)
    (tmp_path / "pools.csv").write_text("lac-D_c,lac_D_c\n1,1\n")
    with pytest.raises(NetworkError, match="names lac_D_c twice"):
        read_pools(tmp_path / "pools.csv", ("lac_D_c",))


def test_the_table_of_pools_gives_them_back(tmp_path):
    pools = find_pools(STOICHIOMETRY, NAMES)
    pools.to_table().to_csv(tmp_path / "pools.csv")
    assert read_pools(tmp_path / "pools.csv", NAMES) == pools
    more = pools.with_further([0, 0, 0, 0, 1])
    assert more.describe() == ("atp_c + adp_c", "nad_c + nadh_c", "x_c")
    assert more.approximate


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (None, FileFormatError, "pools.csv cannot be read as a table of conserved pools"),
        ("", FileFormatError, "pools.csv cannot be read as a table of conserved pools"),
        ("pool,atp_c,atp_c\np,1,1\n", NetworkError, "names atp_c twice"),
    ],
)
def test_a_bad_file_is_refused(text, error, message, tmp_path):
    path = tmp_path / "pools.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error, match=message):
        read_pools(path, NAMES)
