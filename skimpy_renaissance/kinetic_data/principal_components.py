r"""Populations of Michaelis constants seen in two dimensions.

Principal components of :math:`\ln K_m` over all populations together: the directions in which they
differ most, and what share of the variance each direction holds.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Fig. 5f).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.errors import InputError

__all__ = ["KmComponents", "km_components"]


@dataclass(frozen=True, eq=False)
class KmComponents:
    """Populations in the coordinates of their principal components.

    Parameters
    ----------
    table
        A row per model: columns ``group`` and ``PC1``, ``PC2``, ... (ln units).
    explained
        `component`: share of the variance, 0 to 1.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_components
    >>> found = km_components({"five models": population.log_km(network.km_names)})
    >>> found.table.columns.tolist(), found.explained.round(2).tolist()
    (['group', 'PC1', 'PC2'], [0.29, 0.27])
    """

    table: pd.DataFrame
    explained: NDArray[np.float64]


def km_components(
    groups: Mapping[str, NDArray[np.float64]], *, n_components: int = 2
) -> KmComponents:
    """Find the principal components of several populations of Michaelis constants.

    Parameters
    ----------
    groups
        Name to `model x km`, ln(mol/L), the same constants in the same order, as
        ``population.log_km(names)`` returns. Constants are centred, and not scaled: a decade of one
        counts as much as a decade of another.
    n_components
        How many components.

    Returns
    -------
    KmComponents

    Raises
    ------
    InputError
        No group, groups of different constants, or fewer models or constants than components.

    Examples
    --------
    >>> from skimpy_renaissance.kinetic_data import km_components
    >>> prior = sr.sampling.log_uniform_prior(bound).sample(50, seed=0).numpy()
    >>> groups = {"prior": prior, "stable": population.log_km(network.km_names)}
    >>> km_components(groups).table.groupby("group").size()
    group
    prior     50
    stable     5
    dtype: int64
    """
    shapes = {name: np.shape(values) for name, values in groups.items()}
    widths = {shape[1:] for shape in shapes.values()}
    if len(widths) != 1 or len(next(iter(widths))) != 1:
        raise InputError(f"Every group must be model x km of the same constants, got {shapes}.")
    stacked = np.concatenate([np.asarray(values, dtype=float) for values in groups.values()])
    if not 1 <= n_components <= min(stacked.shape):
        raise InputError(
            f"{n_components} components need at least as many models and constants; there are "
            f"{stacked.shape[0]} models and {stacked.shape[1]} constants."
        )
    # Imported here: it takes a second, and the other functions of this folder do without.
    from sklearn.decomposition import PCA  # noqa: PLC0415

    pca = PCA(n_components=n_components, svd_solver="full").fit(stacked)
    names = [f"PC{i + 1}" for i in range(n_components)]
    table = pd.DataFrame(pca.transform(stacked), columns=names)
    counts = [shape[0] for shape in shapes.values()]
    table.insert(0, "group", np.repeat(np.array(list(groups), dtype=object), counts))
    return KmComponents(table, np.asarray(pca.explained_variance_ratio_))
