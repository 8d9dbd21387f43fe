r"""The measured Michaelis constants of a case; or a declared stand-in whose truth is known.

Without measurements a study of what measurements tell can still test itself: one valid model is
held out, a part of its :math:`K_m` is given out as measured within :math:`\pm\delta`, and the rest
is the truth that predictions are compared with. Such numbers say whether the method works on this
model; they say nothing about the organism.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

import numpy as np
import pandas as pd
import torch

from skimpy_renaissance.analyses.observations import (
    Observations,
    matched_ranges,
    subsystem_of_km,
    subsystem_table,
)
from skimpy_renaissance.errors import InputError
from skimpy_renaissance.kinetic_data import (
    around_mean,
    km_places,
    km_ranges,
    match_km,
    read_measured_km,
)
from skimpy_renaissance.priors import KmSpace, random_stream
from skimpy_renaissance.sampling import BLOCK, collect, log_uniform_draws
from skimpy_renaissance.studies.case import Case

__all__ = ["observe", "subsystems_of"]


def observe(
    case: Case,
    *,
    relative: float,
    share: float,
    always: Collection[str],
    seed: int,
) -> Observations:
    """Read the measured Km of a case, or hold out a valid model in their place.

    Parameters
    ----------
    case
        The organism, with its measured Km where it has some.
    relative
        Half width of a range without uncertainty of its own, relative to the value.
    share
        Share of the constants that the stand-in gives out as measured.
    always
        Reactions whose constants the stand-in gives out in any case.
    seed
        Seed of the stand-in.

    Returns
    -------
    Observations
        A real measurement that fits several constants counts for each of them.

    Raises
    ------
    InputError
        No measurement fits a constant of the model.
    SamplingError
        No valid model was found to hold out.
    FileFormatError, MissingEntryError, UnitsError
        A table cannot be used.
    """
    if case.measured is None:
        return _stand_in(case, relative=relative, share=share, always=always, seed=seed)
    match = case.measured.match(case.network)
    ranges = matched_ranges(match, case.network, relative=relative, rule=around_mean)
    return Observations(match, ranges)


def subsystems_of(case: Case) -> pd.Series:
    """Return the subsystem of each Michaelis constant.

    Parameters
    ----------
    case
        The organism; its role ``subsystems``. The bundled model has its own.

    Returns
    -------
    pandas.Series
        Index ``km``: ``"unassigned"`` where nothing is said.

    Raises
    ------
    FileFormatError, MissingEntryError
        The table cannot be used.
    """
    table = subsystem_table(case.network, case.data.get("subsystems"))
    return subsystem_of_km(case.network, table)


def _stand_in(
    case: Case, *, relative: float, share: float, always: Collection[str], seed: int
) -> Observations:
    if not 0 < share <= 1:
        raise InputError(f"share must be above 0 and at most 1, got {share!r}.")
    rng = random_stream(seed, purpose="stand-in for measurements")
    bound = case.bound
    space = KmSpace.of(bound.km_names, bound.log_km_bounds, default_range=case.generator.range)
    source = (log_uniform_draws(space, BLOCK, rng=rng) for _ in count())
    hidden = collect(bound, source, case.criterion, n=1, progress=False).log_km[0]
    truth = pd.Series(hidden.numpy(), index=list(bound.km_names))
    places = km_places(case.network)
    places = places[places["free"].astype(bool)]
    order = torch.randperm(len(places), generator=rng).tolist()
    chosen = set(places.index[order[: max(2, round(share * len(places)))]])
    chosen |= set(places.index[places["reaction"].isin(list(always))])
    given = places[[name in chosen for name in places.index]]
    table = given[["reaction", "metabolite"]].assign(
        value=np.exp(truth[given.index].to_numpy()),
        unit="M",
        reference="stand-in: a held-out valid model, measured by nobody",
    )
    match = match_km(read_measured_km(table.reset_index(drop=True)), case.network)
    return Observations(match, km_ranges(match, relative=relative, rule=around_mean), truth)
