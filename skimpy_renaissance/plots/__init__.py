"""Figures: functions that take data and return matplotlib axes; nothing is shown or saved."""

from skimpy_renaissance.plots.coverage import plot_coverage, plot_refresh
from skimpy_renaissance.plots.components import plot_components
from skimpy_renaissance.plots.concentration_rules import plot_concentration, plot_rules
from skimpy_renaissance.plots.control import control_size, plot_control
from skimpy_renaissance.plots.designs import (
    enzymes_size,
    plot_enzymes_across_designs,
    plot_gains,
    plot_promised_reached,
)
from skimpy_renaissance.plots.escher import escher_data, escher_map
from skimpy_renaissance.plots.incidence import plot_incidence
from skimpy_renaissance.plots.information import information_size, plot_information, plot_runs
from skimpy_renaissance.plots.km import km_size, plot_km_ranges
from skimpy_renaissance.plots.lambda_max import plot_lambda_max
from skimpy_renaissance.plots.lambda_shift import plot_lambda_shift
from skimpy_renaissance.plots.landscape import plot_fastest, plot_landscape
from skimpy_renaissance.plots.overlap import (
    overlap_size,
    plot_overlap,
    plot_overlap_by_subsystem,
    plot_overlap_rows,
)
from skimpy_renaissance.plots.propagation import plot_distance, plot_pair, plot_rings
from skimpy_renaissance.plots.reactor import plot_reactor
from skimpy_renaissance.plots.robustness import plot_returned, plot_robustness
from skimpy_renaissance.plots.state_speeds import plot_state_speeds
from skimpy_renaissance.plots.trade_off import plot_trade_off, trade_off_size
from skimpy_renaissance.plots.trajectories import plot_percentiles, plot_trajectories
from skimpy_renaissance.plots.tuning import plot_tuning
from skimpy_renaissance.plots.value_of_information import plot_value_of_information

__all__ = [
    "control_size",
    "enzymes_size",
    "escher_data",
    "escher_map",
    "plot_coverage",
    "information_size",
    "km_size",
    "overlap_size",
    "plot_components",
    "plot_concentration",
    "plot_control",
    "plot_distance",
    "plot_enzymes_across_designs",
    "plot_fastest",
    "plot_gains",
    "plot_incidence",
    "plot_information",
    "plot_km_ranges",
    "plot_lambda_max",
    "plot_lambda_shift",
    "plot_landscape",
    "plot_overlap",
    "plot_overlap_by_subsystem",
    "plot_overlap_rows",
    "plot_pair",
    "plot_percentiles",
    "plot_promised_reached",
    "plot_reactor",
    "plot_refresh",
    "plot_returned",
    "plot_rings",
    "plot_robustness",
    "plot_rules",
    "plot_runs",
    "plot_state_speeds",
    "plot_trade_off",
    "plot_trajectories",
    "plot_tuning",
    "plot_value_of_information",
    "trade_off_size",
]
