"""Spectra of Jacobians, and when a model counts as valid."""

from skimpy_renaissance.spectrum.route import Accurate, Plain, SpectralRoute
from skimpy_renaissance.spectrum.lambda_max import lambda_max
from skimpy_renaissance.spectrum.validity import Validity

__all__ = ["Accurate", "Plain", "SpectralRoute", "lambda_max", "Validity"]
