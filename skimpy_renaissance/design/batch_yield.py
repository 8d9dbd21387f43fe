r"""What a batch makes of what it takes up: a product and a substrate of the medium.

.. math:: \Delta P(t) = P(t) - P(0), \qquad \Delta S(t) = S(0) - S(t)

Which metabolites are meant follows from an objective such as
:math:`\ln v_{secretion} - \ln v_{uptake}`: those of the medium that the reaction which is raised
makes, and that the one which is lowered takes up, and that the reactor does not hold constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.dynamics import BatchReactor, ReactorRuns
from skimpy_renaissance.errors import InputError, MissingEntryError, did_you_mean, listed
from skimpy_renaissance.steady_states import SteadyState

__all__ = ["BatchYield", "batch_yield_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BatchYield:
    """A product and a substrate.

    Parameters
    ----------
    product
        Metabolite of the medium that cells make.
    substrate
        Metabolite of the medium that they take up; ``None`` where only the titre is of interest.
    """

    product: str
    substrate: str | None = None

    def formed(self, runs: ReactorRuns) -> Array:
        """Return what was made since the inoculum.

        Parameters
        ----------
        runs
            Batches.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, mol/L.
        """
        course = runs.molar(self.product)
        return course - course[:, :1]

    def per_substrate(self, runs: ReactorRuns) -> Array:
        """Return the yield of the batch until each time.

        Parameters
        ----------
        runs
            Batches.

        Returns
        -------
        numpy.ndarray
            `` `run x time` ``, mol/mol; NaN without a substrate, and at the inoculum.
        """
        if self.substrate is None:
            return np.full(runs.trajectories.concentrations.shape[:2], np.nan)
        course = runs.molar(self.substrate)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.formed(runs) / (course[:, :1] - course))


def batch_yield_of(
    reactor: BatchReactor,
    problem: ResponseProblem,
    state: SteadyState | Sequence[SteadyState],
    *,
    product: str | None = None,
    substrate: str | None = None,
) -> BatchYield:
    """Find which metabolites of the medium an objective is about.

    Parameters
    ----------
    reactor
        One strain in its medium.
    problem
        What is raised.
    state
        Whose fluxes say what is made and taken up; of several the first.
    product, substrate
        Names, in the place of what the objective says.

    Returns
    -------
    BatchYield

    Raises
    ------
    MissingEntryError
        The medium has no such metabolite.
    InputError
        The cells do not make the product or take up the substrate, either is held constant, or
        the objective leaves open which is meant.
    """
    one = state if isinstance(state, SteadyState) else next(iter(state))
    made = _net_exchange(reactor, one)
    raised = [name for name, weight in problem.weights.items() if weight > 0]
    lowered = [name for name, weight in problem.weights.items() if weight < 0]
    if product is None:
        product = _meant(reactor, one, raised, made, sign=1, objective=problem.objective)
    _require(reactor, product, made, sign=1)
    if substrate is None and lowered:
        substrate = _meant(reactor, one, lowered, made, sign=-1, objective=problem.objective)
    if substrate is not None:
        _require(reactor, substrate, made, sign=-1)
    return BatchYield(product, substrate)


_ROLE = {1: "product", -1: "substrate"}
_DOES = {1: "make", -1: "take up"}


def _net_exchange(reactor: BatchReactor, state: SteadyState) -> dict[str, float]:
    """Return what cells at a steady state do to each metabolite of the medium."""
    (strain,) = reactor.strains.values()
    network = strain.unbounded
    fluxes = state.fluxes[list(network.reaction_names)].to_numpy(dtype=float)
    net = dict(zip(network.variables, network.stoichiometry @ fluxes, strict=True))
    return {name: float(net[name]) for name in reactor.medium_names}


def _meant(
    reactor: BatchReactor,
    state: SteadyState,
    names: Sequence[str],
    made: dict[str, float],
    *,
    sign: int,
    objective: str,
) -> str:
    (strain,) = reactor.strains.values()
    network = strain.network
    found = []
    for name in names:
        if name in reactor.medium_names:
            found.append(name)
        elif name in network.reaction_names:
            per_turn = network.reaction(name).stoichiometry
            found += [
                metabolite
                for metabolite, n in per_turn.items()
                if metabolite in reactor.medium_names
                and metabolite not in reactor.constant
                and sign * n * state.fluxes[name] > 0
            ]
    found = list(dict.fromkeys(found))
    if len(found) != 1:
        candidates = found or [
            name for name, rate in made.items() if sign * rate > 0 and name not in reactor.constant
        ]
        role = _ROLE[sign]
        raise InputError(
            f"Which metabolite of the medium is the {role} does not follow from raising "
            f"{objective}: {listed(names) or 'nothing'} {_DOES[sign]}s "
            f"{listed(found) or 'none that the reactor does not hold constant'}. Name it, "
            f"{role}={candidates[0] if candidates else '...'!r}; these cells {_DOES[sign]} "
            f"{listed(candidates, most=10) or 'nothing'}."
        )
    return found[0]


def _require(reactor: BatchReactor, name: str, made: dict[str, float], *, sign: int) -> None:
    role = _ROLE[sign]
    if name not in made:
        raise MissingEntryError(
            f"The {role} must be in the medium, which has no {name!r}{did_you_mean(name, made)}"
        )
    if name in reactor.constant:
        raise InputError(f"The reactor holds the {role} {name!r} constant; nothing is seen of it.")
    if not sign * made[name] > 0:
        others = [other for other, rate in made.items() if sign * rate > 0]
        raise InputError(
            f"These cells do not {_DOES[sign]} {name!r} at their steady state, so that it is no "
            f"{role}; they {_DOES[sign]} {listed(others, most=10) or 'nothing'}."
        )
