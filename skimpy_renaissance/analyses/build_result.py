"""A kinetic model that was built, as tables, figures and files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses.build import BuiltModel
from skimpy_renaissance.analyses.result import AnalysisResult, Drawing
from skimpy_renaissance.network import write_skimpy_yaml
from skimpy_renaissance.plots import plot_state_speeds, plot_value_of_information
from skimpy_renaissance.steady_states import save_steady_states

__all__ = ["MODEL", "STATES", "TABLES", "build_result", "concentration_table"]

MODEL, STATES = "model.yaml", "states.npz"
TABLES = ("laws", "removed", "energies", "compounds", "no_energy", "states", "measure")


def build_result(built: BuiltModel) -> AnalysisResult:
    """Return what was built: the model, its states, and tables on what was decided.

    Parameters
    ----------
    built
        The kinetic model.

    Returns
    -------
    AnalysisResult
        Tables ``laws`` and ``removed`` (reactions), ``energies`` and ``no_energy``, ``compounds``
        (what metabolites were matched to), ``states`` and, where states are enough, ``measure``.
    """
    network, draft, speeds = built.network, built.draft, built.speeds
    drawings = {
        "states": Drawing.on_axes(
            lambda ax: plot_state_speeds(speeds, ax=ax),
            f"Share of {int(speeds['drawn'].iloc[0])} models drawn blindly, Km uniform in their "
            "logarithm, that are valid at each steady state.",
            size=(6.4, 3.2),
        )
    }
    if len(built.measure):
        drawings["measure"] = Drawing.on_axes(
            lambda ax: plot_value_of_information(built.measure, ax=ax, of="rank of states"),
            "How much of what makes states fast each quantity explains: what to measure first. "
            "Dashed, the most that chance finds.",
        )
    tables = {
        "laws": draft.laws,
        "removed": draft.removed,
        "energies": built.energies.table,
        "compounds": built.energies.matches,
        "no_energy": built.unknown,
        "states": speeds,
        "measure": built.measure,
    }
    best = speeds.iloc[0]
    return AnalysisResult(
        tables={name: tables[name] for name in TABLES if name != "measure" or len(built.measure)},
        drawings=drawings,
        numbers={
            "reactions": len(network.reactions),
            "removed": len(draft.removed),
            "metabolites": len(network.variables),
            "unknown_km": len(network.km_names),
            "energies": len(built.energies.reactions),
            "no_energy": len(built.unknown),
            "states": len(speeds),
            "state": str(speeds.index[0]),
            "partition": built.partition,
            "valid_blindly": float(best["share"]),
            "states_with_valid_models": built.n_with_valid,
        },
        warnings=built.warnings,
        summary={
            "Kinetic model": [
                ("", "number", "file"),
                *(
                    (label, str(count), where)
                    for label, count, where in (
                        ("reactions", len(network.reactions), "laws.csv"),
                        ("left out", len(draft.removed), "removed.csv"),
                        ("with an energy", len(built.energies.reactions), "energies.csv"),
                        ("unknown Km", len(network.km_names), MODEL),
                        ("steady states", len(speeds), STATES),
                        ("... with valid models", built.n_with_valid, "states.csv"),
                    )
                ),
            ]
        },
        files={
            MODEL: lambda path: write_skimpy_yaml(network, path),
            STATES: lambda path: save_steady_states(built.sampled.states, path),
        },
    )


def concentration_table(built: BuiltModel) -> pd.DataFrame:
    """Return how far concentrations are apart in the steady states.

    Parameters
    ----------
    built
        The kinetic model.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite``; columns ``low``, ``high``, ``chosen`` (of the chosen state), mol/L;
        those that are furthest apart first.
    """
    states = built.sampled.states
    molar = states.concentrations / states.units.concentration_scaling
    chosen = molar[states.names.index(built.state.name)]
    table = pd.DataFrame(
        {"low": molar.min(axis=0), "high": molar.max(axis=0), "chosen": chosen},
        index=pd.Index(states.metabolite_names, name="metabolite"),
    )
    table["spread"] = np.log(table["high"] / table["low"])
    ordered = table.sort_values("spread", ascending=False, kind="stable")
    return ordered.drop(columns="spread")
