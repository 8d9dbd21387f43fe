"""Where a population is written, and its record beside it."""

from __future__ import annotations

from pathlib import Path

from skimpy_renaissance.errors import InputError, OutputError

__all__ = ["free_population_path"]


def free_population_path(path: Path, *, overwrite: bool) -> Path:
    """Return where the record of a population goes, after looking that nothing is replaced unasked.

    Parameters
    ----------
    path
        The population to be written.
    overwrite
        Whether existing files are replaced.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        It is no HDF5 file by its name.
    OutputError
        A file exists already, or the folder does not.
    """
    if path.suffix not in (".h5", ".hdf5"):
        raise InputError(f"A population is an HDF5 file, .h5 or .hdf5; got --output {path}.")
    record_path = path.with_suffix(".json")
    for existing in (path, record_path):
        if existing.exists() and not overwrite:
            raise OutputError(
                f"{existing} exists already. Choose another file with --output, or replace it with "
                "--overwrite."
            )
    if not path.parent.is_dir():
        raise OutputError(
            f"Cannot write {path}: the folder {path.parent} does not exist. Create it first, or "
            "choose another one."
        )
    return record_path
