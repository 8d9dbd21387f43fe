"""What ``overlap`` prints, writes and draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Drawing
from skimpy_renaissance.cli.console import text_table
from skimpy_renaissance.kinetic_data import KmMatch, by_subsystem
from skimpy_renaissance.plots import overlap_size, plot_overlap_by_subsystem, plot_overlap_rows

__all__ = ["FILES", "Overlap", "first_reason"]

FILES = (
    "overlap.csv",
    "subsystems.csv",
    "matched.csv",
    "ambiguous.csv",
    "unmatched.csv",
    "overlap.png",
    "subsystems.png",
)
_MOST_REASONS = 5
_ROLES = {"before": "before", "population": "after"}  # where there is one population: after


@dataclass(frozen=True, eq=False)
class Overlap:
    """Scores of one or two populations.

    Parameters
    ----------
    match
        What belonged to which constant.
    table
        Index ``km``: ``reaction``, ``metabolite``, ranges (mol/L), ``after`` and, of two
        populations, ``before``, ``change`` and ``improved``.
    grouped
        Means by subsystem, where subsystems are known.
    groups
        Index ``km``: subsystem.
    strict
        Whether ambiguous measurements were left out.
    """

    match: KmMatch
    table: pd.DataFrame
    grouped: pd.DataFrame | None
    groups: pd.Series | None
    strict: bool

    @classmethod
    def of(
        cls,
        match: KmMatch,
        scores: Mapping[str, pd.DataFrame],
        *,
        subsystem_of: pd.DataFrame | None,
        strict: bool,
    ) -> Overlap:
        """Join the scores of the populations.

        Parameters
        ----------
        match
            What belonged to which constant.
        scores
            ``"population"``, and ``"before"`` where there are two, to scores.
        subsystem_of
            Columns ``reaction`` and ``subsystem``.
        strict
            Whether ambiguous measurements were left out.

        Returns
        -------
        Overlap

        Raises
        ------
        InputError, MissingEntryError
            The table of subsystems cannot be used.
        """
        table = scores["population"].rename(columns={"overlap": "after"})
        if "before" in scores:
            earlier = scores["before"]
            for end in ("low", "high"):
                table[f"before_{end}"] = earlier[f"predicted_{end}"]
            table["before"] = earlier["overlap"]
            table["change"] = table["after"] - table["before"]
            table["improved"] = table["change"] > 0
        if subsystem_of is None:
            return cls(match, table, None, None, strict)
        columns = [name for name in ("before", "after") if name in table]
        parts = [by_subsystem(table, subsystem_of, column=name) for name in columns]
        grouped = parts[0][["n"]].copy()
        for name, part in zip(columns, parts, strict=True):
            grouped[name], grouped[f"{name}_error"] = part["mean"], part["standard_error"]
        one = subsystem_of.dropna().drop_duplicates("reaction").set_index("reaction")["subsystem"]
        groups = table["reaction"].map(lambda name: str(one.get(name, "unassigned")))
        return cls(match, table, grouped, groups, strict)

    @property
    def has_two(self) -> bool:
        """Whether two populations are compared."""
        return "before" in self.table

    @property
    def numbers(self) -> dict[str, object]:
        """The main numbers, plain JSON."""
        means = {f"mean_{name}": self.table[name].mean() for name in self._columns}
        improved = {"improved": int(self.table["improved"].sum())} if self.has_two else {}
        return {
            **{str(name): int(count) for name, count in self.match.summary().items()},
            "scored_km": len(self.table),
            **means,
            **improved,
        }

    @property
    def _columns(self) -> list[str]:
        return [name for name in ("before", "after") if name in self.table]

    @property
    def result(self) -> AnalysisResult:
        """Tables and figures."""
        named = "overlap" if not self.has_two else "after"
        tables = {
            "overlap": self.table.rename(columns={"after": named}).reset_index(),
            "matched": self.match.matched,
            "ambiguous": self.match.ambiguous,
            "unmatched": self.match.unmatched,
        }
        drawings = {
            "overlap": Drawing(
                lambda figure: plot_overlap_rows(
                    self.table, figure, groups=self.groups, labels=("population", "before")
                ),
                "Share of the predicted range of each Km that was observed.",
                overlap_size(len(self.table)),
            )
        }
        if (grouped := self.grouped) is not None:
            tables["subsystems"] = grouped.rename(
                columns={"after": named, "after_error": f"{named}_error"}
            ).reset_index()
            drawings["subsystems"] = Drawing.on_axes(
                lambda ax: plot_overlap_by_subsystem(grouped, ax, labels=("before", "population")),
                "Mean overlap of the Km of each subsystem.",
            )
        return AnalysisResult(tables=tables, drawings=drawings, numbers=self.numbers)

    def text(self, measurements: str, n_sets: Mapping[str, int]) -> str:
        """Say what matched and how the populations score.

        Parameters
        ----------
        measurements
            Name of the table.
        n_sets
            ``"population"``, and ``"before"`` where there are two, to the number of sets.

        Returns
        -------
        str
        """
        counts = self.match.summary()
        ambiguous = "left out" if self.strict else "each counts for all of them"
        lines = [
            f"Measurements in {measurements}:",
            text_table(
                [
                    ("", "measurements", "Km"),
                    ("fit one Km", str(counts["matched"]), str(counts["matched_km"])),
                    (
                        f"fit several Km ({ambiguous})",
                        str(counts["ambiguous"]),
                        str(counts["ambiguous_km"]),
                    ),
                    ("fit none", str(counts["unmatched"]), ""),
                ]
            ),
        ]
        reasons = self.match.unmatched["why"].value_counts()
        if len(reasons):
            lines.append("Why they fit none (all in unmatched.csv):")
            lines += [f"  {count:5d}  {why}" for why, count in reasons[:_MOST_REASONS].items()]
            rest = reasons[_MOST_REASONS:]
            if len(rest):
                lines.append(f"  {rest.sum():5d}  for {len(rest)} other reasons")
        lines.append(f"Overlap of predicted and measured ranges, {len(self.table)} Km:")
        rows = [("", "sets", "mean", "median", "Km that overlap at all")]
        for role, column in _ROLES.items():
            if role in n_sets:
                score = self.table[column]
                rows.append(
                    (
                        role,
                        str(n_sets[role]),
                        f"{score.mean():.3f}",
                        f"{score.median():.3f}",
                        str(int((score > 0).sum())),
                    )
                )
        lines.append(text_table(rows))
        if self.has_two:
            better, worse = (int((sign * self.table["change"] > 0).sum()) for sign in (1, -1))
            lines.append(f"{better} Km overlap more than before, {worse} less.")
        return "\n".join(lines)


def first_reason(match: KmMatch) -> str:
    """Return why the first measurement without a constant has none.

    Parameters
    ----------
    match
        What belonged to which constant.

    Returns
    -------
    str
    """
    for table in (match.unmatched, match.ambiguous):
        if len(table):
            return str(table["why"].iloc[0])
    return "the table is empty"
