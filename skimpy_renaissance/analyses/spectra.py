"""How many models of several sources are valid, and where their slowest modes lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.learning import Judged
from skimpy_renaissance.plots import plot_lambda_max
from skimpy_renaissance.proportion import Proportion

__all__ = ["spectra"]


def spectra(groups: Mapping[str, Judged], *, partition: float) -> AnalysisResult:
    """Compare the slowest modes of models from several sources.

    Parameters
    ----------
    groups
        Source of the models, in words, to the judged models.
    partition
        1/h: valid models lie below it.

    Returns
    -------
    AnalysisResult
        Table ``shares``: stable and valid models of each source.
    """
    valid = {source: _share(judged.valid.numpy()) for source, judged in groups.items()}
    speed = {source: judged.lambda_max.numpy() for source, judged in groups.items()}
    median = {source: judged.median for source, judged in groups.items()}
    rows = [
        (source, property_, share.hits, share.draws, share.share, *share.interval)
        for source, values in speed.items()
        for property_, share in (("stable", _share(values < 0)), ("valid", valid[source]))
    ]
    columns = ["source", "property", "hits", "draws", "share", "low_95", "high_95"]
    *_, last = groups
    warnings = []
    if failed := sum(int(np.isnan(values).sum()) for values in speed.values()):
        warnings.append(f"{failed} models have a spectrum that cannot be computed.")
    if valid[last].interval[1] < 0.5:
        warnings.append("Fewer than half of the models are valid: train longer.")
    return AnalysisResult(
        tables={"shares": pd.DataFrame(rows, columns=columns)},
        drawings={
            "lambda_max": Drawing.on_axes(
                lambda ax: plot_lambda_max(speed, partition, ax=ax),
                f"Slowest modes of models of these sources: {', '.join(groups)}.",
            )
        },
        numbers={
            "incidence": {source: share.to_dict() for source, share in valid.items()},
            "lambda_max_median": median,
        },
        warnings=warnings,
        summary={
            "": [
                ("", "valid", "95 % interval", "lambda_max, median"),
                *(
                    (name, share.in_percent, share.interval_in_percent, f"{median[name]:.3g} 1/h")
                    for name, share in valid.items()
                ),
            ]
        },
    )


def _share(hits: np.ndarray) -> Proportion:
    return Proportion(int(hits.sum()), len(hits))
