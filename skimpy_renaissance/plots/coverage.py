r"""What ensembles cover of the prior, and how a refresh gets there.

The spread of each saturation constant and the distance between models are on the scale of the
prior: 1 is as wide as the prior, and as far apart as two independent draws of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.plots.palette import BLACK, BLUE, ORANGE, PURPLE, colours_of
from skimpy_renaissance.plots.panels import shared_legend, three_panels
from skimpy_renaissance.plots.rate_axis import mark_breaks
from skimpy_renaissance.valid_region import CoverageReport, Refreshed

__all__ = ["plot_coverage", "plot_refresh"]

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
        Three, where to draw; by default a new figure of 8 x 6 inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not three axes, or no ensemble has enough valid models.

    Examples
    --------
    >>> from skimpy_renaissance.valid_region import report_coverage
    >>> prior = sr.sampling.log_uniform_prior(bound)
    >>> log_km = torch.tensor(population.log_km(bound.km_names))
    >>> report = report_coverage(bound, {"stable": log_km}, prior, criterion=sr.Validity(0.0))
    >>> spread, apart, marginals = sr.plots.plot_coverage(report)
    >>> spread.get_xlabel()
    'saturation constant, sorted by spread'
    """
    names = list(dict.fromkeys(report.km["ensemble"]))
    if not names:
        raise InputError("No ensemble of the report has the two valid models that a spread needs.")
    spread, apart, marginals = three_panels(axes, size=(8.0, 6.0))
    colours = colours_of(names)
    for name, colour in colours.items():
        widths = np.sort(report.km.loc[report.km["ensemble"] == name, "spread"])[::-1]
        style: dict[str, Any] = {"color": colour, "linewidth": 1.6, "label": name}
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
    places = np.arange(len(names))[::-1]
    marginals.barh(
        places,
        table["marginal_kl"],
        xerr=2 * table["marginal_kl_error"],
        color=list(colours.values()),
        height=0.6,
        error_kw={"ecolor": BLACK, "capsize": 3},
    )
    notes = [
        f"{name}\n{row['marginal_kl']:.2f} nats, {100 * row['incidence']:.1f} % valid"
        for name, row in table.iterrows()
    ]
    marginals.set_yticks(places, notes, fontsize="small")
    reach = max(1.0, (table["marginal_kl"] + 2 * table["marginal_kl_error"]).max())
    low = min(0.0, (table["marginal_kl"] - 2 * table["marginal_kl_error"]).min())
    if wide := reach > _DECADES:
        marginals.set_xscale("symlog", linthresh=1)
        marginals.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    marginals.set_xlim(1.1 * low, (1.5 if wide else 1.1) * reach)
    if wide:
        mark_breaks(marginals, "x", 1.0)
    spread.axhline(1, color=BLACK, linewidth=0.8, linestyle=":")
    apart.axvline(1, color=BLACK, linewidth=0.8, linestyle=":")
    spread.set(
        xlabel="saturation constant, sorted by spread",
        ylabel=r"spread of $\ln K_m$ (prior = 1)",
        ylim=(0, max(1.15, 1.05 * report.km["spread"].max())),
    )
    apart.set(xlabel="distance of two models (prior = 1)", ylabel="pairs in bin (%)")
    of_what = "the prior" if report.compared_with == "prior" else "valid draws of the prior"
    marginals.set_xlabel(f"marginals: divergence from {of_what} (nats)")
    entries = dict(zip(names, spread.get_lines(), strict=False))
    entries["draws of the prior"] = apart.get_lines()[-1]
    shared_legend([spread, apart, marginals], entries, ncols=3)
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
        Three, where to draw; by default a new figure of 8 x 6 inches.

    Returns
    -------
    list of matplotlib.axes.Axes

    Raises
    ------
    InputError
        There are not three axes.

    Examples
    --------
    >>> prior = sr.sampling.log_uniform_prior(bound)
    >>> start = torch.tensor(population.log_km(bound.km_names))
    >>> refreshed = sr.valid_region.refresh(
    ...     bound, start, prior, criterion=sr.Validity(0.0), steps=3, progress=False
    ... )
    >>> slowest, moved, memory = sr.plots.plot_refresh(refreshed)
    >>> slowest.get_xlabel(), memory.get_xlabel()
    ('models judged per chain', 'lag (sweeps)')
    """
    slowest, marginals, memory = three_panels(axes, size=(8.0, 6.0))
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
    marginals.set_ylabel("marginals: divergence\nfrom the prior (nats)", color=ORANGE)
    _plain_scale(marginals, table["marginal_kl"].to_numpy())
    accepted = marginals.twinx()
    accepted.plot(table["step"], 100 * table["acceptance"], color=PURPLE, linestyle="--")
    accepted.set_ylabel("accepted moves (%)", color=PURPLE)
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
