"""Populations as Parquet: a column per parameter, read by pandas, polars, DuckDB and R.

Columns are ``parameter_set`` (text), one per parameter (scaled units), and ``lambda_max`` and
``lambda_min`` (1/h) where they are known. The metadata of the schema hold JSON under
``skimpy_renaissance``: ``schema_version``, ``package_version``, ``units``, ``provenance`` and
``versions``. Row groups of 65,536 sets are written one by one, so that millions pass through in
blocks, each column with its statistics and every page with its checksum. Needs pyarrow (extra
``parquet``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance._version import __version__
from skimpy_renaissance.atomic import atomic_path, json_text
from skimpy_renaissance.errors import FileFormatError, InputError, UnitsError, listed
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.population.table_checks import freeze, require_usable_constants
from skimpy_renaissance.storage import refuse_pointer
from skimpy_renaissance.units import Units
from skimpy_renaissance.versions import versions

__all__ = ["is_parquet", "read_parquet", "write_parquet"]

_MAGIC = b"PAR1"
_KEY = b"skimpy_renaissance"
_INDEX, _SPECTRA = "parameter_set", ("lambda_max", "lambda_min")
_SCHEMA_VERSION = 1
_ROWS = 65_536  # of a row group
_GROWTH, _ALWAYS_ROOM = 1000, 256 * 2**20  # constants take next to nothing in a file
_THRIFT = {"thrift_string_size_limit": 2**26, "thrift_container_size_limit": 10**6}
_AGAIN = "Write it again with population.to_parquet, or copy it again."


def is_parquet(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file begins as Parquet does.

    Parameters
    ----------
    path
        The file; one that cannot be opened does not.

    Returns
    -------
    bool
    """
    try:
        with open(path, "rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def write_parquet(blocks: Iterable[Any], path: str | os.PathLike[str]) -> None:
    """Write populations one below the other, atomically.

    Parameters
    ----------
    blocks
        Populations of the same parameters and units, one at least: parts of one, as
        :meth:`~skimpy_renaissance.population.StoredPopulation.blocks` gives them. Units and
        provenance are those of the first.
    path
        The file to write. Parameters without a value in the first are left out.

    Raises
    ------
    InputError
        There is no block, one has other parameters or units, or a parameter has the name of
        another column.
    OutputError
        ``path`` cannot be written.
    MissingExtraError
        pyarrow is not installed.

    Examples
    --------
    >>> from skimpy_renaissance.population import write_parquet
    >>> write_parquet([population], "population.parquet")
    """
    arrow, parquet = _pyarrow()
    parts = iter(blocks)
    first = next(parts, None)
    if first is None:
        raise InputError("A Parquet file needs at least one population, got none.")
    first = first.without_missing()
    taken = [name for name in (_INDEX, *_SPECTRA) if name in first.names]
    if taken:
        raise InputError(f"A parameter cannot have the name of another column: {listed(taken)}.")
    schema = _schema(first)
    with (
        atomic_path(path) as temporary,
        parquet.ParquetWriter(
            temporary,
            schema,
            compression="zstd",
            use_dictionary=False,
            write_page_checksum=True,
        ) as file,
    ):
        for number, block in enumerate(chain([first], parts)):
            if block.units != first.units:
                raise InputError(
                    f"All blocks must have the units of the first, {first.units}; block {number} "
                    f"has {block.units}."
                )
            table = arrow.Table.from_arrays(_columns(block, schema.names, number), schema=schema)
            file.write_table(table, row_group_size=_ROWS)


def read_parquet(path: str | os.PathLike[str], *, units: Units | None = None) -> dict[str, Any]:
    """Read the fields of a population from a Parquet file.

    Parameters
    ----------
    path
        The file. All its columns must be numbers, but for ``parameter_set``.
    units
        Units of the values, for files that do not state them.

    Returns
    -------
    dict
        Fields of the population.

    Raises
    ------
    FileFormatError
        The file is damaged, or its columns are something else.
    UnitsError
        The file states other units.
    MissingExtraError
        pyarrow is not installed.
    """
    refuse_pointer(path)
    arrow, parquet = _pyarrow()
    with (
        _reading(path, arrow),
        parquet.ParquetFile(path, page_checksum_verification=True, **_THRIFT) as file,
    ):
        _require_room(path, file.metadata)
        schema = file.schema_arrow
        stated = _stated(schema.metadata or {}, path)
        wrong = [
            field.name
            for field in schema
            if field.name != _INDEX and not arrow.types.is_floating(field.type)
        ]
        if wrong or len(set(schema.names)) < len(schema.names):
            raise FileFormatError(
                f"{path} must have one column of numbers per parameter, each name once; "
                f"{listed(wrong or schema.names, most=3)} is not so. {_AGAIN}"
            )
        table = file.read(use_threads=False)
        table.validate(full=True)
        names = tuple(n for n in schema.names if n not in (_INDEX, *_SPECTRA))
        values = np.empty((table.num_rows, len(names)))
        for column, name in enumerate(names):
            values[:, column] = table[name].to_numpy()
        index: tuple[str, ...] = ()
        if _INDEX in schema.names:
            index = tuple(map(str, table[_INDEX].to_pylist()))
        spectra = {n: table[n].to_numpy().copy() for n in _SPECTRA if n in schema.names}
    own = Units.from_dict(stated["units"]) if stated.get("units") else None
    if own is not None and units is not None:
        own.require_same(units, what=f"The units stored in {path} and those stated")
    require_usable_constants(values, names=names, index=index)
    return {
        "names": names,
        "values": freeze(values),
        "index": index,
        "units": own or units,
        "provenance": stated.get("provenance") or {},
        **spectra,
    }


def _pyarrow() -> tuple[Any, Any]:
    needed = {"extra": "parquet", "needed_by": "A Parquet file"}
    return import_extra("pyarrow", **needed), import_extra("pyarrow.parquet", **needed)


def _schema(population: Any) -> Any:
    arrow, _ = _pyarrow()
    stated = {
        "schema_version": _SCHEMA_VERSION,
        "package_version": __version__,
        "units": None if population.units is None else population.units.to_dict(),
        "provenance": dict(population.provenance),
        "versions": versions(),
    }
    scaled = {"unit": "scaled units of the kinetic model"}
    fields = [arrow.field(_INDEX, arrow.string(), nullable=False)]
    fields += [arrow.field(name, arrow.float64(), False, scaled) for name in population.names]
    per_time = "1 per model time" if population.units is None else "1/h"
    fields += [
        arrow.field(name, arrow.float64(), False, {"unit": per_time})
        for name in _SPECTRA
        if getattr(population, name) is not None
    ]
    return arrow.schema(fields, {_KEY: json_text(stated, what="provenance").encode()})


def _columns(block: Any, names: list[str], number: int) -> list[NDArray[Any] | list[str]]:
    """Return the columns of a block in the order of the schema."""
    spectra = {name: getattr(block, name) for name in _SPECTRA}
    place = {name: column for column, name in enumerate(block.names)}
    lost = [
        name for name in names if name != _INDEX and name not in place and spectra.get(name) is None
    ]
    if lost:
        raise InputError(f"Block {number} lacks {listed(lost)}, which the first one has.")
    found: list[NDArray[Any] | list[str]] = [list(block.index)]
    for name in names[1:]:
        column = block.values[:, place[name]] if name in place else spectra[name]
        found.append(np.ascontiguousarray(column))
    return found


def _stated(metadata: Mapping[bytes, bytes], path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what the schema says of the whole; nothing where other programs wrote it."""
    if _KEY not in metadata:
        return {}
    try:
        stated = json.loads(metadata[_KEY])
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"The metadata of {path} are not JSON ({error}). {_AGAIN}") from error
    version = stated.get("schema_version") if isinstance(stated, dict) else None
    if version != _SCHEMA_VERSION:
        raise FileFormatError(
            f"{path} has schema version {version!r}; this is skimpy_renaissance {__version__}, "
            f"which reads version {_SCHEMA_VERSION}. Install a newer one, or write it again."
        )
    for name in ("units", "provenance"):
        if not isinstance(stated.get(name), dict | None):
            raise FileFormatError(f"{name!r} in {path} must be a mapping. {_AGAIN}")
    return dict(stated)


def _require_room(path: str | os.PathLike[str], metadata: Any) -> None:
    size, needed = Path(path).stat().st_size, 8 * metadata.num_rows * metadata.num_columns
    if needed > max(_GROWTH * size, _ALWAYS_ROOM) or needed < 0:
        raise FileFormatError(
            f"{path} declares {metadata.num_rows:,} sets of {metadata.num_columns:,} columns, "
            f"{needed:,} bytes, in a file of {size:,}: it is damaged, or made to fill the memory. "
            "What you trust is read in parts with pyarrow or polars."
        )


@contextmanager
def _reading(path: str | os.PathLike[str], arrow: Any) -> Iterator[None]:
    """Turn pyarrow's errors inside the block into one that names the file."""
    try:
        yield
    except (FileFormatError, UnitsError):
        raise
    except (OSError, ValueError, KeyError, TypeError, MemoryError, arrow.ArrowException) as error:
        told = str(error).split("\n")[0]
        raise FileFormatError(
            f"{path} is not a complete, readable Parquet file ({told}). {_AGAIN}"
        ) from error
