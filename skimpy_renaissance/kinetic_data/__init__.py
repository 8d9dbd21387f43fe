"""Known kinetic data: measured Michaelis constants and enzyme abundances beside the predictions.

In pipeline order: read measurements (``read_measured_km``), find the constants that they belong to
(``match_km``: matched, ambiguous, unmatched), make them into ranges (``km_ranges``), train or
generate within these, then ask how far predictions agree with what was observed
(``overlap_scores``, ``overlap_change``, ``by_subsystem``) and what that is worth beside the prior
(``scores_beside_prior``), whether some measurements improve the prediction of others
(``random_parts``, ``held_out_scores``), which constants know about which (``information``), which
followed when others were fixed (``moved_parameters``) and how far from these
(``reaction_distances``), what populations look like as a whole (``km_components``), and how fast
the enzymes are (``turnover_numbers``). Valid models with measured constants are found once and kept
(``integrate``), for random parts of them (``integrate_parts``) or many tasks, on one machine or a
cluster (``integrate_all``): over the whole valid region (``WholeRegion``), or from a generator
(``Training``). Predictions with errors become a prior (``read_km_predictions``, then
``prior.with_measured``).

>>> measured = read_measured_km("brenda.csv", unit="mM")                        # doctest: +SKIP
>>> match = match_km(measured, network, ec_of=pairs)                            # doctest: +SKIP
>>> match.summary(); match.ambiguous[["row", "km", "why"]]                      # doctest: +SKIP
>>> ranges = km_ranges(match.accepting())                                       # doctest: +SKIP
>>> network.with_bounds(ranges.bounds(units))   # generated within the ranges   # doctest: +SKIP
>>> integrate(bound, ranges, folder="valid_with_data")                          # doctest: +SKIP
>>> train(bound, measured=ranges.molar)         # drawn from them               # doctest: +SKIP
>>> overlap_scores(population, ranges)                                          # doctest: +SKIP
>>> moved_parameters(without, population)                                       # doctest: +SKIP
"""

from skimpy_renaissance.kinetic_data.measurements import MeasuredKm
from skimpy_renaissance.kinetic_data.measured_km import read_measured_km
from skimpy_renaissance.kinetic_data.km_bounds import read_km_bounds
from skimpy_renaissance.kinetic_data.km_predictions import read_km_predictions
from skimpy_renaissance.kinetic_data.name_tables import km_places
from skimpy_renaissance.kinetic_data.side_tables import read_ec_pairs, read_subsystems
from skimpy_renaissance.kinetic_data.matching import KmMatch, match_km
from skimpy_renaissance.kinetic_data.km_source import KmSource
from skimpy_renaissance.kinetic_data.measured_ranges import (
    RANGE_RULES,
    KmRanges,
    around_mean,
    covering,
    km_ranges,
)
from skimpy_renaissance.kinetic_data.overlap import (
    by_subsystem,
    in_molar,
    overlap_change,
    overlap_scores,
    predicted_ranges,
)
from skimpy_renaissance.kinetic_data.beside_prior import crps, prior_space, scores_beside_prior
from skimpy_renaissance.kinetic_data.information import Information, information
from skimpy_renaissance.kinetic_data.held_out_parts import held_out_scores, random_parts
from skimpy_renaissance.kinetic_data.shifts import (
    benjamini_hochberg,
    kolmogorov_distances,
    kolmogorov_smirnov,
    moved_parameters,
)
from skimpy_renaissance.kinetic_data.distance import (
    CURRENCY,
    by_distance,
    located,
    reaction_distances,
)
from skimpy_renaissance.kinetic_data.principal_components import KmComponents, km_components
from skimpy_renaissance.kinetic_data.turnover import Turnover, enzyme_abundance, turnover_numbers
from skimpy_renaissance.kinetic_data.ways import Training, WholeRegion
from skimpy_renaissance.kinetic_data.integration import Integration, integrate
from skimpy_renaissance.kinetic_data.integration_tasks import (
    IntegrationTask,
    integrate_all,
    integrate_parts,
)

__all__ = [
    "MeasuredKm",
    "read_measured_km",
    "read_km_bounds",
    "read_km_predictions",
    "read_ec_pairs",
    "read_subsystems",
    "km_places",
    "KmMatch",
    "match_km",
    "KmSource",
    "KmRanges",
    "km_ranges",
    "covering",
    "around_mean",
    "RANGE_RULES",
    "predicted_ranges",
    "in_molar",
    "overlap_scores",
    "overlap_change",
    "by_subsystem",
    "crps",
    "prior_space",
    "scores_beside_prior",
    "Information",
    "information",
    "random_parts",
    "held_out_scores",
    "kolmogorov_smirnov",
    "kolmogorov_distances",
    "benjamini_hochberg",
    "moved_parameters",
    "CURRENCY",
    "reaction_distances",
    "located",
    "by_distance",
    "KmComponents",
    "km_components",
    "Turnover",
    "enzyme_abundance",
    "turnover_numbers",
    "WholeRegion",
    "Training",
    "Integration",
    "integrate",
    "IntegrationTask",
    "integrate_all",
    "integrate_parts",
]
