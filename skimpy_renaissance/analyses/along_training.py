"""Where the slowest modes of a generator's models lie, along the way of its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator, judge
from skimpy_renaissance.plots import plot_lambda_shift
from skimpy_renaissance.spectrum import Validity

__all__ = ["rising_snapshots", "spectra_along_training"]


def spectra_along_training(
    trained: TrainedGenerator,
    bound: BoundKinetics,
    criterion: Validity,
    *,
    generations: Sequence[int],
    models: int = 500,
    most: int = 10,
    seed: int = 0,
) -> AnalysisResult:
    """Judge models of a generator at several points of its training.

    Parameters
    ----------
    trained
        With a snapshot of its weights before each of the generations.
    bound
        Kinetics at the steady state.
    criterion
        When a model is valid.
    generations
        Where to look; generation 1 has the untrained weights.
    models
        Drawn at each of them.
    most
        Generations shown at most: each has more valid models than all before it.
    seed
        Seed of the random draws.

    Returns
    -------
    AnalysisResult
        Table ``lambda_max``: generation, model, lambda_max (1/h), valid; of the generations shown.
    """
    judged = {}
    for generation in generations:
        with torch.no_grad():
            log_km = next(trained.at(generation - 1).blocks(models, seed=seed, at=bound))
            judged[generation] = judge(bound, log_km, criterion)
    shares = {g: float(one.incidence) for g, one in judged.items()}
    shown = rising_snapshots(shares, most)
    speed = {g: judged[g].lambda_max.numpy() for g in shown}
    return AnalysisResult(
        tables={
            "lambda_max": pd.concat(
                [
                    pd.DataFrame(
                        {
                            "generation": g,
                            "model": range(models),
                            "lambda_max": speed[g],
                            "valid": judged[g].valid.numpy(),
                        }
                    )
                    for g in shown
                ],
                ignore_index=True,
            )
        },
        drawings={
            "lambda_max": Drawing.on_axes(
                lambda ax: plot_lambda_shift(speed, criterion.partition, ax),
                f"Slowest modes of {models} models from each of {len(shown)} generators along one "
                f"training. Dashed: zero, and the partition at {criterion.partition:g} 1/h.",
                size=(6.4, 4.8),
            )
        },
        numbers={"generations_shown": shown},
    )


def rising_snapshots(shares: Mapping[int, float], most: int) -> list[int]:
    """Return generations each with a higher incidence than all before it.

    Parameters
    ----------
    shares
        Generation to incidence, in order of the training.
    most
        How many at most, spread over the incidence; the first and the best are among them.

    Returns
    -------
    list of int
    """
    rising: list[int] = []
    for generation, share in shares.items():
        if not rising or share > shares[rising[-1]]:
            rising.append(int(generation))
    while len(rising) > max(most, 2):
        gaps = [shares[c] - shares[a] for a, c in zip(rising, rising[2:], strict=False)]
        rising.pop(1 + int(np.argmin(gaps)))
    return rising
