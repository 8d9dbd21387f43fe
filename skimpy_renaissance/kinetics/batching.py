"""Splitting a batch of models over the threads of a machine.

LAPACK takes one matrix at a time and torch does not spread a batch of them over cores, but both
release Python's lock: pieces of the batch, handed to a pool of threads, use all cores. A piece is
always worked on by one thread, so results do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Protocol, TypeVar

import torch

from skimpy_renaissance.checks import require_whole

__all__ = ["Batching"]

Bound = TypeVar("Bound", bound="_Divisible")


class _Divisible(Protocol):
    """A reference point, or kinetics, at one or many states."""

    @property
    def n_states(self) -> int | None: ...

    def part(self: Bound, states: slice) -> Bound: ...


@dataclass(frozen=True)
class Batching:
    """How a batch is split.

    Parameters
    ----------
    threads
        Number of pieces worked on at a time.
    chunk
        Models per piece.

    Raises
    ------
    InputError
        A number is not a whole number of at least 1.
    """

    threads: int
    chunk: int

    def __post_init__(self) -> None:
        require_whole("threads", self.threads)
        require_whole("chunk", self.chunk)

    def share(self, n_models: int, *, most: int, multiple_of: int) -> int:
        """Return how many models a piece takes so that all threads have work.

        Parameters
        ----------
        n_models
            All models.
        most
            Largest size of a piece.
        multiple_of
            Pieces are a multiple of this.

        Returns
        -------
        int
        """
        registers = ceil(n_models / (self.threads * multiple_of))
        return min(most, multiple_of * max(1, registers))

    def run(
        self,
        bound: Bound,
        log_km: torch.Tensor,
        function: Callable[[Bound, torch.Tensor], torch.Tensor],
    ) -> torch.Tensor:
        """Apply a function to all models, piece by piece, and join the results.

        Parameters
        ----------
        bound
            A reference point, or kinetics, at one or many states.
        log_km
            `` `model x km` `` or `` `state x model x km` ``, ln(mol/L).
        function
            (the same at some states, some models' constants) to a result with the same leading
            axes.

        Returns
        -------
        torch.Tensor
            The result of the whole batch.
        """
        blocks = list(self._blocks(bound, log_km))
        pieces = [piece for block in blocks for piece in block]
        results = iter(self._on_threads(function, pieces))
        model_axis = 0 if bound.n_states is None else 1
        joined = [torch.cat([next(results) for _ in block], dim=model_axis) for block in blocks]
        return joined[0] if len(joined) == 1 else torch.cat(joined, dim=0)

    def _blocks(
        self, bound: Bound, log_km: torch.Tensor
    ) -> Iterator[list[tuple[Bound, torch.Tensor]]]:
        """Yield the pieces of all models, some states at a time."""
        if bound.n_states is None:
            yield [(bound, part) for part in log_km.split(self.chunk, dim=-2)]
            return
        n_states = max(1, self.chunk // max(1, log_km.shape[-2]))
        for start in range(0, bound.n_states, n_states):
            states = slice(start, start + n_states)
            at_states = bound.part(states)
            of_states = log_km[states] if log_km.ndim == 3 else log_km
            yield [(at_states, part) for part in of_states.split(self.chunk, dim=-2)]

    def _on_threads(
        self,
        function: Callable[[Bound, torch.Tensor], torch.Tensor],
        pieces: list[tuple[Bound, torch.Tensor]],
    ) -> list[torch.Tensor]:
        """Work on the pieces, each thread on one core; a GPU takes them one by one."""
        with_gradient = torch.is_grad_enabled()  # threads start with torch's default

        def work(piece: tuple[Bound, torch.Tensor]) -> torch.Tensor:
            with torch.set_grad_enabled(with_gradient):
                return function(*piece)

        if pieces[0][1].device.type != "cpu":
            return [work(piece) for piece in pieces]
        threads_of_torch = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(
                self.threads, initializer=torch.set_num_threads, initargs=(1,)
            ) as pool:
                return list(pool.map(work, pieces))
        finally:
            torch.set_num_threads(threads_of_torch)
