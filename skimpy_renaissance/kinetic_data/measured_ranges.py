r"""From measurements to the range in which a Michaelis constant is drawn.

With measurements :math:`m_1 \dots m_n` of one constant, each with a lower and an upper end, and
weights :math:`w_i` (1 unless stated) that add up to :math:`W`,

.. math:: \hat K = \Bigl(\prod_i m_i^{w_i}\Bigr)^{1/W}, \qquad l_i, u_i = (1 \mp \delta)\, m_i

where a measurement states no uncertainty of its own. The range is one of

=================  ================================================================================
``covering``       :math:`[\min_i l_i, \max_i u_i]`: it contains every measurement
``around_mean``    :math:`[(\prod_i l_i^{w_i})^{1/W}, (\prod_i u_i^{w_i})^{1/W}]`; without
                   uncertainties of their own :math:`(1 \mp \delta)\hat K`, the paper's rule with
                   :math:`\delta` = 20 % [1]_. It may contain none of them.
=================  ================================================================================

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Methods,
   "Integration of experimental kinetic data").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.kinetic_data.matching import KmMatch
from skimpy_renaissance.network.kinetic_network import KineticNetwork
from skimpy_renaissance.units import Units

__all__ = ["RANGE_RULES", "KmRanges", "RangeRule", "around_mean", "covering", "km_ranges"]

_COLUMNS = ("reaction", "metabolite", "n", "n_own", "mean", "low", "high", "spread")

RangeRule = Callable[[pd.DataFrame], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class KmRanges:
    """Observed range of each measured Michaelis constant.

    Parameters
    ----------
    table
        Index ``km``. Columns ``reaction``, ``metabolite``, ``n`` (measurements), ``n_own`` (those
        that state an uncertainty of their own), ``mean`` (geometric), ``low`` and ``high``
        (mol/L; 0 or infinity at an open end), and ``spread`` (standard deviation of the
        measurements, ln units; NaN for one).

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_ranges, match_km, read_measured_km
    >>> table = pd.DataFrame({"reaction": ["PFK"], "metabolite": ["atp"], "value": [0.1]})
    >>> ranges = km_ranges(match_km(read_measured_km(table, unit="mM"), network))
    >>> {name: (round(low, 6), round(high, 6)) for name, (low, high) in ranges.molar.items()}
    {'km_substrate2_PFK': (8e-05, 0.00012)}
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"<KmRanges: {len(self)} Michaelis constants>"

    @property
    def km_names(self) -> tuple[str, ...]:
        """Constants with a range, in order."""
        return tuple(self.table.index)

    @property
    def molar(self) -> dict[str, tuple[float, float]]:
        """Constant to (lower, upper) in mol/L, as ``measured`` of the training takes them."""
        pairs = zip(self.table["low"], self.table["high"], strict=True)
        ranges = [(float(low), float(high)) for low, high in pairs]
        return dict(zip(self.km_names, ranges, strict=True))

    def bounds(self, units: Units) -> dict[str, tuple[float, float]]:
        """Return bounds as ``network.with_bounds`` takes them.

        Parameters
        ----------
        units
            Units of the kinetic model.

        Returns
        -------
        dict
            Constant to (lower, upper), scaled concentration.
        """
        scale = units.concentration_scaling
        return {name: (low * scale, high * scale) for name, (low, high) in self.molar.items()}

    def log_bounds(self, network: KineticNetwork) -> torch.Tensor:
        """Return bounds in the order of the ``km`` axis.

        Parameters
        ----------
        network
            Its ``km_names`` order the result.

        Returns
        -------
        torch.Tensor
            `` `km x 2` ``, float64, ln(mol/L), NaN where nothing is measured, infinite at an
            open end.

        Raises
        ------
        MissingEntryError
            A constant with a range is not a free constant of the network.
        """
        unknown = [name for name in self.km_names if name not in set(network.km_names)]
        if unknown:
            raise MissingEntryError(
                f"{listed(unknown)} has a range but is no saturation constant without a value of "
                f"{network.name!r}. Match the measurements to this network, or select others."
            )
        ends = self.table[["low", "high"]].reindex(list(network.km_names)).to_numpy(dtype=float)
        with np.errstate(divide="ignore"):  # an end at 0 is open
            return torch.from_numpy(np.log(ends))

    def select(self, km_names: Iterable[str]) -> KmRanges:
        """Return the ranges of some constants.

        Parameters
        ----------
        km_names
            Which ones, in the order wanted.

        Returns
        -------
        KmRanges

        Raises
        ------
        MissingEntryError
            A constant has no range.
        """
        names = list(km_names)
        require_names(names, self.km_names, what="measured range of")
        return KmRanges(self.table.loc[names])


def covering(measurements: pd.DataFrame) -> tuple[float, float]:
    """Return the range that contains every measurement of a constant.

    Parameters
    ----------
    measurements
        Columns ``low`` and ``high``, mol/L, and ``weight``.

    Returns
    -------
    tuple of float
        Lower and upper end, mol/L.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import covering
    >>> measurements = pd.DataFrame({"low": [8e-5, 2e-4], "high": [1.2e-4, 3e-4], "weight": 1.0})
    >>> covering(measurements)  # mol/L
    (8e-05, 0.0003)
    """
    return float(measurements["low"].min()), float(measurements["high"].max())


def around_mean(measurements: pd.DataFrame) -> tuple[float, float]:
    """Return the range around the geometric mean of a constant's measurements, the paper's rule.

    Parameters
    ----------
    measurements
        Columns ``low`` and ``high``, mol/L, and ``weight``.

    Returns
    -------
    tuple of float
        Lower and upper end, mol/L: the weighted geometric means of both.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import around_mean
    >>> measurements = pd.DataFrame({"low": [1e-4, 4e-4], "high": [2e-4, 8e-4], "weight": 1.0})
    >>> low, high = around_mean(measurements)
    >>> round(low, 6), round(high, 6)  # mol/L
    (0.0002, 0.0004)
    """
    low, high = (_geometric_mean(measurements[end], measurements) for end in ("low", "high"))
    return low, high


def _geometric_mean(values: pd.Series, measurements: pd.DataFrame) -> float:
    with np.errstate(divide="ignore"):  # an end at 0 is open
        return float(np.exp(np.average(np.log(values), weights=measurements["weight"])))


RANGE_RULES: Mapping[str, RangeRule] = MappingProxyType(
    {"covering": covering, "around_mean": around_mean}
)
"""Name to rule, the default first.

>>> from skimpy_renaissance.kinetic_data import RANGE_RULES
>>> list(RANGE_RULES)
['covering', 'around_mean']
"""


def km_ranges(match: KmMatch, *, relative: float = 0.2, rule: RangeRule = covering) -> KmRanges:
    r"""Make the matched measurements of each constant into one range.

    Parameters
    ----------
    match
        Its ``matched`` measurements are used; ambiguous ones after ``match.accepting()``. Those
        of weight 0 are not.
    relative
        Half width :math:`\delta` of a measurement that states no uncertainty, relative to its
        value.
    rule
        ``covering`` or ``around_mean`` (the paper's).

    Returns
    -------
    KmRanges
        In order of first appearance.

    Raises
    ------
    InputError
        ``relative`` is not in [0, 1).

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_ranges, match_km, read_measured_km
    >>> table = pd.DataFrame({"reaction": "PFK", "metabolite": "atp", "value": [0.1, 0.3]})
    >>> match = match_km(read_measured_km(table, unit="mM"), network)
    >>> km_ranges(match).table[["n", "low", "high"]].round(6)  # 20 % around each, mol/L
                       n      low     high
    km
    km_substrate2_PFK  2  0.00008  0.00036
    """
    if not 0 <= relative < 1:
        raise InputError(
            f"relative must be at least 0 and below 1, so that bounds are positive; got "
            f"{relative!r}. 0.2 means +-20 %."
        )
    rows = match.matched[match.matched["weight"].astype(float) > 0]
    value = rows["km_molar"].astype(float)
    own = rows["low"].notna()
    used = pd.DataFrame(
        {
            "value": value,
            "low": rows["low"].astype(float).where(own, (1 - relative) * value),
            "high": rows["high"].astype(float).where(own, (1 + relative) * value),
            "weight": rows["weight"].astype(float),
            "own": own,
        }
    )
    entries = {}
    for name, group in used.groupby(rows["km"], sort=False):
        first = rows.loc[group.index[0]]
        low, high = rule(group)
        entries[name] = {
            "reaction": first["km_reaction"],
            "metabolite": first["km_metabolite"],
            "n": len(group),
            "n_own": int(group["own"].sum()),
            "mean": _geometric_mean(group["value"], group),
            "low": low,
            "high": high,
            "spread": np.log(group["value"]).std(),
        }
    table = pd.DataFrame.from_dict(entries, orient="index", columns=list(_COLUMNS))
    table.index.name = "km"
    return KmRanges(table)
