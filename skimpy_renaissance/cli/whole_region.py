"""Draws of the whole valid region for a population file: part by part, told, resumable.

What is done so far lies in a folder beside the file, which is removed when the file is there and
nothing is missing:

.. code-block:: text

    population.h5.unfinished/part_0/rejection.npz
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import typer
from torch import Tensor

from skimpy_renaissance.cli.console import INTERRUPTED, tell
from skimpy_renaissance.cli.trained_folder import TrainedFolder
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import WHOLE
from skimpy_renaissance.priors import seed_stream
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.sampling.refreshing import whole_region
from skimpy_renaissance.valid_region import PosteriorSample, ValidRegionSample
from skimpy_renaissance.valid_region.data import Datum

__all__ = ["Work"]

_AT_ONCE = 10_000  # sets of one part


@dataclass
class Work:
    """What is done of a population; changed as it goes on.

    Parameters
    ----------
    folder
        Where it is kept.
    most
        Sets judged at most for each set wanted, where they are moved.
    worth
        What the sets of each part are worth, in words.
    lacking
        What the sets of each part lack, in words, where they lack something.
    kind
        What the sets are draws of.
    """

    folder: Path
    most: int
    worth: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    kind: str = WHOLE

    @classmethod
    def on(cls, path: Path, *, most: int) -> Work:
        """Return the work on a population file.

        Parameters
        ----------
        path
            The file.
        most
            Sets judged at most for each set wanted.

        Returns
        -------
        Work
        """
        return cls(path.with_name(f"{path.name}.unfinished"), most)

    @property
    def action(self) -> str:
        """What to do where the sets are not enough; empty where they are."""
        if not self.lacking:
            return ""
        return (
            f"To go on from here: the same command with --most {2 * self.most} --overwrite. Until "
            f"then what is done is kept in {self.folder}."
        )

    @contextmanager
    def resumable(self) -> Iterator[None]:
        """Say how to go on where Ctrl-C ends the block; remove the folder where nothing is missing.

        Yields
        ------
        None

        Raises
        ------
        typer.Exit
            With code 130, on Ctrl-C.
        """
        if self._has_parts():
            tell(f"Going on from {self.folder}: what an earlier call drew is taken from there.")
        try:
            yield
        except KeyboardInterrupt as stop:
            how = "Nothing was kept."
            if self._has_parts():
                how = f"Repeat the command to go on from {self.folder}."
            tell(f"Stopped. {how}")
            raise typer.Exit(INTERRUPTED) from stop
        if not self.lacking and self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _has_parts(self) -> bool:
        return any(self.folder.glob("*/*"))

    def blocks(
        self,
        source: TrainedFolder,
        bound: BoundKinetics,
        starts: Tensor,
        *,
        number: int,
        seed: int,
        data: Sequence[Datum] = (),
    ) -> Iterator[ParameterPopulation]:
        """Yield draws of the whole valid region, part by part.

        Parameters
        ----------
        source
            The trained generator, which knows the prior.
        bound
            Kinetics at its state.
        starts
            `model x km`, ln(mol/L): valid sets of the generator.
        number
            Sets wanted.
        seed
            A whole number, 0 or more.
        data
            What sets shall keep to beside validity.

        Yields
        ------
        ParameterPopulation

        Raises
        ------
        InputError
            The folder holds the work on other sets.
        """
        sizes = [min(_AT_ONCE, number - first) for first in range(0, number, _AT_ONCE)]
        for part, (size, part_seed) in enumerate(zip(sizes, seed_stream(seed), strict=False)):
            more = f" {len(sizes)} such parts." if len(sizes) > 1 else ""
            sample = self._sample(
                source,
                bound,
                starts,
                n=size,
                seed=part_seed,
                part=part,
                data=data,
                tell=_silent if part else partial(_tell, more=more),
            )
            self.worth.append(f"{sample.summary} By {sample.method}: {sample.reason}.")
            if not sample.enough:
                self.lacking.append(sample.shortfall)
            population = parametrize(bound, sample)
            self.kind = str(population.provenance["ensemble"])
            yield population

    def _sample(
        self,
        source: TrainedFolder,
        bound: BoundKinetics,
        starts: Tensor,
        *,
        n: int,
        seed: int,
        part: int,
        data: Sequence[Datum],
        tell: Callable[[str], None],
    ) -> ValidRegionSample | PosteriorSample:
        try:
            return whole_region(
                source.trained,
                bound,
                starts,
                criterion=source.criterion,
                n=n,
                seed=seed,
                data=data,
                most=self.most,
                checkpoint=self.folder / f"part_{part}",
                tell=tell,
            )
        except FileFormatError as error:
            raise FileFormatError(f"{error} Or delete {self.folder} to begin anew.") from error
        except InputError as error:
            raise InputError(
                f"{self.folder} holds what another command left unfinished (with another --number, "
                "--seed or generator). Delete it to begin anew, choose another file with --output, "
                "or repeat that command."
            ) from error


def _tell(plan: str, *, more: str) -> None:
    tell(plan + more)


def _silent(_plan: str) -> None:
    """Say nothing: the parts are alike."""
