"""Runs with measured constants, as tables, figures and numbers (Fig. 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from skimpy_renaissance.analyses.integrated_km_answers import Answers, Question
from skimpy_renaissance.analyses.integrated_km_drawings import drawings
from skimpy_renaissance.analyses.integrated_km_runs import ABOUT
from skimpy_renaissance.analyses.result import AnalysisResult, text_rows
from skimpy_renaissance.kinetic_data import by_distance
from skimpy_renaissance.network import KineticNetwork

__all__ = ["answer_table", "inside_and_outside", "integrated_km_result", "of_how_many"]

_STAND_IN = (
    "The measured constants of this study are a stand-in, measured by nobody: one valid model was "
    "held out, and a part of its Km given out as measured. Numbers say whether that model can be "
    "told from them; they say nothing about the organism."
)
_ENOUGH = 0.9  # of the models of a run, from which they count as independent


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
    summary = inside_and_outside(found.questions)
    return AnalysisResult(
        tables=_tables(found, summary),
        drawings=drawings(network, found, summary),
        numbers={
            "measurements": found.observations.match.summary().to_dict(),
            "measured_km": len(found.observations.ranges),
            "real_measurements": found.observations.are_real,
            "fixed_reactions": list(found.fixed),
            "focus": found.focus.name,
            "explained_variance": found.components.explained.tolist(),
            "width_without_data": found.without.width,
            "distance_of_runs_without_data": found.without.apart,
        },
        warnings=_warnings(found),
        summary=text_rows(_rows(found), "What data told of other constants, beside chance"),
    )


def inside_and_outside(questions: Sequence[Question]) -> pd.DataFrame:
    """Average the skill of held-out Km within each integrated subsystem, and over all others.

    Parameters
    ----------
    questions
        Those about subsystems count.

    Returns
    -------
    pandas.DataFrame
        Index ``subsystem`` and ``where`` (``"inside"``, ``"outside"``); columns ``n`` (constants
        scored), ``before``, ``after`` (mean skill), ``before_error``, ``after_error`` (standard
        errors over constants) and ``improved`` (constants).
    """
    rows = {}
    for one in questions:
        if one.kind != "subsystem":
            continue
        for where, table in (
            ("inside", one.inside(one.skill)),
            ("outside", one.outside(one.skill)),
        ):
            scored = table.dropna(subset=["after"])
            rows[one.name, where] = {
                "n": len(scored),
                "before": scored["before"].mean(),
                "after": scored["after"].mean(),
                "before_error": scored["before"].sem(),
                "after_error": scored["after"].sem(),
                "improved": int(scored["improved"].sum()),
            }
    index = pd.MultiIndex.from_tuples(list(rows), names=["subsystem", "where"])
    return pd.DataFrame(list(rows.values()), index=index)


def of_how_many(table: pd.DataFrame) -> str:
    """Say how many constants have a higher score, ``"3 of 17"``.

    Parameters
    ----------
    table
        As :func:`~skimpy_renaissance.kinetic_data.held_out_parts.held_out_scores` returns.

    Returns
    -------
    str
    """
    scored = table.dropna(subset=["after"])
    return f"{int(scored['improved'].sum())} of {len(scored)}"


def answer_table(questions: Sequence[Question]) -> pd.DataFrame:
    """Return a row per question and number, what was found beside chance.

    Parameters
    ----------
    questions
        What was asked.

    Returns
    -------
    pandas.DataFrame
        Columns ``integrated`` and ``n_integrated``, ``about``, ``n`` (constants), ``number``
        (``shift``: Kolmogorov-Smirnov distance; ``gain``: percent of the score without data),
        ``found``, ``error``, ``by_chance``, ``spread_by_chance`` and ``p_value``.
    """
    return pd.DataFrame(
        [
            {
                "integrated": one.name,
                "n_integrated": one.n_integrated,
                "about": ABOUT[about],
                "n": effect.n,
                "number": number,
                "found": effect.found,
                "error": effect.error,
                "by_chance": effect.by_chance.mean(),
                "spread_by_chance": effect.by_chance.std(ddof=1),
                "p_value": effect.p_value,
            }
            for one in questions
            for (about, number), effect in one.effects.items()
        ]
    )


def _rows(found: Answers) -> list[dict[str, str]]:
    table = answer_table(found.questions)
    rows = []
    for (name, about), part in table.groupby(["integrated", "about"], sort=False):
        one = part.set_index("number")
        shift = one.loc["shift"]
        row = {
            "integrated": f"{name} ({shift['n_integrated']})",
            "about": f"{about} ({shift['n']})",
            "KS distance (no data)": f"{shift['found']:.4f} ({shift['by_chance']:.4f})",
            "p": f"{shift['p_value']:.2g}",
            "predicted better by (no data)": "-",
            "p ": "-",
        }
        if "gain" in one.index:
            gain = one.loc["gain"]
            row |= {
                "predicted better by (no data)": f"{gain['found']:.2f} +- {gain['error']:.2f} % "
                f"({gain['by_chance']:.2f})",
                "p ": f"{gain['p_value']:.2g}",
            }
        rows.append(row)
    return rows


def _warnings(found: Answers) -> list[str]:
    warnings = [] if found.observations.are_real else [_STAND_IN]
    n = len(found.without.models) / len(found.without.incidence)
    without, with_data = found.without.worth, [w for one in found.questions for w in one.worth]
    if without and with_data and min(*without, *with_data) < _ENOUGH * n:
        warnings.append(
            f"Valid models are rare: the {n:.0f} models of a run are worth {min(without):.0f} to "
            f"{max(without):.0f} independent ones without data and {min(with_data):.0f} to "
            f"{max(with_data):.0f} with data, for the slowest constant. Runs that are worth less "
            "lie further from others by that alone: compare p-values only where the two are alike, "
            "and take single constants that 'moved' for no more than a hint."
        )
    return warnings


def _tables(found: Answers, summary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    labelled: dict[str, list[pd.DataFrame]] = {"overlap": [], "skill": []}
    incidences = []
    for one in found.questions:
        for name, parts in labelled.items():
            table = {"overlap": one.change, "skill": one.skill}[name]
            of = found.subsystem_of.reindex(table.index)
            parts.append(table.assign(subsystem=of, integrated=one.name).reset_index())
        incidences += [(one.name, i, share) for i, share in enumerate(one.incidence)]
    incidences += [("nothing", i, share) for i, share in enumerate(found.without.incidence)]
    tables = {
        "answers": answer_table(found.questions),
        "measured_ranges": found.observations.ranges.table.reset_index(),
        "unmatched": found.observations.match.unmatched,
        **{name: pd.concat(parts, ignore_index=True) for name, parts in labelled.items()},
        "overlap_by_chance": found.without.by_chance.reset_index(),
        "skill_by_subsystem": summary.reset_index(),
        "incidence": pd.DataFrame(incidences, columns=["integrated", "run", "incidence"]),
        "moved": found.moved.reset_index(),
        "moved_control": found.control.reset_index(),
        "moved_by_distance": by_distance(found.moved).reset_index(),
        "components": found.components.table,
    }
    if found.turnover is not None:
        tables["turnover"] = found.turnover.reset_index()
    return tables
