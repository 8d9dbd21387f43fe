r"""Drawing models until enough of them are valid.

Whatever models come from, blocks of them are judged by the whole criterion (slowest and fastest
mode) until the number wanted is found, or patience ends: :data:`PER_VALID` models for each valid
one wanted, and :data:`AT_LEAST` or more in all, unless the caller says otherwise.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import SamplingError, listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Judged, judge
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.spectrum.validity import Validity

__all__ = [
    "AT_LEAST",
    "BLOCK",
    "PER_VALID",
    "Drawn",
    "collect",
    "draw_valid",
    "patience",
    "take",
    "the_only_set",
]

BLOCK = 500
"""Models that are usually judged together.

>>> from skimpy_renaissance.sampling import BLOCK, log_uniform_prior
>>> tuple(log_uniform_prior(bound).sample(BLOCK, seed=0).shape)
(500, 159)
"""
PER_VALID = 100
"""Models drawn at most, for each valid one wanted."""
AT_LEAST = 20_000
"""Models drawn at most where few are wanted."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Models that were kept.

    Parameters
    ----------
    log_km
        `` `model x km` ``, float64, ln(mol/L), in the order drawn.
    drawn
        Models drawn until the last one was kept; all that were drawn where none was.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import collect, log_uniform_prior
    >>> blocks = iter([log_uniform_prior(bound).sample(500, seed=0)])
    >>> found = collect(bound, blocks, sr.Validity(partition=-1.2), n=10)
    >>> len(found.log_km), found.drawn
    (10, 154)
    """

    log_km: Tensor
    drawn: int


def patience(n: int) -> int:
    """Return how many models are drawn at most to find some valid ones.

    Parameters
    ----------
    n
        How many valid ones.

    Returns
    -------
    int
    """
    return max(PER_VALID * n, AT_LEAST)


def take(source: Iterator[Tensor], n: int) -> Drawn:
    """Keep the first models of a stream, valid or not.

    Parameters
    ----------
    source
        Blocks without end, `` `model x km` ``, float64, ln(mol/L).
    n
        How many.

    Returns
    -------
    Drawn
    """
    kept = [next(source)[:n]]
    while (missing := n - sum(map(len, kept))) > 0:
        kept.append(next(source)[:missing])
    return Drawn(torch.cat(kept), n)


def the_only_set(bound: BoundKinetics, criterion: Validity | None, *, n: int) -> Drawn:
    """Judge the one model of a network whose saturation constants all have values, and repeat it.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    criterion
        When it counts as valid; ``None``: always.
    n
        How often it is wanted.

    Returns
    -------
    Drawn
        `` `model x 0` ``: ``n`` models, or none where it is not valid.
    """
    network = bound.network
    one = torch.empty(1, 0, dtype=torch.float64)
    valid = criterion is None or bool(bound.valid(one, criterion))
    if valid and n > 1 and network.hooks:
        text = (
            f"Nothing was drawn: all {len(network.hooks)} saturation constants of "
            f"{network.name!r} have values ({listed(network.hooks, most=3)}), so the {n} sets are "
            "the same, with capacities for this steady state. To draw them all anew: "
            "Parameters(redraw=True). (SKiMPy does that unasked for a model that it sampled before "
            "the values were set.)"
        )
        warnings.warn(text, stacklevel=4)
    return Drawn(one.expand(n if valid else 0, 0), n if valid else min(n, 1))


def draw_valid(
    bound: BoundKinetics,
    source: Iterator[Tensor],
    criterion: Validity,
    *,
    n: int,
    max_draws: int | None = None,
    spectra: bool = False,
) -> Iterator[Judged]:
    """Judge blocks of models, one when asked for, until enough are valid.

    Parameters
    ----------
    bound
        Kinetics at one steady state.
    source
        Blocks without end, `` `model x km` ``, float64, ln(mol/L); none is taken too many.
    criterion
        When a model counts as valid.
    n
        How many valid models; the last block may hold more.
    max_draws
        Models drawn at most, 0 for none; ``None``: 100 for each one wanted, 20,000 at
        least.
    spectra
        Compute every model's eigenvalues. Otherwise cheap tests reject most models that are not
        valid, and ``lambda_max`` is not known.

    Yields
    ------
    Judged
        Each block whole.

    Raises
    ------
    InputError
        A number is not a whole one, or too small.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import draw_valid, log_uniform_prior
    >>> prior = log_uniform_prior(bound)
    >>> blocks = (prior.sample(500, seed=seed) for seed in range(100))
    >>> judged = draw_valid(bound, blocks, sr.Validity(partition=-1.2), n=40)
    >>> [int(block.valid.sum()) for block in judged]
    [18, 21, 22]
    """
    n = require_whole("n", n)
    most = patience(n) if max_draws is None else require_whole("max_draws", max_draws, at_least=0)
    drawn = found = 0
    while drawn < most and found < n:
        log_km = next(source)[: most - drawn]
        judged = (
            judge(bound, log_km, criterion, whole=True)
            if spectra
            else Judged(
                log_km,
                log_km.new_full(log_km.shape[:1], torch.nan),
                criterion,
                bound,
                decided=bound.valid(log_km, criterion),
            )
        )
        drawn += len(judged)
        found += int(judged.valid.sum())
        yield judged


def collect(
    bound: BoundKinetics,
    source: Iterator[Tensor],
    criterion: Validity | None,
    *,
    n: int,
    at_least: int | None = None,
    max_draws: int | None = None,
    first_within: int | None = None,
    progress: bool | None = None,
) -> Drawn:
    """Draw models until enough are valid, and keep these.

    Parameters
    ----------
    bound, source, criterion, n, max_draws
        As for :func:`draw_valid`; without a criterion the first models are kept, valid or not.
    at_least
        Valid models without which there is no result; between that and ``n`` there is a warning.
        ``None``: ``n``. With 0 an empty result is one, and the caller says why it is empty.
    first_within
        Models drawn at most without a single valid one; ``None`` sets no such limit.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Drawn

    Raises
    ------
    InputError
        A number is not a whole one, or too small.
    SamplingError
        Too few models are valid.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import collect, log_uniform_prior
    >>> prior = log_uniform_prior(bound)
    >>> blocks = (prior.sample(500, seed=seed) for seed in range(100))
    >>> found = collect(bound, blocks, sr.Validity(partition=-1.2), n=10)
    >>> sr.parametrize(bound, found.log_km)
    <ParameterPopulation: 10 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    if criterion is None:
        taken = take(source, n if max_draws is None else min(n, max_draws))
        _warn_of_few(taken.drawn, n, taken.drawn)
        return taken
    kept: list[Tensor] = []
    found = drawn = last = 0
    with progress_bar(n, progress=progress, unit="model", leave=False) as bar:
        for judged in draw_valid(bound, source, criterion, n=n, max_draws=max_draws):
            good = judged.valid.nonzero().flatten()[: n - found]
            kept.append(judged.log_km[good])
            found += len(good)
            last = drawn + int(good[-1]) + 1 if len(good) else last
            drawn += len(judged)
            bar.update(len(good))
            if not found and first_within is not None and drawn >= first_within:
                break
    if found < (n if at_least is None else at_least):
        raise SamplingError(
            f"{found} of {drawn} models were valid ({criterion.in_words}), {n} are wanted. Train "
            "longer, relax the criterion, or allow more draws; skimpy-renaissance check shows what "
            "the model and its state allow."
        )
    _warn_of_few(found, n, drawn)
    return Drawn(torch.cat(kept or [next(source)[:0]]), last if found else drawn)


def _warn_of_few(found: int, n: int, drawn: int) -> None:
    if 0 < found < n:
        text = f"Only {found} of {n} parameter sets were found in {drawn} trials."
        warnings.warn(text, stacklevel=5)
