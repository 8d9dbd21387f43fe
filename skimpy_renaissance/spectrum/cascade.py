r"""The verdict on a model, by cheap tests first.

Most invalid models show it at once: a test that costs a fraction of the eigenvalues finds one of
them to the right of the limit. Such tests may only *reject*. What they leave, and so every model
that is accepted, goes to the exact route:

    models --reject test--> undecided --exact route--> verdict

The verdicts are those of the exact route alone. The test pays where it rejects a larger share of
the models than it costs of the exact route: the first models of a batch are tested, and their share
decides for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import torch

from skimpy_renaissance.errors import InputError
from skimpy_renaissance.sparse import eliminate, have_numba
from skimpy_renaissance.spectrum.matrix_entries import MatrixEntries
from skimpy_renaissance.spectrum.ritz_screen import RitzScreen
from skimpy_renaissance.spectrum.route import Accurate, SpectralRoute
from skimpy_renaissance.spectrum.sign_count import count_right_of
from skimpy_renaissance.spectrum.symmetric_functions import symmetric_functions_reject
from skimpy_renaissance.spectrum.validity import Validity

__all__ = [
    "Cascade",
    "ScreenStatistics",
    "cost_in_lanes",
    "counted_verdicts",
    "exact_verdicts",
    "reject_then_decide",
]

_SAMPLE = 32  # models
SPARSE_COST, DENSE_COST = 0.06, 0.3  # of the exact route by LAPACK


def cost_in_lanes(n: int) -> float:
    """Return the cost of the sparse test relative to the exact route in lanes.

    Measured: 0.25 to 0.55 for 39 and 43 variables, 0.08 to 0.12 for 85, 0.07 for 195. The test's
    grows with their number, a spectrum's with its square and more.

    Parameters
    ----------
    n
        Number of variables.

    Returns
    -------
    float
    """
    return 14.0 / n


@dataclass(frozen=True)
class ScreenStatistics:
    """What a reject test did to the first models of a batch.

    Parameters
    ----------
    tested, rejected
        Numbers of models.
    """

    tested: int = 0
    rejected: int = 0

    def pays(self, cost: float) -> bool:
        """Return whether to test further models.

        Parameters
        ----------
        cost
            Cost of the test, relative to the exact route.

        Returns
        -------
        bool
            ``True`` also while too few models are tested to tell.
        """
        return self.tested < _SAMPLE or self.rejected > cost * self.tested

    def after(self, rejected: torch.Tensor) -> ScreenStatistics:
        """Return the statistics with further models.

        Parameters
        ----------
        rejected
            `` `model` ``, bool: what the test said.

        Returns
        -------
        ScreenStatistics
        """
        return ScreenStatistics(
            self.tested + rejected.numel(), self.rejected + int(rejected.sum().item())
        )


def reject_then_decide(
    models: torch.Tensor,
    *,
    rejects: Callable[[slice], torch.Tensor],
    decides: Callable[[torch.Tensor], torch.Tensor],
    cost: float,
    statistics: ScreenStatistics,
) -> tuple[torch.Tensor, ScreenStatistics]:
    """Return the verdict on each model, and the statistics of the test.

    Parameters
    ----------
    models
        `` `model x ...` ``: only their number and place in memory matter here.
    rejects
        Range of models to `` `model` ``, bool: which of them are certainly not valid.
    decides
        Positions of models to `` `model` ``, bool: their verdicts.
    cost
        Cost of the test, relative to the decision.
    statistics
        Statistics of the models tested before, as far as they tell about these.

    Returns
    -------
    tuple of torch.Tensor and ScreenStatistics
        `` `model` ``, bool, and ``statistics`` with these models.
    """
    valid = torch.zeros(len(models), dtype=torch.bool, device=models.device)
    left = ~valid
    first = min(max(_SAMPLE - statistics.tested, 0), len(models))
    for begin, end in ((0, first), (first, len(models))):
        if begin < end and statistics.pays(cost):
            rejected = rejects(slice(begin, end))
            left[begin:end] = ~rejected
            statistics = statistics.after(rejected)
    chosen = left.nonzero().flatten()
    valid[chosen] = decides(chosen)
    return valid, statistics


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

    Raises
    ------
    InputError
        The exact route is not ``Accurate``: its verdicts follow from rounding errors of its own,
        which no test foresees.

    Examples
    --------
    >>> from skimpy_renaissance.spectrum import Cascade
    >>> log_km = bound.log_km_anchors + torch.tensor([[0.0], [2.0]], dtype=torch.float64)
    >>> scaled, x = bound.scaled_jacobian(log_km), bound.reference.independent
    >>> Cascade().verdicts(scaled, x, sr.Validity(partition=-1.5)).tolist()
    [True, False]
    """

    exact: Accurate = field(default_factory=Accurate)
    pattern: torch.Tensor | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.exact, Accurate):
            raise InputError(
                "A Cascade accepts by the accurate route, got "
                f"{type(self.exact).__name__}. Take criterion(route.lambda_max(...)) instead."
            )

    @cached_property
    def _entries(self) -> MatrixEntries | None:
        if self.pattern is None or not have_numba():
            return None
        return MatrixEntries.themselves(eliminate(self.pattern.cpu().numpy()))

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
        return self.judged(scaled, concentrations, criterion, ScreenStatistics())[0]

    def judged(
        self,
        scaled: torch.Tensor,
        concentrations: torch.Tensor,
        criterion: Validity,
        statistics: ScreenStatistics,
    ) -> tuple[torch.Tensor, ScreenStatistics]:
        """Return the verdict on each model, going on from the statistics of models like these.

        Parameters
        ----------
        scaled, concentrations, criterion
            As for :meth:`verdicts`.
        statistics
            Statistics of the models tested before.

        Returns
        -------
        tuple of torch.Tensor and ScreenStatistics
            Verdicts, and ``statistics`` with these models.

        Raises
        ------
        InputError
            A Jacobian has entries outside ``pattern``.
        """
        scaled = scaled.detach()
        x = concentrations.expand(scaled.shape[:-1])
        on_gpu = scaled.device.type == "cuda"
        entries = None if on_gpu else self._entries
        decide = counted_verdicts if on_gpu else exact_verdicts

        def rejects(models: slice) -> torch.Tensor:
            if entries is None:
                return symmetric_functions_reject(scaled[models], criterion.partition)
            numbers = entries.elimination.entries(scaled[models].numpy())
            rejected = RitzScreen().rejects(numbers, entries, criterion.partition)
            return torch.from_numpy(rejected)

        def decides(models: torch.Tensor) -> torch.Tensor:
            return decide(scaled[models], x[models], criterion, self.exact)

        in_lanes = self.exact.in_lanes(scaled.device)
        if entries is None and in_lanes:  # the test costs more than eigenvalues
            return decides(torch.arange(len(scaled))), statistics
        cost = DENSE_COST if entries is None else SPARSE_COST
        cost = cost_in_lanes(scaled.shape[-1]) if in_lanes else cost
        return reject_then_decide(
            scaled, rejects=rejects, decides=decides, cost=cost, statistics=statistics
        )


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


def counted_verdicts(
    scaled: torch.Tensor, concentrations: torch.Tensor, criterion: Validity, route: SpectralRoute
) -> torch.Tensor:
    """Return verdicts by inverses and products where these are certain, for GPUs.

    The matrix sign counts; where the count is not certain, or the fastest mode matters too, the
    processor computes eigenvalues. Not measured on a GPU.

    Parameters
    ----------
    scaled, concentrations, criterion, route
        As for :func:`exact_verdicts`.

    Returns
    -------
    torch.Tensor
        `` ... ``, bool.
    """
    count, certain = count_right_of(scaled, criterion.partition)
    accepted = certain & (count == 0)
    doubtful = ~certain | (accepted & criterion.needs_lambda_min)
    x = concentrations.expand(scaled.shape[:-1])[doubtful]
    exact = exact_verdicts(scaled[doubtful].cpu(), x.cpu(), criterion, route)
    return accepted.masked_scatter(doubtful, exact.to(scaled.device))
