r"""Prior times data, restricted to valid models: draws of it, and the evidence of the data.

.. math:: \pi(\ln K) \propto p(\ln K)\,[\lambda_{max}(K) < \lambda_{partition}]\,
          \prod_h [d_h(K) = 0]\,\prod_r L_r(K)

Draws of the valid region (:mod:`~skimpy_renaissance.valid_region.sampling`) are kept with the
probability that their likelihood has, where enough of them are
(:mod:`~skimpy_renaissance.valid_region.independent`): independent draws. Elsewhere they are brought
to the hard limits :math:`h` and the likelihoods :math:`L_r` by sequential Monte Carlo
(:mod:`~skimpy_renaissance.valid_region.weighting`), and swept there until nothing speaks against
their being draws of :math:`\pi` (:mod:`~skimpy_renaissance.valid_region.refresh`). All moves leave
their law as it is, exactly. Data are asked only of models that are valid, and no further where what
is known already refuses a model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import derived_seeds, require_seed
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.setups import digest
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.data import Data, Datum
from skimpy_renaissance.valid_region.diagnostics import family_sizes
from skimpy_renaissance.valid_region.independent import keep_by_likelihood, kept_share, pays
from skimpy_renaissance.valid_region.judging import reaction_of_km
from skimpy_renaissance.valid_region.posterior_sample import PosteriorSample
from skimpy_renaissance.valid_region.refresh import refresh
from skimpy_renaissance.valid_region.sampling import (
    MOST_JUDGED,
    PARTICLES,
    chains_kept,
    sample_valid_region,
    worth_of_part,
)
from skimpy_renaissance.valid_region.sweep import Moves, first_moves
from skimpy_renaissance.valid_region.valid_region_sample import ValidRegionSample
from skimpy_renaissance.valid_region.weighted import Weighted
from skimpy_renaissance.valid_region.weighted_file import read_weighted, write_weighted
from skimpy_renaissance.valid_region.weighting import begin, bring_to_data

__all__ = ["sample_posterior"]

_OF_THE_LIKELIHOOD = 0.3  # share of the models that its log should be worth
_FAMILIES = 20.0  # fewer do not tell how alike their members are


def sample_posterior(
    kinetics: Kinetics,
    prior: Prior,
    *,
    data: Sequence[Datum] = (),
    criterion: Validity | None = None,
    n: int = 1000,
    seed: int = 0,
    starts: Tensor | None = None,
    method: str | None = None,
    most: int = MOST_JUDGED,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    tell: Callable[[str], object] | None = None,
) -> PosteriorSample:
    """Draw from a prior times data, restricted to valid models.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is believed of the constants before any model is judged. Measured Km belong here:
        :meth:`~skimpy_renaissance.priors.Prior.with_measured`.
    data
        Requirements are hard limits, :class:`~skimpy_renaissance.requirements.Measured` and its
        kind are likelihoods. Those listed first are asked first: the cheap ones. None: the draws
        are those of :func:`sample_valid_region`.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    n
        Models wanted.
    seed
        A whole number, 0 or more.
    starts, method
        As :func:`sample_valid_region` takes them; ``"tempering"`` and ``"chains"`` have models
        moved to the data, too.
    most
        Models judged at most for each model wanted, where they are moved.
    checkpoint
        Folder in which the work is kept, and resumed from where it stopped.
    progress
        Whether to show the plan and bars on stderr; ``None`` shows them on a terminal.
    tell
        As :func:`sample_valid_region` takes it.

    Returns
    -------
    PosteriorSample
        ``str()`` of it says what the models are worth, and what to do if that is not enough.

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds another run.
    MissingEntryError
        Data name what is not in the kinetic model.
    SamplingError
        The valid region, or the data, were not reached.
    FileFormatError
        A file in ``checkpoint`` is damaged.
    OutputError
        ``checkpoint`` cannot be written.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> from skimpy_renaissance.requirements import Control, Measured, Response, Sign
    >>> found = sr.sample_posterior(bound, prior, criterion=criterion, data=[  # doctest: +SKIP
    ...     Sign(Control(flux="GLCpts", enzyme="PFK"), "positive", wrong=0.05),
    ...     Measured(Response({"PFK": 0.5}, flux="GLCpts"), 0.9, sd=0.02),
    ... ])
    >>> found.log_evidence, found.log_evidence_interval  # doctest: +SKIP
    >>> population = sr.parametrize(  # doctest: +SKIP
    ...     bound, found.log_km, provenance=found.provenance
    ... )
    """
    n, most, seed = require_whole("n", n), require_whole("most", most), require_seed(seed)
    criterion, bound_data = criterion or Validity(), Data.on(kinetics, data)
    region = sample_valid_region(
        kinetics,
        prior,
        criterion=criterion,
        n=max(n, PARTICLES) if bound_data.items else n,
        seed=seed,
        starts=starts,
        method=method,
        most=most,
        checkpoint=checkpoint,
        progress=progress,
        tell=tell,
    )
    if not bound_data.items:
        return _without_data(region, bound_data)
    own_seed = derived_seeds(seed, 1)[0]
    try:
        weights = bound_data.weigh(region.log_km, limit=0.0)
        if method in (None, "rejection") and pays(bound_data, weights, region.log_volume):
            draw = partial(
                sample_valid_region,
                kinetics,
                prior,
                criterion=criterion,
                seed=seed,
                method="rejection",
                checkpoint=checkpoint,
                progress=progress,
            )
            return _independent(bound_data, draw, weights, n=n, seed=own_seed, most=most)
        return _moved(
            kinetics,
            prior.to(region.log_km.device),
            bound_data,
            region,
            weights,
            criterion=criterion,
            n=n,
            seed=own_seed,
            most=most,
            folder=None if checkpoint is None else Path(checkpoint),
            progress=progress,
        )
    except KeyboardInterrupt as stop:
        how = "Nothing was kept: pass checkpoint='folder' to be able to go on."
        if checkpoint:
            how = f"Call again with the same arguments and checkpoint={str(checkpoint)!r} to go on."
        raise KeyboardInterrupt(f"Stopped on the way to the data. {how}") from stop


def _without_data(region: ValidRegionSample, data: Data) -> PosteriorSample:
    return PosteriorSample(
        log_km=region.log_km,
        lambda_max=region.lambda_max,
        log_likelihoods=region.log_km.new_zeros(0, len(region)),
        km_names=region.km_names,
        data=data,
        region=region,
        judged=region.judged,
        accepted=region.accepted,
        effective_km=region.effective_km,
        effective_likelihood=torch.nan,
        lacking=region.lacking,
        cap=region.cap,
    )


def _independent(
    data: Data,
    draw: Callable[..., ValidRegionSample],
    weights: Tensor,
    *,
    n: int,
    seed: int,
    most: int,
) -> PosteriorSample:
    found = keep_by_likelihood(
        data, lambda many: draw(n=many), share=kept_share(data, weights), n=n, seed=seed
    )
    region, chosen = found.region, found.chosen[:n]
    return PosteriorSample(
        log_km=region.log_km[chosen],
        lambda_max=region.lambda_max[chosen],
        log_likelihoods=found.weights[data.n_hard :, chosen],
        km_names=region.km_names,
        data=data,
        region=region,
        judged=region.judged,
        accepted=len(found.chosen) / region.judged,
        effective_km=torch.full((len(region.km_names),), float(n), dtype=torch.float64),
        effective_likelihood=float(n) if data.n_hard < len(data.items) else torch.nan,
        log_evidence=found.log_evidence,
        log_evidence_interval=found.log_evidence_interval,
        cap=most,
    )


def _moved(
    kinetics: Kinetics,
    prior: Prior,
    data: Data,
    region: ValidRegionSample,
    weights: Tensor,
    *,
    criterion: Validity,
    n: int,
    seed: int,
    most: int,
    folder: Path | None,
    progress: bool | None,
) -> PosteriorSample:
    origin, told = region.origin, digest(region.log_km)[:8]
    steps = _brought(
        kinetics,
        prior,
        data,
        region,
        weights,
        criterion=criterion,
        seed=seed,
        most=most,
        path=folder / f"weighting_{told}.npz" if folder else None,
        progress=progress,
    )
    told_by_families = steps.effective_families >= _FAMILIES
    chains = refresh(
        kinetics,
        steps.log_km,
        prior,
        criterion=criterion,
        most=max(most - steps.judged // len(steps), 1),
        seed=seed,
        family=origin[steps.family] if told_by_families else None,
        from_draws=told_by_families,
        moves=steps.moves[-1],
        data=data,
        checkpoint=folder / f"posterior_{told}.npz" if folder else None,
        progress=progress,
    )
    assert chains.weights is not None
    chosen = chains_kept(chains, n, seed=seed)
    log_likelihoods = chains.weights[data.n_hard :, chosen]
    effective = torch.tensor(torch.nan)
    if len(log_likelihoods):
        everywhere = data.log_likelihood(chains.weights)[:, None]
        effective = family_sizes(everywhere, chains.family)[0].cpu()
    lacking = list(chains.warnings)
    if effective < _OF_THE_LIKELIHOOD * len(chains):
        lacking.append(
            f"the {len(chains):,} models are worth {effective.item():,.0f} independent ones for "
            "the likelihood of the data"
        )
    if region.lacking:
        lacking.append(f"the valid region that they came from was not enough: {region.lacking[0]}")
    judged = region.judged + steps.judged + chains.judged
    kept = region.accepted * region.judged + steps.kept + sum(chains.kept_per_sweep)
    return PosteriorSample(
        log_km=chains.log_km[chosen],
        lambda_max=chains.lambda_max[chosen],
        log_likelihoods=log_likelihoods,
        km_names=prior.names,
        data=data,
        region=region,
        judged=judged,
        accepted=kept / judged,
        effective_km=worth_of_part(chains.effective_km, len(chosen), len(chains)),
        effective_likelihood=worth_of_part(effective, len(chosen), len(chains)).item(),
        log_evidence=steps.log_evidence,
        log_evidence_interval=steps.log_evidence_interval,
        steps=steps,
        chains=chains,
        lacking=tuple(lacking),
        cap=most,
    )


def _brought(
    kinetics: Kinetics,
    prior: Prior,
    data: Data,
    region: ValidRegionSample,
    weights: Tensor,
    *,
    criterion: Validity,
    seed: int,
    most: int,
    path: Path | None,
    progress: bool | None,
) -> Weighted:
    """Bring the draws of the valid region to the data, from where a file has them."""
    n_reactions = int(reaction_of_km(kinetics).max()) + 1
    identity: dict[str, Any] = {
        "format": "skimpy_renaissance weighting 1",
        "start_sha256": digest(region.log_km),
        "prior": prior,
        "criterion": criterion,
        "seed": seed,
        "data": [datum.description for datum in data.items],
    }
    now = None
    if path:
        device = region.log_km.device
        now = read_weighted(path, identity, data=data, n_reactions=n_reactions, device=device)
    if now is None:
        now = begin(data, region.log_km, _moves_of(region, n_reactions), weights)
    with progress_bar(
        most * len(now), progress=progress, initial=now.judged, desc="to the data", unit="model"
    ) as bar:

        def after_step(models: Weighted) -> None:
            if path:
                write_weighted(path, models, identity)
            where = f"limit={models.limit:.3g}" if models.limit else f"power={models.power:.3g}"
            bar.set_postfix_str(where, refresh=False)
            bar.update(models.judged - bar.n)

        return bring_to_data(
            kinetics,
            prior,
            data,
            now,
            criterion=criterion,
            origin=region.origin,
            seed=seed,
            most=most,
            after_step=after_step,
        )


def _moves_of(region: ValidRegionSample, n_reactions: int) -> Moves:
    """Return what the valid region taught of good moves."""
    if region.chains is not None and region.chains.moves:
        return replace(region.chains.moves[-1])
    return first_moves(n_reactions, log_share=region.log_volume)
