"""``generate``: from a trained generator to a parameter population."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from tqdm import tqdm

from skimpy_renaissance.cli.console import PROBLEMS, say, text_table
from skimpy_renaissance.cli.draws import generated
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.proportion import Proportion
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.trained_folder import TrainedFolder, open_trained
from skimpy_renaissance.errors import InputError, OutputError, SamplingError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation, PopulationWriter
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.spectrum import Validity

__all__ = ["EXAMPLE", "generate_command"]

EXAMPLE = (
    "Example: skimpy-renaissance generate runs/a -n 1000. "
    "Millions: skimpy-renaissance generate runs/a -n 1000000 --columnar"
)

_BLOCK = 500  # models judged together
_PATIENCE = 100  # models drawn at most, per set wanted


@dataclass
class _Kept:
    """What was drawn so far; grows with every block."""

    drawn: int = 0
    valid: int = 0
    lambda_max: list[np.ndarray] | None = None


@with_settings("model", "units", "states", "run.threads")
def generate_command(
    given: Given,
    folder: Annotated[
        Path, typer.Argument(help="Folder that train wrote.", metavar="FOLDER", show_default=False)
    ],
    n: Annotated[int, typer.Option("-n", "--number", help="Parameter sets wanted.", min=1)] = 1000,
    keep_all: Annotated[
        bool, typer.Option("--all", help="Keep every set that is drawn, valid or not.")
    ] = False,
    columnar: Annotated[
        bool,
        typer.Option(
            "--columnar",
            help="Compressed table for millions of sets, instead of SKiMPy's HDF5 layout.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File to write.", show_default="FOLDER/population.h5"
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Of the draws.", min=0)] = 1,
) -> int:
    """Draw complete parameter sets from a trained generator, each judged; valid ones are kept.

    Model, states and units are those of the training; give them again only if files were moved.
    What differs from the training is refused. A record (.json) is written beside the population.
    """
    started = perf_counter()
    path = output or folder / "population.h5"
    record_path = path.with_suffix(".json")
    for existing in (path, record_path):
        if existing.exists() and not overwrite:
            raise OutputError(
                f"{existing} exists. Choose another file with --output, or pass --overwrite."
            )
    source = open_trained(folder, given)
    settings = source.inputs.settings
    with limited_to(settings.run.threads):
        bound = bind_state(source.inputs)
        source.require_same_problem(bound)
        run = replace(settings.run, seed=seed, output=path)
        inputs = replace(source.inputs, settings=replace(settings, run=run))
        record = Record("generate", inputs)
        kept, lambda_max = _generate(
            source, bound, path, n=n, keep_all=keep_all, columnar=columnar, seed=seed
        )
    incidence = Proportion(kept.valid, kept.drawn)
    n_kept = kept.drawn if keep_all else min(kept.valid, n)
    median = float(np.nanmedian(lambda_max)) if np.isfinite(lambda_max).any() else None
    record.write(
        record_path,
        status="complete",
        results={
            "population": path.name,
            "layout": "columnar" if columnar else "SKiMPy",
            "wanted": n,
            "kept": n_kept,
            "all_kept": keep_all,
            "incidence": incidence.to_dict(),
            "lambda_max_median": median,
        },
    )
    rows = [
        ("drawn", str(kept.drawn)),
        (f"valid (below {source.criterion.partition:g} 1/h)", str(kept.valid)),
        ("incidence", incidence.in_percent),
        ("  95 % interval", incidence.interval_in_percent),
        ("lambda_max, median of all drawn", "none" if median is None else f"{median:.3g} 1/h"),
        ("sets written", str(n_kept)),
        ("seconds", f"{perf_counter() - started:.1f}"),
    ]
    say(text_table(rows))
    say(f"Written: {path}, {record_path}")
    if n_kept < n:
        say(f"Only {n_kept} of {n} sets were found in {kept.drawn} draws. Train longer for more.")
        return PROBLEMS
    return 0
