"""Draw the stages of the package and what they import: docs/stages.png, and docs/stages.txt.

A stage is a folder; the list stands in ``tests/test_structure.py``, the arrows are read from the
imports in the source. Drawn is the transitive reduction of that graph: an arrow from a stage to
one that it imports is left out where a longer way of arrows leads there, too. Rows follow from
the longest way to a stage that imports no other; ``stages.txt`` holds every import::

    python -m docs.stages            # after a change of stages or of imports between them
    python -m docs.stages --check    # is the picture that of the present imports?
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Curve
from scipy.optimize import linprog

from tests.test_structure import PACKAGE, STAGES, imports_of

FOLDER = Path(__file__).resolve().parent
TEXT, PICTURE = FOLDER / "stages.txt", FOLDER / "stages.png"
ABOUT = {
    "tasks": "serial, processes, cluster",
    "network": "reactions and rate laws",
    "steady_states": "fluxes, concentrations",
    "thermodynamics": "reaction energies, errors",
    "draft": "from COBRA or pyTFA",
    "sparse": "many matrices, one pattern",
    "instructions": "expressions to kernels",
    "spectrum": "eigenvalues, verdicts",
    "kinetics": "ln Km to Jacobian",
    "priors": "laws over Km, seeds",
    "learning": "train a generator",
    "valid_region": "coverage of valid models",
    "population": "parameter sets, files",
    "sampling": "draw until valid",
    "kinetic_data": "measured Km, enzymes",
    "dynamics": "models and reactors in time",
    "sbml": "from and to SBML",
    "control": "control coefficients",
    "design": "strains, robust, verified",
    "landscape": "many steady states",
    "requirements": "rewards beside validity",
    "tuning": "hyper-parameters",
    "plots": "one function per figure",
    "examples": "bundled E. coli model",
    "analyses": "tables, figures, numbers",
    "studies": "published numbers",
    "report": "one HTML page",
    "cli": "the command line",
}
WIDTH, HEIGHT, ROW, GAP = 150, 42, 78, 28  # of a box; of a row; between boxes: pixels
PAGE = 900  # pixels


def stage_imports() -> dict[str, set[str]]:
    """Return for every stage the stages that it imports."""
    return {
        stage: set().union(*(imports_of(path) for path in (PACKAGE / stage).rglob("*.py")))
        & set(STAGES) - {stage}
        for stage in STAGES
    }


def as_text(imports: dict[str, set[str]]) -> str:
    """Return the graph in words, a line per stage in the order of the stages."""
    return "".join(
        f"{stage}: {' '.join(sorted(found, key=STAGES.index))}".rstrip() + "\n"
        for stage, found in imports.items()
    )


def reduced(imports: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return the imports to which no longer way of imports leads."""
    reached: dict[str, set[str]] = {}
    for stage, found in imports.items():  # in the order of the stages: the imported come first
        reached[stage] = found.union(*(reached[other] for other in found))
    return {
        stage: sorted(found - set().union(*(reached[other] for other in found)))
        for stage, found in imports.items()
    }


def layered(arrows: dict[str, list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return rows of boxes and bends, and every arrow as the points that it passes.

    An arrow over more than one row bends in each of them, where a place is kept for it.
    """
    row: dict[str, int] = {}
    for stage, found in arrows.items():
        row[stage] = 1 + max((row[other] for other in found), default=-1)
    rows: list[list[str]] = [[] for _ in range(max(row.values()) + 1)]
    for stage in arrows:
        rows[row[stage]].append(stage)
    ways = []
    for stage, found in arrows.items():
        for other in found:
            bends = [f"{stage}>{other}@{k}" for k in range(row[stage] - 1, row[other], -1)]
            for k, bend in zip(range(row[stage] - 1, row[other], -1), bends, strict=True):
                rows[k].append(bend)
            ways.append([stage, *bends, other])
    return rows, ways


def crossings(rows: list[list[str]], links: set[tuple[str, str]]) -> int:
    """Return how often links between neighbouring rows cross."""
    count = 0
    for lower, upper in pairwise(rows):
        ends = [(i, k) for i, a in enumerate(upper) for k, b in enumerate(lower) if (a, b) in links]
        count += sum((a - c) * (b - d) < 0 for k, (a, b) in enumerate(ends) for c, d in ends[:k])
    return count


def untangled(
    rows: list[list[str]], links: set[tuple[str, str]], *, seed: int = 0
) -> list[list[str]]:
    """Return the rows in the order of fewest crossings that many starts find.

    Each row is sorted by the mean place of its neighbours, upwards and downwards in turns.
    """
    generator = np.random.default_rng(seed)
    near: dict[str, set[str]] = {name: set() for row in rows for name in row}
    for a, b in links:
        near[a].add(b)
        near[b].add(a)
    best, fewest = rows, crossings(rows, links)
    for _ in range(200):
        now = [[row[k] for k in generator.permutation(len(row))] for row in rows]
        for sweep in range(8):
            order = range(1, len(now)) if sweep % 2 == 0 else range(len(now) - 2, -1, -1)
            for k in order:
                beside = now[k - 1] if sweep % 2 == 0 else now[k + 1]
                place = {name: i / len(beside) for i, name in enumerate(beside)}
                old = {name: i / len(now[k]) for i, name in enumerate(now[k])}
                mean = {
                    name: np.mean([place[n] for n in near[name] if n in place] or [old[name]])
                    for name in now[k]
                }
                now[k] = sorted(now[k], key=mean.__getitem__)
            count = crossings(now, links)
            if count < fewest:
                best, fewest = [list(row) for row in now], count
    return best


def placed(rows: list[list[str]], links: set[tuple[str, str]]) -> dict[str, float]:
    """Return the middle of every box and bend: least sum of sideways ways, order and gaps kept."""
    names = [name for row in rows for name in row]
    at = {name: k for k, name in enumerate(names)}
    width = {name: 0 if "@" in name else WIDTH for name in names}
    needed, room = [], []
    for row in rows:
        for left, right in pairwise(row):
            line = np.zeros(len(names) + len(links))
            line[at[left]], line[at[right]] = 1, -1
            needed.append(line)
            room.append(-(width[left] + width[right]) / 2 - GAP)
    cost = np.zeros(len(names) + len(links))
    for k, (a, b) in enumerate(sorted(links), start=len(names)):
        cost[k] = 1 + ("@" in a) + 2 * ("@" in a and "@" in b)  # long arrows run straight
        for sign in (1, -1):  # the way sideways is at least the difference, either sign
            line = np.zeros(len(names) + len(links))
            line[at[a]], line[at[b]], line[k] = sign, -sign, -1
            needed.append(line)
            room.append(0)
    page = max(PAGE, *(sum(width[name] + GAP for name in row) + GAP for row in rows))
    sides = [(GAP + width[name] / 2, page - GAP - width[name] / 2) for name in names]
    found = linprog(cost, A_ub=needed, b_ub=room, bounds=[*sides, *[(0, None)] * len(links)])
    places = dict(zip(names, found.x, strict=False))  # of links, only the ways follow
    ends = [places[name] for name in names if width[name]]
    return {name: place + (page - min(ends) - max(ends)) / 2 for name, place in places.items()}


def draw(imports: dict[str, set[str]], path: Path) -> None:
    """Write the picture of the stages: a box each, arrows to what they import."""
    rows, ways = layered(reduced(imports))
    links = {(a, b) for way in ways for a, b in pairwise(way)}
    rows = untangled(rows, links)
    x = placed(rows, links)
    y = {name: -ROW * k for k, row in enumerate(rows) for name in row}

    def port(name: str, other: str, *, top: bool) -> tuple[float, float]:
        """Return where an arrow meets a box: side by side in the order of the other ends."""
        if "@" in name:
            return x[name], y[name] + (HEIGHT / 2 if top else -HEIGHT / 2)
        ends = [b for a, b in links if a == name] if top else [a for a, b in links if b == name]
        ends.sort(key=x.__getitem__)
        shift = (ends.index(other) - (len(ends) - 1) / 2) * min(24, 0.7 * WIDTH / len(ends))
        return x[name] + shift, y[name] + (HEIGHT / 2 if top else -HEIGHT / 2)

    page = max(PAGE, max(x.values()) + WIDTH / 2 + GAP)
    height = ROW * len(rows) + GAP
    figure = plt.figure(figsize=(page / 100, height / 100), dpi=200)
    axes = figure.add_axes(
        (0, 0, 1, 1), xlim=(0, page), ylim=(-height + ROW / 2 + GAP / 2, ROW / 2 + GAP / 2)
    )
    axes.set_axis_off()
    for way in ways:
        points, codes = [port(way[0], way[1], top=True)], [Curve.MOVETO]
        for a, b in pairwise(way):
            start, end = port(a, b, top=True), port(b, a, top=False)
            if a != way[0]:
                points.append(start)
                codes.append(Curve.LINETO)
            half = (start[1] + end[1]) / 2
            points += [(start[0], half), (end[0], half), end]
            codes += [Curve.CURVE4] * 3
        axes.add_patch(
            FancyArrowPatch(
                path=Curve(points, codes),
                arrowstyle="-|>",
                mutation_scale=9,
                linewidth=1.1,
                color="#5b6b7b",
                shrinkA=0,
                shrinkB=0,
            )
        )
    colours = plt.get_cmap("YlGnBu")(np.linspace(0.08, 0.45, len(STAGES)))
    for stage, colour in zip(STAGES, colours, strict=True):
        axes.add_patch(
            FancyBboxPatch(
                (x[stage] - WIDTH / 2, y[stage] - HEIGHT / 2),
                WIDTH,
                HEIGHT,
                boxstyle="round,pad=0,rounding_size=7",
                facecolor=colour,
                edgecolor="#33475b",
                linewidth=0.9,
            )
        )
        about = ABOUT.get(stage, "")
        axes.text(
            x[stage],
            y[stage] + (7 if about else 0),
            stage,
            ha="center",
            va="center",
            fontsize=9,
            weight="bold",
            color="#14202b",
        )
        axes.text(
            x[stage], y[stage] - 9, about, ha="center", va="center", fontsize=7.2, color="#33475b"
        )
    figure.savefig(path, facecolor="white", metadata={"Software": None})
    plt.close(figure)


def main() -> None:
    """Draw, or check, as the arguments of the command say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; fail where they differ")
    check = parser.parse_args().check
    imports = stage_imports()
    if not check:
        draw(imports, PICTURE)
        TEXT.write_text(as_text(imports))
    elif as_text(imports) != TEXT.read_text():
        sys.exit("docs/stages.png shows other imports: run python -m docs.stages")


if __name__ == "__main__":
    main()
