"""The fastest model found at each steady state, and the folder such results are streamed to.

=======================  ===========================================================================
file                     content
=======================  ===========================================================================
``search.json``          what decides the result: settings, hashes of states and generator
``states_N.npz``         result of the chunk that begins with state N
=======================  ===========================================================================
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.atomic import atomic_path, write_json
from skimpy_renaissance.errors import FileFormatError, InputError, OutputError, listed
from skimpy_renaissance.setups import differences

__all__ = ["FastestModels", "ResultFolder", "digest_of"]

_SETUP = "search.json"


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
            Of the same network, about some of these states.

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
    path
        The folder.
    """

    path: Path

    @classmethod
    def open(cls, path: Path, setup: Mapping[str, Any]) -> ResultFolder:
        """Make the folder, or go on in one that holds the same search.

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
        described = path / _SETUP
        if described.exists():
            differ = differences(_read_json(described), dict(setup))
            if differ:
                raise InputError(
                    f"{path} holds a search with another set-up: {listed(differ, most=3)}. Choose "
                    "another folder to start anew, or the stored set-up to go on."
                )
            return cls(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"Results cannot be written to {path}: {error}.") from error
        write_json(described, setup)
        return cls(path)

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
        with atomic_path(self._file(start)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                state_names=np.array(part.state_names),
                km_names=np.array(part.km_names),
                lambda_max=part.lambda_max,
                log_km=part.log_km,
                judged=part.judged,
                status=np.array(part.status),
            )

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
        path = self._file(start)
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            return FastestModels(
                state_names=tuple(arrays["state_names"].tolist()),
                km_names=tuple(arrays["km_names"].tolist()),
                lambda_max=arrays["lambda_max"],
                log_km=arrays["log_km"],
                judged=arrays["judged"],
                status=tuple(arrays["status"].tolist()),
            )
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise FileFormatError(
                f"{path} cannot be read as the result of a search ({error}): delete it to have "
                "these states searched again."
            ) from error

    def _file(self, start: int) -> Path:
        return self.path / f"states_{start:06d}.npz"


def digest_of(*arrays: NDArray[Any]) -> str:
    """Return a hash of numbers, for noticing that they changed.

    Parameters
    ----------
    *arrays
        Of any shape.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileFormatError(f"{path} cannot be read as JSON: {error}.") from error
