"""Figures: functions that take data and return matplotlib axes; nothing is shown or saved."""

from skimpy_renaissance.plots.incidence import plot_incidence
from skimpy_renaissance.plots.lambda_max import plot_lambda_max

__all__ = ["plot_incidence", "plot_lambda_max"]
