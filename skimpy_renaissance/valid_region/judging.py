"""Verdicts on models, at the least cost that the kinetics offer.

Chains and rejection ask only whether a model is valid. Kinetics of a network reject most invalid
models by tests that cost a fraction of a spectrum; of any other kinetics the slowest mode is asked.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.learning.judged import Kinetics, judge
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.spectrum.validity import Validity

__all__ = [
    "ScreeningKinetics",
    "reaction_of_km",
    "require_prior_of",
    "slowest_modes",
    "valid_models",
]


@runtime_checkable
class ScreeningKinetics(Kinetics, Protocol):
    """Kinetics that reach verdicts at less cost than eigenvalues, or demand more than speed.

    What ``valid`` refuses beside the criterion, whatever the partition, is outside the region.
    """

    def valid(self, log_km: Tensor, criterion: Validity) -> Tensor:
        """Return the verdict on each model.

        Parameters
        ----------
        log_km
            `model x km`, float64, ln(mol/L).
        criterion
            When a model counts as valid.

        Returns
        -------
        torch.Tensor
            `model`, bool; ``False`` where the spectrum failed.
        """


def valid_models(kinetics: Kinetics, log_km: Tensor, criterion: Validity) -> Tensor:
    """Return which models are valid.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L).
    criterion
        When a model counts as valid.

    Returns
    -------
    torch.Tensor
        `` `model` ``, bool.
    """
    if not len(log_km):
        return torch.zeros(0, dtype=torch.bool, device=log_km.device)
    with torch.no_grad():
        if isinstance(kinetics, ScreeningKinetics):
            return kinetics.valid(log_km, criterion).to(log_km.device)
        return judge(kinetics, log_km, criterion).valid


def slowest_modes(kinetics: Kinetics, log_km: Tensor) -> Tensor:
    """Return the largest real part of each model's eigenvalues.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    log_km
        `` `model x km` ``, float64, ln(mol/L).

    Returns
    -------
    torch.Tensor
        `` `model` ``, float64, 1/h; NaN where the spectrum failed.
    """
    if not len(log_km):
        return log_km.new_empty(0)
    with torch.no_grad():
        return judge(kinetics, log_km, Validity()).lambda_max


def reaction_of_km(kinetics: Kinetics) -> Tensor:
    """Return which constants belong to one reaction.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.

    Returns
    -------
    torch.Tensor
        `` `km` ``, int: 0, 1, ..., the same number for constants of one reaction. Where the
        kinetics are not those of a network, every constant has its own.
    """
    names = tuple(kinetics.km_names)
    if not isinstance(kinetics, BoundKinetics):
        return torch.arange(len(names))
    home = {km: r.name for r in kinetics.network.reactions for km in r.hooks}
    place = {name: i for i, name in enumerate(dict.fromkeys(home[km] for km in names))}
    return torch.tensor([place[home[km]] for km in names])


def require_prior_of(kinetics: Kinetics, prior: Prior) -> None:
    """Raise unless a prior is about the constants of the kinetics, in their order.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    prior
        What is drawn from.

    Raises
    ------
    InputError
        It is about others.
    """
    if prior.names != tuple(kinetics.km_names):
        raise InputError(
            f"The prior must be about the {len(kinetics.km_names)} saturation constants of the "
            f"kinetics, in their order; it is about {len(prior.names)}. "
            "prior.of_names(kinetics.km_names) puts it in order."
        )
