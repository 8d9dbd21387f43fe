"""What a population says of itself beside the model: the first part of ``check POPULATION``."""

from __future__ import annotations

import numpy as np

from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.errors import listed
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation

__all__ = ["describe_population"]


def describe_population(
    bound: BoundKinetics, population: ParameterPopulation, *, source: str
) -> Findings:
    """Say whether parameter sets are of this model, and each there once.

    Parameters
    ----------
    bound
        Kinetics at the state.
    population
        The parameter sets.
    source
        Where they were read from.

    Returns
    -------
    Findings
    """
    network, names = bound.network, population.names
    note = population.provenance.get("note")
    entries = {
        "parameters": f"{len(names)}",
        "foreign": _foreign(bound, population),
        "made with": note if isinstance(note, str) else "",
    }
    problems = []
    wanted = [n for r in network.reactions for n in r.names.values()]
    unknown = set(network.parameters) - set(network.values) - set(network.boundaries)
    if absent := [n for n in dict.fromkeys(wanted) if n in unknown and n not in set(names)]:
        problems.append(
            f"the sets lack {len(absent)} parameters of the model: {listed(absent)}. Are they of "
            "another version of it?"
        )
    problems += _repeated(population)
    title = f"{len(population)} parameter sets, from {source}"
    return Findings(title, entries, problems=tuple(problems))


def _foreign(bound: BoundKinetics, population: ParameterPopulation) -> str:
    known = {*bound.network.parameters, *bound.network.metabolites}
    names = [name for name in population.names if name not in known]
    return f"{len(names)} that the model does not have: {listed(names)}" if names else ""


def _repeated(population: ParameterPopulation) -> list[str]:
    _, first, counts = np.unique(
        population.values, axis=0, return_index=True, return_counts=True, equal_nan=False
    )
    twice = sorted(int(i) for i in first[counts > 1])
    if not twice:
        return []
    extra = len(population) - len(counts)
    return [
        f"{extra} of {len(population)} sets are copies of others, for example of "
        f"{listed(population.index[i] for i in twice)}; shares count them twice."
    ]
