r"""The fastest dynamics that each of many steady states allows.

.. math:: \lambda^*(s) = \min_{K_m} \lambda_{max}(K_m;\, v_s, x_s)

The study trained one generator per state for this, 5,000 times [1]_. Here every state gets a few
models that walk along the gradient of the smoothed slowest mode
(:mod:`~skimpy_renaissance.learning.descent`), all states of a chunk in one batch. They start near
:math:`K_m = x`, half saturated; or from one generator for all states, which gives fast models
without a single gradient at the state itself (``steps=0``) if it was trained for speed
(:func:`~skimpy_renaissance.landscape.speed.train_for_speed`).

What is found is a model, hence an upper bound of :math:`\lambda^*`;
:mod:`~skimpy_renaissance.sampling.pool_speed` tells which pool is likely to limit it. A state's
result depends on its own profile, the settings and the seed, not on the other states.

References
----------
.. [1] Choudhury et al., *Nature Catalysis* 7 (2024) 1086, doi:10.1038/s41929-024-01220-6.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.kinetics import BoundKinetics, CompiledKinetics
from skimpy_renaissance.landscape.fastest_models import FastestModels, ResultFolder, digest_of
from skimpy_renaissance.learning import TrainedGenerator, descend
from skimpy_renaissance.priors import KmSpace, random_stream
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE
from skimpy_renaissance.progress import progress_bar
from skimpy_renaissance.spectrum.one_thread import on_one_thread
from skimpy_renaissance.steady_states.steady_state import SteadyStates
from skimpy_renaissance.storage import how_to_go_on
from skimpy_renaissance.tasks import Runner, Serial

__all__ = ["fastest_dynamics"]


_SETTLED = 0.01  # a search that gained less than 1 % in its last fifth has settled


@dataclass(frozen=True)
class _Settings:
    """All numbers that decide the result, apart from kinetics, states and generator."""

    steps: int
    starts_per_state: int
    candidates_per_state: int
    learning_rate: float
    sharpness: float
    log_km_range: tuple[float, float]
    seed: int

    def __post_init__(self) -> None:
        require_whole("steps", self.steps, at_least=0)
        require_whole("starts_per_state", self.starts_per_state)
        require_whole("candidates_per_state", self.candidates_per_state)


def fastest_dynamics(
    kinetics: CompiledKinetics,
    states: SteadyStates,
    *,
    steps: int = 30,
    starts_per_state: int = 1,
    generator: TrainedGenerator | None = None,
    candidates_per_state: int = 10,
    learning_rate: float = 0.1,
    sharpness: float = 5.0,
    log_km_range: tuple[float, float] = DEFAULT_LOG_KM_RANGE,
    seed: int = 0,
    states_per_chunk: int = 64,
    threads: int | None = None,
    runner: Runner | None = None,
    callback: Callable[[FastestModels], object] | None = None,
    progress: bool | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> FastestModels:
    r"""Search the smallest :math:`\lambda_{max}` at each of many steady states.

    Parameters
    ----------
    kinetics
        The compiled kinetic model.
    states
        Profiles, thousands if need be.
    steps
        Gradients that each start follows; 0 only judges the starts.
    starts_per_state
        Models that walk at each state; the fastest counts.
    generator
        Trained at some of the states or others with ``Generator(relative=True)``, for example by
        ``train_for_speed``; ``None`` starts near :math:`K_m = x`.
    candidates_per_state
        Models that the generator gives at each state; the fastest of them start. At least
        ``starts_per_state`` are taken; no more are needed of a generator of little spread.
    learning_rate
        Step of Adam, in the box's own coordinate.
    sharpness
        :math:`\beta` of the smoothed maximum.
    log_km_range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the network gives no bounds.
    seed
        A whole number, 0 or more.
    states_per_chunk
        States searched together; results of a chunk are handed over and written at its end.
    threads
        Threads that judge models in this process; by default as many as torch uses. Elsewhere each
        chunk has one.
    runner
        Where the chunks are searched, by default here, one after the other. Results do not depend
        on it. They are written by this process, as they arrive.
    callback
        Called with the result of each chunk, in any order.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.
    folder
        Where each chunk is written, and from where a stopped search resumes.

    Returns
    -------
    FastestModels
        All states, in their order.

    Raises
    ------
    InputError
        An argument cannot be used, or ``folder`` holds another settings.
    SteadyStateError
        A state's fluxes run against their displacement from equilibrium.
    SamplingError
        The worker of a chunk died again and again; the other chunks are in ``folder``.
    OutputError
        ``folder`` cannot be written to.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> kinetics = sr.compile(network)
    >>> found = sr.landscape.fastest_dynamics(kinetics, states[:3], steps=5, progress=False)
    >>> found.lambda_max.round(1)  # 1/h
    array([ -9.7, -25.2,  -3.6])
    >>> found.status
    ('improving', 'settled', 'settled')
    """
    settings = _Settings(
        steps=steps,
        starts_per_state=starts_per_state,
        candidates_per_state=candidates_per_state,
        learning_rate=learning_rate,
        sharpness=sharpness,
        log_km_range=(float(log_km_range[0]), float(log_km_range[1])),
        seed=seed,
    )
    require_whole("states_per_chunk", states_per_chunk)
    setup = {
        **asdict(settings),
        "log_km_range": list(settings.log_km_range),
        "states_per_chunk": states_per_chunk,
        "states": digest_of(states.fluxes, states.concentrations, states.equilibrium_constants),
        "kinetic model": kinetics.network.name,
        "generator": None if generator is None else digest_of(generator.weights.cpu().numpy()),
    }
    results = None if folder is None else ResultFolder.open(Path(folder), setup)
    starts = range(0, len(states), states_per_chunk)
    chunks = {start: states[start : start + states_per_chunk] for start in starts}
    runner = runner or Serial()
    of_each = threads if isinstance(runner, Serial) else 1
    search = partial(_search_chunk, kinetics, settings, generator, of_each)
    parts: dict[int, FastestModels] = {}
    bar = progress_bar(len(states), progress=progress, desc="fastest dynamics", unit="state")

    def note(start: int, part: FastestModels) -> None:
        parts[start] = part
        bar.update(len(part))
        bar.set_postfix(fastest=f"{np.nanmin(part.lambda_max):.3g} 1/h", refresh=False)
        if callback is not None:
            callback(part)

    try:
        with bar:
            for start in chunks:
                stored = None if results is None else results.read(start)
                if stored is not None:
                    note(start, stored)
            missing = [start for start in chunks if start not in parts]
            for number, part in runner.results(search, [chunks[start] for start in missing]):
                if results is not None:
                    results.write(missing[number], part)
                note(missing[number], part)
    except KeyboardInterrupt as stop:
        done = f"Stopped after {sum(map(len, parts.values()))} of {len(states)} states."
        raise KeyboardInterrupt(how_to_go_on(done, folder)) from stop
    return FastestModels.joined([parts[start] for start in chunks])


def _search_chunk(
    kinetics: CompiledKinetics,
    settings: _Settings,
    generator: TrainedGenerator | None,
    threads: int | None,
    states: SteadyStates,
) -> FastestModels:
    """Search some states; all that comes in and goes out can travel to another process."""
    bound = kinetics.at(states, threads=threads)
    return _search(bound, states.names, settings, generator=generator)


@on_one_thread  # the same rounding wherever it runs; the kinetics have threads of their own
def _search(
    bound: BoundKinetics,
    names: tuple[str, ...],
    settings: _Settings,
    *,
    generator: TrainedGenerator | None,
) -> FastestModels:
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=settings.log_km_range)
    start, judged = _starts(bound, names, settings, generator=generator)
    walked = descend(
        bound,
        torch.clamp(start, space.lower, space.upper),
        lower=space.lower,
        upper=space.upper,
        steps=settings.steps,
        learning_rate=settings.learning_rate,
        sharpness=settings.sharpness,
    )
    speed = torch.where(walked.lambda_max.isnan(), torch.inf, walked.lambda_max)
    best = speed.argmin(1, keepdim=True)
    lambda_max = walked.lambda_max.gather(1, best).squeeze(1)
    earlier = walked.trace.nan_to_num(nan=torch.inf).amin(1)[:, -1 - settings.steps // 5]
    gain = (earlier.asinh() - lambda_max.asinh()).numpy()
    status = np.where(gain > _SETTLED, "improving", "settled")
    status[lambda_max.isnan().numpy()] = "failed"
    log_km = walked.log_km.take_along_dim(best[..., None], 1).squeeze(1)
    each = judged + walked.judged * settings.starts_per_state
    return FastestModels(
        state_names=names,
        km_names=bound.km_names,
        lambda_max=lambda_max.numpy(),
        log_km=log_km.numpy(),
        judged=np.full(len(names), each),
        status=tuple(status.tolist()),
    )


def _starts(
    bound: BoundKinetics,
    names: tuple[str, ...],
    settings: _Settings,
    *,
    generator: TrainedGenerator | None,
) -> tuple[torch.Tensor, int]:
    """Return `state x start x km`, ln(mol/L), and how many models were judged per state for it."""
    n_starts = settings.starts_per_state
    if generator is None:
        purposes = (f"fastest dynamics of {name}" for name in names)
        streams = [random_stream(settings.seed, purpose=purpose) for purpose in purposes]
        size = n_starts, len(bound.km_names)
        noise = [torch.randn(size, dtype=torch.float64, generator=rng) for rng in streams]
        return bound.log_km_anchors[:, None, :] + torch.stack(noise), 0
    n_candidates = max(n_starts, settings.candidates_per_state)
    log_km = generator.generate(n_candidates, seed=settings.seed, at=bound)
    if n_candidates == n_starts:
        return log_km, 0
    with torch.no_grad():
        lambda_max = bound.lambda_max(log_km)
    slow = torch.where(lambda_max.isnan(), torch.inf, lambda_max)
    chosen = slow.argsort(dim=1)[:, :n_starts, None]
    return log_km.take_along_dim(chosen, 1), n_candidates
