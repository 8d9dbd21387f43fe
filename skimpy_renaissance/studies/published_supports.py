r"""Strain designs that are published by their enzymes alone, beside all near the best found here.

Each published model has its own steady state. Where the study took the range of :math:`\ln K` from
a model that is not at hand, it is here what the known steady states show, with a margin of 5 % of
its width at each end.

References
----------
Narayanan et al., *Nature Communications* 15 (2024) 723, doi:10.1038/s41467-024-44831-0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from skimpy_renaissance.analyses import AnalysisResult, Finding, RunContext
from skimpy_renaissance.analyses.design_task import DesignOptions
from skimpy_renaissance.control import control_coefficients
from skimpy_renaissance.design import Design, Designs, ResponseProblem, enumerate_designs
from skimpy_renaissance.errors import FileFormatError, InputError, listed
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.network import CORRECTED, KineticNetwork, add_regulation, build_reaction
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.steady_states import SteadyStates
from skimpy_renaissance.studies.case import Case
from skimpy_renaissance.tables import read_table

__all__ = ["ranges_of_log_k", "read_supports", "support", "supports_comparison", "supports_problem"]

_MARGIN = 0.05  # of the width of a range


def ranges_of_log_k(states: SteadyStates) -> dict[str, tuple[float, float]]:
    """Return the range of each equilibrium constant over steady states, with a margin.

    Parameters
    ----------
    states
        Two at least.

    Returns
    -------
    dict
        Reaction to (lowest, highest) ln K, scaled units.
    """
    each = pd.DataFrame([states[name].equilibrium_constants for name in states.names])
    log_k = np.log(each.dropna(axis=1).astype(float))
    low, high = log_k.min(), log_k.max()
    margin = _MARGIN * (high - low)
    return {name: (low[name] - margin[name], high[name] + margin[name]) for name in log_k}


def support(design: Design) -> frozenset[str]:
    """Return the enzymes of a design, ``EU_`` those that go up and ``ED_`` those that go down.

    Parameters
    ----------
    design
        With folds.

    Returns
    -------
    frozenset of str
    """
    return frozenset(("EU_" if fold > 1 else "ED_") + name for name, fold in design.folds.items())


def read_supports(path: Path) -> set[frozenset[str]]:
    """Read designs that are known by their enzymes.

    Parameters
    ----------
    path
        CSV with a row per design and a column per enzyme, ``EU_`` or ``ED_`` before its name: 1
        where the design changes it.

    Returns
    -------
    set of frozenset

    Raises
    ------
    FileFormatError
        It cannot be read, or has no such column.
    """
    table = read_table(path)
    enzymes = table[[name for name in table.columns if str(name)[:3] in ("EU_", "ED_")]]
    if enzymes.empty:
        raise FileFormatError(f"{path} has no columns EU_enzyme and ED_enzyme with designs.")
    return {frozenset(row.index[row == 1]) for _, row in enzymes.iterrows()}


def supports_problem(
    network: KineticNetwork,
    states: SteadyStates,
    models: ParameterPopulation,
    regulation: pd.DataFrame,
    options: DesignOptions,
) -> ResponseProblem:
    """State the problem of models that have a steady state each, of their own name.

    Parameters
    ----------
    network
        The kinetic model without regulation.
    states
        All that are known: ln K has their range.
    models
        Parameter sets: ``"1712,6"`` is of the state of this name, or of one called by the number,
        ``"steady_state_1712"``. Those without a state are left out.
    regulation
        Table of regulated reactions; rows of what the network has not are left out.
    options
        Objective, limits, growth.

    Returns
    -------
    ResponseProblem
        Rate laws are the published ones (``CORRECTED``).

    Raises
    ------
    InputError
        No model has its steady state.
    MissingEntryError
        A name is not in the model.
    """
    state_of = {
        model: name
        for model in map(str, models.index)
        if (name := _state_of(model, states.names)) is not None
    }
    if not state_of:
        raise InputError(
            f"None of the models {listed(list(map(str, models.index)))} has a steady state of its "
            f"name; there are {listed(states.names)}. Name them in many_states."
        )
    corrected = [
        build_reaction(r.name, r.mechanism, modifiers=r.modifiers, enzyme=r.enzyme,
                       rate_laws=CORRECTED)
        for r in network.reactions if r.mechanism is not None
    ]  # fmt: skip
    known = regulation["reaction_id"].isin(network.reaction_names)
    known &= regulation["regulator"].isin(network.metabolites)
    regulated = add_regulation(
        replace(network, reactions=tuple(corrected)), regulation[known], rate_laws=CORRECTED
    )
    kinetics, known_states = compile_network(regulated), states.of(regulated)
    log_k = ranges_of_log_k(known_states)
    return ResponseProblem.joined([
        ResponseProblem.of(
            control_coefficients(kinetics.at(known_states[name]), models.select([model])),
            regulated, known_states[name], options.objective, options.limits,
            growth=options.growth, log_k=log_k,
        )
        for model, name in state_of.items()
    ])  # fmt: skip


def supports_comparison(
    case: Case,
    options: DesignOptions,
    context: RunContext,
    *,
    most: int | None,
    time_limit: float | None,
) -> AnalysisResult:
    """List every design near the best of each published model, and say which are published.

    Parameters
    ----------
    case
        Names the models, the published designs and the regulated enzymes.
    options
        Objective and limits.
    context
        Keeps each search.
    most
        Models at most, the first ones; ``None``: all that have their steady state.
    time_limit
        Seconds of each search; ``None``: until it is done.

    Returns
    -------
    AnalysisResult
        Table ``designs``: ``model``, ``design``, ``enzymes``, ``log_gain``, ``published``.

    Raises
    ------
    InputError
        A file is not named, or no model has its steady state.
    FileFormatError, MissingEntryError, UnitsError
        A file cannot be used.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.
    """
    needed = "The study of designs"
    published = read_supports(case.file("design_supports", needed_for=needed))
    regulation = read_table(case.file("design_regulation", needed_for=needed))
    sets = case.file("design_models", needed_for=needed)
    models = ParameterPopulation.load(sets, units=case.units)
    problem = supports_problem(case.network, case.states, models, regulation, options)
    rows, findings, warnings = [], [], []
    for place, model in enumerate(problem.models[:most]):
        context.folder.mkdir(parents=True, exist_ok=True)
        designs = enumerate_designs(
            problem.select([place]),
            within=options.within,
            time_limit=time_limit,
            checkpoint=context.folder / f"search_{place}.npz",
            progress=context.progress,
        )
        rows += _rows(model, designs, published)
        findings.append(_finding(model, designs, published))
        if not designs.complete:
            warnings.append(f"Model {model}: {designs.certificate}.")
    table = pd.DataFrame(rows, columns=["model", "design", "enzymes", "log_gain", "published"])
    seen = table.drop_duplicates("enzymes")
    findings.append(
        Finding(
            "published designs that are found",
            float(len(published)),
            float(seen["published"].sum()),
            "",
            f"in {table['model'].nunique()} models; {int((~seen['published']).sum())} others",
        )
    )
    return AnalysisResult(
        findings=findings,
        tables={"designs": table},
        numbers={"models": int(table["model"].nunique()), "found": int(seen["published"].sum())},
        warnings=warnings,
    )


def _state_of(model: str, states: Sequence[str]) -> str | None:
    number = model.partition(",")[0]
    called = [name for name in states if name.rpartition("_")[2] == number]
    return model if model in states else next(iter(called), None)


def _rows(
    model: str, designs: Designs, published: set[frozenset[str]]
) -> list[tuple[str, int, str, float, bool]]:
    return [
        (model, place, " ".join(sorted(one)), design.log_gain, one in published)
        for place, design in enumerate(designs)
        for one in [support(design)]
    ]


def _finding(model: str, designs: Designs, published: set[frozenset[str]]) -> Finding:
    hits = sum(support(design) in published for design in designs)
    best = f"best {designs[0].name}, +{designs[0].log_gain:.4g}; {designs.certificate}"
    within = f"{100 * designs.within:g} %"
    return Finding(
        f"model {model}: published ones of {len(designs)} designs within {within} of the best",
        None,
        float(hits),
        "",
        best,
    )
