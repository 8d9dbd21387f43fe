"""Sampling: parameter sets for a kinetic model at a steady state, SKiMPy's conventions kept."""

from skimpy_renaissance.sampling.log_uniform import log_uniform
from skimpy_renaissance.sampling.oracle import OracleSampler
from skimpy_renaissance.sampling.renaissance import RenaissanceSampler
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.repair import RepairedPopulation, repair

__all__ = [
    "log_uniform",
    "OracleSampler",
    "RenaissanceSampler",
    "parametrize",
    "RepairedPopulation",
    "repair",
]
