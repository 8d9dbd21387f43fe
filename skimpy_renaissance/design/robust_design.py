r"""One design for many models, and what sharing it costs.

Shared by the models :math:`m` are the enzymes :math:`S` and their folds :math:`e`. A model on its
own would gain more, in two steps:

.. math:: g_m \cdot e \;\le\; \max_{e'\ \mathrm{on}\ S} g_m \cdot e'
          \;\le\; \max_{S'} \max_{e'\ \mathrm{on}\ S'} g_m \cdot e' ,

with the same enzymes changed in the same directions by folds of its own, and with enzymes of its
own. The differences, over the models, are the price of robustness. The last of the three takes a
search for each model; for a large ensemble it is of a few models, drawn at random.

References
----------
Bertsimas and Sim, *Operations Research* 52 (2004) 35, doi:10.1287/opre.1030.0065 (the price of
robustness).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.design.aims import Aim
from skimpy_renaissance.design.designs import Design, Designs
from skimpy_renaissance.design.enumerate_designs import enumerate_designs
from skimpy_renaissance.design.evaluate_designs import evaluate_designs
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.errors import SamplingError
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.storage import how_to_go_on

__all__ = ["RobustDesign", "robust_design"]

_LEVELS = ("shared", "own_folds", "own_enzymes")


@dataclass(frozen=True, eq=False, repr=False)
class RobustDesign:
    """One design for an ensemble, with the price of sharing it.

    Parameters
    ----------
    designs
        Those near the best one for all models, the best first.
    price
        One row per model, ln of its gain: ``shared``, with the best design;
        ``own_folds``, with its enzymes; ``own_enzymes``, with the best design for this model alone
        (missing where it was not sought), of which ``proven`` says whether none is better.
    seed
        From which the models with ``own_enzymes`` were drawn; ``None`` where they are all.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> limits = sr.design.DesignLimits(enzymes=1, candidates=("ACt2r", "ATPS4r", "PPC"))
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r", limits)
    >>> shared = sr.design.robust_design(problem.select([0, 1, 2]))
    >>> shared.best.name
    'ACt2r x1.28'
    >>> shared.price.round(2)
           shared  own_folds  own_enzymes  proven
    model
    0        0.06       0.21         0.21    True
    1        0.03       0.18         0.23    True
    2        0.06       0.06         0.06    True
    """

    designs: Designs
    price: pd.DataFrame = field(repr=False)
    seed: int | None

    @property
    def best(self) -> Design:
        """The design."""
        return self.designs[0]

    @property
    def summary(self) -> pd.DataFrame:
        """Mean and worst of each level, ln, and of how many models.

        Returns
        -------
        pandas.DataFrame
            Indexed by level, columns ``mean``, ``worst``, ``models``.
        """
        table = self.price[list(_LEVELS)]
        return pd.DataFrame({"mean": table.mean(), "worst": table.min(), "models": table.count()})

    def __repr__(self) -> str:
        table = self.summary
        shared, folds, enzymes = (
            f"{row['mean']:.3g} (worst {row['worst']:.3g})" for _, row in table.iterrows()
        )
        n, sought = len(self.price), int(self.price["own_enzymes"].count())
        whose = "" if self.seed is None else f" (of {sought} models drawn with seed {self.seed})"
        return (
            f"<RobustDesign: {self.best.name} in {n} models: {shared} of ln; with own folds "
            f"{folds}; with own enzymes {enzymes}{whose}; {self.designs.certificate}>"
        )


def robust_design(
    problem: ResponseProblem,
    *,
    aim: Aim | None = None,
    within: float = 0.05,
    solver: str | None = None,
    time_limit: float | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    own: int = 10,
    own_time_limit: float | None = None,
    seed: int = 0,
) -> RobustDesign:
    """Find one design for all models of a problem, and what each would gain with one of its own.

    Parameters
    ----------
    problem
        Enzymes to choose from, what they do in each model, and limits, which hold in all of them.
    aim
        What is raised over the models: ``Mean()`` by default, ``Worst()``, ``WorstShare(share)``,
        ``AtLeast(share, log_gain)``.
    within
        Share of the best value (a logarithm) by which a design may fall short and is listed.
    solver
        ``"tree"`` or ``"highs"``; ``None`` takes the tree, and HiGHS for ``AtLeast``.
    time_limit
        Seconds after which the search for the shared design ends with what it has.
    checkpoint
        File (.npz) in which that search is kept, and resumed.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.
    own
        Models, at most, whose own best design is sought; drawn at random where there are more.
    own_time_limit
        Seconds for each of these; ``None``: until it is done.
    seed
        Of that draw.

    Returns
    -------
    RobustDesign

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds another search.
    SamplingError
        No design raises the objective within the limits, or none was found in this time.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> limits = sr.design.DesignLimits(enzymes=1, candidates=("ACt2r", "ATPS4r", "PPC"))
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r", limits)
    >>> sr.design.robust_design(problem.select([0, 1])).summary.round(2)
                 mean  worst  models
    shared       0.17   0.13       2
    own_folds    0.20   0.18       2
    own_enzymes  0.22   0.21       2
    """
    require_whole("own", own)
    if own_time_limit is not None:
        require_positive("own_time_limit", own_time_limit)
    designs = enumerate_designs(
        problem, aim=aim, within=within, solver=solver, time_limit=time_limit,
        checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    n = len(problem)
    folds = np.empty(n)  # the table goes by the names of the models
    folds[np.argsort(np.array(problem.models), kind="stable")] = evaluate_designs(
        problem, [designs[0]]
    )["own"]
    every = n <= own
    chosen = range(n) if every else np.sort(np.random.default_rng(seed).permutation(n)[:own])
    best, proven = np.full(n, np.nan), np.zeros(n, dtype=bool)
    with progress_bar(len(chosen), progress=progress, desc="own designs", unit="model") as bar:
        for m in chosen:
            try:
                value, proven[m] = _own_best(problem.select([int(m)]), own_time_limit)
            except KeyboardInterrupt as stop:
                done = f"Stopped at the own design of model {problem.models[m]!r}; shared by all: "
                done += f"{designs[0].name}, +{designs[0].log_gain:.4g}."
                said = how_to_go_on(done, checkpoint, "checkpoint")
                raise KeyboardInterrupt(said) from stop
            best[m] = max(value, folds[m])
            bar.update()
    price = pd.DataFrame(
        dict(zip(_LEVELS, (designs[0].log_gains, folds, best), strict=True)),
        index=pd.Index(problem.models, name="model"),
    ).assign(proven=proven)
    return RobustDesign(designs, price, None if every else seed)


def _own_best(one: ResponseProblem, time_limit: float | None) -> tuple[float, bool]:
    """Return what a model gains with a design of its own, and whether that is certain."""
    try:
        found = enumerate_designs(one, within=0.0, time_limit=time_limit, progress=False)
    except SamplingError:
        return 0.0, False
    return found[0].log_gain, found.complete
