r"""ORACLE sampling, batched: the baseline that a trained generator replaces.

Each saturation constant is drawn through its saturation :math:`\sigma = x/(x + K_m)`, uniform
between the limits that the bounds of :math:`K_m` imply:

.. math:: K_m = x\,(1 - \sigma)/\sigma .

Random numbers are those of SKiMPy's ``SimpleParameterSampler`` (the Mersenne Twister behind
``numpy.random.seed``), drawn model by model in the same order: one seed gives the same sets.

References
----------
1. Wang, Birol and Hatzimanikatis, *Biophys. J.* 87 (2004) 3750, doi:10.1529/biophysj.104.048090.
2. Weilandt et al., *Bioinformatics* 39 (2023) btac787, doi:10.1093/bioinformatics/btac787 (SKiMPy).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import ClassVar

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.population import Ensemble, ParameterPopulation
from skimpy_renaissance.population.ensemble import WHOLE
from skimpy_renaissance.sampling.constant_resampling import (
    chosen_columns,
    resample_constants,
    saturation_constants,
)
from skimpy_renaissance.sampling.drawing import Drawn, collect, the_only_set
from skimpy_renaissance.sampling.drop_in import (
    Bounds,
    Given,
    Model,
    Returned,
    as_skimpy_returns,
    bind,
    skimpys_names,
)
from skimpy_renaissance.sampling.like_namedtuple import LikeNamedTuple, settings_from
from skimpy_renaissance.sampling.nothing_found import nothing_found
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.saturations import Saturations
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.steady_states.steady_state import SteadyState
from skimpy_renaissance.units import Units

__all__ = ["OracleSampler"]


@dataclass(frozen=True)
class OracleParameters(LikeNamedTuple):
    """Settings of :class:`OracleSampler`.

    Parameters
    ----------
    n_samples
        Parameter sets wanted.
    eigenvalue_partition
        With ``only_stable``, a set is kept where its largest real part does not exceed this, 1/h;
        1 per model time where the units are not known.
    redraw
        Draw every saturation constant, those to which the model gives a value too.
    units
        Units of fluxes and concentrations that come by name; eigenvalues are then in 1/h.
    spectrum
        Way from Jacobians to eigenvalues; ``Plain()`` decides as SKiMPy does even where rounding
        decides.
    batch
        Models judged together.
    """

    n_samples: int = 100
    eigenvalue_partition: float = 0.0
    redraw: bool = False
    units: Units | None = None
    spectrum: SpectralRoute | None = None
    batch: int = 512


class OracleSampler:
    """Draws saturations blindly and keeps the stable models, as SKiMPy's sampler does.

    Parameters
    ----------
    parameters
        Number of sets and how they are judged.

    Examples
    --------
    >>> sampler = sr.OracleSampler(sr.OracleSampler.Parameters(n_samples=5))
    >>> len(sampler.sample(network, states[0], seed=1))
    5
    """

    Parameters: ClassVar[type[OracleParameters]] = OracleParameters

    def __init__(self, parameters: OracleParameters | None = None) -> None:
        self.parameters = settings_from(parameters, OracleParameters)

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
            Keep only sets whose largest real part does not exceed ``eigenvalue_partition``.
        min_max_eigenvalues
            Also return the largest and smallest real parts, 1/h; 1 per model time where the units
            are not known.
        seed
            Seed of the random numbers.
        bounds_sample
            Range of the uniform numbers that saturations are made of; two equal numbers are one.
        max_trials
            Sets drawn at most.
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

        Raises
        ------
        InputError
            An argument cannot be used; see also :func:`bind`.
        """
        bound = self._bind(network, fluxes, concentrations, bounds)
        n = require_whole("n_samples", self.parameters.n_samples)
        most = require_whole("max_trials", int(max_trials), at_least=0)
        criterion = self._criterion if only_stable else None
        saturations = Saturations.of(bound, bounds_sample, seed)
        if bound.km_names:
            source = saturations.blocks(n, largest=self.parameters.batch)
            kept = collect(bound, source, criterion, n=n, at_least=0, max_draws=most)
        else:
            kept = the_only_set(bound, criterion, n=min(n, most))
        if not len(kept.log_km):
            self._warn_of_nothing(bound, judged=kept.drawn, most=f"max_trials={most}")
        population = parametrize(
            bound,
            kept.log_km,
            provenance={
                "sampler": "ORACLE",
                "seed": seed,
                "trials": kept.drawn,
                **(_independent(kept) if only_stable and bound.km_names else {}),
            },
        )
        return as_skimpy_returns(population, network, min_max_eigenvalues, as_skimpy=as_skimpy)

    @skimpys_names
    def resample(
        self,
        network: Model,
        fluxes: SteadyState | Given,
        concentrations: Given | None = None,
        parameters: Iterable[object] = (),
        population: ParameterPopulation | Iterable[Mapping[object, float]] = (),
        min_max_eigenvalues: bool = False,
        seed: int = 321,
        bounds_sample: tuple[float, float] = (0.0, 1.0),
        *,
        max_trials: int = 10,
        bounds: Bounds | None = None,
        as_skimpy: bool | None = None,
    ) -> Returned:
        """Draw some constants of existing sets anew, as SKiMPy's ``SimpleResampler.sample``.

        Parameters
        ----------
        network, fluxes, concentrations
            As for :meth:`sample`.
        parameters
            Saturation constants to draw: names, symbols, or SKiMPy's parameter objects; all others
            keep their values. Parameters that are no saturation constants are passed over.
        population
            The existing sets: a population, or SKiMPy's mappings from symbol to value.
        min_max_eigenvalues
            As for :meth:`sample`.
        seed
            Seed of the random numbers; the default is SKiMPy's.
        bounds_sample, bounds, as_skimpy
            As for :meth:`sample`.
        max_trials
            Draws per set; a set that finds no stable model in them is left out, with a warning.

        Returns
        -------
        ParameterPopulation, list or tuple
            As :meth:`sample`; at most one set per existing set, under its name.

        Raises
        ------
        InputError
            An argument cannot be used; see also :func:`bind`.
        MissingEntryError
            A parameter is not one of the kinetic model, or a set lacks a saturation constant.
        """
        bound = self._bind(network, fluxes, concentrations, bounds)
        columns = chosen_columns(bound, parameters)
        km, index = saturation_constants(population, bound.km_names)
        kept = resample_constants(
            bound.reference.log_molar(torch.from_numpy(km)),
            Saturations.of(bound, bounds_sample, seed).draw,
            lambda log_km: bound.valid(log_km, self._criterion),
            columns=torch.from_numpy(columns),
            max_trials=max_trials,
            batch=self.parameters.batch,
        )
        if not len(kept.rows):
            most = f"max_trials={max_trials} for each of the {len(km)} sets given"
            self._warn_of_nothing(bound, judged=kept.trials, most=most)
        drawn = [name for name, chosen in zip(bound.km_names, columns, strict=True) if chosen]
        resampled = parametrize(
            bound,
            kept.log_km,
            provenance={
                "sampler": "ORACLE",
                "seed": seed,
                "trials": kept.trials,
                "resampled": drawn,
            },
        )
        resampled = replace(resampled, index=tuple(index[row] for row in kept.rows))
        return as_skimpy_returns(resampled, network, min_max_eigenvalues, as_skimpy=as_skimpy)

    def _bind(
        self,
        network: Model,
        fluxes: SteadyState | Given,
        concentrations: Given | None,
        bounds: Bounds | None,
    ) -> BoundKinetics:
        settings = self.parameters
        return bind(
            network,
            fluxes,
            concentrations,
            bounds=bounds,
            units=settings.units,
            redraw=settings.redraw,
            spectrum=settings.spectrum,
        )

    def _warn_of_nothing(self, bound: BoundKinetics, *, judged: int, most: str) -> None:
        limit = self.parameters.eigenvalue_partition
        remedy = f"Raise {most} or eigenvalue_partition={limit:g}, or train a generator for such "
        remedy += "models: sr.RenaissanceSampler takes the same arguments"
        if not bound.km_names:
            remedy = "All saturation constants have values: draw them anew, Parameters(redraw=True)"
        text = nothing_found(bound, judged=judged, partition=limit, remedy=remedy)
        warnings.warn(text, stacklevel=4)

    @property
    def _criterion(self) -> Validity:
        """SKiMPy keeps a set at the limit too, and takes any limit."""
        return Validity(
            partition=nextafter(self.parameters.eigenvalue_partition, inf),
            allow_unstable=True,
        )


def _independent(kept: Drawn) -> dict[str, object]:
    """Say that blind draws which are stable are draws of the whole region, under their prior."""
    n = len(kept.log_km)
    worth = f"{n:,} models, all independent; {kept.drawn:,} judged, saturations drawn uniformly."
    return {**Ensemble(WHOLE).to_dict(), "worth": worth, "lacking": []}
