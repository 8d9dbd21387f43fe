"""What a sampler's settings say of validity and of saturation constants, for a model at hand."""

from __future__ import annotations

from dataclasses import replace
from math import isclose, log
from typing import Protocol

from skimpy_renaissance.checks import require_fractions
from skimpy_renaissance.errors import InputError, UnitsError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.sampling.default_partition import (
    no_partition_stated,
    suggested_partition,
)
from skimpy_renaissance.sampling.drop_in import Bounds, Given, Model, bind
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["StatedLimits", "stated_km_range", "stated_problem"]


class StatedLimits(Protocol):
    """Settings that say when a model is valid and where constants lie."""

    @property
    def eigenvalue_partition(self) -> float | None:
        """1/h, or 1 per model time; ``None`` where nobody said it."""

    @property
    def fastest_eigenvalue(self) -> float | None:
        """As the partition; ``None`` sets no limit."""

    @property
    def allow_unstable(self) -> bool:
        """Whether a partition above 0 is meant."""

    @property
    def km_range(self) -> tuple[float, float]:
        """Of constants without bounds, mol/L."""

    @property
    def concentration_scaling(self) -> float | None:
        """Scaled concentration per mol/L, where it is stated."""

    @property
    def units(self) -> Units | None:
        """Of fluxes and concentrations that come as two mappings."""

    @property
    def redraw(self) -> bool:
        """Whether constants with values are drawn too."""

    @property
    def spectrum(self) -> SpectralRoute | None:
        """Way from Jacobians to eigenvalues."""


def stated_problem(
    settings: StatedLimits,
    network: Model,
    fluxes: SteadyState | Given,
    concentrations: Given | None,
    *,
    bounds: Bounds | None,
    bounds_sample: tuple[float, float],
) -> tuple[BoundKinetics, Validity, str]:
    """Return kinetics, when a model is valid, and a note where nobody said that.

    Parameters
    ----------
    settings
        Of the sampler.
    network, fluxes, concentrations, bounds, bounds_sample
        As the sampler was given them.

    Returns
    -------
    tuple of BoundKinetics, Validity and str
        The note is empty where the partition is stated.

    Raises
    ------
    InputError
        An argument cannot be used; see also :func:`bind`.
    """
    bound = bind(
        network,
        fluxes,
        concentrations,
        bounds=bounds,
        units=settings.units,
        redraw=settings.redraw,
        spectrum=settings.spectrum,
    )
    bound = _within_saturations(bound, bounds_sample)
    return bound, *_stated_criterion(settings, bound, fluxes)


def _stated_criterion(
    settings: StatedLimits, bound: BoundKinetics, state: object
) -> tuple[Validity, str]:
    """Return when a model is valid, and a note where nobody said it.

    Parameters
    ----------
    settings
        Of the sampler.
    bound
        Kinetics at one steady state.
    state
        What the sampler was given as such.

    Returns
    -------
    tuple of Validity and str
        The note is empty where the partition is stated.
    """
    stated = settings.eigenvalue_partition
    partition = Validity().partition if stated is None else stated
    criterion = Validity(partition, settings.fastest_eigenvalue, settings.allow_unstable)
    if stated is not None:
        return criterion, ""
    return criterion, no_partition_stated(
        suggested_partition(bound.network, state) if isinstance(state, SteadyState) else None
    )


def _within_saturations(bound: BoundKinetics, bounds_sample: tuple[float, float]) -> BoundKinetics:
    """Narrow bounds so that every saturation x/(x + Km) lies within limits.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    bounds_sample
        Smallest and largest saturation.

    Returns
    -------
    BoundKinetics

    Raises
    ------
    InputError
        The limits are none.
    """
    low, high = require_fractions("bounds_sample", bounds_sample, may_be_equal=True)
    if (low, high) == (0, 1):
        return bound
    network = bound.network
    x = bound.reference.of_metabolites(network.hooks[name] for name in network.km_names)
    narrowed: dict[str, tuple[float | None, float | None]] = {}
    for name, c in zip(network.km_names, x.tolist(), strict=True):
        least, most = network.bounds.get(name, (None, None))
        at_high = c * (1 - high) / high
        at_low = None if low == 0 else c * (1 - low) / low
        upper = most if at_low is None else at_low if most is None else min(most, at_low)
        narrowed[name] = (max(least or 0.0, at_high) or None, upper)
    return replace(bound, network=network.with_bounds(narrowed))


def stated_km_range(settings: StatedLimits, bound: BoundKinetics) -> tuple[float, float]:
    """Return the range of constants without bounds, in the logarithms that ``bound`` takes.

    Parameters
    ----------
    settings
        Of the sampler.
    bound
        Kinetics at one steady state.

    Returns
    -------
    tuple of float
        Lower, upper.

    Raises
    ------
    InputError
        The range is none.
    UnitsError
        It is needed, but the scaling of concentrations is not known.
    """
    low, high = settings.km_range
    if not 0 < low < high:
        raise InputError(f"km_range must satisfy 0 < lower < upper in mol/L, got {(low, high)!r}.")
    stated, units = settings.concentration_scaling, bound.reference.units
    if units is not None:
        if stated is not None and not isclose(stated, units.concentration_scaling):
            raise UnitsError(
                f"Parameters says concentration_scaling={stated!r}, the steady state "
                f"{units.concentration_scaling!r}. Leave it out of Parameters."
            )
        return log(low), log(high)
    if stated is not None:
        return log(low * stated), log(high * stated)
    unbounded = bound.log_km_bounds.isfinite().all(-1).logical_not().nonzero().flatten().tolist()
    if unbounded:
        raise UnitsError(
            f"Parameters(km_range={settings.km_range!r}) is in mol/L, but fluxes and "
            "concentrations came without units, and bounds are missing for "
            f"{listed(bound.km_names[i] for i in unbounded)}. State the units: "
            "Parameters(concentration_scaling=1e6) for micromolar concentrations."
        )
    return log(low), log(high)
