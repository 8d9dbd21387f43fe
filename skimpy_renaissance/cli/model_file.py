"""The kinetic model that settings name, with all that is given beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from skimpy_renaissance.cli.input_files import InputFile, fingerprint, located
from skimpy_renaissance.cli.model_kind import ModelKind, kind_of_model
from skimpy_renaissance.cli.sections import BUNDLED
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.errors import InputError, SteadyStateError, UnitsError
from skimpy_renaissance.examples import E_COLI_CORE_UNITS
from skimpy_renaissance.kinetic_data import read_km_bounds
from skimpy_renaissance.network import (
    KineticNetwork,
    add_regulation,
    free_constants,
    read_formulas,
    read_skimpy_yaml,
    with_stated_pools,
)
from skimpy_renaissance.sbml import SbmlModel, read_sbml
from skimpy_renaissance.steady_states import SteadyState
from skimpy_renaissance.tables import read_table

__all__ = ["ModelFile", "read_model"]

_FOR_SBML = ("saturation", "boundaries", "at_time")
_ABSENT = 1e-12  # mol/L, of boundary species that the file has none of


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A kinetic model, and the files that it was read from.

    Parameters
    ----------
    network
        With regulation, without the reactions that are dropped or constants that are drawn anew.
    input_files
        Role to file.
    sbml
        What an SBML file states, constants and beginning among it, without the reactions that are
        dropped; ``None`` for other formats.
    """

    network: KineticNetwork
    input_files: Mapping[str, InputFile]
    sbml: SbmlModel | None = None

    @property
    def own_state(self) -> SteadyState:
        """The steady state of an SBML model with its own constants.

        Boundary species of which the file has none, as of excreted products, have 1e-12 mol/L.

        Raises
        ------
        SteadyStateError
            It has none.
        UnitsError
            Its units are not known.
        """
        assert self.sbml is not None, "only SBML files hold all constants and a beginning"
        if self.sbml.units is None:
            raise UnitsError(
                f"{self.input_files['model'].path} does not state its units of substance, volume "
                "and time. State --concentration-scaling, --density, --gdw-gww-ratio and, where "
                "its time is not hours, --time-scaling; or [units] in the run file."
            )
        try:
            state = self.sbml.state
        except SteadyStateError as error:
            raise SteadyStateError(
                f"{error} Or take steady states from elsewhere, --states FILE."
            ) from error
        least = _ABSENT * self.sbml.units.concentration_scaling
        concentrations = state.concentrations.copy()
        concentrations[list(self.absent)] = least
        return replace(state, concentrations=concentrations)

    @property
    def absent(self) -> tuple[str, ...]:
        """Boundary species of an SBML model that the file has none of."""
        if self.sbml is None:
            return ()
        start = self.sbml.initial_concentrations
        return tuple(name for name in self.sbml.network.boundary_names if start[name] == 0)


def read_model(settings: Settings) -> ModelFile:
    """Read the kinetic model, with the conserved pools and the regulation given beside it.

    Reactions to be dropped are left out; constants that are to be drawn anew lose their values.

    Parameters
    ----------
    settings
        The settings.

    Returns
    -------
    ModelFile

    Raises
    ------
    InputError
        No model is named, it is no kinetic one, or a setting is for another format.
    FileFormatError, MissingEntryError, NetworkError, UnitsError
        A file cannot be used.
    """
    given = settings.model
    if given.file is None:
        raise InputError(
            "A kinetic model is needed. Name it with --model FILE, or as file in [model] of the "
            f"run file; --model {BUNDLED} takes the one that comes with the package."
        )
    kind = kind_of_model(given.file)
    _require_fitting(settings, given.file, kind)
    input_files: dict[str, InputFile] = {}
    for role in ("formulas", "conservation", "regulation", "km_bounds"):
        path = getattr(given, role)
        if path is not None:
            input_files[role] = fingerprint(path, role=role)
    formulas = None if given.formulas is None else read_formulas(given.formulas)
    sbml = None
    with located(given.file, role="model") as path:
        input_files["model"] = fingerprint(path, role="model", shown=given.file)
        if kind is ModelKind.SBML:
            sbml = _read_sbml(path, settings)
            network = with_stated_pools(
                sbml.network, given.conservation, approximate=given.approximate_pools
            )
        else:
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
    if sbml is not None and given.drop:
        sbml = replace(sbml, network=sbml.network.without(given.drop))
    if given.km_bounds is not None:
        units = settings.to_units()
        if units is None and settings.uses_bundled_states:
            units = E_COLI_CORE_UNITS
        if units is None and sbml is not None:
            units = sbml.units
        network = network.with_bounds(read_km_bounds(given.km_bounds, units=units))
    return ModelFile(network, input_files, sbml)


def _read_sbml(path: Path, settings: Settings) -> SbmlModel:
    given = settings.model
    chosen: dict[str, str | None] = {}
    for entry in given.saturation:
        constant, _, metabolite = (part.strip() for part in entry.partition("="))
        chosen[constant] = metabolite or None
    named = {name: getattr(settings.units, name) for name in ("density", "gdw_gww_ratio")}
    density = {name: value for name, value in named.items() if value is not None}
    return read_sbml(
        path,
        saturation=chosen or None,
        boundaries=given.boundaries,
        at_time=given.at_time,
        units=settings.to_units(),
        **density,
    )


def _require_fitting(settings: Settings, path: Path, kind: ModelKind) -> None:
    """Raise for a model without rate laws, and for settings that another format has."""
    if not kind.kinetic:
        thermodynamic = kind is ModelKind.PYTFA
        raise InputError(
            f"{path} is {kind.value}: it has fluxes, but no rate laws. Draft a kinetic model from "
            f"it with skimpy-renaissance build --model {path}; skimpy-renaissance check --model "
            f"{path} says what it has and what it lacks."
            + (" Its energies are taken in Python: sr.from_pytfa." if thermodynamic else "")
        )
    unused = [name for name in _FOR_SBML if getattr(settings.model, name) not in ((), None)]
    if unused and kind is not ModelKind.SBML:
        raise InputError(
            f"--{unused[0].replace('_', '-')} is for kinetic models in SBML, but {path} is "
            f"{kind.value}, where the file says it. Leave it out."
        )
