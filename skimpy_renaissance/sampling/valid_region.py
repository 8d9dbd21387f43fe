r"""The valid region as a sampler: draws of the prior, restricted to the models that are valid.

No generator is needed. Where valid models are not too rare, the prior is drawn from until enough of
them are found; where they are, draws of the prior are brought there by tempering; what is cheaper
is told by the first draws (:func:`~skimpy_renaissance.valid_region.sample_valid_region`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from os import PathLike
from typing import ClassVar

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.priors import KmSpace, Prior
from skimpy_renaissance.priors.km_space import DEFAULT_KM_RANGE
from skimpy_renaissance.sampling.drawing import the_only_set
from skimpy_renaissance.sampling.drop_in import (
    Bounds,
    Given,
    Model,
    Returned,
    as_skimpy_returns,
    skimpys_names,
)
from skimpy_renaissance.sampling.like_namedtuple import LikeNamedTuple, settings_from
from skimpy_renaissance.sampling.nothing_found import nothing_found
from skimpy_renaissance.sampling.origin import origin_of
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.stated_limits import (
    stated_km_range,
    stated_problem,
)
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.units import Units
from skimpy_renaissance.valid_region import (
    Datum,
    PosteriorSample,
    ValidRegionSample,
    sample_posterior,
    sample_valid_region,
)
from skimpy_renaissance.valid_region.pilot import N_PILOT
from skimpy_renaissance.valid_region.sampling import MOST_JUDGED

__all__ = ["ValidRegionSampler"]


@dataclass(frozen=True)
class ValidRegionParameters(LikeNamedTuple):
    """Settings of :class:`ValidRegionSampler`.

    Parameters
    ----------
    n_samples
        Parameter sets wanted.
    eigenvalue_partition
        A model is valid where its largest real part lies below this, 1/h; 1 per model time where
        the units are not known. ``None`` takes -2.5, that of one strain of *E. coli*, with a
        warning that says what growth of the state suggests.
    fastest_eigenvalue
        And its smallest real part above this, in the same unit; ``None`` sets no limit.
    allow_unstable
        Whether a partition above 0, with which unstable models are kept, is meant.
    prior
        What is believed of the constants before any model is judged; ``None``: ln Km uniform
        within the bounds of the network, and ``km_range`` where it has none.
    data
        What is known of the models beside validity: requirements as hard limits,
        :class:`~skimpy_renaissance.requirements.Measured` and its kind as likelihoods. The sets are
        then draws of the posterior (:func:`~skimpy_renaissance.valid_region.sample_posterior`).
    starts
        `` `model x km` ``, float64, ln(mol/L): models of a generator, for where valid ones are too
        rare to be reached from the prior.
    method
        ``"rejection"``, ``"tempering"`` or ``"chains"``; ``None`` chooses what costs least.
    km_range
        Smallest and largest saturation constant where no bounds are set, mol/L.
    concentration_scaling
        Scaled concentration per mol/L, needed for ``km_range`` where fluxes and concentrations
        come as two mappings; ``units`` says it too.
    units
        Units of fluxes and concentrations that come as two mappings. The partition and all
        eigenvalues are then in 1/h, whatever the model's unit of time (``time_scaling``).
    redraw
        Draw every saturation constant, those to which the model gives a value too.
    spectrum
        Way from Jacobians to eigenvalues.
    checkpoint
        Folder in which the work is kept, and resumed.
    progress
        Show the plan and progress bars; ``None`` shows them on a terminal.
    """

    n_samples: int = 1000
    eigenvalue_partition: float | None = None
    fastest_eigenvalue: float | None = None
    allow_unstable: bool = False
    prior: Prior | None = None
    data: Sequence[Datum] = ()
    starts: torch.Tensor | None = None
    method: str | None = None
    km_range: tuple[float, float] = DEFAULT_KM_RANGE
    concentration_scaling: float | None = None
    units: Units | None = None
    redraw: bool = False
    spectrum: SpectralRoute | None = None
    checkpoint: str | PathLike[str] | None = None
    progress: bool | None = None


class ValidRegionSampler:
    """Draws parameter sets from all of the valid region.

    ``sample`` keeps the draws with what they are worth in ``drawn``.

    Parameters
    ----------
    parameters
        Number of sets, and when a model is valid.

    Examples
    --------
    >>> settings = sr.ValidRegionSampler.Parameters(n_samples=5, eigenvalue_partition=-3.3)
    >>> sampler = sr.ValidRegionSampler(settings)
    >>> len(sampler.sample(network, states[0], seed=1))
    5
    >>> sampler.drawn.method
    'rejection'
    """

    Parameters: ClassVar[type[ValidRegionParameters]] = ValidRegionParameters

    def __init__(self, parameters: ValidRegionParameters | None = None) -> None:
        self.parameters = settings_from(parameters, ValidRegionParameters)
        self.drawn: ValidRegionSample | PosteriorSample | None = None

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
        max_trials: float | None = None,
        *,
        bounds: Bounds | None = None,
        as_skimpy: bool | None = None,
    ) -> Returned:
        """Draw parameter sets; arguments as ``SimpleParameterSampler.sample``, by its names too.

        Constants to which the model gives a value keep it (unless ``Parameters(redraw=True)``):
        where all have one, every set is the same, with capacities of this steady state.

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
            Must be true: other models are not in the valid region.
        min_max_eigenvalues
            Also return the largest and smallest real parts, 1/h; 1 per model time where the units
            are not known.
        seed
            Seed of the random numbers.
        bounds_sample
            Smallest and largest saturation x/(x + Km) of every constant; equal ones fix them all.
        max_trials
            Sets judged at most, where they are moved; ``None``: 500 for each set wanted. Fewer than
            500 in all find nothing.
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
            ``min_max_eigenvalues`` a triple of sets, largest and smallest real parts. None, with a
            warning, where the valid region was not reached.

        Raises
        ------
        InputError
            An argument cannot be used; see also :func:`bind`.
        UnitsError
            ``km_range`` is needed, but the scaling of concentrations is not known.
        """
        settings = self.parameters
        self.drawn = None
        n = require_whole("n_samples", settings.n_samples)
        if not only_stable:
            raise InputError(
                "ValidRegionSampler draws valid models only, got only_stable=False. "
                "sr.OracleSampler keeps whatever it draws."
            )
        trials = MOST_JUDGED * n
        if max_trials is not None:
            trials = require_whole("max_trials", int(max_trials), at_least=0)
        bound, criterion, note = stated_problem(
            settings, network, fluxes, concentrations, bounds=bounds, bounds_sample=bounds_sample
        )
        if note:
            warnings.warn(note, stacklevel=3)
        told: dict[str, object] = {}
        if bound.km_names:
            log_km = self._drawn(bound, criterion, n=n, seed=seed, trials=trials)
            if self.drawn is not None:
                told = origin_of(self.drawn)
        else:
            kept = the_only_set(bound, criterion, n=n)
            log_km = kept.log_km
            if not len(log_km):
                remedy = "All saturation constants have values: draw them anew, "
                remedy += "Parameters(redraw=True)"
                text = nothing_found(
                    bound, judged=kept.drawn, partition=criterion.partition, remedy=remedy
                )
                warnings.warn(text, stacklevel=3)
        population = parametrize(
            bound,
            log_km,
            provenance={
                "sampler": "valid region",
                "seed": seed,
                "criterion": asdict(criterion),
                **told,
                **({"note": note} if note else {}),
            },
        )
        return as_skimpy_returns(population, network, min_max_eigenvalues, as_skimpy=as_skimpy)

    def _drawn(
        self, bound: BoundKinetics, criterion: Validity, *, n: int, seed: int, trials: int
    ) -> torch.Tensor:
        """Return the draws, none of them where the valid region was not reached."""
        settings = self.parameters
        prior = settings.prior
        if prior is None:
            default = stated_km_range(settings, bound)
            space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=default)
            prior = Prior.of_space(space)
        try:
            if trials < N_PILOT:
                raise SamplingError(
                    f"max_trials={trials} are fewer than the {N_PILOT} draws of the prior that "
                    "are looked at first. Allow more."
                )
            draw: Callable[..., ValidRegionSample | PosteriorSample] = sample_valid_region
            if settings.data:
                draw = partial(sample_posterior, data=settings.data)
            self.drawn = draw(
                bound,
                prior,
                criterion=criterion,
                n=n,
                seed=seed,
                starts=settings.starts,
                method=settings.method,
                most=max(trials // n, 1),
                checkpoint=settings.checkpoint,
                progress=settings.progress,
            )
        except SamplingError as error:
            warnings.warn(f"No parameter set was kept: {error}", stacklevel=4)
            return torch.empty(0, len(bound.km_names), dtype=torch.float64)
        if not self.drawn.enough:
            warnings.warn(self.drawn.action, stacklevel=4)
        return self.drawn.log_km
