"""Kinetic networks drafted from constraint-based models, by SKiMPy's rules.

In pipeline order: read a model and cut it, find its fluxes, leave out what does not run, lump
linear paths, choose rate laws, let the user edit their table, put the network together,
and say how far its fluxes can go.
"""

from skimpy_renaissance.draft.cobra_models import read_cobra_model, shipped_models
from skimpy_renaissance.draft.rate_law_rules import RateLaw, choose_law
from skimpy_renaissance.draft.draft import Draft, draft_from_cobra, from_cobra
from skimpy_renaissance.draft.flux_ranges import flux_ranges
from skimpy_renaissance.draft.tfa_models import draft_from_pytfa, from_pytfa

__all__ = [
    "read_cobra_model",
    "shipped_models",
    "RateLaw",
    "choose_law",
    "Draft",
    "draft_from_cobra",
    "from_cobra",
    "flux_ranges",
    "draft_from_pytfa",
    "from_pytfa",
]
