"""How far the predicted ranges of Michaelis constants agree with the measured ones.

The score of a constant is the share of its predicted range that was observed. Two populations, for
example without and with integrated data, are compared constant by constant.
"""

from __future__ import annotations

import pandas as pd

from skimpy_renaissance.analyses.observations import subsystem_of_km
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.kinetic_data import KmMatch, KmRanges, by_subsystem, overlap_scores
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.plots import overlap_size, plot_overlap_by_subsystem, plot_overlap_rows
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["overlap"]

_MOST_REASONS = 5


def overlap(
    population: ParameterPopulation,
    match: KmMatch,
    ranges: KmRanges,
    *,
    network: KineticNetwork,
    before: ParameterPopulation | None = None,
    subsystems: pd.DataFrame | None = None,
    share: float = 1.0,
    strict: bool = False,
) -> AnalysisResult:
    """Score one or two populations by how far their Km agree with measured ones.

    Parameters
    ----------
    population
        Parameter sets.
    match
        What was measured of which constant.
    ranges
        Observed range of each constant.
    network
        The kinetic model.
    before
        Other sets to compare with, for example without data.
    subsystems
        Columns ``reaction`` and ``subsystem``; scores are averaged over each.
    share
        Central share of the sets that a predicted range holds; 1 takes all.
    strict
        Whether measurements that fit several constants were left out of the ranges.

    Returns
    -------
    AnalysisResult
        Tables ``overlap``, ``matched``, ``ambiguous``, ``unmatched``; where rows of the source were
        left out, ``skipped``, and where subsystems are known, ``subsystems``.

    Raises
    ------
    InputError, MissingEntryError
        The sets have no units, or the table of subsystems cannot be used.
    """
    table = overlap_scores(population, ranges, share=share).rename(columns={"overlap": "after"})
    if before is not None:
        earlier = overlap_scores(before, ranges, share=share)
        for end in ("low", "high"):
            table[f"before_{end}"] = earlier[f"predicted_{end}"]
        table["before"] = earlier["overlap"]
        table["change"] = table["after"] - table["before"]
        table["improved"] = table["change"] > 0
    scored = {"after": population} if before is None else {"before": before, "after": population}
    label = "overlap" if before is None else "after"
    tables = {
        "overlap": table.rename(columns={"after": label}).reset_index(),
        "matched": match.matched.reset_index(drop=True),
        "ambiguous": match.ambiguous.reset_index(drop=True),
        "unmatched": match.unmatched.reset_index(drop=True),
        **({"skipped": match.skipped.reset_index()} if len(match.skipped) else {}),
    }
    groups = None
    if subsystems is not None and len(subsystems):
        groups = subsystem_of_km(network, subsystems).reindex(table.index)
    drawings = {
        "overlap": Drawing(
            lambda figure: plot_overlap_rows(
                table, figure, groups=groups, labels=("population", "before")
            ),
            "Share of the predicted range of each measured Km that was observed.",
            overlap_size(len(table)),
        )
    }
    if subsystems is not None and len(subsystems):
        grouped = _by_subsystem(table, subsystems, list(scored))
        tables["subsystems"] = grouped.rename(
            columns={"after": label, "after_error": f"{label}_error"}
        ).reset_index()
        drawings["subsystems"] = Drawing.on_axes(
            lambda ax: plot_overlap_by_subsystem(grouped, ax, labels=("before", "population")),
            "Mean overlap of the Km of each subsystem (number of constants).",
        )
    numbers = {str(name): int(count) for name, count in match.summary().items()}
    means = {f"mean_{column}": table[column].mean() for column in scored}
    improved = {} if before is None else {"improved": int(table["improved"].sum())}
    scores = [
        {
            "": "population" if column == "after" else column,
            "sets": str(len(sets)),
            "mean": f"{table[column].mean():.3f}",
            "median": f"{table[column].median():.3f}",
            "Km that overlap at all": str(int((table[column] > 0).sum())),
        }
        for column, sets in scored.items()
    ]
    return AnalysisResult(
        tables=tables,
        drawings=drawings,
        numbers={**numbers, "scored_km": len(table), **means, **improved},
        summary={
            **_matched(match, strict=strict),
            **text_rows(scores, f"Overlap of predicted and measured ranges, {len(table)} Km"),
        },
    )


def _by_subsystem(
    table: pd.DataFrame, subsystems: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Average the scores over each subsystem, with standard errors."""
    parts = {name: by_subsystem(table, subsystems, column=name) for name in columns}
    grouped = next(iter(parts.values()))[["n"]].copy()
    for name, part in parts.items():
        grouped[name], grouped[f"{name}_error"] = part["mean"], part["standard_error"]
    return grouped


def _matched(match: KmMatch, *, strict: bool) -> dict[str, list[tuple[str, ...]]]:
    """Say how many measurements fit, and why the others do not."""
    counts = match.summary()
    ambiguous = "left out" if strict else "each counts for all of them"
    tables: dict[str, list[tuple[str, ...]]] = {
        "Measurements": [
            ("", "measurements", "Km"),
            ("fit one Km", str(counts["matched"]), str(counts["matched_km"])),
            (
                f"fit several Km ({ambiguous})",
                str(counts["ambiguous"]),
                str(counts["ambiguous_km"]),
            ),
            ("fit none", str(counts["unmatched"]), ""),
        ]
    }
    reasons = match.unmatched["why"].value_counts()
    if len(reasons):
        rows = [(str(why), str(count)) for why, count in reasons[:_MOST_REASONS].items()]
        if len(rest := reasons[_MOST_REASONS:]):
            rows.append((f"{len(rest)} other reasons", str(rest.sum())))
        tables["Why they fit none (all in unmatched.csv)"] = [("reason", "measurements"), *rows]
    return tables
