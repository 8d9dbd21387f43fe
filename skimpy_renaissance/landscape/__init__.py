"""Landscape: what many steady states allow, and how fast each of them can be.

In pipeline order: the ceiling that a state's pools set (``feasibility_ceiling``), and the fastest
model that a search finds at each state (``fastest_dynamics``).
"""

from skimpy_renaissance.landscape.ceiling import Ceilings, feasibility_ceiling
from skimpy_renaissance.landscape.fastest_models import FastestModels
from skimpy_renaissance.landscape.fastest import fastest_dynamics

__all__ = ["Ceilings", "feasibility_ceiling", "FastestModels", "fastest_dynamics"]
