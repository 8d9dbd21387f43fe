"""Batch reactors in SKiMPy's YAML format, read without SKiMPy.

A file names a kinetic model per strain, its growth reaction and ``biomass_scaling``, the
extracellular compartment, the volume of the reactor, concentrations of the medium (mol/L), the
scaling of the models, and what is held constant; see
:class:`~skimpy_renaissance.dynamics.reactors.batch_reactor.BatchReactor` for their meaning.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import yaml

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.dynamics.reactors.strain import Strain
from skimpy_renaissance.errors import FileFormatError, MissingEntryError, NetworkError, listed
from skimpy_renaissance.network import KineticNetwork, read_skimpy_yaml
from skimpy_renaissance.network.mechanisms import SKIMPY, MechanismClass
from skimpy_renaissance.network.yaml_document import load_plain, mapping, number, text
from skimpy_renaissance.units import Units

__all__ = ["read_reactor_yaml"]

_SECTIONS = ("models", "biomass", "biomass_scaling", "extracellular_compartment")
_NEEDED = (*_SECTIONS, "initial_medium", "reactor_volume", "scaling")
_log = logging.getLogger(__name__)


def read_reactor_yaml(
    path: str | PathLike[str],
    *,
    networks: KineticNetwork | Mapping[str, KineticNetwork] | None = None,
    rate_laws: Mapping[str, MechanismClass] = SKIMPY,
) -> BatchReactor:
    """Read a reactor from SKiMPy's YAML format.

    Parameters
    ----------
    path
        The YAML file.
    networks
        Kinetic model in the place of the model file that the reactor file names; by strain where
        there are several. For strains that are not listed that file is read, its path taken from
        the folder of ``path``.
    rate_laws
        Mechanism class to rate law, for the model files; see
        :func:`~skimpy_renaissance.read_skimpy_yaml`.

    Returns
    -------
    BatchReactor
        Without the medium's metabolites that no strain has, such as trace ions: they are logged.

    Raises
    ------
    FileFormatError
        The file is absent, is not YAML, or an entry is missing or of another kind.
    MissingEntryError
        A strain, a growth reaction, a constant metabolite or the compartment does not exist, or
        no strain has any metabolite of the medium.
    NetworkError
        A boundary condition is of another class than ``ConstantConcentration``.
    UnitsError
        The scaling is not positive.

    Examples
    --------
    >>> reactor = read_reactor_yaml(  # doctest: +SKIP
    ...     "single_species.yaml", networks={"strain_1": network}
    ... )
    """
    source = fspath(path)
    document = _load(source)
    files = mapping(source, "models", document["models"])
    if isinstance(networks, KineticNetwork):
        if len(files) != 1:
            raise MissingEntryError(
                f"{source} has the strains {listed(files)}: name the one that the network is of."
            )
        networks = dict.fromkeys(files, networks)
    given = dict(networks or {})
    require_names(given, files, what=f"strain in {source}")
    strains = {}
    for name, file in files.items():
        where = f"strain {name!r}"
        network = given.get(name)
        if network is None:
            network = _read_network(source, name, text(source, where, file), rate_laws)
        growth = _of(source, document, "biomass", name)
        scaling = _of(source, document, "biomass_scaling", name)
        strains[name] = Strain(
            network,
            text(source, f"biomass of {where}", growth),
            number(source, f"biomass_scaling of {where}", scaling),
        )
    reactor = BatchReactor(
        strains,
        units=_units(source, mapping(source, "scaling", document["scaling"])),
        volume=number(source, "reactor_volume", document["reactor_volume"]),
        constant=_constant(source, document.get("boundary_conditions")),
        extracellular=text(
            source, "extracellular_compartment", document["extracellular_compartment"]
        ),
    )
    medium = mapping(source, "initial_medium", document["initial_medium"])
    return _with_medium(source, reactor, medium)


def _load(source: str) -> dict[str, Any]:
    try:
        document = load_plain(source)
    except OSError as error:
        raise FileFormatError(f"The reactor file {source} cannot be opened: {error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise FileFormatError(f"{source} is not a YAML file, or is truncated: {error}.") from error
    sections = document if isinstance(document, dict) else {}
    missing = [name for name in _NEEDED if sections.get(name) is None]
    if missing:
        raise FileFormatError(
            f"{source} is not a SKiMPy reactor: it lacks {listed(missing, most=8)}. A reactor file "
            f"has {listed(_NEEDED, most=8)} and boundary_conditions."
        )
    return sections


def _of(source: str, document: Mapping[str, Any], section: str, strain: str) -> object:
    entries = mapping(source, section, document[section])
    if strain not in entries:
        raise MissingEntryError(
            f"{source}: {section} has no entry for strain {strain!r}; it has {listed(entries)}."
        )
    return entries[strain]


def _read_network(
    source: str, strain: str, file: str, rate_laws: Mapping[str, MechanismClass]
) -> KineticNetwork:
    place = Path(source).parent / file
    if not place.is_file():
        raise FileFormatError(
            f"{source} names {file!r} as the kinetic model of strain {strain!r}, and there is no "
            f"file {place}. Correct the path, or pass networks={{{strain!r}: network}}."
        )
    return read_skimpy_yaml(place, rate_laws=rate_laws)


def _units(source: str, scaling: Mapping[str, Any]) -> Units:
    needed = ("concentration", "density", "gDW_gWW", "time")
    missing = [name for name in needed if name not in scaling]
    if missing:
        raise FileFormatError(
            f"{source}: scaling lacks {listed(missing)}; it needs {listed(needed)}."
        )
    concentration, density, ratio, time = (
        number(source, f"{name} in scaling", scaling[name]) for name in needed
    )
    return Units(concentration, density, ratio, time)


def _constant(source: str, section: object) -> frozenset[str]:
    names = set()
    for key, entry in mapping(source, "boundary_conditions", section).items():
        where = f"boundary condition {key!r}"
        fields = mapping(source, where, entry)
        kind = text(source, f"class of {where}", fields.get("class"))
        if kind != "ConstantConcentration":
            raise NetworkError(
                f"{source}: {where} is of class {kind!r}; a reactor takes ConstantConcentration. "
                "Remove it."
            )
        names.add(text(source, f"reactant of {where}", fields.get("reactant")))
    return frozenset(names)


def _with_medium(source: str, reactor: BatchReactor, section: Mapping[str, Any]) -> BatchReactor:
    medium = {name: number(source, f"{name!r} in initial_medium", v) for name, v in section.items()}
    unused = [name for name in medium if name not in reactor.medium_names]
    if unused and len(unused) == len(medium):
        reactor.require_medium(medium)
    if unused:
        _log.warning("%s: no strain takes %s from the medium", source, listed(unused, most=40))
    return replace(reactor, medium={n: value for n, value in medium.items() if n not in unused})
