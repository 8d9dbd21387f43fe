"""Parts that the reports on a training and on a population share: models, inputs, a push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

from scipy import stats

from skimpy_renaissance.analyses import AnalysisResult, Drawing, RunContext
from skimpy_renaissance.analyses.robustness import RobustnessOptions, analyse_robustness
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.inputs import Inputs
from skimpy_renaissance.cli.model_report import describe_model
from skimpy_renaissance.cli.state_report import describe_state
from skimpy_renaissance.kinetics import BoundKinetics, compile_network
from skimpy_renaissance.population import ParameterPopulation, ensemble_of
from skimpy_renaissance.report import Block, Folded, Lines, Picture, Section, Table, Text, Warn
from skimpy_renaissance.report.analysis import result_blocks
from skimpy_renaissance.report.decay import LAMBDA_MAX_IN_WORDS, demand_in_words
from skimpy_renaissance.report.verdict import Outcome, verdict
from skimpy_renaissance.spectrum.time_scales import settling_time
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["SPREAD", "background", "opening", "pushed", "restricted", "spread_blocks"]

SPREAD = (
    "About two thirds of the models lie within the factor of the median; the last column is 100 % "
    "where validity leaves a constant anywhere between its bounds."
)

_OF_SPREAD = 0.2  # (kurtosis - 1) / 4 of a uniform ln Km: variance of its spread, times models
_NO_FILE = " (implausible.csv)"  # which the command robustness writes
_UNITS = {
    "concentration_scaling": "per mol/L",
    "density": "g wet weight/L",
    "gdw_gww_ratio": "g dry/g wet weight",
    "time_scaling": "per h",
    "temperature": "K",
}


def opening(outcome: Outcome, picture: Drawing, sections: Sequence[Section]) -> Section:
    """Return the section that a page opens with.

    Parameters
    ----------
    outcome
        What was found.
    picture
        The slowest modes in minutes.
    sections
        Of the page, below: where they have cautions is told.

    Returns
    -------
    Section
    """
    how_many, kind, *points = verdict(outcome)
    meaning = Text(f"{LAMBDA_MAX_IN_WORDS} {demand_in_words(outcome.partition)}")
    shown = Picture.of_figure(picture.figure(), picture.caption)
    blocks: list[Block] = [how_many, kind, meaning, shown, *points]
    places = [(one.title, _marked(one.blocks)) for one in sections]
    if told := [f"{title} ({n})" for title, n in places if n]:
        blocks.append(Text(f"Read the cautions before you believe the numbers: {', '.join(told)}."))
    return Section("In short", blocks)


def restricted(n_km: int, worth: float) -> str:
    """Return the caption of the constants that validity restricts most.

    Parameters
    ----------
    n_km
        Constants of a model.
    worth
        Independent models.

    Returns
    -------
    str
    """
    least = 1 - sqrt(_OF_SPREAD / worth) * stats.norm.isf(1 / (n_km + 1))
    return (
        "Constants that vary least among models of the whole valid region: what validity "
        f"restricts, one by one. {SPREAD} Of {n_km} constants that validity does not touch, chance "
        f"alone would bring one to {100 * least:.0f} %."
    )


def spread_blocks(spread: AnalysisResult, *, caption: str) -> list[Block]:
    """Return what is known of Michaelis constants: the figure first, the table folded.

    Parameters
    ----------
    spread
        Of :func:`~skimpy_renaissance.analyses.constants.km_spread`.
    caption
        Below the table.

    Returns
    -------
    list
    """
    blocks = result_blocks(spread, caption=caption)
    tables = [one for one in blocks if isinstance(one, Table)]
    others = [one for one in blocks if not isinstance(one, Table)]
    return [*others, Folded("The constants that vary least", tables)]


def _marked(blocks: Sequence[Block]) -> int:
    inner = (_marked(one.blocks) for one in blocks if isinstance(one, Folded))
    return sum(isinstance(one, Warn) for one in blocks) + sum(inner)


def background(inputs: Inputs, *remarks: str) -> Section:
    """Return the section on kinetic model, steady state, files and units, folded.

    Parameters
    ----------
    inputs
        Kinetic model and steady state.
    *remarks
        Sentences below the units.

    Returns
    -------
    Section
    """
    network, units = inputs.network, inputs.units
    model = describe_model(compile_network(network), source=inputs.input_files["model"].path)
    states = SteadyStates.stack([inputs.state])
    state = describe_state(network, states, inputs.state, settings=inputs.settings)
    files = [(role, one.path, one.sha256[:16]) for role, one in inputs.input_files.items()]
    kept = [
        (one.name.replace("_", " "), _number(getattr(units, one.name)), _UNITS.get(one.name, ""))
        for one in fields(units)
    ]
    told = Text(
        f"{len(network.reactions)} reactions, {len(network.variables)} metabolites that vary, "
        f"{len(network.km_names)} unknown Michaelis constants (Km), at the steady state "
        f"{inputs.state.name}."
    )
    return Section(
        "Kinetic model, steady state, units",
        [
            told,
            *(Warn(problem) for part in (model, state) for problem in part.problems),
            _folded(model),
            _folded(state),
            Folded(
                "Files and units",
                [
                    Table(("file", "read from", "sha256, first 16 digits"), files),
                    Table(("scale", "value", "unit"), kept, "What every number here rests on."),
                    *map(Text, remarks),
                ],
            ),
        ],
    )


def _folded(part: Findings) -> Folded:
    blocks: list[Block] = [Table((), [one for one in part.entries.items() if one[1]])]
    return Folded(part.title, [*blocks, Lines(part.table)] if part.table else blocks)


def _number(value: object) -> str:
    return f"{value:,g}" if isinstance(value, int | float) else str(value)


def pushed(
    bound: BoundKinetics,
    population: ParameterPopulation,
    *,
    partition: float,
    models: str,
    seed: int,
    threads: int | None,
) -> Section:
    """Push models and follow them for five time constants at the partition.

    Parameters
    ----------
    bound
        Kinetics at the steady state.
    population
        The models.
    partition
        1/h, not 0.
    models
        What they are, in words.
    seed
        Of the pushes.
    threads
        Processor cores to use; ``None`` for all.

    Returns
    -------
    Section
    """
    horizon = float(settling_time(-abs(partition)))
    with TemporaryDirectory() as folder:
        found = analyse_robustness(
            bound,
            population,
            {"all metabolites": bound.network.variables},
            options=RobustnessOptions(horizon),
            context=RunContext(Path(folder), seed=seed, threads=threads),
        )
        (_, *physiology) = found.summary["Physiology"]
        of_cells = "; ".join(": ".join(row) for row in physiology).replace(_NO_FILE, "")
        told = (
            f"{models}, every concentration changed by up to 50 % (conserved pools kept), followed "
            f"for {60 * horizon:.0f} min. In that time a small push in the slowest mode allowed "
            "is down to 0.7 %. Back means: all metabolites within 1 %, and they stay there. A "
            "model that is not back may need longer, or have gone elsewhere."
        )
        told_already = ensemble_of(population.provenance).warning
        warnings = [one for one in found.warnings if one != told_already]
        found = replace(found, summary={"": found.summary[""]}, warnings=warnings)
        cells = Text(f"Are these cells that live? {of_cells[0].upper()}{of_cells[1:]}.")
        return Section("After a large push", [Text(told), *result_blocks(found), cells])
