"""Every tutorial runs from top to bottom and ends in a figure; the first one as a notebook."""

import ast
import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
NotebookClient = pytest.importorskip("nbclient", reason="nbclient is not installed").NotebookClient
DisplayFormatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter
mpl.use("Agg")
TUTORIALS = sorted((Path(__file__).resolve().parents[1] / "tutorials").glob("*.ipynb"))
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def figures():
    """The figures that pyplot holds at the end, as PNG; none is left behind."""
    plt.close("all")

    def as_png():
        for number in plt.get_fignums():
            image = io.BytesIO()
            plt.figure(number).savefig(image, format="png")
            yield image.getvalue()

    yield as_png
    plt.close("all")


def run_cell(source: str, names: dict[str, object]) -> None:
    """Run a cell as a notebook does: a last expression is shown."""
    cell = ast.parse(source)
    shown = cell.body.pop() if isinstance(cell.body[-1], ast.Expr) else None
    exec(compile(cell, "<cell>", "exec"), names)
    if isinstance(shown, ast.Expr):
        value = eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)
        DisplayFormatter().format(value)


@pytest.mark.parametrize("path", TUTORIALS[1:], ids=lambda p: p.stem)
def test_a_tutorial_runs_and_draws(path, figures):
    """In this process: a kernel of its own would import everything once more."""
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            run_cell(cell.source, names)
    assert any(png.startswith(b"\x89PNG") for png in figures())


def test_the_first_tutorial_runs_as_a_notebook():
    notebook = nbformat.read(TUTORIALS[0], as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_there_are_tutorials_without_stored_outputs():
    assert TUTORIALS
    for path in TUTORIALS:
        notebook = nbformat.read(path, as_version=4)
        assert not any(cell.get("outputs") for cell in notebook.cells), path.name
