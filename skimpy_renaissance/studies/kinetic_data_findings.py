"""Published numbers of Fig. 4 and 5 beside those found, for the study of kinetic data."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.analyses import Finding
from skimpy_renaissance.analyses.integrated_km_answers import Answers, SubsystemAnswer
from skimpy_renaissance.analyses.integrated_km_result import (
    TOP,
    focus_of,
    inside_and_outside,
)
from skimpy_renaissance.kinetic_data import top_by_subsystem

__all__ = ["kinetic_data_findings"]


def kinetic_data_findings(found: Answers) -> list[Finding]:
    """Return the numbers of Fig. 4 and 5, published and found.

    Parameters
    ----------
    found
        What was found.

    Returns
    -------
    list of Finding
    """
    focus = focus_of(found.subsystems)
    summary = inside_and_outside(found.subsystems)
    return [*_of_one_enzyme(found), *_of_subsystems(found, focus, summary), *_of_all(found)]


def _of_one_enzyme(found: Answers) -> list[Finding]:
    n_km = len(found.median_log_km.columns)
    enzyme = ", ".join(found.fixed)
    fixed, without = (np.array(found.incidence[name]) for name in ("fixed", "without"))
    moved = [table["statistic"] for table in (found.moved, found.control)]
    own = (found.moved["distance"] == 0) & (found.moved["kind"] == "vmax")
    capacity = [values.reindex(found.moved.index[own]).mean() for values in moved]
    others = found.moved.index[found.moved["distance"] > 0]
    elsewhere = [values.reindex(others).mean() for values in moved]
    return [
        Finding(
            "Km with a measured value",
            "108 of 384",
            f"{len(found.observations.ranges)} of {n_km}",
            note="measured" if found.observations.are_real else "a stand-in, measured by nobody",
        ),
        Finding(
            f"incidence with the Km of {enzyme} fixed",
            "> 99",
            100 * float(fixed.mean()),
            "%",
            note=f"{len(fixed)} trainings; without data {100 * without.mean():.1f} %",
        ),
        Finding(
            f"KS distance of the Vmax of {enzyme}, Km fixed or not",
            "restricted (Fig. 4b)",
            float(capacity[0]),
            note=f"Kolmogorov-Smirnov; control, trained again without data: {capacity[1]:.2f}",
        ),
        Finding(
            "KS distance of Km and Vmax of other reactions, mean",
            "some moved (Fig. 4b)",
            float(elsewhere[0]),
            note=f"control: {elsewhere[1]:.2f}; only what exceeds it is due to the data",
        ),
    ]


def _of_subsystems(found: Answers, focus: SubsystemAnswer, summary: pd.DataFrame) -> list[Finding]:
    chance = found.by_chance
    in_focus = chance.index.isin(list(focus.km_names))
    least = min(min(answer.incidence) for answer in found.subsystems)
    every = sum(len(answer.incidence) for answer in found.subsystems)
    better = summary["after"] > summary["before"]
    n = len(found.subsystems)
    top = top_by_subsystem(focus.outside, found.subsystem_of, most=TOP)

    counts = summary.loc[focus.name]

    def of(where: str) -> str:
        return f"{counts.at[where, 'improved']:.0f} of {counts.at[where, 'n']:.0f}"

    def unreached(where: str) -> str:
        return f"{counts.at[where, 'unreached']:.0f} overlap in neither case"

    return [
        Finding(
            "smallest incidence, half of a subsystem's Km integrated", "> 90", 100 * least, "%",
            note=f"over {every} combinations",
        ),
        Finding(
            f"held-out Km of {focus.name} predicted better", "16 of 17", of("inside"),
            note=f"{focus.n_integrated} of {focus.n_measured} integrated at a time; "
            f"{unreached('inside')}; without any data, another seed improves "
            f"{_improved(chance[in_focus])}",
        ),
        Finding(
            f"measured Km outside {focus.name} predicted better", "85 of 91", of("outside"),
            note=f"{unreached('outside')}; without any data, another seed improves "
            f"{_improved(chance[~in_focus])}",
        ),
        Finding(
            "subsystems whose own held-out Km improve on average", "6 of 6",
            f"{int(better.xs('inside', level='where').sum())} of {n}",
        ),
        Finding(
            "subsystems that improve all other Km on average", "6 of 6",
            f"{int(better.xs('outside', level='where').sum())} of {n}",
            note="published: read off Fig. 5d",
        ),
        Finding(
            f"where the {TOP} Km are that gain most from {focus.name}",
            "shikimate 6, glycolysis 3, anaplerotic 2",
            ", ".join(f"{name} {count}" for name, count in top[:1].items()) or "none gained",
            note=", ".join(f"{name} {count}" for name, count in top.items()),
        ),
    ]  # fmt: skip


def _of_all(found: Answers) -> list[Finding]:
    """Say whether unmeasured constants move, and where the truth is known, towards it."""
    unmeasured = found.median_log_km.drop(columns=list(found.observations.ranges.km_names))
    group = unmeasured.index.to_numpy()
    without = unmeasured[group == group[0]].to_numpy()
    integrated = unmeasured[group != group[0]].to_numpy()
    apart = _distance(product(without, integrated))
    findings = [
        Finding(
            "distance of unmeasured Km with data from those without",
            "clusters apart (Fig. 5f)",
            apart,
            note=f"among trainings without data {_distance(combinations(without, 2)):.2f}, with "
            f"data {_distance(combinations(integrated, 2)):.2f}; of median ln Km of two trainings, "
            "root mean square",
        )
    ]
    truth = found.observations.truth
    if truth is not None:
        target = truth[unmeasured.columns].to_numpy()
        half = len(without) // 2
        first, second = (np.abs(part - target).mean(0) for part in (without[:half], without[half:]))
        closer = np.abs(integrated - target).mean(0) < np.abs(without - target).mean(0)
        findings.append(
            Finding(
                "unmeasured Km that came closer to the held-out model",
                None,
                100 * float(closer.mean()),
                "%",
                note=f"of {len(target)}; another seed without data: "
                f"{100 * float((second < first).mean()):.0f} %",
            )
        )
    return findings


def _improved(change: pd.DataFrame) -> str:
    return f"{int(change['improved'].sum())} of {len(change)}"


def _distance(pairs: Iterable[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float:
    """Root mean square difference of pairs of `km`."""
    return float(np.sqrt(np.mean([np.mean((one - other) ** 2) for one, other in pairs])))
