"""Tasks on Ray: on the cores of this machine, or on as many machines as a cluster has.

References
----------
Moritz et al., *OSDI* (2018) 561, arXiv:1712.05889.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.extras import import_extra
from skimpy_renaissance.tasks.runner import give_up

__all__ = ["Cluster"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Cluster:
    """As many tasks at a time as a Ray cluster has cores.

    Parameters
    ----------
    address
        Address of a running cluster, such as ``"auto"`` or ``"ray://head:10001"``; ``None`` starts
        Ray on this machine and stops it afterwards.
    attempts
        How often a task is tried whose worker dies.
    n_cores
        Cores of the Ray that is started here; all by default.

    Raises
    ------
    InputError
        ``attempts`` is below 1.
    MissingExtraError
        Ray is not installed.

    Examples
    --------
    >>> from skimpy_renaissance.tasks import Cluster, Processes
    >>> try:
    ...     runner = Cluster("auto")  # the cluster that this machine belongs to
    ... except sr.errors.MissingExtraError:
    ...     runner = Processes(2)
    >>> list(runner.results(len, []))
    []
    """

    address: str | None = None
    attempts: int = 3
    n_cores: int | None = None

    def __post_init__(self) -> None:
        require_whole("attempts", self.attempts)
        _ray()

    def results(
        self,
        task: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        labels: Sequence[str] | None = None,
        lost: Callable[[int], Result] | None = None,
    ) -> Iterator[tuple[int, Result]]:
        """Yield each result; see :class:`~skimpy_renaissance.tasks.runner.Runner`."""
        if not items:  # no need to start Ray
            return
        ray = _ray()
        with self._connected(ray):
            remote = ray.remote(_on_one_thread).options(max_retries=self.attempts - 1, num_cpus=1)
            shared = ray.put(task)  # sent once, not with every item
            position = {remote.remote(shared, item): i for i, item in enumerate(items)}
            dead = []
            try:
                while position:
                    (done,), _ = ray.wait(list(position), num_returns=1)
                    i = position.pop(done)
                    try:
                        result = ray.get(done)
                    except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError):
                        dead.append(i)
                    except ray.exceptions.RayTaskError as error:
                        raise error.cause from None  # what the task raised
                    else:
                        yield i, result
            finally:
                for reference in position:
                    ray.cancel(reference, force=True)
        yield from give_up(dead, attempts=self.attempts, labels=labels, lost=lost)

    @contextmanager
    def _connected(self, ray: ModuleType) -> Iterator[None]:
        """Use the Ray that is running, or run one for the duration of the block."""
        if ray.is_initialized():
            yield
            return
        options = {"num_cpus": self.n_cores} if self.address is None else {}
        ray.init(self.address, include_dashboard=False, log_to_driver=False, **options)
        try:
            yield
        finally:
            ray.shutdown()


def _on_one_thread(task: Callable[[Item], Result], item: Item) -> Result:
    import torch  # noqa: PLC0415 - in the worker

    torch.set_num_threads(1)
    return task(item)


def _ray() -> ModuleType:
    return import_extra("ray", extra="scale", needed_by="Working on a cluster")
