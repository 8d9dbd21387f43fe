"""The figure of a trade-off: shares of each group, and correlations below the diagonal."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from skimpy_renaissance.plots import plot_trade_off
from skimpy_renaissance.requirements import TradeOff

mpl.use("agg")
NAMES = ["fast", "control", "all at once"]


@pytest.fixture
def found():
    table = pd.DataFrame(
        {
            "group": ["untrained generator"] * 3 + ["trained generator"] * 3,
            "requirement": NAMES * 2,
            "satisfied": [0.1, 0.5, 0.0, 0.9, 0.7, 0.6],
        }
    )
    pairs = [("fast", "fast", 1.0), ("fast", "control", -0.4), ("control", "control", 1.0)]
    pairs += [("control", "fast", -0.4)]
    correlation = pd.DataFrame(
        [("trained generator", *pair) for pair in pairs],
        columns=["group", "requirement", "other", "correlation"],
    )
    return TradeOff(table, correlation, pd.DataFrame())


def test_each_group_has_its_shares_in_percent(found):
    shares, _ = plot_trade_off(found, Figure())
    points = {c.get_label(): c.get_offsets().data for c in shares.collections if c.get_label()}
    assert points["untrained generator"][:, 0].tolist() == [10.0, 50.0, 0.0]
    assert points["trained generator"][:, 0].tolist() == [90.0, 70.0, 60.0]
    assert [t.get_text() for t in shares.get_yticklabels()] == [
        "1  fast",
        "2  control",
        "all at once",
    ]


def test_each_pair_of_requirements_has_its_correlation_once(found):
    _, correlations = plot_trade_off(found, Figure())
    assert [text.get_text() for text in correlations.texts] == ["-0.40"]
    assert correlations.get_title() == "how grades go together, trained generator"
