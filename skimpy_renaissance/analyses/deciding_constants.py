r"""Which constants matter: for validity, for the slowest mode, for control of growth.

Told from the valid region itself. What validity depends on is how far the marginal of a constant
over all valid models is from its prior,

.. math:: \mathrm{KL}_k = \int p(\ln K_k \mid \text{valid}) \ln \frac{p(\ln K_k \mid
          \text{valid})}{p(\ln K_k)}\, \mathrm{d} \ln K_k ;

what lambda_max and a control coefficient depend on is the mutual information of each with each
constant (:mod:`~skimpy_renaissance.kinetic_data.information`). All are in nats, and stand beside
the largest that chance finds among as many constants.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.kinetic_data import information
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.network import km_labels
from skimpy_renaissance.plots import information_size, plot_information
from skimpy_renaissance.priors import Prior
from skimpy_renaissance.valid_region.marginals import bin_counts, divergence

__all__ = ["VALIDITY", "deciding_constants"]

VALIDITY = "validity"
_LAMBDA_MAX = "lambda_max"
_BLOCK = 250  # models whose control coefficients are held at a time
_SHOWN = 12


def deciding_constants(
    bound: BoundKinetics,
    log_km: torch.Tensor,
    prior: Prior,
    *,
    growth: str | None = None,
    controlling: int = 2,
    permutations: int = 200,
    seed: int = 0,
) -> AnalysisResult:
    """Find which constants matter for what models do.

    Parameters
    ----------
    bound
        Kinetics at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L): independent draws of the valid region, 640 at least.
    prior
        What they are restricted from.
    growth
        Reaction whose control is asked about; ``None``: no control.
    controlling
        Enzymes whose control over it is asked about: those with most of it.
    permutations
        Samples that tell what chance finds.
    seed
        A whole number, 0 or more.

    Returns
    -------
    AnalysisResult
        Table ``deciding_constants``: a row per quantity and constant with ``nats``, ``explained``
        (share of the variance of its rank; NaN for validity), ``p_value`` (all constants in mind).

    Raises
    ------
    InputError
        Too few models.
    """
    names = bound.km_names
    known = {name: log_km[:, i].numpy() for i, name in enumerate(names)}
    asked = {_LAMBDA_MAX: bound.lambda_max(log_km).numpy()}
    if growth is not None:
        asked |= _control_of(bound, log_km, growth, most=controlling)
    whole = np.isfinite(np.stack(list(asked.values()))).all(0)
    found = information(
        {name: values[whole] for name, values in known.items()},
        {name: values[whole] for name, values in asked.items()},
        permutations=permutations,
        seed=seed,
    )
    validity, chance = _of_validity(prior, log_km, names, samples=permutations, seed=seed)
    table = pd.concat(
        [validity, found.table().rename(columns={"known": "km", "asked": "quantity"})],
        ignore_index=True,
    )[["quantity", "km", "nats", "explained", "p_value"]]
    chances = {VALIDITY: chance, **dict.fromkeys(asked, found.chance)}
    parts = {name: table[table["quantity"] == name] for name in chances}
    table = pd.concat(list(parts.values()), ignore_index=True)
    labels = km_labels(bound.network)
    tops = {
        _in_words(name): part.head(_SHOWN).set_index("km")["nats"].rename(labels)
        for name, part in parts.items()
    }
    rows = [
        {
            "": _in_words(quantity),
            "constants above chance": str(int((part["p_value"] <= 0.05).sum())),
            "the first": ", ".join(labels[km] for km in part["km"].head(3)),
            "nats": ", ".join(f"{value:.3f}" for value in part["nats"].head(3)),
            "largest by chance": f"{chances[quantity]:.3f}",
        }
        for quantity, part in parts.items()
    ]
    return AnalysisResult(
        tables={"deciding_constants": table},
        drawings={
            "deciding_constants": Drawing(
                lambda figure: plot_information(
                    tops, {_in_words(name): value for name, value in chances.items()}, figure
                ),
                "What each Km tells of validity (divergence of its marginal over all valid models "
                "from the prior), and over valid models of lambda_max and of control of growth "
                f"(mutual information); {len(log_km)} models, the first {_SHOWN} of {len(names)} "
                "constants. Dashed: the largest of all that chance finds in 1 of 20 cases.",
                information_size(len(tops)),
            )
        },
        numbers={"chance": chances},
        summary=text_rows(rows, "Which constants matter, told from all valid models"),
    )


def _control_of(
    bound: BoundKinetics, log_km: torch.Tensor, growth: str, *, most: int
) -> dict[str, NDArray[np.float64]]:
    """Return control of growth by the enzymes that have most of it, `model` each."""
    blocks = []
    for block in log_km.split(_BLOCK):
        control = control_coefficients(bound, block).flux
        blocks.append(control.values[:, control.rows.index(growth)])
        parameters = control.parameters
    table = np.concatenate(blocks)
    size = np.nanmedian(np.abs(table), axis=0)
    first = np.argsort(-size, kind="stable")[:most]
    return {f"control of {growth} by {parameters[i]}": table[:, i] for i in first}


def _of_validity(
    prior: Prior, log_km: torch.Tensor, names: tuple[str, ...], *, samples: int, seed: int
) -> tuple[pd.DataFrame, float]:
    counts = bin_counts(prior.probability(log_km))
    nats = divergence(counts).numpy()
    n_km, n_bins = counts.shape
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(log_km), [1 / n_bins] * n_bins, size=(samples, n_km))
    largest = divergence(torch.from_numpy(drawn).double()).max(-1).values.numpy()
    p = (1 + (largest[:, None] >= nats).sum(0)) / (1 + samples)
    table = pd.DataFrame(
        {"quantity": VALIDITY, "km": names, "nats": nats, "explained": np.nan, "p_value": p}
    ).sort_values("nats", ascending=False, kind="stable")
    return table, float(np.quantile(largest, 0.95))


def _in_words(quantity: str) -> str:
    return quantity.replace("vmax_forward_", "").replace("vmax_", "")
