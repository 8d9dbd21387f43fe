r"""Two ways to valid models whose measured constants lie in their ranges.

=================  =================================================================================
``WholeRegion``    draws of the prior, measured constants from their ranges, restricted to valid
                   models: what validity and the data say of all others, and nothing else
``Training``       a generator is trained for the others, as in the paper; its models are valid, and
                   lie in a corner of the valid region that is up to the seed
=================  =================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from typing import Any, ClassVar

import torch

from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import NES, Architecture, Generator, Optimizer, train
from skimpy_renaissance.learning.rewards import RewardFunction
from skimpy_renaissance.priors import KmSpace, Prior, derived_seeds
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE
from skimpy_renaissance.sampling import BLOCK, collect
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.valid_region import sample_valid_region
from skimpy_renaissance.valid_region.pilot import look

__all__ = ["Training", "ValidModels", "WholeRegion"]

_CHECKPOINT = "generator"
_RAREST = log(1 / 5000)  # share of valid draws from which independent ones are waited for


@dataclass(frozen=True, eq=False)
class ValidModels:
    """Valid models, and how they were found.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L).
    n_drawn
        Models that were judged.
    incidence
        Share of what was drawn from that is valid, 0 to 1: the prior, or a trained generator.
    sampler
        Name of the way, for the record.
    worth
        How many independent models they are worth for the slowest constant; ``None`` where that
        is not known.
    """

    log_km: torch.Tensor
    n_drawn: int
    incidence: float
    sampler: str
    worth: float | None = None


@dataclass(frozen=True)
class WholeRegion:
    """Draw from the prior, restricted to valid models.

    Independent draws where the first draws of the prior promise one valid model in 5,000, dearer
    than what is moved but made for comparisons; else by tempering.

    Parameters
    ----------
    criterion
        When a model is valid.
    range
        Lower and upper, ln(mol/L), of constants without bounds.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import WholeRegion, integrate
    >>> way = WholeRegion(sr.Validity(partition=-1.2))
    >>> found = integrate(bound, folder="whole_region", n_models=5, way=way)
    >>> found.n_drawn, found.incidence
    (500, 0.052)
    """

    key: ClassVar[str] = "valid_region"

    criterion: Validity = field(default_factory=Validity)
    range: tuple[float, float] = DEFAULT_LOG_KM_RANGE

    def find(
        self,
        bound: BoundKinetics,
        ranges: Mapping[str, tuple[float, float]],
        *,
        n: int,
        seed: int,
        folder: Path,
        progress: bool | None,
        provenance: Mapping[str, Any] | None,
    ) -> ValidModels:
        """Return valid models; see :func:`~skimpy_renaissance.kinetic_data.integration.integrate`.

        Parameters
        ----------
        bound, ranges, n, seed, folder, progress, provenance
            As there.

        Returns
        -------
        ValidModels
        """
        del provenance
        names, bounds = bound.km_names, bound.log_km_bounds
        space = KmSpace.of(names, bounds, default_range=self.range, measured=ranges)
        prior = Prior.of_space(space)
        share = look(bound, prior, self.criterion, seed=seed).log_share
        found = sample_valid_region(
            bound,
            prior,
            criterion=self.criterion,
            n=n,
            seed=seed,
            method="rejection" if share > _RAREST else None,
            checkpoint=folder / "valid_region",
            progress=progress,
        )
        volume = found.log_volume
        return ValidModels(
            found.log_km,
            found.judged,
            exp(volume) if volume is not None else float("nan"),
            "valid region",
            float(found.effective_km.min()),
        )


@dataclass(frozen=True)
class Training:
    """Train a generator, and draw from it.

    Parameters
    ----------
    criterion
        When a model is valid.
    generator
        Architecture.
    optimizer
        How its weights are found.
    reward
        ``None`` for the optimiser's own.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import Training, integrate
    >>> generator, optimizer = sr.Generator(hidden=(8,)), sr.NES(generations=2, n_candidates=4)
    >>> way = Training(sr.Validity(partition=-1.2), generator, optimizer)
    >>> found = integrate(bound, folder="training", n_models=5, way=way)
    >>> len(found.population)
    5
    """

    key: ClassVar[str] = "training"

    criterion: Validity = field(default_factory=Validity)
    generator: Architecture = field(default_factory=Generator)
    optimizer: Optimizer = field(default_factory=NES)
    reward: RewardFunction | None = None

    def find(
        self,
        bound: BoundKinetics,
        ranges: Mapping[str, tuple[float, float]],
        *,
        n: int,
        seed: int,
        folder: Path,
        progress: bool | None,
        provenance: Mapping[str, Any] | None,
    ) -> ValidModels:
        """Return valid models; see :func:`~skimpy_renaissance.kinetic_data.integration.integrate`.

        Parameters
        ----------
        bound, ranges, n, seed, folder, progress, provenance
            As there.

        Returns
        -------
        ValidModels
        """
        seed_of_training, seed_of_drawing = derived_seeds(seed, 2)
        trained = train(
            bound,
            criterion=self.criterion,
            optimizer=self.optimizer,
            generator=self.generator,
            reward=self.reward,
            seed=seed_of_training,
            measured=ranges,
            checkpoint=folder / _CHECKPOINT,
            progress=progress,
            provenance=provenance,
        )
        source = trained.blocks(BLOCK, seed=seed_of_drawing, at=bound)
        found = collect(bound, source, self.criterion, n=n, progress=False)
        return ValidModels(found.log_km, found.drawn, n / found.drawn, "RENAISSANCE")
