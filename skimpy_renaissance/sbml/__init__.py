"""Kinetic models in SBML, the format that simulators share: read, written, one or an ensemble."""

from skimpy_renaissance.sbml.read_document import has_kinetic_laws
from skimpy_renaissance.sbml.read_sbml import SbmlModel, read_sbml
from skimpy_renaissance.sbml.write_omex import write_omex
from skimpy_renaissance.sbml.write_sbml import write_sbml

__all__ = ["SbmlModel", "has_kinetic_laws", "read_sbml", "write_omex", "write_sbml"]
