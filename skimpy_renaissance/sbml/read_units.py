r"""Units of an SBML model as scaling of concentrations and of time.

.. math:: s = \frac{\text{volume unit}/\mathrm{L}}{\text{substance unit}/\mathrm{mol}}, \qquad
    \tau = \frac{3600\ \mathrm{s}}{\text{time unit}}

Concentrations of the model are :math:`s` times mol/L, one hour is :math:`\tau` of its time. SBML
states no cell density: fluxes in mmol/gDW/h need one.

References
----------
Hucka et al., *J. Integr. Bioinform.* 16 (2019) 20190021, doi:10.1515/jib-2019-0021 (SBML Level 3
Version 2).
"""

from __future__ import annotations

from math import isclose
from typing import Any

from skimpy_renaissance.errors import UnitsError, listed
from skimpy_renaissance.sbml.read_document import Document
from skimpy_renaissance.units import Units

__all__ = ["read_units"]

_AVOGADRO = 6.02214076e23
# unit of SBML to (what it measures, size in mol, s, L)
_BASE = {
    "mole": ("substance", 1.0),
    "item": ("substance", 1 / _AVOGADRO),
    "avogadro": ("substance", 1 / _AVOGADRO),
    "second": ("time", 1.0),
    "litre": ("volume", 1.0),
    "liter": ("volume", 1.0),
    "metre": ("volume", 1000.0),  # cubed
}


def read_units(
    document: Document, *, units: Units | None, density: float, gdw_gww_ratio: float
) -> Units | None:
    """Return the scaling of a model.

    Parameters
    ----------
    document
        The model.
    units
        What the user states; must agree with what the file states.
    density, gdw_gww_ratio
        For what is read, where ``units`` is not given.

    Returns
    -------
    Units or None
        ``None`` where neither the file nor the user says.

    Raises
    ------
    UnitsError
        The file contradicts the user, or itself, or measures concentrations in something else.
    """
    sizes = {kind: _size(document, kind) for kind in ("substance", "time", "volume")}
    _require_one_unit(document)
    if units is not None:
        _require_agreement(document, sizes, units)
        return units
    substance, time, volume = sizes["substance"], sizes["time"], sizes["volume"]
    if substance is None or time is None or volume is None:
        return None
    return Units(
        concentration_scaling=_round(volume / substance),
        density=density,
        gdw_gww_ratio=gdw_gww_ratio,
        time_scaling=_round(3600.0 / time),
    )


def _round(number: float) -> float:
    """Return a number without the rounding of powers of ten."""
    return float(f"{number:.14g}")


def _size(document: Document, kind: str) -> float | None:
    """Return the size of the model's unit in mol, s or L; ``None`` where it has none."""
    unit = getattr(document.model, f"get{kind.title()}Units")()
    if not unit:
        return None
    found = _in_base(document.model, unit)
    if found is not None and found[0] == "none":
        return None
    if found is None or found[0] != kind:
        raise UnitsError(
            f"SBML model {document.name!r} measures {kind} in {unit!r}, which is no unit of "
            f"{kind}. Needed are moles or items, seconds, and litres or cubic metres, each "
            "with any factor."
        )
    return found[1]


def _in_base(model: Any, unit: str) -> tuple[str, float] | None:
    """Return what a unit measures and its size in mol, s or L.

    ``("none", 1)`` for a plain number or a mass, ``None`` for all else.
    """
    import libsbml  # noqa: PLC0415 - takes a tenth of a second

    kind, exponent, factor = unit, 1.0, 1.0
    definition = model.getUnitDefinition(unit)
    if definition is not None:
        parts = list(definition.getListOfUnits())
        if len(parts) != 1:
            return None
        kind = libsbml.UnitKind_toString(parts[0].getKind())
        exponent = parts[0].getExponentAsDouble()
        factor = parts[0].getMultiplier() * 10.0 ** parts[0].getScale()
    if kind in ("dimensionless", "kilogram", "gram"):
        return "none", 1.0
    measured, size = _BASE.get(kind, ("", 0.0))
    usable = measured and exponent == (3 if kind == "metre" else 1)
    return (measured, size * factor**exponent) if usable else None


def _require_one_unit(document: Document) -> None:
    """Raise where species or compartments have units of their own that differ."""
    model = document.model
    stated = {("substance", s.getId(), s.getSubstanceUnits()) for s in model.getListOfSpecies()} | {
        ("volume", c.getId(), c.getUnits())
        for c in model.getListOfCompartments()
        if c.getSpatialDimensionsAsDouble() == 3
    }
    for kind in ("substance", "volume"):
        of_model = getattr(model, f"get{kind.title()}Units")()
        of_kind = sorted((name, unit) for k, name, unit in stated if k == kind and unit)
        sizes = {unit: _in_base(model, unit) for _, unit in of_kind}
        if of_model:
            sizes[of_model] = _in_base(model, of_model)
        if len(set(sizes.values())) > 1:
            raise UnitsError(
                f"SBML model {document.name!r} measures {kind} in "
                f"{listed(sorted(sizes))} ({listed(f'{n}: {u}' for n, u in of_kind)}). Convert all "
                "to one."
            )


def _require_agreement(document: Document, sizes: dict[str, float | None], units: Units) -> None:
    substance, time, volume = sizes["substance"], sizes["time"], sizes["volume"]
    both = {"substance", "volume"} <= document.own_units
    pairs = []
    if substance is not None and volume is not None and both:
        pairs.append(("concentration_scaling", volume / substance, units.concentration_scaling))
    if time is not None and "time" in document.own_units:
        pairs.append(("time_scaling", 3600.0 / time, units.time_scaling))
    for name, ours, theirs in pairs:
        if not isclose(ours, theirs, rel_tol=1e-9):
            raise UnitsError(
                f"SBML model {document.name!r} states units of its own: {name} is {ours:.10g}, but "
                f"{theirs:.10g} was given. Give the units of the file, or none."
            )
