"""Every tutorial runs from top to bottom, and what is stored in it is what its code showed."""

import ast
import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
notebooks = pytest.importorskip("docs.notebooks", reason="nbclient is not installed")
DisplayFormatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter
mpl.use("Agg")
LARGEST, LARGEST_TOGETHER = 400_000, 3_000_000  # bytes of files
OF_A_MACHINE = re.compile(r"/(home|root|tmp|Users|usr)/|[A-Z]:\\| at 0x[0-9a-f]{6}")
each_tutorial = pytest.mark.parametrize("path", notebooks.NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


@each_tutorial
def test_what_is_stored_is_what_the_code_of_a_tutorial_showed(path):
    assert not notebooks.is_stale(nbformat.read(path, as_version=4)), (
        "its code has changed: make notebooks"
    )
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert {o.output_type for o in outputs} <= {"stream", "display_data", "execute_result"}
    assert {o.name for o in outputs if o.output_type == "stream"} <= {"stdout"}
    shown = [o.get("data", {"text/plain": o.get("text")}) for o in outputs]
    assert {kind for one in shown for kind in one} <= {"text/plain", "text/html", "image/png"}
    assert any("image/png" in one for one in shown)
    text = "\n".join(one.get("text/html", one["text/plain"]) for one in shown)
    assert not OF_A_MACHINE.search(text)


def test_tutorials_are_small_files():
    sizes = {path.name: path.stat().st_size for path in notebooks.NOTEBOOKS}
    assert max(sizes.values()) < LARGEST, sizes
    assert sum(sizes.values()) < LARGEST_TOGETHER, sizes


def run_cell(source: str, names: dict[str, object]) -> None:
    """Run a cell as a notebook does: a last expression is shown."""
    cell = ast.parse(source)
    shown = cell.body.pop() if isinstance(cell.body[-1], ast.Expr) else None
    exec(compile(cell, "<cell>", "exec"), names)
    if isinstance(shown, ast.Expr):
        value = eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)
        DisplayFormatter().format(value)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@each_tutorial
def test_a_tutorial_runs_and_draws(path):
    """In this process: a kernel of its own would import everything once more."""
    plt.close("all")
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in code_cells(path):
        run_cell(cell.source, names)
    assert plt.get_fignums()
    for number in plt.get_fignums():
        plt.figure(number).savefig(io.BytesIO(), format="png", dpi=40)
    plt.close("all")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_rebuilding_stores_results_and_nothing_of_the_day(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("# Sums"),
        nbformat.v4.new_code_cell("import sys\nprint('one')\nprint('a bar', file=sys.stderr)"),
        nbformat.v4.new_code_cell("1 + 1"),
    ]
    path = tmp_path / "sums.ipynb"
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, path)
    assert notebooks.is_stale(notebook)
    assert "a bar" in notebooks.rebuild(path)

    built = nbformat.read(path, as_version=4)
    assert not notebooks.is_stale(built)
    assert [cell.id for cell in built.cells] == [cell.id for cell in cells]
    first, second = (cell.outputs for cell in built.cells[1:])
    assert [output.text for output in first] == ["one\n"]
    assert [output.data["text/plain"] for output in second] == ["2"]
    assert all("execution" not in cell.metadata for cell in built.cells)
    assert set(built.metadata) == {"kernelspec", "skimpy_renaissance"}

    built.cells[2].source = "1 + 2"
    assert notebooks.is_stale(built)
    built.cells[2].source, built.cells[0].source = "1 + 1", "# Totals"
    assert not notebooks.is_stale(built)
