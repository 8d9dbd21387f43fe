"""Analyses: a question asked of a population, a training or many steady states, and its answer.

Every analysis is one function that returns an :class:`AnalysisResult`; a command, a study, a
section of a report and a notebook call the same one. :func:`write_result` puts any result into a
folder.
"""

from skimpy_renaissance.analyses.result import AnalysisResult, Drawing, Finding
from skimpy_renaissance.analyses.context import RunContext
from skimpy_renaissance.analyses.writing import result_as_json, write_result
from skimpy_renaissance.analyses.population_check import PopulationCheck, check_population

__all__ = [
    "AnalysisResult",
    "Drawing",
    "Finding",
    "RunContext",
    "result_as_json",
    "write_result",
    "PopulationCheck",
    "check_population",
]
