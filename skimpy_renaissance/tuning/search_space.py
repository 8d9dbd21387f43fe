r"""Hyper-parameters of a training, and the space that they are searched in.

The space is the one of [1]_: population size :math:`n`, search radius :math:`\sigma`, learning rate
:math:`\alpha`, its decay :math:`d` and the layers of the network; beside these the number of models
that a candidate is judged by. Sizes, radius and rate are drawn evenly in their logarithm.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6 (Methods,
   "Hyperparameter tuning of RENAISSANCE").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from skimpy_renaissance.checks import is_finite_number, is_whole
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.learning import NES, Generator, options_of

__all__ = ["PUBLISHED", "TUNED", "Hyperparameters", "SearchSpace"]

TUNED = NES
"""Whose hyper-parameters are searched: those that it declares a range for."""

_OPTIONS = options_of(TUNED)
_SEARCHED = {name: one.search for name, one in _OPTIONS.items() if one.search is not None}
_WHOLE = tuple(name for name in _SEARCHED if _OPTIONS[name].type is int)


def _declared(name: str) -> Any:
    """Return the range that the optimiser declares."""
    return _SEARCHED[name].low, _SEARCHED[name].high


@dataclass(frozen=True)
class Hyperparameters:
    """One choice; the defaults are the published optimum.

    Parameters
    ----------
    n_candidates
        Candidates per generation.
    models_per_candidate
        Models that each candidate is judged by.
    search_radius
        Standard deviation of candidates around their parent.
    learning_rate
        Step of the first generation.
    decay
        Factor on the step after each generation.
    hidden
        Units of each hidden layer.

    Examples
    --------
    >>> from skimpy_renaissance.tuning import Hyperparameters
    >>> choice = Hyperparameters(n_candidates=10, hidden=(64, 128))
    >>> choice.optimizer(generations=50).n_candidates, choice.architecture(sr.Generator()).hidden
    (10, (64, 128))
    """

    n_candidates: int = TUNED.n_candidates
    models_per_candidate: int = TUNED.models_per_candidate
    search_radius: float = TUNED.search_radius
    learning_rate: float = TUNED.learning_rate
    decay: float = TUNED.decay
    hidden: tuple[int, ...] = Generator.hidden

    def optimizer(self, *, generations: int) -> NES:
        """Return the optimiser.

        Parameters
        ----------
        generations
            How many a training takes.

        Returns
        -------
        NES
        """
        values = {name: getattr(self, name) for name in _SEARCHED}
        return TUNED(**values, generations=generations)

    def architecture(self, base: Generator) -> Generator:
        """Return a generator with these layers.

        Parameters
        ----------
        base
            Everything else of it.

        Returns
        -------
        Generator
        """
        return replace(base, hidden=self.hidden)


PUBLISHED = Hyperparameters()
"""What the paper's grid search found best, for its model of E. coli.

>>> from skimpy_renaissance.tuning import PUBLISHED
>>> PUBLISHED.n_candidates, PUBLISHED.search_radius, PUBLISHED.hidden
(20, 0.01, (256, 512, 1024))
"""


@dataclass(frozen=True)
class SearchSpace:
    """What hyper-parameters are chosen from: (smallest, largest) of each, and a list of networks.

    Equal limits fix a hyper-parameter.

    Parameters
    ----------
    n_candidates, models_per_candidate
        Whole numbers.
    search_radius, learning_rate
        Positive.
    decay
        Positive, at most 1 (a constant rate).
    hidden
        Networks to choose from, each by the units of its hidden layers.

    Raises
    ------
    InputError
        A pair of limits, or a network, cannot be used.

    Examples
    --------
    >>> from skimpy_renaissance.tuning import PUBLISHED, SearchSpace
    >>> small = SearchSpace(n_candidates=(4, 10), hidden=((64,), (64, 128)))
    >>> small.holds(PUBLISHED), SearchSpace().holds(PUBLISHED)
    (False, True)
    """

    n_candidates: tuple[int, int] = _declared("n_candidates")
    models_per_candidate: tuple[int, int] = _declared("models_per_candidate")
    search_radius: tuple[float, float] = _declared("search_radius")
    learning_rate: tuple[float, float] = _declared("learning_rate")
    decay: tuple[float, float] = _declared("decay")
    hidden: tuple[tuple[int, ...], ...] = (
        (256, 512, 1024),
        (512, 512, 512),
        (128, 256, 512),
        (256, 512),
        (512,),
        (64, 64),
    )

    def __post_init__(self) -> None:
        for name in _SEARCHED:
            limits = tuple(getattr(self, name))
            whole = name in _WHOLE
            is_kind = is_whole if whole else is_finite_number
            if len(limits) != 2 or not all(map(is_kind, limits)):
                kind = "whole numbers" if whole else "numbers"
                raise InputError(f"{name} must be two {kind} (smallest, largest), got {limits!r}.")
            if not 0 < limits[0] <= limits[1]:
                raise InputError(f"{name} must satisfy 0 < smallest <= largest, got {limits!r}.")
            object.__setattr__(self, name, limits)
        object.__setattr__(self, "hidden", tuple(tuple(layers) for layers in self.hidden))
        if not self.hidden or len(set(self.hidden)) < len(self.hidden):
            raise InputError(f"hidden must list different networks, one at least: {self.hidden!r}.")
        for corner in (0, -1):  # the objects that take the values say what is wrong with them
            chosen = {name: getattr(self, name)[corner] for name in _SEARCHED}
            Hyperparameters(**chosen).optimizer(generations=1)
        for layers in self.hidden:
            Generator(hidden=layers)

    def holds(self, choice: Hyperparameters) -> bool:
        """Tell whether a choice lies in the space.

        Parameters
        ----------
        choice
            Hyper-parameters.

        Returns
        -------
        bool
        """
        within = (
            getattr(self, name)[0] <= getattr(choice, name) <= getattr(self, name)[1]
            for name in _SEARCHED
        )
        return choice.hidden in self.hidden and all(within)

    def suggested_by(self, trial: Any) -> Hyperparameters:
        """Let a trial choose.

        Parameters
        ----------
        trial
            An ``optuna.Trial``, or what has its ``suggest_`` methods.

        Returns
        -------
        Hyperparameters
        """
        chosen: dict[str, Any] = {}
        for name, search in _SEARCHED.items():
            suggest = trial.suggest_int if name in _WHOLE else trial.suggest_float
            chosen[name] = suggest(name, *getattr(self, name), log=search.log)
        layers = trial.suggest_categorical("hidden", [_text(one) for one in self.hidden])
        return Hyperparameters(**chosen, hidden=_layers(layers))


def as_parameters(choice: Hyperparameters) -> dict[str, Any]:
    """Return a choice as optuna stores it: numbers, and the layers as text."""
    values = {field.name: getattr(choice, field.name) for field in fields(choice)}
    return {**values, "hidden": _text(choice.hidden)}


def from_parameters(stored: Mapping[str, Any]) -> Hyperparameters:
    """Return the choice that :func:`as_parameters` described."""
    return Hyperparameters(**{**stored, "hidden": _layers(stored["hidden"])})


def _text(layers: tuple[int, ...]) -> str:
    return "-".join(map(str, layers))


def _layers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("-"))
