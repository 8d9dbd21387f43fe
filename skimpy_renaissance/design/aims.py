r"""What one design for many models raises: the mean, the worst, or a share of the models.

With the gains :math:`g_m \cdot e` of the models :math:`m = 1 \dots M`,

===================  ===============================================================================
aim                  what is raised
===================  ===============================================================================
:class:`Mean`        :math:`\frac{1}{M} \sum_m g_m \cdot e`
:class:`Worst`       :math:`\min_m g_m \cdot e`
:class:`WorstShare`  the mean over the worst share :math:`\alpha` (CVaR [1]_),
                     :math:`\max_t\ t - \frac{1}{\alpha M} \sum_m [t - g_m \cdot e]_+`
:class:`AtLeast`     the mean, where :math:`g_m \cdot e \ge \gamma` in at least the share :math:`p`
                     of the models
===================  ===============================================================================

The limits of every model hold in any case.

References
----------
.. [1] Rockafellar and Uryasev, *J. Risk* 2 (2000) 21, doi:10.21314/JOR.2000.038.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.checks import is_finite_number
from skimpy_renaissance.design.program import Parts, Program
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.errors import InputError

__all__ = ["Aim", "AtLeast", "Mean", "Worst", "WorstShare", "program_of"]

Array = NDArray[np.float64]
Levers = tuple[tuple[str, ...], ...]


class Aim(ABC):
    """What is raised over models that share a design.

    Examples
    --------
    >>> gains = np.log([1.3, 1.2, 1.1, 0.9])  # of a design, in four models
    >>> aims = sr.design.Mean(), sr.design.WorstShare(0.5), sr.design.Worst()
    >>> [round(aim.of(gains), 2) for aim in aims]
    [0.11, -0.01, -0.11]
    """

    @abstractmethod
    def parts(self, gains: Array, reach: Array) -> Parts:
        """Return what the aim adds to a program.

        Parameters
        ----------
        gains
            `` `model x lever` ``.
        reach
            `` `model` ``: by how much a design can lower each gain at most.

        Returns
        -------
        Parts
        """

    @abstractmethod
    def of(self, gains: Array) -> float:
        """Return the aim's value.

        Parameters
        ----------
        gains
            `` `model` ``: logarithms.

        Returns
        -------
        float
        """


@dataclass(frozen=True)
class Mean(Aim):
    """The mean over the models.

    Examples
    --------
    >>> round(math.exp(sr.design.Mean().of(np.log([1.3, 1.2, 1.1, 0.9]))), 2)  # the geometric mean
    1.11
    """

    def parts(self, gains: Array, reach: Array) -> Parts:
        """Return the mean gain alone."""
        del reach
        nothing = np.empty(0)
        return Parts(gains.mean(axis=0), np.empty((0, gains.shape[1])), nothing, nothing)

    def of(self, gains: Array) -> float:
        """Return the mean."""
        return float(gains.mean())


@dataclass(frozen=True)
class WorstShare(Aim):
    """The mean over the models that gain least.

    Parameters
    ----------
    share
        Of the models, above 0 and at most 1.

    Raises
    ------
    InputError
        It is another share.

    Examples
    --------
    >>> round(math.exp(sr.design.WorstShare(0.5).of(np.log([1.3, 1.2, 1.1, 0.9]))), 2)
    0.99
    """

    share: float

    def __post_init__(self) -> None:
        _require_share("WorstShare", self.share)

    def parts(self, gains: Array, reach: Array) -> Parts:
        """Return a limit t, and by how much each model falls short of it."""
        del reach
        n_models, n = gains.shape
        weight = 1 / (self.share * n_models)
        gain = np.concatenate([np.zeros(n), [1.0], np.full(n_models, -weight)])
        rows = np.hstack([gains, np.full((n_models, 1), -1.0), np.eye(n_models)])
        return Parts(
            gain,
            rows,
            np.zeros(n_models),
            np.full(n_models, inf),
            np.concatenate([[-inf], np.zeros(n_models)]),
            np.full(n_models + 1, inf),
        )

    def of(self, gains: Array) -> float:
        """Return the mean of the worst ones, the last of them in part."""
        ordered, wanted = np.sort(gains), self.share * len(gains)
        weight = np.clip(wanted - np.arange(len(gains)), 0.0, 1.0)
        return float(ordered @ weight / wanted)


@dataclass(frozen=True)
class Worst(Aim):
    """The model that gains least.

    Examples
    --------
    >>> round(math.exp(sr.design.Worst().of(np.log([1.3, 1.2, 1.1, 0.9]))), 2)
    0.9
    """

    def parts(self, gains: Array, reach: Array) -> Parts:
        """Return a limit t that every model reaches."""
        del reach
        n_models, n = gains.shape
        return Parts(
            np.append(np.zeros(n), 1.0),
            np.hstack([gains, np.full((n_models, 1), -1.0)]),
            np.zeros(n_models),
            np.full(n_models, inf),
            np.array([-inf]),
            np.array([inf]),
        )

    def of(self, gains: Array) -> float:
        """Return the least gain."""
        return float(gains.min())


@dataclass(frozen=True)
class AtLeast(Aim):
    """The mean, where enough of the models gain enough.

    Parameters
    ----------
    share
        Of the models, above 0 and at most 1.
    log_gain
        What they gain at least: ln of a factor.

    Raises
    ------
    InputError
        A number cannot be used.

    Examples
    --------
    >>> gains = np.log([1.3, 1.2, 1.1, 0.9])
    >>> sr.design.AtLeast(0.9, math.log(1.1)).of(gains)  # three of four models gain a tenth
    -inf
    >>> round(math.exp(sr.design.AtLeast(0.75, math.log(1.1)).of(gains)), 2)
    1.11
    """

    share: float
    log_gain: float

    def __post_init__(self) -> None:
        _require_share("AtLeast", self.share)
        if not is_finite_number(self.log_gain):
            raise InputError(f"AtLeast needs a number for log_gain, got {self.log_gain!r}.")

    def parts(self, gains: Array, reach: Array) -> Parts:
        """Return which models gain enough, yes or no."""
        n_models, n = gains.shape
        slack = np.maximum(self.log_gain + reach, 0.0)
        enough = np.hstack([gains, -np.diag(slack)])
        counted = np.concatenate([np.zeros(n), np.ones(n_models)])
        return Parts(
            np.concatenate([gains.mean(axis=0), np.zeros(n_models)]),
            np.vstack([enough, counted]),
            np.append(self.log_gain - slack, ceil(self.share * n_models - 1e-9)),
            np.full(n_models + 1, inf),
            np.zeros(n_models),
            np.ones(n_models),
            whole=True,
        )

    def of(self, gains: Array) -> float:
        """Return the mean; -inf where too few gain enough."""
        enough = (gains >= self.log_gain - 1e-9).mean() >= self.share - 1e-9
        return float(gains.mean()) if enough else -inf


def program_of(problem: ResponseProblem, aim: Aim) -> tuple[Program, Levers]:
    """Return the program of models that share a design.

    Parameters
    ----------
    problem
        Enzymes, what they do, and limits.
    aim
        What is raised over the models.

    Returns
    -------
    program : Program
    levers : tuple of tuple of str
        The enzymes that each lever changes: one, or those that are tied.
    """
    tied = {name: group for group in problem.limits.tied for name in group}
    levers = tuple(dict.fromkeys(tied.get(name, (name,)) for name in problem.enzymes))
    merge = np.array([[float(name in names) for names in levers] for name in problem.enzymes])
    limits, n = problem.limits, len(levers)
    gains = problem.gain @ merge
    falls = np.maximum(-gains * limits.log_up, gains * limits.log_down)
    parts = aim.parts(gains, np.sort(falls, axis=1)[:, -limits.enzymes :].sum(axis=1))
    effects = problem.effects.reshape(-1, len(problem.enzymes))
    program = Program(
        parts=parts,
        rows=effects if n == len(problem.enzymes) else effects @ merge,
        low=problem.low.reshape(-1),
        high=problem.high.reshape(-1),
        up=np.full(n, limits.log_up),
        down=np.full(n, limits.log_down),
        cost=np.array([len(names) for names in levers]),
        most=limits.enzymes,
        merit=gains.mean(axis=0),
    )
    return program, levers


def _require_share(owner: str, share: float) -> None:
    if not is_finite_number(share) or not 0 < share <= 1:
        raise InputError(
            f"{owner} needs a share of the models, above 0 and at most 1, got {share!r}."
        )
