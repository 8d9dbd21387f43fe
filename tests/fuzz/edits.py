"""Edits that damage a file: bytes flipped, cut, repeated; text put where another stood."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

__all__ = ["Edit", "damaged", "edits"]

NASTY = (  # what readers have stumbled over
    *(
        b"",
        b"\0",
        b"\xff",
        b"\n",
        b",",
        b'"',
        b"'",
        b":",
        b"-",
        b"[",
        b"{",
        b"#",
        b"$",
        b"*a",
        b"&a",
    ),
    *(b"0", b"-1", b"1e300", b"1e-300", b"inf", b"nan", b"null", b"true", b"9" * 400, b"1" * 5000),
    *(b"[" * 3000, b"{a: " * 200, b"- " * 3000, b"\x07", b"\xe2\x80\xae", b"<script>", b"=1+1"),
    *(b"../../x", b"!!python/name:os.system", b"__import__('os')", b"product999999999"),
)
LONGEST = 40


@dataclass(frozen=True)
class Edit:
    """One edit: where (share of the file), how many bytes it takes away, what it puts there."""

    place: float
    removed: int
    put: bytes

    def applied(self, content: bytes) -> bytes:
        """Return the content with this edit."""
        start = int(self.place * len(content))
        return content[:start] + self.put + content[start + self.removed :]


def edits() -> st.SearchStrategy[list[Edit]]:
    """Return lists of one to three edits, bytes kept in place as often as not."""
    place = st.floats(0, 1, exclude_max=True)
    flip = st.builds(Edit, place, st.just(1), st.binary(min_size=1, max_size=1))
    word = st.builds(Edit, place, st.integers(0, LONGEST), st.sampled_from(NASTY))
    noise = st.builds(Edit, place, st.integers(0, LONGEST), st.binary(max_size=LONGEST))
    cut = st.builds(Edit, place, st.just(2**40), st.just(b""))
    return st.lists(st.one_of(flip, word, noise, cut), min_size=1, max_size=3)


def damaged(content: bytes, changes: list[Edit]) -> bytes:
    """Return a file's content after all edits."""
    for change in changes:
        content = change.applied(content)
    return content
