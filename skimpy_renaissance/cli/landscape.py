"""``landscape``: which of many steady states can be fast, and which concentrations decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from skimpy_renaissance.analyses.writing import write_drawing
from skimpy_renaissance.atomic import atomic_path
from skimpy_renaissance.cli.analysis_command import stoppable
from skimpy_renaissance.cli.console import say, tell, text_table
from skimpy_renaissance.cli.inputs import Inputs, read_inputs, read_states
from skimpy_renaissance.cli.options import with_settings
from skimpy_renaissance.cli.record import RECORD, RESOLVED, Record, claim_folder
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.landscape import (
    Embedding,
    FastestModels,
    Neighbourhood,
    allowed_ranges,
    concentration_rules,
    embed_states,
    fast_states,
    fastest_dynamics,
    fastest_neighbourhood,
    feasibility_ceiling,
    resample_states,
    slowest_neighbourhood,
    write_ranges,
)
from skimpy_renaissance.steady_state import SteadyStates, check_consistency, save_steady_states
from skimpy_renaissance.studies.landscape_drawings import landscape_drawings, rule_drawings

__all__ = ["EXAMPLE", "landscape_command"]

EXAMPLE = (
    "Example: skimpy-renaissance landscape --model kin_varma.yml --states tfa_samples.csv "
    "--concentration-scaling 1e6 --density 1200 --gdw-gww-ratio 0.3 --partition -15 "
    "--output runs/landscape. Without files of your own: skimpy-renaissance landscape --model "
    "e_coli_core --partition -20 --steps 20 --km-min 1e-6 --km-max 0.1 --output runs/landscape"
)

STATES, RULES, RANGES, NEW = "states.csv", "rules.csv", "allowed_ranges.csv", "new_states.npz"
_SEARCH = "search"  # folder of the search, from which it goes on
_FEWEST = 20


@with_settings(
    "model",
    "units",
    "states.file",
    "criterion.partition",
    "generator.km_min",
    "generator.km_max",
    "run.output",
    "run.seed",
    "run.threads",
    "run.processes",
    "run.cluster",
)
def landscape_command(
    given: Given,
    steps: Annotated[
        int, typer.Option("--steps", help="Gradients that the search follows per state.", min=0)
    ] = 50,
    members: Annotated[
        int, typer.Option("--members", help="States of a neighbourhood.", min=2)
    ] = 22,
    resample: Annotated[
        int,
        typer.Option("--resample", help="New states to draw around the fast neighbourhood.", min=0),
    ] = 0,
) -> int:
    """Search the fastest model at each of many steady states; find what fast states have in common.

    The output folder gets states.csv (fastest lambda_max, ceiling, place on the map), rules.csv
    (per metabolite the range of concentrations with fewest fast states, tested on states held out),
    allowed_ranges.csv (what rules leave, mol/L, for pyTFA), figures, run.json and resolved.toml.
    Each piece of the search is kept: the same command goes on where it was stopped.
    """
    inputs, states = _inputs(given)
    settings = inputs.settings
    record = Record("landscape", inputs)
    with limited_to(settings.run.threads):
        kinetics = compile_network(inputs.network)
        folder = claim_folder(record, files=(_SEARCH, STATES, RULES, RANGES, NEW))
        say(
            f"{inputs.network.name}: fastest dynamics at {len(states)} steady states, {steps} "
            f"steps each; fast is below {settings.criterion.partition:g} 1/h."
        )
        with stoppable(record, folder):
            fastest = fastest_dynamics(
                kinetics,
                states,
                steps=steps,
                log_km_range=settings.to_generator().range,
                seed=settings.run.seed,
                threads=settings.run.threads,
                runner=settings.to_runner(),
                folder=folder / _SEARCH,
            )
        results, written = _judge(
            folder, inputs, states, fastest, members=members, n_resampled=resample
        )
    record.write(folder / RECORD, status="complete", results=results)
    say(f"Written to {folder}: {', '.join([*written, RECORD, RESOLVED])}")
    return 0


def _inputs(given: Given) -> tuple[Inputs, SteadyStates]:
    """Return the inputs, at the first consistent state, and all states that are consistent."""
    settings = given.settings()
    settings = replace(settings, states=replace(settings.states, state="0"))
    inputs = read_inputs(settings)
    states, _ = read_states(inputs.settings, inputs.network)
    report = check_consistency(inputs.network, states)
    if not report.passed.all():
        tell(f"{(~report.passed).sum()} of {len(states)} states are left out; check says why.")
    if report.passed.sum() < _FEWEST:
        raise InputError(
            f"A landscape needs {_FEWEST} consistent steady states at least, got "
            f"{report.passed.sum()} of {len(states)}. Sample more of your flux model: "
            "skimpy_renaissance.steady_state.sample_tfa_states draws them from a pyTFA model."
        )
    return inputs, states.select(report.passed_names)


def _judge(
    folder: Path,
    inputs: Inputs,
    states: SteadyStates,
    fastest: FastestModels,
    *,
    members: int,
    n_resampled: int,
) -> tuple[dict[str, object], list[str]]:
    """Write tables and figures; return the main numbers, and names of what was written."""
    network, seed = inputs.network, inputs.settings.run.seed
    partition = inputs.settings.criterion.partition
    known = np.isfinite(fastest.lambda_max)
    if not known.any():
        raise InputError("No spectrum could be computed at any state. Look at them with check.")
    fast = fast_states(fastest.lambda_max, partition)
    embedding = embed_states(network, states, seed=seed)
    ceilings = feasibility_ceiling(network, states)
    table = fastest.to_dataframe().assign(fast=fast, **{"ceiling (1/h)": ceilings.ceiling})
    table["limiting pool"] = list(ceilings.limiting_pool)
    written = [_write(folder / STATES, pd.concat([table, embedding.to_dataframe()], axis=1))]
    near = _neighbourhoods(embedding, fastest, members=min(members, len(states) // 2))
    drawings = landscape_drawings(
        embedding, fastest.lambda_max, partition, fast=near["fast"], slow=near["slow"]
    )
    rows = [
        ("steady states", str(len(states))),
        ("fast", f"{fast.sum()} ({100 * fast.mean():.1f} %)"),
        ("search still improving", str(fastest.status.count("improving"))),
        ("fastest, median, slowest", " ".join(f"{q:.3g}" for q in _spread(fastest)) + " 1/h"),
        *((f"{name} neighbourhood", _spelled(one.range)) for name, one in near.items()),
    ]
    results: dict[str, object] = {
        "states": len(states),
        "fast": int(fast.sum()),
        "judged": int(fastest.judged.sum()),
        "neighbourhoods": {name: list(one.names) for name, one in near.items()},
    }
    try:
        rules = concentration_rules(states, fast, seed=seed)
    except InputError as error:  # all states are fast, or none is
        tell(f"No rules: {error}")
    else:
        written.append(_write(folder / RULES, rules))
        ranges = allowed_ranges(rules, states)
        write_ranges(ranges, folder / RANGES)
        written.append(RANGES)
        drawings |= rule_drawings(states, fastest.lambda_max, partition, rules=rules)
        biased = rules[rules["q_value"] <= 0.05]
        results |= {"rules": int(rules["rule"].sum()), "biased": list(biased.index)}
        rows += [
            ("metabolites with a bias (q <= 0.05)", str(len(biased))),
            ("  with a range of hardly any fast state", str(rules["rule"].sum())),
            ("  ranges that pyTFA can apply", str(len(ranges))),
        ]
    if n_resampled:
        drawn = resample_states(
            network, states, n_resampled, around=near["fast"].names, seed=seed, prefix="new"
        )
        save_steady_states(drawn.states, folder / NEW)
        written.append(NEW)
        rejected = sum(drawn.rejected.values())
        rows.append(("new states, and draws that were none", f"{n_resampled}, {rejected}"))
        results["resampled"] = {"drawn": drawn.drawn, "rejected": dict(drawn.rejected)}
    for name, drawing in drawings.items():
        written += write_drawing(folder, name, drawing)
    say(text_table(rows))
    return results, written


def _neighbourhoods(
    embedding: Embedding, fastest: FastestModels, *, members: int
) -> Mapping[str, Neighbourhood]:
    speed = fastest.lambda_max
    ranked = np.where(np.isfinite(speed), speed, np.nanmax(speed))  # failed ones count as slow
    return {
        "fast": fastest_neighbourhood(embedding, ranked, size=members),
        "slow": slowest_neighbourhood(embedding, ranked, size=members),
    }


def _spread(fastest: FastestModels) -> list[float]:
    return [float(q) for q in np.nanquantile(fastest.lambda_max, [0, 0.5, 1])]


def _spelled(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.3g} to {limits[1]:.3g} 1/h"


def _write(path: Path, table: pd.DataFrame) -> str:
    with atomic_path(path) as temporary:
        table.to_csv(temporary, lineterminator="\n")
    return path.name
