r"""One call for the valid region: draws of the prior, restricted to the models that are valid.

The first draws of the prior decide how it is reached
(:mod:`~skimpy_renaissance.valid_region.choice`): by rejection, by tempering and sweeps, or by
sweeps from valid models that are given. All three have the same law,

.. math:: \pi(\ln K) \propto p(\ln K)\,[\lambda_{max}(K) < \lambda_{partition}] .
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.learning.judged import Kinetics
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import random_stream, require_seed
from skimpy_renaissance.progress import is_shown
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.storage import make_folder
from skimpy_renaissance.valid_region.choice import Plan, choose, least_share_for_rejection
from skimpy_renaissance.valid_region.judging import require_prior_of, valid_models
from skimpy_renaissance.valid_region.pilot import Pilot, look
from skimpy_renaissance.valid_region.refresh import refresh
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.rejection import Rejection, reject_until
from skimpy_renaissance.valid_region.tempering import temper
from skimpy_renaissance.valid_region.valid_region_sample import ValidRegionSample

__all__ = ["MOST_JUDGED", "PARTICLES", "chains_kept", "sample_valid_region", "worth_of_part"]

MOST_JUDGED = 500
"""Models judged at most for each model wanted, where they are moved."""
PARTICLES = 256
"""Fewer tell too little of influence and families."""


def sample_valid_region(
    kinetics: Kinetics,
    prior: Prior,
    *,
    criterion: Validity | None = None,
    n: int = 1000,
    seed: int = 0,
    starts: Tensor | None = None,
    method: str | None = None,
    most: int = MOST_JUDGED,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    tell: Callable[[str], object] | None = None,
) -> ValidRegionSample:
    """Draw from the prior restricted to valid models, by the way that costs least.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is believed of the constants before any model is judged.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    n
        Models wanted.
    seed
        A whole number, 0 or more. The result depends on nothing else: not on the time that
        anything takes, nor on the number of threads.
    starts
        `` `model x km` ``, float64, ln(mol/L): models of a generator, of which the valid ones start
        chains where valid models are very rare; otherwise they are not used.
    method
        ``"rejection"``, ``"tempering"`` or ``"chains"``; ``None`` chooses.
    most
        Models judged at most for each model wanted, where they are moved.
    checkpoint
        Folder in which the work is kept, and resumed from where it stopped.
    progress
        Whether to show the plan and bars on stderr; ``None`` shows them on a terminal.
    tell
        Given the plan, a line with its cost, before work starts and where it changes, instead of
        stderr.

    Returns
    -------
    ValidRegionSample
        ``str()`` of it says in a sentence what the models are worth, and what to do if that is not
        enough.

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds another run.
    SamplingError
        The valid region was not reached.
    FileFormatError
        A file in ``checkpoint`` is damaged.
    OutputError
        ``checkpoint`` cannot be written.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> from skimpy_renaissance.valid_region import sample_valid_region
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> prior = log_uniform_prior(bound)
    >>> drawn = sample_valid_region(bound, prior, criterion=sr.Validity(partition=-1.2), n=20)
    >>> sr.parametrize(bound, drawn)
    <ParameterPopulation: 20 sets of 261 parameters, Km in umol/L, Vmax in umol/L/h>
    """
    criterion, n = criterion or Validity(), require_whole("n", n)
    most, seed = require_whole("most", most), require_seed(seed)
    require_prior_of(kinetics, prior)
    prior = prior.to(kinetics.log_km_bounds.device)
    given = _usable(kinetics, prior, criterion, starts)
    folder = None if checkpoint is None else make_folder(Path(checkpoint))
    pilot = look(kinetics, prior, criterion, seed=seed)
    plan = choose(kinetics, pilot, n=n, n_starts=len(given), method=method)
    tell = tell or partial(_write_plan, progress=progress)
    tell(str(plan))
    task = _Task(kinetics, prior, pilot, plan, n, seed, most, 0, folder, progress, tell)
    try:
        return _reached(task, given, asked_for=method is not None)
    except KeyboardInterrupt as stop:
        how = "Nothing was kept: pass checkpoint='folder' to be able to go on."
        if folder:
            how = f"Call again with the same arguments and checkpoint={str(folder)!r} to go on."
        raise KeyboardInterrupt(f"Stopped on the way to the valid region. {how}") from stop


@dataclass(frozen=True)
class _Task:
    """What the ways to the valid region are told."""

    kinetics: Kinetics
    prior: Prior
    pilot: Pilot
    plan: Plan
    n: int
    seed: int
    most: int
    wasted: int
    folder: Path | None
    progress: bool | None
    tell: Callable[[str], object]

    def instead(self, plan: Plan, *, wasted: int = 0) -> _Task:
        self.tell(str(plan))
        return replace(self, plan=plan, wasted=self.wasted + wasted)

    def file(self, name: str) -> Path | None:
        return None if self.folder is None else self.folder / name


def _reached(task: _Task, given: Tensor, *, asked_for: bool) -> ValidRegionSample:
    """Go the way that is planned, and another where it turns out not to get there."""
    if task.plan.method == "rejection":
        found = reject_until(
            task.kinetics,
            task.prior,
            task.pilot,
            n=task.n,
            seed=task.seed,
            least_share=0.0 if asked_for else least_share_for_rejection(task.kinetics),
            checkpoint=task.file("rejection.npz"),
            progress=task.progress,
        )
        if len(found) >= task.n:
            return _independent(found, task)
        rarer = replace(task.pilot, valid=torch.zeros_like(task.pilot.valid))
        plan = choose(task.kinetics, rarer, n=task.n, n_starts=len(given))
        reason = (
            f"{len(found)} of {found.drawn:,} draws of the prior are valid, too few to wait for"
        )
        if plan.method == "chains":
            reason += ", and valid models to start from were given"
        task = task.instead(replace(plan, reason=reason), wasted=found.drawn - len(task.pilot))
    if task.plan.method == "tempering":
        try:
            return _by_tempering(task)
        except SamplingError as error:
            if asked_for or not len(given):
                raise
            why = re.split("[;.] ", str(error))[0]  # without its advice
            reason = f"{why[0].lower()}{why[1:]}, and valid models to start from were given"
        plan = choose(task.kinetics, task.pilot, n=task.n, n_starts=len(given), method="chains")
        task = task.instead(replace(plan, reason=reason))
    return _by_chains(task, given)


def _independent(found: Rejection, task: _Task) -> ValidRegionSample:
    names, n = task.prior.names, task.n
    return ValidRegionSample(
        log_km=found.log_km[:n],
        lambda_max=found.lambda_max[:n],
        km_names=names,
        plan=task.plan,
        judged=found.drawn,
        accepted=found.share,
        effective_km=torch.full((len(names),), float(n), dtype=torch.float64),
        effective_lambda=float(n),
        log_volume=found.log_volume,
        log_volume_interval=found.log_volume_interval,
    )


def _from_chains(task: _Task, chains: Refreshed, *, judged: int, kept: int) -> ValidRegionSample:
    """Take as many as wanted; a part of a family is less alike than the whole of it."""
    chosen = chains_kept(chains, task.n, seed=task.seed)

    def worth(whole: Tensor) -> Tensor:
        return worth_of_part(whole, len(chosen), len(chains))

    judged += chains.judged + task.wasted
    return ValidRegionSample(
        log_km=chains.log_km[chosen],
        lambda_max=chains.lambda_max[chosen],
        km_names=chains.prior.names,
        plan=task.plan,
        judged=judged,
        accepted=(kept + sum(chains.kept_per_sweep)) / judged,
        effective_km=worth(chains.effective_km),
        effective_lambda=worth(torch.tensor(chains.effective_lambda)).item(),
        log_volume=None,
        log_volume_interval=None,
        chains=chains,
        lacking=chains.warnings,
        cap=task.most,
        family=chains.family[chosen],
    )


def chains_kept(chains: Refreshed, n: int, *, seed: int) -> Tensor:
    """Choose which chains are kept where there are more than are wanted.

    Parameters
    ----------
    chains
        The chains.
    n
        Models wanted.
    seed
        A whole number, 0 or more.

    Returns
    -------
    torch.Tensor
        Positions, ascending.
    """
    rng = random_stream(seed, purpose="chains that are kept")
    return torch.randperm(len(chains), generator=rng)[:n].sort().values


def worth_of_part(whole: Tensor, kept: int, of: int) -> Tensor:
    """Return what a part of some chains is worth: they are less alike than all of them.

    Parameters
    ----------
    whole
        What all are worth.
    kept
        How many are kept.
    of
        Of how many.

    Returns
    -------
    torch.Tensor
        As ``whole``.
    """
    return kept / (1 + kept / of * (of / whole - 1))


def _by_tempering(task: _Task) -> ValidRegionSample:
    particles = max(task.n, PARTICLES)
    tempered = temper(
        task.kinetics,
        task.prior,
        task.pilot,
        n=particles,
        seed=task.seed,
        most=task.most,
        checkpoint=task.file("tempering.npz"),
        progress=task.progress,
    )
    chains = refresh(
        task.kinetics,
        tempered.log_km,
        task.prior,
        criterion=task.pilot.criterion,
        most=max(task.most - tempered.judged // particles, 1),
        seed=task.seed,
        family=tempered.family,
        from_draws=True,
        moves=tempered.moves[-1],
        checkpoint=task.file("chains.npz"),
        progress=task.progress,
    )
    sample = _from_chains(task, chains, judged=tempered.judged, kept=tempered.kept)
    return replace(
        sample,
        log_volume=tempered.log_volume,
        log_volume_interval=tempered.log_volume_interval,
    )


def _by_chains(task: _Task, starts: Tensor) -> ValidRegionSample:
    rng = random_stream(task.seed, purpose="choice of starts")
    order = torch.randperm(len(starts), generator=rng)
    family = order.repeat(-(-task.n // len(order)))[: task.n]  # as often as needed
    chains = refresh(
        task.kinetics,
        starts[family],
        task.prior,
        criterion=task.pilot.criterion,
        most=task.most,
        seed=task.seed,
        family=family,
        checkpoint=task.file("chains.npz"),
        progress=task.progress,
    )
    before = len(task.pilot) + len(starts)
    return _from_chains(task, chains, judged=before, kept=len(starts))


def _usable(kinetics: Kinetics, prior: Prior, criterion: Validity, starts: Tensor | None) -> Tensor:
    """Return the starts that are valid, and possible under the prior."""
    n_km = len(prior.names)
    if starts is None:
        return torch.empty(0, n_km, dtype=torch.float64)
    if starts.ndim != 2 or starts.dtype != torch.float64 or starts.shape[1] != n_km:
        raise InputError(
            f"starts must be `model x km`, float64, ln(mol/L), with {n_km} saturation constants, "
            f"got {starts.dtype} of shape {tuple(starts.shape)}."
        )
    starts = starts.to(prior.laws[0][1].device)
    if not len(starts):
        return starts
    valid = valid_models(kinetics, starts, criterion)
    good = valid & prior.log_density(starts).isfinite()
    if not bool(good.any()):
        raise SamplingError(
            f"Of the {len(starts)} starts {int(valid.sum())} are valid ({criterion.in_words}), and "
            "none of these is possible under the prior. Give models of a generator that was "
            "trained for this criterion and these bounds, or none: starts=None."
        )
    return starts[good]


def _write_plan(plan: str, *, progress: bool | None) -> None:
    """Say what is planned, where bars are shown too."""
    if is_shown(progress):
        tqdm.write(plan, file=sys.stderr)
