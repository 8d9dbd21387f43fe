"""Checksums of what a population's file holds: SHA-256 of each part, kept in the header.

A part is hashed as its reader sees it: numbers as little-endian float64 in row order, text as
UTF-8, a list of names with a NUL after each. Any changed byte, and names that no longer belong to
their values, are found on reading. Files of earlier versions have no checksums.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import h5py
import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.errors import FileFormatError

__all__ = ["Checksums", "read_checksums", "require_same", "require_unchanged"]

_ATTRIBUTE = "sha256"


class Checksums:
    """Checksums that grow with a file; each call of :meth:`add` changes them."""

    def __init__(self) -> None:
        self._parts: dict[str, hashlib._Hash] = {}

    def add(self, part: str, content: str | Sequence[str] | NDArray[np.float64]) -> None:
        """Take more of a part into account.

        Parameters
        ----------
        part
            Name of the dataset.
        content
            What follows what was added before: text, names, or numbers in row order.
        """
        self._parts.setdefault(part, hashlib.sha256()).update(_as_bytes(content))

    def of(self, part: str) -> str:
        """Return the checksum of what was added of a part.

        Parameters
        ----------
        part
            Name of the dataset.

        Returns
        -------
        str
        """
        return self._parts[part].hexdigest()

    def write(self, header: h5py.Group) -> None:
        """Write the checksums of all parts.

        Parameters
        ----------
        header
            The header group of a file open for writing.
        """
        found = {part: self.of(part) for part in self._parts}
        header.attrs[_ATTRIBUTE] = json.dumps(found, sort_keys=True)


def read_checksums(header: h5py.Group) -> dict[str, str]:
    """Return the checksum of each part.

    Parameters
    ----------
    header
        The header group of a file.

    Returns
    -------
    dict
        Empty in files of earlier versions.

    Raises
    ------
    FileFormatError
        The file's own list of them is damaged.
    """
    stored = header.attrs.get(_ATTRIBUTE)
    if stored is None:
        return {}
    try:
        return {str(part): str(digest) for part, digest in json.loads(stored).items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FileFormatError(
            f"{header.file.filename} is damaged: its checksums cannot be read ({error}). Copy or "
            "generate it again."
        ) from error


def require_unchanged(
    checksums: Mapping[str, str],
    part: str,
    content: str | Sequence[str] | NDArray[np.float64],
    *,
    source: str,
) -> None:
    """Raise where a part is not what was written.

    Parameters
    ----------
    checksums
        Those that were written; a part without one is not checked.
    part
        Name of the dataset.
    content
        The whole part, as it was read.
    source
        The file, for the message.

    Raises
    ------
    FileFormatError
        Its checksum is another.
    """
    found = Checksums()
    found.add(part, content)
    require_same(checksums, part, found, source=source)


def require_same(checksums: Mapping[str, str], part: str, found: Checksums, *, source: str) -> None:
    """Raise where a part is not what was written, after it was read bit by bit.

    Parameters
    ----------
    checksums
        Those that were written; a part without one is not checked.
    part
        Name of the dataset.
    found
        To which the part was added.
    source
        The file, for the message.

    Raises
    ------
    FileFormatError
        Its checksum is another.
    """
    if part in checksums and found.of(part) != checksums[part]:
        raise FileFormatError(
            f"{source} is damaged or was edited: {part!r} is not what was written (its SHA-256 "
            "checksum differs). Copy or generate it again; values changed on purpose are saved "
            "with ParameterPopulation.save."
        )


def _as_bytes(content: str | Sequence[str] | NDArray[np.float64]) -> bytes | memoryview:
    if isinstance(content, np.ndarray):
        return np.ascontiguousarray(content, dtype="<f8").reshape(-1).view(np.uint8).data
    if isinstance(content, str):
        return content.encode()
    return "".join(f"{name}\0" for name in content).encode()
