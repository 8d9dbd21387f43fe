"""The report on a kinetic model that was built: what is assigned, uncertain, to be measured."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult
from skimpy_renaissance.analyses.build import BuiltModel
from skimpy_renaissance.analyses.build_result import concentration_table
from skimpy_renaissance.design.value_of_information import FEWEST
from skimpy_renaissance.errors import listed
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.report import (
    Block,
    Commands,
    Folded,
    Picture,
    Points,
    Section,
    Table,
    Text,
)
from skimpy_renaissance.report.analysis import cautions
from skimpy_renaissance.report.decay import LAMBDA_MAX_IN_WORDS, decay_drawing, demand_in_words

__all__ = ["build_sections"]

_MOST = 10


def build_sections(
    built: BuiltModel, result: AnalysisResult, assumed: Sequence[str], *, steps: Commands
) -> list[Section]:
    """Return the report's sections.

    Parameters
    ----------
    built
        The kinetic model.
    result
        Its tables and figures.
    assumed
        What nobody stated, in words.
    steps
        What to do next.

    Returns
    -------
    list of Section
    """
    return [
        Section("In short", _in_short(built)),
        Section("What was assumed", [Text(_sentence(one)) for one in assumed]),
        Section("What was assigned", _assigned(built)),
        Section("What is uncertain", _uncertain(built)),
        Section("Steady states", _states(built, result)),
        Section("What to measure", _to_measure(built, result)),
        Section("What to do next", [steps]),
    ]


def _sentence(words: str) -> str:
    return f"{words if words.startswith('pH') else words[0].upper() + words[1:]}."


def _in_short(built: BuiltModel) -> list[Block]:
    """Say how easily valid models are found, and what can be said before they are."""
    best, state = built.speeds.iloc[0], built.state.name
    share = Proportion(int(best["valid"]), int(best["drawn"]))
    easy = (
        f"At {built.n_with_valid} of {len(built.speeds)} steady states some models are valid even "
        f"with Michaelis constants drawn blindly; at {state}, the best one, {share.hits} of "
        f"{share.draws} are ({share.in_percent}; 95 % interval {share.interval_in_percent})."
        if share.hits
        else f"None of {share.draws} models with Michaelis constants drawn blindly is valid, at "
        f"any of {len(built.speeds)} steady states."
    )
    size = (
        f"The kinetic model has {len(built.network.reactions)} reactions, "
        f"{len(built.network.variables)} metabolites that vary and {len(built.network.km_names)} "
        f"unknown Michaelis constants."
    )
    drawing = decay_drawing(
        {f"a tenth of blind draws is faster ({state})": [best["lambda_max_tenth"]]},
        built.partition,
    )
    return [
        Text(easy),
        Text(size),
        *cautions(built.warnings),
        Text(f"{LAMBDA_MAX_IN_WORDS} {demand_in_words(built.partition)}"),
        Picture.of_figure(drawing.figure(), drawing.caption),
        Points(
            "This permits",
            [
                f"To train a generator, or to draw valid models, at the steady state {state}.",
                "To see which measurement would narrow the model most.",
            ],
        ),
        Points(
            "This does not permit",
            [
                "To draw conclusions on the cell: no ensemble of valid models has been drawn yet.",
                f"To take {state} for the state of the cell: it is the one at which models are "
                "fast, of those that the bounds allow.",
            ],
        ),
    ]


def _assigned(built: BuiltModel) -> list[Block]:
    draft = built.draft
    counts = draft.laws["law"].value_counts()
    laws = Table(
        ("rate law", "reactions", "for example"),
        [
            (str(law), str(n), str(draft.laws.index[draft.laws["law"] == law][0]))
            for law, n in counts.items()
        ],
        "By SKiMPy's rules, or as the given table says. All reactions are in laws.csv: edit it and "
        "give it back with --laws.",
    )
    why = draft.removed["reason"].value_counts()
    left_out = Table(
        ("left out because", "reactions"), [(str(one), str(n)) for one, n in why.items()]
    )
    blocks: list[Block] = [laws, *([left_out] if len(why) else [])]
    if draft.reversed_reactions:
        blocks.append(
            Text(f"Run backward, written the other way round: {listed(draft.reversed_reactions)}.")
        )
    if draft.lumps:
        joined = [f"{name} = {' + '.join(parts)}" for name, parts in draft.lumps.items()]
        blocks.append(Text(f"Lumped: {listed(joined, most=_MOST)}."))
    return blocks


def _uncertain(built: BuiltModel) -> list[Block]:
    energies = built.energies.table
    blocks: list[Block] = [Text(f"{built.energies}.")]
    if len(energies):
        worst = energies.sort_values("dG0_error", ascending=False).head(_MOST)
        blocks.append(
            Table(
                ("reaction", "dG'0, kJ/mol", "standard error, kJ/mol", "ln K, no unit"),
                [
                    (str(name), f"{row.dG0:.1f}", f"{row.dG0_error:.1f}", f"{row.ln_k:.2f}")
                    for name, row in zip(worst.index, worst.itertuples(), strict=True)
                ],
                "The least certain energies; all are in energies.csv.",
            )
        )
    if len(built.unknown):
        blocks.append(
            Table(
                ("no energy, irreversible", "because"),
                [(str(n), str(why)) for n, why in built.unknown["reason"].items()],
            )
        )
    wide = concentration_table(built).query("high > 1.01 * low").head(_MOST)
    blocks.append(
        Table(
            ("metabolite", "lowest, mol/L", "highest, mol/L", f"in {built.state.name}, mol/L"),
            [
                (str(name), f"{row.low:.2g}", f"{row.high:.2g}", f"{row.chosen:.2g}")
                for name, row in zip(wide.index, wide.itertuples(), strict=True)
            ],
            "The concentrations that the states know least.",
        )
    )
    return blocks


def _states(built: BuiltModel, result: AnalysisResult) -> list[Block]:
    shown = built.speeds.head(_MOST)
    table = Table(
        ("state", "valid models", "stable models", "a tenth is faster than, 1/h"),
        [
            (
                str(name),
                f"{row.valid} of {row.drawn}",
                f"{row.stable} of {row.drawn}",
                f"{row.lambda_max_tenth:.3g}",
            )
            for name, row in zip(shown.index, shown.itertuples(), strict=True)
        ],
        "The fastest states; all are in states.csv.",
    )
    told = (
        f"{len(built.speeds)} steady states were sampled, and the same "
        f"{int(shown['drawn'].iloc[0])} models were drawn blindly at each."
    )
    details = Folded("How they were sampled", [Text(f"{built.sampled}.")])
    return [Text(told), _picture(result, "states"), table, details]


def _to_measure(built: BuiltModel, result: AnalysisResult) -> list[Block]:
    if not len(built.measure):
        return [
            Text(
                f"Sample {FEWEST} independent states or more (--number) to learn what decides how "
                "fast they are."
            )
        ]
    told = built.measure[built.measure["explained"] > built.measure["explained_by_chance"]]
    words = (
        "Nothing explains more of what makes states fast than chance would."
        if not len(told)
        else f"What decides most whether a state is fast: {_labels(told)}. Measure these first."
    )
    return [Text(words), _picture(result, "measure")]


def _labels(told: pd.DataFrame) -> str:
    shares = [
        f"{label} ({100 * float(share):.0f} % of the variance of the rank)"
        for label, share in zip(told["label"], told["explained"], strict=True)
    ]
    return listed(shares, most=_MOST)


def _picture(result: AnalysisResult, name: str) -> Picture:
    drawing = result.drawings[name]
    return Picture.of_figure(drawing.figure(), drawing.caption)
