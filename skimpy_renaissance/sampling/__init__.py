"""Sampling: parameter sets for a kinetic model at a steady state, SKiMPy's conventions kept."""

from skimpy_renaissance.sampling.drawing import BLOCK, Drawn, collect, draw_valid
from skimpy_renaissance.sampling.log_uniform import log_uniform, log_uniform_draws
from skimpy_renaissance.sampling.oracle import OracleSampler
from skimpy_renaissance.sampling.renaissance import RenaissanceSampler
from skimpy_renaissance.sampling.valid_region import ValidRegionSampler
from skimpy_renaissance.sampling.parametrization import parametrize
from skimpy_renaissance.sampling.km_tables import log_km_from_table, read_km_table
from skimpy_renaissance.sampling.drop_in import bind
from skimpy_renaissance.sampling.priors import log_uniform_prior, oracle_prior
from skimpy_renaissance.sampling.population_repair import RepairedPopulation, repair

__all__ = [
    "BLOCK",
    "Drawn",
    "collect",
    "draw_valid",
    "log_uniform",
    "log_uniform_draws",
    "log_uniform_prior",
    "oracle_prior",
    "OracleSampler",
    "RenaissanceSampler",
    "ValidRegionSampler",
    "parametrize",
    "log_km_from_table",
    "read_km_table",
    "bind",
    "RepairedPopulation",
    "repair",
]
