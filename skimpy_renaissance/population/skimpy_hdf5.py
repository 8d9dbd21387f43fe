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
from numpy.typing import NDArray

from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.errors import FileFormatError
from skimpy_renaissance.population.file_layout import (
    SKIMPY,
    open_hdf5,
    read_header,
    read_strings,
    require_dataset,
    write_header,
)
from skimpy_renaissance.population.sets import ParameterSets
from skimpy_renaissance.population.table_checks import freeze
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
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        file.create_dataset("parameter_names", data=sets.names, dtype=strings)
        file.create_dataset("num_parameters_sets", data=len(sets.values))
        file.create_dataset("index", data=sets.index, shape=(len(sets.values),), dtype=strings)
        for i, values in enumerate(sets.values):
            file.create_dataset(f"parameter_set_{i}", data=values)
        header = write_header(file, layout=SKIMPY, units=sets.units, provenance=sets.provenance)
        for name in ("lambda_max", "lambda_min"):
            eigenvalues = getattr(sets, name)
            if eigenvalues is not None:
                header.create_dataset(name, data=eigenvalues)


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
        n_models = int(require_dataset(file, "num_parameters_sets")[()])
        index = read_strings(file, "index") if "index" in file else ()
        values = np.empty((n_models, len(names)))
        for i in range(n_models):
            values[i] = _one_set(file, i, len(names))
        return {"names": names, "values": freeze(values), "index": index, **header.fields}


def _one_set(file: h5py.File, i: int, n_parameters: int) -> NDArray[np.float64]:
    dataset = require_dataset(file, f"parameter_set_{i}")
    if dataset.shape != (n_parameters,) or dataset.dtype.kind not in "fiu":
        raise FileFormatError(
            f"'parameter_set_{i}' in {file.filename} must hold {n_parameters} numbers, one per "
            f"entry of 'parameter_names'; it is {dataset.dtype} of shape {dataset.shape}."
        )
    return dataset[:]
