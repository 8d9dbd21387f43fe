"""Control analysis over a population: who controls a steady state, and who makes it slow.

In pipeline order: elasticities towards parameters (``parameter_elasticities``), control
coefficients of fluxes and concentrations (``control_coefficients``, over ``NET`` or ``SPLIT``
fluxes), and modes of the Jacobian with what takes part in them (``slow_modes``, ``modal_matrix``,
``flux_modal_matrix``).

=====================================================  =============================================
SKiMPy                                                 here
=====================================================  =============================================
``compile_mca(parameter_list, mca_type=SPLIT)``        ``parameters``, ``fluxes=SPLIT``
``flux_control_fun(fluxes, concentrations, sets)``     ``control_coefficients(bound, sets).flux``
``concentration_control_fun(...)``                     ``control_coefficients(...).concentration``
``parameter_elasticities_fun(...)``                    ``parameter_elasticities(bound, sets, ...)``
``.mean("sample")``, ``.slice_by("flux", "PFK")``      the same
``.slice_by("sample", 0)``                             the same; or by the name of the set
``modal_matrix(model, concentrations, set)``           ``modal_matrix(bound, set)``
``modal_matrix(..., flux_modes=True)``                 ``flux_modal_matrix(bound, set)``
=====================================================  =============================================
"""

from skimpy_renaissance.control.labelled import Coefficients
from skimpy_renaissance.control.rate_elasticities import NET, SPLIT, Fluxes
from skimpy_renaissance.control.coefficients import (
    Control,
    ControlFunction,
    compile_control,
    control_coefficients,
    parameter_elasticities,
)
from skimpy_renaissance.control.modes import SlowModes, flux_modal_matrix, modal_matrix, slow_modes

__all__ = [
    "Coefficients",
    "Fluxes",
    "NET",
    "SPLIT",
    "parameter_elasticities",
    "Control",
    "control_coefficients",
    "ControlFunction",
    "compile_control",
    "SlowModes",
    "slow_modes",
    "modal_matrix",
    "flux_modal_matrix",
]
