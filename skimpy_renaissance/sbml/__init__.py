"""Kinetic models in SBML, the format that simulators share: written, one or an ensemble."""

from skimpy_renaissance.sbml.write_omex import write_omex
from skimpy_renaissance.sbml.write_sbml import write_sbml

__all__ = ["write_omex", "write_sbml"]
