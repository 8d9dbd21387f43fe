"""The set-up of a training: stored beside it, compared when it is resumed.

Two runs with equal descriptions and equal kinetics take the same steps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import compress
from typing import Any

import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.problem import Problem
from skimpy_renaissance.setups import describe

__all__ = ["describe_run"]


def describe_run(
    problem: Problem,
    optimizer: object,
    *,
    seed: int,
    keep_snapshots: tuple[int, ...],
    provenance: Mapping[str, object],
    held_out: Mapping[str, object] | None = None,
    start: str | None = None,
) -> dict[str, Any]:
    r"""Describe all that decides the steps of a training.

    Parameters
    ----------
    problem
        What is learned. Of the kinetics, which may be anything, :math:`\lambda_{max}` in the
        middle of the bounds is noted, as the mean over states: other steady states or units give
        another number.
    optimizer
        Described by its hyper-parameters.
    seed
        Seed of the training.
    keep_snapshots
        Generations whose weights are kept.
    provenance
        The caller's own entries.
    held_out
        When the training ends by models judged beside it.
    start
        Hash of the weights that it begins with, where they are not drawn.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        The provenance holds what JSON cannot.
    """
    space = problem.space
    middle = (space.lower + space.upper) / 2
    with torch.no_grad():
        probe = problem.kinetics.lambda_max(middle.expand(problem.n_states, -1)).mean()
    try:
        plain = json.loads(json.dumps(dict(provenance), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"provenance must hold what JSON can: text, numbers, lists, dictionaries; {error}."
        ) from error
    described = {
        "generator": problem.generator,
        "optimizer": optimizer,
        "criterion": problem.criterion,
        "reward": problem.reward,
        "seed": seed,
        "keep_snapshots": keep_snapshots,
        "km": {
            "names": space.names,
            "lower": space.lower.tolist(),
            "upper": space.upper.tolist(),
            "measured": list(compress(space.names, space.measured)),
        },
        "lambda_max_at_middle": f"{probe.item():.4e}",
        "held_out": held_out,
        "start": start,
        "provenance": plain,
    }
    return describe(described)
