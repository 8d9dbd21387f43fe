r"""Units of a steady state and of everything computed from it.

Genome-scale models give fluxes in mmol/gDW/h and concentrations in mol/L. A kinetic model works in
scaled concentrations :math:`c = s\,x` (``concentration_scaling`` :math:`s`: 1e6 gives micromolar)
and in concentration per time,

.. math:: v = v_{FBA}\; 10^{-3}\; r\; \rho\; s / \tau

with cell density :math:`\rho` (gram wet weight per litre), dry-to-wet weight ratio :math:`r`
and ``time_scaling`` :math:`\tau` (1: hours). Other ``flux_unit`` have another amount in place of
:math:`10^{-3}`, no :math:`r` where they are per gram wet weight, and 60 or 3600 where they are per
minute or second. Eigenvalues scale with :math:`r \rho`, so these numbers decide which models are
valid: they are stated once and travel with every result. Whatever the units of fluxes and of model
time, eigenvalues and partitions are in 1/h.

References
----------
Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isclose
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.errors import UnitsError, listed

__all__ = ["Units", "is_flux_unit"]

Array = TypeVar("Array", float, NDArray[np.float64])

_GAS_CONSTANT = {"kcal/mol": 1.9858775e-3, "kJ/mol": 8.314472e-3}  # per kelvin, pyTFA's values
_AMOUNT = {"mol": 1.0, "mmol": 1e-3, "umol": 1e-6, "nmol": 1e-9}  # SKiMPy's xmol_in_flux
_WEIGHTS = ("gDW", "gWW")
_PER_HOUR = {"h": 1.0, "min": 60.0, "s": 3600.0}
_MOLAR = {1.0: "mol/L", 1e3: "mmol/L", 1e6: "umol/L", 1e9: "nmol/L"}  # by concentration_scaling
_TIMES = {per_hour: unit for unit, per_hour in _PER_HOUR.items()}
_PARTS = (_AMOUNT, _WEIGHTS, _PER_HOUR)
_FLUX_UNIT = "mmol/gDW/h"


def is_flux_unit(text: object) -> bool:
    """Return whether a text is a unit of fluxes of a genome-scale model.

    Parameters
    ----------
    text
        For example ``"mmol/gDW/h"``.

    Returns
    -------
    bool
    """
    parts = text.split("/") if isinstance(text, str) else []
    return len(parts) == 3 and all(p in known for p, known in zip(parts, _PARTS, strict=True))


@dataclass(frozen=True)
class Units:
    """Scaling between a genome-scale model and a kinetic model.

    Parameters
    ----------
    concentration_scaling
        Scaled concentration per mol/L: 1e3 mM, 1e6 uM, 1e9 nM.
    density
        Cell density, gram wet weight per litre of cell volume.
    gdw_gww_ratio
        Gram dry weight per gram wet weight.
    time_scaling
        Model time units per hour: 1 hours, 60 minutes, 3600 seconds.
    energy_unit
        Unit of reaction free energies (columns ``DG_*``): ``"kcal/mol"`` or ``"kJ/mol"``.
    temperature
        Kelvin, for :math:`RT`.
    flux_unit
        Unit of the fluxes of the genome-scale model: mol, mmol, umol or nmol per gDW or gWW per h,
        min or s. ``"umol/gWW/min"`` with ``time_scaling=60`` is SKiMPy's ``xmol_in_flux=1e-6`` with
        a ratio of 1, in a model whose time is counted in minutes.

    Raises
    ------
    UnitsError
        A number is not positive and finite, or a unit is unknown.

    Examples
    --------
    Ten mmol of glucose per gram dry weight and hour, in micromolar per hour:

    >>> units = sr.Units(concentration_scaling=1e6, density=1200.0, gdw_gww_ratio=0.3)
    >>> 10 * units.flux_factor
    3600000.0
    """

    concentration_scaling: float
    density: float
    gdw_gww_ratio: float
    time_scaling: float = 1.0
    energy_unit: str = "kcal/mol"
    temperature: float = 298.15
    flux_unit: str = _FLUX_UNIT

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in ("energy_unit", "flux_unit"):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                hint = " It is 1 for hours, 60 for minutes." if field.name == "time_scaling" else ""
                raise UnitsError(
                    f"{field.name} must be a number, got {value!r} ({type(value).__name__}).{hint}"
                )
            if not is_finite_number(value) or value <= 0:
                raise UnitsError(
                    f"{field.name} must be a positive, finite number, got {value!r}. "
                    "Take the numbers the fluxes and concentrations were computed with."
                )
        if self.gdw_gww_ratio > 1:
            raise UnitsError(
                f"gdw_gww_ratio is gram dry per gram wet weight and cannot exceed 1, "
                f"got {self.gdw_gww_ratio!r}. Did you swap it with the density?"
            )
        if not isinstance(self.energy_unit, str) or self.energy_unit not in _GAS_CONSTANT:
            raise UnitsError(
                f"energy_unit must be one of {listed(sorted(_GAS_CONSTANT))}, "
                f"got {self.energy_unit!r}."
            )
        if not is_flux_unit(self.flux_unit):
            amounts, weights, times = (", ".join(names) for names in _PARTS)
            raise UnitsError(
                f"flux_unit must be an amount ({amounts}) per weight ({weights}) per time "
                f"({times}), for example 'umol/gWW/min', got {self.flux_unit!r}."
            )

    @property
    def concentration_unit(self) -> str:
        """Unit of scaled concentrations and Km: ``"umol/L"``, or ``"1/50000 mol/L"``."""
        scaling = self.concentration_scaling
        return _MOLAR.get(scaling, f"1/{scaling:g} mol/L")

    @property
    def rate_unit(self) -> str:
        """Unit of kinetic fluxes and Vmax: ``"umol/L/h"``, or ``"umol/L per 1/24 h"``."""
        time = _TIMES.get(self.time_scaling)
        per = f" per 1/{self.time_scaling:g} h" if time is None else f"/{time}"
        return f"{self.concentration_unit}{per}"

    @property
    def of_constants(self) -> str:
        """Units of scaled constants: ``"Km in umol/L, Vmax in umol/L/h"``."""
        return f"Km in {self.concentration_unit}, Vmax in {self.rate_unit}"

    @property
    def flux_factor(self) -> float:
        """Kinetic flux (scaled concentration per model time) per ``flux_unit``."""
        amount, weight, time = self.flux_unit.split("/")
        return (
            _AMOUNT[amount]
            * (self.gdw_gww_ratio if weight == "gDW" else 1.0)
            * self.density
            * self.concentration_scaling
            / self.time_scaling
            * _PER_HOUR[time]
        )

    def mmol_per_gdw_h(self, scaled: Array) -> Array:
        """Return kinetic fluxes, or Vmax, in mmol/gDW/h, whatever unit they were stated in.

        Parameters
        ----------
        scaled
            A number or an array of any shape, scaled concentration per model time.

        Returns
        -------
        float or numpy.ndarray
            Same shape, mmol/gDW/h.
        """
        return scaled / replace(self, flux_unit=_FLUX_UNIT).flux_factor

    @property
    def thermal_energy(self) -> float:
        """:math:`RT` in ``energy_unit``."""
        return _GAS_CONSTANT[self.energy_unit] * self.temperature

    def log_molar(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ln(mol/L) of scaled concentrations, or of Michaelis constants in SKiMPy's units.

        Parameters
        ----------
        scaled
            Any shape, scaled concentration.

        Returns
        -------
        numpy.ndarray
            Same shape, ln(mol/L).
        """
        return np.log(scaled / self.concentration_scaling)

    def scaled(self, log_molar: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scaled concentrations; the inverse of :meth:`log_molar`.

        Parameters
        ----------
        log_molar
            Any shape, ln(mol/L).

        Returns
        -------
        numpy.ndarray
            Same shape, scaled concentration.
        """
        return np.exp(log_molar) * self.concentration_scaling

    def to_dict(self) -> dict[str, float | str]:
        """Return the fields as a plain dictionary, for JSON, TOML and HDF5 attributes.

        ``flux_unit`` stands in it where it is not mmol/gDW/h, which older files do not say.
        """
        values = asdict(self)
        if self.flux_unit == _FLUX_UNIT:
            del values["flux_unit"]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Units:
        """Build units from a mapping such as :meth:`to_dict` returns.

        Parameters
        ----------
        values
            Field names and values.

        Returns
        -------
        Units

        Raises
        ------
        UnitsError
            A needed field is absent or an unknown one present.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        missing = sorted({"concentration_scaling", "density", "gdw_gww_ratio"} - set(values))
        if unknown or missing:
            raise UnitsError(f"Units takes {sorted(known)}; missing {missing}, unknown {unknown}.")
        return cls(**values)  # type: ignore[arg-type]

    def require_same(self, other: Units, *, what: str) -> None:
        """Raise unless ``other`` holds the same numbers.

        Parameters
        ----------
        other
            Units of the second quantity.
        what
            The second quantity, for the message.

        Raises
        ------
        UnitsError
            Names each field that differs, with both values.
        """
        mine, theirs = asdict(self), asdict(other)
        different = [
            f"{name}: {mine[name]!r} here, {theirs[name]!r} there"
            for name in mine
            if not _same(mine[name], theirs[name])
        ]
        if different:
            raise UnitsError(
                f"{what} must have the same units; {'; '.join(different)}. "
                "Rescale one of them, or state the units it really has."
            )

    def require_flux_factor(self, stated: float, *, source: str) -> None:
        """Raise unless a file was scaled with the factor that follows from these units.

        Parameters
        ----------
        stated
            ``flux_scaling_factor`` of the file.
        source
            Its name, for the message.

        Raises
        ------
        UnitsError
            They differ.
        """
        if not isclose(stated, self.flux_factor, rel_tol=1e-6):
            raise UnitsError(
                f"{source} states flux_scaling_factor {stated!r}, but its units give "
                f"{self.flux_factor!r} (1e-3 x gdw_gww_ratio x density x concentration_scaling / "
                f"time_scaling for mmol/gDW/h; here {self.flux_unit}). Correct one of them."
            )


def _same(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return isclose(one, other, rel_tol=1e-12)
