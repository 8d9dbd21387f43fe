"""An ensemble of kinetic models as a COMBINE archive: SBML, and a table of parameter sets.

``model.xml`` is the kinetic model with one of the sets; ``sets.csv`` has a row per set and a
column per SBML identifier of a parameter, in the units that ``model.xml`` declares. To simulate a
set, give its values to the parameters of the model.

References
----------
Bergmann et al., *BMC Bioinformatics* 15 (2014) 369, doi:10.1186/s12859-014-0369-z (COMBINE
archives).
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from skimpy_renaissance.atomic import atomic_path, require_writable_place
from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance.sbml.libsbml_names import import_libsbml
from skimpy_renaissance.sbml.write_document import LEVEL, document_ids
from skimpy_renaissance.sbml.write_sbml import checked_text
from skimpy_renaissance.sbml.write_values import ModelValues, model_values, one_set, units_of
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["write_omex"]

_COMBINE = "http://identifiers.org/combine.specifications"
_CONTENTS = {
    ".": f"{_COMBINE}/omex",
    "./manifest.xml": f"{_COMBINE}/omex-manifest",
    "./model.xml": f"{_COMBINE}/sbml.level-{LEVEL[0]}.version-{LEVEL[1]}",
    "./sets.csv": "http://purl.org/NET/mediatypes/text/csv",
}
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # so that equal contents make equal files


def write_omex(
    network: KineticNetwork,
    state: SteadyState,
    population: ParameterPopulation,
    *,
    path: str | os.PathLike[str],
    reference: str | int = 0,
    units: Units | None = None,
    annotations: Any = None,
) -> pd.DataFrame:
    """Write a population of kinetic models as a COMBINE archive (OMEX), atomically.

    Parameters
    ----------
    network
        The kinetic model.
    state
        The steady state of the population.
    population
        Parameter sets, scaled units.
    path
        The file to write, usually ``.omex``; its folder must exist.
    reference
        Name or position of the set that the SBML file holds.
    units, annotations
        As for :func:`write_sbml`.

    Returns
    -------
    pandas.DataFrame
        What libSBML says of the SBML file beside errors, as :func:`write_sbml` returns.

    Raises
    ------
    InputError
        ``population`` is no population, is empty, or has a value that is not finite.
    MissingEntryError
        There is no such set, or a parameter or a concentration has no value.
    UnitsError
        Units are not known, or differ.
    NetworkError
        A rate law has no formula in SBML.
    OutputError
        ``path`` cannot be written.
    MissingExtraError
        libSBML is not installed.

    Warns
    -----
    UserWarning
        The rates of the reference set at the state are not its fluxes.

    Examples
    --------
    >>> import zipfile
    >>> from skimpy_renaissance.sbml import write_omex
    >>> write_omex(network, state, population, path="ensemble.omex").empty  # nothing to complain of
    True
    >>> zipfile.ZipFile("ensemble.omex").namelist()
    ['manifest.xml', 'model.xml', 'sets.csv']
    """
    import_libsbml(needed_by="Writing SBML")
    require_writable_place(Path(path).resolve())
    if not isinstance(population, ParameterPopulation) or len(population) == 0:
        raise InputError(
            "An archive holds a ParameterPopulation of one set or more, got "
            f"{population!r}. One parameter set alone is written by write_sbml."
        )
    scaling = units_of(state, units)
    if population.units is not None:
        scaling.require_same(population.units, what="the population")
    chosen = population[reference]
    values = model_values(network, state, one_set(chosen, scaling), scaling)
    table = _table(network, values, population)
    text, findings = checked_text(
        network,
        values,
        annotations=annotations,
        notes=(
            f"Steady state: {state.name}.",
            f"Parameter set: {chosen.name}, one of {len(population)} in sets.csv.",
        ),
    )
    with (
        atomic_path(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in {"manifest.xml": _manifest(), "model.xml": text}.items():
            archive.writestr(_entry(name), content)
        with archive.open(_entry("sets.csv"), "w", force_zip64=True) as file:
            table.to_csv(file, index_label="set")
    return findings


def _table(
    network: KineticNetwork, values: ModelValues, population: ParameterPopulation
) -> pd.DataFrame:
    """Return set by parameter: those of the laws, and boundaries that differ between sets."""
    ids = document_ids(network, values)
    column = {name: i for i, name in enumerate(population.names)}
    shown: dict[str, np.ndarray] = {}
    for name, value in values.parameters.items():
        own = population.values[:, column[name]] if name in column else np.array([np.nan])
        of_all = np.full(len(population), value) if np.isnan(own).all() else own
        shown[ids["parameter", name]] = of_all
    for name in network.boundary_names:
        own = population.values[:, column[name]] if name in column else np.array([np.nan])
        if not np.isnan(own).all() and np.ptp(own):
            shown[ids["metabolite", name]] = own
    table = pd.DataFrame(shown, index=list(population.index))
    off = [name for name, numbers in shown.items() if not np.isfinite(numbers).all()]
    if off:
        raise InputError(f"Parameters must be finite in every set; {listed(off)} are not.")
    return table


def _manifest() -> str:
    lines = [
        f'  <content location="{place}" format="{kind}"'
        + (' master="true"/>' if place.endswith("model.xml") else "/>")
        for place, kind in _CONTENTS.items()
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<omexManifest xmlns="{_COMBINE}/omex-manifest">',
            *lines,
            "</omexManifest>\n",
        ]
    )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
