"""Parameter populations: names, values, units, provenance; in memory and as files."""

from skimpy_renaissance.population.parameter_population import ParameterPopulation
from skimpy_renaissance.population.ensemble import Ensemble, ensemble_of
from skimpy_renaissance.population.assembling import assemble_population
from skimpy_renaissance.population.population_writer import PopulationWriter, save_columnar
from skimpy_renaissance.population.parquet import write_parquet
from skimpy_renaissance.population.arviz_tree import to_arviz
from skimpy_renaissance.population.stored_population import StoredPopulation

__all__ = [
    "ParameterPopulation",
    "Ensemble",
    "ensemble_of",
    "assemble_population",
    "save_columnar",
    "PopulationWriter",
    "StoredPopulation",
    "write_parquet",
    "to_arviz",
]
