r"""What ensembles cover of the prior, and how a refresh gets there.

The spread of each saturation constant and the distance between models are on the scale of the
prior: 1 is as wide as the prior, and as far apart as two independent draws of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREEN, ORANGE
from skimpy_renaissance.plots.panels import panels
from skimpy_renaissance.valid_region import CoverageReport, Refreshed

__all__ = ["plot_coverage", "plot_refresh"]

_STYLES = (
    (ORANGE, "-"),
    (BLUE, "-"),
    (GREEN, "-"),
    (ORANGE, "--"),
    (BLUE, "--"),
    (GREEN, "--"),
)
_N_BINS = 40
_DECADES = 20  # largest over smallest from which an axis is logarithmic


def plot_coverage(report: CoverageReport, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draw three views of what ensembles cover.

    Left, how wide each saturation constant is, constants sorted; middle, how far apart random pairs
    of models are; right, how far the marginals of all constants together are from the prior's or
    the reference's, with two standard errors.

    Parameters
    ----------
    report
        From :func:`~skimpy_renaissance.valid_region.coverage_report.report_coverage`.
    axes
        Three, where to draw; by default a new figure of 13 x 4 inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not three axes, or no ensemble has enough valid models.
    """
    names = list(dict.fromkeys(report.km["ensemble"]))
    if not names:
        raise InputError("No ensemble of the report has the two valid models that a spread needs.")
    spread, apart, marginals = panels(axes, 3, columns=3, size=(13, 4))
    for name, (colour, line) in zip(names, cycle(_STYLES), strict=False):
        widths = np.sort(report.km.loc[report.km["ensemble"] == name, "spread"])[::-1]
        style = {"color": colour, "linestyle": line, "linewidth": 1.6, "label": name}
        spread.plot(np.arange(1, len(widths) + 1), widths, **style)
        distance = report.distances.loc[report.distances["ensemble"] == name, "distance"]
        top = max(1.3, 1.05 * report.distances["distance"].max())
        apart.hist(
            distance,
            bins=np.linspace(0, top, _N_BINS + 1).tolist(),
            weights=np.full(len(distance), 100 / len(distance)),
            histtype="step",
            **style,
        )
    table = report.ensembles.loc[names]
    colours = [colour for _, (colour, _) in zip(names, cycle(_STYLES), strict=False)]
    places = np.arange(len(names))[::-1]
    marginals.barh(
        places,
        table["marginal_kl"],
        xerr=2 * table["marginal_kl_error"],
        color=colours,
        alpha=0.7,
        height=0.6,
        error_kw={"ecolor": BLACK, "capsize": 3},
    )
    for place, (_, row) in zip(places, table.iterrows(), strict=True):
        note = f"{row['marginal_kl']:.2f}\n{100 * row['incidence']:.1f} % valid"
        reach = max(row["marginal_kl"] + 2 * row["marginal_kl_error"], 0)
        marginals.annotate(
            note, (reach, place), (6, 0), textcoords="offset points", va="center", fontsize="small"
        )
    marginals.set_yticks(places, names)
    reach = max(1.0, (table["marginal_kl"] + 2 * table["marginal_kl_error"]).max())
    low = min(0.0, (table["marginal_kl"] - 2 * table["marginal_kl_error"]).min())
    if wide := reach > _DECADES:
        marginals.set_xscale("symlog", linthresh=1)
        marginals.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    marginals.set_xlim(1.1 * low, (30 if wide else 1.6) * reach)  # room for the notes
    spread.axhline(1, color=BLACK, linewidth=0.8, linestyle=":")
    apart.axvline(1, color=BLACK, linewidth=0.8, linestyle=":", label="draws of the prior")
    spread.set(
        xlabel="saturation constant, sorted by spread",
        ylabel=r"spread of $\ln K_m$ (prior = 1)",
        ylim=(0, max(1.15, 1.05 * report.km["spread"].max())),
    )
    apart.set(xlabel="distance of two models (prior = 1)", ylabel="pairs in bin (%)")
    of_what = "the prior" if report.compared_with == "prior" else "valid draws of the prior"
    marginals.set_xlabel(f"marginals: divergence from\n{of_what} (nats)")
    apart.set_ylim(top=1.35 * apart.get_ylim()[1])
    apart.legend(frameon=False, fontsize="small", loc="upper left")
    return [spread, apart, marginals]


def plot_refresh(refreshed: Refreshed, axes: Sequence[Axes] | None = None) -> list[Axes]:
    r"""Draw how the chains of a refresh move away from their start.

    Left, the slowest mode: median and middle 90 % over chains; middle, the divergence of all
    marginals from the prior's, and the share of accepted moves; right, how much the chains
    remember.

    Parameters
    ----------
    refreshed
        From :func:`~skimpy_renaissance.valid_region.refresh.refresh`.
    axes
        Three, where to draw; by default a new figure of 13 x 4 inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not three axes.
    """
    slowest, marginals, memory = panels(axes, 3, columns=3, size=(13, 4))
    table = refreshed.to_dataframe()
    trace = np.stack([values.numpy() for values in refreshed.lambda_trace])
    low, middle, high = np.nanquantile(trace, [0.05, 0.5, 0.95], axis=1)
    slowest.fill_between(table["step"], low, high, color=BLUE, alpha=0.25, linewidth=0)
    slowest.plot(table["step"], middle, color=BLUE, label="median, 5 to 95 %")
    slowest.axhline(
        refreshed.criterion.partition, color=BLACK, linestyle="--", linewidth=1, label="partition"
    )
    slowest.set_ylabel(r"$\lambda_{\mathrm{max}}$ (1/h)")
    marginals.plot(table["step"], table["marginal_kl"], color=ORANGE)
    marginals.set_ylabel("marginals: divergence from the prior (nats)", color=ORANGE)
    _plain_scale(marginals, table["marginal_kl"].to_numpy())
    accepted = marginals.twinx()
    accepted.plot(table["step"], 100 * table["acceptance"], color=GREEN, linestyle="--")
    accepted.set_ylabel("accepted moves (%)", color=GREEN)
    accepted.set_ylim(0, 100)
    for label, correlation, colour in (
        (r"$\lambda_{\mathrm{max}}$", refreshed.lambda_correlation, BLUE),
        (r"$\ln K_m$, mean over all", refreshed.km_correlation, ORANGE),
    ):
        memory.plot(np.arange(len(correlation)), correlation.numpy(), color=colour, label=label)
    memory.axhline(1 / np.e, color=BLACK, linewidth=0.8, linestyle=":", label="1/e")
    memory.xaxis.set_major_locator(MaxNLocator(integer=True))
    memory.set(xlabel="lag (sweeps)", ylabel="correlation over chains", ylim=(-0.1, 1.02))
    for ax in (slowest, marginals):
        ax.set_xlabel("models judged per chain")
    slowest.legend(frameon=False, fontsize="small")
    memory.legend(frameon=False, fontsize="small")
    accepted.spines["top"].set_visible(False)
    marginals.spines["right"].set_visible(True)
    return [slowest, marginals, memory]


def _plain_scale(ax: Axes, values: NDArray[np.float64]) -> None:
    """Draw values from 0 on, or logarithmically where they span decades, with plain numbers."""
    low, high = values.min(), values.max()
    if low <= 0 or high < _DECADES * low:
        ax.set_ylim(min(0, 1.1 * low), 1.1 * max(high, 1e-3))
        return
    ax.set_yscale("log")
    ax.set_ylim(low / 1.5, 1.5 * high)
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
