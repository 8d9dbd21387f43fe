"""Requirements: what kinetic models shall do besides being valid, as rewards to train for.

``EigenvalueWindow``, ``ControlCoefficient``, ``EnzymeResponse``, ``Fermentation`` and ``KmPrior``
are requirements, ``Requirements`` several of them with weights, ``.on(bound)`` the reward for a
kinetic model, ``trade_off`` what they cost one another. In a run file each is a
``[[requirement]]`` table.

As ``data=[...]`` of ``sr.sample_posterior`` requirements are hard limits; ``Measured``, ``Sign``
and ``TimeCourse`` are likelihoods of what was observed with an error: quantities (``Control``,
``Response``), and batch curves.
"""

from skimpy_renaissance.requirements.requirement import Assessment, BoundRequirement, Requirement
from skimpy_renaissance.requirements.eigenvalues import EigenvalueWindow
from skimpy_renaissance.requirements.quantities import Control, Quantity, Response
from skimpy_renaissance.requirements.control_coefficient import ControlCoefficient
from skimpy_renaissance.requirements.response import EnzymeResponse
from skimpy_renaissance.dynamics import Measurement, measurements, read_measurements
from skimpy_renaissance.requirements.fermentation import Fermentation
from skimpy_renaissance.requirements.km_prior import KmPrior
from skimpy_renaissance.requirements.measured import Measured, Sign, TimeCourse
from skimpy_renaissance.requirements.composite import BoundRequirements, Requirements
from skimpy_renaissance.requirements.trade_off import TradeOff, trade_off
from skimpy_renaissance.requirements.declared import KINDS, Declared, requirements_of

__all__ = [
    "Assessment",
    "Requirement",
    "BoundRequirement",
    "EigenvalueWindow",
    "Quantity",
    "Control",
    "Response",
    "Measured",
    "Sign",
    "TimeCourse",
    "ControlCoefficient",
    "EnzymeResponse",
    "Measurement",
    "measurements",
    "read_measurements",
    "Fermentation",
    "KmPrior",
    "Requirements",
    "BoundRequirements",
    "TradeOff",
    "trade_off",
    "KINDS",
    "Declared",
    "requirements_of",
]
