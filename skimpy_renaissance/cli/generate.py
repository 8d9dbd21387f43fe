"""``generate``: from a trained generator to a parameter population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from tqdm import tqdm

from skimpy_renaissance.cli.console import PROBLEMS, say, text_table
from skimpy_renaissance.cli.inputs import bind_state
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.population_file import PopulationFile
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.trained_folder import TrainedFolder, open_trained
from skimpy_renaissance.errors import InputError, OutputError, SamplingError
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.sampling.refreshing import refresh_sets

__all__ = ["EXAMPLE", "generate_command"]

EXAMPLE = (
    "Example: skimpy-renaissance generate runs/a -n 1000. "
    "Of the whole valid region: skimpy-renaissance generate runs/a -n 1000 --refresh 60. "
    "Millions: skimpy-renaissance generate runs/a -n 1000000 --columnar"
)

_BLOCK = 500  # models judged together
_PATIENCE = 100  # models drawn at most, per set wanted
_FEWEST = 20_000  # and in all, where few are wanted


@dataclass
class Tally:
    """What was drawn so far; changed with every block.

    Parameters
    ----------
    valid
        How many were valid.
    lambda_max
        `model`, 1/h, of each block.
    accepted
        Share of the refresh's moves that were accepted, of each block.
    doubts
        What speaks against the refresh being long enough.
    """

    valid: int = 0
    lambda_max: list[NDArray[np.float64]] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)

    @property
    def drawn(self) -> int:
        """How many were drawn."""
        return sum(map(len, self.lambda_max))

    @property
    def median(self) -> float | None:
        """Median lambda_max over all drawn, 1/h; ``None`` where no spectrum is known."""
        known = np.concatenate([block[np.isfinite(block)] for block in self.lambda_max])
        return float(np.median(known)) if len(known) else None


@with_settings("model", "units", "states", "run.threads")
def generate_command(
    given: Given,
    folder: Annotated[
        Path, typer.Argument(help="Folder that train wrote.", metavar="FOLDER", show_default=False)
    ],
    number: Annotated[
        int, typer.Option("--number", "-n", help="Parameter sets wanted.", min=1)
    ] = 1000,
    keep_all: Annotated[
        bool, typer.Option("--all", help="Keep every set that is drawn, valid or not.")
    ] = False,
    columnar: Annotated[
        bool,
        typer.Option(
            "--columnar",
            help="Write a compressed table, for more than about 100 000 sets, instead of "
            "SKiMPy's HDF5 layout.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write, .h5 or .hdf5 (default FOLDER/population.h5).",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Of the draws.", min=0)] = 1,
    refresh: Annotated[
        int,
        typer.Option(
            help="Steps of the refresh move, 0 for none: turns the valid sets into draws of the "
            "whole valid region, one more set judged per step and set (60 is a good start).",
            min=0,
            metavar="STEPS",
        ),
    ] = 0,
    max_draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=f"Models drawn at most (default {_PATIENCE} per set wanted, {_FEWEST} or more).",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Draw complete parameter sets from a trained generator, each judged; valid ones are kept.

    Model, state and units are those of the training; name them again only if files were moved.
    Anything that differs from the training is refused. A record (.json) is written beside the
    population.
    """
    started = perf_counter()
    if refresh and keep_all:
        raise InputError("--refresh starts at valid sets and stays among them: leave out --all.")
    source = open_trained(folder, given)
    path = output or folder / "population.h5"
    record_path = _require_free(path, overwrite=overwrite)
    settings = source.inputs.settings
    run = replace(settings.run, seed=seed, output=path)
    record = Record("generate", replace(source.inputs, settings=replace(settings, run=run)))
    tally = Tally()
    with limited_to(settings.run.threads):
        bound = bind_state(source.inputs)
        source.require_same_problem(bound)
        origin = {
            "sampler": "RENAISSANCE",
            "seed": seed,
            "valid_only": not keep_all,
            "refresh": refresh,
            "identity": source.inputs.identity,
            "training": dict(source.trained.setup),
        }
        blocks = _blocks(
            source,
            bound,
            tally,
            number=number,
            keep_all=keep_all,
            refresh=refresh,
            seed=seed,
            max_draws=max_draws or max(_PATIENCE * number, _FEWEST),
        )
        with PopulationFile(path, columnar=columnar, provenance=origin) as file:
            for block in blocks:
                file.append(block)
    if not len(file):
        raise SamplingError(
            f"None of {tally.drawn} models was valid (below {source.criterion.partition:g} 1/h), "
            "so nothing was written. Train longer, allow more with --max-draws, or keep all with "
            "--all."
        )
    incidence = Proportion(tally.valid, tally.drawn)
    results: dict[str, Any] = {
        "population": path.name,
        "layout": "columnar" if columnar else "SKiMPy",
        "wanted": number,
        "written": len(file),
        "valid_only": not keep_all,
        "incidence": incidence.to_dict(),
        "lambda_max_median": tally.median,
    }
    if refresh:
        accepted = float(np.mean(tally.accepted))
        doubts = list(tally.doubts)
        results["refresh"] = {"steps": refresh, "accepted": accepted, "warnings": doubts}
    record.write(record_path, status="complete", results=results)
    say(
        text_table(
            [
                ("drawn", str(tally.drawn)),
                (f"valid (below {source.criterion.partition:g} 1/h)", str(tally.valid)),
                ("incidence", incidence.in_percent),
                ("  95 % interval", incidence.interval_in_percent),
                ("lambda_max, median of all drawn", f"{tally.median or np.nan:.3g} 1/h"),
                *([("refresh moves accepted", f"{100 * accepted:.0f} %")] if refresh else []),
                ("sets written", str(len(file))),
                ("seconds", f"{perf_counter() - started:.1f}"),
            ]
        )
    )
    for doubt in tally.doubts:
        say(f"Refresh: {doubt}")
    say(f"Written: {path}, {record_path}")
    if len(file) < number:
        say(f"Only {len(file)} of {number} sets were found in {tally.drawn} draws.")
        return PROBLEMS
    return 0


def _blocks(
    source: TrainedFolder,
    bound: BoundKinetics,
    tally: Tally,
    *,
    number: int,
    keep_all: bool,
    refresh: int,
    seed: int,
    max_draws: int,
) -> Iterator[ParameterPopulation]:
    """Yield what is kept, block by block; ``tally`` counts along."""
    missing = number
    with tqdm(total=number, unit="set", disable=None) as bar:
        drawn = source.trained.blocks(_BLOCK, seed=seed, at=bound)
        for number_of_block, log_km in enumerate(drawn, start=1):
            most = max_draws - tally.drawn
            sets = parametrize(bound, log_km[: min(most, missing) if keep_all else most])
            valid = sets.where_valid(source.criterion)  # type: ignore[arg-type] # takes arrays too
            tally.valid += len(valid)
            tally.lambda_max.append(np.asarray(sets.lambda_max))
            kept = (sets if keep_all else valid).select(slice(0, missing))
            if refresh and len(kept):
                block_seed = derived_seeds(seed, number_of_block)[-1]
                kept = _refreshed(source, bound, kept, tally, steps=refresh, seed=block_seed)
            missing -= len(kept)
            bar.update(len(kept))
            yield kept
            if not missing or tally.drawn >= max_draws:
                return


def _refreshed(
    source: TrainedFolder,
    bound: BoundKinetics,
    sets: ParameterPopulation,
    tally: Tally,
    *,
    steps: int,
    seed: int,
) -> ParameterPopulation:
    km = np.exp(sets.log_km(bound.km_names)) * bound.reference.concentration_scaling
    done = refresh_sets(
        source.trained,
        bound,
        km,
        criterion=source.criterion,
        steps=steps,
        seed=seed,
        progress=False,
    )
    tally.accepted += [float(np.mean(done.acceptance))]
    tally.doubts |= dict.fromkeys(done.warnings)
    return parametrize(bound, done.log_km)


def _require_free(path: Path, *, overwrite: bool) -> Path:
    """Return where the record goes, after looking that nothing is replaced unasked."""
    if path.suffix not in (".h5", ".hdf5"):
        raise InputError(f"A population is an HDF5 file, .h5 or .hdf5; got --output {path}.")
    record_path = path.with_suffix(".json")
    for existing in (path, record_path):
        if existing.exists() and not overwrite:
            raise OutputError(
                f"{existing} exists already. Choose another file with --output, or replace it with "
                "--overwrite."
            )
    if not path.parent.is_dir():
        raise OutputError(
            f"Cannot write {path}: the folder {path.parent} does not exist. Create it first, or "
            "choose another one."
        )
    return record_path
