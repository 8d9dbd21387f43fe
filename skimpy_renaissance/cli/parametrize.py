"""``parametrize``: Michaelis constants from a file, completed to whole parameter sets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from skimpy_renaissance.cli.console import PROBLEMS, say, text_table
from skimpy_renaissance.cli.inputs import read_inputs
from skimpy_renaissance.cli.options import file_option, with_settings
from skimpy_renaissance.cli.record import Record
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.cli.writable import population_place
from skimpy_renaissance.errors import FileFormatError, InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.learning import judge
from skimpy_renaissance.network import free_constants
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.sampling import parametrize
from skimpy_renaissance.sampling.km_tables import KM_SCALES, log_km_from_table, read_km_table

__all__ = ["EXAMPLE", "parametrize_command"]

EXAMPLE = (
    "Example: skimpy-renaissance parametrize km.npy --names km_names.txt --model model.yml "
    "--states tfa_samples.csv --state 0 --concentration-scaling 1e6 --density 1200 "
    "--gdw-gww-ratio 0.3 -o population.h5"
)


@with_settings("model", "units", "states", "criterion", "run.threads")
def parametrize_command(
    given: Given,
    km: Annotated[
        Path,
        typer.Argument(
            help="Michaelis constants: .npy of set x constant, or a table (CSV, Excel) with a "
            "column per constant.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    names: Annotated[
        Path | None,
        typer.Option(
            help="Names of an array's columns, one a line (default: the constants without a "
            "value).",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    scale: Annotated[
        str, typer.Option(help=f"What the numbers are: {', '.join(KM_SCALES)}.", metavar="SCALE")
    ] = "scaled",
    valid_only: Annotated[bool, typer.Option("--valid-only", help="Keep valid sets only.")] = False,
    output: Annotated[
        Path | None, file_option("File to write, .h5 or .hdf5 (default: FILE with .h5).")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
) -> int:
    """Make whole parameter sets of Michaelis constants: capacities, equilibrium constants, spectra.

    Constants of the file take the place of values that the kinetic model gives them. Numbers are
    concentrations as SKiMPy holds them unless --scale says otherwise.
    """
    if scale not in KM_SCALES:
        raise InputError(f"--scale must be one of {', '.join(KM_SCALES)}, got {scale!r}.")
    if km.suffix in (".h5", ".hdf5"):
        raise InputError(
            f"{km} is a population, whose sets are whole already. Name a table of Michaelis "
            "constants (CSV, Excel) or an array (.npy)."
        )
    path = output or km.with_suffix(".h5")
    inputs = read_inputs(given.settings())
    columns = inputs.network.km_names if names is None else _lines(names)
    table = read_km_table(km, names=columns)
    constants = [name for name in table.columns if name in inputs.network.hooks]
    inputs = replace(inputs, network=free_constants(inputs.network, constants))
    inputs = inputs.with_files({"km": km})
    settings = inputs.settings
    with (
        population_place(path, overwrite=overwrite) as record_path,
        limited_to(settings.run.threads),
    ):
        bound = compile_network(inputs.network).at(inputs.state, threads=settings.run.threads)
        log_km = log_km_from_table(bound, table, scale=scale)
        judged = judge(bound, log_km, settings.to_criterion(), whole=True)
        stable = Proportion(int((judged.lambda_max < 0).sum()), len(judged))
        kept = judged[judged.valid] if valid_only else judged
        if not len(kept):
            raise InputError(
                f"None of the {len(judged)} sets is valid ({judged.criterion.in_words}); nothing "
                "was written. Leave out --valid-only, or relax --partition."
            )
        origin = {"source": km.name, "scale": scale, "valid_only": valid_only}
        population = parametrize(
            bound,
            kept.log_km,
            eigenvalues=kept.eigenvalues,
            provenance={**origin, "identity": inputs.identity},
        )
        population.save(path)
        results = {**origin, "stable": stable.to_dict(), "valid": judged.proportion.to_dict()}
        record = Record("parametrize", inputs)
        record.write(
            record_path, status="complete", results={**results, "written": len(population)}
        )
    say(
        text_table(
            [
                ("sets", str(len(judged))),
                ("stable", stable.in_percent),
                (f"valid ({judged.criterion.in_words})", judged.proportion.in_percent),
                ("lambda_max, median", f"{judged.median:.3g} 1/h"),
                ("sets written", str(len(population))),
            ]
        )
    )
    say(
        f"Ensemble: {km.name} does not say what its sets are draws of. A generator's own are a "
        "narrow corner of the valid region; skimpy-renaissance generate draws from all of it."
    )
    say(f"Written: {path}, {record_path}")
    failed = int(judged.lambda_max.isnan().sum())
    if failed:
        say(f"{failed} of {len(judged)} sets have a Jacobian without eigenvalues.")
        return PROBLEMS
    return 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path} cannot be read as names, one a line: {error}.") from error
