"""Where a population is written, and its record beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skimpy_renaissance.atomic import require_writable_place
from skimpy_renaissance.errors import InputError, OutputError
from skimpy_renaissance.held import held_file

__all__ = ["population_place"]


@contextmanager
def population_place(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Keep the name of a population to this process; nothing is replaced unasked.

    Parameters
    ----------
    path
        The population to be written.
    overwrite
        Whether existing files are replaced.

    Yields
    ------
    pathlib.Path
        Where the record goes.

    Raises
    ------
    InputError
        It is no HDF5 file by its name.
    OutputError
        A file exists already, its place cannot be written, or another process writes it.
    """
    if path.suffix not in (".h5", ".hdf5"):
        raise InputError(f"A population is an HDF5 file, .h5 or .hdf5; got --output {path}.")
    with held_file(path, hint="Choose another with --output."):
        record_path = path.with_suffix(".json")
        require_writable_place(record_path)
        for existing in (path, record_path):
            if existing.exists() and not overwrite:
                raise OutputError(
                    f"{existing} exists already. Choose another file with --output, or replace it "
                    "with --overwrite."
                )
        yield record_path
