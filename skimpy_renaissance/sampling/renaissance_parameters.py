"""Settings of the RENAISSANCE sampler, and the optimiser and reward they choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from inspect import cleandoc
from os import PathLike
from typing import Any

from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.learning import (
    OPTIMIZERS,
    REWARDS,
    Generator,
    Optimizer,
    options_of,
)
from skimpy_renaissance.learning.options import Option
from skimpy_renaissance.learning.reward import RewardFunction
from skimpy_renaissance.priors.km_space import DEFAULT_KM_RANGE
from skimpy_renaissance.sampling.like_namedtuple import LikeNamedTuple
from skimpy_renaissance.sampling.refreshing import ENOUGH
from skimpy_renaissance.spectrum.route import SpectralRoute
from skimpy_renaissance.units import Units
from skimpy_renaissance.valid_region.sampling import MOST_JUDGED

__all__ = [
    "RenaissanceParameters",
    "SamplerSettings",
    "optimizer_of",
    "parameters_for",
    "reward_of",
]

_ARCHITECTURE = Generator()


@dataclass(frozen=True)
class SamplerSettings(LikeNamedTuple):
    """Settings of the sampler; defaults are those of the paper.

    A hyper-parameter that is not given has the default of the chosen optimiser, and is ``None``
    where that one does not take it. One that is given and has no effect is refused.
    ``dataclasses.replace`` keeps the numbers that the settings show: write them anew to have the
    defaults of another optimiser.

    Parameters
    ----------
    n_samples
        Parameter sets wanted.
    eigenvalue_partition
        A model is valid where its largest real part lies below this, 1/h; 1 per model time where
        the units are not known (per minute, say, if the fluxes are). ``None`` takes -2.5, that of
        one strain of *E. coli*, with a warning that says what growth of the state suggests.
    fastest_eigenvalue
        And its smallest real part above this, in the same unit; ``None`` sets no limit.
    allow_unstable
        Whether a partition above 0, with which unstable models are kept, is meant.
    optimizer
        ``"nes"``, ``"gradient"`` or ``"coverage"`` with the hyper-parameters below, or an optimiser
        object.
    reward
        One number per candidate, or ``"incidence"``, ``"margin"``, ... with its defaults; by
        default what the optimiser declares, the paper's incidence for ``"nes"``.
    output, latent, hidden
        The generator's network; ``output="batch_minmax"`` rescales as the authors' code does.
        With ``"coverage"`` there is no network.
    relative
        Count constants from the concentrations of the steady state: a network's 0 means Km equal
        to the concentration. Needs ``output="sigmoid"``, and a network.
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
    refresh
        ``"enough"``: the sets are draws of the whole valid region (under the prior of the training:
        ln Km uniform between its bounds), reached by the way that costs least; the generator's
        valid sets start chains where they are needed. ``None``: the generator's own draws, a corner
        of that region, as the paper has them. A number: so many steps of chains that start there.
        Without ``only_stable``, and where ``reward`` has requirements beyond validity, the draws
        are always the generator's own.
    most
        Sets judged at most for each set wanted, where sets of the whole region are reached by
        moves.
    checkpoint
        Folder in which the training, and the way to the whole valid region, are kept and resumed.
    batch
        Models generated and judged together when sampling.
    progress
        Show a progress bar; ``None`` shows one on a terminal.
    """

    n_samples: int = 100
    eigenvalue_partition: float | None = None
    fastest_eigenvalue: float | None = None
    allow_unstable: bool = False
    optimizer: str | Optimizer = "nes"
    reward: str | RewardFunction | None = None
    output: str = "sigmoid"
    latent: int = _ARCHITECTURE.latent
    hidden: tuple[int, ...] = _ARCHITECTURE.hidden
    relative: bool = False
    km_range: tuple[float, float] = DEFAULT_KM_RANGE
    concentration_scaling: float | None = None
    units: Units | None = None
    redraw: bool = False
    spectrum: SpectralRoute | None = None
    refresh: int | str | None = ENOUGH
    most: int = MOST_JUDGED
    checkpoint: str | PathLike[str] | None = None
    batch: int = 500
    progress: bool | None = None


def parameters_for(optimizers: Mapping[str, type[Any]]) -> type[Any]:
    """Return the settings of the sampler with the hyper-parameters of some optimisers.

    Parameters
    ----------
    optimizers
        Name to class, which declares its options.

    Returns
    -------
    type
        A dataclass. Each hyper-parameter that is not given has the default of the chosen optimiser.
    """

    def complete(settings: SamplerSettings) -> None:
        chosen = settings.optimizer
        if isinstance(chosen, str) and chosen in optimizers:
            for one in options_of(optimizers[chosen]).values():
                if all(getattr(settings, name) is None for name in _names(one)):
                    object.__setattr__(settings, _names(one)[-1], one.default)

    names = dict.fromkeys(
        name for declaring in optimizers.values() for name in _accepted(declaring)
    )
    return make_dataclass(
        "RenaissanceParameters",
        [(name, "Any", field(default=None)) for name in names],
        bases=(SamplerSettings,),
        frozen=True,
        namespace={
            "__doc__": _documentation(optimizers),
            "__module__": __name__,
            "__post_init__": complete,
        },
    )


def optimizer_of(settings: SamplerSettings) -> Optimizer:
    """Return the optimiser that the settings choose, with their hyper-parameters.

    Parameters
    ----------
    settings
        Settings of the sampler.

    Returns
    -------
    Optimizer

    Raises
    ------
    InputError
        There is no such optimiser, or a hyper-parameter is set that has no effect on it.
    """
    chosen = settings.optimizer
    if isinstance(chosen, str) and chosen not in OPTIMIZERS:
        raise InputError(
            f"optimizer must be one of {', '.join(map(repr, OPTIMIZERS))} or an optimizer object "
            f"such as sr.NES(...), got {chosen!r}."
        )
    accepted = _accepted(OPTIMIZERS[chosen]) if isinstance(chosen, str) else {}
    given = {
        name: value
        for declaring in OPTIMIZERS.values()
        for one in options_of(declaring).values()
        for name in _names(one)
        if (value := getattr(settings, name)) is not None
        and (name in accepted or value != one.default)  # replace() takes those of another along
    }
    if without := sorted(given.keys() - accepted.keys()):
        raise InputError(
            f"{listed(f'{name}={given[name]!r}' for name in without)} has no effect with "
            f"optimizer={chosen!r}. Leave it out, or pass an optimizer object with it, such as "
            "sr.Gradient(sharpness=5.0) or sr.Coverage(generations=100)."
        )
    if not isinstance(chosen, str):
        return chosen
    optimizer: Optimizer = OPTIMIZERS[chosen](**{accepted[n]: v for n, v in given.items()})
    return optimizer


def reward_of(settings: SamplerSettings) -> RewardFunction | None:
    """Return the reward that the settings choose, ``None`` for the optimiser's own.

    Parameters
    ----------
    settings
        Settings of the sampler.

    Returns
    -------
    callable or None

    Raises
    ------
    InputError
        There is no reward of this name.
    """
    if not isinstance(settings.reward, str):
        return settings.reward
    if settings.reward not in REWARDS:
        raise InputError(
            f"reward must be one of {', '.join(map(repr, REWARDS))} or a function such as "
            f"sr.rewards.Margin(), got {settings.reward!r}."
        )
    reward: RewardFunction = REWARDS[settings.reward]()
    return reward


def _names(one: Option) -> list[str]:
    """Return the settings that set an option: its own name and, last, its alias."""
    return [name for name in (one.name, one.alias) if name is not None]


def _accepted(declaring: type) -> dict[str, str]:
    """Return name of a setting to the option it sets."""
    return {name: one.name for one in options_of(declaring).values() for name in _names(one)}


def _documentation(optimizers: Mapping[str, type[Any]]) -> str:
    """Return the settings' own documentation and a paragraph for each hyper-parameter."""
    described: dict[str, list[str]] = {}
    for optimizer, declaring in optimizers.items():
        for one in options_of(declaring).values():
            for known in _names(one):
                default = "" if one.default is None else f", by default {one.default!r}"
                text = f"{optimizer}: {one.help.rstrip('.')}{default}."
                described.setdefault(known, []).append(text)
    parts = [f"{name}\n    {' '.join(texts)}" for name, texts in described.items()]
    return "\n".join([cleandoc(SamplerSettings.__doc__ or ""), *parts])


RenaissanceParameters = parameters_for(OPTIMIZERS)
"""The settings of the sampler with the hyper-parameters of all optimisers."""
