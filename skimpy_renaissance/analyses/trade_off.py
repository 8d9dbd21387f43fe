"""What requirements cost one another: models without and with a training that rewards them."""

from __future__ import annotations

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.plots import plot_trade_off, trade_off_size
from skimpy_renaissance.requirements import TradeOff

__all__ = ["trade_off_result"]


def trade_off_result(found: TradeOff, *, organism: str) -> AnalysisResult:
    """Return the share of models of each group that satisfy each requirement.

    Parameters
    ----------
    found
        As :func:`~skimpy_renaissance.requirements.trade_off` returns it.
    organism
        In words, for the caption.

    Returns
    -------
    AnalysisResult
        Tables ``trade_off`` and ``correlation``.
    """
    groups = list(dict.fromkeys(found.table["group"]))
    shares = [found.satisfied(group) for group in groups]
    rows = [
        (str(name), *(f"{100 * share[name]:.0f} %" for share in shares)) for name in shares[0].index
    ]
    caption = (
        f"Share of models of {organism} that satisfy each requirement ({' and '.join(groups)}); "
        "and how the grades of requirements correlate among models of the last group."
    )
    size = trade_off_size(len(rows))
    return AnalysisResult(
        tables={"trade_off": found.table, "correlation": found.correlation},
        drawings={
            "trade_off": Drawing(lambda figure: plot_trade_off(found, figure), caption, size)
        },
        numbers={
            "satisfied": {
                group: {str(name): float(value) for name, value in share.items()}
                for group, share in zip(groups, shares, strict=True)
            }
        },
        summary={"": [("models that satisfy", *groups), *rows]},
    )
