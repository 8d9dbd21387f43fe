"""SKiMPy's HDF5 layout of a parameter population, both ways.

One dataset per parameter set: ``parameter_set_<i>`` (float64, in the order of
``parameter_names``), with ``num_parameters_sets`` and the set names ``index`` beside them [1]_.
Files written here open in ``skimpy.core.parameters.load_parameter_population``, which ignores the
header group.

References
----------
.. [1] Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787.
"""

from __future__ import annotations

import os
from typing import Any

import h5py
import numpy as np

from skimpy_renaissance.atomic import json_text
from skimpy_renaissance.population.checksums import Checksums, require_unchanged
from skimpy_renaissance.population.file_layout import (
    SKIMPY,
    open_hdf5,
    read_header,
    write_header,
)
from skimpy_renaissance.population.new_file import bytes_of_names, new_file
from skimpy_renaissance.population.sets import ParameterSets
from skimpy_renaissance.population.stored_datasets import (
    holds,
    read_count,
    read_numbers,
    read_strings,
    require_room,
)
from skimpy_renaissance.population.table_checks import freeze, require_usable_constants
from skimpy_renaissance.units import Units

__all__ = ["read_skimpy_hdf5", "write_skimpy_hdf5"]


def write_skimpy_hdf5(sets: ParameterSets, path: str | os.PathLike[str]) -> None:
    """Write a population in SKiMPy's layout, atomically.

    Parameters
    ----------
    sets
        Parameter sets in which every parameter has a value.
    path
        The file to write, usually ``.h5`` or ``.hdf5``.

    Raises
    ------
    OutputError
        ``path`` cannot be written.
    """
    strings = h5py.string_dtype()
    checksums = Checksums()
    with new_file(path) as new:
        n_models = len(sets.values)
        new.reserve(
            8 * n_models * (len(sets.names) + 2)
            + bytes_of_names([*sets.names, *sets.index, json_text(dict(sets.provenance), what="")]),
            parts=n_models,
        )
        file = new.hdf5
        file.create_dataset("parameter_names", data=sets.names, dtype=strings)
        file.create_dataset("num_parameters_sets", data=n_models)
        file.create_dataset("index", data=sets.index, shape=(n_models,), dtype=strings)
        for i, values in enumerate(sets.values):
            file.create_dataset(f"parameter_set_{i}", data=values)
        header = write_header(
            file,
            layout=SKIMPY,
            units=sets.units,
            provenance=sets.provenance,
            checksums=checksums,
        )
        for name in ("lambda_max", "lambda_min"):
            eigenvalues = getattr(sets, name)
            if eigenvalues is not None:
                header.create_dataset(name, data=eigenvalues)
                checksums.add(name, eigenvalues)
        checksums.add("parameter_names", sets.names)
        checksums.add("index", sets.index)
        checksums.add("values", sets.values)
        checksums.write(header)


def read_skimpy_hdf5(path: str | os.PathLike[str], *, units: Units | None = None) -> dict[str, Any]:
    """Read the fields of a population that SKiMPy or this package wrote.

    Parameters
    ----------
    path
        The file.
    units
        Units of the values, for files that do not state them (SKiMPy's never do).

    Returns
    -------
    dict
        Fields of the population.

    Raises
    ------
    FileFormatError
        The file is not HDF5, is truncated, or has another layout.
    UnitsError
        The file states other units.
    """
    with open_hdf5(path) as file:
        header = read_header(file, units=units)
        names = read_strings(file, "parameter_names")
        n_models = read_count(file, "num_parameters_sets")
        stated = holds(file, "index") or "index" in header.checksums
        index = read_strings(file, "index") if stated else ()
        require_room(file, "parameter_set_<i>", 8 * n_models * len(names))
        values = np.empty((n_models, len(names)))
        wanted = f"{len(names)} numbers, one per entry of 'parameter_names'"
        for i in range(n_models):
            values[i] = read_numbers(file, f"parameter_set_{i}", (len(names),), of=wanted)
        for part, content in (("parameter_names", names), ("index", index), ("values", values)):
            require_unchanged(header.checksums, part, content, source=file.filename)
        require_usable_constants(values, names=names, index=index)
        return {"names": names, "values": freeze(values), "index": index, **header.fields}
