"""Populations of a trained generator: draws of the whole valid region, or its own narrow ones.

The generator's valid draws start chains where valid models are rare; elsewhere the prior of its
training gives the models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import TrainedGenerator
from skimpy_renaissance.population import Ensemble, ParameterPopulation
from skimpy_renaissance.population.ensemble import NARROW
from skimpy_renaissance.sampling.drawing import BLOCK, collect, draw_valid
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.refreshing import whole_region
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["narrow_population", "valid_starts", "whole_region_population"]

_STARTS = 1000  # valid sets of the generator that may start chains
_DRAWS = 4000  # of the generator, once one of them is valid


def valid_starts(
    trained: TrainedGenerator, bound: BoundKinetics, *, criterion: Validity, n: int, seed: int
) -> Tensor:
    """Draw valid sets of a generator, from which chains may start.

    Parameters
    ----------
    trained
        The generator.
    bound
        Kinetics at the steady state.
    criterion
        When a set counts as valid.
    n
        Sets that will be wanted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    torch.Tensor
        `` `model x km` ``, ln(mol/L): at least one, at most 1,000.

    Raises
    ------
    SamplingError
        None was found.
    """
    kept: list[Tensor] = []
    found = drawn = 0
    source, wanted = trained.blocks(BLOCK, seed=seed, at=bound), min(n, _STARTS)
    for judged in draw_valid(bound, source, criterion, n=wanted):
        kept.append(judged.log_km[judged.valid])
        found, drawn = found + len(kept[-1]), drawn + len(judged)
        if found and drawn >= _DRAWS:
            break
    if not found:
        raise SamplingError(
            f"0 of {drawn} models were valid ({criterion.in_words}): there is no way from this "
            "generator to the valid region. Train longer or relax the criterion; "
            "skimpy-renaissance check shows what the model and its state allow."
        )
    return torch.cat(kept)[:wanted]


def whole_region_population(
    trained: TrainedGenerator,
    bound: BoundKinetics,
    *,
    criterion: Validity,
    n: int,
    seed: int,
    starts: Tensor | None = None,
    checkpoint: Path | None = None,
    progress: bool | None = None,
    tell: Callable[[str], object] | None = None,
) -> ParameterPopulation:
    """Draw parameter sets from the prior of a training, restricted to valid models.

    Parameters
    ----------
    trained
        The generator, which knows its prior.
    bound
        Kinetics at the steady state.
    criterion
        When a set counts as valid.
    n
        Sets wanted.
    seed
        A whole number, 0 or more.
    starts
        `` `model x km` ``, ln(mol/L): valid sets of the generator; ``None`` draws them.
    checkpoint
        Folder in which the work is kept, and resumed from where it stopped.
    progress
        Whether to show the plan and bars; ``None`` shows them on a terminal.
    tell
        Given the plan, a line with its cost, before work starts, instead of stderr.

    Returns
    -------
    ParameterPopulation
        Its provenance says what the sets are worth, and what they lack.

    Raises
    ------
    SamplingError
        The generator has no valid set.
    InputError
        ``checkpoint`` holds another run.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    if starts is None:
        starts = valid_starts(trained, bound, criterion=criterion, n=n, seed=seed)
    sample = whole_region(
        trained,
        bound,
        starts,
        criterion=criterion,
        n=n,
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
        tell=tell,
    )
    origin = _origin(trained, criterion, seed=seed)
    return parametrize(bound, sample, provenance=origin)


def narrow_population(
    trained: TrainedGenerator, bound: BoundKinetics, *, criterion: Validity, n: int, seed: int
) -> ParameterPopulation:
    """Draw a generator's own valid sets: a narrow corner of the valid region, labelled so.

    Parameters
    ----------
    trained
        The generator.
    bound
        Kinetics at the steady state.
    criterion
        When a set counts as valid.
    n
        Sets wanted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    ParameterPopulation

    Raises
    ------
    SamplingError
        Too few models are valid.
    """
    source = trained.blocks(BLOCK, seed=seed, at=bound)
    found = collect(bound, source, criterion, n=n, progress=False)
    origin = _origin(trained, criterion, seed=seed)
    return parametrize(bound, found.log_km, provenance={**origin, **Ensemble(NARROW).to_dict()})


def _origin(trained: TrainedGenerator, criterion: Validity, *, seed: int) -> dict[str, object]:
    return {
        "sampler": "RENAISSANCE",
        "seed": seed,
        "valid_only": True,
        "criterion": asdict(criterion),
        "training": dict(trained.setup),
    }
