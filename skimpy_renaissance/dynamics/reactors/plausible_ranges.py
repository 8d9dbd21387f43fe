"""Which concentrations are plausible for each variable of a reactor: its medium, its cells."""

from __future__ import annotations

from collections.abc import Mapping

from skimpy_renaissance.dynamics.reactors.batch_reactor import BatchReactor
from skimpy_renaissance.steady_states.concentration_classes import (
    ConcentrationRange,
    concentration_range,
)

__all__ = ["plausible_ranges"]


def plausible_ranges(
    reactor: BatchReactor, *, own: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, ConcentrationRange | None]:
    """Return the range of every metabolite of a reactor, for :func:`implausible`.

    Parameters
    ----------
    reactor
        The reactor.
    own
        Name in the model, with or without the strain's, to lowest and highest, mol/L.

    Returns
    -------
    dict
        Variable to range; ``None`` for water.

    Examples
    --------
    >>> from skimpy_renaissance.dynamics import plausible_ranges
    >>> allowed = plausible_ranges(reactor, own={"pyr_c": (1e-6, 0.02)})  # mol/L
    >>> allowed["core_pyr_c"].high, allowed["core_atp_c"].high
    (0.02, 0.05)
    """
    own = own or {}
    ranges = {m: concentration_range(m, outside=True, own=own) for m in reactor.medium_names}
    for strain in reactor.strains:
        for name in reactor.inside_names(strain):
            local = f"{strain}_{name}"
            ranges[local] = concentration_range(local if local in own else name, own=own)
    return ranges
