"""The integrator to use by default, and its absolute tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import ArrayLike

from skimpy_renaissance.dynamics.equations.compiled_system import CompiledSystem
from skimpy_renaissance.dynamics.integrators.bdf import BDF
from skimpy_renaissance.dynamics.integrators.cvode import CVODE
from skimpy_renaissance.dynamics.integrators.events import Event
from skimpy_renaissance.dynamics.integrators.integrator import Integrator
from skimpy_renaissance.dynamics.integrators.rosenbrock import Rosenbrock
from skimpy_renaissance.sparse import have_numba

__all__ = [
    "can_run_on_lanes",
    "default_integrator",
    "default_tolerance",
    "population_integrator",
]

_RELATIVE = 1e-9  # absolute tolerance per reference concentration
_WORTH_COMPILING = 64  # runs: the first use of compiled code takes some seconds
_TIGHTEST = 1e-7  # relative tolerance at which a method of order 5 still needs few steps


def default_integrator() -> Integrator:
    """Return CVODE, or SciPy's BDF where scikit-sundae is not installed.

    Returns
    -------
    Integrator
    """
    return BDF() if find_spec("sksundae") is None else CVODE()


def population_integrator(
    compiled: CompiledSystem, *, n_runs: int, rtol: float, events: Sequence[Event]
) -> Integrator:
    """Return the fastest integrator that is safe for many runs of a system.

    Parameters
    ----------
    compiled
        The differential equations.
    n_runs
        How many runs.
    rtol
        Relative tolerance.
    events
        What to look out for.

    Returns
    -------
    Integrator
        ``Rosenbrock`` for 64 runs or more at a relative tolerance of 1e-7 or more, without events,
        where numba is installed, with :func:`default_integrator` for runs that it gives up; that
        one alone otherwise.
    """
    many = n_runs >= _WORTH_COMPILING and rtol >= _TIGHTEST
    if many and can_run_on_lanes(compiled, events):
        return Rosenbrock(fallback=default_integrator())
    return default_integrator()


def can_run_on_lanes(compiled: CompiledSystem, events: Sequence[Event]) -> bool:
    """Return whether a system can run for many models side by side.

    Parameters
    ----------
    compiled
        The differential equations.
    events
        What to look out for.

    Returns
    -------
    bool
        Not with events, without numba, or with an unusual function in a rate law.
    """
    return have_numba() and not events and compiled.on_lanes is not None


def default_tolerance(reference: ArrayLike) -> np.ndarray:
    """Return absolute tolerances.

    Parameters
    ----------
    reference
        `` ... x variable ``, scaled concentration.

    Returns
    -------
    numpy.ndarray
        `` ... x variable ``: 1e-9 of the reference, and 1e-9 where that is zero.
    """
    size = np.abs(np.asarray(reference, dtype=float))
    return _RELATIVE * np.where(size > 0, size, 1.0)
