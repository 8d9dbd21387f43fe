"""``check POPULATION``: whether a stored population holds what it says, recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from skimpy_renaissance.analyses.population_check import PopulationCheck, check_population
from skimpy_renaissance.cli.console import say
from skimpy_renaissance.cli.differing_inputs import differing_inputs
from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.cli.inputs import Inputs, read_inputs
from skimpy_renaissance.cli.population_inputs import settings_beside
from skimpy_renaissance.cli.population_report import describe_population
from skimpy_renaissance.cli.run_file import Given
from skimpy_renaissance.cli.sections import UnitsSettings
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.cli.threads import limited_to
from skimpy_renaissance.kinetics import compile_network
from skimpy_renaissance.population import ParameterPopulation, StoredPopulation
from skimpy_renaissance.population.file_layout import COLUMNAR, Header, header_of
from skimpy_renaissance.spectrum import Validity

__all__ = ["check_stored"]


def check_stored(path: Path, given: Given, *, sample: int) -> list[Findings]:
    """Recompute some sets of a population, and say what holds and what does not.

    Model, steady state and units are those of the run file or the record beside the population,
    unless the command line names others.

    Parameters
    ----------
    path
        The population, in either layout.
    given
        What the command line names.
    sample
        How many sets are recomputed.

    Returns
    -------
    list of Findings

    Raises
    ------
    FileFormatError
        The population, or a file beside it, is damaged or of a newer version.
    InputError
        The inputs cannot be used; or nothing tells which they are.
    UnitsError
        The population states other units than the steady state.
    """
    stored = header_of(path)
    inputs = read_inputs(given.settings(_completed(settings_beside(path), stored)))
    settings = inputs.settings
    with limited_to(settings.run.threads), _opened(path, stored, inputs) as sets:
        bound = compile_network(inputs.network).at(inputs.state, threads=settings.run.threads)
        shown = sets if isinstance(sets, ParameterPopulation) else sets.select(slice(0, sample))
        title = f"{len(sets)} parameter sets, from {path}"
        found = [replace(describe_population(bound, shown, source=str(path)), title=title)]
        found.append(_origin(stored, inputs))
        if not found[0].problems or set(bound.km_names) <= set(sets.names):
            checked = check_population(
                bound, sets, n=sample, seed=settings.run.seed, criterion=_criterion(stored)
            )
            found.append(_recomputed(checked))
    for part in found:
        say(str(part))
    return found


def _completed(settings: Settings, stored: Header) -> Settings:
    """Add what the population says of its state and units, where files beside it do not."""
    name = _identity(stored).get("state")
    if settings.states.state is None and isinstance(name, str):
        settings = replace(settings, states=replace(settings.states, state=name))
    if stored.units is not None and settings.units == UnitsSettings():
        units: dict[str, Any] = stored.units.to_dict()
        settings = replace(settings, units=UnitsSettings(**units))
    return settings


@contextmanager
def _opened(
    path: Path, stored: Header, inputs: Inputs
) -> Iterator[ParameterPopulation | StoredPopulation]:
    """Open a population; the checksums of all its parts are compared."""
    if stored.layout != COLUMNAR:
        yield ParameterPopulation.load(path, units=inputs.units)
        return
    with StoredPopulation(path, units=inputs.units) as sets:
        sets.require_unchanged()
        yield sets


def _origin(stored: Header, inputs: Inputs) -> Findings:
    """Say who wrote the file, and whether it was made with these inputs."""
    then = _identity(stored)
    now = inputs.identity_as_in(then)
    differ = differing_inputs(then, now)
    known = [key for key in ("model_sha256", "state_sha256") if then.get(key)]
    alike = "the model file and the values of the state have the SHA-256 that was recorded"
    entries = {
        "written by": ", ".join(f"{name} {one}" for name, one in stored.versions.items()),
        "kinetic model": inputs.input_files["model"].path,
        "steady state": f"{inputs.state.name}, from {inputs.input_files['states'].path}",
        "units": "as stored in the file"
        if stored.units is not None
        else "the file states none; those of the steady state are taken",
        "ensemble": _ensemble(stored),
        "inputs": "the file does not say which files it was made with"
        if not known
        else ("" if differ else alike),
        "content": "every part as written (SHA-256)"
        if stored.checksums
        else "the file has no checksums: SKiMPy or an earlier version wrote it",
    }
    return Findings(
        "Origin",
        entries,
        problems=tuple(
            f"the population was made with another input: {one}. Give the one it was made with "
            "(--model, --states, --state), or generate it again."
            for one in differ
        ),
    )


def _ensemble(stored: Header) -> str:
    """Say what the sets are draws of, as far as the file tells."""
    said = stored.provenance
    if not isinstance(kind := said.get("ensemble"), str):
        return "the file does not say what its sets are draws of"
    worth = said.get("worth")
    return f"{kind}; {worth}" if isinstance(worth, str) else kind


def _identity(stored: Header) -> Mapping[str, Any]:
    """Return what tells the problem of a population: its own, or that of its training."""
    training = stored.provenance.get("training")
    for place in (stored.provenance.get("identity"), training):
        if isinstance(place, dict):
            found = place if place is not training else place.get("provenance")
            if isinstance(found, dict) and found:
                return found
    return {}


def _criterion(stored: Header) -> Validity | None:
    """Return what all sets are to meet, where the file says so."""
    training = stored.provenance.get("training")
    if not stored.provenance.get("valid_only") or not isinstance(training, dict):
        return None
    criterion = training.get("criterion")
    if not isinstance(criterion, dict) or "partition" not in criterion:
        return None
    return Validity(criterion["partition"], criterion.get("fastest"), allow_unstable=True)


def _recomputed(checked: PopulationCheck) -> Findings:
    drawn = len(checked.sets) < checked.n_sets
    title = f"{len(checked.sets)} of {checked.n_sets} sets recomputed"
    entries = {}
    for sentence in checked.confirmed:
        what, _, said = sentence.partition(": ")
        entries[what] = said
    return Findings(
        f"{title}, drawn at random (--seed, --sample)" if drawn else title,
        entries,
        problems=checked.problems,
    )
