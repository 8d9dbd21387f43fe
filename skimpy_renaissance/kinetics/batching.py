"""Splitting a batch of models over the threads of a machine.

LAPACK takes one matrix at a time and torch does not spread a batch of them over cores, but both
release Python's lock: pieces small enough for the cache, handed to a pool of threads, use all cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch

__all__ = ["Batching"]


class _Divisible(Protocol):
    """Kinetics bound to one or many states."""

    @property
    def n_states(self) -> int | None: ...

    def part(self, states: slice) -> _Divisible: ...


Bound = TypeVar("Bound", bound=_Divisible)


@dataclass(frozen=True)
class Batching:
    """How a batch is split.

    Parameters
    ----------
    threads
        Number of pieces worked on at a time.
    chunk
        Models per piece.
    """

    threads: int
    chunk: int

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
            Kinetics at one or many states.
        log_km
            `` `model x km` `` or `` `state x model x km` ``, ln(mol/L).
        function
            (kinetics at some states, some models' constants) to a result with the same leading
            axes.

        Returns
        -------
        torch.Tensor
            The result of the whole batch.
        """
        with_gradient = torch.is_grad_enabled()

        def work(piece: tuple[Bound, torch.Tensor]) -> torch.Tensor:
            with torch.set_grad_enabled(with_gradient):
                return function(*piece)

        pieces = list(self._pieces(bound, km))
        if km.device.type != "cpu":
            results = [work(piece) for piece in pieces]
        else:
            results = self._on_threads(work, pieces)
        return self._joined(results, km, bound.n_states)

    def _on_threads(
        self, work: Callable[[tuple[Bound, torch.Tensor]], torch.Tensor], pieces: list
    ) -> list[torch.Tensor]:
        """Work on the pieces, each thread on one core: nested parallelism would only get in the way."""
        threads_of_torch = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(
                self.threads, initializer=torch.set_num_threads, initargs=(1,)
            ) as pool:
                return list(pool.map(work, pieces))
        finally:
            torch.set_num_threads(threads_of_torch)

    def _pieces(self, bound: Bound, km: torch.Tensor) -> Iterator[tuple[Bound, torch.Tensor]]:
        if bound.n_states is None:
            for part in km.split(self.chunk, dim=-2):
                yield bound, part
            return
        for start in range(0, bound.n_states, self._states_per_piece(km)):
            states = slice(start, start + self._states_per_piece(km))
            of_states = km[states] if km.ndim == 3 else km
            for part in of_states.split(self.chunk, dim=-2):
                yield bound.part(states), part  # type: ignore[misc]

    def _states_per_piece(self, km: torch.Tensor) -> int:
        return max(1, self.chunk // max(1, km.shape[-2]))

    def _joined(
        self, results: list[torch.Tensor], km: torch.Tensor, n_states: int | None
    ) -> torch.Tensor:
        if n_states is None:
            return torch.cat(results, dim=0)
        per_block = max(1, -(-km.shape[-2] // self.chunk))
        blocks = [results[i : i + per_block] for i in range(0, len(results), per_block)]
        return torch.cat([torch.cat(block, dim=1) for block in blocks], dim=0)
