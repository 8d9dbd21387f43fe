"""One setting of a run, and the families of optimisers and rewards that declare their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skimpy_renaissance.cli.kinds import Kind, kind_of
from skimpy_renaissance.learning import OPTIMIZERS, REWARDS, options_of

__all__ = ["FAMILIES", "OPTIMIZER", "REWARD", "Family", "Setting", "panel"]


@dataclass(frozen=True)
class Setting:
    """What a run file and a flag have in common.

    Parameters
    ----------
    section, key
        Where it stands in the run file.
    kind
        What its value is.
    flags
        How it is spelled on the command line.
    default
        ``None`` where there is none.
    help
        One sentence.
    panel
        Group of options in help texts.
    family
        Optimiser or reward that it belongs to; members share the flags of common keys.
    """

    section: str
    key: str
    kind: Kind
    flags: tuple[str, ...]
    default: object
    help: str
    panel: str
    family: Family | None = None

    @property
    def name(self) -> str:
        """For example ``"nes.generations"``."""
        return f"{self.section}.{self.key}"


@dataclass(frozen=True)
class Family:
    """Classes of which a run chooses one by its name; each has a section of that name.

    Parameters
    ----------
    key
        Of [training], by which one is chosen.
    plural
        Field of :class:`Settings` with the values of each.
    members
        Name to class; the class declares its options.
    prefix
        Of flags.
    """

    key: str
    plural: str
    members: Mapping[str, type[Any]]
    prefix: str = ""

    def defaults(self) -> dict[str, dict[str, Any]]:
        """Return name of a member to option to default."""
        return {
            name: {key: one.default for key, one in options_of(member).items()}
            for name, member in self.members.items()
        }

    def settings(self) -> Iterator[Setting]:
        """Yield the settings of all members; keys of the same name share a flag."""
        for name, member in self.members.items():
            for key, one in options_of(member).items():
                long = f"--{self.prefix}{key.replace('_', '-')}"
                yield Setting(
                    section=name,
                    key=key,
                    kind=kind_of(one.type),
                    flags=(long,) if one.short is None else (long, one.short),
                    default=one.default,
                    help=one.help,
                    panel=panel(getattr(member, "title", f"Reward {name}"), name),
                    family=self,
                )


OPTIMIZER = Family("optimizer", "optimizers", OPTIMIZERS)
REWARD = Family("reward", "rewards", REWARDS, prefix="reward-")
FAMILIES = (OPTIMIZER, REWARD)


def panel(title: str, section: str) -> str:
    """Return the heading of a group of options in help texts.

    Parameters
    ----------
    title
        In words.
    section
        Section of the run file.

    Returns
    -------
    str
    """
    return f"{title}  \\[{section}]"
