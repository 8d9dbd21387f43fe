"""Spectrum: eigenvalues of Jacobians, the slowest mode with its gradient, and the verdict on it.

In pipeline order: a way from Jacobians to eigenvalues (``Accurate``, or ``Plain`` as SKiMPy does
it), the differentiable ``lambda_max``, and ``Validity``.
"""

from skimpy_renaissance.spectrum.route import Accurate, Plain, SpectralRoute
from skimpy_renaissance.spectrum.lambda_max import eigenvectors, lambda_max
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["SpectralRoute", "Accurate", "Plain", "lambda_max", "eigenvectors", "Validity"]
