"""The command line's first lines, before any library is loaded.

From here on Ctrl-C, and SIGTERM as if it were one, end the program with a line and exit code 130:
while libraries are loaded, too.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from types import FrameType

__all__ = ["main"]

_SAME_ON_ANY_THREADS = ("MKL_CBWR", "AUTO,STRICT")
"""Asks MKL for products that do not depend on the number of threads (oneMKL's "strict CNR mode").

Without it the generator's network differs by 1e-7 between some numbers of threads.
"""
_INTERRUPTED = 130  # the table of exit codes is in cli.console, which needs a library


def main() -> None:
    """Run the command line on the arguments of the process; SIGTERM counts as Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    os.environ.setdefault(*_SAME_ON_ANY_THREADS)
    try:
        import_module("skimpy_renaissance.cli.commands").app()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(_INTERRUPTED)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt("Asked to end (SIGTERM).")
