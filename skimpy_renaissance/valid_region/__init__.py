"""The valid region of a kinetic model: the prior, restricted to the models that are valid.

``reject`` draws from it directly and measures its share of the prior, ``refresh`` turns any valid
models into draws of it (``Refreshed``, with diagnostics), ``report_coverage`` tells how much of it
some models cover.
"""

from skimpy_renaissance.valid_region.rejection import Rejection, reject
from skimpy_renaissance.valid_region.refresh import refresh
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.coverage_report import CoverageReport, report_coverage

__all__ = [
    "reject",
    "Rejection",
    "refresh",
    "Refreshed",
    "report_coverage",
    "CoverageReport",
]
