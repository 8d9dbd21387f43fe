"""Steady-state profiles: the fluxes, concentrations and equilibrium constants models are built at.

In pipeline order: sample a pyTFA model, read profiles (TFA samples, JSON, tables, archives), hold
them, check them against the network, balance their fluxes, write them, sample others like them or
within ranges of one's own.
"""

from skimpy_renaissance.steady_states.tfa_sampling import sample_tfa_states
from skimpy_renaissance.steady_states.tfa_samples import read_tfa_samples
from skimpy_renaissance.steady_states.json_profile import (
    read_steady_state,
    to_json,
    write_steady_state,
)
from skimpy_renaissance.steady_states.plain_tables import from_tables, read_steady_states
from skimpy_renaissance.steady_states.archive import (
    has_units,
    load_steady_states,
    save_steady_states,
)
from skimpy_renaissance.steady_states.plain_arrays import ArrayLayout, read_state_arrays
from skimpy_renaissance.steady_states.formats import (
    STATE_FORMATS,
    StateReader,
    read_states_file,
)
from skimpy_renaissance.steady_states.steady_state import SteadyState, SteadyStates
from skimpy_renaissance.steady_states.plausibility import (
    growth_rate,
    growth_reaction,
    maintenance_reactions,
    turnover_times,
)
from skimpy_renaissance.steady_states.consistency_report import ConsistencyReport
from skimpy_renaissance.steady_states.consistency import (
    BALANCE_FLOOR,
    BALANCE_TOLERANCE,
    check_consistency,
    require_consistent,
)
from skimpy_renaissance.steady_states.balance import BalancedFluxes, balance_fluxes
from skimpy_renaissance.steady_states.sampling import SampledStates, sample_steady_states

__all__ = [
    "sample_tfa_states",
    "read_tfa_samples",
    "read_steady_state",
    "to_json",
    "write_steady_state",
    "from_tables",
    "read_steady_states",
    "has_units",
    "load_steady_states",
    "save_steady_states",
    "ArrayLayout",
    "read_state_arrays",
    "STATE_FORMATS",
    "StateReader",
    "read_states_file",
    "SteadyState",
    "SteadyStates",
    "growth_rate",
    "growth_reaction",
    "maintenance_reactions",
    "turnover_times",
    "ConsistencyReport",
    "BALANCE_FLOOR",
    "BALANCE_TOLERANCE",
    "check_consistency",
    "require_consistent",
    "BalancedFluxes",
    "balance_fluxes",
    "SampledStates",
    "sample_steady_states",
]
