"""What most studies begin with: a generator trained at the reference state, and its valid models.

Both are kept in the folder of the run: the second study of a run finds what the first one left.
"""

from __future__ import annotations

from skimpy_renaissance.analyses import RunContext
from skimpy_renaissance.learning import TrainedGenerator, train
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sampling import BLOCK, collect, parametrize
from skimpy_renaissance.studies.case import Case

__all__ = ["trained_at_reference", "valid_models"]


def trained_at_reference(
    case: Case, context: RunContext, *, generations: int | None = None
) -> TrainedGenerator:
    """Train a generator at the reference state, or resume its training.

    Parameters
    ----------
    case
        The organism.
    context
        The generator is kept in its folder, in ``generator``.
    generations
        Where not as many as the case's optimiser takes.

    Returns
    -------
    TrainedGenerator
        Weights are kept for every fifth generation, the untrained ones included.

    Raises
    ------
    InputError
        The folder of the context holds a generator with another set-up.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    optimizer = case.optimizer_over(generations)
    return train(
        case.bound,
        criterion=case.criterion,
        optimizer=optimizer,
        reward=case.reward,
        generator=case.generator,
        seed=context.seed,
        checkpoint=context.folder / f"generator_{optimizer.generations}",
        keep_snapshots=range(0, optimizer.generations + 1, 5),
        progress=context.progress,
        provenance={"state": case.reference, "units": case.units.to_dict()},
    )


def valid_models(
    case: Case, trained: TrainedGenerator, n: int, *, seed: int
) -> ParameterPopulation:
    """Draw models until enough of them are valid.

    Parameters
    ----------
    case
        The organism; models are judged at its reference state.
    trained
        Where the models come from.
    n
        How many valid ones.
    seed
        Seed of the random draws.

    Returns
    -------
    ParameterPopulation
        ``n`` valid sets.

    Raises
    ------
    SamplingError
        Too few models are valid.
    """
    source = trained.blocks(BLOCK, seed=seed, at=case.bound)
    found = collect(case.bound, source, case.criterion, n=n, progress=False)
    origin = {"sampler": "RENAISSANCE", "seed": seed, "valid_only": True, "training": trained.setup}
    return parametrize(case.bound, found.log_km, provenance=origin)
