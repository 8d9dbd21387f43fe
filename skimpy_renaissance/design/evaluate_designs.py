r"""What designs promise in each of many models, to first order.

A design has folds; the same enzymes may do better with others in another model. Of each design and
each model: the gain with the folds of the design, whether the model's limits hold then, and the
best that the same enzymes, changed in the same directions, reach within them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from skimpy_renaissance.design.aims import Mean, program_of
from skimpy_renaissance.design.designs import Design
from skimpy_renaissance.design.response_problem import ResponseProblem

__all__ = ["evaluate_designs"]

_KEPT = 1e-6  # of ln


def evaluate_designs(
    problem: ResponseProblem, designs: Iterable[Design], *, least: float = 0.0
) -> pd.DataFrame:
    """Tell what each design does in each model.

    Parameters
    ----------
    problem
        The models, with their limits.
    designs
        Made for these models, or for others.
    least
        ln of the fold by which each enzyme of a design is changed at least in ``own``; the
        published table of designs and models has 0.001.

    Returns
    -------
    pandas.DataFrame
        One row per design and model: ``design`` (0, 1, ...), ``name``, ``model``; ``log_gain``
        with the folds of the design, and ``kept``, whether the model's limits hold; ``own``, the
        best logarithm with the same enzymes in the same directions.

    Raises
    ------
    MissingEntryError
        A design changes an enzyme that the problem does not.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> limits = sr.design.DesignLimits(candidates=("ACt2r", "ATPS4r", "PPC"))
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r", limits)
    >>> folds = {"ACt2r": 1.5}
    >>> design = sr.design.Design(folds, 0.1, problem.log_gains(folds))
    >>> sr.design.evaluate_designs(problem, [design])[["model", "log_gain", "kept", "own"]].round(2)
      model  log_gain   kept   own
    0     0      0.10   True  0.21
    1     1      0.06   True  0.18
    2     2      0.10  False  0.06
    3     3      0.06   True  0.20
    4     4      0.03   True  0.09
    """
    rows = []
    listed = [(number, design, problem.log_changes(design.folds))
              for number, design in enumerate(designs)]  # fmt: skip
    for m, model in enumerate(problem.models):
        one = problem.select([m])
        program, levers = program_of(one, Mean())
        place = {name: i for i, names in enumerate(levers) for name in names}
        for number, design, changes in listed:
            values = one.effects[0] @ changes
            kept = (values <= one.high[0] + _KEPT) & (values >= one.low[0] - _KEPT)
            up = np.zeros(program.n_levers)
            down = np.zeros(program.n_levers)
            for name, fold in design.folds.items():
                (up if fold > 1 else down)[place[name]] = (
                    program.up if fold > 1 else program.down
                )[place[name]]
            best = program.towards(up, down, least=least)
            rows.append(
                (number, design.name, model, one.gain[0] @ changes, bool(kept.all()), best.value)
            )
    columns = ["design", "name", "model", "log_gain", "kept", "own"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["design", "model"], kind="stable", ignore_index=True)
