"""Figures 4 and 5 of the paper, drawn from the answers about integrated constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from skimpy_renaissance.analyses import Drawing
from skimpy_renaissance.analyses.integrated_km_answers import Answers, Question
from skimpy_renaissance.kinetic_data import by_distance
from skimpy_renaissance.network import KineticNetwork, km_labels
from skimpy_renaissance.plots import (
    overlap_size,
    plot_components,
    plot_distance,
    plot_overlap,
    plot_overlap_by_subsystem,
    plot_overlap_rows,
    plot_pair,
    plot_rings,
    plot_runs,
)
from skimpy_renaissance.plots.panels import grid
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["drawings"]

_RINGS = 3
_SKILL = "skill beyond the prior\n(0: the prior, 1: the truth)"
_LABELS = ("with measured constants", "without")
_MOST_REACTIONS = 60  # that can be told apart in one picture


def drawings(network: KineticNetwork, found: Answers, summary: pd.DataFrame) -> dict[str, Drawing]:
    """Return the figures by name.

    Parameters
    ----------
    network
        The kinetic model.
    found
        What was found.
    summary
        Mean skill inside and outside each subsystem.

    Returns
    -------
    dict
    """
    enzyme, focus = ", ".join(found.fixed), found.focus
    stand_in = (
        "" if found.observations.are_real else " Measurements are a stand-in (held-out model)."
    )
    asked = {one.name: one.effects["km", "shift"] for one in found.questions if "km" in _of(one)}
    made = {
        "answers": Drawing.on_axes(
            lambda ax: plot_runs(
                {name: (effect.with_data, effect.by_chance) for name, effect in asked.items()},
                ax,
                xlabel="mean Kolmogorov-Smirnov distance of the Km of other reactions",
            ),
            "How far the Km of other reactions moved when the constants at the left were "
            "integrated. A dot is a run of valid models, a line the mean.",
            size=(8.0, 1.2 + 0.5 * len(asked)),
        ),
        "fig4a_rings": Drawing(
            lambda figure: _rings(figure, found),
            f"How far Km and Vmax moved when the constants of {enzyme} (squares) were fixed, and "
            "in other runs without data. A ring is a step through the network.",
            (7.5, 12.5),
        ),
        "fig4b_pairs": Drawing(
            lambda figure: _pairs(figure, network, found),
            f"Constants of {enzyme} and of its neighbours without data (sky blue) and with its "
            "Km fixed (vermillion).",
            (8.0, 3.6),
        ),
        "fig4_distance": Drawing.on_axes(
            lambda ax: plot_distance(by_distance(found.moved), by_distance(found.control), ax),
            f"Mean shift of constants over their distance from {enzyme}, beside that of other "
            "runs without data.",
        ),
        "fig5a_inside": Drawing.on_axes(
            lambda ax: plot_overlap(focus.inside(focus.skill), ax, score=_SKILL, labels=_LABELS),
            f"Skill of held-out Km of {focus.name}: 0 for the prior, 1 for the truth. "
            f"{focus.n_integrated} of {len(focus.km_names)} are integrated at a time; error bars: "
            "standard error over runs.",
        ),
        "fig5b_by_subsystem": Drawing.on_axes(
            lambda ax: plot_overlap_by_subsystem(
                _where(summary, "inside"), ax, score="mean skill beyond the prior"
            ),
            "Mean skill of held-out Km within each subsystem, without and with data of the same "
            "subsystem (number of constants).",
        ),
        "fig5c_outside": Drawing(
            lambda figure: plot_overlap_rows(
                focus.outside(focus.skill),
                figure,
                groups=found.subsystem_of,
                score=_SKILL,
                labels=_LABELS,
            ),
            f"Skill of all other measured Km when parts of {focus.name} are integrated.",
            overlap_size(len(focus.outside(focus.skill))),
        ),
        "fig5d_elsewhere": Drawing.on_axes(
            lambda ax: plot_overlap_by_subsystem(
                _where(summary, "outside"), ax, score="mean skill beyond the prior"
            ),
            "Mean skill of the Km of all other subsystems, when data of the subsystem at the left "
            "are integrated.",
        ),
        "fig5f_components": Drawing.on_axes(
            lambda ax: plot_components(found.components, ax),
            "Unmeasured Km in two principal components: each point a valid model.",
            size=(7.5, 4.5),
        ),
    }  # fmt: skip
    return {name: replace(one, caption=one.caption + stand_in) for name, one in made.items()}


def _of(question: Question) -> set[str]:
    return {about for about, _ in question.effects}


def _where(summary: pd.DataFrame, where: str) -> pd.DataFrame:
    return summary[summary.index.get_level_values("where") == where].droplevel("where")


def _rings(figure: Figure, found: Answers) -> None:
    upper, lower = figure.subplots(2, 1)
    distance = found.distances["distance"]
    legible = [r for r in range(2, _RINGS + 1) if (distance <= r).sum() <= _MOST_REACTIONS]
    for ax, table, title in (
        (upper, found.moved, f"{', '.join(found.fixed)} fixed"),
        (lower, found.control, "control: other runs without data"),
    ):
        plot_rings(table, found.distances, ax, rings=max(legible, default=1), bar=ax is upper)
        ax.set_title(title)


def _pairs(figure: Figure, network: KineticNetwork, found: Answers) -> None:
    """Fig. 4b: the enzyme's Km and Vmax, its Vmax and the next one's, two Km beyond."""
    vmax_of = dict(zip(network.reaction_names, network.vmax_names, strict=True))
    ranges = found.observations.ranges.table
    own_km = str(ranges.index[ranges["reaction"] == found.fixed[0]][0])
    vmax, km = (_nearest(found.moved, kind) for kind in ("vmax", "km"))
    own_vmax = [name for name in (vmax_of[found.fixed[0]],) if name is not None]
    wanted = [(own_km, *own_vmax), (*own_vmax, *vmax[:1]), km[:2]]
    pairs = [[str(name) for name in names] for names in wanted if len(names) == 2]
    words = {km: f"Km of {label}" for km, label in km_labels(network).items()}
    words |= {vmax: f"Vmax of {name}" for name, vmax in vmax_of.items() if vmax is not None}
    axes = grid(figure, len(pairs), columns=len(pairs))
    for ax, names in zip(axes, pairs, strict=True):
        before, after = (
            dict(_labelled(found.populations[group], name, words[name]) for name in names)
            for group in ("without", "fixed")
        )
        plot_pair(before, after, ax, labels=("nothing integrated", f"{found.fixed[0]} fixed"))
    axes[0].legend(frameon=False, fontsize="small")


def _nearest(moved: pd.DataFrame, kind: str) -> list[str]:
    """Return the constants that moved most in the nearest reactions, one per distance."""
    near = moved[(moved["kind"] == kind) & (moved["distance"] > 0)]
    return list(near.groupby("distance")["statistic"].idxmax())


def _labelled(
    population: ParameterPopulation, name: str, words: str
) -> tuple[str, NDArray[np.float64]]:
    """Return a constant in a unit that people use, under a label that states it."""
    values = population.values[:, population.names.index(name)]
    assert population.units is not None, "populations of a study have units"
    if name.startswith("km_"):
        return f"{words}\n(mM)", 1e3 * values / population.units.concentration_scaling
    return f"{words}\n(mmol/gDW/h)", population.units.mmol_per_gdw_h(values)
