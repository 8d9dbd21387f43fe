"""Measured constants that settings name: matched to the model, made into ranges, said aloud."""

from __future__ import annotations

from skimpy_renaissance.analyses.observations import matched_ranges
from skimpy_renaissance.cli.console import tell
from skimpy_renaissance.cli.settings import Settings
from skimpy_renaissance.kinetic_data import RANGE_RULES, KmMatch, KmRanges, KmSource
from skimpy_renaissance.network import KineticNetwork

__all__ = ["MEASURED_KM", "read_ranges"]

MEASURED_KM = tuple(
    f"data.{key}"
    for key in (
        "measured_km",
        "km_unit",
        "km_organism",
        "km_ph",
        "km_temperature",
        "km_unstated",
        "skip_unreadable",
        "ec_pairs",
        "synonyms",
        "strict",
        "km_rule",
        "km_width",
    )
)
"""Settings that say which measured Km there are and what ranges they give."""

_MOST_ROWS = 20


def read_ranges(
    source: KmSource, settings: Settings, network: KineticNetwork
) -> tuple[KmMatch, KmRanges]:
    """Read measured Km, and say which rows were left out.

    Parameters
    ----------
    source
        Where they come from.
    settings
        How ranges are made of them.
    network
        The kinetic model.

    Returns
    -------
    match : KmMatch
    ranges : KmRanges
        At least one.

    Raises
    ------
    FileFormatError, MissingEntryError, MissingExtraError, UnitsError, InputError
        The tables cannot be used, or no measurement fits a constant of the model.
    """
    match = source.match(network)
    rows = match.skipped
    if len(rows):
        tell(f"Left out {len(rows)} rows of {source.file}:")
        for row, cell, why in rows.head(_MOST_ROWS).itertuples():
            tell(f"  row {row} ({cell}): {why}")
        if len(rows) > _MOST_ROWS:
            tell(f"  and {len(rows) - _MOST_ROWS} more")
    data = settings.data
    ranges = matched_ranges(
        match,
        network,
        relative=data.km_width,
        rule=RANGE_RULES[data.km_rule],
        strict=data.strict,
    )
    return match, ranges
