r"""A trained generator: weights, the bounds they were trained for, and how they came about.

.. math:: z \sim \mathcal{N}(0, I) \;\to\; \ln K_m

Generating needs no kinetics and no eigenvalues: a million models take seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.display import Shown
from skimpy_renaissance.errors import (
    FileFormatError,
    InputError,
    MissingEntryError,
    OutputError,
    listed,
)
from skimpy_renaissance.learning.across_states import Anchored, anchors_of
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.checkpoint import (
    StoredRun,
    clear_run,
    holds_run,
    read_run,
    write_run,
)
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.histogram_generator import HistogramGenerator
from skimpy_renaissance.learning.history import History
from skimpy_renaissance.learning.optimizer import SearchState
from skimpy_renaissance.learning.outputs import OUTPUTS, Output
from skimpy_renaissance.priors.km_space import KmSpace
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream, seed_stream
from skimpy_renaissance.setups import describe

__all__ = ["TrainedGenerator", "load_generator"]

_BLOCK = 4096  # models that pass the network together; noise is drawn in such blocks


@dataclass(frozen=True, eq=False)
class TrainedGenerator(Shown):
    """A generator with its weights, after training or at one point of it.

    Parameters
    ----------
    generator
        Architecture.
    space
        Names and bounds of the saturation constants.
    state
        Where the search stood: weights, generation.
    history
        One entry per generation up to here.
    snapshots
        Generation to `weight`, of the generations asked for.
    setup
        Description of the training, plain JSON; the caller's provenance is an entry of it.

    Examples
    --------
    >>> nes = sr.NES(generations=1, n_candidates=2, models_per_candidate=5)
    >>> trained = sr.train(bound, criterion=sr.Validity(partition=-1.2), optimizer=nes, seed=1)
    >>> trained
    <TrainedGenerator: 159 constants, NES, valid below -1.2 1/h, ... % valid after 1 generations>
    >>> trained.generate(1000, seed=2).shape
    torch.Size([1000, 159])
    """

    generator: Architecture
    space: KmSpace
    state: SearchState
    history: History
    snapshots: Mapping[int, Tensor] = field(repr=False)
    setup: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        history = self.history
        told = [f"{len(self.km_names)} constants", str(self.setup["optimizer"].get("class"))]
        told += [f"valid below {self.setup['criterion']['partition']:g} 1/h"]
        if len(history):
            share = 100 * float(history.incidence[-1])
            told += [f"{share:.1f} % valid after {len(history)} generations"]
        return f"<TrainedGenerator: {', '.join(told)}>"

    @property
    def km_names(self) -> tuple[str, ...]:
        """Saturation constants, in the order of the `km` axis."""
        return self.space.names

    @property
    def weights(self) -> Tensor:
        """`weight`, float32; of a wide generator float64."""
        return self.state.weights

    @cached_property
    def prior(self) -> Prior:
        """What the generator's spread is to be compared with.

        A wide generator has one. Otherwise ln Km is uniform between its bounds, and a measured Km
        uniform in its range.
        """
        prior = Prior.of_space(self.space)
        if isinstance(self.generator, HistogramGenerator) and self.generator.prior is not None:
            given = self.generator.prior_in(self.space)
            for columns, law in given.laws:
                prior = prior.with_law([given.names[column] for column in columns], law)
        return prior

    @cached_property
    def entropy(self) -> float | None:
        """Nats relative to ``prior``, 0 or less; ``None`` where the density is not known."""
        if not isinstance(self.generator, HistogramGenerator):
            return None
        return self.generator.entropy(self.weights).item()

    @cached_property
    def provenance(self) -> Mapping[str, Any]:
        """What the caller of the training noted."""
        return self.setup.get("provenance", {})

    @property
    def batch(self) -> int | None:
        """Models that passed the output together in training; ``None`` where that is not known."""
        optimizer = self.setup["optimizer"]
        together = optimizer.get("models_per_candidate")
        if together is None and "models" in optimizer:
            together = optimizer["models"] // optimizer.get("minibatches", 1)
        return together

    @torch.no_grad()
    def generate(
        self,
        n: int,
        *,
        seed: int,
        at: Anchored | Tensor | None = None,
        batch: int | None = None,
    ) -> Tensor:
        """Generate saturation constants.

        Under an output that looks at each model alone (``"sigmoid"``), a model depends on its
        seed and place only, up to rounding: the first 10 of 1000 are the 10 of 10.

        Parameters
        ----------
        n
            Number of models, at each state where there are several.
        seed
            A whole number, 0 or more.
        at
            The steady states: kinetics bound to one or many, seen in training or not; or their
            ``log_km_anchors``. A relative generator needs it; another one gives the same models
            at every state. Noise is shared: model :math:`j` of each state comes from the same
            :math:`z_j`.
        batch
            Models that pass the output together. It matters for outputs that look at the whole
            batch (``"batch_minmax"``: the training used ``self.batch``), and for memory. ``None``:
            all ``n``.

        Returns
        -------
        torch.Tensor
            `model x km`, float64, ln(mol/L); with several states `state x model x km`.

        Raises
        ------
        InputError
            ``n``, ``seed``, ``at`` or ``batch`` cannot be used, or ``at`` is missing.
        """
        batch = n if batch is None else batch
        require_whole("n", n)
        require_whole("batch", batch)
        rng = random_stream(seed, purpose="generating")
        values = self.space.lower.new_empty(n, self.space.n_generated)
        uniform = self.space.lower.new_empty(n, self.space.n_measured)
        for start in range(0, n, _BLOCK):
            some, drawn = self._block(rng)
            values[start : start + _BLOCK] = some[: n - start]
            uniform[start : start + _BLOCK] = drawn[: n - start]
        anchors = None if at is None else anchors_of(at).to(values.device)
        if anchors is not None and anchors.shape[-1] != len(self.km_names):
            raise InputError(
                f"at must have {len(self.km_names)} constants, those the generator was trained "
                f"for, got {anchors.shape[-1]}."
            )
        if anchors is None or anchors.ndim == 1:
            return self.space.complete(self._squashed(values, anchors, batch=batch), uniform)
        log_km = values.new_empty(len(anchors), n, len(self.km_names))
        for of_state, anchor in zip(log_km, anchors, strict=True):  # views: filled in place
            squashed = self._squashed(values, anchor, batch=batch)
            of_state.copy_(self.space.complete(squashed, uniform))
        return log_km

    def _squashed(self, values: Tensor, anchor: Tensor | None, *, batch: int) -> Tensor:
        parts = values.split(batch)
        return torch.cat([self.generator.squash(v, self.space, anchors=anchor) for v in parts])

    def blocks(
        self, size: int, *, seed: int, at: Anchored | Tensor | None = None
    ) -> Iterator[Tensor]:
        """Yield blocks of models without end, each from a seed of its own.

        An output that looks at the whole batch sees batches of the size it was trained with.

        Parameters
        ----------
        size
            Models per block.
        seed
            From which the seed of each block is derived; the first blocks do not depend on how
            many are taken.
        at
            The steady states, as for :meth:`generate`.

        Yields
        ------
        torch.Tensor
            `model x km`, float64, ln(mol/L); with several states `state x model x km`.
        """
        for block_seed in seed_stream(seed):
            yield self.generate(size, seed=block_seed, at=at, batch=self.batch)

    def at(self, generation: int) -> TrainedGenerator:
        """Return the generator as it was after a generation whose weights were kept.

        Parameters
        ----------
        generation
            One of ``snapshots``, or the last; 0 is untrained.

        Returns
        -------
        TrainedGenerator

        Raises
        ------
        MissingEntryError
            The weights of that generation were not kept.
        """
        if generation == self.state.generation:
            return self
        if generation not in self.snapshots:
            raise MissingEntryError(
                f"Weights of generation {generation!r} were not kept; there are "
                f"{listed(sorted({*self.snapshots, self.state.generation}))}. Train with "
                f"keep_snapshots=({generation!r},)."
            )
        state = SearchState(
            weights=self.snapshots[generation],
            learning_rate=float(self.history.learning_rate[generation]),  # of the next step
            generation=generation,
        )
        kept = {g: weights for g, weights in self.snapshots.items() if g <= generation}
        return replace(self, state=state, history=self.history.until(generation), snapshots=kept)

    def save(self, folder: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the generator to a folder that :func:`load_generator` reads.

        Parameters
        ----------
        folder
            Made where it is absent.
        overwrite
            Replace a run that the folder already holds.

        Raises
        ------
        OutputError
            The folder holds a run already, or cannot be written to.
        """
        folder = Path(folder)
        if holds_run(folder):
            if not overwrite:
                raise OutputError(
                    f"{folder} already holds a generator or a checkpoint. Choose another folder, "
                    "or pass overwrite=True to replace it; checkpoints need no saving, "
                    "load_generator reads them."
                )
            clear_run(folder)
        write_run(folder, StoredRun(self.setup, self.state, self.history, self.snapshots))

    def _block(self, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        latent = self.generator.draw(_BLOCK, rng=rng, n_km=self.space.n_generated).to(
            self.weights.device
        )
        uniform = self.space.draw(_BLOCK, rng=rng)
        return self.generator.values(self.weights, latent), uniform


def load_generator(
    folder: str | os.PathLike[str], *, output: Output | None = None
) -> TrainedGenerator:
    """Read a generator from a folder, be it saved or a checkpoint, finished or not.

    Parameters
    ----------
    folder
        Written by :meth:`TrainedGenerator.save` or by training with a checkpoint.
    output
        The function that was passed as the generator's output, where it was not one of the
        package's own: functions are stored by name only.

    Returns
    -------
    TrainedGenerator
        On the CPU.

    Raises
    ------
    FileFormatError
        The folder is absent, truncated or something else.
    InputError
        The output function is needed, or is another one.

    Examples
    --------
    >>> trained = sr.train(
    ...     bound,
    ...     criterion=sr.Validity(partition=-1.2),
    ...     optimizer=sr.Gradient(generations=1, models=8),
    ... )
    >>> trained.save("generator")
    >>> again = sr.load_generator("generator")
    >>> bool((again.generate(5, seed=1) == trained.generate(5, seed=1)).all())
    True
    """
    folder = Path(folder)
    run = read_run(folder)
    if run is None:
        raise FileFormatError(
            f"{folder} holds no weights: the training ended before its first checkpoint. "
            "Train again with the same checkpoint folder."
        )
    try:
        km = run.setup["km"]
        measured = set(km["measured"])
        space = KmSpace(
            names=tuple(km["names"]),
            lower=torch.tensor(km["lower"], dtype=torch.float64),
            upper=torch.tensor(km["upper"], dtype=torch.float64),
            measured=torch.tensor([name in measured for name in km["names"]]),
        )
        generator = _architecture(run.setup["generator"], output, folder=folder)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise FileFormatError(
            f"The manifest in {folder} does not describe a generator: {error!r}."
        ) from error
    if run.state.weights.shape != (generator.n_weights(space.n_generated),):
        raise FileFormatError(
            f"{folder} holds {tuple(run.state.weights.shape)} weights, its manifest describes a "
            f"network of {generator.n_weights(space.n_generated)}: files of two runs were mixed."
        )
    return TrainedGenerator(
        generator, space, run.state, run.history, dict(run.snapshots), dict(run.setup)
    )


def _architecture(
    described: Mapping[str, Any], output: Output | None, *, folder: Path
) -> Architecture:
    if described["class"] in ("HistogramGenerator", "Wide"):  # the latter: its older name
        prior = described["prior"]
        return HistogramGenerator(
            described["range"], prior and Prior.from_description(prior), described["slices"]
        )
    sizes = {name: value for name, value in described.items() if name not in ("class", "output")}
    return Generator(output=_output(described["output"], output, folder=folder), **sizes)


def _output(named: str, given: Output | None, *, folder: Path) -> str | Output:
    if given is None and named in OUTPUTS:
        return named
    if given is None or describe(given) != named:
        raise InputError(
            f"The generator in {folder} was trained with the output {named!r}; pass that function "
            f"as output=..., got {given!r}."
        )
    return given
