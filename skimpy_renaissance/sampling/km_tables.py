r"""Michaelis constants that came from elsewhere, in the order and unit that kinetics take.

Scripts around SKiMPy keep Michaelis constants as arrays (set x constant) and complete them by
``kmodel.flux_parameter_function``; here :func:`~skimpy_renaissance.sampling.parametrize` does it
for all sets at once, from the tensor that :func:`log_km_from_table` returns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.reference import ReferencePoint
from skimpy_renaissance.storage import existing, read_array
from skimpy_renaissance.tables import read_table

__all__ = ["KM_SCALES", "log_km_from_table", "read_km_table"]

_LogMolar = Callable[[torch.Tensor, ReferencePoint], torch.Tensor]

KM_SCALES: Mapping[str, _LogMolar] = {
    "scaled": lambda values, at: at.log_molar(values),
    "mol/L": lambda values, _: values.log(),
    "ln(scaled)": lambda values, at: at.log_molar(values.exp()),
    "ln(mol/L)": lambda values, _: values,
}
"""What the numbers of a table may be, and how ln(mol/L) is made of them."""


def read_km_table(
    path: str | os.PathLike[str], *, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read Michaelis constants from a file.

    Parameters
    ----------
    path
        ``.npy``: an array of set x constant. Otherwise a table, text or Excel, with a column per
        constant, or a row per constant whose name comes first.
    names
        `` `km` ``: the constants, in the order of the array's columns; a table has its own.

    Returns
    -------
    pandas.DataFrame
        Set x constant, unit as in the file.

    Raises
    ------
    FileFormatError
        The file cannot be read as such.
    InputError
        An array has no names, or another number of columns than there are names.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_km_from_table, read_km_table
    >>> table = population.to_dataframe()[list(bound.km_names)]
    >>> table.to_csv("km.csv", index=False)
    >>> log_km = log_km_from_table(bound, read_km_table("km.csv"))
    >>> sr.parametrize(bound, log_km)
    <ParameterPopulation: 5 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    path = existing(path)
    if path.suffix.lower() != ".npy":
        return _oriented(read_table(path, what="a table of Michaelis constants"))
    array = read_array(path)
    if array.ndim == 1:
        array = array[None]
    columns = 0 if names is None else len(names)
    if array.ndim != 2 or array.shape[1] != columns:
        raise InputError(
            f"{path.name} holds an array of shape {array.shape}; set x constant is needed, with "
            f"{columns} columns, one per constant. State their names in order where they are not "
            "all the constants that the kinetic model has without a value."
        )
    return pd.DataFrame(array, columns=list(names or ()))


def log_km_from_table(
    bound: BoundKinetics,
    table: pd.DataFrame | ArrayLike,
    *,
    names: Sequence[str] | None = None,
    scale: str = "scaled",
) -> torch.Tensor:
    """Return the Michaelis constants of a table as kinetics take them.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    table
        Set x constant: a data frame with names as columns, of which those of other parameters are
        left aside; or an array.
    names
        `` `km` ``: columns of an array; by default ``bound.km_names``.
    scale
        What the numbers are: ``"scaled"`` concentrations as SKiMPy holds them, ``"mol/L"``, or
        logarithms of either, ``"ln(scaled)"`` and ``"ln(mol/L)"``.

    Returns
    -------
    torch.Tensor
        `` `model x km` ``, float64, ln(mol/L), columns = ``bound.km_names``.

    Raises
    ------
    InputError
        The scale is unknown, the shape does not fit, or a value is not a positive, finite number.
    MissingEntryError
        A constant is missing, or a column is no parameter of the kinetic model.

    Examples
    --------
    >>> log_km = log_km_from_table(bound, [[1e-4] * len(bound.km_names)], scale="mol/L")
    >>> sr.parametrize(bound, log_km)
    <ParameterPopulation: 1 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    if scale not in KM_SCALES:
        raise InputError(f"scale must be one of {', '.join(map(repr, KM_SCALES))}, got {scale!r}.")
    frame = table if isinstance(table, pd.DataFrame) else _frame(table, names or bound.km_names)
    require_names(map(str, frame.columns), bound.network.parameters, what="parameter called")
    missing = [name for name in bound.km_names if name not in frame.columns]
    if missing:
        raise MissingEntryError(
            f"The table lacks {len(missing)} of the {len(bound.km_names)} constants that the "
            f"kinetic model has without a value: {listed(missing)}. Add their columns, or fix "
            "them in the model."
        )
    try:
        values = frame[list(bound.km_names)].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"Michaelis constants must be numbers: {error}.") from error
    usable = np.isfinite(values) & ((values > 0) | scale.startswith("ln("))
    if not usable.all():
        row, column = np.argwhere(~usable)[0]
        raise InputError(
            f"{int((~usable).sum())} Michaelis constants are no positive, finite numbers; the "
            f"first is {bound.km_names[column]!r} = {float(values[row, column])!r} in row {row}."
            + (" Logarithms are scale='ln(scaled)' or 'ln(mol/L)'." if (values < 0).any() else "")
        )
    return KM_SCALES[scale](torch.from_numpy(np.array(values, order="C")), bound.reference)


def _frame(array: ArrayLike, names: Sequence[str]) -> pd.DataFrame:
    values = np.asarray(array)
    if values.ndim != 2 or values.shape[1] != len(names):
        raise InputError(
            f"An array of Michaelis constants is set x constant with {len(names)} columns, got the "
            f"shape {values.shape}."
        )
    return pd.DataFrame(values, columns=list(names))


def _oriented(table: pd.DataFrame) -> pd.DataFrame:
    """Drop row labels, and turn a table whose rows are constants."""
    if not len(table.columns):
        raise InputError("A table of Michaelis constants needs columns, and it has none.")
    first = table.columns[0]
    labels = table[first].astype(str)
    if labels.str.startswith(("km_", "ki_", "ka_", "k_")).all():
        turned = table.drop(columns=first).T
        turned.columns = pd.Index(labels)
        return turned.reset_index(drop=True)
    if str(first).startswith("Unnamed:") or str(first) in ("", "index", "set"):
        return table.drop(columns=first)
    return table
