"""Spectrum: eigenvalues of Jacobians, chosen modes with their gradients, and the verdict on them.

In pipeline order: a way from Jacobians to eigenvalues (``Accurate``, or ``Plain`` as SKiMPy does
it), what can be followed by its gradient (``lambda_max``, any mode by ``ranked``,
``smoothed_lambda_max``), a few slow modes with their vectors (``ritz_pairs``), ``Validity``, and
how long a perturbation lasts (``settling_time``).
Where only the verdict is wanted, ``Cascade`` gives the same at a fraction of the cost: cheap tests
reject, the accurate route accepts.
"""

from skimpy_renaissance.spectrum.route import Accurate, Plain, SpectralRoute
from skimpy_renaissance.spectrum.inverse_iteration import eigenvectors
from skimpy_renaissance.spectrum.lambda_max import lambda_max, ranked
from skimpy_renaissance.spectrum.ritz_pairs import RitzPairs, ritz_pairs
from skimpy_renaissance.spectrum.smoothed import Smoothed, smoothed_lambda_max
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.spectrum.time_scales import settling_time
from skimpy_renaissance.spectrum.cascade import Cascade

__all__ = [
    "SpectralRoute",
    "Accurate",
    "Plain",
    "eigenvectors",
    "lambda_max",
    "ranked",
    "RitzPairs",
    "ritz_pairs",
    "Smoothed",
    "smoothed_lambda_max",
    "Validity",
    "settling_time",
    "Cascade",
]
