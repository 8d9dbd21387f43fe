"""Pictures of the documentation show what is there, and every page of the site can be reached."""

import re
from pathlib import Path

from docs.rst import literal_shapes
from docs.stages import PICTURE, TEXT, as_text, stage_imports

DOCS = Path(__file__).resolve().parents[1] / "docs"
GENERATED = {"reference/index"}  # written by docs.generated
REFERENCE = {"sr", "index", "command_line", "run_file", "messages"}


def test_the_picture_of_the_stages_is_that_of_the_present_imports():
    assert PICTURE.exists()
    assert TEXT.read_text() == as_text(stage_imports()), "run python -m docs.stages"


def _entries(page: Path) -> set[str]:
    """Return the pages that a page's tables of contents name, relative to the folder of docs."""
    blocks = re.findall(r"\.\. toctree::\n((?:   .*\n|\n)*)", page.read_text())
    lines = {line.strip() for block in blocks for line in block.splitlines()}
    names = {line.rpartition("<")[2].rstrip(">") for line in lines}
    folder = page.parent.relative_to(DOCS)
    return {(folder / name).as_posix() for name in names if name and not name.startswith(":")}


def test_tables_of_contents_name_every_page_and_every_notebook():
    pages = [page for page in DOCS.rglob("*.rst") if not {"_build", "reference"} & {*page.parts}]
    named = set().union(*map(_entries, pages))
    notebooks = {f"tutorials/{path.stem}" for path in (DOCS.parent / "tutorials").glob("*.ipynb")}
    written = {page.relative_to(DOCS).with_suffix("").as_posix() for page in pages}
    assert named == (written | notebooks | GENERATED) - {"index"}


def test_the_index_for_language_models_names_pages_that_exist():
    links = re.findall(r"\]\((\S+)\.html\)", (DOCS / "llms.txt").read_text())
    named = set().union(*map(_entries, DOCS.rglob("*.rst")))
    assert set(links) - named <= {f"reference/{name}" for name in REFERENCE}
    assert {f"howto/{page.stem}" for page in DOCS.glob("howto/[!i]*.rst")} <= set(links)


def test_shapes_of_docstrings_become_literals_and_literals_stay():
    assert (
        literal_shapes("`` `model x km` ``, 1/h; ``a``  ``b``")
        == "``model x km``, 1/h; ``a``  ``b``"
    )
