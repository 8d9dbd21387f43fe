"""Flags derived from the table of settings, so that the two cannot drift apart."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from skimpy_renaissance.cli.console import reporting
from skimpy_renaissance.cli.kinds import SWITCH
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.setting import Setting
from skimpy_renaissance.cli.settings import all_settings
from skimpy_renaissance.cli.spoken import Wording
from skimpy_renaissance.learning import OPTIMIZERS

__all__ = [
    "FIRST_MODELS",
    "PLAUSIBLE",
    "POPULATION",
    "TIME_LIMIT",
    "file_option",
    "number_option",
    "with_settings",
]


def number_option(help: str, *, default_shown: bool = True) -> Any:
    """Return the option ``--number``, ``-n``, of a whole number above zero.

    Parameters
    ----------
    help
        What is counted.
    default_shown
        Whether the help text shows the default.

    Returns
    -------
    object
        For ``typing.Annotated``.
    """
    return typer.Option("--number", "-n", help=help, min=1, show_default=default_shown)


def file_option(help: str) -> Any:
    """Return the option ``--output``, ``-o``, of a command that writes one file.

    Parameters
    ----------
    help
        What is written, and where by default.

    Returns
    -------
    object
        For ``typing.Annotated``.
    """
    return typer.Option("--output", "-o", help=help, metavar="FILE", show_default=False)


POPULATION = Annotated[
    Path,
    typer.Argument(
        help="Parameter sets: what generate wrote, or SKiMPy's HDF5.",
        metavar="POPULATION",
        show_default=False,
    ),
]
"""The population that a command works on."""

FIRST_MODELS = Annotated[
    int | None, number_option("Models, the first ones (default: all).", default_shown=False)
]
"""How many of its models are taken."""

PLAUSIBLE = Annotated[
    Path | None,
    typer.Option(
        "--plausible",
        help="Table of what is plausible of metabolites, in the place of the range of their class: "
        "CSV with the columns metabolite, lower_mol_per_L, upper_mol_per_L, and formula for the "
        "medium.",
        metavar="FILE",
        show_default=False,
    ),
]
"""Ranges of concentrations and formulas of one's own."""

TIME_LIMIT = Annotated[
    float,
    typer.Option(
        "--time-limit", help="Seconds that one run may take; longer ones count as failed."
    ),
]
"""How long the integration of one model may last."""

_IN_LIBRARY = {
    "run.output": "folder",
    "run.processes": "n_processes",
    "data.km_unit": "unit",
    "data.km_ph": "ph",
    "data.km_organism": "organism",
    "data.km_unstated": "unstated",
}
"""Settings whose argument has another name."""
_ALSO = {
    "n": "number",
    "n_samples": "number",
    "n_perturbations": "perturbations",
    "n_states": "number",
    "models_per_state": "judged",
}
"""Arguments to the option of a command that sets them."""

_METAVARS = {bool: "", int: "INTEGER", float: "NUMBER", str: "TEXT", Path: "PATH"}
"""How help texts call the value of a command's own option; flags have none."""

_COMMON = "Common"
_CONFIG = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="RUN.TOML",
        help="Run file with these settings; flags take precedence.",
        rich_help_panel=_COMMON,
        show_default=False,
    ),
]
_VERBOSE = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Show the log.", rich_help_panel=_COMMON),
]
_DEBUG = Annotated[
    bool,
    typer.Option("--debug", help="Show tracebacks and the whole log.", rich_help_panel=_COMMON),
]


def with_settings(
    *wanted: str, config: bool = True, shown: dict[str, str] | None = None
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Give a command a flag for each of some settings.

    The command receives what was given as its first argument, a
    :class:`~skimpy_renaissance.cli.run_file.Given`, and returns its exit code.

    Parameters
    ----------
    *wanted
        Sections (``"model"``) and single settings (``"run.seed"``), in the order of the help text.
    config
        Whether there is a ``--config`` too.
    shown
        Name of a setting to the default that the help text shows, where the command has its own.

    Returns
    -------
    callable
        Decorator of the command.
    """
    every = list(all_settings())
    settings = [s for one in wanted for s in every if one in (s.section, s.name)]
    own_defaults = shown or {}

    def decorate(function: Callable[..., int | None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        own_flags = {one.name: flag for one in own if (flag := _flag_of(one))}
        common = [_parameter("config", _CONFIG, None)] if config else []
        common += [_parameter("verbose", _VERBOSE, False), _parameter("debug", _DEBUG, False)]
        common = [*map(_with_metavar, common)]
        flags = _by_flag(settings)
        parameters = [
            *map(_with_metavar, own),
            *(
                _parameter(name, _option(alike, own_defaults.get(alike[0].name)), None)
                for name, alike in flags.items()
            ),
            *common,
        ]

        @functools.wraps(function)
        def command(**values: Any) -> None:
            given = Given(
                config=values.pop("config", None),
                flags={
                    setting.name: ",".join(text) if isinstance(text, list) else text
                    for name, alike in flags.items()
                    if (text := values.pop(name)) not in (None, [])
                    for setting in alike
                },
            )
            with reporting(
                verbose=values.pop("verbose"),
                debug=values.pop("debug"),
                wording=_wording(settings, given, own_flags),
            ):
                code = function(given, **values)
            if code:
                raise typer.Exit(code)

        # typer reads the signature and the annotations; both are made, not written
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        return command

    return decorate


def _wording(settings: Sequence[Setting], given: Given, own: Mapping[str, str]) -> Wording:
    """Return how the command calls arguments of the library; flags that were given come first."""
    flags, subjects = dict(own), {}
    for setting in sorted(settings, key=lambda one: one.name not in given.flags):
        name = _IN_LIBRARY.get(setting.name, setting.key)
        if name in flags:
            continue
        flags[name] = setting.flags[0]
        if given.config is not None and setting.name not in given.flags:
            subjects[name] = f"{setting.key} in [{setting.section}]"
    if given.config is not None:  # it may state what the command has no flag for
        for setting in all_settings():
            if setting.key not in flags:
                subjects.setdefault(setting.key, f"{setting.key} in [{setting.section}]")
    for alias, name in _ALSO.items():
        if name in flags:
            flags.setdefault(alias, flags[name])
    return Wording(flags, subjects, {one.__name__: name for name, one in OPTIMIZERS.items()})


def _flag_of(parameter: inspect.Parameter) -> str:
    """Return the flag of a command's own option; empty for what is no option."""
    declared, *_ = parameter.annotation.__metadata__
    if not isinstance(declared, typer.models.OptionInfo):
        return ""
    named = [one.split("/")[0] for one in declared.param_decls or () if one.startswith("--")]
    return named[0] if named else f"--{parameter.name.replace('_', '-')}"


def _with_metavar(parameter: inspect.Parameter) -> inspect.Parameter:
    """Return a command's own option as those of settings are shown, with the kind of its value."""
    read, declared = get_args(parameter.annotation)
    kind = next((k for k in (read, *get_args(read)) if k in _METAVARS), None)
    if (
        not isinstance(declared, typer.models.OptionInfo)
        or declared.metavar is not None
        or not kind
    ):
        return parameter
    named = copy(declared)
    named.metavar = _METAVARS[kind]
    return parameter.replace(annotation=Annotated[read, named])


def _by_flag(settings: Sequence[Setting]) -> dict[str, list[Setting]]:
    """Return name of an argument to the settings that share its flag: one, as a rule."""
    alike: dict[tuple[str, ...], list[Setting]] = {}
    for setting in settings:
        alike.setdefault(setting.flags, []).append(setting)
    return {shared[0].name.replace(".", "_"): shared for shared in alike.values()}


def _parameter(name: str, annotation: Any, default: object) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=annotation)


def _option(alike: Sequence[Setting], own_default: str | None) -> Any:
    """Return a text option; the setting's kind reads the text, as it reads the run file."""
    setting = alike[0]
    default = own_default or _default(setting.default)
    panel, spelled = setting.panel, setting.flags
    if len(alike) > 1:
        default = ", ".join(f"{s.section} {_default(s.default)}" for s in alike)
    if setting.family is not None and len(alike) > 1:
        names = " or ".join(f"\\[{name}]" for name in setting.family.members)
        panel = f"Chosen {setting.family.key}  {names}"
    if setting.kind is SWITCH:
        spelled = tuple(f"{name}/--no-{name[2:]}" for name in spelled)
    option = typer.Option(
        *spelled,
        help=f"{setting.help.rstrip('.')} (default {default})." if default else setting.help,
        metavar=setting.kind.metavar,
        rich_help_panel=panel,
        show_default=False,
    )
    read = bool if setting.kind is SWITCH else list[str] if setting.kind.several else str
    return Annotated[read | None, option]


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        inner = any(isinstance(item, tuple) for item in value)
        return (";" if inner else ",").join(map(_default, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
