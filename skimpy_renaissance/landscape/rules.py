r"""Concentrations at which a metabolite allows no fast dynamics, as in Fig. 3g of [1]_.

Among :math:`N` states :math:`F` are fast: some model at them is valid. A window of concentrations
holds :math:`n` of them, of which :math:`f` are fast. If the metabolite did not matter,

.. math:: p = P(X \le f), \qquad X \sim \mathrm{Hypergeometric}(N, F, n),

Fisher's exact test for too few. All windows between quantiles of the concentration are tried;
:math:`p` of the best, times their number, is the metabolite's, and these are corrected over all
metabolites by Benjamini and Hochberg [2]_. Rules found in one part of the states are then tested
in the other part, which had no say in where the windows lie.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
.. [2] Benjamini and Hochberg, *J. R. Stat. Soc. B* 57 (1995) 289,
   doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data.shifts import benjamini_hochberg
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["concentration_rules", "fast_states"]

Array = NDArray[np.float64]


def fast_states(lambda_max: ArrayLike, partition: float) -> NDArray[np.bool_]:
    """Return which states allow valid models.

    Parameters
    ----------
    lambda_max
        `` `state` ``, 1/h: fastest reachable; NaN counts as not fast.
    partition
        1/h: valid models lie below it.

    Returns
    -------
    numpy.ndarray
        `` `state` ``, bool.

    Examples
    --------
    >>> sr.landscape.fast_states([-20.0, -3.0, np.nan], partition=-9.0)
    array([ True, False, False])
    """
    return np.asarray(lambda_max, dtype=float) < partition


def concentration_rules(
    states: SteadyStates,
    fast: ArrayLike,
    *,
    held_out: float = 0.5,
    windows: int | None = None,
    largest_share: float = 0.05,
    false_discovery_rate: float = 0.05,
    seed: int = 0,
) -> pd.DataFrame:
    """Find, per metabolite, the range of concentrations that allows hardly any fast dynamics.

    Parameters
    ----------
    states
        Steady states.
    fast
        `` `state` ``, bool: whether valid models exist at each.
    held_out
        Share of the states that rules are tested on and not found in, drawn at random; 0 finds
        them in all states and tests none.
    windows
        Number of equally filled bins per metabolite whose unions of neighbours are the windows; by
        default 5 to 20, so that each bin holds twenty of the states searched.
    largest_share
        Share of fast states inside, relative to that among all states, up to which a window is
        called a rule. A window with more of them may be significant, but forbids nothing.
    false_discovery_rate
        Share of false rules tolerated.
    seed
        Seed of the random split.

    Returns
    -------
    pandas.DataFrame
        Index ``metabolite``, the most significant first. ``lower``, ``upper`` (mol/L) of the
        forbidden window; ``side`` (``"low"``, ``"high"``, ``"middle"`` of the range seen);
        ``n_inside``, ``fast_inside``, ``fast_outside`` (shares); ``p_value``, ``q_value``,
        ``rule``; and in the states held out ``n_held_out``, ``fast_held_out`` (share),
        ``p_held_out``.

    Raises
    ------
    InputError
        The states are all fast or all slow, there are too few, or a number is out of its range.

    Examples
    --------
    >>> fast = sr.landscape.pool_speeds(network, states).slowest > 30  # 1/h, of each state
    >>> int(fast.sum()), len(fast)
    (29, 200)
    >>> rules = sr.landscape.concentration_rules(states, fast)
    >>> rules.loc[rules["rule"], ["lower", "upper", "side", "fast_inside", "fast_outside"]].head(3)
                   lower     upper  side  fast_inside  fast_outside
    metabolite
    glu__L_c    0.093842  0.124783  high          0.0           0.4
    """
    fast = np.asarray(fast, dtype=bool)
    _require_usable(states, fast, held_out, windows, largest_share, false_discovery_rate)
    held = np.zeros(len(states), dtype=bool)
    shuffled = np.random.default_rng(seed).permutation(len(states))
    held[shuffled[: round(held_out * len(states))]] = True
    if not 0 < fast[~held].sum() < (~held).sum():
        raise InputError(
            f"Rules are found by comparing fast with slow states; {fast.sum()} of {len(fast)} are "
            "fast, and the part that is searched has one kind only. Read more states, hold fewer "
            "out, or choose another partition."
        )
    molar = states.concentrations / states.units.concentration_scaling
    spread = np.ptp(np.log(molar), axis=0)
    if windows is None:
        windows = int(np.clip((~held).sum() // 20, 5, 20))
    rows = {
        name: _best_window(values, fast, held, windows=windows, largest_share=largest_share)
        for name, values, moves in zip(states.metabolite_names, molar.T, spread > 1e-9, strict=True)
        if moves
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("metabolite")
    place = list(table.columns).index("n_held_out")
    table.insert(place, "q_value", benjamini_hochberg(table["p_value"]))
    scarce = table["fast_inside"] <= largest_share * fast[~held].mean()
    table.insert(place + 1, "rule", (table["q_value"] <= false_discovery_rate) & scarce)
    return table.sort_values(["q_value", "p_value"], kind="stable")


def _best_window(
    values: Array,
    fast: NDArray[np.bool_],
    held: NDArray[np.bool_],
    *,
    windows: int,
    largest_share: float,
) -> dict[str, object]:
    """Return the most significant window of one metabolite, found where ``held`` is false."""
    searched, is_fast = values[~held], fast[~held]
    edges = np.unique(np.quantile(searched, np.linspace(0, 1, windows + 1)))
    bins = np.clip(np.searchsorted(edges, searched, side="right") - 1, 0, len(edges) - 2)
    n_up_to = np.append(0, np.bincount(bins, minlength=len(edges) - 1).cumsum())
    fast_up_to = np.append(0, np.bincount(bins, is_fast, minlength=len(edges) - 1).cumsum())
    first, last = np.triu_indices(len(edges), k=1)
    proper = (last - first) < len(edges) - 1  # the whole range is no window
    first, last = (first[proper], last[proper]) if proper.any() else (first, last)
    n_inside = n_up_to[last] - n_up_to[first]
    fast_inside = fast_up_to[last] - fast_up_to[first]
    p = _too_few(fast_inside, n_inside, is_fast)
    scarce = fast_inside <= largest_share * is_fast.mean() * n_inside
    best = int(np.argmin(np.where(scarce, p, np.inf) if scarce.any() else p))
    low, high = edges[first[best]], edges[last[best]]
    outside = len(searched) - n_inside[best]
    inside_held = held & (values >= low) & (values <= high)
    at_start, at_end = first[best] == 0, last[best] == len(edges) - 1
    return {
        "lower": low,
        "upper": high,
        "side": "low" if at_start else "high" if at_end else "middle",
        "n_inside": int(n_inside[best]),
        "fast_inside": fast_inside[best] / n_inside[best],
        "fast_outside": (is_fast.sum() - fast_inside[best]) / outside if outside else np.nan,
        "p_value": min(1.0, float(p[best]) * len(p)),
        "n_held_out": int(inside_held.sum()),
        "fast_held_out": float(fast[inside_held].mean()) if inside_held.any() else np.nan,
        "p_held_out": float(
            _too_few(fast[inside_held].sum(), inside_held.sum(), fast[held])
            if inside_held.any()
            else np.nan
        ),
    }


def _too_few(fast_inside: ArrayLike, n_inside: ArrayLike, fast: NDArray[np.bool_]) -> Array:
    """Return Fisher's one-sided p-value of so few fast states in a window."""
    return np.asarray(hypergeom.cdf(fast_inside, len(fast), fast.sum(), n_inside))


def _require_usable(
    states: SteadyStates,
    fast: NDArray[np.bool_],
    held_out: float,
    windows: int | None,
    largest_share: float,
    false_discovery_rate: float,
) -> None:
    if fast.shape != (len(states),):
        raise InputError(
            f"fast needs one verdict per state, {len(states)}, got the shape {fast.shape}."
        )
    if len(states) < 20:
        raise InputError(
            f"Twenty states at least are needed to find rules, got {len(states)}. Sample more, or "
            "resample them with resample_states."
        )
    for name, value, low, high in (
        ("held_out", held_out, 0.0, 0.9),
        ("largest_share", largest_share, 0.0, 1.0),
        ("false_discovery_rate", false_discovery_rate, 0.0, 1.0),
    ):
        if not low <= value <= high:
            raise InputError(f"{name} must lie between {low:g} and {high:g}, got {value!r}.")
    if windows is not None and windows < 2:
        raise InputError(f"windows must be 2 or more, got {windows!r}.")
