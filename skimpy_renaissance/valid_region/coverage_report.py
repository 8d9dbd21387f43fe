r"""What an ensemble covers, whichever generator it came from.

====================  ==============================================================================
number                what it says
====================  ==============================================================================
incidence             share of all models given that are valid, with Wilson's interval
entropy               of the generator, nats relative to the prior, where its density is known;
                      0 is as wide as the prior, the log volume of the valid region is ideal
marginal_kl           summed over all Km, nats: how far the marginals of the valid models are from
                      the prior's, or from those of a reference ensemble; 0 is best with a reference
distance              root mean square between two valid models; 1 for draws of the prior
spread                per Km, standard deviation on the scale of the prior; 1 for draws of it
effective_dimension   how many directions the valid models vary in, at most the number of Km
narrow                distance or effective dimension far below those of what is wanted: averages
                      over the models are those of a corner of the valid region
====================  ==============================================================================

Incidence and entropy are about all models, the others about the valid ones. The effective dimension
is the participation ratio of the covariance :math:`C` of :math:`u = F(\ln K_m)`, less what few
models add to it,

.. math:: d = \frac{(\operatorname{tr} C)^2}{\operatorname{tr} C^2 - (\operatorname{tr} C)^2/n} .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from skimpy_renaissance.errors import InputError, listed
from skimpy_renaissance.learning.judged import Judged, Kinetics, judge
from skimpy_renaissance.priors.prior import Prior
from skimpy_renaissance.proportion import Proportion
from skimpy_renaissance.spectrum.validity import Validity
from skimpy_renaissance.valid_region.marginals import (
    bin_counts,
    divergence,
    divergence_error,
    pairwise_distances,
)
from skimpy_renaissance.valid_region.rejection import Rejection

__all__ = ["CoverageReport", "report_coverage"]

_ALIKE = 0.6  # distance below which models count as alike
_FLAT = 0.3  # share of all directions below which they lie in a thin slice
_FEW = 50


@dataclass(frozen=True, eq=False)
class CoverageReport:
    """Tables about ensembles, and what to be warned of.

    Parameters
    ----------
    ensembles
        One row per ensemble: models, valid, incidence with its 95 % interval, entropy (nats, NaN
        where unknown), lambda_median (1/h, of the valid models), marginal_kl with its standard
        error (nats), distance, spread (median over Km), effective_dimension, narrow.
    km
        One row per ensemble and constant: mean and standard deviation of ln Km, ln(mol/L), spread,
        marginal_kl, nats.
    distances
        One row per ensemble and random pair of valid models.
    compared_with
        What ``marginal_kl`` is relative to: ``"prior"`` or ``"reference"``.
    log_volume
        Nats: of the valid region relative to the prior, low, estimate, high; ``None`` where no
        reference was drawn from the prior.
    warnings
        Empty at best.
    apart
        Distance of two models of what ``marginal_kl`` is relative to.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import report_coverage
    >>> one = torch.as_tensor(population.log_km(bound.km_names))[:1]
    >>> ensembles = {"one model, 100 times": one.repeat(100, 1)}
    >>> prior, criterion = log_uniform_prior(bound), sr.Validity(partition=-0.1)
    >>> report = report_coverage(bound, ensembles, prior, criterion=criterion)
    >>> report.narrow("one model, 100 times")
    True
    >>> report.warnings[0]
    'one model, 100 times: mode collapse, two models are 0.00 apart...'
    """

    ensembles: pd.DataFrame
    km: pd.DataFrame
    distances: pd.DataFrame
    compared_with: str
    log_volume: tuple[float, float, float] | None
    warnings: tuple[str, ...]
    apart: float = 1.0

    def narrow(self, name: str) -> bool:
        """Tell whether an ensemble is a corner of the valid region.

        Parameters
        ----------
        name
            Of the ensemble.

        Returns
        -------
        bool
            ``False`` where too few models are valid to tell.
        """
        narrow = self.ensembles.loc[name].get("narrow")
        return bool(pd.notna(narrow) and narrow)

    def in_words(self, name: str, *, whole_region: str, judged: Proportion | None = None) -> str:
        """Say what an ensemble is, and what to do where it is narrow.

        Parameters
        ----------
        name
            Of the ensemble.
        whole_region
            How models of the whole valid region are had: a command or a call.
        judged
            How many models were valid of those judged, where the ensemble holds only valid ones.

        Returns
        -------
        str
            Two sentences or three.
        """
        row = self.ensembles.loc[name].to_dict()
        valid, models = int(row["valid"]), int(row["models"])
        share = judged or Proportion(valid, models)
        text = f"{share.hits} of {share.draws} judged models are valid ({share.in_percent})"
        if valid < 2:
            return f"{text}: too few to tell what they cover."
        two = "blind draws" if self.compared_with == "prior" else "models of the valid region"
        n_km = int((self.km["ensemble"] == name).sum())
        covered = (
            f"two of them differ by {100 * row['distance'] / self.apart:.0f} % of what two {two} "
            f"do, in {row['effective_dimension']:.0f} directions for {n_km} constants"
        )
        if not self.narrow(name):
            return f"{text}. They are not narrow: {covered}."
        return (
            f"{text}. They are narrow: {covered}. Averages over them speak of a corner of the "
            f"valid region, and look more certain than they are. For the whole valid region: "
            f"{whole_region}."
        )


def report_coverage(
    kinetics: Kinetics,
    ensembles: Mapping[str, Tensor | Judged],
    prior: Prior,
    *,
    criterion: Validity | None = None,
    entropies: Mapping[str, float | None] | None = None,
    reference: Rejection | None = None,
    seed: int = 0,
) -> CoverageReport:
    """Judge ensembles and tell how much of the prior each of them covers.

    Parameters
    ----------
    kinetics
        A kinetic model at a steady state.
    ensembles
        Name to `` `model x km` ``, float64, ln(mol/L): all that a generator drew, valid or not; or
        the same models judged already, which are then not judged again.
    prior
        The common scale.
    criterion
        When a model counts as valid; by default the paper's -2.5 1/h.
    entropies
        Name to nats relative to the prior, for generators that know theirs
        (:attr:`~skimpy_renaissance.learning.trained.TrainedGenerator.entropy`).
    reference
        Valid draws of the same prior, from
        :func:`~skimpy_renaissance.valid_region.rejection.reject`: marginals are then compared with
        theirs instead of the prior's, and the volume of the valid region is known.
    seed
        Seed of the pairs of models and of the standard errors.

    Returns
    -------
    CoverageReport

    Raises
    ------
    InputError
        There is no ensemble, or an entropy of an ensemble that is not there.

    Examples
    --------
    >>> from skimpy_renaissance.sampling import log_uniform_prior
    >>> from skimpy_renaissance.valid_region import report_coverage
    >>> prior, criterion = log_uniform_prior(bound), sr.Validity(partition=-1.2)
    >>> drawn = prior.sample(200, seed=0)
    >>> report = report_coverage(bound, {"prior": drawn}, prior, criterion=criterion)
    >>> report.ensembles["valid"].to_dict()
    {'prior': 11}
    """
    unknown = [name for name in entropies or {} if name not in ensembles]
    if not ensembles or unknown:
        raise InputError(
            f"report_coverage needs ensembles and entropies of these; got {listed(ensembles)}, "
            f"and entropies of {listed(unknown) or 'none'} beside them."
        )
    criterion = criterion or Validity()
    expected, apart = None, 1.0
    if reference is not None:
        share = prior.probability(reference.log_km)
        expected, apart = bin_counts(share), _root_mean_square(pairwise_distances(share, seed=seed))
    rows: dict[str, dict[str, Any]] = {}
    constants, pairs, warned = [], [], []
    for name, models in ensembles.items():
        with torch.no_grad():
            judged = models if isinstance(models, Judged) else judge(kinetics, models, criterion)
            valid = judged.log_km[judged.valid].detach()
        incidence = (nan, nan, nan)
        if len(judged):
            incidence = (judged.proportion.share, *judged.proportion.interval)
        rows[name] = {
            "models": len(judged),
            "valid": len(valid),
            **dict(zip(("incidence", "incidence_low", "incidence_high"), incidence, strict=True)),
            "entropy": (entropies or {}).get(name),
        }
        if len(valid) < 2:
            warned.append(f"{name}: {len(valid)} valid models, too few to tell their spread.")
            continue
        share = prior.probability(valid)
        counts = bin_counts(share)
        per_km = divergence(counts, expected)
        distance = pairwise_distances(share, seed=seed)
        spread = share.std(0) * sqrt(12)
        rows[name] |= {
            "lambda_median": judged.lambda_max[judged.valid].nanmedian().item(),
            "marginal_kl": per_km.sum().item(),
            "marginal_kl_error": divergence_error(counts, expected, seed=seed),
            "distance": _root_mean_square(distance),
            "spread": spread.median().item(),
            "effective_dimension": _effective_dimension(share),
        }
        constants.append(
            pd.DataFrame(
                {
                    "ensemble": name,
                    "km": prior.names,
                    "mean": valid.mean(0).cpu(),
                    "std": valid.std(0).cpu(),
                    "spread": spread.cpu(),
                    "marginal_kl": per_km.cpu(),
                }
            )
        )
        pairs.append(pd.DataFrame({"ensemble": name, "distance": distance.cpu()}))
        alike = _collapsed(name, rows[name], apart=apart, n_km=len(prior.names))
        rows[name]["narrow"] = bool(alike)
        warned += alike
        if len(valid) < _FEW:
            warned.append(f"{name}: {len(valid)} valid models are few, take the numbers with care.")
    volume = None
    if reference is not None:
        low, high = reference.log_volume_interval
        volume = (low, reference.log_volume, high)
    return CoverageReport(
        pd.DataFrame.from_dict(rows, orient="index").astype({"entropy": float}),
        _joined(constants, ["ensemble", "km", "mean", "std", "spread", "marginal_kl"]),
        _joined(pairs, ["ensemble", "distance"]),
        "prior" if reference is None else "reference",
        volume,
        tuple(warned),
        apart,
    )


def _root_mean_square(values: Tensor) -> float:
    return values.square().mean().sqrt().item()


def _effective_dimension(share: Tensor) -> float:
    n = len(share)
    covariance = torch.cov(share.T).reshape(share.shape[1], -1)
    total, squared = covariance.trace() ** 2, covariance.square().sum()
    left = squared - total / n
    return (total / left).item() if left > 0 else nan


def _collapsed(name: str, row: Mapping[str, Any], *, apart: float, n_km: int) -> list[str]:
    """Warn of models that are alike; ``apart`` is the distance of two models of what is wanted."""
    found = []
    if row["distance"] < _ALIKE * apart:
        found.append(
            f"{name}: mode collapse, two models are {row['distance']:.2f} apart where independent "
            f"draws are {apart:.2f}. Averages over them speak of a corner of the valid region: "
            "refresh them."
        )
    if row["effective_dimension"] < _FLAT * n_km:
        found.append(
            f"{name}: mode collapse, the models vary in {row['effective_dimension']:.0f} "
            f"directions where there are {n_km} constants: refresh them."
        )
    return found


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
