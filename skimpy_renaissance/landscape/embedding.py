r"""Steady states on a plane, as in Fig. 3a of [1]_.

The features of all states (fluxes, ln concentrations, ln equilibrium constants), each scaled to
variance 1, are reduced by principal component analysis to the components that hold 99 % of the
variance, these by t-SNE [2]_ to two numbers :math:`(q, p)`, and these are written in polar form,

.. math:: r = \sqrt{q^2 + p^2}, \qquad \theta = \operatorname{atan2}(q, p).

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
.. [2] van der Maaten and Hinton, *J. Mach. Learn. Res.* 9 (2008) 2579.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_names
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.landscape.features import features_of
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyStates

__all__ = ["Embedding", "embed_states"]

_CONSTANT = 1e-9  # a feature that varies less, relative to its size, is a constant


@dataclass(frozen=True, eq=False)
class Embedding:
    """Places of steady states on a plane.

    Parameters
    ----------
    names
        Names of the states.
    plane
        `` `state x 2` ``: the components of t-SNE, dimensionless.
    n_components
        Principal components that t-SNE started from.
    explained
        Share of the variance in them.

    Examples
    --------
    >>> plane = np.array([[3.0, 4.0], [-1.0, 0.0], [0.0, -2.0]])
    >>> embedding = sr.landscape.Embedding(("a", "b", "c"), plane, n_components=2, explained=0.99)
    >>> embedding.to_dataframe().round(2)
           tsne_1  tsne_2  radius  angle
    state
    a         3.0     4.0     5.0   0.64
    b        -1.0     0.0     1.0  -1.57
    c         0.0    -2.0     2.0   3.14
    """

    names: tuple[str, ...]
    plane: NDArray[np.float64]
    n_components: int
    explained: float

    @property
    def radius(self) -> NDArray[np.float64]:
        """`` `state` ``, dimensionless."""
        return np.hypot(self.plane[:, 0], self.plane[:, 1])

    @property
    def angle(self) -> NDArray[np.float64]:
        """`` `state` ``, radians from -pi to pi."""
        return np.arctan2(self.plane[:, 0], self.plane[:, 1])

    def to_dataframe(self) -> pd.DataFrame:
        """Return a row per state.

        Returns
        -------
        pandas.DataFrame
            Index ``state``; columns ``tsne_1``, ``tsne_2``, ``radius``, ``angle`` (radians).
        """
        return pd.DataFrame(
            {
                "tsne_1": self.plane[:, 0],
                "tsne_2": self.plane[:, 1],
                "radius": self.radius,
                "angle": self.angle,
            },
            index=pd.Index(self.names, name="state"),
        )

    def rows(self, names: tuple[str, ...]) -> NDArray[np.intp]:
        """Return the positions of some states.

        Parameters
        ----------
        names
            Names of the states.

        Returns
        -------
        numpy.ndarray

        Raises
        ------
        MissingEntryError
            A state is not in the embedding.
        """
        position = {name: i for i, name in enumerate(self.names)}
        require_names(names, position, what="state in the embedding")
        return np.array([position[name] for name in names], dtype=np.intp)


def embed_states(
    network: KineticNetwork,
    states: SteadyStates,
    *,
    variance: float = 0.99,
    perplexity: float = 30.0,
    seed: int = 0,
) -> Embedding:
    """Reduce steady states to two dimensions.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Its steady states. To see new states in the landscape of old ones, embed all together.
    variance
        Share of the variance that the principal components keep.
    perplexity
        About how many neighbours a state has in t-SNE; lowered where there are few states.
    seed
        Seed of t-SNE.

    Returns
    -------
    Embedding
        The same on every call with the same seed, on one machine.

    Raises
    ------
    InputError
        There are fewer than five states, they do not differ, or a number is out of its range.

    Examples
    --------
    >>> embedding = sr.landscape.embed_states(network, states[:20], variance=0.9)
    >>> embedding.plane.shape, embedding.n_components, round(embedding.explained, 3)
    ((20, 2), 14, 0.907)
    """
    if len(states) < 5:
        raise InputError(f"A landscape needs five steady states at least, got {len(states)}.")
    if not 0 < variance < 1:
        raise InputError(f"variance must lie between 0 and 1, got {variance!r}.")
    if not perplexity > 0:
        raise InputError(f"perplexity must be positive, got {perplexity!r}.")
    matrix = features_of(network, states).matrix
    spread = matrix.std(axis=0)
    moving = spread > _CONSTANT * np.abs(matrix).max(axis=0)
    if not moving.any():
        raise InputError(f"All {len(states)} steady states are the same; there is no landscape.")
    standard = (matrix - matrix.mean(axis=0))[:, moving] / spread[moving]
    # Imported here: it takes a second, and the other commands do without.
    from sklearn.decomposition import PCA  # noqa: PLC0415
    from sklearn.manifold import TSNE  # noqa: PLC0415

    pca = PCA(n_components=variance, svd_solver="full")
    components = pca.fit_transform(standard)
    tsne = TSNE(
        n_components=2,
        perplexity=min(perplexity, (len(states) - 1) / 3),
        init="pca" if components.shape[1] > 1 else "random",
        random_state=seed,
    )
    return Embedding(
        names=states.names,
        plane=tsne.fit_transform(components).astype(np.float64),
        n_components=components.shape[1],
        explained=float(pca.explained_variance_ratio_.sum()),
    )
