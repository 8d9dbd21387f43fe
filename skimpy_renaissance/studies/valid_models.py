"""What most studies begin with: a generator trained at the reference state, and valid models.

Models are draws of the whole valid region; what is about the generator, or is compared with the
paper's own ensemble, takes the generator's own draws, which are narrow. Generator and draws are
kept in the folder of the run: the second study of a run finds what the first one left.
"""

from __future__ import annotations

from skimpy_renaissance.analyses import Finding, RunContext
from skimpy_renaissance.learning import TrainedGenerator, train
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sampling.ensembles import narrow_population, whole_region_population
from skimpy_renaissance.studies.case import Case

__all__ = ["ensemble_finding", "own_models", "shortfall", "trained_at_reference", "valid_models"]

_PUBLISHED = "a generator's own draws"


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
    case: Case, trained: TrainedGenerator, n: int, *, context: RunContext
) -> ParameterPopulation:
    """Draw models from the whole valid region.

    Parameters
    ----------
    case
        The organism; models are judged at its reference state.
    trained
        Knows the prior; its valid models start chains where such are rare.
    n
        How many.
    context
        Its folder keeps the draws, in ``valid_region_...``, and gives the seed.

    Returns
    -------
    ParameterPopulation
        ``n`` valid sets.

    Raises
    ------
    SamplingError
        The generator has no valid model.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    return whole_region_population(
        trained,
        case.bound,
        criterion=case.criterion,
        n=n,
        seed=context.seed,
        checkpoint=context.folder / f"valid_region_{trained.state.generation}_{n}",
        progress=context.progress,
    )


def own_models(case: Case, trained: TrainedGenerator, n: int, *, seed: int) -> ParameterPopulation:
    """Draw models until enough of them are valid: a narrow ensemble, as the paper's are.

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
    return narrow_population(trained, case.bound, criterion=case.criterion, n=n, seed=seed)


def ensemble_finding(population: ParameterPopulation) -> Finding:
    """Say what the models of a study are, beside those of the paper.

    Parameters
    ----------
    population
        From :func:`valid_models`.

    Returns
    -------
    Finding
    """
    origin = population.provenance
    return Finding("ensemble", _PUBLISHED, str(origin["ensemble"]), "", str(origin["worth"]))


def shortfall(population: ParameterPopulation) -> list[str]:
    """Say what models of the whole valid region lack to be draws of it.

    Parameters
    ----------
    population
        From :func:`valid_models`.

    Returns
    -------
    list of str
        Empty where nothing is missing.
    """
    lacking = population.provenance["lacking"]
    if not isinstance(lacking, list) or not lacking:
        return []
    return [
        "The models are not yet draws of the whole valid region: "
        f"{'; '.join(map(str, lacking))}. Take more of them."
    ]
