r"""Which enzymes control a flux or a concentration, and whether the models agree on the sign.

A row per parameter: the coefficients :math:`C = \partial \ln y / \partial \ln p` over the models.
"""

from __future__ import annotations

from matplotlib.axes import Axes

from skimpy_renaissance.control import Coefficients
from skimpy_renaissance.plots.palette import BLACK, BLUE, GREY
from skimpy_renaissance.plots.panels import one_panel
from skimpy_renaissance.plots.spread import draw_spread

__all__ = ["control_size", "plot_control"]

_SURE = 0.95  # share of the models of one sign from which a row is coloured


def plot_control(
    coefficients: Coefficients, row: str, ax: Axes | None = None, *, most: int = 12
) -> Axes:
    """Draw a row per parameter: what a change of it does to a flux or a concentration.

    Bars hold 25 to 75 %, lines 5 to 95 % of the models; the tick is the median. Rows are blue where
    95 % of the models agree in the sign, else grey; the share that agrees stands at the right, with
    its Monte-Carlo standard error.

    Parameters
    ----------
    coefficients
        The ``flux`` or ``concentration`` of
        :func:`~skimpy_renaissance.control.control_coefficients`.
    row
        A flux or concentration.
    ax
        Where to draw; by default a new figure of :func:`control_size`.
    most
        Parameters that are drawn: those with the largest medians, whatever their sign.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingEntryError
        There is no such row.
    InputError
        No model has coefficients.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> ax = sr.plots.plot_control(control.flux, "PFK")
    >>> ax.get_xlabel()
    'control coefficient of PFK'
    """
    table = coefficients.strongest(row, most)
    values = coefficients.select(coefficients.finite).slice_by(coefficients.axis, row)
    ax = one_panel(ax, size=control_size(len(table)))
    for place, (name, one) in enumerate(table.iterrows()):
        colour = BLUE if one["agreement"] >= _SURE else GREY
        draw_spread(ax, place, values.loc[str(name)].to_numpy(), colour=colour)
        _note(ax, _in_percent(one["agreement"], one["agreement_error"]), place)
    _note(ax, "agree in sign", -0.9)
    for colour, label in ((BLUE, "at least 95 % agree in sign"), (GREY, "fewer")):
        ax.plot([], [], color=colour, linewidth=6, label=label)
    ax.axvline(0, color=BLACK, linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(table)), [_enzyme(str(name)) for name in table.index], fontsize=8)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlabel(f"control coefficient of {row}")
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.03), ncols=2, frameon=False, fontsize="small"
    )
    return ax


def control_size(n: int) -> tuple[float, float]:
    """Return the size of a figure that :func:`plot_control` fills well.

    Parameters
    ----------
    n
        Parameters.

    Returns
    -------
    tuple of float
        Width and height, inches.

    Examples
    --------
    >>> sr.plots.control_size(20)
    (6.4, 6.3)
    """
    return 6.4, 1.3 + 0.25 * n


def _note(ax: Axes, text: str, place: float) -> None:
    ax.annotate(
        text,
        (1.01, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8,
        annotation_clip=False,
    )


def _in_percent(share: float, error: float) -> str:
    if not error > 0:  # all agree, or a single model
        return f"{100 * share:.0f} %"
    return f"{100 * share:.1f} % \N{PLUS-MINUS SIGN} {100 * error:.1f}"


def _enzyme(name: str) -> str:
    return name.removeprefix("vmax_forward_")
