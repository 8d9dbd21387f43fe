"""A drawing can be drawn at any time; panels fill rows."""

import matplotlib as mpl

from skimpy_renaissance.analyses import Drawing
from skimpy_renaissance.analyses.result import named_where_narrow
from skimpy_renaissance.population import Ensemble
from skimpy_renaissance.population.ensemble import NARROW, WHOLE

mpl.use("Agg")


def test_a_drawing_makes_a_new_figure_each_time():
    drawing = Drawing.on_axes(lambda ax: ax.plot([1, 2]), "A line.", size=(3.0, 2.0))
    first, second = drawing.figure(), drawing.figure()
    assert first is not second
    assert tuple(first.get_size_inches()) == (3.0, 2.0)
    assert len(first.axes[0].lines) == 1


def test_panels_are_in_rows_and_spare_axes_are_off():
    seen = []
    figure = Drawing.on_panels(seen.extend, "", n=3, columns=2).figure()
    assert len(seen) == 3
    assert len(figure.axes) == 4
    assert [ax.axison for ax in figure.axes] == [True, True, True, False]


def test_drawings_of_a_narrow_ensemble_say_so_in_title_and_caption():
    drawings = {"line": Drawing.on_axes(lambda ax: ax.plot([1, 2]), "A line.", size=(3.0, 2.0))}
    assert named_where_narrow(drawings, Ensemble(WHOLE), Ensemble()) == drawings
    marked = named_where_narrow(drawings, Ensemble(WHOLE), Ensemble(NARROW))["line"]
    figure = marked.figure()
    title = "Narrow ensemble: a generator's own draws, not the whole valid region"
    assert figure.get_suptitle().split() == title.split()
    assert len(figure.get_suptitle().splitlines()) == 2, "the figure is narrow, too"
    assert marked.caption == f"{title}. A line."
    assert figure.get_figheight() > 2.0
