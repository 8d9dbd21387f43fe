"""Pages of the command line and of the run file, from the declarations that the program reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from docs.rst import list_table, title
from skimpy_renaissance.cli.commands import app
from skimpy_renaissance.cli.console import EXIT_CODES
from skimpy_renaissance.cli.setting import Setting
from skimpy_renaissance.cli.settings import all_settings

__all__ = ["commands", "pages"]


def pages() -> dict[str, str]:
    """Return name of a file to its text."""
    return {"reference/command_line.rst": _command_line(), "reference/run_file.rst": _run_file()}


def commands() -> Iterator[tuple[str, Any]]:
    """Yield name and command, in the order of ``--help``."""
    group = typer.main.get_command(app)
    context = group.make_context("skimpy-renaissance", [], resilient_parsing=True)
    for name in group.list_commands(context):
        yield name, group.resolve_command(context, [name])[1]


def _command_line() -> str:
    text = title("Command line") + (
        "``skimpy-renaissance COMMAND --help`` shows the same on your terminal. Options that "
        "belong to a section of the run file can stand there instead (:doc:`run_file`); the flag "
        "wins.\n\n"
        f"{EXIT_CODES}\n\n"
    )
    return text + "".join(_command(name, command) for name, command in commands())


def _command(name: str, command: Any) -> str:
    text = title(name, "-") + f"{_as_rst(command.help)}\n\n{_example(command.epilog)}"
    panels: dict[str, list[Any]] = {}
    for one in command.params:
        if not getattr(one, "hidden", False):
            panels.setdefault(getattr(one, "rich_help_panel", None) or "", []).append(one)
    for heading, options in panels.items():
        text += f"**{_plain(heading) or 'Arguments and options'}**\n\n"
        rows = [(_spelled(one), _shown(one.default), _as_rst(one.help or "")) for one in options]
        text += list_table(("option", "default", "what it does"), rows, "30 18 52")
    return text


def _spelled(option: Any) -> str:
    if not option.opts[0].startswith("-"):
        return f"``{option.metavar or option.name.upper()}``"
    value = f" {option.metavar}" if option.metavar else ""
    names = [*option.opts, *option.secondary_opts]
    return ", ".join(f"``{one}{value}``" for one in names)


def _example(epilog: str | None) -> str:
    """Return the examples of a command as a block: from its name to the end of the sentence."""
    found = re.findall(r"skimpy-renaissance .*?(?=\. [A-Z]|\.?$)", epilog or "")
    if not found:
        return ""
    lines = "".join(f"   $ {' '.join(one.split())}\n" for one in found)
    return f".. code-block:: console\n\n{lines}\n"


def _run_file() -> str:
    text = title("Run file") + (
        "A file in TOML with all settings of a run; ``--config run.toml`` reads it. ``train`` and "
        "``demo`` write theirs as ``resolved.toml`` beside their results. Every key has a flag. "
        "Sections and keys stand in the order in which the program declares them; a key that is "
        "left out has its default. Requirements (``[[requirement]]``) are explained in tutorial "
        "10.\n\n"
    )
    for section, settings in groupby(all_settings(), key=lambda one: one.section):
        entries = list(settings)
        heading = _plain(entries[0].panel).removesuffix(f"[{section}]").strip()
        text += title(f"[{section}]", "-") + f"{heading}.\n\n"
        rows = [(_key(one), _shown(one.default), _as_rst(one.help)) for one in entries]
        text += list_table(("key, flag", "default", "what it does"), rows, "30 18 52")
    return text


def _key(one: Setting) -> str:
    return f"``{one.key}``, " + ", ".join(f"``{flag}``" for flag in one.flags)


def _plain(text: str) -> str:
    return text.replace("\\[", "[")


def _as_rst(text: str) -> str:
    """Return a help text as reStructuredText: flags and file names are not marked up."""
    escaped = re.sub(r"([*`|\\_])", r"\\\1", _plain(text))
    return re.sub(r"(?<![\w`-])(--?[a-z][\w-]*)", r"``\1``", escaped)


def _shown(default: object) -> str:
    if default is None or default is ... or callable(default):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, (tuple, list)):
        return f"``{', '.join(map(str, default))}``" if default else ""
    text = str(default.value if hasattr(default, "value") else default)
    return f"``{Path(text).name if '/' in text else text}``" if text else ""
