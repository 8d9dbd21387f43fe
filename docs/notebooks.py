"""Run the notebooks of ``tutorials/`` from the top and store what they show.

A reader of the files sees the figures without running anything. Stored are results, printed lines
and figures, not what depends on the day or the machine: times, progress bars, widgets. Each
notebook keeps a hash of its code cells, by which the tests tell outputs of other code::

    python -m docs.notebooks                # those whose code has changed: make notebooks
    python -m docs.notebooks --all          # every one, as when the package has changed
    python -m docs.notebooks 04_* 13_*      # those whose file names fit
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from docs.tutorial_pages import NOTEBOOKS
from skimpy_renaissance.atomic import write_text

__all__ = ["code_hash", "is_stale", "rebuild"]

ROOT = Path(__file__).resolve().parents[1]
OURS = "skimpy_renaissance"  # of a notebook's metadata
WIDGET = "application/vnd.jupyter.widget-view+json"


def code_hash(notebook: nbformat.NotebookNode) -> str:
    """Return the SHA-256 of all code cells in their order."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()


def is_stale(notebook: nbformat.NotebookNode) -> bool:
    """Return whether its outputs are missing, or those of other code."""
    return notebook.metadata.get(OURS, {}).get("code") != code_hash(notebook)


def rebuild(path: Path) -> str:
    """Run a notebook in a kernel of its own and write it with its outputs.

    Parameters
    ----------
    path
        Of the notebook. It is written when every cell has run, or left as it is.

    Returns
    -------
    str
        What the cells wrote to stderr, warnings for instance; it is not stored.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=None,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment)
    said = []
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            said += [o.text for o in cell.outputs if o.get("name") == "stderr"]
            cell.outputs = [
                output
                for output in cell.outputs
                if output.get("name") != "stderr" and WIDGET not in output.get("data", {})
            ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, OURS: {"code": code_hash(notebook)}}
    )
    write_text(path, nbformat.writes(notebook) + "\n")
    return "".join(said)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("names", nargs="*", help="patterns of file names, 04_*; default: all stale")
    parser.add_argument("--all", action="store_true", help="those with outputs of their code, too")
    options = parser.parse_args()
    failed = []
    for path in NOTEBOOKS:
        if options.names:
            wanted = any(path.match(name) for name in options.names)
        else:
            wanted = options.all or is_stale(nbformat.read(path, as_version=4))
        if wanted:
            before = os.times().children_user
            try:
                said = rebuild(path)
            except CellExecutionError as error:
                failed.append(path.name)
                said = str(error)
            used = os.times().children_user - before
            print(f"{path.name}: {used:.0f} s of a processor", said, sep="\n", flush=True)
    if failed:
        sys.exit(f"Left as they were, for a cell failed: {', '.join(failed)}")


if __name__ == "__main__":
    _main()
