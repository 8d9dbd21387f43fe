"""Valid kinetic models of metabolism by the thousand: RENAISSANCE in PyTorch, for SKiMPy's models.

The pipeline, top to bottom: read a kinetic model (``read_skimpy_yaml``) or draft one from a
constraint-based model (``from_cobra``), state its ``Units``, read steady states
(``read_tfa_samples``), ``compile`` the rate laws and tie them to a state (``.at``), ``train`` a
generator for the models that are valid, or let ``RenaissanceSampler`` do both, and save a
``ParameterPopulation`` that SKiMPy reads.

Names are looked up where they are first used (PEP 562), so that ``import skimpy_renaissance`` takes
no time and loads no torch; every folder is a name too (``sr.dynamics``).

>>> import skimpy_renaissance as sr
>>> network, states = sr.examples.e_coli_core()
>>> bound = sr.compile(network).at(states[sr.examples.REFERENCE_STATE])
>>> len(bound.km_names)
159
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from skimpy_renaissance._version import __version__

if TYPE_CHECKING:
    from skimpy_renaissance.units import Units
    from skimpy_renaissance.network import (
        CORRECTED,
        KineticNetwork,
        add_regulation,
        from_skimpy,
        read_skimpy_yaml,
        write_skimpy_yaml,
    )
    from skimpy_renaissance.steady_states import (
        SteadyState,
        SteadyStates,
        check_consistency,
        from_tables,
        read_steady_state,
        read_steady_states,
        read_tfa_samples,
        sample_steady_states,
    )
    from skimpy_renaissance.draft import from_cobra, from_pytfa
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
    from skimpy_renaissance.sampling import (
        OracleSampler,
        RenaissanceSampler,
        ValidRegionSampler,
        parametrize,
    )
    from skimpy_renaissance.valid_region import sample_posterior
    from skimpy_renaissance.population import ParameterPopulation
    from skimpy_renaissance.dynamics import steady_state
    from skimpy_renaissance.sbml import read_sbml, write_sbml
    from skimpy_renaissance import errors, examples
else:
    _HOMES = {
        "Units": "units.Units",
        "KineticNetwork": "network.KineticNetwork",
        "read_skimpy_yaml": "network.read_skimpy_yaml",
        "from_skimpy": "network.from_skimpy",
        "write_skimpy_yaml": "network.write_skimpy_yaml",
        "add_regulation": "network.add_regulation",
        "CORRECTED": "network.CORRECTED",
        "SteadyState": "steady_states.SteadyState",
        "SteadyStates": "steady_states.SteadyStates",
        "read_tfa_samples": "steady_states.read_tfa_samples",
        "read_steady_state": "steady_states.read_steady_state",
        "read_steady_states": "steady_states.read_steady_states",
        "from_tables": "steady_states.from_tables",
        "sample_steady_states": "steady_states.sample_steady_states",
        "check_consistency": "steady_states.check_consistency",
        "from_cobra": "draft.from_cobra",
        "from_pytfa": "draft.from_pytfa",
        "compile": "kinetics.compile_network",
        "Validity": "spectrum.Validity",
        "Generator": "learning.Generator",
        "NES": "learning.NES",
        "Gradient": "learning.Gradient",
        "Coverage": "learning.Coverage",
        "rewards": "learning.rewards",
        "train": "learning.train",
        "load_generator": "learning.load_generator",
        "RenaissanceSampler": "sampling.RenaissanceSampler",
        "ValidRegionSampler": "sampling.ValidRegionSampler",
        "OracleSampler": "sampling.OracleSampler",
        "parametrize": "sampling.parametrize",
        "sample_posterior": "valid_region.sample_posterior",
        "ParameterPopulation": "population.ParameterPopulation",
        "steady_state": "dynamics.steady_state",
        "read_sbml": "sbml.read_sbml",
        "write_sbml": "sbml.write_sbml",
    }

    def __getattr__(name: str) -> object:
        home, _, attribute = _HOMES.get(name, name).partition(".")
        if name.startswith("_") or find_spec(f"{__name__}.{home}") is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"{__name__}.{home}")
        globals()[name] = found = getattr(module, attribute) if attribute else module
        return found

    def __dir__() -> list[str]:
        return list(__all__)


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
    "sample_steady_states",
    "check_consistency",
    "from_cobra",
    "from_pytfa",
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
    "ValidRegionSampler",
    "OracleSampler",
    "parametrize",
    "sample_posterior",
    "ParameterPopulation",
    "steady_state",
    "read_sbml",
    "write_sbml",
    "errors",
    "examples",
    "__version__",
]
