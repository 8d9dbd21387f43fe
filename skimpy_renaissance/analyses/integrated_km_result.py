"""Trainings with measured constants, as tables, figures and numbers (Fig. 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from skimpy_renaissance.analyses.integrated_km_answers import Answers, SubsystemAnswer
from skimpy_renaissance.analyses.integrated_km_drawings import drawings
from skimpy_renaissance.analyses.observations import is_citric_acid_cycle
from skimpy_renaissance.analyses.result import AnalysisResult
from skimpy_renaissance.kinetic_data import by_distance, top_by_subsystem
from skimpy_renaissance.network import KineticNetwork

__all__ = ["TOP", "focus_of", "inside_and_outside", "integrated_km_result"]

TOP = 15
"""Constants that gain most, counted by subsystem."""
_STAND_IN = (
    "The measured constants of this study are a stand-in, measured by nobody: one valid model was "
    "held out, and a part of its Km given out as measured. Numbers say whether the method finds "
    "that model again; they say nothing about the organism."
)


def integrated_km_result(found: Answers, network: KineticNetwork) -> AnalysisResult:
    """Return the answers as tables, figures and numbers.

    Parameters
    ----------
    found
        What was found.
    network
        The kinetic model.

    Returns
    -------
    AnalysisResult
    """
    focus = focus_of(found.subsystems)
    summary = inside_and_outside(found.subsystems)
    return AnalysisResult(
        tables=_tables(found, summary),
        drawings=drawings(network, found, focus, summary),
        numbers={
            "measurements": found.observations.match.summary().to_dict(),
            "measured_km": len(found.observations.ranges),
            "real_measurements": found.observations.are_real,
            "fixed_reactions": list(found.fixed),
            "focus": focus.name,
            "explained_variance": found.components.explained.tolist(),
        },
        warnings=[] if found.observations.are_real else [_STAND_IN],
    )


def inside_and_outside(answers: Sequence[SubsystemAnswer]) -> pd.DataFrame:
    """Average overlap scores within each integrated subsystem, and over all others.

    Parameters
    ----------
    answers
        One per subsystem.

    Returns
    -------
    pandas.DataFrame
        Index ``subsystem`` and ``where`` (``"inside"``, ``"outside"``); columns ``n`` (constants
        scored), ``before``, ``after`` (means), ``before_error``, ``after_error`` (standard errors
        over constants), ``improved`` and ``unreached`` (constants that overlap in neither case).
    """
    rows = {}
    for answer in answers:
        for where, table in (("inside", answer.inside), ("outside", answer.outside)):
            scored = table.dropna(subset=["after"])
            rows[answer.name, where] = {
                "n": len(scored),
                "before": scored["before"].mean(),
                "after": scored["after"].mean(),
                "before_error": scored["before"].sem(),
                "after_error": scored["after"].sem(),
                "improved": int(scored["improved"].sum()),
                "unreached": int((scored[["before", "after"]].max(axis=1) == 0).sum()),
            }
    index = pd.MultiIndex.from_tuples(list(rows), names=["subsystem", "where"])
    return pd.DataFrame(list(rows.values()), index=index)


def focus_of(answers: Sequence[SubsystemAnswer]) -> SubsystemAnswer:
    """Return the answer for the citric acid cycle, which the paper shows, else the first.

    Parameters
    ----------
    answers
        One per subsystem.

    Returns
    -------
    SubsystemAnswer
    """
    return next((one for one in answers if is_citric_acid_cycle(one.name)), answers[0])


def _tables(found: Answers, summary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    parts, tops, incidences = [], {}, []
    for answer in found.subsystems:
        labelled = answer.change.assign(
            subsystem=found.subsystem_of.reindex(answer.change.index), integrated=answer.name
        )
        parts.append(labelled.reset_index())
        tops[answer.name] = top_by_subsystem(answer.outside, found.subsystem_of, most=TOP)
        incidences += [(answer.name, i, share) for i, share in enumerate(answer.incidence)]
    for name, shares in found.incidence.items():
        incidences += [(name, i, share) for i, share in enumerate(shares)]
    tables = {
        "measured_ranges": found.observations.ranges.table.reset_index(),
        "unmatched": found.observations.match.unmatched,
        "overlap": pd.concat(parts, ignore_index=True),
        "overlap_by_chance": found.by_chance.reset_index(),
        "overlap_by_subsystem": summary.reset_index(),
        "top_improvements": pd.DataFrame(tops).fillna(0).astype(int).rename_axis("subsystem")
        .reset_index(),
        "incidence": pd.DataFrame(incidences, columns=["integrated", "training", "incidence"]),
        "moved": found.moved.reset_index(),
        "moved_control": found.control.reset_index(),
        "moved_by_distance": by_distance(found.moved).reset_index(),
        "components": found.components.table,
    }  # fmt: skip
    if found.turnover is not None:
        tables["turnover"] = found.turnover.reset_index()
    return tables
