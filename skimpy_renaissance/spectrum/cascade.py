r"""The verdict on a model, by cheap tests first.

Most invalid models show it at once: a test that costs a fraction of the eigenvalues finds one of
them to the right of the limit. Such tests may only *reject*. What they leave, and so every model
that is accepted, goes to the exact route:

    models --reject test--> undecided --exact route--> verdict

The verdicts are those of the exact route alone. The test pays where it rejects a larger share of
the models than it costs of the exact route, so a running share decides whether it is worth it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum.ritz_screen import LinearEntries, RitzScreen
from skimpy_renaissance.spectrum.route import Accurate, SpectralRoute
from skimpy_renaissance.spectrum.sign_count import count_right_of
from skimpy_renaissance.spectrum.symmetric_functions import symmetric_functions_reject
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Cascade", "Worth", "exact_verdicts", "verdicts_without_eigenvalues"]

_MEMORY = 1000  # models
_RETRY = 20  # pieces of work
SPARSE_COST, DENSE_COST = 0.06, 0.3  # of the exact route


@dataclass
class Worth:
    """Whether a reject test is worth its cost; mutable, learns from every piece of work.

    Parameters
    ----------
    rejected
        Running share of models that the test rejects; begins at 1, to try it.
    skipped
        Pieces of work since the test was last tried.
    """

    rejected: float = 1.0
    skipped: int = 0

    def try_it(self, cost: float) -> bool:
        """Return whether to run the test on the next piece of work.

        Parameters
        ----------
        cost
            Of the test, relative to the exact route.

        Returns
        -------
        bool
            Now and then also where it did not pay, as models change while a generator learns.
        """
        if self.rejected > cost or self.skipped >= _RETRY:
            self.skipped = 0
            return True
        self.skipped += 1
        return False

    def learn(self, rejected: torch.Tensor) -> None:
        """Take a piece of work into account.

        Parameters
        ----------
        rejected
            `` ... ``, bool: what the test said.
        """
        n = rejected.numel()
        if n:
            weight = n / (n + _MEMORY)
            share = rejected.double().mean().item()
            self.rejected = (1 - weight) * self.rejected + weight * share


@dataclass(frozen=True, eq=False)
class Cascade:
    """Verdicts on scaled Jacobians that share one pattern of zeros.

    Parameters
    ----------
    exact
        The route that decides on every model accepted.
    pattern
        `` `independent x independent` ``, bool: where Jacobians may differ from zero. ``None``, or
        no numba: dense tests.
    worth
        Whether the reject test pays, learnt on the way.

    Raises
    ------
    InputError
        The exact route is not ``Accurate``: its verdicts follow from rounding errors of its own,
        which no test foresees.
    """

    exact: SpectralRoute = field(default_factory=Accurate)
    pattern: torch.Tensor | None = None
    worth: Worth = field(default_factory=Worth)

    def __post_init__(self) -> None:
        if not isinstance(self.exact, Accurate):
            raise InputError(
                "A Cascade accepts by the accurate route, got "
                f"{type(self.exact).__name__}. Take criterion(route.lambda_max(...)) instead."
            )

    @cached_property
    def _screen(self) -> RitzScreen | None:
        if self.pattern is None or not have_numba():
            return None
        return RitzScreen(eliminate(self.pattern.cpu().numpy()))

    def verdicts(
        self, scaled: torch.Tensor, concentrations: torch.Tensor, criterion: Validity
    ) -> torch.Tensor:
        """Return the verdict on each model.

        Parameters
        ----------
        scaled
            `` `model x independent x independent` ``, 1/h: scaled Jacobians.
        concentrations
            `` `independent` `` or `` `model x independent` ``, scaled units.
        criterion
            When a model counts as valid.

        Returns
        -------
        torch.Tensor
            `` `model` ``, bool: ``criterion(lambda_max)`` of the exact route.

        Raises
        ------
        InputError
            A Jacobian has entries outside ``pattern``.
        """
        scaled = scaled.detach()
        if scaled.device.type == "cuda":
            return verdicts_without_eigenvalues(scaled, concentrations, criterion, self.exact)
        left = torch.ones(len(scaled), dtype=torch.bool)
        sparse = self._screen is not None
        if self.worth.try_it(SPARSE_COST if sparse else DENSE_COST):
            rejected = self._rejected(scaled, criterion.partition)
            self.worth.learn(rejected)
            left = ~rejected
        x = concentrations.expand(*scaled.shape[:-1])[left]
        return left.masked_scatter(left, exact_verdicts(scaled[left], x, criterion, self.exact))

    def _rejected(self, scaled: torch.Tensor, partition: float) -> torch.Tensor:
        if self._screen is None:
            return symmetric_functions_reject(scaled, partition)
        entries = self._screen.elimination.entries(scaled.numpy())
        each = LinearEntries.themselves(entries.shape[1])
        return torch.from_numpy(self._screen.rejects(entries, each, partition))


def exact_verdicts(
    scaled: torch.Tensor, concentrations: torch.Tensor, criterion: Validity, route: SpectralRoute
) -> torch.Tensor:
    """Return the verdicts of a route.

    Parameters
    ----------
    scaled
        `` ... x independent x independent ``, 1/h: scaled Jacobians.
    concentrations
        `` ... x independent ``, scaled units.
    criterion
        When a model counts as valid.
    route
        Way from Jacobians to eigenvalues.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool.
    """
    if not criterion.needs_lambda_min:
        return criterion(route.lambda_max(scaled, concentrations))
    real = route.eigenvalues(scaled, concentrations).real
    return criterion(real[..., 0], real[..., -1])


def verdicts_without_eigenvalues(
    scaled: torch.Tensor, concentrations: torch.Tensor, criterion: Validity, route: SpectralRoute
) -> torch.Tensor:
    """Return verdicts by inverses and products where these are certain, for GPUs.

    Symmetric functions reject, the matrix sign counts what is left; where the count is not
    certain, or the fastest mode matters too, the processor computes eigenvalues.
    Not measured on a GPU.

    Parameters
    ----------
    scaled, concentrations, criterion, route
        As for :func:`exact_verdicts`.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool.
    """
    valid = ~symmetric_functions_reject(scaled, criterion.partition)
    count, certain = count_right_of(scaled[valid], criterion.partition)
    accepted = certain & (count == 0)
    doubtful = ~certain | (accepted & criterion.needs_lambda_min)
    x = concentrations.expand(*scaled.shape[:-1])[valid][doubtful]
    exact = exact_verdicts(scaled[valid][doubtful].cpu(), x.cpu(), criterion, route)
    accepted = accepted.masked_scatter(doubtful, exact.to(scaled.device))
    return valid.masked_scatter(valid, accepted)
