"""Where the Michaelis constants of models lie, and which of them vary least."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.network import KineticNetwork, km_labels
from skimpy_renaissance.plots import km_size, plot_km_ranges
from skimpy_renaissance.priors import KmSpace

__all__ = ["km_spread"]

_AT_A_BOUND = 0.25  # of the models within a factor e of a bound
_SHOWN = 15


def km_spread(
    space: KmSpace, log_km: NDArray[np.float64], network: KineticNetwork | None = None
) -> AnalysisResult:
    """Compare the spread of each constant with that of a uniform ln Km between its bounds.

    Parameters
    ----------
    space
        The constants with their bounds.
    log_km
        `model x km`, ln(mol/L).
    network
        The kinetic model, for what constants are called: ``atp_c in PFK``.

    Returns
    -------
    AnalysisResult
        Table ``constants``, in the order of the network; the summary has those that vary least.
    """
    lower, upper, measured = (
        values.numpy() for values in (space.lower, space.upper, space.measured)
    )
    width = upper - lower
    relative = log_km.std(axis=0) / (np.where(width > 0, width, np.nan) / np.sqrt(12))
    at_bound = ((log_km < lower + 1) | (log_km > upper - 1)).mean(axis=0)
    table = pd.DataFrame(
        {
            "median (mol/L)": np.exp(np.median(log_km, axis=0)),
            "spread of ln Km": log_km.std(axis=0),
            "spread, relative to a uniform ln Km": relative,
            "share within a factor e of a bound": at_bound,
            "measured": measured,
        },
        index=pd.Index(space.names, name="km"),
    )
    warnings = []
    if n_edge := int(((at_bound > _AT_A_BOUND) & ~measured).sum()):
        warnings.append(
            f"{n_edge} constants lie within a factor e of a bound in more than "
            f"{100 * _AT_A_BOUND:.0f} % of the models: are the bounds meant?"
        )
    words = {} if network is None else km_labels(network)
    labels = [words.get(name, name) for name in space.names]
    narrowest = table.iloc[np.argsort(np.nan_to_num(relative, nan=np.inf), kind="stable")]
    rows = [
        ("constant", "median, mol/L", "spread, factor", "of a uniform spread, %"),
        *(
            (
                words.get(str(name), str(name)),
                f"{median:.2g}",
                f"{np.exp(spread):.2g}",
                f"{100 * share:.0f}",
            )
            for name, median, spread, share, *_ in narrowest[:_SHOWN].itertuples()
        ),
    ]
    return AnalysisResult(
        tables={"constants": table},
        drawings={
            "km_ranges": Drawing.on_axes(
                lambda ax: plot_km_ranges(
                    log_km, np.stack([lower, upper], axis=1), measured, names=labels, ax=ax
                ),
                "The constants that vary least between the bounds they were generated in.",
                size=km_size(len(labels)),
            )
        },
        numbers={"narrowest": list(narrowest.index[:_SHOWN])},
        warnings=warnings,
        summary={"": rows},
    )
