"""The fastest model found at each steady state, and the folder such results are streamed to.

=======================  ===========================================================================
file                     content
=======================  ===========================================================================
``search.json``          what decides the result: settings, hashes of states and generator
``states_N.npz``         result of the chunk that begins with state N
=======================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.array_layout import REAL, TEXT, WHOLE, Layout, require_layout
from skimpy_renaissance.setups import digest
from skimpy_renaissance.storage import StepFolder

__all__ = ["FastestModels", "ResultFolder", "digest_of"]

_TEXTS = ("state_names", "km_names", "status")
_FIELDS = (*_TEXTS, "lambda_max", "log_km", "judged")
_LAYOUT: Layout = {
    "state_names": (TEXT, ("state",)),
    "km_names": (TEXT, ("km",)),
    "status": (TEXT, ("state",)),
    "lambda_max": (REAL, ("state",)),
    "log_km": (REAL, ("state", "km")),
    "judged": (WHOLE, ("state",)),
}


@dataclass(frozen=True, eq=False)
class FastestModels:
    r"""The fastest model found at each state.

    Parameters
    ----------
    state_names
        Steady states.
    km_names
        Columns of ``log_km``.
    lambda_max
        `` `state` ``, 1/h: the smallest found; NaN where no spectrum could be computed.
    log_km
        `` `state x km` ``, ln(mol/L): the model that has it.
    judged
        `` `state` ``: models judged there.
    status
        `` `state` ``: ``"settled"``, ``"improving"`` where the last fifth of the steps still gained
        more than 1 % (more steps will find faster models), or ``"failed"``.

    Examples
    --------
    >>> kinetics = sr.compile(network)
    >>> found = sr.landscape.fastest_dynamics(kinetics, states[:3], steps=5, progress=False)
    >>> found.to_dataframe().round(1)
           fastest lambda_max (1/h)  judged     status
    state
    0                          -9.7       6  improving
    1                         -25.2       6    settled
    2                          -3.6       6    settled
    >>> (60 * found.dominant_time_constant).round(0)  # minutes
    array([ 6.,  2., 17.])
    """

    state_names: tuple[str, ...]
    km_names: tuple[str, ...]
    lambda_max: NDArray[np.float64]
    log_km: NDArray[np.float64]
    judged: NDArray[np.int64]
    status: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.state_names)

    @property
    def dominant_time_constant(self) -> NDArray[np.float64]:
        """`` `state` ``, h; NaN where the fastest model found is not stable."""
        return np.where(self.lambda_max < 0, -1 / self.lambda_max, np.nan)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table, one row per state.

        Returns
        -------
        pandas.DataFrame
        """
        return pd.DataFrame(
            {
                "fastest lambda_max (1/h)": self.lambda_max,
                "judged": self.judged,
                "status": list(self.status),
            },
            index=pd.Index(self.state_names, name="state"),
        )

    def improved_by(self, other: FastestModels) -> FastestModels:
        """Take the faster model where a second search of some of the states found one.

        Parameters
        ----------
        other
            Models of the same network, at some of these states.

        Returns
        -------
        FastestModels
            These states in their order; ``judged`` counts the models of both searches.
        """
        lambda_max, log_km = self.lambda_max.copy(), self.log_km.copy()
        judged, status = self.judged.copy(), list(self.status)
        for number, name in enumerate(other.state_names):
            row = self.state_names.index(name)
            judged[row] += other.judged[number]
            if np.isnan(lambda_max[row]) or other.lambda_max[number] < lambda_max[row]:
                lambda_max[row], log_km[row] = other.lambda_max[number], other.log_km[number]
                status[row] = other.status[number]
        return replace(
            self, lambda_max=lambda_max, log_km=log_km, judged=judged, status=tuple(status)
        )

    @classmethod
    def joined(cls, parts: Sequence[FastestModels]) -> FastestModels:
        """Put the results of several chunks after one another.

        Parameters
        ----------
        parts
            At least one, of one network.

        Returns
        -------
        FastestModels
        """
        return cls(
            state_names=tuple(name for part in parts for name in part.state_names),
            km_names=parts[0].km_names,
            lambda_max=np.concatenate([part.lambda_max for part in parts]),
            log_km=np.concatenate([part.log_km for part in parts]),
            judged=np.concatenate([part.judged for part in parts]),
            status=tuple(status for part in parts for status in part.status),
        )


@dataclass(frozen=True)
class ResultFolder:
    """A folder that holds the chunks of one search.

    Parameters
    ----------
    steps
        Its files.
    """

    steps: StepFolder

    @classmethod
    def open(cls, path: Path, setup: Mapping[str, Any]) -> ResultFolder:
        """Make the folder, or resume in one that holds the same search.

        Parameters
        ----------
        path
            Made where it is absent.
        setup
            What decides the result, plain JSON.

        Returns
        -------
        ResultFolder

        Raises
        ------
        InputError
            The folder holds another search.
        FileFormatError
            Its description cannot be read.
        OutputError
            It cannot be written to.
        """
        steps = StepFolder(path, setup, manifest="search.json", what="a search")
        steps.claim()
        return cls(steps)

    def write(self, start: int, part: FastestModels) -> None:
        """Write the result of one chunk, whole or not at all.

        Parameters
        ----------
        start
            Position of its first state.
        part
            The result.

        Raises
        ------
        OutputError
            The folder cannot be written to.
        """
        arrays = {name: np.asarray(getattr(part, name)) for name in _FIELDS}
        self.steps.write_arrays(_file(start), arrays)

    def read(self, start: int) -> FastestModels | None:
        """Read the result of one chunk.

        Parameters
        ----------
        start
            Position of its first state.

        Returns
        -------
        FastestModels or None
            ``None`` where it was not written yet.

        Raises
        ------
        FileFormatError
            The file is something else.
        """
        if not self.steps.has(_file(start)):
            return None
        stored = self.steps.read_arrays(_file(start), _FIELDS)
        arrays: dict[str, Any] = require_layout(
            {name: stored[name] for name in _FIELDS}, _LAYOUT, source=self.steps.path / _file(start)
        )
        texts = {name: tuple(arrays[name].tolist()) for name in _TEXTS}
        return FastestModels(**{**arrays, **texts})


def _file(start: int) -> str:
    return f"states_{start:06d}.npz"


def digest_of(*arrays: NDArray[Any]) -> str:
    """Return a hash of numbers and their shapes, for noticing that they changed.

    Parameters
    ----------
    *arrays
        Arrays of any shape.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    return digest(*(part for array in arrays for part in (repr(array.shape), array)))[:16]
