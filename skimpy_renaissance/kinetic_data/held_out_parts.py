r"""Whether integrating some measured constants improves the prediction of the others.

A random part of the measured constants is integrated, again and again; a constant is scored only
where it was held out,

.. math:: \overline{OS}_k = \frac{1}{|C_k|} \sum_{c \in C_k} OS_k(c), \qquad
   C_k = \{c : k \notin \text{integrated}(c)\}

with the score :math:`OS_k(c)` of constant :math:`k` over the models of combination :math:`c`, and
compared with models without any data [1]_. A constant that was integrated scores 1 by construction
and would count in favour of the method; it does not count here.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, MissingEntryError, listed
from skimpy_renaissance.priors.randomness import require_seed

__all__ = ["held_out_scores", "random_parts"]


def random_parts(
    km_names: Sequence[str], n: int, *, seed: int, share: float = 0.5
) -> list[tuple[str, ...]]:
    """Choose random parts of some constants, to be integrated one part at a time.

    Parameters
    ----------
    km_names
        Measured constants; two at least, so that one is held out.
    n
        How many parts; the first ones do not depend on the number.
    seed
        A whole number, 0 or more.
    share
        Share of the constants that a part holds, rounded up: 9 of 17 for one half.

    Returns
    -------
    list of tuple of str
        In the order of ``km_names`` within each part. Parts may be equal where few are possible.

    Raises
    ------
    InputError
        Fewer than two constants, no part is wanted, or nothing would be held out.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import random_parts
    >>> [len(part) for part in random_parts(network.km_names, 3, seed=0)]
    [80, 80, 80]
    """
    names = list(km_names)
    require_whole("n", n)
    if len(names) < 2:
        raise InputError(f"At least two constants are needed, got {len(names)}.")
    size = ceil(share * len(names) - 1e-9) if share > 0 else 0
    if not 1 <= size < len(names):
        raise InputError(
            f"A part must integrate at least one constant and hold out at least one; a share of "
            f"{share!r} takes {size} of {len(names)}. 0.5 takes one half."
        )
    streams = np.random.SeedSequence(require_seed(seed)).spawn(n)
    parts = []
    for stream in streams:
        chosen = np.random.default_rng(stream).choice(len(names), size=size, replace=False)
        parts.append(tuple(names[i] for i in sorted(chosen)))
    return parts


def held_out_scores(
    before: Sequence[pd.DataFrame],
    after: Sequence[pd.DataFrame],
    integrated: Sequence[Collection[str]],
    *,
    column: str = "overlap",
) -> pd.DataFrame:
    """Average scores over repeats, each constant where it was held out.

    Parameters
    ----------
    before
        Scores without data, one table per repeat, as
        :func:`~skimpy_renaissance.kinetic_data.overlap.overlap_scores` returns.
    after
        Scores with data, one table per combination, of the same constants.
    integrated
        What each combination integrated.
    column
        The score; higher is better.

    Returns
    -------
    pandas.DataFrame
        Index ``km``; columns ``reaction``, ``metabolite``, ``before`` and ``after`` (mean scores),
        ``before_error`` and ``after_error`` (standard errors, NaN for one), ``n`` (combinations in
        which the constant was held out), ``change`` and ``improved``. Where ``n`` is 0, ``after``
        is NaN and ``improved`` is ``False``.

    Raises
    ------
    InputError
        Nothing to compare, or combinations and their scores differ in number.
    MissingEntryError
        The tables are of different constants.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import held_out_scores
    >>> places = {"reaction": ["PFK", "PYK"], "metabolite": "adp_c", "overlap": [0.2, 0.3]}
    >>> before = pd.DataFrame(places, index=["km_product2_PFK", "km_substrate2_PYK"])
    >>> after = before.assign(overlap=[0.5, 0.9])  # PYK was integrated, PFK was held out
    >>> scores = held_out_scores([before], [after], [["km_substrate2_PYK"]])
    >>> scores[["before", "after", "n"]]
                       before  after  n
    km_product2_PFK       0.2    0.5  1
    km_substrate2_PYK     0.3    NaN  0
    """
    if not before or not after or len(after) != len(integrated):
        raise InputError(
            "A comparison needs scores without data, and one table of scores per combination; got "
            f"{len(before)} without, {len(after)} with, {len(integrated)} combinations."
        )
    names = before[0].index
    for table in (*before, *after):
        different = sorted(set(names) ^ set(table.index))
        if different:
            raise MissingEntryError(
                f"All repeats must be scored on the same constants; {listed(different)} is in some "
                "tables only."
            )
    without = pd.concat([one[column].reindex(names) for one in before], axis=1)
    columns = [
        one[column].reindex(names).where(~names.isin(list(chosen)))
        for one, chosen in zip(after, integrated, strict=True)
    ]
    held_out = pd.concat(columns, axis=1)
    table = before[0][["reaction", "metabolite"]].copy()
    table["before"], table["before_error"] = without.mean(axis=1), without.sem(axis=1)
    table["after"], table["after_error"] = held_out.mean(axis=1), held_out.sem(axis=1)
    table["n"] = held_out.notna().sum(axis=1)
    table["change"] = table["after"] - table["before"]
    table["improved"] = table["change"] > 0
    return table
