"""The valid region of a kinetic model: the prior, restricted to the models that are valid.

``sample_valid_region`` draws from it by the way that costs least, and says what the draws are worth
(``ValidRegionSample``). Its parts: ``reject`` draws from it directly and measures its share of the
prior, ``refresh`` turns any valid models into draws of it (``Refreshed``, with diagnostics).
``report_coverage`` tells how much of it some models cover.

``sample_posterior`` adds what is known beside validity: measurements with errors and hard limits
(each a ``Datum``). It returns a ``PosteriorSample``, with the evidence.
"""

from skimpy_renaissance.valid_region.rejection import Rejection, reject
from skimpy_renaissance.valid_region.refresh import refresh
from skimpy_renaissance.valid_region.refreshed import Refreshed
from skimpy_renaissance.valid_region.choice import Plan
from skimpy_renaissance.valid_region.valid_region_sample import ValidRegionSample
from skimpy_renaissance.valid_region.sampling import sample_valid_region
from skimpy_renaissance.valid_region.data import Datum
from skimpy_renaissance.valid_region.posterior_sample import PosteriorSample
from skimpy_renaissance.valid_region.posterior import sample_posterior
from skimpy_renaissance.valid_region.coverage_report import CoverageReport, report_coverage

__all__ = [
    "reject",
    "Rejection",
    "refresh",
    "Refreshed",
    "sample_valid_region",
    "ValidRegionSample",
    "Plan",
    "Datum",
    "sample_posterior",
    "PosteriorSample",
    "report_coverage",
    "CoverageReport",
]
