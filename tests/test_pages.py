"""What the pages of the documentation show runs as it stands there, and prints what they say.

Blocks of Python of a page run one after the other in an empty folder; a block of text after one is
what it prints. Of commands the options are looked up. ``RECORD_PAGES=1`` and ``-s`` show what is
printed instead of comparing it.
"""

import contextlib
import io
import os
import re
import shlex
import textwrap
import warnings
from pathlib import Path

import pytest
import typer

from docs.messages import ERRORS, messages
from skimpy_renaissance.cli.commands import app
from skimpy_renaissance.errors import SkimpyImportError
from skimpy_renaissance.network.skimpy_live import require_skimpy

DOCS = Path(__file__).resolve().parents[1] / "docs"
README = DOCS.parent / "README.rst"
PAGES = [
    *(DOCS / name for name in ("start.rst", "troubleshooting.rst")),
    *sorted(DOCS.glob("concepts/*.rst")),
    *sorted(DOCS.glob("howto/*.rst")),
]
BLOCK = re.compile(r"\.\. code-block:: (\w+)\n(?:   :.*\n)*\n((?:   .*\n|\n)+)")
COMMANDS = typer.main.get_command(app)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and content of the blocks of a page."""
    return [
        (name, textwrap.dedent(text).strip("\n")) for name, text in BLOCK.findall(page.read_text())
    ]


def commands(page: Path) -> list[list[str]]:
    """Return the commands of a page, in words."""
    text = "\n".join(text for name, text in blocks(page) if name == "console")
    lines = text.replace("\\\n", " ").splitlines()
    spoken = [
        shlex.split(line.removeprefix("$ "), comments=True) for line in lines if line[:2] == "$ "
    ]
    return [words[1:] for words in spoken if words[0] == "skimpy-renaissance"]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def needs_skimpy(code: str) -> bool:
    return "import skimpy\n" in code or "from skimpy." in code


@pytest.fixture
def users_folder(tmp_path, monkeypatch):
    """An empty folder with the files that the how-tos begin with."""
    monkeypatch.chdir(tmp_path)
    for name, code in blocks(DOCS / "howto" / "index.rst"):
        if name == "python":
            exec(code, {})
    return tmp_path


WITH_CODE = [page for page in PAGES if any(name == "python" for name, _ in blocks(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.stem)
def test_the_code_of_a_page_prints_what_stands_below_it(page, users_folder):
    names: dict[str, object] = {}
    told, record = "", os.environ.get("RECORD_PAGES")
    for name, text in blocks(page):
        if name == "python":
            told = ""
            if needs_skimpy(text):
                try:
                    require_skimpy()
                except SkimpyImportError:
                    continue
            with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
                exec(compile(text, page.name, "exec"), names)
            told = out.getvalue()
        elif name == "text" and told:
            if record:
                print(f"--- {page.name}\n{textwrap.indent(told, '   ')}")
            else:
                assert lines(told) == lines(text)
            told = ""


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.stem)
def test_commands_of_a_page_have_the_options_they_are_shown_with(page):
    for words in commands(page):
        context = COMMANDS.make_context("skimpy-renaissance", words[:1], resilient_parsing=True)
        name, command, _ = COMMANDS.resolve_command(context, words)
        known = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
        given = {word for word in words if re.match(r"--?[a-z]", word)}
        assert given <= known, f"{page.name}: {name} has no {given - known}"


def _spoken(text: str) -> str:
    """Return a message without its spaces and gaps, in which quotations may differ."""
    return re.sub(r"[\s…]", "", text)


def test_troubleshooting_has_a_section_for_every_error_and_quotes_messages_that_exist():
    text = (DOCS / "troubleshooting.rst").read_text()
    sections = dict(re.findall(r"^(\w+)\n-{3,}\n((?:.*\n)*?)(?=^\S.*\n-{3,}\n|\Z)", text, re.M))
    assert set(sections) == set(ERRORS)
    for name, section in sections.items():
        known = [_spoken(message) for message in messages().get(name, ())]
        for _, quoted in re.findall(BLOCK, section):
            assert any(_spoken(quoted) in message for message in known), (name, quoted)
