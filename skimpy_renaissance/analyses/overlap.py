"""How far the predicted ranges of Michaelis constants agree with the measured ones.

The score of a constant is the share of its predicted range that was observed. Two populations, for
example without and with integrated data, are compared constant by constant. As the score rewards
whatever is narrow, it stands beside that of the prior, of the prior cut to the same width, and of
draws of the whole valid region, and beside a proper score
(:mod:`~skimpy_renaissance.kinetic_data.beside_prior`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.observations import subsystem_of_km
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, text_rows
from skimpy_renaissance.kinetic_data import (
    KmMatch,
    KmRanges,
    by_subsystem,
    scores_beside_prior,
)
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.plots import overlap_size, plot_overlap_by_subsystem, plot_overlap_rows
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import KmSpace

__all__ = ["overlap"]

_MOST_REASONS = 5


def overlap(
    population: ParameterPopulation,
    match: KmMatch,
    ranges: KmRanges,
    *,
    network: KineticNetwork,
    space: KmSpace,
    before: ParameterPopulation | None = None,
    region: ParameterPopulation | None = None,
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
    space
        Bounds of the prior, ln Km uniform between them.
    before
        Other sets to compare with, for example without data.
    region
        Draws of the whole valid region, without data.
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
    scored = {
        name: sets
        for name, sets in (("before", before), ("after", population), ("region", region))
        if sets is not None
    }
    found = {
        name: scores_beside_prior(sets, ranges, space, share=share) for name, sets in scored.items()
    }
    table = found["after"].rename(columns={"overlap": "after"})
    if before is not None:
        earlier = found["before"]
        for end in ("low", "high"):
            table[f"before_{end}"] = earlier[f"predicted_{end}"]
        table["before"], table["before_crps"] = earlier["overlap"], earlier["crps"]
        table["change"] = table["after"] - table["before"]
        table["improved"] = table["change"] > 0
    if region is not None:
        table["region"], table["region_crps"] = (found["region"][c] for c in ("overlap", "crps"))
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
                table, figure, groups=groups, labels=("population", "compared with")
            ),
            "Share of the predicted range of each measured Km that was observed. Lines: the same "
            "share of the prior, of the prior as narrow as the population (mean over all places) "
            "and, where it was drawn from, of the whole valid region.",
            overlap_size(len(table)),
        )
    }
    if subsystems is not None and len(subsystems):
        compared = ["after"] if before is None else ["before", "after"]
        grouped = _by_subsystem(table, subsystems, compared)
        tables["subsystems"] = grouped.rename(
            columns={"after": label, "after_error": f"{label}_error"}
        ).reset_index()
        drawings["subsystems"] = Drawing.on_axes(
            lambda ax: plot_overlap_by_subsystem(
                grouped, ax, labels=("compared with", "population")
            ),
            "Mean overlap of the Km of each subsystem (number of constants).",
        )
    numbers = {str(name): int(count) for name, count in match.summary().items()}
    means = {f"mean_{name}": table[name].mean() for name in scored}
    improved = {} if before is None else {"improved": int(table["improved"].sum())}
    above = table["after"] > table["prior"]
    narrower = table["only_narrower"]
    beside = {
        "mean_prior": table["prior"].mean(),
        "mean_same_width": table["same_width"].mean(),
        "above_prior": int(above.sum()),
        "only_narrower": int(narrower.sum()),
        "mean_skill": table["skill"].mean(),
    }
    return AnalysisResult(
        tables=tables,
        drawings=drawings,
        numbers={**numbers, "scored_km": len(table), **means, **improved, **beside},
        warnings=_warnings(table),
        summary={
            **_matched(match, strict=strict),
            **text_rows(
                _rows(found, ranges, space), f"Predicted and measured ranges, {len(table)} Km"
            ),
        },
    )


def _rows(
    found: Mapping[str, pd.DataFrame], ranges: KmRanges, space: KmSpace
) -> list[dict[str, str]]:
    """Say what each ensemble scores, and the prior."""
    names = {"after": "population", "region": "whole valid region"}
    n = len(ranges)

    def row(
        name: str, overlap: pd.Series, crps: pd.Series, more: Mapping[str, str]
    ) -> dict[str, str]:
        return {
            "": name,
            "mean overlap": f"{overlap.mean():.3g}",
            "median": f"{overlap.median():.3g}",
            "Km that overlap at all": f"{int((overlap > 0).sum())} of {n}",
            **more,
            "CRPS of ln Km (0 is best)": f"{crps.mean():.2f}",
        }

    rows = [
        row(
            names.get(name, name),
            one["overlap"],
            one["crps"],
            {
                "measured range covered": f"{100 * one['coverage'].mean():.0f} %",
                "width, decades": f"{one['width'].median() / np.log(10):.1f}",
            },
        )
        for name, one in found.items()
    ]
    one = found["after"]
    wide = {"measured range covered": "-", "width, decades": f"{_decades(ranges, space):.1f}"}
    rows.append(row("prior", one["prior"], one["prior_crps"], wide))
    narrow = row("prior, as narrow as the population", one["same_width"], one["crps"], wide)
    narrow |= {
        "width, decades": f"{one['width'].median() / np.log(10):.1f}",
        "Km that overlap at all": "-",
        "CRPS of ln Km (0 is best)": "-",
    }
    return [*rows, narrow]


def _decades(ranges: KmRanges, space: KmSpace) -> float:
    """Return the median width of the prior of the measured constants."""
    widths = dict(zip(space.names, (space.upper - space.lower).tolist(), strict=True))
    return float(np.median([widths[name] for name in ranges.km_names]) / np.log(10))


def _warnings(table: pd.DataFrame) -> list[str]:
    """Say where a score is high because the ensemble is narrow, and what to go by instead."""
    above, narrower = (
        int((table["after"] > table["prior"]).sum()),
        int(table["only_narrower"].sum()),
    )
    if not narrower:
        return []
    worse = int((table["crps"] > table["prior_crps"]).sum())
    return [
        f"{above} of {len(table)} Km overlap more than the prior does, {narrower} of them only "
        "because the population is narrower: the prior cut to that width, anywhere, scores as much "
        f"in more than 1 of 20 places. By a proper score (CRPS) the population predicts {worse} of "
        f"{len(table)} worse than the prior; go by skill in overlap.csv."
    ]


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
