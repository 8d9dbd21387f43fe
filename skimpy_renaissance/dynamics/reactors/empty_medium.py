"""A metabolite that the medium lacks and a rate law divides by: found and named before any run.

A displacement modifier, for example, divides by a proton that takes part as a substrate, so that
a medium without ``h_e`` has no rate at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.errors import InputError, listed

__all__ = ["require_rates_at"]


def require_rates_at(
    reactor: BatchReactor, start: NDArray[np.float64], parameters: NDArray[np.float64]
) -> None:
    """Raise where a rate law divides by a metabolite of the medium that is not there.

    Parameters
    ----------
    reactor
        The reactor.
    start
        `` `variable` ``, scaled concentration; cells for the biomass.
    parameters
        `` `parameter` ``, scaled units.

    Raises
    ------
    InputError
        Names the metabolites and the reactions.
    """
    column = {name: i for i, name in enumerate(reactor.variables)}
    empty = [name for name in reactor.medium_names if start[column[name]] == 0]

    def has_rates(lacking: Sequence[str]) -> bool:
        filled = start.copy()
        filled[[column[name] for name in empty if name not in lacking]] = 1.0
        with np.errstate(all="ignore"):
            return bool(np.isfinite(reactor.compiled.rates(filled, parameters)).all())

    if not empty or has_rates(empty) or not has_rates([]):
        return
    divisors = [name for name in empty if not has_rates([name])] or empty
    reactions = [
        r.name for r in reactor.system.reactions if not set(divisors).isdisjoint(r.names.values())
    ]
    raise InputError(
        f"The medium has no {listed(divisors, most=10)} (0 mol/L), by which rate laws divide: "
        f"{listed(reactions)}. State its concentration in the medium (initial_medium of the "
        "reactor file), or fill the medium from the steady state: "
        "medium={**medium_at(reactor, state), **reactor.medium}."
    )
