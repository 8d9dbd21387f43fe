"""Requirements of a table of parameter sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skimpy_renaissance.atomic import json_text
from skimpy_renaissance.errors import InputError, listed, repeated
from skimpy_renaissance.population.sets import ParameterSets

__all__ = [
    "checked_fields",
    "freeze",
    "per_model_array",
    "read_only_array",
    "require_no_gaps",
    "require_positive",
    "require_usable_constants",
    "table_values",
    "unique_names",
]


_POSITIVE = ("km_", "ki_", "k_equilibrium_", "k_activation_", "k_inhibition_")
_CAPACITIES = ("vmax_", "kcat_")


def checked_fields(given: ParameterSets) -> dict[str, object]:
    """Return the fields of a population as it keeps them.

    Parameters
    ----------
    given
        Fields as they were passed.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        Names used twice, shapes that do not match, a value missing in some sets only.
    """
    names = unique_names(given.names, what="Parameter names")
    values = read_only_array(given.values, what="values")
    if values.ndim != 2 or values.shape[1] != len(names) or not names:
        raise InputError(
            f"values must be model x parameter with {len(names)} columns, one per name, and at "
            f"least one; got shape {values.shape}."
        )
    n_models = len(values)
    index = unique_names(given.index, what="Names of parameter sets")
    index = index or tuple(map(str, range(n_models)))
    if len(index) != n_models:
        raise InputError(
            f"index must name each of the {n_models} parameter sets; got {len(index)} names."
        )
    require_no_gaps(values, names=names, index=index)
    return {
        "names": names,
        "values": values,
        "index": index,
        "lambda_max": per_model_array(given.lambda_max, n_models=n_models, what="lambda_max"),
        "lambda_min": per_model_array(given.lambda_min, n_models=n_models, what="lambda_min"),
        "provenance": json.loads(json_text(dict(given.provenance), what="provenance")),
    }


def unique_names(names: Iterable[object], *, what: str) -> tuple[str, ...]:
    """Return names as strings, each of them once.

    Parameters
    ----------
    names
        Strings, or objects whose text is the name (symbols, integers).
    what
        What they name, for the message.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        A name is missing, empty, not storable, or used twice.
    """
    if isinstance(names, str):
        raise InputError(f"{what} must be a list of strings, got the single string {names!r}.")
    given = tuple(names)
    texts = tuple(map(str, given))
    bad = [name for name, text in zip(given, texts, strict=True) if not text or "\0" in text]
    if bad or None in given:
        raise InputError(f"{what} must be non-empty text, got {listed(map(repr, bad)) or None}.")
    if len(set(texts)) < len(texts):
        twice = repeated(texts)
        raise InputError(f"{what} must be unique; used twice: {listed(map(repr, twice))}.")
    return texts


def read_only_array(values: ArrayLike, *, what: str) -> NDArray[np.float64]:
    """Return a float64 array that cannot be written to.

    Parameters
    ----------
    values
        Numbers; ``None`` counts as NaN. Copied unless it is such an array already.
    what
        What they are, for the message.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    InputError
        The values are not real numbers, or rows differ in length.
    """
    try:
        is_list = isinstance(values, list | tuple)
        array = np.asarray(values, dtype=np.float64 if is_list else None)
        if np.iscomplexobj(array):
            raise TypeError(f"they are {array.dtype}")
        array = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} must be real numbers in a regular table: {error}.") from error
    return freeze(array.copy()) if array.flags.writeable else array


def freeze(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make an array that nobody else holds read-only, in place, and return it.

    Parameters
    ----------
    array
        Any shape; changed.

    Returns
    -------
    numpy.ndarray
        The same array.
    """
    array.flags.writeable = False
    return array


def per_model_array(
    values: ArrayLike | None, *, n_models: int, what: str
) -> NDArray[np.float64] | None:
    """Return one read-only number per parameter set, or ``None`` for ``None``.

    Parameters
    ----------
    values
        `` `model` ``, or ``None``.
    n_models
        How many sets there are.
    what
        What the numbers are, for the message.

    Returns
    -------
    numpy.ndarray or None

    Raises
    ------
    InputError
        There are not as many numbers as sets.
    """
    if values is None:
        return None
    array = read_only_array(values, what=what)
    if array.shape != (n_models,):
        raise InputError(
            f"{what} needs one number per parameter set, shape ({n_models},); got shape "
            f"{array.shape}."
        )
    return array


def require_no_gaps(
    values: NDArray[np.float64], *, names: Sequence[str], index: Sequence[str]
) -> None:
    """Raise where a parameter has a value in some sets but not in all.

    Parameters
    ----------
    values
        `` `model x parameter` ``, NaN where there is no value.
    names, index
        `` `parameter` ``, `` `model` ``: for the message.

    Raises
    ------
    InputError
        Names the first such parameter and set.
    """
    for column in np.flatnonzero(np.isnan(values).any(axis=0)).tolist():
        gaps = np.isnan(values[:, column])
        if not gaps.all():
            raise InputError(
                f"Parameter {names[column]!r} has no value in set "
                f"{index[int(gaps.argmax())]!r} but has one in others ({gaps.sum()} of "
                f"{len(values)} missing). Give it a value in every set or in none."
            )


def require_positive(
    values: NDArray[np.float64], *, names: Sequence[str], index: Sequence[str]
) -> None:
    """Raise where a value has no logarithm.

    Parameters
    ----------
    values
        `` `model x parameter` ``.
    names, index
        `` `parameter` ``, `` `model` ``: for the message.

    Raises
    ------
    InputError
        Names the first parameter and set whose value is not a positive, finite number.
    """
    for row, column in np.argwhere(~((values > 0) & np.isfinite(values))).tolist():
        raise InputError(
            f"A logarithm needs positive, finite values; {names[column]!r} of set {index[row]!r} "
            f"is {float(values[row, column])!r}. Leave the set or the parameter out."
        )


def require_usable_constants(
    values: NDArray[np.float64], *, names: Sequence[str], index: Sequence[str]
) -> None:
    """Raise where a constant of a rate law has a value that no model can have.

    Parameters
    ----------
    values
        `` `model x parameter` ``; NaN is left to :func:`require_no_gaps`.
    names, index
        `` `parameter` ``, `` `model` `` or empty: for the message.

    Raises
    ------
    InputError
        A saturation or equilibrium constant is not positive, a capacity is negative, or a number
        is infinite.
    """
    above = np.array([name.startswith(_POSITIVE) for name in names], dtype=bool)
    capacity = np.array([name.startswith(_CAPACITIES) for name in names], dtype=bool)
    low = (above & (values <= 0)) | (capacity & (values < 0)) | np.isinf(values)
    if low.any():
        row, column = np.argwhere(low)[0].tolist()
        kinds = ((above, "positive and finite"), (capacity, "at least 0 and finite"))
        wanted = next((text for kind, text in kinds if kind[column]), "finite")
        name = index[row] if index else str(row)
        raise InputError(
            f"{names[column]!r} of set {name!r} must be {wanted}; it is "
            f"{float(values[row, column])!r}."
        )


def table_values(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return a table's numbers, naming the column that does not hold any.

    Parameters
    ----------
    frame
        `` `model x parameter` ``.

    Returns
    -------
    numpy.ndarray
        `` `model x parameter` ``, NaN where the table has none.

    Raises
    ------
    InputError
        A column does not hold numbers.
    """
    try:
        return frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        for position, name in enumerate(frame.columns):
            try:
                frame.iloc[:, position].to_numpy(dtype=np.float64, na_value=np.nan)
            except (TypeError, ValueError) as reason:
                raise InputError(
                    f"Column {name!r} must hold numbers: {reason}. Leave text columns out."
                ) from error
        raise
