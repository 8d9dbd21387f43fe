r"""New steady states around chosen ones, from their Gaussian, that are states themselves.

In the coordinates :math:`y` of the hull of all given states
(:mod:`~skimpy_renaissance.landscape.polytope`) the chosen ones have mean :math:`\mu` and covariance
:math:`\Sigma`; few as they are, it is shrunk towards a multiple of the identity [1]_. New states
are drawn from

.. math:: y \sim N(\mu, \Sigma)\ \text{truncated to}\ A y \le b,

so their fluxes are balanced, run the way the energies drive them, and nothing leaves the range in
which it was seen. Each is then checked like a state that was read.

References
----------
.. [1] Ledoit and Wolf, *J. Multivar. Anal.* 88 (2004) 365, doi:10.1016/S0047-259X(03)00096-4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SamplingError, listed
from skimpy_renaissance.landscape.features import features_of
from skimpy_renaissance.landscape.polytope import Polytope, polytope_around
from skimpy_renaissance.network import KineticNetwork
from skimpy_renaissance.steady_states import SteadyStates, check_consistency
from skimpy_renaissance.steady_states.hit_and_run import hit_and_run

__all__ = ["Resampled", "compatible_ranges", "resample_states"]

Ranges = Mapping[str, tuple[float, float]]

_BLOCK = 500  # walks side by side
_PATIENCE = 20  # blocks without enough states among them
_LEAST_VARIANCE = 1e-4  # of that among all states, which is 1 along every direction
_PLAIN = 2000  # draws of the Gaussian without its truncation


@dataclass(frozen=True, eq=False)
class Resampled:
    """New steady states, and how many draws were none.

    Parameters
    ----------
    states
        The new states, all consistent.
    drawn
        Points drawn inside the polytope.
    rejected
        Reason to how many of them were no states: ``"unbalanced"``, ``"against direction"``,
        ``"zero flux"``, ``"implausible"``.
    inside
        Share of draws from the Gaussian without truncation that would have been inside.

    Examples
    --------
    >>> new = sr.landscape.resample_states(network, states, 3, steps=50)
    >>> new.states.names
    ('resampled_0', 'resampled_1', 'resampled_2')
    >>> new.drawn, new.rejected["unbalanced"]
    (50, 0)
    """

    states: SteadyStates
    drawn: int
    rejected: Mapping[str, int]
    inside: float


def resample_states(
    network: KineticNetwork,
    states: SteadyStates,
    n: int,
    *,
    around: Sequence[str] | None = None,
    ranges: Ranges | None = None,
    seed: int = 0,
    steps: int = 1000,
    prefix: str = "resampled",
) -> Resampled:
    """Draw new steady states from the Gaussian of given ones.

    Parameters
    ----------
    network
        The kinetic model.
    states
        All known states: they say in which directions, and within which ranges, states can vary.
    n
        How many new ones.
    around
        Names of the states whose mean and covariance are taken; by default all.
    ranges
        Metabolite to (lower, upper), mol/L: concentrations to keep to.
    seed
        Seed of the random draws.
    steps
        Steps of the random walk behind each state. It begins half way from the centre to one of the
        chosen states; with few states that differ in skewed ways it takes more steps to forget it.
    prefix
        Beginning of the new names, ``resampled_0``, ...

    Returns
    -------
    Resampled
        The same seed gives the same states.

    Raises
    ------
    InputError
        There are too few states, or no state can keep to the ranges.
    MissingEntryError
        ``around`` or ``ranges`` names what is not there.
    SteadyStateError, UnitsError
        The given states are no states.
    SamplingError
        Hardly any of the points drawn is a state.

    Examples
    --------
    >>> pyruvate = states.metabolite_names.index("pyr_c")
    >>> round(float(states.concentrations[:, pyruvate].max()) / 1e6, 4)  # mol/L
    0.0072
    >>> ranges = {"pyr_c": (1e-4, 1e-3)}
    >>> new = sr.landscape.resample_states(network, states, 5, ranges=ranges, steps=50)
    >>> bool(new.states.concentrations[:, pyruvate].max() / 1e6 <= 1e-3)
    True
    """
    require_whole("The number of new states", n)
    features = features_of(network, states)
    whole = polytope_around(features)
    chosen = states if around is None else states.select(list(around))
    if len(chosen) < 2:
        raise InputError(f"A Gaussian needs two states at least, got {len(chosen)} in around.")
    members = whole.coordinates(features_of(network, chosen).matrix)
    gaussian = _Gaussian.of(members)
    polytope = whole.within(ranges or {})
    mean_is_inside = polytope.contains(gaussian.mean[None]).all()
    centre = gaussian.mean if mean_is_inside else polytope.inner_point()
    if centre is None:
        raise InputError(
            f"No state of this hull keeps to all of the ranges of {listed(ranges or {})} at once. "
            "Leave some out; compatible_ranges(...) finds out which go together."
        )
    generator = np.random.default_rng(seed)
    plain = gaussian.at(generator.standard_normal((_PLAIN, polytope.n_dimensions)))
    faces = gaussian.faces(polytope)
    guides = gaussian.whitened(whole.coordinates(features.matrix))
    half_way = (centre + members) / 2  # inside, where the centre and the member are
    starts = gaussian.whitened(np.where(polytope.contains(half_way)[:, None], half_way, centre))
    found: list[NDArray[np.float64]] = []
    reasons = dict.fromkeys(("unbalanced", "against direction", "zero flux", "implausible"), 0)
    drawn = 0
    for _ in range(_PATIENCE + n // _BLOCK):
        missing = n - sum(map(len, found))
        if missing <= 0:
            break
        size = min(_BLOCK, max(missing, 50))
        walked = hit_and_run(
            starts[generator.integers(len(starts), size=size)],
            faces,
            _axes(guides, steps, generator),
            order=np.arange(steps),
            generator=generator,
            precision=1.0,
        )
        matrix = whole.to_features(gaussian.at(walked))
        good = _judge(network, features.to_states(matrix, [str(i) for i in range(size)]), reasons)
        drawn += size
        found.append(matrix[good])
    matrix = np.concatenate(found)[:n]
    if len(matrix) < n:
        raise SamplingError(
            f"Only {len(matrix)} of {drawn} points drawn are steady states, {n} were wanted; "
            f"rejected: {reasons}. Give states whose fluxes run in the same directions."
        )
    return Resampled(
        states=features.to_states(matrix, [f"{prefix}_{i}" for i in range(n)]),
        drawn=drawn,
        rejected=reasons,
        inside=float(polytope.contains(plain).mean()),
    )


def compatible_ranges(
    network: KineticNetwork, states: SteadyStates, ranges: Ranges
) -> dict[str, tuple[float, float]]:
    """Return the ranges that a state can keep to at once, earlier ones first.

    Parameters
    ----------
    network
        The kinetic model.
    states
        Known states, as for :func:`resample_states`.
    ranges
        Metabolite to (lower, upper), mol/L, the most important first.

    Returns
    -------
    dict
        Those of ``ranges`` that leave some state, given the ones before them.

    Raises
    ------
    InputError
        There are too few states, or a range is not one.
    MissingEntryError
        The states have no such metabolite.

    Examples
    --------
    >>> ranges = {"pyr_c": (1e-4, 1e-3), "atp_c": (1.0, 2.0)}  # no cell holds 1 mol/L of ATP
    >>> sr.landscape.compatible_ranges(network, states, ranges)
    {'pyr_c': (0.0001, 0.001)}
    """
    polytope = polytope_around(features_of(network, states))
    kept: dict[str, tuple[float, float]] = {}
    for name, limits in ranges.items():
        narrower = polytope.within({name: limits})
        if narrower.inner_point() is not None:
            polytope = narrower
            kept[name] = limits
    return kept


@dataclass(frozen=True, eq=False)
class _Gaussian:
    """Mean, and factor of the covariance: ``y = mean + root @ g``."""

    mean: NDArray[np.float64]
    root: NDArray[np.float64]

    @classmethod
    def of(cls, members: NDArray[np.float64]) -> _Gaussian:
        # Imported here: it takes a second, and the other commands do without.
        from sklearn.covariance import LedoitWolf  # noqa: PLC0415

        fitted = LedoitWolf().fit(members)
        variance, axes = np.linalg.eigh(fitted.covariance_)
        return cls(fitted.location_, axes * np.sqrt(np.maximum(variance, _LEAST_VARIANCE)))

    def at(self, whitened: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.mean + whitened @ self.root.T

    def whitened(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        solved = np.linalg.solve(self.root, (coordinates - self.mean).T)
        return np.asarray(solved.T, dtype=np.float64)

    def faces(self, polytope: Polytope) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return polytope.normals @ self.root, polytope.offsets - polytope.normals @ self.mean


def _axes(
    guides: NDArray[np.float64], steps: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return an axis per step: isotropic ones and, in turn with them, those between two states.

    The latter lead along the polytope where it is long.
    """
    axes = generator.standard_normal((steps, guides.shape[1]))
    one, other = generator.integers(len(guides), size=(2, steps))
    between = guides[one] - guides[other]
    taken = between.any(axis=1) & (np.arange(steps) % 2 == 1)
    axes[taken] = between[taken]
    return axes / np.linalg.norm(axes, axis=1, keepdims=True)


def _judge(
    network: KineticNetwork, states: SteadyStates, reasons: dict[str, int]
) -> NDArray[np.bool_]:
    """Return which are states; ``reasons`` counts why the others are not."""
    report = check_consistency(network, states)
    reasons["unbalanced"] += int(report.unbalanced.any(axis=1).sum())
    reasons["against direction"] += int(report.against_direction.any(axis=1).sum())
    reasons["zero flux"] += int(report.zero_flux.any(axis=1).sum())
    reasons["implausible"] += int(report.implausible.sum())
    return report.passed
