"""The kinetic model that settings name, with all that is given beside it."""

from __future__ import annotations

from skimpy_renaissance.cli.input_files import InputFile, fingerprint, located
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.examples import E_COLI_CORE_UNITS
from skimpy_renaissance.kinetic_data import read_km_bounds
from skimpy_renaissance.network import (
    KineticNetwork,
    add_regulation,
    free_constants,
    read_formulas,
    read_skimpy_yaml,
)
from skimpy_renaissance.tables import read_table

__all__ = ["read_model"]


def read_model(settings: Settings) -> tuple[KineticNetwork, dict[str, InputFile]]:
    """Read the kinetic model, with the conserved pools and the regulation given beside it.

    Reactions to be dropped are left out; constants that are to be drawn anew lose their values.

    Parameters
    ----------
    settings
        The settings.

    Returns
    -------
    network : KineticNetwork
    input_files : dict
        Role to file.

    Raises
    ------
    InputError
        No model is named.
    FileFormatError, MissingEntryError, NetworkError
        A file cannot be used.
    """
    given = settings.model
    if given.file is None:
        raise InputError(
            "A kinetic model is needed. Name it with --model FILE, or as file in [model] of the "
            f"run file; --model {BUNDLED} takes the one that comes with the package."
        )
    input_files: dict[str, InputFile] = {}
    for role in ("formulas", "conservation", "regulation", "km_bounds"):
        path = getattr(given, role)
        if path is not None:
            input_files[role] = fingerprint(path, role=role)
    with located(given.file, role="model") as path:
        input_files["model"] = fingerprint(path, role="model", shown=given.file)
        formulas = None if given.formulas is None else read_formulas(given.formulas)
        network = read_skimpy_yaml(
            path,
            formulas=formulas,
            conservation=given.conservation,
            approximate_pools=given.approximate_pools,
        )
    if given.regulation is not None:
        what = "a CSV table with the columns reaction_id, regulator and regulation"
        table = read_table(given.regulation, what=what, as_text=True)
        network = add_regulation(network, table, skip_unknown=given.skip_unknown, formulas=formulas)
    network = network.without(given.drop) if given.drop else network
    network = free_constants(network) if given.redraw else network
    if given.km_bounds is not None:
        units = settings.to_units()
        if units is None and settings.uses_bundled_states:
            units = E_COLI_CORE_UNITS
        network = network.with_bounds(read_km_bounds(given.km_bounds, units=units))
    return network, input_files
