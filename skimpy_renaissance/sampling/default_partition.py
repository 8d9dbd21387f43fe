r"""The time scale to demand of a model where nobody stated one.

A cell must be nearly back at its steady state when it divides. With
:math:`\lambda_{partition} = -5\mu` at the growth rate :math:`\mu`, at most :math:`2^{-5}`, 3 %, of
a perturbation is left after one doubling, and 0.7 % after :math:`1/\mu`, 1.44 doublings
(:mod:`~skimpy_renaissance.spectrum.time_scales`). The number that stands in for it, -2.5 1/h, is
that of one strain of *E. coli* [1]_: eight times its growth rate, so that 0.4 % is left after one
of its doublings of 134 min.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states import SteadyState, growth_rate

__all__ = [
    "TIMES_GROWTH",
    "no_partition_stated",
    "partition_of_growth",
    "suggested_partition",
]

TIMES_GROWTH = 5.0
"""How many times faster than growth the slowest mode is to be."""

_PLAUSIBLE_GROWTH = (0.01, 5.0)  # 1/h; the flux of a lumped reaction is another number


def suggested_partition(
    network: KineticNetwork,
    state: SteadyState,
    *,
    reaction: str | None = None,
    scaling: float = 1.0,
) -> float | None:
    """Return the partition that is five times faster than growth.

    Parameters
    ----------
    network
        The kinetic model.
    state
        The steady state.
    reaction
        The growth reaction; by default found by its name.
    scaling
        Growth rate, 1/h, per flux of that reaction, mmol/gDW/h.

    Returns
    -------
    float or None
        1/h, below 0; ``None`` where growth is not known, or not that of a growing cell.

    Raises
    ------
    MissingEntryError
        The network has no such reaction.
    """
    return partition_of_growth(growth_rate(network, state, reaction=reaction, scaling=scaling))


def partition_of_growth(growth: float | None) -> float | None:
    """Return the partition that is five times faster than growth.

    Parameters
    ----------
    growth
        Growth rate, 1/h; ``None`` where it is not known.

    Returns
    -------
    float or None
        1/h, below 0; ``None`` where growth is not known, or not that of a growing cell.
    """
    if growth is None or not _PLAUSIBLE_GROWTH[0] < growth < _PLAUSIBLE_GROWTH[1]:
        return None
    return -TIMES_GROWTH * growth


def no_partition_stated(suggested: float | None) -> str:
    """Say where the default comes from and what to state instead.

    Parameters
    ----------
    suggested
        What growth of the steady state suggests, 1/h.

    Returns
    -------
    str
        A sentence or two, for a warning or a note beside a result.
    """
    text = (
        f"No eigenvalue partition was stated: {Validity().partition:g} 1/h is that of one strain "
        "of E. coli."
    )
    if suggested is None:
        return f"{text} State five times the growth rate of your cells, with a minus sign."
    growth = -suggested / TIMES_GROWTH
    return f"{text} These cells grow at {growth:.3g} 1/h; five times faster is {suggested:.3g} 1/h."
