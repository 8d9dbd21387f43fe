r"""One generator for all steady states, trained for speed, to start their searches from.

.. math:: \min_w \; \operatorname{mean}_{s, j}\, \operatorname{asinh}
          \lambda_{max}\big(K_m^{\,j}(w); v_s, x_s\big)

Some states stand for all: the generator is relative, so what it learns is where :math:`K_m` lies
from the concentration of its metabolite, and this holds at states it has not seen. No model reaches
the partition it is trained for, so the reward never levels off; a few generations are best, as a
generator trained for longer presses constants against their bounds, from where a search moves on
with difficulty.
"""

from __future__ import annotations

import os

import torch

from skimpy_renaissance.checks import require_whole
from skimpy_renaissance.kinetics import CompiledKinetics
from skimpy_renaissance.landscape.fastest_models import digest_of
from skimpy_renaissance.learning import Generator, Gradient, TrainedGenerator, train
from skimpy_renaissance.priors import random_stream
from skimpy_renaissance.priors.km_space import DEFAULT_LOG_KM_RANGE
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.steady_states.steady_state import SteadyStates

__all__ = ["train_for_speed"]

_UNREACHABLE = -1e6  # 1/h
_MODELS = 3  # per state and generation
_SPREAD = 0.1  # models of a state hardly differ: one fast one is wanted


def train_for_speed(
    kinetics: CompiledKinetics,
    states: SteadyStates,
    *,
    generations: int = 10,
    n_states: int = 32,
    log_km_range: tuple[float, float] = DEFAULT_LOG_KM_RANGE,
    seed: int = 0,
    threads: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> TrainedGenerator:
    r"""Train a generator whose models are fast at any of many steady states.

    Parameters
    ----------
    kinetics
        The compiled kinetic model.
    states
        Profiles, thousands if need be.
    generations
        Generations of the training.
    n_states
        States it is trained at, drawn from all; all where there are no more.
    log_km_range
        Lower and upper :math:`\ln K_m`, ln(mol/L), where the network gives no bounds.
    seed
        A whole number, 0 or more: of the choice of states and of the training.
    threads
        Threads that judge models; by default as many as torch uses.
    checkpoint
        Folder to write the training to, and to go on from where it holds one.
    progress
        Whether to show a bar on stderr; ``None`` shows one on a terminal.

    Returns
    -------
    TrainedGenerator
        For ``fastest_dynamics(generator=...)``; it takes any state of the network.

    Raises
    ------
    InputError
        An argument cannot be used, or ``checkpoint`` holds another training.
    SteadyStateError
        A state's fluxes run against their displacement from equilibrium.
    OutputError
        ``checkpoint`` cannot be written to.
    KeyboardInterrupt
        On Ctrl-C, saying how to go on.

    Examples
    --------
    >>> kinetics = sr.compile(network)
    >>> fast = sr.landscape.train_for_speed(kinetics, states[:8], generations=2, progress=False)
    >>> found = sr.landscape.fastest_dynamics(
    ...     kinetics, states[:3], generator=fast, steps=0, progress=False
    ... )
    >>> found.lambda_max.round(1)  # 1/h, of what the generator gives
    array([-10.3, -18.2, -10.5])
    """
    require_whole("n_states", n_states)
    rng = random_stream(seed, purpose="states to train for speed at")
    chosen = torch.randperm(len(states), generator=rng)[:n_states].sort().values
    some = states.select([states.names[row] for row in chosen.tolist()])
    return train(
        kinetics.at(some, threads=threads),
        criterion=Validity(_UNREACHABLE),
        generator=Generator(relative=True, spread=_SPREAD, range=log_km_range),
        optimizer=Gradient(
            models=_MODELS * len(some), generations=generations, decay=1.0, sharpness=5.0
        ),
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
        provenance={
            "states": digest_of(some.fluxes, some.concentrations, some.equilibrium_constants)
        },
    )
