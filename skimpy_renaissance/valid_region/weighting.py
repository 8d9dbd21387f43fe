r"""Sequential Monte Carlo from draws of the valid region to what the data say of it.

First the limit on the shortfall :math:`d` of the hard limits falls, each time to the median over
the models, until all keep to them; then the power :math:`\beta` of the likelihood rises from 0 to
1, each time so far that the weights :math:`w_i = L_i^{\beta' - \beta}` leave half of the models
effective [1]_,

.. math:: \frac{(\sum_i w_i)^2}{\sum_i w_i^2} = \frac{n}{2} .

Models are then copied systematically in proportion to their weights (1 or 0 for a limit) and moved
by sweeps (:mod:`~skimpy_renaissance.valid_region.sweep`), which leave the prior, restricted to
valid models within the limit and times :math:`L^\beta`, as it is; one to five of them, until the
rank correlation of what the data say with what they said before is below 1/2. The means of the
weights multiply to the evidence of the data, given that models are valid,

.. math:: \widehat Z = \prod_j \frac{1}{n} \sum_i w_{ij}, \qquad
          \frac{\operatorname{Var}\widehat Z}{Z^2} \approx \sum_f \frac{n_f^2}{n^2} - \frac{1}{n},

:math:`n_f` the models that descend from the same draw of the valid region [2]_, and more where
these were not independent.

References
----------
.. [1] Del Moral, Doucet and Jasra, *J. R. Stat. Soc. B* 68 (2006) 411,
   doi:10.1111/j.1467-9868.2006.00553.x.
.. [2] Lee and Whiteley, *Biometrika* 105 (2018) 609, doi:10.1093/biomet/asy028.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import isnan

import torch
from torch import Tensor

from skimpy_renaissance.errors import SamplingError, listed
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.data import Data, Weighing, within
from skimpy_renaissance.valid_region.diagnostics import family_sizes
from skimpy_renaissance.valid_region.judging import reaction_of_km
from skimpy_renaissance.valid_region.sweep import Moves, adapted, members_of, sweep
from skimpy_renaissance.valid_region.weighted import Weighted

__all__ = ["bring_to_data"]

_EFFECTIVE = 0.5  # share of the models that a step leaves effective
_NEARLY = 0.35  # share within the hard limits from which these are the next step
_BISECTIONS = 60
_REMEMBERED, _MOST_SWEEPS = 0.5, 5


def bring_to_data(
    kinetics: Kinetics,
    prior: Prior,
    data: Data,
    start: Weighted,
    *,
    criterion: Validity,
    origin: Tensor,
    seed: int,
    most: int,
    after_step: Callable[[Weighted], object] | None = None,
) -> Weighted:
    """Bring draws of the valid region to the data, step by step.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What the constants are redrawn from.
    data
        On the kinetics.
    start
        From :func:`begin`, or as it was after a step.
    criterion
        When a model counts as valid.
    origin
        `` `model` ``, int: draws of the valid region of one origin have one number.
    seed
        A whole number, 0 or more.
    most
        Models judged per model at most.
    after_step
        Is given the models after every step.

    Returns
    -------
    Weighted
        At the data in full.

    Raises
    ------
    SamplingError
        The data are not reached; the message says what is in the way.
    """
    now, reactions = start, reaction_of_km(kinetics)
    while now.limit > 0 or now.power < 1:
        if now.judged > most * len(now):
            raise _too_far(now, data, most)
        falling = now.limit > 0
        limit, power, log_weight = (_next_limit if falling else _next_power)(now, data)
        now = _chosen(now, limit, power, log_weight, origin=origin, seed=seed)
        weighing = Weighing(data, power, limit)
        before = _standing(now, data)
        for _ in range(_MOST_SWEEPS):
            now = _moved(kinetics, prior, now, weighing, criterion, reactions=reactions, seed=seed)
            if _correlation(before, _standing(now, data)) < _REMEMBERED:
                break
        if falling and limit == 0:  # measurements are asked from here on
            now = replace(now, weights=data.weigh(now.log_km))
        if after_step:
            after_step(now)
    return now


def begin(data: Data, log_km: Tensor, moves: Moves, weights: Tensor | None = None) -> Weighted:
    """Ask the data of draws of the valid region.

    Parameters
    ----------
    data
        On the kinetic model.
    log_km
        `` `model x km` ``, float64, ln(mol/L): valid models.
    moves
        Of the first sweep.
    weights
        `` `datum x model` ``: what the data say of the draws, where they were asked already.

    Returns
    -------
    Weighted
    """
    hard = data.n_hard > 0
    if hard or weights is None:
        weights = data.weigh(log_km, limits_only=hard)
    return Weighted(
        log_km=log_km,
        weights=weights,
        family=torch.arange(len(log_km), device=log_km.device),
        moves=(moves,),
        limits=() if hard else (0.0,),
        powers=() if hard else (0.0,),
        log_means=() if hard else (0.0,),
    )


def _next_limit(now: Weighted, data: Data) -> tuple[float, float, Tensor]:
    """Lower the limit to the median, or to 0 where that is near."""
    shortfall = data.shortfall(now.weights)
    met = (shortfall == 0).double().mean().item()
    finite = shortfall[shortfall.isfinite()].sort().values
    if not len(finite):
        raise SamplingError(
            f"None of {len(now)} draws of the valid region tells how far it is from the limits "
            f"({listed(data.labels[: data.n_hard])}): what they ask for could not be determined. "
            "Check them on single models."
        )
    limit = 0.0 if met >= _NEARLY else finite[len(finite) // 2].item()
    inside = within(shortfall, limit)
    if not bool(inside.any()) or (limit > 0 and limit >= now.limit):
        raise SamplingError(
            f"No move comes nearer to the limits ({listed(data.labels[: data.n_hard])}) than a "
            f"shortfall of {finite[0].item():.3g}. Demand less of them, or widen the prior."
        )
    done = not data.n_hard < len(data.items)  # there is nothing else
    return limit, 1.0 if done and limit == 0 else 0.0, inside.double().log()


def _next_power(now: Weighted, data: Data) -> tuple[float, float, Tensor]:
    """Raise the power until half of the models would be left effective."""
    log_likelihood = data.log_likelihood(now.weights)
    possible = log_likelihood.isfinite()
    if not bool(possible.any()):
        raise SamplingError(
            f"The data ({listed(data.labels[data.n_hard :])}) are impossible for all of {len(now)} "
            "models, or could not be predicted. Check them on single models."
        )
    left = 1 - now.power

    def effective(step: float) -> float:
        weight = (step * (log_likelihood - log_likelihood[possible].max())).exp()
        return (weight.sum().square() / weight.square().sum()).item()

    aim = _EFFECTIVE * int(possible.sum())
    low, high = 0.0, left
    if effective(left) < aim:
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if effective(middle) < aim else (middle, high)
    else:
        low = left
    power = 1.0 if low == left else now.power + low
    if power == now.power:
        raise SamplingError(
            f"The data ({listed(data.labels[data.n_hard :])}) tell so few of {len(now)} models "
            "from all others that no step towards them is small enough. Check their errors: sd=..."
        )
    return 0.0, power, low * log_likelihood


def _chosen(
    now: Weighted,
    limit: float,
    power: float,
    log_weight: Tensor,
    *,
    origin: Tensor,
    seed: int,
) -> Weighted:
    """Copy the models systematically, in proportion to their weights."""
    n, number = len(now), len(now.limits)
    largest = log_weight.max()
    weight = (log_weight - largest).exp()
    mean = (weight.mean().log() + largest).item()
    rng = random_stream(seed, purpose=f"choice by data {number}")
    offset = torch.rand(1, dtype=torch.float64, generator=rng).item()
    reached = weight.cumsum(0)
    places = (torch.arange(n, dtype=torch.float64, device=weight.device) + offset) / n
    parent = torch.searchsorted(reached / reached[-1], places, right=True)
    first = now.first_worth
    if isnan(first):
        first = family_sizes(weight[:, None], origin).item()
    return replace(
        now,
        log_km=now.log_km[parent],
        weights=now.weights[:, parent],
        family=now.family[parent],
        limits=(*now.limits, limit),
        powers=(*now.powers, power),
        log_means=(*now.log_means, mean),
        first_worth=first,
    )


def _moved(
    kinetics: Kinetics,
    prior: Prior,
    now: Weighted,
    weighing: Weighing,
    criterion: Validity,
    *,
    reactions: Tensor,
    seed: int,
) -> Weighted:
    """Sweep once, and learn from it."""
    number, moves = now.sweeps, now.moves[-1]
    purpose = f"data sweep {number}"
    done = sweep(
        kinetics,
        now.log_km,
        prior,
        criterion=criterion,
        moves=moves,
        reactions=reactions,
        seed=seed,
        purpose=purpose,
        weighing=weighing,
        weights=now.weights,
    )
    redrawn = partial(members_of, n_models=len(now), seed=seed, with_data=True)
    recent = [(redrawn(moves, purpose=purpose), done.moved)]
    if len(now.moves) > 1:
        earlier = f"data sweep {number - 1}"
        recent.insert(0, (redrawn(now.moves[0], purpose=earlier), now.last_moved))
    assert done.weights is not None
    return replace(
        now,
        log_km=done.log_km,
        weights=done.weights,
        moves=(moves, adapted(moves, recent)),
        judged=now.judged + done.judged,
        kept=now.kept + int(done.moved.sum()),
        last_moved=done.moved,
        sweeps=number + 1,
    )


def _standing(now: Weighted, data: Data) -> Tensor:
    """Return what the data say of each model, as far as they count."""
    if now.limit > 0 or now.power == 0:
        return data.shortfall(now.weights)
    return data.log_likelihood(now.weights)


def _correlation(before: Tensor, after: Tensor) -> float:
    """Return the rank correlation; 0 where nothing varies."""
    ranks = torch.stack([values.argsort().argsort().double() for values in (before, after)])
    if bool((before == before[0]).all()) or bool((after == after[0]).all()):
        return 0.0
    return ranks.corrcoef()[0, 1].item()


def _too_far(now: Weighted, data: Data, most: int) -> SamplingError:
    how_far = f"a shortfall of {now.limit:.3g} of the limits"
    if now.limit == 0:
        how_far = f"a power of {now.power:.3g} of the likelihood"
    return SamplingError(
        f"With the {most} models per set that may be judged, models came to {how_far} only "
        f"({listed(data.labels)}). Allow more (most=...), or check what the data demand."
    )
