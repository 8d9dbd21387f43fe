"""What a person sees: text on stdout, progress and errors on stderr, an exit code.

=====  =============================================================================
code   meaning
=====  =============================================================================
0      done, nothing to complain about
1      done, but: ``check`` found problems, ``generate`` found too few valid sets or such that are
       not yet draws of the whole region, every run of ``reactor`` or ``robustness`` failed, the
       best of ``design`` works in no model, no blindly drawn model of ``build`` is valid
2      the input or the output folder cannot be used; nothing was computed
130    interrupted with Ctrl-C
=====  =============================================================================
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from skimpy_renaissance.cli.spoken import Wording, speaking, spoken
from skimpy_renaissance.errors import RenaissanceError

__all__ = [
    "EXIT_CODES",
    "INTERRUPTED",
    "PROBLEMS",
    "UNUSABLE",
    "on_terminal",
    "reporting",
    "say",
    "tell",
    "text_table",
]

PROBLEMS, UNUSABLE, INTERRUPTED = 1, 2, 130

EXIT_CODES = (
    "Exit codes: 0 done; 1 done, but problems were found (check), fewer valid sets than asked for "
    "or not yet draws of the whole region (generate), every run failed (reactor, robustness), the "
    "best design works in no model (design), or none drawn blindly is valid (build); 2 input or "
    "output folder cannot be used; 130 interrupted."
)


def say(text: str = "") -> None:
    """Write a line of the result to stdout.

    Parameters
    ----------
    text
        The line, or several.
    """
    typer.echo(text)


def tell(text: str) -> None:
    """Write a line about progress, or an error, to stderr.

    Parameters
    ----------
    text
        The line.
    """
    typer.echo(text, err=True)


def on_terminal() -> bool:
    """Return whether someone is watching stderr, where progress bars go."""
    return sys.stderr.isatty()


def text_table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
    """Align cells in columns: the first to the left, the others to the right.

    Parameters
    ----------
    rows
        Cells as text, every row of the same length.
    indent
        Before every row.

    Returns
    -------
    str
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        lines.append(indent + "   ".join([f"{first:<{widths[0]}}", *cells]).rstrip())
    return "\n".join(lines)


def _told(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning as a line, without where in the source it arose."""
    tell(f"Warning: {spoken(message)}")


@contextmanager
def reporting(*, verbose: bool, debug: bool, wording: Wording | None = None) -> Iterator[None]:
    """Turn errors into one message and an exit code, warnings into a line each; show the log.

    Parameters
    ----------
    verbose
        Whether log messages of level INFO are shown.
    debug
        Whether errors keep their traceback, and the log is complete.
    wording
        How the command calls what the library names; by default messages stay as they are.

    Yields
    ------
    None
    """
    logger = logging.getLogger("skimpy_renaissance")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    before = logger.level
    logger.setLevel(logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING)
    logger.addHandler(handler)
    with speaking(wording or Wording()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default", UserWarning)
                warnings.showwarning = _told
                yield
        except RenaissanceError as error:
            if debug:
                raise
            tell(f"Error: {spoken(error)}")
            raise typer.Exit(UNUSABLE) from error
        except KeyboardInterrupt as stop:
            if debug:
                raise
            tell("Interrupted.")
            raise typer.Exit(INTERRUPTED) from stop
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)
