"""Figures of coverage: what is drawn is what the tables say."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots import plot_coverage, plot_refresh
from skimpy_renaissance.plots.rate_axis import BREAK
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.valid_region import refresh, report_coverage

TRACES = ("lambda_trace", "share_trace", "moments")
PER_SWEEP = ("acceptance", "judged_per_sweep")
CRITERION = Validity(-0.5)


class Slope:
    """A model whose slowest mode is minus the mean distance of its constants from 1 mol/L."""

    km_names = tuple(f"km_{i}" for i in range(6))
    log_km_bounds = torch.full((6, 2), torch.nan, dtype=torch.float64)

    def lambda_max(self, log_km):
        return 3 + log_km.mean(-1)

    def eigenvalues(self, log_km):
        return self.lambda_max(log_km)[:, None].to(torch.complex128)

    def vmax(self, log_km):
        return log_km


@pytest.fixture
def refreshed():
    prior = Prior.log_uniform(Slope.km_names, math.exp(-10), 1.0)
    start = torch.full((80, 6), -9.5, dtype=torch.float64)
    start += 0.01 * torch.arange(80, dtype=torch.float64)[:, None]
    return refresh(Slope(), start, prior, criterion=CRITERION, steps=20)


@pytest.fixture
def report(refreshed):
    ensembles = {"narrow": refreshed.start_log_km, "refreshed": refreshed.log_km}
    return report_coverage(Slope(), ensembles, refreshed.prior, criterion=CRITERION)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_every_ensemble_has_a_line_a_histogram_and_a_bar(report):
    spread, apart, marginals = plot_coverage(report)
    lines = {line.get_label(): line.get_ydata() for line in spread.get_lines()[:2]}
    for name, drawn in lines.items():
        widths = report.km.loc[report.km["ensemble"] == name, "spread"]
        assert sorted(widths, reverse=True) == pytest.approx(list(drawn))
    (legend,) = spread.figure.legends
    parts = (legend.get_texts()[:2], legend.get_lines()[:2], marginals.patches, apart.patches)
    for text, line, bar, outline in zip(
        *parts, strict=True
    ):  # the same colour in the legend and every panel
        colour = to_rgb(line.get_color())
        assert to_rgb(bar.get_facecolor()) == to_rgb(outline.get_edgecolor()) == colour
        drawn = next(one for one in spread.get_lines() if one.get_label() == text.get_text())
        assert to_rgb(drawn.get_color()) == colour
    bars = [bar.get_width() for bar in marginals.patches]
    assert bars == pytest.approx(list(report.ensembles["marginal_kl"]))
    notes = [text.get_text() for text in marginals.get_yticklabels()]
    assert all("nats, 100.0 % valid" in note for note in notes)
    marked = [one for one in marginals.get_children() if one.get_gid() == BREAK]
    assert (marginals.get_xscale() == "symlog") == bool(marked)
    assert "prior" in marginals.get_xlabel()


def test_the_history_of_a_refresh_is_drawn_step_by_step(refreshed):
    slowest, marginals, memory = plot_refresh(refreshed)
    table = refreshed.to_dataframe()
    np.testing.assert_allclose(
        slowest.get_lines()[0].get_ydata(), table["lambda_median"], rtol=0.05
    )
    np.testing.assert_allclose(marginals.get_lines()[0].get_ydata(), table["marginal_kl"])
    assert memory.get_lines()[0].get_ydata()[0] == pytest.approx(1)
    assert slowest.get_lines()[1].get_ydata()[0] == CRITERION.partition


@pytest.mark.parametrize(
    ("divergence", "scale"),
    [((0.951, 0.9, 0.4), "linear"), ((0.3, -0.02), "linear"), ((195.0, 20.0, 2.1), "log")],
)
def test_the_divergence_of_a_refresh_has_round_numbers_on_its_axis(refreshed, divergence, scale):
    traces = {name: getattr(refreshed, name)[: len(divergence)] for name in TRACES}
    shorter = {name: getattr(refreshed, name)[: len(divergence) - 1] for name in PER_SWEEP}
    few = replace(refreshed, marginal_kl=divergence, **traces, **shorter)
    _, marginals, _ = plot_refresh(few)
    marginals.figure.canvas.draw()
    assert marginals.get_yscale() == scale
    low, high = marginals.get_ylim()
    shown = [
        text.get_text().replace("\N{MINUS SIGN}", "-")
        for text, place in zip(marginals.get_yticklabels(), marginals.get_yticks(), strict=True)
        if low <= place <= high
    ]
    assert len(shown) >= 3
    assert all(len(f"{float(text):g}") <= 5 for text in shown)
    if scale == "linear":
        assert low == min(0, 1.1 * min(divergence))


def test_axes_can_be_given_but_must_be_three(report, refreshed):
    _, axes = plt.subplots(1, 3)
    assert plot_coverage(report, list(axes)) == list(axes)
    for draw, what in ((plot_coverage, report), (plot_refresh, refreshed)):
        with pytest.raises(InputError, match="3 axes, got 2"):
            draw(what, list(axes[:2]))
