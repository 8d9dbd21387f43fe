"""Kinetics: symbols to batched torch."""

from skimpy_renaissance.kinetics.compiled import CompiledKinetics, compile_network
from skimpy_renaissance.kinetics.bound import BoundKinetics

__all__ = ["CompiledKinetics", "compile_network", "BoundKinetics"]
