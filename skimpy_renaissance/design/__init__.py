"""Strain designs: which enzymes to change, by how much, for one model or a whole ensemble.

``ResponseProblem`` states it, ``enumerate_designs`` lists every design near the best one, for one
model or shared by many (``Mean``, ``Worst``, ``WorstShare``, ``AtLeast``), ``evaluate_designs``
tells what each does in each model to first order, ``robust_design`` what it costs to share one,
``verify_designs`` what its new steady state reaches, ``verify_in_batch`` what the strain makes
beside its wild type.
``rank_enzymes`` and ``compare_ranks`` tell how surely an enzyme matters, ``value_of_information``
which constant to measure.
"""

from skimpy_renaissance.design.limits import (
    NOMAD_ANTHRANILATE,
    NOMAD_COUMARATE,
    DesignLimits,
)
from skimpy_renaissance.design.response_problem import ResponseProblem
from skimpy_renaissance.design.tfa_directions import log_k_of_tfa
from skimpy_renaissance.design.aims import Aim, AtLeast, Mean, Worst, WorstShare
from skimpy_renaissance.design.designs import Design, Designs
from skimpy_renaissance.design.enumerate_designs import enumerate_designs
from skimpy_renaissance.design.evaluate_designs import evaluate_designs
from skimpy_renaissance.design.robust_design import RobustDesign, robust_design
from skimpy_renaissance.design.verify_designs import verify_designs
from skimpy_renaissance.design.verify_in_batch import verify_in_batch
from skimpy_renaissance.design.rank_enzymes import compare_ranks, rank_enzymes
from skimpy_renaissance.design.value_of_information import value_of_information

__all__ = [
    "DesignLimits",
    "NOMAD_ANTHRANILATE",
    "NOMAD_COUMARATE",
    "ResponseProblem",
    "log_k_of_tfa",
    "Aim",
    "Mean",
    "Worst",
    "WorstShare",
    "AtLeast",
    "Design",
    "Designs",
    "enumerate_designs",
    "evaluate_designs",
    "RobustDesign",
    "robust_design",
    "verify_designs",
    "verify_in_batch",
    "rank_enzymes",
    "compare_ranks",
    "value_of_information",
]
