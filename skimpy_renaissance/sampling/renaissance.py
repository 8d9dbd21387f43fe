r"""RENAISSANCE as a sampler: a generator trained for valid models takes the place of blind draws.

One call trains a generator at the given steady state and draws parameter sets from it, checked one
by one. Its parts are public: :func:`~skimpy_renaissance.learning.training.train`,
:meth:`~skimpy_renaissance.learning.trained.TrainedGenerator.generate` and
:func:`~skimpy_renaissance.sampling.parametrization.parametrize`.

References
----------
Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from torch import Tensor

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import listed
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning import History, TrainedGenerator, architecture_for, train
from skimpy_renaissance.population.ensemble import NARROW, Ensemble
from skimpy_renaissance.priors import derived_seeds
from skimpy_renaissance.sampling.drawing import Drawn, collect, the_only_set
from skimpy_renaissance.sampling.drop_in import (
    Bounds,
    Given,
    Model,
    Returned,
    as_skimpy_returns,
    skimpys_names,
)
from skimpy_renaissance.sampling.identity import identity_of
from skimpy_renaissance.sampling.like_namedtuple import settings_from
from skimpy_renaissance.sampling.nothing_found import ended_without, nothing_found
from skimpy_renaissance.sampling.origin import origin_of
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.refreshing import (
    beyond_validity,
    refresh_sets,
    require_refreshable,
    whole_region,
)
from skimpy_renaissance.sampling.renaissance_parameters import (
    RenaissanceParameters,
    SamplerSettings,
    optimizer_of,
    reward_of,
)
from skimpy_renaissance.sampling.stated_limits import (
    stated_km_range,
    stated_problem,
)
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.valid_region import PosteriorSample, Refreshed, ValidRegionSample

__all__ = ["RenaissanceSampler"]


class RenaissanceSampler:
    """Trains a generator of valid kinetic models and samples from it.

    The sets are draws of the whole valid region; ``Parameters(refresh=None)`` takes the generator's
    own, a corner of it. ``sample`` keeps the trained generator, with its history, in ``trained``,
    and what the draws are worth in ``refreshed``.

    Parameters
    ----------
    parameters
        Settings of training and sampling.

    Examples
    --------
    >>> settings = sr.RenaissanceSampler.Parameters(n_samples=10, eigenvalue_partition=-3.3)
    >>> population = sr.RenaissanceSampler(settings).sample(network, states[0])  # doctest: +SKIP
    """

    Parameters: ClassVar[type[Any]] = RenaissanceParameters

    def __init__(self, parameters: SamplerSettings | None = None) -> None:
        self.parameters: SamplerSettings = settings_from(parameters, RenaissanceParameters)
        self.trained: TrainedGenerator | None = None
        self.refreshed: Refreshed | ValidRegionSample | PosteriorSample | None = None

    @skimpys_names
    def sample(
        self,
        network: Model,
        fluxes: SteadyState | Given,
        concentrations: Given | None = None,
        only_stable: bool = True,
        min_max_eigenvalues: bool = False,
        seed: int = 123,
        bounds_sample: tuple[float, float] = (0.0, 1.0),
        max_trials: float = 1e6,
        *,
        bounds: Bounds | None = None,
        as_skimpy: bool | None = None,
    ) -> Returned:
        """Train and sample; arguments as ``SimpleParameterSampler.sample``, by its names too.

        Constants to which the model gives a value keep it (unless ``Parameters(redraw=True)``):
        where all have one, nothing is trained, and every set is the same, with capacities of this
        steady state.

        Parameters
        ----------
        network
            The kinetic model, compiled or not; or a live SKiMPy ``KineticModel``, which is compiled
            anew only where it has changed.
        fluxes
            A steady state; or fluxes by name, scaled concentration per model time.
        concentrations
            Concentrations by name, scaled; none with a steady state.
        only_stable
            Keep only valid models; otherwise everything that the generator draws.
        min_max_eigenvalues
            Also return the largest and smallest real parts, 1/h; 1 per model time where the units
            are not known.
        seed
            Seed of training and sampling.
        bounds_sample
            Smallest and largest saturation x/(x + Km) of every constant; equal ones fix them all.
        max_trials
            Sets drawn at most, after training.
        bounds
            Saturation constant to (lower, upper), scaled concentration, beside those of the
            network.
        as_skimpy
            Whether sets come as SKiMPy's mappings from symbol to value; ``None``: where the model
            is a live one.

        Returns
        -------
        ParameterPopulation, list or tuple
            The sets, as a list of symbol-to-value mappings for a live model; with
            ``min_max_eigenvalues`` a triple of sets, largest and smallest real
            parts. Fewer than ``n_samples``, or none, with a warning, where ``max_trials`` ran out.
            Where the training ended without a single valid model, only ``batch`` more are drawn.

        Raises
        ------
        InputError
            An argument cannot be used; see also :func:`bind`.
        UnitsError
            ``km_range`` is needed, but the scaling of concentrations is not known.
        """
        settings = self.parameters
        self.refreshed = None
        n = require_whole("n_samples", settings.n_samples)
        most = require_whole("max_trials", int(max_trials), at_least=0)
        require_refreshable(settings.refresh, only_stable=only_stable)
        bound, criterion, note = stated_problem(
            settings, network, fluxes, concentrations, bounds=bounds, bounds_sample=bounds_sample
        )
        if note:
            warnings.warn(note, stacklevel=3)
        seed_of_training, seed_of_sampling, seed_of_refresh = derived_seeds(seed, 3)
        kept_by = criterion if only_stable else None
        if bound.km_names:
            self.trained = self._trained(bound, criterion, seed=seed_of_training)
            kept = collect(
                bound,
                self.trained.blocks(settings.batch, seed=seed_of_sampling, at=bound),
                kept_by,
                n=n,
                at_least=0,
                max_draws=most,
                first_within=settings.batch if ended_without(self.trained.history) else None,
                progress=settings.progress,
            )
        else:
            self.trained = None
            kept = the_only_set(bound, kept_by, n=min(n, most))
        log_km = kept.log_km
        if not len(log_km):
            history = None if self.trained is None else self.trained.history
            warnings.warn(_nothing_found(bound, kept, criterion, history), stacklevel=3)
        elif only_stable and settings.refresh and self.trained is not None:
            log_km = self._moved(bound, log_km, criterion, n=n, seed=seed_of_refresh)
        population = parametrize(
            bound,
            log_km,
            provenance={
                "sampler": "RENAISSANCE",
                "seed": seed,
                "trials": kept.drawn,
                "refresh": settings.refresh,
                **({} if self.trained is None else _origin_of(self.refreshed)),
                "criterion": asdict(criterion),
                **({"note": note} if note else {}),
                "training": {} if self.trained is None else dict(self.trained.setup),
            },
        )
        return as_skimpy_returns(population, network, min_max_eigenvalues, as_skimpy=as_skimpy)

    def _moved(
        self, bound: BoundKinetics, log_km: Tensor, criterion: Validity, *, n: int, seed: int
    ) -> Tensor:
        """Return sets of the whole valid region, from valid ones of the generator."""
        settings, trained, progress = self.parameters, self.trained, self.parameters.progress
        assert trained is not None
        found: Refreshed | ValidRegionSample | PosteriorSample
        if isinstance(settings.refresh, int):
            found = refresh_sets(
                trained,
                bound,
                log_km,
                criterion=criterion,
                steps=settings.refresh,
                seed=seed,
                progress=progress,
            )
            doubts = list(found.warnings)
        elif beyond := beyond_validity(trained):
            warnings.warn(
                f"refresh: the generator was trained for more than validity ({listed(beyond)}), so "
                "these sets are its own valid draws, a narrow ensemble. Draws of all valid models "
                "that keep to it: sr.ValidRegionSampler with Parameters(data=[...]).",
                stacklevel=4,
            )
            return log_km
        else:
            found = self._whole_region(bound, log_km, criterion, n=n, seed=seed)
            doubts = [found.shortfall + self._how_to_go_on(found)] * (not found.enough)
        for text in doubts:
            warnings.warn(f"refresh: {text}", stacklevel=4)
        self.refreshed = found
        return found.log_km

    def _whole_region(
        self, bound: BoundKinetics, starts: Tensor, criterion: Validity, *, n: int, seed: int
    ) -> ValidRegionSample | PosteriorSample:
        settings, trained = self.parameters, self.trained
        assert trained is not None
        kept = settings.checkpoint
        try:
            return whole_region(
                trained,
                bound,
                starts,
                criterion=criterion,
                n=n,
                seed=seed,
                most=settings.most,
                checkpoint=None if kept is None else Path(kept) / f"valid_region_{n}",
                progress=settings.progress,
            )
        except KeyboardInterrupt as stop:
            how = "Nothing was kept: give Parameters(checkpoint='folder') to be able to go on."
            if kept is not None:
                how = "Call again with the same arguments to go on."
            text = f"Stopped on the way to the valid region. {how}"
            raise KeyboardInterrupt(text) from stop

    def _how_to_go_on(self, found: ValidRegionSample | PosteriorSample) -> str:
        kept = self.parameters.checkpoint
        how = " with the same checkpoint, to go on from here" if kept is not None else ""
        return f" Allow more: Parameters(most={2 * found.cap}){how}."

    def _trained(self, bound: BoundKinetics, criterion: Validity, *, seed: int) -> TrainedGenerator:
        settings, optimizer = self.parameters, optimizer_of(self.parameters)
        return train(
            bound,
            criterion=criterion,
            optimizer=optimizer,
            generator=architecture_for(
                optimizer,
                range=stated_km_range(settings, bound),
                output=settings.output,
                latent=settings.latent,
                hidden=settings.hidden,
                relative=settings.relative,
            ),
            reward=reward_of(settings),
            seed=seed,
            checkpoint=settings.checkpoint,
            progress=settings.progress,
            provenance=identity_of(bound),
        )


def _origin_of(
    found: Refreshed | ValidRegionSample | PosteriorSample | None,
) -> dict[str, object]:
    """Say in the provenance what the sets are."""
    if isinstance(found, ValidRegionSample | PosteriorSample):
        return origin_of(found)
    if found is None:
        return dict(Ensemble(NARROW).to_dict())
    moved = Ensemble.of_region(found.effective_km.min().item(), len(found))
    return {**moved.to_dict(), "worth": str(found), "lacking": list(found.warnings)}


def _nothing_found(
    bound: BoundKinetics, kept: Drawn, criterion: Validity, history: History | None
) -> str:
    judged, fastest = kept.drawn, None
    remedy = f"Demand less: Parameters(eigenvalue_partition=...) above {criterion.partition:g}"
    if history is not None and ended_without(history):
        judged += int(history.judged[-1] - (history.judged[-2] if len(history) > 1 else 0))
        fastest = float(history.lambda_fastest[-1])
        if criterion.partition < fastest < 0:
            remedy = f"Demand less: Parameters(eigenvalue_partition={0.9 * fastest:.2g})"
    if history is None:
        remedy += ", or draw the constants, which all have values, anew: Parameters(redraw=True)"
    else:
        remedy += (
            "; train longer or otherwise: generations, optimizer='gradient'; or widen km_range and "
            "the bounds of the constants"
        )
    if criterion.fastest is not None:
        remedy += f"; or leave out fastest_eigenvalue={criterion.fastest:g}"
    return nothing_found(
        bound, judged=judged, partition=criterion.partition, fastest=fastest, remedy=remedy
    )
