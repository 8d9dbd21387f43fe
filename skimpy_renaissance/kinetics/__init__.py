"""Kinetics: rate laws as batched torch functions, from Michaelis constants to Jacobians.

In pipeline order: compile a network (``compile_network``), tie it to one or many steady states
(``CompiledKinetics.at``, or tensors through ``at_reference``), and evaluate capacities,
elasticities, Jacobians and spectra of any number of models (``BoundKinetics``). Models that only
SKiMPy can compile enter through ``jacobian_from_skimpy``.
"""

from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.kinetics.reference import ReferencePoint, reference_point
from skimpy_renaissance.kinetics.capacity import require_forward_capacities
from skimpy_renaissance.kinetics.bound import BoundKinetics
from skimpy_renaissance.kinetics.literal import jacobian_from_skimpy

__all__ = [
    "CompiledKinetics",
    "compile_network",
    "ReferencePoint",
    "reference_point",
    "require_forward_capacities",
    "BoundKinetics",
    "jacobian_from_skimpy",
]
