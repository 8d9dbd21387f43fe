"""How much code the package is: lines that hold code, per folder and in all.

A line counts where a token of Python stands on it; blank lines, comments and docstrings do not.
A string or bracket that runs over several lines counts with each of them::

    python -m benchmarks.code_lines [--since COMMIT]

``--since`` adds what the folders of another commit hold, read from git.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import tarfile
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "skimpy_renaissance"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def code_lines(source: str) -> int:
    """Return the number of lines of a Python text that hold code."""
    documentation: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            first = node.body[0]
            documentation.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - documentation)


def working_tree() -> Iterator[tuple[Path, str]]:
    """Yield path and text of every module as it lies here."""
    for path in (ROOT / PACKAGE).rglob("*.py"):
        yield path.relative_to(ROOT), path.read_text()


def at_commit(commit: str) -> Iterator[tuple[Path, str]]:
    """Yield path and text of every module of a commit."""
    command = ["git", "-C", str(ROOT), "archive", commit, PACKAGE]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            stream = files.extractfile(member) if member.name.endswith(".py") else None
            if stream is not None:
                yield Path(member.name), stream.read().decode()


def per_folder(modules: Iterator[tuple[Path, str]]) -> Counter[str]:
    """Return the code lines of every stage, files of the package's own folder under its name."""
    lines: Counter[str] = Counter()
    for path, text in modules:
        stage = path.parts[1] if len(path.parts) > 2 else PACKAGE
        lines[stage] += code_lines(text)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", metavar="COMMIT", help="also count a commit, and compare")
    commit = parser.parse_args().since
    now = per_folder(working_tree())
    before = per_folder(at_commit(commit)) if commit else Counter[str]()
    print(f"{'folder':<22}{'code lines':>12}" + (f"{commit:>12}{'change':>9}" if commit else ""))
    rows = [(name, now[name], before[name]) for name in sorted(now | before)]
    for name, here, there in [*rows, ("in all", now.total(), before.total())]:
        compared = f"{there:>12}{here - there:>+9}" if commit else ""
        print(f"{name:<22}{here:>12}{compared}")


if __name__ == "__main__":
    main()
