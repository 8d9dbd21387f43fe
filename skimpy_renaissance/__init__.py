"""Valid kinetic models of metabolism by the thousand: RENAISSANCE in PyTorch, for SKiMPy's models.

The pipeline, top to bottom: read a kinetic model (``read_skimpy_yaml``), state its ``Units``, read
steady states (``read_tfa_samples``), ``compile`` the rate laws and tie them to a state (``.at``),
``train`` a generator for the models that are valid, or let ``RenaissanceSampler`` do both, and save
a ``ParameterPopulation`` that SKiMPy reads.

>>> import skimpy_renaissance as sr
>>> network, states = sr.examples.e_coli_core()
>>> bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
>>> len(bound.km_names)
159
"""

from skimpy_renaissance._version import __version__
from skimpy_renaissance.units import Units
from skimpy_renaissance.network import (
    CORRECTED,
    KineticNetwork,
    add_regulation,
    from_skimpy,
    read_skimpy_yaml,
    write_skimpy_yaml,
)
from skimpy_renaissance.steady_state import (
    SteadyState,
    SteadyStates,
    check_consistency,
    from_tables,
    read_steady_state,
    read_steady_states,
    read_tfa_samples,
)
from skimpy_renaissance.kinetics import compile_network as compile
from skimpy_renaissance import spectrum
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.learning import (
    NES,
    Coverage,
    Generator,
    Gradient,
    load_generator,
    rewards,
    train,
)
from skimpy_renaissance.sampling import OracleSampler, RenaissanceSampler, parametrize
from skimpy_renaissance.population import ParameterPopulation
from skimpy_renaissance import errors, examples

__all__ = [
    "Units",
    "KineticNetwork",
    "read_skimpy_yaml",
    "from_skimpy",
    "write_skimpy_yaml",
    "add_regulation",
    "CORRECTED",
    "SteadyState",
    "SteadyStates",
    "read_tfa_samples",
    "read_steady_state",
    "read_steady_states",
    "from_tables",
    "check_consistency",
    "compile",
    "spectrum",
    "Validity",
    "Generator",
    "NES",
    "Gradient",
    "Coverage",
    "rewards",
    "train",
    "load_generator",
    "RenaissanceSampler",
    "OracleSampler",
    "parametrize",
    "ParameterPopulation",
    "errors",
    "examples",
    "__version__",
]
