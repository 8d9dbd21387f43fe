"""What thermodynamic data a pyTFA model holds, read from its JSON without pyTFA."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any

from skimpy_renaissance.cli.findings import Findings
from skimpy_renaissance.draft.cobra_models import one_sided
from skimpy_renaissance.errors import listed
from skimpy_renaissance.extras import how_to_install

if TYPE_CHECKING:
    from cobra import Model

__all__ = ["describe_pytfa"]

_SHOWN = 10
_UNKNOWN = 1000.0  # half width of a range, in kcal/mol or kJ/mol, that says nothing
_STANDARD, _ENERGY, _LEVEL = "DeltaGstd", "DeltaG", "LogConcentration"


def describe_pytfa(content: Mapping[str, Any], model: Model) -> Findings:
    """Say which reactions have energies, how sure they are, and at what conditions.

    Parameters
    ----------
    content
        The JSON as pyTFA writes it.
    model
        The same file as COBRApy reads it.

    Returns
    -------
    Findings
    """
    data = content.get("thermo_data")
    unit = data.get("units", "") if isinstance(data, Mapping) else ""
    ranges = {kind: _ranges(content, kind) for kind in (_STANDARD, _ENERGY, _LEVEL)}
    inside = [r.id for r in model.reactions if not one_sided(r)]
    errors = {name: (high - low) / 2 for name, (low, high) in ranges[_STANDARD].items()}
    known = [errors[name] for name in inside if errors.get(name, _UNKNOWN) < _UNKNOWN]
    wide = [name for name in inside if errors.get(name, 0.0) >= _UNKNOWN]
    without = [name for name in inside if name not in errors]
    entries = {
        "energies": f"{len(known)} of {len(inside)} reactions, exchanges apart"
        + (f"; error {median(known):.2g} (median) to {max(known):.3g} {unit}" if known else ""),
        "energy unknown": f"{len(wide)}, their ranges are wider than {2 * _UNKNOWN:g} {unit}: "
        f"{listed(wide, most=_SHOWN)}"
        if wide
        else "",
        "no energy": f"{len(without)}: {listed(without, most=_SHOWN)}" if without else "",
        "concentrations": f"{len(ranges[_LEVEL])} of {len(model.metabolites)} metabolites have a "
        "range",
        "conditions": _conditions(content),
        "pyTFA": "installed"
        if find_spec("pytfa") is not None
        else "not installed: sr.from_pytfa, which takes these energies, needs it "
        f"({how_to_install('build')}); build takes energies from eQuilibrator or a table",
    }
    problems = []
    if not ranges[_ENERGY] or not ranges[_LEVEL]:
        problems.append(
            "the model is not converted: it has no variables of energies and concentrations. Call "
            "tmodel.prepare() and tmodel.convert() in pyTFA and save it again."
        )
    return Findings("Thermodynamic data of pyTFA", entries, problems=tuple(problems))


def _ranges(content: Mapping[str, Any], kind: str) -> dict[str, tuple[float, float]]:
    """Return the finite bounds of variables of a kind, by reaction or metabolite."""
    variables = content.get("variables")
    found = {}
    for one in variables if isinstance(variables, list) else ():
        if not isinstance(one, Mapping) or one.get("kind") != kind:
            continue
        low, high = one.get("lb"), one.get("ub")
        if isinstance(low, int | float) and isinstance(high, int | float):
            found[str(one.get("id"))] = (float(low), float(high))
    return {name: ends for name, ends in found.items() if all(map(isfinite, ends))}


def _conditions(content: Mapping[str, Any]) -> str:
    places = content.get("compartments")
    temperature = content.get("temperature")
    told = [f"{temperature:g} K"] if isinstance(temperature, int | float) else []
    for key, what in (("pH", "pH"), ("ionicStr", "ionic strength, mol/L,")):
        values = [
            f"{name} {place[key]:g}"
            for name, place in (places.items() if isinstance(places, Mapping) else ())
            if isinstance(place, Mapping) and isinstance(place.get(key), int | float)
        ]
        told += [f"{what} {', '.join(values)}"] if values else []
    return "\n".join(told) or "not stated"
