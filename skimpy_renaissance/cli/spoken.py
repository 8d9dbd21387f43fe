"""Messages of the library in the words of the command line: flags and keys of the run file.

The library names its arguments; what a command passes on names what the person can change:

================================  ==============================================
the library                       the command line
================================  ==============================================
``decay of NES must be``          ``--decay must be``; with a run file that may
                                  have stated it, ``decay in [nes] must be``
``skip_unknown=True``             ``--skip-unknown``
``boundaries=[...]``              ``--boundaries ...``
``leave it out: network.without``  ``leave it out: --drop``
================================  ==============================================

A message of the command line itself speaks of flags already, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

__all__ = ["Wording", "speaking", "spoken"]


@dataclass(frozen=True)
class Wording:
    """How the arguments of the library are called where a command takes them.

    Parameters
    ----------
    flags
        Argument to flag.
    subjects
        Argument to what a sentence about its value begins with, where that is not the flag: a key
        of the run file.
    optimizers
        Class to the name by which it is chosen.
    """

    flags: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    optimizers: Mapping[str, str] = field(default_factory=dict)


_UNITS = "--concentration-scaling, --density and --gdw-gww-ratio, or [units] in the run file"
_PHRASES = {
    r"[Pp]ass units=Units\(\.\.\.\)(?: with the numbers it was computed with)?": f"State {_UNITS}",
    r"units=Units\(\.\.\.\)": _UNITS,
    r"network\.without": "--drop or --drop-zero-fluxes",
    r"\. None sets no limit": "; --least-growth any sets no limit",
    r"^temperature needs": "--km-temperature needs",
    r"\bsettings\.requirement\.(\d+)\.(\w+)": r"\2 of requirement \1",
    r"\bsettings\.(\w+)\.(\w+)(\[\d+\])?": r"\2\3 in [\1]",
    r"\binputs\.(\w+)_sha256: .*? stored, .*? now": r"another \1",
    r"\b([Ff])ix them with network\.with_parameters\(\{\.\.\.\}\)": r"\1ix them in the model file",
    r"\bfix (\S+) with network\.with_parameters": r"fix \1 in the model file",
    r"be fixed in the network, with network\.with_parameters": "be fixed in the model file",
    r"Give them with network\.with_parameters, or find the state before freeing constants": (
        "Give them in the file"
    ),
    r"steady_states\.balance_fluxes": "--balance-fluxes",
    r"columns=\{'yours': 'expected'\}": "--column YOURS=EXPECTED",
    r"medium=\{\*\*medium_at\(reactor, state\), \*\*reactor\.medium\}": "--fill-medium",
    r"saturation=\{'?([^':}]+)'?: 'metabolite', \.\.\.\}": r"--saturation \1=METABOLITE",
    r"bounds=\{reaction: \.\.\.\}": "build --uptake REACTION=LOW:HIGH",
    r"down=math\.inf": "--down knock-out",
    r"\bmodels of HeldOut\b": "held_out",
    r"\bevery of HeldOut\b": "held_out_every",
    r"\bHeldOut\(at_least=([^)]*)\)": r"held_out_at_least=\1",
    r",? or keep (?:every reaction|all) with prune=False": "",
    r"^relative must": "--km-width must",
    r"NES\(\) \(optimizer 'nes'\)": "--optimizer nes",
}
_CLASS = r"(?:[A-Z][a-z]+|NES)[A-Za-z]*"
_OF_CLASS = re.compile(rf"\b([a-z_]+) of ({_CLASS}|a design|a reactor)(?= (?:must|needs))")
_CALL = re.compile(rf"\b{_CLASS}\(([a-z_]+=[^()]*)\)")
_PASSED = re.compile(
    r"(?<![\w.-])([a-z][a-z_]*)=(True|False|None|'[^']*'|\[[^]]*\]|\{[^}]*\}|\.{3}|…|[\w.+-]*\w)?"
)
_SUBJECT = re.compile(
    r"(^|: |\. )([a-z][a-z_]*)"
    r"(?= (?:must|is|are|needs|takes|names|cannot|lies|maps)\b| [-\d.e]+ h lies)"
)
_wording: ContextVar[Wording] = ContextVar("wording", default=Wording())  # noqa: B039 - frozen


@contextmanager
def speaking(wording: Wording) -> Iterator[None]:
    """Let :func:`spoken` use a command's wording within the block.

    Parameters
    ----------
    wording
        Of the command that is carried out.

    Yields
    ------
    None
    """
    token = _wording.set(wording)
    try:
        yield
    finally:
        _wording.reset(token)


def spoken(message: object) -> str:
    """Return a message in the words of the command that is carried out.

    Parameters
    ----------
    message
        An error or a text of the library.

    Returns
    -------
    str
    """
    text, wording = str(message), _wording.get()
    if not wording.flags:
        return text

    def of_class(match: re.Match[str]) -> str:
        name, section = match[1], wording.optimizers.get(match[2])
        if section and name in wording.subjects:
            return f"{name} in [{section}]"
        return name if name in wording.flags else match[0]

    def subject(match: re.Match[str]) -> str:
        before, name = match.groups()
        return before + (wording.subjects.get(name) or wording.flags.get(name, name))

    def passed(match: re.Match[str]) -> str:
        name, value = match.groups()
        if name not in wording.flags:
            return match[0]
        flag = wording.flags[name]
        if value in (None, "True"):
            return flag
        if value in ("False", "None"):
            return f"--no-{flag[2:]}" if value == "False" else f"no {flag}"
        said = "" if value[0] in "[{.…" else value.strip("'")
        return f"{flag} {said}".rstrip()

    chosen = {rf"\b{one} (?=needs)": f"optimizer {n!r} " for one, n in wording.optimizers.items()}
    for phrase, said in {**_PHRASES, **chosen}.items():
        text = re.sub(phrase, said, text)
    text = _CALL.sub(r"\1", _OF_CLASS.sub(of_class, text))
    return _SUBJECT.sub(subject, _PASSED.sub(passed, text))
