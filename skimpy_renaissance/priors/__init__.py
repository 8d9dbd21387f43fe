"""Priors: what is believed of the saturation constants before any model is judged.

``KmSpace`` names the constants and their bounds, a ``Law`` describes one constant, a ``Prior`` is
the product of the laws of all. Random numbers come from a seed (``random_stream``).
"""

from skimpy_renaissance.priors.km_space import DEFAULT_KM_RANGE, DEFAULT_LOG_KM_RANGE, KmSpace
from skimpy_renaissance.priors.laws import Law, LogNormal, LogUniform, Saturation, Uniform
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.priors.randomness import derived_seeds, random_stream, seed_stream

__all__ = [
    "DEFAULT_KM_RANGE",
    "DEFAULT_LOG_KM_RANGE",
    "KmSpace",
    "Law",
    "LogUniform",
    "Uniform",
    "Saturation",
    "LogNormal",
    "Prior",
    "random_stream",
    "derived_seeds",
    "seed_stream",
]
