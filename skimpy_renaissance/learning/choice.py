"""Optimisers and rewards by name, the generator that goes with each, and what goes together.

A new one is a line of :data:`OPTIMIZERS` or :data:`REWARDS`: sections of run files, flags and the
settings of the sampler follow from what its class declares
(:mod:`~skimpy_renaissance.learning.options`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.learning.architecture import Architecture
from skimpy_renaissance.learning.coverage import Coverage
from skimpy_renaissance.learning.generator import Generator
from skimpy_renaissance.learning.gradient import Gradient
from skimpy_renaissance.learning.nes import NES
from skimpy_renaissance.learning.optimizer import Optimizer
from skimpy_renaissance.learning.reward import Need, RewardFunction, lacking
from skimpy_renaissance.learning.rewards import (
    FastestDynamics,
    Hinge,
    Incidence,
    Margin,
    SlowestMode,
    SoftStep,
)

__all__ = ["OPTIMIZERS", "REWARDS", "architecture_for", "require_followed"]

_OPTIMIZERS: dict[str, type[Any]] = {
    "nes": NES,
    "gradient": Gradient,
    "coverage": Coverage,
}
_REWARDS: dict[str, type[Any]] = {
    "incidence": Incidence,
    "fastest_dynamics": FastestDynamics,
    "slowest_mode": SlowestMode,
    "margin": Margin,
    "hinge": Hinge,
    "soft_step": SoftStep,
}
OPTIMIZERS: Mapping[str, type[Any]] = MappingProxyType(_OPTIMIZERS)
"""What ``optimizer="..."`` stands for; the first is the default.

>>> from skimpy_renaissance.learning import OPTIMIZERS
>>> {name: optimizer().generations for name, optimizer in OPTIMIZERS.items()}
{'nes': 50, 'gradient': 50, 'coverage': 200}
"""

REWARDS: Mapping[str, type[Any]] = MappingProxyType(_REWARDS)
"""What ``reward="..."`` stands for; by default an optimiser follows its own.

>>> from skimpy_renaissance.learning import OPTIMIZERS, REWARDS
>>> REWARDS["margin"](), OPTIMIZERS["gradient"]().default_reward
(Margin(sharpness=2.0, offset=0.5), Margin(sharpness=2.0, offset=0.5))
"""

_REMEDIES = {
    Need.GRADIENT: "Train with NES() (optimizer 'nes'), or leave it out; a simulated requirement "
    "of weight 0 is reported, but not rewarded.",
    Need.NATS: "It has to be weighed against the width of a generator: from Python, multiply it by "
    "what it is worth in nats (100 * reward); or choose another optimizer.",
}
_NETWORK = Generator()


def require_followed(optimizer: Optimizer, reward: RewardFunction) -> None:
    """Raise where an optimiser cannot follow a reward, by what both declare.

    Parameters
    ----------
    optimizer
        One that declares no needs can follow anything.
    reward
        A function that declares nothing is taken to meet every need.

    Raises
    ------
    InputError
        Names the parts of the reward that do not meet a need.

    Examples
    --------
    >>> from skimpy_renaissance.learning import require_followed
    >>> require_followed(sr.Gradient(), sr.rewards.Margin())
    >>> require_followed(sr.Gradient(), sr.rewards.Incidence())
    Traceback (most recent call last):
    skimpy_renaissance.errors.InputError: ...Incidence... Train with NES() ...
    """
    for need in getattr(optimizer, "needs", ()):
        if missing := lacking(reward, need):
            raise InputError(
                f"{type(optimizer).__name__} needs a reward with {need.value}, and cannot follow "
                f"{listed(missing)}. {_REMEDIES[need]}"
            )


def architecture_for(
    optimizer: Optimizer,
    *,
    range: tuple[float, float],
    output: str = "sigmoid",
    latent: int = _NETWORK.latent,
    hidden: tuple[int, ...] = _NETWORK.hidden,
    relative: bool = False,
) -> Architecture:
    """Return the generator that an optimiser trains by default, with these settings.

    Parameters
    ----------
    optimizer
        What it will be trained by.
    range
        Lower and upper ln Km, ln(mol/L), where the kinetic model gives no bounds.
    output, latent, hidden
        Properties of a network; a generator without one takes no notice of them.
    relative
        Count values from the concentrations of the steady state.

    Returns
    -------
    Architecture

    Raises
    ------
    InputError
        A size, range or output cannot be used, or ``relative`` does not go with the others.

    Examples
    --------
    >>> from skimpy_renaissance.learning import architecture_for
    >>> micromolar_to_molar = (math.log(1e-6), 0.0)
    >>> type(architecture_for(sr.Coverage(), range=micromolar_to_molar)).__name__
    'HistogramGenerator'
    """
    default: Any = optimizer.default_generator
    given = {"output": output, "latent": latent, "hidden": hidden, "relative": relative}
    taken = {f.name for f in fields(default)}
    if relative and "relative" not in taken:
        raise InputError(
            f"relative=True needs a network, and {type(optimizer).__name__} trains a "
            f"{type(default).__name__} instead. Leave relative out, or choose another optimizer."
        )
    known = {name: value for name, value in given.items() if name in taken}
    architecture: Architecture = replace(default, range=range, **known)
    return architecture
