"""The verdict of a report: how many models are valid, what they stand for, what that permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.report.page import Block, Points, Text

__all__ = ["Outcome", "verdict"]

_AMOUNTS = (
    (1.0, "All models are valid"),
    (0.9, "Nearly all models are valid"),
    (0.5, "Most models are valid"),
    (0.0, "Some models are valid, fewer than half"),
)
_HALF_WIDTH = 98.0  # percentage points times sqrt(models): 1.96 standard errors of a share of 50 %


@dataclass(frozen=True)
class Outcome:
    """What a verdict rests on.

    Parameters
    ----------
    what
        The models that were judged, in words: ``"new models of the generator"``.
    models
        How many of them are valid.
    partition
        1/h: valid models lie below it.
    blind
        How many blind draws are valid, where some were judged.
    narrow
        Whether these models are a corner of the valid region.
    region
        Models of the whole valid region at hand.
    worth
        Independent models that these are worth.
    lacking
        Whether they are not yet draws of all of it.
    """

    what: str
    models: Proportion
    partition: float
    blind: Proportion | None = None
    narrow: bool = False
    region: int = 0
    worth: float = 0.0
    lacking: bool = False


def verdict(outcome: Outcome) -> list[Block]:
    """Say what came of it, in the order in which a reader asks.

    Parameters
    ----------
    outcome
        What was found.

    Returns
    -------
    list
        How many models are valid, what kind of ensemble they are, and what may be said with them
        and what not.

    Examples
    --------
    >>> from skimpy_renaissance.proportion import Proportion
    >>> from skimpy_renaissance.report.verdict import Outcome, verdict
    >>> found = Outcome("new models of the generator", Proportion(0, 200), partition=-3.0)
    >>> verdict(found)[0].text
    'No model is valid: 0 of 200 new models of the generator (95 % interval 0.0 to 1.9 %).'
    """
    may = _permitted(outcome)
    return [
        Text(_how_many(outcome)),
        Text(_kind(outcome)),
        *([Points("This permits", may)] if may else []),
        Points("This does not permit", _not_permitted(outcome)),
    ]


def _how_many(outcome: Outcome) -> str:
    share = outcome.models
    counted = (
        f"{share.hits:,} of {share.draws:,} {outcome.what} ({share.in_percent}; 95 % interval "
        f"{share.interval_in_percent})"
    )
    if not share.hits:
        return (
            f"No model is valid: 0 of {share.draws:,} {outcome.what} (95 % interval "
            f"{share.interval_in_percent})."
        )
    amount = next(words for least, words in _AMOUNTS if share.share >= least)
    compared = ""
    if outcome.blind is not None:
        compared = f" Of blind draws of the Michaelis constants {outcome.blind.in_percent} are."
    return f"{amount}: {counted}.{compared}"


def _kind(outcome: Outcome) -> str:
    if not outcome.models.hits and not outcome.region:
        return "There is no ensemble of valid models to speak of."
    told = []
    if outcome.narrow:
        told.append(
            f"The {outcome.what} are a narrow ensemble: alike, from one corner of all valid models."
        )
    if outcome.region:
        independent = (
            "all independent"
            if outcome.worth >= outcome.region
            else f"worth {outcome.worth:,.0f} independent ones"
        )
        beside = "Beside them there are" if outcome.narrow else "There are"
        told.append(
            f"{beside} {outcome.region:,} models of the whole valid region, {independent}"
            f"{', but not yet draws of all of it' if outcome.lacking else ''}."
        )
    return " ".join(told) or (
        f"Whether the {outcome.what} stand for the whole valid region, or for a corner of it, is "
        "not known."
    )


def _permitted(outcome: Outcome) -> Sequence[str]:
    told = []
    if outcome.region and not outcome.lacking:
        told.append(
            "Averages, ranges and shares over the models of the whole valid region: a share of "
            f"50 % is known to within {_HALF_WIDTH / sqrt(max(outcome.worth, 1)):.2g} percentage "
            "points."
        )
    if outcome.models.hits:
        told.append("To say that valid models exist at this steady state, and to start from them.")
    if outcome.narrow:
        told.append("To compare this generator with others.")
    return told


def _not_permitted(outcome: Outcome) -> Sequence[str]:
    told = []
    if not outcome.models.hits:
        most = 100 * outcome.models.interval[1]
        told.append(
            "To say that no valid model exists: up to "
            f"{most:.2g} % may be valid and not have been drawn."
        )
    if outcome.narrow:
        told.append(
            f"Averages over the {outcome.what}: they look surer than they are, and are those of "
            "the corner."
        )
    if outcome.lacking or not (outcome.region or outcome.narrow):
        told.append("Averages over the valid region: its models are not at hand yet.")
    return [
        *told,
        "To take a Michaelis constant of a model for a measured one: many sets are as fast.",
        "To speak of another strain, medium or steady state: all models share this one.",
        "To speak of large pushes: lambda_max is about small ones.",
    ]
