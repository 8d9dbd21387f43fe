"""Landscape: what many steady states allow, how fast each can be, and which concentrations decide.

In pipeline order: how fast a state's pools are on their own (``pool_speeds``), a generator that
gives fast models at any state (``train_for_speed``), the fastest model that a search finds at each
state, from there or without (``fastest_dynamics``), places of all states on a plane
(``embed_states``), neighbourhoods of fast and of slow ones, new states around chosen ones
(``resample_states``), concentrations that allow no fast dynamics (``concentration_rules``) and the
ranges that they leave, for pyTFA to apply.
"""

from skimpy_renaissance.sampling.pool_speed import PoolSpeeds, pool_speeds
from skimpy_renaissance.landscape.speed import train_for_speed
from skimpy_renaissance.landscape.fastest_models import FastestModels
from skimpy_renaissance.landscape.fastest import fastest_dynamics
from skimpy_renaissance.landscape.embedding import Embedding, embed_states
from skimpy_renaissance.landscape.neighbourhood import (
    Neighbourhood,
    fastest_neighbourhood,
    neighbourhood_of,
    slowest_neighbourhood,
)
from skimpy_renaissance.landscape.resampling import (
    Resampled,
    compatible_ranges,
    resample_states,
)
from skimpy_renaissance.landscape.rules import concentration_rules, fast_states
from skimpy_renaissance.landscape.concentration_ranges import (
    allowed_ranges,
    apply_to_pytfa,
    forbidden_ranges,
    read_ranges,
    write_ranges,
)

__all__ = [
    "PoolSpeeds",
    "pool_speeds",
    "train_for_speed",
    "FastestModels",
    "fastest_dynamics",
    "Embedding",
    "embed_states",
    "Neighbourhood",
    "fastest_neighbourhood",
    "slowest_neighbourhood",
    "neighbourhood_of",
    "Resampled",
    "resample_states",
    "compatible_ranges",
    "fast_states",
    "concentration_rules",
    "forbidden_ranges",
    "allowed_ranges",
    "write_ranges",
    "read_ranges",
    "apply_to_pytfa",
]
