"""A set-up in words and numbers: stored beside each run, compared when a run is resumed.

A description is plain JSON: a dataclass becomes its class name and fields, a tensor its numbers, a
function its dotted name. Two runs with equal descriptions and equal kinetics take the same steps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from inspect import isroutine
from typing import Any

import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning.problem import Problem

__all__ = ["describe", "describe_run", "differences"]


def describe(thing: object) -> Any:
    """Describe a value by what JSON can hold.

    Parameters
    ----------
    thing
        A number, text, sequence, mapping, dataclass, function or other object.

    Returns
    -------
    object
        Plain JSON; of an object that is none of the above, only the name of its class.
    """
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, Mapping):
        return {str(name): describe(value) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [describe(item) for item in thing]
    if isinstance(thing, torch.Tensor):
        return thing.tolist()
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {field.name: describe(getattr(thing, field.name)) for field in fields(thing)}
        return {"class": type(thing).__qualname__, **parts}
    named = thing if isroutine(thing) or isinstance(thing, type) else type(thing)
    return f"{named.__module__}.{named.__qualname__}"


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
        Of the training.
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
            "measured": [
                name
                for name, is_measured in zip(space.names, space.measured.tolist(), strict=True)
                if is_measured
            ],
        },
        "lambda_max_at_middle": f"{probe.item():.4e}",
        "held_out": held_out,
        "start": start,
        "provenance": plain,
    }
    return describe(described)


def differences(stored: Any, current: Any, *, where: str = "") -> list[str]:
    """List where two descriptions differ.

    A setting that the stored run did not know of counts as off: None or False.

    Parameters
    ----------
    stored, current
        Plain JSON.
    where
        Dotted name of this part, for the result.

    Returns
    -------
    list of str
        For example ``"optimizer.decay: 0.95 stored, 0.9 now"``.
    """
    if isinstance(stored, dict) and isinstance(current, dict):
        names = dict.fromkeys([*stored, *current])
        inner = [(f"{where}.{n}" if where else n, stored.get(n), current.get(n)) for n in names]
    elif isinstance(stored, list) and isinstance(current, list) and len(stored) == len(current):
        pairs = zip(stored, current, strict=True)
        inner = [(f"{where}[{i}]", one, other) for i, (one, other) in enumerate(pairs)]
    else:
        same = stored == current or (stored is None and current is False)
        return [] if same else [f"{where}: {stored!r} stored, {current!r} now"]
    return [text for name, one, other in inner for text in differences(one, other, where=name)]
