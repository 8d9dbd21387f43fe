"""Tables of rate laws: written, edited, given back; what does not fit is refused."""

import pandas as pd
import pytest

from skimpy_renaissance.draft.laws_table import edited_laws, laws_table, stated_laws
from skimpy_renaissance.draft.rate_law_rules import choose_law
from skimpy_renaissance.errors import InputError, MissingEntryError, NetworkError

LAWS = {
    "R1": choose_law({"a": -1, "b": -1, "c": 1, "d": 1, "h": -2}, {"h"}),
    "R2": choose_law({"a": -0.25, "c": 1}, set()),
    "R3": choose_law({"a": -1, "c": 2}, set()),
}


def test_a_table_given_back_unchanged_changes_nothing(tmp_path):
    table = laws_table(LAWS)
    assert table.loc["R1", ["substrates", "products", "small_molecules"]].tolist() == [
        "b + a", "d + c", "-2 h",
    ]  # fmt: skip
    assert table.at["R2", "substrates"] == "0.25 a"
    assert edited_laws(LAWS, stated_laws(table, LAWS)) == LAWS
    table.to_csv(tmp_path / "laws.csv")
    assert edited_laws(LAWS, stated_laws(tmp_path / "laws.csv", LAWS)) == LAWS


def test_roles_change_places_and_small_molecules_become_reactants():
    table = laws_table(LAWS).loc[["R1"]]
    table.loc["R1", ["law", "substrates", "small_molecules"]] = ["Convenience", "a + 2 h + b", ""]
    law = edited_laws(LAWS, stated_laws(table, LAWS))["R1"]
    assert law.mechanism().roles["substrate2"] == "h"
    assert law.mechanism().stoichiometry["substrate2"] == -2
    assert law.why == "given"


def test_a_law_written_the_other_way_round_is_turned():
    table = laws_table({"R1": choose_law({"a": 1, "b": 1, "c": -1, "d": -1, "h": 2}, {"h"})})
    law = edited_laws(LAWS, stated_laws(table, LAWS))["R1"]
    assert law.balance == LAWS["R1"].balance


@pytest.mark.parametrize(
    ("reaction", "law", "message"),
    [
        ("R1", "UniBiReversibleHill", r"needs 1 substrate\(s\) and 2 product\(s\)"),
        ("R3", "H1GeneralizedReversibleHill", "needs coefficients of 1"),
        ("R3", "RevMassaction", "needs coefficients of 1"),
        ("R2", "Convenience", "needs whole coefficients"),
        ("R2", "ReversibleMichaelisMenten", "with the coefficient 1"),
    ],
)
def test_a_law_that_does_not_fit_is_refused(reaction, law, message):
    with pytest.raises(NetworkError, match=f"{reaction!r} cannot have {law}, which.*{message}"):
        edited_laws(LAWS, stated_laws({reaction: law}, LAWS))


@pytest.mark.parametrize(
    ("cells", "error", "message"),
    [
        (["Convenience", "a + b", "d + c", ""], NetworkError, "h 0 instead of -2"),
        (["Convenience", "a + b + h", "d + c", "-1 h"], NetworkError, "has h both among"),
        (["Convenience", "a + 2 b", "d + c", "-2 h"], NetworkError, "b -2 instead of -1"),
        (["Convenience", "-1 a + b", "d + c", "-2 h"], InputError, "must be positive"),
        (["Convenience", "a b c", "d + c", "-2 h"], InputError, "like '2 q8_c [+] nadh_c'"),
    ],
)
def test_a_table_that_is_not_the_reaction_is_refused(cells, error, message):
    table = laws_table(LAWS).loc[["R1"]]
    table.loc["R1", ["law", "substrates", "products", "small_molecules"]] = cells
    with pytest.raises(error, match=message):
        edited_laws(LAWS, stated_laws(table, LAWS))


def test_names_that_are_not_there_are_refused():
    with pytest.raises(MissingEntryError, match="rate law called 'R4'"):
        stated_laws({"R4": "Convenience"}, LAWS)
    with pytest.raises(NetworkError, match="law 'Convenienc'; did you mean 'Convenience'"):
        stated_laws({"R1": "Convenienc"}, LAWS)
    with pytest.raises(MissingEntryError, match="needs the columns law"):
        stated_laws(pd.DataFrame({"kind": ["x"]}, index=["R1"]), LAWS)
    table = laws_table(LAWS)
    with pytest.raises(InputError, match="more than one row for R1"):
        stated_laws(pd.concat([table, table.loc[["R1"]]]), LAWS)
    with pytest.raises(InputError, match="needs all of substrates, products, small_molecules"):
        edited_laws(LAWS, stated_laws(table[["law", "substrates"]], LAWS))
