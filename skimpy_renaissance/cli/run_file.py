"""Run files: settings in TOML, read with every mistake named, and written back complete.

=====================  =============================================================================
later wins             over
=====================  =============================================================================
flags                  run file
run file               defaults
=====================  =============================================================================

A relative path in a run file is relative to the file, one on the command line to where one stands.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skimpy_renaissance.cli.sections import BUNDLED, TrainingSettings
from skimpy_renaissance.cli.setting import OPTIMIZER, Family, Setting
from skimpy_renaissance.cli.settings import Settings, all_settings
from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    did_you_mean,
    listed,
)
from skimpy_renaissance.requirements import Declared
from skimpy_renaissance.storage import refuse_pointer

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - Python 3.10
    import tomli as tomllib

__all__ = ["Given", "as_tables", "to_toml", "with_run_file", "with_tables"]

_REQUIREMENT = "requirement"


@dataclass(frozen=True)
class Given:
    """What a person gave on the command line.

    Parameters
    ----------
    config
        Run file.
    flags
        Name of a setting (``"nes.generations"``) to the text given for it, or to whether it is on.
        A flag that optimisers share is given under the name of each.
    """

    config: Path | None
    flags: Mapping[str, str | bool]

    def settings(self, base: Settings | None = None) -> Settings:
        """Return the settings that hold: flags over run file over defaults.

        Parameters
        ----------
        base
            The defaults, where they are not those of :class:`Settings`.

        Returns
        -------
        Settings

        Raises
        ------
        FileFormatError
            The run file cannot be read, or is not TOML.
        MissingEntryError
            A section or key is unknown.
        InputError
            A value is of another kind than its setting, makes no sense, or has no effect with the
            chosen optimiser.
        """
        settings = base or Settings()
        if self.config is not None:
            settings = with_run_file(settings, self.config)
        given = [setting for setting in all_settings() if setting.name in self.flags]
        for setting in given:  # the optimiser comes before its hyper-parameters
            if settings.applies(setting):
                value = _read(setting, self.flags[setting.name], where=setting.flags[0])
                settings = settings.with_value(setting, value)
            elif not any(o.flags == setting.flags and settings.applies(o) for o in given):
                raise InputError(_without_effect(setting, settings))
        settings.require_usable()
        return settings


def with_run_file(settings: Settings, path: Path, *, folder: Path | None = None) -> Settings:
    """Return settings with those of a run file in place of theirs.

    Parameters
    ----------
    settings
        What holds where the file says nothing.
    path
        The run file.
    folder
        What its relative paths are relative to, where that is not the folder it lies in.

    Returns
    -------
    Settings

    Raises
    ------
    FileFormatError, MissingEntryError, InputError
        As :meth:`Given.settings`.
    """
    return with_tables(settings, _document(path), source=path, folder=folder or path.parent)


def with_tables(
    settings: Settings, document: Mapping[str, Any], *, source: Path, folder: Path
) -> Settings:
    """Return settings with those of plain tables in place of theirs.

    Parameters
    ----------
    settings
        What holds where the tables say nothing.
    document
        Section to key to value, as TOML or JSON hold them.
    source
        Where they were read, for messages.
    folder
        What relative paths are relative to.

    Returns
    -------
    Settings

    Raises
    ------
    MissingEntryError, InputError
        As :meth:`Given.settings`.
    """
    sections: dict[str, dict[str, Setting]] = {}
    for setting in all_settings():
        sections.setdefault(setting.section, {})[setting.key] = setting
    for name, table in document.items():
        if name == _REQUIREMENT:
            settings = replace(settings, requirements=_requirements(source, table))
            continue
        if name not in sections:
            raise MissingEntryError(_unknown_section(source, name, table, sections))
        if not isinstance(table, dict):
            raise InputError(
                f"{source}: {name!r} must be a section, written [{name}] on a line of its own, got "
                f"{table!r}."
            )
        for key, value in table.items():
            if key not in sections[name]:
                raise MissingEntryError(
                    f"{source}: [{name}] has no key {key!r}{did_you_mean(key, sections[name])} "
                    f"Its keys are {listed(sections[name], most=20)}."
                )
            setting = sections[name][key]
            read = _read(setting, value, where=f"{source}: {key} in [{name}]")
            if isinstance(read, Path) and str(read) != BUNDLED:
                read = folder / read
            settings = settings.with_value(setting, read)
    return settings


def as_tables(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return settings as plain tables: section to key to value, paths as text.

    Parameters
    ----------
    settings
        The settings.

    Returns
    -------
    dict
    """
    tables: dict[str, dict[str, Any]] = {}
    for setting in all_settings():
        tables.setdefault(setting.section, {})[setting.key] = _plain(settings.value(setting))
    if settings.requirements:  # numbered, so that two runs can be compared
        tables[_REQUIREMENT] = {
            str(number): {"kind": one.kind, **{k: _plain(v) for k, v in one.values.items()}}
            for number, one in enumerate(settings.requirements, start=1)
        }
    return tables


def to_toml(settings: Settings, *, folder: Path) -> str:
    """Return the run file that stands for settings.

    Parameters
    ----------
    settings
        The settings; one without a value is written as a comment.
    folder
        Where the file will lie: paths become relative to it.

    Returns
    -------
    str
    """
    lines: list[str] = []
    section = ""
    for setting in all_settings():
        if setting.section != section:
            section = setting.section
            lines += ["", f"[{section}]"]
        value = settings.value(setting)
        if isinstance(value, Path) and str(value) != BUNDLED:
            value = _relative(value, folder)
        text = f"# {setting.key} =" if value is None else f"{setting.key} = {_toml_value(value)}"
        lines.append(text)
    for one in settings.requirements:
        lines += ["", f"[[{_REQUIREMENT}]]", f"kind = {_toml_value(one.kind)}"]
        for key, value in one.values.items():
            written = _relative(value, folder) if isinstance(value, Path) else value
            lines.append(f"{key} = {_toml_value(written)}")
    return "\n".join(lines[1:]) + "\n"


def _requirements(path: Path, tables: object) -> tuple[Declared, ...]:
    if not isinstance(tables, list):
        raise InputError(
            f"{path}: requirements are written [[{_REQUIREMENT}]], in double brackets, one table "
            f"each; got {tables!r}."
        )
    return tuple(
        Declared.read(table, where=f"{path}: requirement {number}", folder=path.parent)
        for number, table in enumerate(tables, start=1)
    )


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _document(path: Path) -> dict[str, Any]:
    refuse_pointer(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileFormatError(
            f"The run file {path} cannot be read: {error.strerror}. Check the path."
        ) from error
    except (ValueError, RecursionError) as error:
        raise FileFormatError(
            f"{path} must be a TOML file, but: {error}. Text needs quotes, as in "
            'file = "model.yml".'
        ) from error


def _read(setting: Setting, value: object, *, where: str) -> object:
    try:
        return setting.kind.read(value)
    except ValueError:
        raise InputError(f"{where} must be {setting.kind.name}, got {value!r}.") from None


def _without_effect(setting: Setting, settings: Settings) -> str:
    family = setting.family or OPTIMIZER
    alike = [other for other in all_settings() if other.flags == setting.flags]
    names = [
        name
        for name in family.members
        if any(
            replace(settings, training=_choosing(settings, family, name)).applies(one)
            for one in alike
        )
    ]
    chosen = settings.chosen(family)
    taken = "the one that the optimizer follows by default" if chosen is None else repr(chosen)
    return (
        f"{setting.flags[0]} is for {family.key} {' or '.join(map(repr, names))} and has no effect "
        f"with {taken}, which the run takes. Leave it out, or choose another with --{family.key}, "
        f"or {family.key} in [training] of the run file."
    )


def _choosing(settings: Settings, family: Family, name: str) -> TrainingSettings:
    chosen: dict[str, Any] = {family.key: name}
    return replace(settings.training, **chosen)


def _unknown_section(
    path: Path, name: str, table: object, sections: Mapping[str, Mapping[str, Setting]]
) -> str:
    homes = [f"[{section}]" for section, keys in sections.items() if name in keys]
    if homes and not isinstance(table, dict):
        return f"{path}: {name!r} stands outside any section; it belongs into {listed(homes)}."
    return (
        f"{path}: there is no section [{name}]{did_you_mean(name, sections)} "
        f"Sections are {listed((f'[{section}]' for section in sections), most=20)}, and "
        f"[[{_REQUIREMENT}]] for each requirement."
    )


def _relative(path: Path, folder: Path) -> Path:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve()))
    except ValueError:  # another drive
        return path.resolve()


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(key))} = {_toml_value(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, str | Path):
        text = value.as_posix() if isinstance(value, Path) else value
        return json.dumps(text).replace("\x7f", "\\u007f")
    return repr(value)
