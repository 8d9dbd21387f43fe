"""A population written as it comes: SKiMPy's HDF5 layout, or the columnar one for millions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from skimpy_renaissance.population import ParameterPopulation, PopulationWriter

__all__ = ["write_population"]


def write_population(
    path: Path,
    blocks: Iterator[ParameterPopulation],
    *,
    columnar: bool,
    provenance: Mapping[str, object],
) -> int:
    """Write blocks of parameter sets to one file, numbered as they come, whole or not at all.

    Parameters
    ----------
    path
        The file; nothing is written if no set comes.
    blocks
        Sets with the same parameters, one or more in each block.
    columnar
        Whether blocks go straight to a columnar file, instead of being kept for SKiMPy's layout.
    provenance
        Plain JSON, stored in the file beside what the blocks say of their origin.

    Returns
    -------
    int
        Number of sets.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    first = next(blocks, None)
    if first is None:
        return 0
    provenance = {**first.provenance, **provenance}
    if not columnar:
        others = list(blocks)
        n_models = len(first) + sum(map(len, others))
        whole = first.concat(*others, index=range(n_models))
        replace(whole, provenance=provenance).save(path)
        return n_models
    n_models = 0
    with PopulationWriter(path, first.names, units=first.units, provenance=provenance) as writer:
        for block in chain([first], blocks):
            n_models += len(block)
            writer.append(block.values, lambda_max=block.lambda_max, lambda_min=block.lambda_min)
    return n_models
