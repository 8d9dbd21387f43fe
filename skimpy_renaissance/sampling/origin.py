"""What a population says of its sets, where these are draws of the valid region."""

from __future__ import annotations

from skimpy_renaissance.population import Ensemble
from skimpy_renaissance.valid_region import PosteriorSample, ValidRegionSample

__all__ = ["origin_of"]


def origin_of(sample: ValidRegionSample | PosteriorSample) -> dict[str, object]:
    """Say in the provenance of a population what its draws of the valid region are.

    Parameters
    ----------
    sample
        The draws.

    Returns
    -------
    dict
        Plain JSON: what the sets stand for, how they were found, what they are worth and lack.
    """
    if isinstance(sample, PosteriorSample):
        return sample.provenance
    region = Ensemble.of_region(sample.effective_km.min().item(), len(sample))
    return {
        **region.to_dict(),
        "method": sample.method,
        "reason": sample.reason,
        "judged": sample.judged,
        "worth": sample.summary,
        "lacking": list(sample.lacking),
    }
