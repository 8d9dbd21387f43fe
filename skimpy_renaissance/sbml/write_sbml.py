"""A kinetic model with one parameter set as an SBML file, for COPASI, Tellurium and others.

References
----------
Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
Version 2).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from skimpy_renaissance.atomic import require_writable_place, write_text
from skimpy_renaissance.errors import NetworkError, listed
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.sbml.libsbml_names import consistency, import_libsbml
from skimpy_renaissance.sbml.write_annotations import annotations_from
from skimpy_renaissance.sbml.write_document import sbml_document
from skimpy_renaissance.sbml.write_values import (
    ModelValues,
    ParameterSet,
    model_values,
    one_set,
    units_of,
)
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["checked_text", "write_sbml"]


def write_sbml(
    network: KineticNetwork,
    state: SteadyState,
    parameters: ParameterSet,
    *,
    path: str | os.PathLike[str],
    units: Units | None = None,
    annotations: Any = None,
) -> pd.DataFrame:
    """Write a kinetic model with one parameter set as SBML Level 3 Version 2, atomically.

    Numbers stay in the scaled units of the kinetic model, which the file declares. The model starts
    from the steady state; boundary metabolites are constant. Kinetic laws are amounts per time in
    one litre of cells, so compartments of other volumes than the cell's are changed as here.
    Identifiers are the names; what SBML does not allow in them becomes ``_``, and the name stays
    beside. Laws and parameters carry SBO terms, conserved pools stand in the notes.

    Parameters
    ----------
    network
        The kinetic model.
    state
        The steady state; where the set has no equilibrium constants and boundary concentrations,
        they are taken from it.
    parameters
        A row of a population (``population["17"]``), parameter to value, or a population of one
        set; scaled units.
    path
        The file to write; its folder must exist.
    units
        The scaling, where the steady state does not say it.
    annotations
        A ``cobra.Model``, or metabolite or reaction to database (a prefix of identifiers.org) to
        one identifier or several.

    Returns
    -------
    pandas.DataFrame
        What libSBML's consistency check says of the file beside errors: ``severity``, ``code``,
        ``category``, ``line``, ``message``.

    Raises
    ------
    MissingEntryError
        A parameter or a concentration has no value.
    UnitsError
        Units are not known, or differ.
    NetworkError
        A rate law has no formula in SBML.
    InputError
        Several states or sets, a number that is not finite, or annotations of another form.
    OutputError
        ``path`` cannot be written.
    MissingExtraError
        libSBML is not installed.

    Warns
    -----
    UserWarning
        The rates at the state are not its fluxes.

    Notes
    -----
    Numbers have 15 digits, as libSBML writes them. COPASI 4 opens a file more slowly the more
    substrates a lumped reaction has: 16 are no matter, a biomass of 29 it does not open within
    minutes. libRoadRunner opens both at once.

    Examples
    --------
    >>> found = sr.write_sbml(network, state, population.select([3]), path="model.xml")
    >>> found[["severity", "line"]]
    Empty DataFrame
    Columns: [severity, line]
    Index: []
    """
    import_libsbml(needed_by="Writing SBML")
    require_writable_place(Path(path).resolve())
    scaling = units_of(state, units)
    values = model_values(network, state, one_set(parameters, scaling), scaling)
    notes = [f"Steady state: {state.name}."]
    if isinstance(parameters, pd.Series) and parameters.name is not None:
        notes.append(f"Parameter set: {parameters.name}.")
    text, findings = checked_text(network, values, annotations=annotations, notes=tuple(notes))
    write_text(path, text)
    return findings


def checked_text(
    network: KineticNetwork,
    values: ModelValues,
    *,
    annotations: Any = None,
    notes: tuple[str, ...] = (),
) -> tuple[str, pd.DataFrame]:
    """Return a model as SBML, and what libSBML's checks say of it.

    Parameters
    ----------
    network
        The kinetic model.
    values
        Its numbers.
    annotations
        As for :func:`write_sbml`.
    notes
        Paragraphs for the notes of the model.

    Returns
    -------
    text : str
        The file.
    findings : pandas.DataFrame
        As :func:`consistency` returns, warnings only.

    Raises
    ------
    NetworkError
        libSBML finds an error.
    """
    libsbml = import_libsbml(needed_by="Writing SBML")
    document = sbml_document(
        network, values, annotations=annotations_from(annotations), notes=notes
    )
    findings = consistency(document)
    wrong = findings[~findings["severity"].isin(["Warning", "Informational"])]
    if len(wrong):
        raise NetworkError(
            f"{network.name!r} cannot be written as SBML: libSBML finds {len(wrong)} errors, such "
            f"as {listed(wrong['message'], most=2)}"
        )
    return libsbml.writeSBMLToString(document), findings
