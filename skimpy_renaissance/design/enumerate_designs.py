"""All designs within a tolerance of the best, for one model or shared by many; resumable."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np

from skimpy_renaissance.checks import is_finite_number, require_positive
from skimpy_renaissance.design.aims import Aim, Mean, program_of
from skimpy_renaissance.design.designs import Design, Designs
from skimpy_renaissance.design.highs import solve_by_highs
from skimpy_renaissance.design.program import Program, used_levers
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.design.tree import Found, Tree, least_value, that_count
from skimpy_renaissance.design.tree_file import read_tree, write_tree
from skimpy_renaissance.errors import InputError, SamplingError
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.setups import digest
from skimpy_renaissance.storage import how_to_go_on

__all__ = ["enumerate_designs", "require_shortfall"]

_SOLVERS = ("tree", "highs")
_PROVEN = 1e-5  # of the objective, to which HiGHS keeps rows
_EVERY = 10.0  # seconds between two states of a search that are kept


def enumerate_designs(
    problem: ResponseProblem,
    *,
    aim: Aim | None = None,
    within: float = 0.05,
    solver: str | None = None,
    time_limit: float | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Designs:
    """List every design that comes near the best one.

    All models of the problem share enzymes and folds, and keep the limits; ``problem.select([0])``
    is the problem of one of them.

    Parameters
    ----------
    problem
        Enzymes to choose from, what they do in each model, and limits.
    aim
        What is raised over the models: :class:`Mean` by default.
    within
        Share of the best value (a logarithm) by which a design may fall short and is listed.
    solver
        ``"tree"`` or ``"highs"``; ``None`` takes the tree, and HiGHS for :class:`AtLeast`.
    time_limit
        Seconds after which the search ends with what it has; ``None``: when it is done.
    checkpoint
        File (.npz) in which the tree is kept, and resumed.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    Designs
        The best first, with a certificate.

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds another search.
    SamplingError
        No design raises the objective within the limits.
    FileFormatError
        ``checkpoint`` is damaged.
    OutputError
        ``checkpoint`` cannot be written.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> control = sr.control.control_coefficients(bound, population)
    >>> limits = sr.design.DesignLimits(enzymes=2, candidates=("ACt2r", "ATPS4r", "PPC"))
    >>> problem = sr.design.ResponseProblem.of(control, network, state, "ACt2r", limits)
    >>> sr.design.enumerate_designs(problem, aim=sr.design.Worst())
    <Designs: 1 that raise ln ACt2r; best ACt2r x1.76, ATPS4r x0.967, +0.08667;
    all within 5 % of the best are listed>
    """
    aim = Mean() if aim is None else aim
    if not isinstance(aim, Aim):
        raise InputError(
            f"aim must be Mean(), Worst(), WorstShare(share) or AtLeast(share, gain), got {aim!r}."
        )
    require_shortfall(within)
    if time_limit is not None:
        require_positive("time_limit", time_limit)
    program, levers = program_of(problem, aim)
    chosen = solver or ("highs" if program.parts.whole else "tree")
    if chosen not in _SOLVERS:
        raise InputError(f"solver must be 'tree' or 'highs', got {solver!r}.")
    if chosen == "tree" and program.parts.whole:
        raise InputError(f"{aim!r} counts models, which only solver='highs' can.")
    if chosen == "highs" and checkpoint is not None:
        raise InputError("HiGHS cannot be resumed: leave out checkpoint, or take solver='tree'.")
    until = None if time_limit is None else monotonic() + time_limit
    if chosen == "highs":
        found, bound, complete, nodes = _by_highs(program, within, until)
    else:
        tree = _by_tree(problem, aim, program, within, until, checkpoint, progress)
        found, bound, complete, nodes = tree.designs, tree.bound, tree.done, tree.nodes
    if not found:
        raise SamplingError(_nothing(problem, bound, complete=complete))
    designs = tuple(_design(problem, levers, one) for one in found)
    return Designs(designs, problem.objective, within, bound, complete, nodes)


def require_shortfall(within: object) -> None:
    """Raise unless a value is a share by which designs may fall short of the best.

    Parameters
    ----------
    within
        From 0 to below 1.

    Raises
    ------
    InputError
        It is not.
    """
    if not is_finite_number(within) or not 0 <= within < 1:
        raise InputError(f"within must be a share from 0 to below 1, got {within!r}.")


def _by_tree(
    problem: ResponseProblem,
    aim: Aim,
    program: Program,
    within: float,
    until: float | None,
    checkpoint: str | os.PathLike[str] | None,
    progress: bool | None,
) -> Tree:
    path = None if checkpoint is None else Path(checkpoint)
    identity = {
        "format": "skimpy_renaissance designs 2",
        "objective": problem.objective,
        "models": len(problem),
        "limits": repr(problem.limits),
        "aim": repr(aim),
        "within": within,
        "coefficients": digest(problem.gain, problem.effects, problem.low, problem.high)[:16],
    }
    tree = Tree(program, within)
    if path is not None:
        read_tree(path, tree, identity)
    keep = partial(write_tree, path, tree, identity) if path else (lambda: None)
    last = monotonic()
    with progress_bar(0, progress=progress, desc="designs", unit="LP", leave=False) as bar:

        def told(tree: Tree) -> None:
            nonlocal last
            bar.update(program.solved - bar.n)
            bar.set_description(f"designs ({tree.phase})", refresh=False)
            bar.set_postfix(best=f"{tree.best:.4g}", bound=f"{tree.bound:.4g}", refresh=False)
            if monotonic() - last > _EVERY:
                keep()
                last = monotonic()

        try:
            tree.run(until=until, told=told)
        except KeyboardInterrupt as stop:
            keep()
            done = f"Stopped while {tree.phase}: {tree.nodes} nodes, the best design at "
            done += f"+{tree.best:.4g}, none exceeds +{tree.bound:.4g}."
            raise KeyboardInterrupt(how_to_go_on(done, path, "checkpoint")) from stop
    keep()
    return tree


def _by_highs(
    program: Program, within: float, until: float | None
) -> tuple[list[Found], float, bool, int]:
    """Solve again and again, each time without the designs before."""
    found: list[Found] = []
    bound, complete = np.inf, False
    while until is None or monotonic() < until:
        best, limit = solve_by_highs(program, [one.levers for one in found], until=until)
        bound = min(bound, limit) if not found else bound
        top = max((one.value for one in found), default=-np.inf)
        least = least_value(top, within) - 1e-12 if found else 1e-9
        levers = used_levers(best.changes)
        counts = best.found and bool(levers) and best.value >= least
        if counts:
            found.append(Found(best.value, levers, best.changes))
        if limit > best.value + _PROVEN * max(1.0, abs(limit)):
            complete = limit < least
            break
        if not counts:
            complete = True
            break
    top = max((one.value for one in found), default=0.0)
    kept = that_count(found, least_value(top, within))
    return kept, max(bound, top), complete, program.solved


def _design(problem: ResponseProblem, levers: tuple[tuple[str, ...], ...], one: Found) -> Design:
    folds = {
        name: float(np.exp(one.changes[lever])) for lever in one.levers for name in levers[lever]
    }
    return Design(folds, one.value, problem.log_gains(folds))


def _nothing(problem: ResponseProblem, bound: float, *, complete: bool) -> str:
    if not complete:
        return (
            f"No design was found in this time; none exceeds +{bound:.3g}. Allow more time_limit."
        )
    remedy = "Allow more: a larger concentration_fold, up or down, more enzymes"
    if problem.violated:
        remedy += f"; the steady state itself is at the limits of {', '.join(problem.violated[:3])}"
    return (
        f"No change of {problem.limits.enzymes} of {len(problem.enzymes)} enzymes raises "
        f"{problem.objective} within the limits. {remedy}."
    )
