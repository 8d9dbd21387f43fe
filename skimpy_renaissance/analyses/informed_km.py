"""Which Michaelis constants are told by which measured ones, over all valid models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import torch

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.kinetic_data import information, km_places
from skimpy_renaissance.network import KineticNetwork, km_labels
from skimpy_renaissance.plots import plot_information

__all__ = ["informed_km"]

_MOST_MODELS = 5000  # more make chance smaller, and take longer
_MOST_PERMUTATIONS = 40  # of thousands of pairs each
_KEPT, _SHOWN = 100, 12
_PAIR = ("known", "asked", "nats")


def informed_km(
    network: KineticNetwork,
    log_km: torch.Tensor,
    measured: Sequence[str],
    *,
    permutations: int = 200,
    seed: int = 0,
) -> AnalysisResult:
    """Find which constants the measured ones tell of, one by one.

    Parameters
    ----------
    network
        The kinetic model.
    log_km
        `` `model x km` ``, ln(mol/L): independent draws of the valid region without data, 640 at
        least; the first 5,000 count.
    measured
        Constants that are known, whatever their value.
    permutations
        Samples that tell what chance finds; 40 at most.
    seed
        A whole number, 0 or more.

    Returns
    -------
    AnalysisResult
        Table ``informed_km``: the pairs of most information, and whether both constants are of one
        reaction.

    Raises
    ------
    InputError
        Too few models, or nothing is measured.
    """
    table = log_km[:_MOST_MODELS].numpy()
    all_km = {name: table[:, i] for i, name in enumerate(network.km_names)}
    found = information(
        {name: all_km[name] for name in measured},
        all_km,
        permutations=min(permutations, _MOST_PERMUTATIONS),
        seed=seed,
    )
    reaction = dict(km_places(network)["reaction"])
    pairs = found.table()
    same = pairs["known"].map(reaction) == pairs["asked"].map(reaction)
    pairs.insert(2, "same_reaction", same)
    informed = pairs[pairs["p_value"] <= 0.05]
    away = informed[~informed["same_reaction"]]
    asked = pairs.drop_duplicates("asked").set_index("asked")["nats"]
    labels = km_labels(network)
    told = ", ".join(
        f"{labels[known]}, of {labels[asked]} ({nats:.3f} nats)"
        for known, asked, nats in zip(*(informed.head(3)[name] for name in _PAIR), strict=True)
    )
    return AnalysisResult(
        tables={"informed_km": pairs.head(max(_KEPT, len(informed)))},
        drawings={"informed_km": _drawing(pairs, found.chance, len(table), labels)},
        numbers={
            "informed_pairs": len(informed),
            "informed_pairs_of_different_reactions": len(away),
            "largest_information": float(pairs["nats"].iloc[0]),
            "largest_information_by_chance": found.chance,
            "informed_constants": int((asked > found.chance).sum()),
        },
        summary=text_rows(
            [
                {
                    "pairs of a measured and another Km": f"{len(pairs):,}",
                    "informed beyond chance": str(len(informed)),
                    "of them of different reactions": str(len(away)),
                    "largest by chance, nats": f"{found.chance:.4f}",
                    "most is told by": told or "-",
                }
            ],
            f"Which Km the measured ones tell of, over {len(table):,} valid models",
        ),
    )


def _drawing(
    pairs: pd.DataFrame, chance: float, n_models: int, labels: Mapping[str, str]
) -> Drawing:
    shown = pairs.head(_SHOWN)
    rows = [
        f"{labels[known]}  tells of  {labels[asked]}"
        for known, asked in zip(shown["known"], shown["asked"], strict=True)
    ]
    title = "mutual information of two Km over all valid models"
    return Drawing(
        lambda figure: plot_information(
            {title: pd.Series(shown["nats"].to_numpy(), index=rows)}, {title: chance}, figure
        ),
        f"What a measured Km tells of another, over {n_models} valid models without data: the "
        f"{len(shown)} pairs of most information of {len(pairs)}. Dashed: the largest of all that "
        "chance finds in 1 of 20 cases.",
        (8.0, 4.2),
    )
