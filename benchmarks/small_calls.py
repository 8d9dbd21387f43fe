"""A loop over steady states with few sets each: SKiMPy's sampler and this one, call by call.

SKiMPy's scripts call ``sample`` once per steady state with ten sets or so. Both samplers get the
same live model and the same seeds; SKiMPy's compilations are timed apart. Needs SKiMPy.

    python -m benchmarks.small_calls [--calls 100] [--sets 10]
"""

from __future__ import annotations

import argparse
import logging
import warnings
from collections.abc import Callable
from importlib.resources import files
from time import perf_counter
from typing import Any

import skimpy_renaissance as sr


def report(calls: int, sets: int) -> None:
    """Time both samplers on the bundled model and print seconds."""
    from skimpy.io.yaml import load_yaml_model  # noqa: PLC0415
    from skimpy.sampling.simple_parameter_sampler import SimpleParameterSampler  # noqa: PLC0415

    model = load_yaml_model(str(files("skimpy_renaissance.examples") / "data" / "e_coli_core.yaml"))
    model.logger.setLevel(logging.ERROR)
    _, states = sr.examples.e_coli_core()
    state = states[sr.examples.REFERENCE_STATE]
    for reaction, value in state.equilibrium_constants.dropna().items():
        model.parameters[f"k_equilibrium_{reaction}"].value = value
    given = state.fluxes.to_dict(), state.concentrations.to_dict()
    begin = perf_counter()
    model.prepare()
    model.compile_jacobian(ncpu=1)
    print(f"SKiMPy compiles the Jacobian in {perf_counter() - begin:.1f} s")
    print(f"{'sampler':<10}{'first call, s':>15}{f'{calls} calls of {sets} sets, s':>30}")
    settings = SimpleParameterSampler.Parameters(n_samples=sets)
    samplers = {"SKiMPy": SimpleParameterSampler(settings), "here": sr.OracleSampler(settings)}
    for name, sampler in samplers.items():
        first = _seconds(lambda s=sampler: s.sample(model, *given))  # type: ignore[misc]
        loop = _seconds(lambda s=sampler: _loop(s, model, given, calls))  # type: ignore[misc]
        print(f"{name:<10}{first:>15.2f}{loop:>30.2f}")
    model.pool.terminate()
    model.pool.join()


def _loop(sampler: Any, model: Any, given: tuple[Any, Any], calls: int) -> None:
    for seed in range(calls):
        sampler.sample(model, *given, seed=seed)


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--sets", type=int, default=10)
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report(options.calls, options.sets)
