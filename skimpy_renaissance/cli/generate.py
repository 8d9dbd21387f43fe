"""``generate``: from a trained generator to a parameter population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import torch
import typer

from skimpy_renaissance.cli.console import PROBLEMS, say, text_table
from skimpy_renaissance.cli.inputs import bind_state, default_partition_note
from skimpy_renaissance.cli.options import file_option, number_option, with_settings
from skimpy_renaissance.cli.population_file import write_population
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.requirements import hard_limits
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.trained_folder import TrainedFolder, open_trained
from skimpy_renaissance.cli.whole_region import Work
from skimpy_renaissance.cli.writable import population_place
from skimpy_renaissance.errors import SamplingError, listed
from skimpy_renaissance.kinetics import BoundKinetics
from skimpy_renaissance.learning import Judged
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.population.ensemble import NARROW, Ensemble
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.requirements import Requirement
from skimpy_renaissance.sampling import BLOCK, draw_valid, parametrize
from skimpy_renaissance.sampling.drawing import AT_LEAST, PER_VALID
from skimpy_renaissance.sampling.nothing_found import ended_without
from skimpy_renaissance.sampling.refreshing import beyond_validity
from skimpy_renaissance.valid_region import report_coverage
from skimpy_renaissance.valid_region.sampling import MOST_JUDGED

__all__ = ["EXAMPLE", "generate_command"]

EXAMPLE = (
    "Example: skimpy-renaissance generate runs/a -n 1000. "
    "The generator's own draws: skimpy-renaissance generate runs/a -n 1000 --raw. "
    "Millions: skimpy-renaissance generate runs/a -n 1000000 --raw --columnar"
)

_STARTS = 1000  # valid sets of the generator that may start chains
_SAMPLE = 2000  # sets that tell how wide an ensemble is


@dataclass
class Tally:
    """What was drawn so far; changed with every block.

    Parameters
    ----------
    valid
        How many were valid.
    lambda_max
        `model`, 1/h, of each block.
    sample
        The first valid sets that are kept, in blocks: what the ensemble covers is told by them.
    """

    valid: int = 0
    lambda_max: list[torch.Tensor] = field(default_factory=list)
    sample: list[torch.Tensor] = field(default_factory=list)

    def count(self, judged: Judged) -> None:
        """Take one more block into account."""
        self.valid += int(judged.valid.sum())
        self.lambda_max.append(judged.lambda_max)

    def keep(self, log_km: torch.Tensor) -> None:
        """Remember valid sets, `model x km`, ln(mol/L), up to what tells how wide they are."""
        missing = _SAMPLE - sum(map(len, self.sample))
        self.sample.append(log_km[:missing].detach().cpu())

    @property
    def drawn(self) -> int:
        """How many were drawn."""
        return sum(map(len, self.lambda_max))

    @property
    def median(self) -> float | None:
        """Median lambda_max over all drawn, 1/h; ``None`` where no spectrum is known."""
        known = torch.cat([block[block.isfinite()] for block in self.lambda_max]).cpu().numpy()
        return float(np.median(known)) if len(known) else None


@with_settings("model", "units", "states", "run.threads")
def generate_command(
    given: Given,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder that train or demo wrote.", metavar="FOLDER", show_default=False
        ),
    ],
    number: Annotated[int, number_option("Number of parameter sets wanted.")] = 1000,
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
        Path | None, file_option("File to write, .h5 or .hdf5 (default FOLDER/population.h5).")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the random draws.", min=0)] = 1,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help="Keep the generator's own valid draws: fast, and a narrow corner of the valid "
            "region. Without it, sets are draws of the whole region.",
        ),
    ] = False,
    most: Annotated[
        int,
        typer.Option(
            min=1,
            help="Models judged at most for each set wanted, where sets of the whole region are "
            "reached by moves.",
        ),
    ] = MOST_JUDGED,
    max_draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Models drawn from the generator at most before giving up (default "
            f"{PER_VALID} for each set wanted, {AT_LEAST} or more in all; {BLOCK} where the "
            "training ended without a valid model).",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Draw valid parameter sets: of the whole valid region, or of a generator's corner of it.

    The region is the prior of the training restricted to valid models; it is reached by what costs
    least, from the generator's valid sets where these are needed. Requirements of the run file that
    the generator was trained for are demanded of the sets, too. What the region will cost is told
    first. Repeat the command to resume after Ctrl-C: what is done is kept beside the output, in
    FILE.unfinished.

    Model, state and units are those of the training; name them again only if files were moved.
    Anything that differs from the training is refused. A record (.json) is written beside the
    population.
    """
    started = perf_counter()
    source = open_trained(folder, given)
    beyond = beyond_validity(source.trained)
    limits = hard_limits(source.inputs) if beyond and not (raw or keep_all) else ()
    own_only = bool(beyond) and not limits and not (raw or keep_all)
    raw |= keep_all or own_only
    path = output or folder / "population.h5"
    settings = source.inputs.settings
    run = replace(settings.run, seed=seed, output=path)
    record = Record("generate", replace(source.inputs, settings=replace(settings, run=run)))
    tally, work = Tally(), Work.on(path, most=most)
    with (
        population_place(path, overwrite=overwrite) as record_path,
        limited_to(settings.run.threads),
        work.resumable(),
    ):
        bound = bind_state(source.inputs)
        source.require_same_problem(bound)
        origin = {
            "sampler": "RENAISSANCE",
            "seed": seed,
            "valid_only": not keep_all,
            **(Ensemble(NARROW).to_dict() if raw else {}),
            "identity": source.inputs.identity,
            "training": dict(source.trained.setup),
        }
        if note := default_partition_note(source.inputs):
            origin["note"] = note
        blocks = _blocks(
            source,
            bound,
            tally,
            None if raw else work,
            number=number,
            keep_all=keep_all,
            seed=seed,
            max_draws=max_draws,
            limits=limits,
        )
        written = write_population(path, blocks, columnar=columnar, provenance=origin)
        if not written:
            ended = ended_without(source.trained.history)
            raise SamplingError(
                f"None of {tally.drawn} models was valid ({source.criterion.in_words})"
                f"{', as none was when the training ended' if ended else ''}; nothing was written. "
                "Train longer or with a slower --partition (skimpy-renaissance check tells what "
                "the state allows), allow more with --max-draws, or keep all with --all."
            )
        incidence = Proportion(tally.valid, tally.drawn)
        results: dict[str, Any] = {
            "population": path.name,
            "layout": "columnar" if columnar else "SKiMPy",
            "wanted": number,
            "written": written,
            "valid_only": not keep_all,
            "incidence": incidence.to_dict(),
            "lambda_max_median": tally.median,
        }
        if own_only:
            told = [_own_only(beyond)]
        elif raw:
            told = [_coverage(source, bound, tally, command=f"{folder} -n {number}")]
        else:
            told = [*work.worth, *work.lacking]
        kind = NARROW if raw else work.kind
        results["ensemble"] = {"is": kind, "worth": told}
        record.write(record_path, status="complete", results=results)
    say(
        text_table(
            [
                ("drawn from the generator", str(tally.drawn)),
                (f"valid ({source.criterion.in_words})", str(tally.valid)),
                ("incidence", incidence.in_percent),
                ("  95 % interval", incidence.interval_in_percent),
                ("lambda_max, median of all drawn", f"{tally.median or np.nan:.3g} 1/h"),
                ("sets written", str(written)),
                ("seconds", f"{perf_counter() - started:.1f}"),
            ]
        )
    )
    say(f"Ensemble: {kind}.")
    for sentence in filter(None, [*told, work.action]):
        say(sentence)
    if "note" in origin:
        say(f"Note: {origin['note']}")
    say(f"Written: {path}, {record_path}")
    if not columnar:
        say(f"Next: skimpy-renaissance report {path}")
    if written < number:
        say(f"Only {written} of {number} sets were found in {tally.drawn} draws.")
    return PROBLEMS if written < number or work.lacking else 0


def _blocks(
    source: TrainedFolder,
    bound: BoundKinetics,
    tally: Tally,
    work: Work | None,
    *,
    number: int,
    keep_all: bool,
    seed: int,
    max_draws: int | None,
    limits: Sequence[Requirement],
) -> Iterator[ParameterPopulation]:
    """Yield what is kept, block by block; ``tally`` counts along.

    Without ``work`` on the whole valid region, that is what the generator draws.
    """
    if keep_all:
        max_draws = min(number, max_draws or number)
    elif max_draws is None and ended_without(source.trained.history):
        max_draws = BLOCK
    raw = work is None
    missing = number if raw else min(number, _STARTS)
    models, starts = source.trained.blocks(BLOCK, seed=seed, at=bound), []
    drawn = draw_valid(
        bound, models, source.criterion, n=missing, max_draws=max_draws, spectra=True
    )
    with progress_bar(missing, progress=None, unit="set" if raw else "start") as bar:
        for judged in drawn:
            tally.count(judged)
            kept = (judged if keep_all else judged[judged.valid])[:missing]
            missing -= len(kept)
            bar.update(len(kept))
            if not raw:
                starts.append(kept.log_km)
            elif len(kept):
                tally.keep(kept.log_km[kept.valid])
                yield parametrize(bound, kept.log_km, eigenvalues=kept.eigenvalues)
    if work is not None and tally.valid:
        yield from work.blocks(
            source, bound, torch.cat(starts), number=number, seed=seed, data=limits
        )


def _own_only(beyond: Sequence[str]) -> str:
    """Say why the sets are the generator's own where the whole region was not declined."""
    return (
        f"The generator was trained for more than validity ({listed(beyond)}), which the run file "
        "does not declare, or which takes a simulation: these are its own draws, valid, narrow, "
        "and not held to the rest. In Python, sample_posterior(data=[...]) draws from all models "
        "that keep to it."
    )


def _coverage(source: TrainedFolder, bound: BoundKinetics, tally: Tally, *, command: str) -> str:
    """Say in words whether the sets are those of a corner of the valid region."""
    log_km = torch.cat(tally.sample)
    valid = torch.ones(len(log_km), dtype=torch.bool)
    unknown = torch.full((len(log_km),), torch.nan, dtype=torch.float64)
    models = Judged(log_km, unknown, source.criterion, bound, decided=valid)
    found = report_coverage(bound, {"sets": models}, source.trained.prior)
    return found.in_words(
        "sets",
        whole_region=f"skimpy-renaissance generate {command} -o whole_region.h5",
        judged=Proportion(tally.valid, tally.drawn),
    )
