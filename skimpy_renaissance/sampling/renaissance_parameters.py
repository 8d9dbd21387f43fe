"""Settings of the RENAISSANCE sampler, and the optimiser they choose."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.learning import (
    NES,
    OPTIMIZERS,
    Coverage,
    Generator,
    Gradient,
    Optimizer,
)
from skimpy_renaissance.learning.rewards import RewardFunction
from skimpy_renaissance.spectrum.route import SpectralRoute

__all__ = ["RenaissanceParameters", "optimizer_of"]

_PAPER = NES()
_ARCHITECTURE = Generator()


@dataclass(frozen=True)
class RenaissanceParameters:
    """Settings of the sampler; defaults are those of the paper.

    Parameters
    ----------
    n_samples
        Parameter sets wanted.
    eigenvalue_partition
        A model is valid where its largest real part lies below this, 1/h.
    fastest_eigenvalue
        And its smallest real part above this, 1/h; ``None`` sets no limit.
    optimizer
        ``"nes"`` or ``"gradient"``, with the hyper-parameters below, ``"coverage"`` with its own,
        or an optimiser object. A hyper-parameter that has no effect on it is refused.
    reward
        One number per candidate; by default the paper's incidence, for ``"gradient"`` its
        differentiable relative.
    generations, models_per_candidate, learning_rate, decay
        Of either optimiser; the gradient has one candidate.
    n_candidates, search_radius
        Of natural evolution strategies.
    sharpness
        Of ``"gradient"``: follow all slow modes together, the more alike to the slowest one the
        larger, about 5; ``None`` follows the slowest mode alone.
    output, latent, hidden
        Of the generator's network; ``output="batch_minmax"`` rescales as the authors' code does.
        With ``"coverage"`` there is no network.
    relative
        Count constants from the concentrations of the steady state: a network's 0 means Km equal
        to the concentration. Needs ``output="sigmoid"``, and a network.
    km_range
        Smallest and largest saturation constant where no bounds are set, mol/L.
    concentration_scaling
        Scaled concentration per mol/L, needed for ``km_range`` where fluxes and concentrations
        come as two mappings.
    spectrum
        Way from Jacobians to eigenvalues.
    refresh
        Steps of the refresh move after sampling, 0 for none: brings the valid sets from the
        generator's corner of the valid region to draws of all of it (under the prior of the
        training: ln Km uniform between its bounds). 60 is a good start; needs ``only_stable``.
    checkpoint
        Folder in which the training is kept, and taken up again.
    batch
        Models generated and judged together when sampling.
    progress
        Show a progress bar; ``None`` shows one on a terminal.
    """

    n_samples: int = 100
    eigenvalue_partition: float = -2.5
    fastest_eigenvalue: float | None = None
    optimizer: str | Optimizer = "nes"
    reward: RewardFunction | None = None
    generations: int = _PAPER.generations
    n_candidates: int = _PAPER.n_candidates
    models_per_candidate: int = _PAPER.models_per_candidate
    search_radius: float = _PAPER.search_radius
    learning_rate: float = _PAPER.learning_rate
    decay: float = _PAPER.decay
    sharpness: float | None = None
    output: str = "sigmoid"
    latent: int = _ARCHITECTURE.latent
    hidden: tuple[int, ...] = _ARCHITECTURE.hidden
    relative: bool = False
    km_range: tuple[float, float] = (1.3e-11, 20.0)
    concentration_scaling: float | None = None
    spectrum: SpectralRoute | None = None
    refresh: int = 0
    checkpoint: str | PathLike[str] | None = None
    batch: int = 500
    progress: bool | None = None


_DEFAULTS = RenaissanceParameters()
_OF_BOTH = frozenset({"generations", "models_per_candidate", "learning_rate", "decay"})
_HEEDED = {
    "nes": _OF_BOTH | {"n_candidates", "search_radius"},
    "gradient": _OF_BOTH | {"sharpness"},
}
_HYPERPARAMETERS = sorted({name for names in _HEEDED.values() for name in names})


def optimizer_of(settings: RenaissanceParameters) -> Optimizer:
    """Return the optimiser that the settings choose, with their hyper-parameters.

    Parameters
    ----------
    settings
        Of the sampler.

    Returns
    -------
    Optimizer

    Raises
    ------
    InputError
        There is no such optimiser, or a hyper-parameter is set that has no effect on it.
    """
    if isinstance(settings.optimizer, str) and settings.optimizer not in OPTIMIZERS:
        raise InputError(
            f"optimizer must be one of {', '.join(map(repr, OPTIMIZERS))} or an optimizer object "
            f"such as sr.NES(...), got {settings.optimizer!r}."
        )
    _require_heeded(settings)
    if not isinstance(settings.optimizer, str):
        return settings.optimizer
    if settings.optimizer == "gradient":
        return Gradient(
            models=settings.models_per_candidate,
            learning_rate=settings.learning_rate,
            decay=settings.decay,
            generations=settings.generations,
            sharpness=settings.sharpness,
        )
    if settings.optimizer == "coverage":
        return Coverage()
    return NES(
        n_candidates=settings.n_candidates,
        models_per_candidate=settings.models_per_candidate,
        search_radius=settings.search_radius,
        learning_rate=settings.learning_rate,
        decay=settings.decay,
        generations=settings.generations,
    )


def _require_heeded(settings: RenaissanceParameters) -> None:
    """Raise where a hyper-parameter is set that the chosen optimiser takes no notice of."""
    given = settings.optimizer if isinstance(settings.optimizer, str) else "an object"
    heeded = _HEEDED.get(given, frozenset())
    without = [
        f"{name}={getattr(settings, name)!r}"
        for name in _HYPERPARAMETERS
        if name not in heeded and getattr(settings, name) != getattr(_DEFAULTS, name)
    ]
    if without:
        raise InputError(
            f"{listed(without)} has no effect with optimizer={settings.optimizer!r}. Leave it out, "
            "or pass an optimizer object with it, such as sr.Gradient(sharpness=5.0) or "
            "sr.Coverage(generations=100)."
        )
