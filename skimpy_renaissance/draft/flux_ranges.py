r"""How far fluxes can go within a draft's bounds: what steady states are sampled in.

Bounds of exchanges are not part of a kinetic network. Flux variability analysis [1]_ carries them
over to the reactions that it has,

.. math:: \min v_r,\; \max v_r \quad\text{such that}\quad N v = 0,\; l \le v \le u,\;
          v_r\, v_r^* \ge f\, (v_r^*)^2

with the fluxes :math:`v^*` of the draft, whose directions are kept.

References
----------
.. [1] Mahadevan and Schilling, *Metab. Eng.* 5 (2003) 264, doi:10.1016/j.ymben.2003.09.002
"""

from __future__ import annotations

from skimpy_renaissance.checks import require_fractions
from skimpy_renaissance.draft.draft import Draft
from skimpy_renaissance.errors import InputError

__all__ = ["flux_ranges"]


def flux_ranges(draft: Draft, *, least: float = 0.01) -> dict[str, tuple[float, float]]:
    """Return the range of each flux of the kinetic network.

    Parameters
    ----------
    draft
        A draft with fluxes.
    least
        Smallest flux, of the one in the draft; directions are kept.

    Returns
    -------
    dict
        Reaction of the network to (lowest, highest), mmol/gDW/h, for
        :func:`~skimpy_renaissance.steady_states.sample_steady_states`: ``fluxes=``.

    Raises
    ------
    InputError
        The draft has no fluxes, or ``least`` is no fraction.

    Examples
    --------
    >>> from skimpy_renaissance.draft import draft_from_cobra, flux_ranges
    >>> condition = {"bounds": {"EX_glc__D_e": (-9, -8)}, "growth": (0.6, 0.7)}
    >>> low, high = flux_ranges(draft_from_cobra("textbook", **condition))["PFK"]
    >>> round(low, 2), round(high, 2)  # mmol/gDW/h
    (5.93, 8.07)
    """
    from cobra.flux_analysis import flux_variability_analysis  # noqa: PLC0415

    require_fractions("(least, 1)", (least, 1.0))
    if draft.fluxes is None:
        raise InputError(
            f"Ranges of fluxes need a draft with fluxes; {draft.network.name!r} was drafted "
            "without a condition. State bounds=, growth= or fluxes=."
        )
    names = list(draft.network.reaction_names)
    with draft.model as model:
        for reaction in model.reactions:
            ends = [least * draft.fluxes[reaction.id], float("inf")]
            low, high = sorted(draft.directions[reaction.id] * abs(end) for end in ends)
            reaction.bounds = max(low, reaction.lower_bound), min(high, reaction.upper_bound)
        found = flux_variability_analysis(model, names, fraction_of_optimum=0.0, processes=1)
    least_and_most = found[["minimum", "maximum"]].to_numpy(dtype=float)
    least_and_most.sort(axis=1)  # a solver's rounding
    return {
        str(name): (float(low), float(high))
        for name, (low, high) in zip(found.index, least_and_most, strict=True)
    }
