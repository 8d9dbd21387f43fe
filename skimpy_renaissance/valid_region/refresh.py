r"""From any valid models to draws of the prior restricted to the valid ones, exactly.

A trained generator returns valid models from a corner of the valid region. Each of them starts a
Markov chain here. A step picks some constants, draws them anew from the prior, and keeps the new
model if it is valid,

.. math:: k \in S \ \text{with probability}\ f\,U, \quad U \sim \mathcal{U}(0.3, 1.7), \qquad
          K_k' \sim p_k \ (k \in S), \quad K_k' = K_k \ (k \notin S),

at least one :math:`k` each time. The choice of :math:`S` does not look at the model, and given the
others the constants in :math:`S` are drawn from the prior; the Metropolis ratio [1]_ of the target

.. math:: \pi(\ln K) \propto p(\ln K)\,[\lambda_{max}(K) < \lambda_{partition}]

is therefore 1 for a valid proposal and 0 for another: :math:`\pi` is left invariant, not about but
exactly. Every model is valid at every step. How much of the way to :math:`\pi` a number of steps
makes is what :class:`~skimpy_renaissance.valid_region.refreshed.Refreshed` tells.

One step judges one model per chain, all chains in one batch, by verdicts alone: no gradient.

References
----------
.. [1] Hastings, *Biometrika* 57 (1970) 97, doi:10.1093/biomet/57.1.97.
"""

from __future__ import annotations

import os
from math import isfinite
from pathlib import Path

import torch
from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.learning.judged import Kinetics, judge
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream, require_seed
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.refreshed_file import identify, read_refreshed, write_refreshed

__all__ = ["refresh"]


def refresh(
    kinetics: Kinetics,
    log_km: Tensor,
    prior: Prior,
    *,
    criterion: Validity | None = None,
    steps: int = 60,
    seed: int = 0,
    fraction: float = 0.1,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 10,
    progress: bool | None = None,
) -> Refreshed:
    """Move models towards independent draws of the prior restricted to valid models.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L): where the chains start. Models that are not valid,
        or impossible under the prior, are dropped.
    prior
        What the constants are redrawn from, and what the result is a draw of; a
        :class:`~skimpy_renaissance.learning.trained.TrainedGenerator` has one.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    steps
        Models judged per chain after its start. Of 230 constants (varma), 60 bring the marginals
        near the truth, 120 nearer, 240 leave no mean that differs; the result says whether it was
        enough.
    seed
        A whole number, 0 or more.
    fraction
        Share of the constants that a step redraws on average.
    checkpoint
        File (.npz) to write the chains to, and to go on from where it exists; more steps than it
        holds are added to it.
    checkpoint_every
        Steps between two writes.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Refreshed

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds chains of another set-up.
    SamplingError
        No model to start from is valid.
    FileFormatError
        ``checkpoint`` holds something else.
    OutputError
        ``checkpoint`` cannot be written.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> start = trained.generate(1000, seed=1)  # doctest: +SKIP
    >>> refreshed = refresh(bound, start, trained.prior, criterion=criterion)  # doctest: +SKIP
    >>> refreshed.log_km, refreshed.warnings  # doctest: +SKIP
    """
    criterion = criterion or Validity()
    _require_usable(kinetics, log_km, prior, steps=steps, fraction=fraction, every=checkpoint_every)
    prior = prior.to(log_km.device)
    path = None if checkpoint is None else Path(checkpoint)
    identity = identify(
        kinetics, log_km, prior, criterion=criterion, seed=require_seed(seed), fraction=fraction
    )
    chains = read_refreshed(path, identity, prior=prior, criterion=criterion) if path else None
    if chains is not None and chains.steps > steps:
        raise InputError(
            f"{path} holds {chains.steps} steps already, steps={steps} were asked for. Ask for as "
            "many or more, or choose another file."
        )
    if chains is None:
        chains = _started(kinetics, log_km, prior, criterion=criterion)
    try:
        with progress_bar(
            steps, progress=progress, initial=chains.steps, desc="refreshing", unit="step"
        ) as bar:
            while chains.steps < steps:
                chains = _stepped(kinetics, chains, seed=seed, fraction=fraction)
                if path and (chains.steps % checkpoint_every == 0 or chains.steps == steps):
                    write_refreshed(path, chains, identity)
                bar.set_postfix(accepted=f"{chains.acceptance[-1]:.2f}", refresh=False)
                bar.update()
    except KeyboardInterrupt as stop:
        how = "pass checkpoint='file.npz' to be able to go on"
        if path:
            how = f"call refresh again with the same arguments and checkpoint={str(path)!r}"
        raise KeyboardInterrupt(
            f"Refreshing stopped after {chains.steps} of {steps} steps: {how}."
        ) from stop
    return chains


def _started(kinetics: Kinetics, log_km: Tensor, prior: Prior, *, criterion: Validity) -> Refreshed:
    valid, lambda_max = _verdicts(kinetics, log_km, criterion)
    possible = prior.log_density(log_km).isfinite()
    start = (valid & possible).nonzero().flatten()
    if not len(start):
        raise SamplingError(
            f"refresh needs valid models to start from: of {len(log_km)} given, {int(valid.sum())} "
            f"are valid (below {criterion.partition:g} 1/h) and {int(possible.sum())} possible "
            "under the prior, none is both. Train a generator first, or check the prior's bounds."
        )
    return Refreshed.started(log_km[start], lambda_max[start], start, prior, criterion)


def _stepped(kinetics: Kinetics, chains: Refreshed, *, seed: int, fraction: float) -> Refreshed:
    """Redraw some constants of every chain, and keep what is valid."""
    rng = random_stream(seed, purpose=f"refresh step {chains.steps}")
    proposed = _proposals(chains.log_km, chains.prior, fraction=fraction, rng=rng)
    valid, lambda_max = _verdicts(kinetics, proposed, chains.criterion)
    return chains.stepped(
        torch.where(valid[:, None], proposed, chains.log_km),
        torch.where(valid, lambda_max, chains.lambda_max),
        valid,
    )


def _proposals(log_km: Tensor, prior: Prior, *, fraction: float, rng: torch.Generator) -> Tensor:
    n_models, n_km = log_km.shape
    share = fraction * (0.3 + 1.4 * torch.rand(n_models, 1, generator=rng))
    picked = torch.rand(n_models, n_km, generator=rng) < share
    one = torch.randint(n_km, (n_models, 1), generator=rng)
    picked |= (torch.arange(n_km) == one) & ~picked.any(-1, keepdim=True)
    normal = torch.randn(n_models, n_km, dtype=torch.float64, generator=rng)
    redrawn = prior.from_normal(normal.to(log_km.device))
    return torch.where(picked.to(log_km.device), redrawn, log_km)


@torch.no_grad()
def _verdicts(kinetics: Kinetics, log_km: Tensor, criterion: Validity) -> tuple[Tensor, Tensor]:
    """Judge models: the one place here where eigenvalues are asked for.

    Returns `` `model` ``, bool, and `` `model` ``, 1/h, NaN where it is not known.
    """
    judged = judge(kinetics, log_km, criterion)
    return judged.valid, judged.lambda_max


def _require_usable(
    kinetics: Kinetics, log_km: Tensor, prior: Prior, *, steps: int, fraction: float, every: int
) -> None:
    if prior.names != tuple(kinetics.km_names):
        raise InputError(
            f"The prior must be about the {len(kinetics.km_names)} saturation constants of the "
            f"kinetics, in their order; it is about {len(prior.names)}. "
            "prior.of_names(kinetics.km_names) puts it in order."
        )
    if log_km.ndim != 2 or log_km.dtype != torch.float64 or not len(log_km):
        raise InputError(
            "refresh needs models to start from, `model x km`, float64, ln(mol/L), got "
            f"{log_km.dtype} of shape {tuple(log_km.shape)}."
        )
    require_whole("steps", steps)
    require_whole("checkpoint_every", every)
    if not (isfinite(fraction) and 0 < fraction <= 1):
        raise InputError(f"fraction must lie above 0 and not above 1, got {fraction!r}.")
