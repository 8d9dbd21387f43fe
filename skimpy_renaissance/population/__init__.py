"""Parameter populations: names, values, units, provenance; in memory and as files."""

from __future__ import annotations

from skimpy_renaissance.population.assembly import assemble_population
from skimpy_renaissance.population.columnar import load_columnar, open_columnar, save_columnar
from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.population_writer import PopulationWriter
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.population.skimpy_hdf5 import load_skimpy_hdf5, save_skimpy_hdf5
from skimpy_renaissance.population.stored_population import StoredPopulation

__all__ = [
    "ParameterPopulation",
    "Proportion",
    "assemble_population",
    "save_skimpy_hdf5",
    "load_skimpy_hdf5",
    "save_columnar",
    "PopulationWriter",
    "open_columnar",
    "StoredPopulation",
    "load_columnar",
]
