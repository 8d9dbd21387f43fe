"""What the section [design] of a run file stands for: an objective, limits, an aim."""

from __future__ import annotations

from dataclasses import fields, replace
from math import inf, log
from typing import Any

from skimpy_renaissance.cli.sections import ANY, KNOCK_OUT, PRESETS, DesignSettings
from skimpy_renaissance.design import Aim, AtLeast, DesignLimits, Mean, Worst, WorstShare
from skimpy_renaissance.errors import InputError, listed, repeated

__all__ = ["aim_of", "limits_of", "objective_of"]


def objective_of(given: DesignSettings) -> dict[str, float]:
    """Return what is raised.

    Parameters
    ----------
    given
        The section.

    Returns
    -------
    dict
        Reaction or metabolite to the weight of its logarithm.

    Raises
    ------
    InputError
        Nothing is named, something is named twice, or a weight is no number.
    """
    if not given.raises:
        raise InputError(
            "What designs are to raise must be named: --raise PRODUCT --per UPTAKE for a yield, "
            "or raises and per in [design] of the run file."
        )
    raised = [_weighed(entry, flag="--raise") for entry in given.raises]
    lowered = [_weighed(entry, flag="--per") for entry in given.per]
    if twice := repeated([name for name, _ in (*raised, *lowered)]):
        raise InputError(f"--raise and --per name {listed(twice)} twice. Name it once.")
    return {**dict(raised), **{name: -weight for name, weight in lowered}}


def limits_of(given: DesignSettings) -> DesignLimits:
    """Return how far designs may go.

    Parameters
    ----------
    given
        The section; what it leaves open is that of the preset, or the default.

    Returns
    -------
    DesignLimits

    Raises
    ------
    InputError
        A number cannot be used, or groups of tied reactions overlap.
    """
    base = DesignLimits() if given.preset is None else PRESETS[given.preset]
    names = {field.name for field in fields(DesignLimits)} & {f.name for f in fields(given)}
    words = {ANY: None, KNOCK_OUT: inf}
    changes: dict[str, Any] = {}
    for name in sorted(names):
        value = getattr(given, name)
        if value is not None:
            changes[name] = words[value] if isinstance(value, str) else value
    return replace(base, **changes)


def aim_of(given: DesignSettings) -> Aim:
    """Return what a design for several models raises.

    Parameters
    ----------
    given
        The section.

    Returns
    -------
    Aim

    Raises
    ------
    InputError
        A number cannot be used.
    """
    name, *numbers = given.aim.split(":")
    if name in ("mean", "worst"):
        return Worst() if name == "worst" else Mean()
    share, *folds = map(float, numbers)
    if not 0 < share <= 1:
        raise InputError(
            f"--aim {given.aim} needs a share of the models, above 0 and at most 1, got {share:g}."
        )
    if not folds:
        return WorstShare(share)
    if folds[0] <= 0:
        raise InputError(
            f"--aim {given.aim} needs a factor above 0, got {folds[0]:g}; 1.2 is a gain of 20 %."
        )
    return AtLeast(share, log(folds[0]))


def _weighed(entry: str, *, flag: str) -> tuple[str, float]:
    name, given, weight = entry.partition("=")
    try:
        return name.strip(), float(weight) if given else 1.0
    except ValueError:
        raise InputError(
            f"{flag} takes NAME or NAME=WEIGHT, for example ACt2r or ACt2r=2, got {entry!r}."
        ) from None
