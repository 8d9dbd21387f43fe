"""The course of a training, or of several repeats: share of valid models in each generation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.plots import plot_incidence

__all__ = ["training_course"]


def training_course(
    trained: Sequence[TrainedGenerator],
    *,
    highlight: int | None = None,
    marked: Sequence[int] = (),
) -> AnalysisResult:
    """Say how many models were valid, generation by generation.

    Parameters
    ----------
    trained
        One generator per repeat.
    highlight
        Position of a repeat to draw as a dashed line.
    marked
        Generations at which that repeat gets a diamond.

    Returns
    -------
    AnalysisResult
        Table ``history``, with the number of the repeat where there are several; a figure where
        there is a generation to draw.
    """
    histories = [one.history for one in trained]
    tables = [history.to_dataframe() for history in histories]
    if len(tables) > 1:
        tables = [table.assign(repeat=number) for number, table in enumerate(tables)]
    last = [history for history in histories if len(history)]
    numbers: dict[str, object] = {
        "generations": [one.state.generation for one in trained],
        "incidence": [float(history.incidence[-1]) for history in last],
        "judged": [int(history.judged[-1]) for history in last],
        "seconds": [float(history.seconds[-1]) for history in last],
    }
    if held_out := any(np.isfinite(history.held_out).any() for history in histories):
        numbers["held_out"] = [float(history.held_out[-1]) for history in last]
    entropies = [one.entropy for one in trained]
    if entropy := None not in entropies:
        numbers["entropy"] = entropies
    drawings = {}
    if last:
        drawings["incidence"] = Drawing.on_axes(
            lambda ax: plot_incidence(histories, ax, highlight=highlight, marked=marked),
            "Share of valid models in each generation of the training"
            + (": mean and range of all repeats." if len(histories) > 1 else "."),
        )
    rows = [
        {
            "": f"repeat {number}" if len(trained) > 1 else "training",
            "generations": str(len(history)),
            "valid at the end": f"{100 * history.incidence[-1]:.1f} %",
            **({"held out": f"{100 * history.held_out[-1]:.1f} %"} if held_out else {}),
            **({"entropy, nats": f"{one.entropy:.1f}"} if entropy else {}),
            "models judged": str(history.judged[-1]),
            "seconds": f"{history.seconds[-1]:.0f}",
        }
        for number, (one, history) in enumerate(zip(trained, histories, strict=True))
        if len(history)
    ]
    return AnalysisResult(
        tables={"history": pd.concat(tables, ignore_index=True)},
        drawings=drawings,
        numbers=numbers,
        warnings=[] if last else ["The generator is untrained: no generation was run."],
        summary=text_rows(rows),
    )
