"""``skimpy-renaissance``: the commands, put together."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Annotated

import typer

from skimpy_renaissance._version import __version__
from skimpy_renaissance.cli import (
    check,
    demo,
    generate,
    landscape,
    overlap,
    parametrize,
    reactor,
    report,
    reproduce,
    robustness,
    train,
    tune,
)
from skimpy_renaissance.cli.console import EXIT_CODES, say

__all__ = ["app", "main"]

app = typer.Typer(
    name="skimpy-renaissance",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit


@app.callback()
def _about(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Kinetic models of metabolism whose dynamics are as fast as observed, by the thousand.

    Start with "demo". For your own model: "check" it, "train" a generator, "generate" parameter
    sets. All settings can stand in one run file (--config run.toml); flags win over it.
    """


for _name, _command, _example in (
    ("demo", demo.demo_command, demo.EXAMPLE),
    ("check", check.check_command, check.EXAMPLE),
    ("train", train.train_command, train.EXAMPLE),
    ("tune", tune.tune_command, tune.EXAMPLE),
    ("generate", generate.generate_command, generate.EXAMPLE),
    ("parametrize", parametrize.parametrize_command, parametrize.EXAMPLE),
    ("landscape", landscape.landscape_command, landscape.EXAMPLE),
    ("overlap", overlap.overlap_command, overlap.EXAMPLE),
    ("report", report.report_command, report.EXAMPLE),
    ("reproduce", reproduce.reproduce_command, reproduce.EXAMPLE),
    ("robustness", robustness.robustness_command, robustness.EXAMPLE),
    ("reactor", reactor.reactor_command, reactor.EXAMPLE),
):
    app.command(_name, epilog=_example)(_command)


def main() -> None:
    """Run the command line on the arguments of the process; SIGTERM counts as Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    app()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt("Asked to end (SIGTERM).")
