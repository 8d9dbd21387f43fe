"""``skimpy-renaissance``: the commands, put together.

A command has a module of its name, with ``EXAMPLE`` and the function ``..._command``. It is loaded
when the command is called: the list of commands needs neither torch nor pandas.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from inspect import cleandoc
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from skimpy_renaissance._version import __version__
from skimpy_renaissance.cli.console import EXIT_CODES, reporting, say, tell

__all__ = ["app"]


_COMMANDS = {
    "demo": (
        "Train on the bundled E. coli core model and save 500 valid parameter sets: a minute or "
        "two."
    ),
    "build": (
        "Build a kinetic model with steady states from a COBRA model, for training to go on from."
    ),
    "check": (
        "Report what a kinetic model is, whether its steady states fit, and how rare valid "
        "models are."
    ),
    "train": "Train a generator whose models are valid; repeat the command to resume.",
    "tune": "Search the hyper-parameters of evolution strategies; repeat the command to resume.",
    "generate": (
        "Draw valid parameter sets: of the whole valid region, or of a generator's corner of it."
    ),
    "parametrize": (
        "Make whole parameter sets of Michaelis constants: capacities, equilibrium constants, "
        "spectra."
    ),
    "landscape": (
        "Search the fastest model at each of many steady states; find what fast states have in "
        "common."
    ),
    "overlap": "Score populations by how far their Km agree with measured ones.",
    "report": (
        "Write one HTML page: a verdict in words, training, eigenvalues, Km, robustness, next "
        "steps."
    ),
    "reproduce": "Carry out a study of the paper, on its organism, the bundled one, or your own.",
    "robustness": (
        "Push models off their steady state, follow them, and count those that come back."
    ),
    "reactor": "Grow models in a batch reactor, and rank them against measured courses.",
    "design": "Find enzymes to change for more product, for all models at once, and verify.",
}
"""Name to the first sentence of its help, in the order of the list."""


class _Commands(TyperGroup):
    """Commands that are listed by their summaries and loaded one at a time."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else _load(name), rest


def _load(name: str) -> Any:
    if "torch" not in sys.modules:
        tell(f"{name}: loading libraries ...")  # takes seconds: the first sign of life
    with reporting(verbose=False, debug=False):  # Ctrl-C meanwhile
        module = import_module(f"skimpy_renaissance.cli.{name}")
    carry_out = getattr(module, f"{name}_command")
    alone = typer.Typer(add_completion=False)
    alone.command(name, help=_in_paragraphs(carry_out.__doc__), epilog=module.EXAMPLE)(carry_out)
    return typer.main.get_command(alone)


def _in_paragraphs(text: str) -> str:
    """Join the lines of each paragraph, for a terminal of any width."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", cleandoc(text))


app = typer.Typer(
    name="skimpy-renaissance",
    cls=_Commands,
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

    Start with "demo". For your own model: "build" it from a COBRA model, or "check" the one you
    have; "train" a generator, "generate" parameter sets. All settings can stand in one run file
    (--config run.toml); flags win over it.
    """


def _listed() -> None:
    """Stand for a command in the list."""


for _name, _summary in _COMMANDS.items():
    app.command(_name, help=_summary)(_listed)
