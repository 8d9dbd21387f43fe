"""A folder with a trained generator, and whether it belongs to the inputs at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from skimpy_renaissance.cli.differing_inputs import differing_inputs
from skimpy_renaissance.cli.inputs import Inputs, read_inputs
from skimpy_renaissance.cli.record import RESOLVED
from skimpy_renaissance.cli.run_file import Given, with_run_file
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator, load_generator
from skimpy_renaissance.spectrum import Validity

__all__ = ["TrainedFolder", "open_trained"]


@dataclass(frozen=True, eq=False)
class TrainedFolder:
    """A trained generator with the inputs it was trained on.

    Parameters
    ----------
    folder
        Where it lies.
    trained
        The generator.
    inputs
        Kinetic model, state and settings.
    """

    folder: Path
    trained: TrainedGenerator
    inputs: Inputs

    @property
    def criterion(self) -> Validity:
        """When a model was valid in training."""
        stored = self.trained.setup["criterion"]
        return Validity(stored["partition"], stored["fastest"], allow_unstable=True)

    def require_same_problem(self, bound: BoundKinetics) -> None:
        """Raise unless the generator was trained on these inputs.

        Parameters
        ----------
        bound
            Kinetics at the state of the inputs.

        Raises
        ------
        InputError
            Names what differs.
        """
        stored = self.trained.provenance
        now = self.inputs.identity_as_in(stored)
        differ = differing_inputs(stored, now)
        if not differ and self.trained.km_names != bound.km_names:
            differ = ["names of the unknown Km"]
        if not differ and self._probe(bound) != self.trained.setup["lambda_max_at_middle"]:
            differ = ["kinetics: the same Km have another lambda_max"]
        if differ:
            raise InputError(
                f"The generator in {self.folder} was trained on other inputs. What differs: "
                f"{'; '.join(differ)}. Give the inputs of the training (--model, --states, "
                "--state, units), or train again on the new ones."
            )

    def _probe(self, bound: BoundKinetics) -> str:
        middle = (self.trained.space.lower + self.trained.space.upper) / 2
        with torch.no_grad():
            return f"{bound.lambda_max(middle[None]).item():.4e}"


def open_trained(folder: Path, given: Given) -> TrainedFolder:
    """Read a trained generator and the inputs that its run file, or the command line, names.

    Parameters
    ----------
    folder
        Written by ``train`` or ``demo``.
    given
        Settings that replace those of the run file.

    Returns
    -------
    TrainedFolder

    Raises
    ------
    FileFormatError
        The folder holds no generator.
    InputError
        The inputs cannot be used.
    """
    if not folder.is_dir():
        raise FileFormatError(
            f"There is no folder {str(folder)!r}. Name one that train or demo wrote."
        )
    if not (folder / "manifest.json").exists() and (folder / "generator").is_dir():
        folder = folder / "generator"  # of a demo
    if not (folder / "manifest.json").exists() and (folder / "repeat_0").is_dir():
        raise FileFormatError(
            f"{folder} holds no generator itself, but its sub-folders do: name one of them, for "
            f"example {folder / 'repeat_0'}."
        )
    trained = load_generator(folder)
    base = Settings()
    for place in (folder, folder.parent):
        if (place / RESOLVED).is_file():
            base = with_run_file(base, place / RESOLVED)
            break
    return TrainedFolder(folder, trained, read_inputs(given.settings(base)))
