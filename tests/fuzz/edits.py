"""Edits that damage a file: bytes flipped, cut, repeated; text put where another stood.

An edit takes the bytes of a file and a random stream. Tests let hypothesis choose the stream,
``benchmarks/fuzz.py`` a seed.
"""

from __future__ import annotations

import re
from random import Random

__all__ = ["NASTY", "edited"]

NASTY = (  # what readers have stumbled over
    *(b"", b"\0", b"\xff", b"\n", b",", b'"', b"'", b":", b"-", b"[", b"{", b"#", b"$"),
    *(b"*a", b"&a"),
    *(b"0", b"-1", b"1e300", b"1e-300", b"inf", b"nan", b"null", b"true", b"9" * 400, b"1" * 5000),
    *(b"[" * 3000, b"{a: " * 200, b"- " * 3000, b"\x07", b"\xe2\x80\xae", b"<script>", b"=1+1"),
    *(b"../../x", b"!!python/name:os.system", b"__import__('os')", b"product999999999"),
    *(b"[]", b"{}", b"~", b"2020-01-01", b"x" * 3000, b"a b", b"\xc3\xa9"),
)
NUMBERS = (
    *(b"0", b"-1", b"2", b"1.5", b"-0.0", b"1e300", b"-1e308", b"1e-300", b"5e-324", b"1e999"),
    *(b"inf", b"-inf", b"nan", b"true", b"1_0", b"0x10", b"1e6", b"100000", b"9" * 20, b"9" * 400),
)
LONGEST = 40
_WORD = re.compile(rb"[\w.+-]+")
_NUMBER = re.compile(rb"(?<![\w.])[+-]?\d[\d.]*(?:e[+-]?\d+)?(?![\w.])")


def edited(content: bytes, dice: Random) -> bytes:
    """Return a file's content after one to three edits, each of a kind drawn anew."""
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3))):
        content = dice.choice(_KINDS)(content, dice)
    return content


def _flipped(content: bytes, dice: Random) -> bytes:
    return _replaced(content, _place(content, dice), 1, bytes([dice.randrange(256)]))


def _bit_flipped(content: bytes, dice: Random) -> bytes:
    place = _place(content, dice)
    return _replaced(
        content, place, 1, bytes(b ^ 1 << dice.randrange(8) for b in content[place:][:1])
    )


def _nasty(content: bytes, dice: Random) -> bytes:
    return _replaced(content, _place(content, dice), dice.randint(0, LONGEST), dice.choice(NASTY))


def _noise(content: bytes, dice: Random) -> bytes:
    noise = dice.randbytes(dice.randint(0, LONGEST))
    return _replaced(content, _place(content, dice), dice.randint(0, LONGEST), noise)


def _cut(content: bytes, dice: Random) -> bytes:
    return content[: _place(content, dice)]


def _word_exchanged(content: bytes, dice: Random) -> bytes:
    """Put another word of the file, or a nasty one, where a word stands."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(content)]
    if not words:
        return content
    (start, stop), (first, last) = dice.choice(words), dice.choice(words)
    other = content[first:last] if dice.random() < 0.5 else dice.choice(NASTY)
    return _replaced(content, start, stop - start, other)


def _number_exchanged(content: bytes, dice: Random) -> bytes:
    """Put an odd number where a number stands."""
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    found = dice.choice(numbers)
    return _replaced(content, found.start(), len(found[0]), dice.choice(NUMBERS))


def _lines_moved(content: bytes, dice: Random) -> bytes:
    """Repeat a line elsewhere, or take it away."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    line = dice.choice(lines) if dice.random() < 0.5 else lines.pop(dice.randrange(len(lines)))
    if dice.random() < 0.75:
        lines.insert(dice.randint(0, len(lines)), line)
    return b"".join(lines)


_KINDS = (
    *(_flipped, _bit_flipped, _nasty, _noise, _cut, _lines_moved),
    *(_word_exchanged, _word_exchanged, _number_exchanged, _number_exchanged),
)


def _place(content: bytes, dice: Random) -> int:
    return dice.randrange(len(content)) if content else 0


def _replaced(content: bytes, place: int, removed: int, put: bytes) -> bytes:
    return content[:place] + put + content[place + removed :]
